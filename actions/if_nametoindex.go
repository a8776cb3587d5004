package actions

type ifNametoindexParams struct {
	Name string `param:"ifname,required" doc:"the interface's name"`
}

type ifNametoindexResult struct {
	Index int `result:"ifindex" doc:"the interface's number"`
}

var _ = define("if_nametoindex", help{
	About:   "look up the number of a network interface",
	Main:    "ifname",
	Example: "- if_nametoindex: lo\n  expect: ifindex > 0",
}, func(c *Call, p ifNametoindexParams) (ifNametoindexResult, error) {
	found, err := c.Host().IfNameToIndex(p.Name)
	return ifNametoindexResult{Index: found}, err
})
