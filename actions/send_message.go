package actions

import (
	"errors"
	"strings"

	"netscene/actions/message"
	"netscene/actions/socket"
	"netscene/schema"
)

type sendMessageParams struct {
	format
	To *Endpoint `param:"to" doc:"where to, on a datagram socket that is not connected"`

	bytes []byte
	value messageFields
}

type sentMessage struct {
	sent
	Data    []byte        `result:"data" doc:"the bytes of the message"`
	Message messageFields `result:"message" doc:"its fields, the computed ones too"`
	dump
}

// check builds the message, which is the same in every performance of the step.
func (p *sendMessageParams) check() *ParamError {
	if p.message == nil || !p.message.Usable() {
		return nil
	}
	var err error
	p.bytes, p.value, err = p.message.Build(p.given)
	if err == nil {
		return nil
	}
	var wrong *message.Error
	if errors.As(err, &wrong) {
		first := wrong.Path
		if i := strings.IndexAny(first, ".["); i >= 0 {
			first = first[:i]
		}
		return &ParamError{Param: first, Err: err}
	}
	return &ParamError{Err: err}
}

var _ = define("send_message", help{
	About: "send a message that is described under messages",
	Doc: "The other parameters are the fields of the message. Lengths, counts and checksums are computed\n" +
		"unless they are given; then they are sent as given, right or wrong. A stream takes all of it, as\n" +
		"sendall; elsewhere it is one datagram.",
	Main:    "type",
	Uses:    Current,
	Sends:   true,
	Example: "- send_message: {type: publish, topic: a/b, payload: hello}",
	Table: &schema.Table{Title: "Types of fields, and what stands beside them",
		Head: []string{"written", ""}, Rows: message.Words()},
}, func(c *Call, p sendMessageParams) (sentMessage, error) {
	r := sentMessage{Data: p.bytes, Message: p.value,
		dump: dump{message: p.message, bytes: p.bytes, whole: true}}
	var err error
	switch {
	case p.To != nil:
		var to socket.Address
		if to, err = c.Address(*p.To, ToSend); err == nil {
			r.Sent, err = c.Socket.SendTo(c.Caller(), p.bytes, 0, to)
		}
	case c.Socket.Type() == socket.Stream:
		r.Sent, err = c.Socket.SendAll(c.Caller(), p.bytes, 0)
	default:
		r.Sent, err = c.Socket.Send(c.Caller(), p.bytes, 0)
	}
	return r, err
})
