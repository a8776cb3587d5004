package socket

import (
	"fmt"
	"time"

	"netscene/actions/gate"
)

// Ready says whether the wait could end now; part of gate.Target.
func (o *operation) Ready() bool {
	switch {
	case o.wait.Kind == gate.Queue:
		return !o.sock.token(o.direction()).held.Load()
	case o.wait.Kind == gate.Retry && (o.verb == connecting || o.sock.family == rds):
		// The kernel does not tell; but only what happened since the last try can have made room.
		return o.sock.table.freed.Load() != o.freed
	case o.wait.Kind == gate.Retry && o.verb.writes() && !o.pollable():
		return sysRoom(o.to.raw)
	case o.reserve > 0:
		return o.reserved()
	}
	readable, writable, _ := sysPoll(o.sock.fd, o.sock.errorQueue.Load())
	if o.direction() == gate.Read {
		return readable
	}
	return writable || o.sock.brokenPipe()
}

// brokenPipe says whether a Unix stream cannot be sent to any more, which poll(2) does not tell
// while there is no room: nothing is what is sent.
func (s *Socket) brokenPipe() bool {
	if s.family != Unix || s.typ != Stream {
		return false
	}
	_, errno := sysSend(s.fd, nil, MsgDontWait|MsgNoSignal, "")
	return errno == EPIPE
}

// progress tells how much of what the call needs has moved.
func (o *operation) progress(verb string) string {
	if o.need < 2 {
		return ""
	}
	return fmt.Sprintf(", %d of %d bytes %s", o.done, o.need, verb)
}

// Interrupt ends the wait; part of gate.Target.
func (o *operation) Interrupt() {
	o.interrupted = true
	o.sock.setDeadline(o.direction(), time.Unix(1, 0))
}

// String says what is waited for; part of gate.Target.
func (o *operation) String() string {
	e := o.sock.addresses()
	name := o.sock.transport() + " "
	if o.wait.Kind == gate.Queue {
		return "its turn after another call on " + o.sock.String()
	}
	switch o.verb {
	case accepting:
		return "a connection on " + e.local.String()
	case connecting:
		return "the connection to " + o.to.String()
	case sending, sendingFile, sendingMessage:
		if !o.to.IsZero() {
			e.peer = o.to
		}
		return "room to send on " + name + e.join(" -> ") + o.progress("sent")
	}
	return "data on " + name + e.join(" <- ") + o.progress("came")
}
