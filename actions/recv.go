package actions

type recvParams struct {
	Size  Size         `param:"size,required" doc:"how many bytes at most"`
	Flags MessageFlags `param:"flags" default:"0" doc:"MSG_PEEK, MSG_WAITALL, MSG_DONTWAIT, MSG_TRUNC and their like, ORed as a list"`
}

var _ = define("recv", help{
	About: "receive data",
	Doc: "On a stream it gives what is there, at most `size` bytes, and waits when there is nothing; on a\n" +
		"datagram or seqpacket socket it gives one message and drops what does not fit.",
	Main:    "size",
	Uses:    Current,
	Example: "- recv: {size: 1024, flags: MSG_PEEK}\n  expect: data == \"hello\"",
}, func(c *Call, p recvParams) (received, error) {
	buf := make([]byte, p.Size)
	n, err := c.Socket.Recv(c.Caller(), buf, int(p.Flags))
	if err != nil {
		return received{}, err
	}
	return receivedOf(c.Socket, buf, n), nil
})
