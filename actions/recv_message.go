package actions

import (
	"errors"
	"fmt"

	"netscene/actions/message"
	"netscene/actions/socket"
)

type recvMessageParams struct {
	format
}

type receivedMessage struct {
	received
	Message messageFields `result:"message" doc:"the fields of the message; none at the end of the stream"`
	name
	dump
}

var _ = define("recv_message", help{
	About: "receive one message that is described under messages",
	Doc: "From a stream it takes the bytes of the message and no more, however they arrive; elsewhere it\n" +
		"takes one datagram, which must be the message and nothing else. What is not as described fails as\n" +
		"`malformed`, a stream that ends within a message as `eof`, and a datagram of more than 64 KiB, 256\n" +
		"KiB of a Unix socket, as `too_big`; `data` has what came. The socket's timeout bounds the whole of\n" +
		"it, as that of sendall.",
	Main:    "type",
	Uses:    Current,
	Example: "- recv_message: publish\n  expect: message.topic == \"a/b\" and message.qos == 0",
}, func(c *Call, p recvMessageParams) (receivedMessage, error) {
	if c.Socket.Type() == socket.Stream {
		return messageFromStream(c, p.message)
	}
	buf := make([]byte, roomFor(c.Socket))
	n, from, err := c.Socket.RecvFrom(c.Caller(), buf, socket.MsgTrunc)
	r := receivedMessage{}
	if err != nil {
		return r, err
	}
	r.received, r.name = receivedOf(c.Socket, buf, n), nameOf(from)
	if r.EOF { // of a socket for packets in a row
		return r, nil
	}
	r.dump = dump{message: p.message, bytes: r.Data, whole: true}
	if n > len(buf) {
		return r, &socket.Error{Call: "recv_message", Target: p.message.Name, Class: socket.TooBig,
			Text: fmt.Sprintf("the datagram has %d bytes, of which there is room for %d", n, len(buf))}
	}
	r.Message, err = p.message.ParseAll(r.Data)
	return r, r.asMalformed(err)
})

// How much one datagram can have: in IP its length stands in two bytes; a Unix socket takes more
// than Linux lets one send that asks for no larger SO_SNDBUF.
const (
	maxDatagram     = 1 << 16
	maxUnixDatagram = 1 << 18
)

func roomFor(s *socket.Socket) int {
	if s.Family() == socket.Unix {
		return maxUnixDatagram
	}
	return maxDatagram
}

// messageFromStream takes one message from a stream.
func messageFromStream(c *Call, m *message.Type) (receivedMessage, error) {
	r := receivedMessage{}
	data, err := c.Socket.RecvFramed(c.Caller(), func(got []byte) (int, bool, error) {
		value, size, err := m.Parse(got, false)
		var short *message.Short
		if errors.As(err, &short) {
			return short.Need, false, nil
		}
		r.Message = value
		return size, true, err
	})
	r.received = received{Data: data, Size: len(data)}
	r.dump = dump{message: m, bytes: data}
	if failure := socket.AsError(err); failure != nil && failure.Class == socket.EndOfStream {
		return r, r.atEnd()
	}
	return r, r.asMalformed(err)
}

// atEnd makes the result where the stream ended: nothing more came, or a message that has no other
// end, or only a part of one.
func (r *receivedMessage) atEnd() error {
	if r.EOF = r.Size == 0; r.EOF {
		return nil
	}
	r.whole = true
	var err error
	if r.Message, err = r.message.ParseAll(r.Data); err == nil {
		return nil
	}
	return &malformed{dump: r.dump, failure: &socket.Error{Call: "recv_message",
		Target: r.message.Name, Class: socket.EndOfStream,
		Text: "the stream ended within the message: " + err.Error()}}
}

// asMalformed makes the error of a message that does not parse; others stay as they are.
func (r *receivedMessage) asMalformed(err error) error {
	var wrong *message.Error
	if !errors.As(err, &wrong) {
		return err
	}
	r.Message = nil
	return &malformed{dump: r.dump, failure: &socket.Error{Call: "recv_message",
		Target: r.message.Name, Class: socket.Malformed,
		Text: fmt.Sprintf("byte %d, %v", wrong.At, wrong)}}
}
