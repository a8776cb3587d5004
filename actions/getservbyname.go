package actions

type getservbynameParams struct {
	Service string  `param:"service,required" doc:"one of the service's names, as /etc/services has it"`
	Proto   *string `param:"protocol" doc:"tcp, udp or another; any unless given"`
}

type getservbynameResult struct {
	Port int `result:"port" doc:"the service's port"`
}

var _ = define("getservbyname", help{
	About:   "look up the port of a service",
	Doc:     "A service that /etc/services does not have is an error of class not_found, without a number.",
	Main:    "service",
	Example: "- getservbyname: {service: domain, protocol: udp}\n  expect: port == 53",
}, func(c *Call, p getservbynameParams) (getservbynameResult, error) {
	found, err := c.Host().GetServByName(p.Service, p.Proto)
	return getservbynameResult{Port: found}, err
})
