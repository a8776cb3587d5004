package actions

import (
	"bytes"
	"errors"
	"slices"
)

type sendLineParams struct {
	Line []byte `param:"line,required" doc:"the line, without its end"`
	CRLF bool   `param:"crlf" default:"false" doc:"whether it ends with \\r\\n instead of \\n"`
}

func (p *sendLineParams) check() *ParamError {
	if bytes.Contains(p.Line, []byte("\n")) {
		return &ParamError{Param: "line", Err: errors.New("these are several lines: sendall sends them")}
	}
	return nil
}

var _ = define("send_line", help{
	About:   "send a line with its end",
	Doc:     "As sendall does; on a datagram socket it is one message.",
	Main:    "line",
	Uses:    Current,
	Example: "- send_line: hello\n- send_line: {line: EHLO example.com, crlf: true}\n  as: greeting",
}, func(c *Call, p sendLineParams) (sent, error) {
	end := "\n"
	if p.CRLF {
		end = "\r\n"
	}
	n, err := c.Socket.SendAll(c.Caller(), slices.Concat(p.Line, []byte(end)), 0)
	return sent{Sent: n}, err
})
