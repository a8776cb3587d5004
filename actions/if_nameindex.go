package actions

type ifNameindexResult struct {
	Interfaces interfaces `result:"interfaces" doc:"a list of mappings with ifindex and ifname"`
}

var _ = define("if_nameindex", help{
	About:   "list the network interfaces",
	Example: "- if_nameindex:\n  expect: 'any(interfaces, #.ifname == \"lo\")'",
}, func(c *Call, _ struct{}) (ifNameindexResult, error) {
	found, err := c.Host().IfNameIndex()
	return ifNameindexResult{Interfaces: found}, err
})
