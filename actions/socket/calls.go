package socket

import (
	"errors"
	"os"

	"netscene/actions/gate"
)

// target is what the error of a request names besides the call.
func (r *request) target() string { return r.to.String() }

// finish turns the outcome of an operation into its error and tells the trace.
func (o *operation) finish(err error) error {
	ended := ""
	switch {
	case err == nil:
	case !errors.Is(err, os.ErrDeadlineExceeded):
		ended = EndedCancelled
	case o.lastTry():
		err = nil
	case o.expired != 0:
		o.errno, err = o.expired, nil
	default:
		o.errno, ended = 0, EndedTimeout
		err = &Error{Call: o.name, Target: o.target(), Class: TimedOut, Text: "timed out"}
	}
	if ended == EndedCancelled {
		o.errno = 0
	}
	if o.done > 0 && !o.whole && ended != EndedCancelled && (err != nil || o.errno != 0) {
		// What has moved is what the call returns; the error is the next call's.
		if o.errno != EAGAIN && o.errno != EPIPE {
			o.sock.deferred.Store(int32(o.errno))
		}
		o.errno, ended, err = 0, "", nil
	}
	if err == nil && o.errno != 0 {
		err = errnoError(o.name, o.target(), o.errno)
	}
	if o.caller.Trace != nil {
		o.trace(ended)
	}
	return err
}

// lastTry takes what is there when the limit has passed and less than the reserve has come, as a
// blocking call then does.
func (o *operation) lastTry() bool {
	if o.reserve == 0 {
		return false
	}
	o.reserve = 0
	return o.attempt()
}

func (o *operation) trace(ended string) {
	call := &o.caller.call
	*call = Call{Name: o.name, Socket: o.sock.id, FD: o.sock.fd, Size: len(o.buf), Flags: o.flags,
		Address: o.to, Result: o.done, Errno: o.errno, Ended: ended}
	if (o.errno != 0 || ended != "") && o.done == 0 {
		call.Result = -1
	}
	if o.verb.moves() {
		call.Data = o.buf[:min(o.done, len(o.buf))]
	}
	if o.msg != nil {
		call.Control, call.Ancillary = len(o.msg.control), o.msg.describe(o.verb)
		call.Got = o.msg.flags
	}
	if o.verb == sendingFile {
		call.Size = o.part.size
	}
	if (o.verb == receivingFrom || o.verb == receivingMessage) && o.errno == 0 && ended == "" {
		call.Address = o.sender()
	}
	o.caller.Trace(call)
}

// sender gives the address that recvfrom filled in. A sender is often the same as before, whose
// Address then serves again.
func (o *operation) sender() Address {
	c := o.caller
	if string(o.from.bytes[:min(o.from.size, addressMax)]) != c.last.raw {
		c.last = o.from.address()
	}
	return c.last
}

// Send sends data as send(2) does. Without a timeout, on a stream, it goes on until all is sent, as
// on a blocking descriptor; otherwise it may send less. It returns how many bytes went.
func (s *Socket) Send(c *Caller, data []byte, flags int) (int, error) {
	return s.send(c, request{name: "send", buf: data, flags: flags})
}

// SendTo sends data to an address as sendto(2) does; like Send otherwise.
func (s *Socket) SendTo(c *Caller, data []byte, flags int, to Address) (int, error) {
	return s.send(c, request{name: "sendto", buf: data, flags: flags, to: to})
}

// SendAll sends all of data, within one timeout. With an error it returns how many bytes went.
func (s *Socket) SendAll(c *Caller, data []byte, flags int) (int, error) {
	return s.send(c, request{name: "send", buf: data, flags: flags, need: len(data), whole: true})
}

func (s *Socket) send(c *Caller, r request) (int, error) {
	if r.msg == nil {
		r.verb = sending
	}
	r.patience = s.patience(r.flags, gate.Write)
	if s.typ == Stream && r.waits && !r.python {
		r.need = len(r.buf)
	}
	o, err := s.perform(c, r)
	return o.moved(), err
}

// Recv receives into buf as recv(2) does, and returns the kernel's count: 0 for an end of stream,
// but also for an empty message or buffer, and with MSG_TRUNC perhaps more than buf holds. Where
// it may wait, MSG_WAITALL and SO_RCVLOWAT apply as on a blocking descriptor, up to the timeout.
func (s *Socket) Recv(c *Caller, buf []byte, flags int) (int, error) {
	o, err := s.perform(c, s.receive("recv", receiving, buf, flags))
	return o.moved(), err
}

// RecvFrom is Recv with the sender's address; none on a connected stream.
func (s *Socket) RecvFrom(c *Caller, buf []byte, flags int) (int, Address, error) {
	o, err := s.perform(c, s.receive("recvfrom", receivingFrom, buf, flags))
	if err != nil {
		return o.moved(), Address{}, err
	}
	return o.moved(), o.sender(), nil
}

// moved is how many bytes an operation has moved, not counting before it failed at once.
func (o *operation) moved() int { return max(o.done, 0) }

func (s *Socket) receive(name string, v verb, buf []byte, flags int) request {
	r := request{name: name, verb: v, buf: buf, flags: flags, patience: s.patience(flags, gate.Read)}
	if s.typ != Stream || !r.waits || flags&MsgOOB != 0 {
		return r
	}
	low := int(s.played.lowWater.Load())
	switch {
	case flags&MsgWaitAll != 0 && flags&MsgPeek != 0:
		r.reserve = len(buf)
	case flags&MsgWaitAll != 0:
		r.need = len(buf)
	case low > 1:
		r.reserve = min(low, len(buf))
	}
	return r
}

// Connect connects to an address as connect(2) does. Cut short by a timeout the attempt goes on,
// and a later call tells of it as the kernel does: EALREADY, EISCONN, or its error.
func (s *Socket) Connect(c *Caller, to Address) error {
	if to.Family() == Unspec {
		s.calledOff.Add(1)
	}
	r := request{name: "connect", verb: connecting, to: to, patience: s.patience(0, gate.Write)}
	if r.waits && !r.python && s.family != Unix {
		r.expired = EINPROGRESS
	}
	_, err := s.perform(c, r)
	switch {
	case err != nil:
	case to.Family() == Unspec: // neither end is what it was
		s.ends.Store(nil)
	default:
		s.remember(ends{peer: to})
	}
	return err
}

// Accept takes a connection as accept(2) does, and gives its socket, which has no timeout, and the
// peer's address.
func (s *Socket) Accept(c *Caller) (*Socket, Address, error) { return s.Accept4(c, 0) }

// Accept4 is Accept with the flags of accept4(2): SOCK_NONBLOCK makes the new socket non-blocking.
func (s *Socket) Accept4(c *Caller, flags int) (*Socket, Address, error) {
	trace := c.Trace
	c.Trace = nil // told below, when the new socket has a number
	o, err := s.perform(c, request{name: "accept", verb: accepting, flags: flags,
		patience: s.patience(0, gate.Read)})
	c.Trace = trace
	var accepted *Socket
	var peer Address
	if err == nil {
		s.table.freed.Add(1)
		peer = o.from.address()
		accepted, err = s.table.adopt(o.done, s.family, s.typ|flags, s.proto)
	}
	if accepted != nil {
		accepted.remember(ends{peer: peer})
		if s.played.any.Load() {
			accepted.learnPlayed()
		}
	}
	if trace != nil {
		o.traceAccept(accepted, peer, err)
	}
	return accepted, peer, err
}

func (o *operation) traceAccept(accepted *Socket, peer Address, err error) {
	call := &o.caller.call
	*call = Call{Name: "accept", Socket: o.sock.id, FD: o.sock.fd, Flags: o.flags, Address: peer,
		Result: -1}
	switch e := AsError(err); {
	case accepted != nil:
		call.Result, call.Accepted = accepted.fd, accepted.id
	case e == nil:
		call.Ended = EndedCancelled
	case e.Errno != 0:
		call.Errno = e.Errno
	default:
		call.Ended = EndedTimeout
	}
	o.caller.Trace(call)
}
