package actions

type getservbyportParams struct {
	Port  int     `param:"port,required" range:"0 65535" doc:"the port"`
	Proto *string `param:"protocol" doc:"tcp, udp or another; any unless given"`
}

type getservbyportResult struct {
	Service string `result:"service" doc:"the service's official name"`
}

var _ = define("getservbyport", help{
	About:   "look up the service at a port",
	Doc:     "A port that /etc/services does not have is an error of class not_found, without a number.",
	Main:    "port",
	Example: "- getservbyport: 80\n  expect: service == \"http\"",
}, func(c *Call, p getservbyportParams) (getservbyportResult, error) {
	found, err := c.Host().GetServByPort(p.Port, p.Proto)
	return getservbyportResult{Service: found}, err
})
