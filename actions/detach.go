package actions

type filenoResult struct {
	FileNo int `result:"fileno" doc:"the number of the descriptor; -1 when it was closed or detached"`
}

var _ = define("detach", help{
	About: "give the socket's descriptor up without closing it",
	Doc: "The socket is then closed for its actor, the connection is not. `socket` with `fileno` makes a\n" +
		"socket of the descriptor again. One that nobody has taken over is closed when the run ends.",
	Uses:    Current,
	Example: "- detach\n- socket: {fileno: $(detach.fileno)}",
}, func(c *Call, _ struct{}) (filenoResult, error) {
	return filenoResult{FileNo: c.Socket.Detach()}, nil
})
