package actions

type hostParams struct {
	Host string `param:"host,required" doc:"the host's name or IPv4 address"`
}

type gethostbynameResult struct {
	Host string `result:"host" doc:"an IPv4 address of the host"`
}

var _ = define("gethostbyname", help{
	About: "look up an IPv4 address of a host",
	Doc: "As in Python, `\"\"` is any address and `<broadcast>` the broadcast address. getaddrinfo knows\n" +
		"IPv6 too.",
	Main:    "host",
	Example: "- gethostbyname: localhost\n  expect: host == \"127.0.0.1\"",
}, func(c *Call, p hostParams) (gethostbynameResult, error) {
	found, err := c.Host().GetHostByName(p.Host)
	return gethostbynameResult{Host: found}, err
})
