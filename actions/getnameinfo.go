package actions

import "netscene/actions/socket"

type getnameinfoParams struct {
	Address Endpoint      `param:"address,required" doc:"the address; its host is a number"`
	Flags   NameInfoFlags `param:"flags" default:"0" doc:"NI_NUMERICHOST, NI_NAMEREQD and their like, ORed as a list"`
}

type getnameinfoResult struct {
	Host    string `result:"host" doc:"the host's name, or its number where it has none"`
	Service string `result:"service" doc:"the service's name, or the port where it has none"`
}

var _ = define("getnameinfo", help{
	About: "look up the names of an address's host and service",
	Doc: "NI_NUMERICHOST and NI_NUMERICSERV give numbers and look nothing up; NI_NAMEREQD makes a host\n" +
		"without a name an error; NI_DGRAM asks for the service of UDP; NI_NOFQDN leaves out the\n" +
		"domain that this machine's own name has.",
	Main: "address",
	Example: "- getnameinfo: {address: 127.0.0.1:80, flags: [NI_NUMERICHOST, NI_NUMERICSERV]}\n" +
		"  expect: service == \"80\"",
}, func(c *Call, p getnameinfoParams) (getnameinfoResult, error) {
	a, resolved, err := p.Address.Endpoint.Address(socket.Unspec)
	if err != nil {
		return getnameinfoResult{}, err
	}
	if !resolved { // as Python, which asks for the address with AI_NUMERICHOST
		host := p.Address.Host()
		return getnameinfoResult{}, c.Host().NotNumeric(host)
	}
	host, service, err := c.Host().GetNameInfo(a, int(p.Flags))
	if err != nil {
		return getnameinfoResult{}, err
	}
	return getnameinfoResult{Host: host, Service: service}, nil
})
