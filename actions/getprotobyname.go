package actions

type getprotobynameParams struct {
	Name string `param:"protocol,required" doc:"one of the protocol's names, as /etc/protocols has it"`
}

type getprotobynameResult struct {
	Proto int `result:"proto" doc:"the protocol's number"`
}

var _ = define("getprotobyname", help{
	About: "look up the number of a protocol",
	Doc: "A protocol that /etc/protocols does not have is an error of class not_found, without a\n" +
		"number.",
	Main:    "protocol",
	Example: "- getprotobyname: icmp\n  expect: proto == IPPROTO_ICMP",
}, func(c *Call, p getprotobynameParams) (getprotobynameResult, error) {
	found, err := c.Host().GetProtoByName(p.Name)
	return getprotobynameResult{Proto: found}, err
})
