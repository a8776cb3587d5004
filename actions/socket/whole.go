package socket

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"netscene/actions/gate"
)

// A stream has no messages. What is here receives one of it all the same, in as many calls as that
// takes, and not a byte more: where only the bytes themselves tell how far it goes, they are looked
// at with MSG_PEEK first. So what follows stays in the kernel, for any other call on any
// descriptor of the socket. Two that receive from one stream at once share its bytes, as always.

// How much is looked at: little at first, for lines are short, and what is behind one is looked at
// again with the next.
const (
	firstLook = 256
	mostAhead = 64 << 10
)

// whole is a message on its way. The socket's timeout bounds all of it, as that of sendall, so that
// a peer cannot hold a call by a byte now and then.
type whole struct {
	sock *Socket
	by   *Caller
	patience
	until time.Time // zero for no end
	got   []byte
}

// whole begins to receive a message. One that looks ahead cannot do so with SO_PEEK_OFF, by which
// each look begins elsewhere.
func (s *Socket) whole(c *Caller, ahead bool) (*whole, error) {
	if s.Closed() {
		return nil, errnoError("recv", "", EBADF)
	}
	if s.typ != Stream {
		return nil, broken(BadArgument, "only a stream has no messages of its own; recv gives one whole")
	}
	if ahead && s.queued(peekOffset) >= 0 {
		return nil, broken(BadArgument, "with SO_PEEK_OFF the kernel does not show what comes next")
	}
	w := &whole{sock: s, by: c, patience: s.patience(0, gate.Read)}
	if w.limit > 0 {
		w.until = time.Now().Add(w.limit)
	}
	return w, nil
}

// peekOffset is the value of SO_PEEK_OFF, -1 where that is off or unknown.
func peekOffset(fd int) int {
	at, errno := intOption(fd, optPeekOff)
	if errno != 0 {
		return -1
	}
	return at
}

// receive makes one call, which is complete with need bytes, or with any where that is 0.
func (w *whole) receive(buf []byte, flags, need int) (int, error) {
	r := request{name: "recv", verb: receiving, buf: buf, flags: flags, need: need,
		patience: w.patience}
	if !w.until.IsZero() {
		r.limit = max(time.Until(w.until), 1)
	}
	o, err := w.sock.perform(w.by, r)
	return o.moved(), err
}

// take receives so many bytes, for which there is room. It says whether the stream ended before.
func (w *whole) take(size int) (ended bool, err error) {
	for end := len(w.got) + size; len(w.got) < end; {
		n, err := w.receive(w.got[len(w.got):end], 0, end-len(w.got))
		w.got = w.got[:len(w.got)+n]
		if err != nil || n == 0 {
			return err == nil, err
		}
	}
	return false, nil
}

// RecvExactly receives so many bytes. With an error it returns those that came; that the stream
// ends before is one of class eof.
func (s *Socket) RecvExactly(c *Caller, size int) ([]byte, error) {
	w, err := s.whole(c, false)
	if err != nil {
		return nil, err
	}
	w.got = make([]byte, 0, size)
	ended, err := w.take(size)
	if ended {
		err = broken(EndOfStream, "the stream ended after %d of %d bytes", len(w.got), size)
	}
	return w.got, err
}

// RecvUntil receives up to a delimiter and returns that, too. With an error it returns what came:
// that the stream ends before is one of class eof, and that there is no delimiter in the first
// limit bytes, with itself, is one of class too_big.
func (s *Socket) RecvUntil(c *Caller, delimiter []byte, limit int) ([]byte, error) {
	w, err := s.whole(c, true)
	if err != nil {
		return nil, err
	}
	for look := firstLook; ; look = min(2*look, mostAhead) {
		before := len(w.got)
		room := min(look, limit-before)
		if room == 0 {
			return w.got, broken(TooBig, "%q has not come within the limit of %d bytes", delimiter,
				limit)
		}
		w.got = slices.Grow(w.got, room)
		n, err := w.receive(w.got[before:before+room], MsgPeek, 0)
		if err != nil {
			return w.got, err
		}
		// The delimiter may have begun in what came before.
		from, size := max(0, before-len(delimiter)+1), n
		if at := bytes.Index(w.got[from:before+n], delimiter); at >= 0 {
			size = from + at + len(delimiter) - before
		}
		ended, err := w.take(size)
		switch {
		case n == 0 || ended:
			return w.got, broken(EndOfStream, "the stream ended after %d bytes, without %q",
				len(w.got), delimiter)
		case err != nil || bytes.HasSuffix(w.got, delimiter):
			return w.got, err
		}
	}
}

// RecvFramed receives a message that tells itself how long it is. measure is given its first bytes,
// and says how many it has or, where it is not certain yet, at least has. With an error it returns
// what came: with one of measure all that was looked at, of which the last part is still there to
// be received. That the stream ends before is one of class eof.
func (s *Socket) RecvFramed(c *Caller, measure func(got []byte) (size int, certain bool,
	err error)) ([]byte, error) {
	w, err := s.whole(c, true)
	if err != nil {
		return nil, err
	}
	need, certain := 1, false
	for look := firstLook; ; look = min(2*look, mostAhead) {
		before := len(w.got)
		room := max(look, need-before)
		w.got = slices.Grow(w.got, room)
		n, err := w.receive(w.got[before:before+room], MsgPeek, 0)
		if err != nil {
			return w.got, err
		}
		size := before + n
		if n > 0 && size >= need {
			if need, certain, err = measure(w.got[:size]); err != nil {
				return w.got[:size], err
			}
		}
		if certain {
			size = need
		}
		ended, err := w.take(size - before)
		switch {
		case n == 0 || ended:
			return w.got, broken(EndOfStream, "the stream ended after %d bytes", len(w.got))
		case err != nil || certain:
			return w.got, err
		}
	}
}

// RecvAll receives up to the end of the stream. With an error it returns what came; more than limit
// bytes are one of class too_big.
func (s *Socket) RecvAll(c *Caller, limit int) ([]byte, error) {
	w, err := s.whole(c, true)
	if err != nil {
		return nil, err
	}
	for {
		if len(w.got) == limit {
			var more [1]byte
			n, err := w.receive(more[:], MsgPeek, 0)
			if n > 0 {
				err = broken(TooBig, "the stream goes on behind the limit of %d bytes", limit)
			}
			return w.got, err
		}
		before := len(w.got)
		room := min(limit-before, max(mostAhead, min(before, 1<<20)))
		w.got = slices.Grow(w.got, room)
		n, err := w.receive(w.got[before:before+room], 0, 0)
		if w.got = w.got[:before+n]; err != nil || n == 0 {
			return w.got, err
		}
	}
}

// broken is the error of a message that is not whole.
func broken(class Class, format string, args ...any) error {
	return &Error{Call: "recv", Class: class, Text: fmt.Sprintf(format, args...)}
}
