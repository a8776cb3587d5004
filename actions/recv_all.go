package actions

type recvAllParams struct {
	Limit *Size `param:"limit" default:"64 MiB" doc:"how many bytes may come; more fail as too_big"`
}

var _ = define("recv_all", help{
	About: "receive all that comes up to the end of the stream",
	Doc: "The socket's timeout bounds the whole of it, as that of sendall. Whatever the failure, the\n" +
		"result has what came. Only for streams: another socket has no end.",
	Main:    "limit",
	Uses:    Current,
	Example: "- recv_all: 1 MiB\n  expect: len(data) > 0",
}, func(c *Call, p recvAllParams) (piece, error) {
	data, err := c.Socket.RecvAll(c.Caller(), limit(p.Limit, maxBuffer))
	return pieceOf(data), err
})
