package actions

var _ = define("close", help{
	About: "close the socket",
	Doc: "The actor's current socket is then the one it opened before. An actor that is blocked in a\n" +
		"call on the socket stays there, as in the kernel; shutdown wakes it.",
	Uses:    Current,
	Example: "- close",
}, func(c *Call, _ struct{}) (none, error) {
	return none{}, c.Socket.Close(c.Caller())
})
