package socket

import (
	"errors"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"netscene/actions/gate"
)

// flight counts the calls that are in flight on a socket, and remembers that it was closed.
type flight struct{ state atomic.Int64 }

const closedMark = 1 << 62

func (f *flight) closed() bool { return f.state.Load()&closedMark != 0 }

// enter begins a call; false when the socket was closed.
func (f *flight) enter() bool {
	for {
		v := f.state.Load()
		if v&closedMark != 0 {
			return false
		}
		if f.state.CompareAndSwap(v, v+1) {
			return true
		}
	}
}

// refuse makes every further call be refused; false when that was so already.
func (f *flight) refuse() bool {
	for {
		v := f.state.Load()
		if v&closedMark != 0 {
			return false
		}
		if f.state.CompareAndSwap(v, v|closedMark) {
			return true
		}
	}
}

// leave ends a call. If the socket was closed meanwhile and this was the last call, it closes the
// descriptor. Only Close tells the error of that: whoever else comes last has closed nothing.
func (s *Socket) leave(c *Caller) error {
	if s.flight.state.Add(-1) == closedMark {
		return s.release(c)
	}
	return nil
}

// Close closes the socket: from now on every call is refused with EBADF. Calls that are in flight
// go on, as they do on Linux, and the descriptor is closed when the last of them ends. It waits
// only for a lingering close (SO_LINGER); cancelled in that, it closes and returns the cause.
func (s *Socket) Close(c *Caller) error {
	unread := 0
	if c.Trace != nil && s.typ == Stream {
		unread = s.Unread()
	}
	closed, err := s.close(c)
	s.gone.Store(true)
	if closed && c.Trace != nil {
		call := Call{Name: "close", Socket: s.id, FD: s.fd, Unread: unread}
		if e := AsError(err); e != nil {
			call.Result, call.Errno = -1, e.Errno
		}
		c.Trace(&call)
	}
	return err
}

// close closes the socket; closed is false when it was closed before.
func (s *Socket) close(c *Caller) (closed bool, err error) {
	if !s.enter() {
		return false, errnoError("close", "", EBADF)
	}
	s.note()
	closed = s.flight.refuse()
	err = s.leave(c)
	if !closed {
		err = errnoError("close", "", EBADF)
	}
	return closed, err
}

// release closes the descriptor; it is called once. Without a caller it does not linger, nor while
// the connection lives on in a duplicate.
func (s *Socket) release(c *Caller) error {
	var err error
	if s.holders.Add(-1) == 0 {
		err = s.lingerOut(c)
	}
	s.table.remove(s.descriptor)
	if failed := s.file.Close(); failed != nil && err == nil {
		err = &Error{Call: "close", Class: Other, Text: failed.Error()}
		if errno := syscall.Errno(0); errors.As(failed, &errno) {
			err = errnoError("close", "", Errno(errno))
		}
	}
	s.table.freed.Add(1)
	return err
}

// lingerOut plays what close(2) does with SO_LINGER on a TCP socket that may still have to send:
// it waits until the peer has acknowledged all data and the FIN. The kernel would hold a thread
// for that even though the descriptor is non-blocking, so the option is switched off before.
func (s *Socket) lingerOut(c *Caller) error {
	seconds := s.played.linger.Load()
	if seconds <= 0 || s.transport() != "tcp" {
		return nil
	}
	defer sysSetOption(s.fd, levelSocket, optLinger, make([]byte, 8))
	if c == nil || sysUnread(s.fd) > 0 {
		return nil // with unread data, close resets the connection and waits for nothing
	}
	if state := s.tcpState(); state == tcpEstablished || state == tcpCloseWait {
		sysShutdown(s.fd, ShutWrite)
	}
	if !s.closing() {
		return nil
	}
	deadline := time.Now().Add(time.Duration(seconds) * time.Second)
	w := gate.Wait{Kind: gate.Timer, FD: s.fd, Direction: gate.Write, Deadline: deadline}
	err := backoff(c, &w, (*lingering)(s), func() bool { return !s.closing() })
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return nil // the kernel goes on by itself
	}
	return err
}

// closing says whether the connection still waits for an acknowledgement of its FIN.
func (s *Socket) closing() bool {
	switch s.tcpState() {
	case tcpFinWait1, tcpClosing, tcpLastAck:
		return true
	}
	return false
}

func (s *Socket) tcpState() int {
	var info [1]byte
	if _, errno := sysGetOption(s.fd, protocolTCP, optTCPInfo, info[:]); errno != 0 {
		return 0
	}
	return int(info[0])
}

// lingering is the Target of a lingering close.
type lingering Socket

func (l *lingering) Ready() bool { return !(*Socket)(l).closing() }
func (l *lingering) Interrupt()  {} // the wait is on a channel, which has its own
func (l *lingering) String() string {
	s := (*Socket)(l)
	return "the peer to acknowledge what " + s.String() + " sent"
}
