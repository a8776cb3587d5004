package actions

type gethostbyaddrParams struct {
	Host string `param:"host,required" doc:"an IPv4 or IPv6 address; a name is looked up first"`
}

var _ = define("gethostbyaddr", help{
	About: "look up the names of the host that has an address",
	Doc: "An address that has no name is an error of class unresolved, without a number: what Python\n" +
		"raises as herror. /etc/hosts is asked first, then DNS.",
	Main:    "host",
	Example: "- gethostbyaddr: 127.0.0.1\n  expect: canonname == \"localhost\"",
}, func(c *Call, p gethostbyaddrParams) (hostentResult, error) {
	found, err := c.Host().GetHostByAddr(p.Host)
	return hostent(found), err
})
