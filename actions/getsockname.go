package actions

var _ = define("getsockname", help{
	About:   "ask for the socket's own address",
	Doc:     "A Unix socket without a name has the address unix:.",
	Uses:    Current,
	Example: "- getsockname:\n  expect: port != 0",
}, func(c *Call, _ struct{}) (name, error) {
	return ownName(c)
})
