package actions

var _ = define("getpeername", help{
	About:   "ask for the address of the peer",
	Doc:     "A Unix peer without a name has the address unix:. Without a peer it fails with ENOTCONN.",
	Uses:    Current,
	Example: "- getpeername:\n  expect: address == server.listen.address",
}, func(c *Call, _ struct{}) (name, error) {
	a, err := c.Socket.GetPeerName(c.Caller())
	return nameOf(a), err
})
