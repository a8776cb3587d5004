package actions

import "netscene/actions/host"

// hostentResult is struct hostent of netdb.h.
type hostentResult struct {
	Canonical string `result:"canonname" doc:"the host's canonical name"`
	Aliases   words  `result:"aliases" doc:"a list of its other names"`
	Hosts     words  `result:"hosts" doc:"a list of its addresses"`
}

var _ = define("gethostbyname_ex", help{
	About:   "look up the names and IPv4 addresses of a host",
	Doc:     "A name in /etc/hosts has the aliases of its lines there.",
	Main:    "host",
	Example: "- gethostbyname_ex: localhost\n  expect: '\"127.0.0.1\" in hosts'",
}, func(c *Call, p hostParams) (hostentResult, error) {
	found, err := c.Host().GetHostByNameEx(p.Host)
	return hostent(found), err
})

func hostent(e host.HostEntry) hostentResult {
	return hostentResult{Canonical: e.Canonical, Aliases: e.Aliases, Hosts: e.Hosts}
}
