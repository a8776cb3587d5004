package actions

var _ = define("sendall", help{
	About:   "send all of the data, in as many calls as it takes",
	Doc:     "The socket's timeout bounds the whole of it. When it fails, `sent` tells how much went.",
	Main:    "data",
	Uses:    Current,
	Example: "- sendall: {repeat: A, count: 65536}",
}, func(c *Call, p sendParams) (sent, error) {
	n, err := c.Socket.SendAll(c.Caller(), p.Data, int(p.Flags))
	return sent{Sent: n}, err
})
