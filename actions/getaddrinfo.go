package actions

import "netscene/actions/host"

type getaddrinfoParams struct {
	Host   HostName      `param:"host" doc:"a host's name or address; null for this machine, or with AI_PASSIVE any of its addresses"`
	Port   Service       `param:"port" doc:"a port, or a service's name such as http; null for none, which gives port 0"`
	Family Family        `param:"family" default:"AF_UNSPEC" doc:"AF_INET or AF_INET6 alone"`
	Type   SocketType    `param:"type" default:"0" doc:"this socket type alone, such as SOCK_STREAM"`
	Proto  Protocol      `param:"proto" default:"0" doc:"this protocol alone, such as IPPROTO_TCP"`
	Flags  AddrInfoFlags `param:"flags" default:"0" doc:"AI_PASSIVE, AI_NUMERICHOST and their like, ORed as a list"`
}

type getaddrinfoResult struct {
	Results addrInfos `result:"results" doc:"a list of mappings with family, type, proto, canonname and address"`
	name
}

var _ = define("getaddrinfo", help{
	About: "look up the addresses of a host and a service",
	Doc: "The results, their order and the errors (EAI_NONAME and their like) are those of getaddrinfo(3)\n" +
		"in the GNU C library. `address`, `host` and `port` are those of the first result. Names of\n" +
		"services come from /etc/services, names of hosts from /etc/hosts and DNS. EAI_NONAME stands\n" +
		"for EAI_NODATA too, which the resolver does not tell apart.",
	Main: "host",
	Example: "- getaddrinfo: {host: 127.0.0.1, port: http, type: SOCK_STREAM}\n" +
		"  expect: results[0].address == \"127.0.0.1:80\"",
}, func(c *Call, p getaddrinfoParams) (getaddrinfoResult, error) {
	found, err := c.Host().GetAddrInfo(host.AddrInfoQuery{Host: p.Host.text, Service: p.Port.text,
		Family: int(p.Family), Type: int(p.Type), Proto: int(p.Proto), Flags: int(p.Flags)})
	if err != nil {
		return getaddrinfoResult{}, err
	}
	return getaddrinfoResult{Results: found, name: nameOf(found[0].Address)}, nil
})
