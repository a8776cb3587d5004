package actions

type recvfromIntoResult struct {
	recvIntoResult
	name
}

var _ = define("recvfrom_into", help{
	About: "receive data into a buffer that holds something already, and learn who sent it",
	Doc:   "It is to recv_into what recvfrom is to recv.",
	Main:  "buffer",
	Uses:  Current,
	Example: "- recvfrom_into: {repeat: \".\", count: 8, nbytes: 4}\n" +
		"  expect: buffer[4:] == \"....\" and port > 0",
}, func(c *Call, p recvIntoParams) (recvfromIntoResult, error) {
	whole, part, err := p.room("recvfrom_into")
	if err != nil {
		return recvfromIntoResult{}, err
	}
	n, from, err := c.Socket.RecvFrom(c.Caller(), part, int(p.Flags))
	r := recvfromIntoResult{recvIntoResult: recvIntoResult{Buffer: whole}}
	if err == nil {
		r.received, r.name = receivedOf(c.Socket, part, n), nameOf(from)
	}
	return r, err
})
