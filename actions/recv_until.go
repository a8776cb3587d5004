package actions

import (
	"bytes"
	"errors"
)

// mostOfMessage bounds a message that a delimiter ends, as asyncio's streams do.
const mostOfMessage = 64 << 10

// limit is a parameter that bounds what is received.
func limit(given *Size, otherwise int) int {
	if given == nil {
		return otherwise
	}
	return int(*given)
}

type recvUntilParams struct {
	Delimiter []byte `param:"delimiter,required" doc:"what ends the message"`
	Limit     *Size  `param:"limit" default:"64 KiB" doc:"how many bytes the message may have, with its delimiter; more fail as too_big"`
}

func (p *recvUntilParams) check() *ParamError {
	if len(p.Delimiter) == 0 {
		return &ParamError{Param: "delimiter", Err: errors.New("cannot be empty")}
	}
	return nil
}

type recvUntilResult struct {
	piece
	Record []byte `result:"record" doc:"the message without its delimiter"`
}

var _ = define("recv_until", help{
	About:   "receive a message of a stream that ends with a delimiter",
	Doc:     wholeMessages,
	Main:    "delimiter",
	Uses:    Current,
	Example: "- recv_until: {hex: 0d0a0d0a}\n  expect: record startsWith \"HTTP/1.1 200\"",
}, func(c *Call, p recvUntilParams) (recvUntilResult, error) {
	data, err := c.Socket.RecvUntil(c.Caller(), p.Delimiter, limit(p.Limit, mostOfMessage))
	return recvUntilResult{pieceOf(data), bytes.TrimSuffix(data, p.Delimiter)}, err
})
