package actions

var _ = define("dup", help{
	About: "duplicate the socket",
	Doc: "Both have one connection, which ends when both are closed; shutdown ends it for both. The\n" +
		"new socket is the actor's current one, with the same timeout.",
	Uses:    Current,
	Example: "- dup",
}, func(c *Call, _ struct{}) (socketResult, error) {
	s, err := c.Socket.Dup(c.Caller())
	if err != nil {
		return socketResult{}, err
	}
	return socketOf(s, s.SetTimeout(c.Socket.Timeout()))
})
