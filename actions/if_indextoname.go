package actions

type ifIndextonameParams struct {
	Index int `param:"ifindex,required" range:"0 4294967295" doc:"the interface's number"`
}

type ifIndextonameResult struct {
	Name string `result:"ifname" doc:"the interface's name"`
}

var _ = define("if_indextoname", help{
	About:   "look up the name of a network interface",
	Main:    "ifindex",
	Example: "- if_nametoindex: lo\n- if_indextoname: $(if_nametoindex.ifindex)\n  expect: ifname == \"lo\"",
}, func(c *Call, p ifIndextonameParams) (ifIndextonameResult, error) {
	found, err := c.Host().IfIndexToName(p.Index)
	return ifIndextonameResult{Name: found}, err
})
