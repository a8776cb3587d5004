package actions

type connectParams struct {
	Address Endpoint `param:"address,required" doc:"the peer's address"`
}

var _ = define("connect", help{
	About: "connect the socket to an address",
	Doc: "On a stream socket it waits until the connection stands or has failed; on a datagram\n" +
		"socket it sets the peer.\n" +
		"A socket in non-blocking mode fails with EINPROGRESS while the connection is on its way.\n" +
		"To connect to {family: unspec} takes the peer away.\n" + addressForms,
	Main:    "address",
	Uses:    Current,
	Example: "- connect: $(server.listen.address)",
}, func(c *Call, p connectParams) (connected, error) {
	peer, err := c.Address(p.Address, ToConnect)
	if err != nil {
		return connected{}, err
	}
	if err := c.Socket.Connect(c.Caller(), peer); err != nil {
		return connected{}, err
	}
	return connectedOf(c, c.Socket, peer)
})
