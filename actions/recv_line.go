package actions

import (
	"bytes"
	"unicode/utf8"

	"netscene/actions/socket"
)

type recvLineParams struct {
	Limit *Size `param:"limit" default:"64 KiB" doc:"how many bytes the line may have, with its end; more fail as too_big"`
}

type recvLineResult struct {
	piece
	Line string `result:"line" doc:"the line as text, without its end, which is \\n or \\r\\n"`
}

var _ = define("recv_line", help{
	About:   "receive a line of a stream",
	Doc:     wholeMessages + "\nA line that is not UTF-8 fails as `invalid`: recv_until takes any bytes.",
	Main:    "limit",
	Uses:    Current,
	Example: "- recv_line\n- log: the peer said $(recv_line.line)",
}, func(c *Call, p recvLineParams) (recvLineResult, error) {
	data, err := c.Socket.RecvUntil(c.Caller(), []byte("\n"), limit(p.Limit, mostOfMessage))
	r := recvLineResult{piece: pieceOf(data)}
	if err != nil {
		return r, err
	}
	if !utf8.Valid(data) {
		return r, &socket.Error{Call: "recv", Class: socket.Invalid, Text: "the line is not UTF-8"}
	}
	r.Line = string(bytes.TrimSuffix(bytes.TrimSuffix(data, []byte("\n")), []byte("\r")))
	return r, nil
})
