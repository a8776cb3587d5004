package actions

type getfqdnParams struct {
	Name string `param:"name" default:"" doc:"a host's name or address; this machine's name unless given"`
}

type getfqdnResult struct {
	Host string `result:"host" doc:"the name with its domain"`
}

var _ = define("getfqdn", help{
	About: "look up a host's name with its domain",
	Doc: "Of the names that gethostbyaddr gives, it is the first with a dot in it, else the canonical\n" +
		"one; where there is none it is the name that was given.",
	Main:    "name",
	Example: "- getfqdn: 127.0.0.1\n  expect: host == \"localhost\"",
}, func(c *Call, p getfqdnParams) (getfqdnResult, error) {
	found, err := c.Host().GetFQDN(p.Name)
	return getfqdnResult{Host: found}, err
})
