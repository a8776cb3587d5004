package actions

type recvfromResult struct {
	received
	name
}

var _ = define("recvfrom", help{
	About: "receive data and learn who sent it",
	Doc: "`address` is the sender. It is empty, and `family` AF_UNSPEC, where the kernel names none: on a\n" +
		"connected stream, and for a Unix datagram from a socket that has no name.",
	Main:    "size",
	Uses:    Current,
	Example: "- recvfrom: 1024\n- sendto: {data: $(recvfrom.data), address: $(recvfrom.address)}",
}, func(c *Call, p recvParams) (recvfromResult, error) {
	buf := make([]byte, p.Size)
	n, from, err := c.Socket.RecvFrom(c.Caller(), buf, int(p.Flags))
	if err != nil {
		return recvfromResult{}, err
	}
	return recvfromResult{received: receivedOf(c.Socket, buf, n), name: nameOf(from)}, nil
})
