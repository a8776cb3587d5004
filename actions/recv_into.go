package actions

import (
	"bytes"
	"errors"

	"netscene/actions/socket"
)

type recvIntoParams struct {
	Buffer []byte       `param:"buffer,required" doc:"what the buffer holds before, as {repeat: \".\", count: 16}"`
	Offset Size         `param:"offset" default:"0" doc:"where in the buffer the data goes"`
	NBytes Size         `param:"nbytes" default:"0" doc:"how many bytes at most; 0 for all that the buffer has room for"`
	Flags  MessageFlags `param:"flags" default:"0" doc:"MSG_PEEK and its like, ORed as a list"`
}

func (p *recvIntoParams) check() *ParamError {
	if int(p.Offset) > len(p.Buffer) {
		return &ParamError{"offset", errors.New("it lies behind the end of the buffer")}
	}
	return nil
}

// room gives a buffer of the step's own and the part of it that receives. More bytes than there is
// room for are refused before any call, as Python does.
func (p *recvIntoParams) room(call string) (whole, part []byte, err error) {
	whole = bytes.Clone(p.Buffer)
	part = whole[p.Offset:]
	switch n := int(p.NBytes); {
	case n > len(part):
		return whole, nil, &socket.Error{Call: call, Class: socket.BadArgument,
			Text: "buffer too small for requested bytes"}
	case n > 0:
		part = part[:n]
	}
	return whole, part, nil
}

type recvIntoResult struct {
	received
	Buffer []byte `result:"buffer" doc:"the whole buffer afterwards, with what the call left untouched"`
}

var _ = define("recv_into", help{
	About: "receive data into a buffer that holds something already",
	Doc: "Like recv; the rest of the buffer stays as it was. `offset` is what a memoryview is for in Python.\n" +
		"With more `nbytes` than there is room for the step fails as `bad_argument`, without a call.",
	Main:    "buffer",
	Uses:    Current,
	Example: "- recv_into: {repeat: \".\", count: 8, offset: 2}\n  expect: buffer == \"..hello.\"",
}, func(c *Call, p recvIntoParams) (recvIntoResult, error) {
	whole, part, err := p.room("recv_into")
	if err != nil {
		return recvIntoResult{}, err
	}
	n, err := c.Socket.Recv(c.Caller(), part, int(p.Flags))
	r := recvIntoResult{Buffer: whole}
	if err == nil {
		r.received = receivedOf(c.Socket, part, n)
	}
	return r, err
})
