package actions

type recvExactlyParams struct {
	Size Size `param:"size,required" doc:"how many bytes"`
}

// piece is the result of receiving a message from a stream.
type piece struct {
	Data []byte `result:"data" doc:"the whole message, or what came of it"`
	Size int    `result:"size" doc:"how many bytes that is"`
}

func pieceOf(data []byte) piece { return piece{Data: data, Size: len(data)} }

// wholeMessages says what the actions that receive one message of a stream have in common.
const wholeMessages = "Nothing behind the message is received: it is there for the next call. The socket's timeout\n" +
	"bounds the whole of it, as that of sendall. When the stream ends before, the step fails as `eof`;\n" +
	"whatever the failure, the result has what came. Only for streams: another socket's messages\n" +
	"are whole already."

var _ = define("recv_exactly", help{
	About:   "receive so many bytes of a stream",
	Doc:     wholeMessages,
	Main:    "size",
	Uses:    Current,
	Example: "- recv_exactly: 4\n- recv_exactly: $(be32(recv_exactly.data))\n  as: body",
}, func(c *Call, p recvExactlyParams) (piece, error) {
	data, err := c.Socket.RecvExactly(c.Caller(), int(p.Size))
	return pieceOf(data), err
})
