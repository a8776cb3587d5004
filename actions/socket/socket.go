// Package socket makes the socket calls of actors: it owns descriptors and knows addresses, options
// and errors.
//
// A descriptor is always non-blocking and registered with Go's network poller, so that a call that
// waits costs a goroutine, not a thread. What a blocking descriptor would do is played above it:
// blocking, timeout and non-blocking modes as Python keeps them, SO_RCVTIMEO and SO_SNDTIMEO,
// MSG_WAITALL, SO_RCVLOWAT, the whole of a blocking send, a lingering close. Nothing else is added
// or hidden: counts, flags, empty messages and errors are the kernel's.
//
// Any goroutine may use a Socket, each with a Caller of its own. A call that must not wait goes
// straight to the kernel. One that may wait takes the token of its direction first, since the
// poller serves one waiter for each, and since only so a deadline is its own; the token's holder
// arms a deadline when it starts to wait, and leaves it: a later holder that is stopped by a
// deadline that is not its own takes it away and waits on.
// A Socket counts the calls in flight: close refuses new ones at once, and the descriptor is closed
// when the last has ended, which is when the kernel would really close it too.
package socket

import (
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"netscene/actions/gate"
)

// Socket is a socket of a Table.
type Socket struct {
	// Origin is whatever the opener wants to remember here; this package does not look at it.
	Origin any

	id, family, typ, proto int

	*descriptor
	table   *Table
	timeout atomicTimeout
	gone    atomic.Bool // it was closed itself, or has given its descriptor up

	listened int64 // under table.mu, as is listener
	listener int
	ends     atomic.Pointer[ends] // what Describe found last
}

// descriptor is an entry of the process's table of descriptors. Several Sockets have it when one
// was taken over from another; to close one of them closes it for all.
type descriptor struct {
	fd     int
	file   *os.File
	raw    syscall.RawConn
	flight flight
	read   *token
	write  *token

	sockets []int // the numbers of the Sockets that have it; under Table.mu

	*description
}

// description is what POSIX calls an open file description, which duplicated descriptors share: the
// kernel's socket with what is played above it.
type description struct {
	holders     atomic.Int32 // how many descriptors of the Table have it
	nonBlocking atomic.Bool  // O_NONBLOCK as F_GETFL would show it
	mode        sync.Mutex   // held to set it together with a socket's timeout
	played      played
	errorQueue  atomic.Bool  // errors are queued for MSG_ERRQUEUE, as with IP_RECVERR
	deferred    atomic.Int32 // an Errno that a call met after it had moved some bytes
	calledOff   atomic.Int32 // how often a connection attempt may have been called off
	twin        *description // the other end of a socketpair; nil for none
}

// ends are the two addresses of a socket.
type ends struct{ local, peer Address }

// token is that of a direction: who took it may wait in the poller.
type token struct {
	free chan struct{} // holds one while nobody has taken it
	// held says whether somebody has it. Between two holders nobody has, although the channel may
	// have handed it over already: whoever waits for it is about to wake.
	held atomic.Bool
}

func newToken() *token {
	t := &token{free: make(chan struct{}, 1)}
	t.free <- struct{}{}
	return t
}

// played are the options that the kernel does not apply to a non-blocking descriptor.
type played struct {
	any              atomic.Bool  // one of them was ever set
	receive, send    atomic.Int64 // SO_RCVTIMEO, SO_SNDTIMEO as a time.Duration; 0 for no limit
	lowWater, linger atomic.Int32 // SO_RCVLOWAT; SO_LINGER's seconds, 0 when off or 0
}

// ID gives the number of the socket in its Table, from 1.
func (s *Socket) ID() int { return s.id }

// FD gives the number of the descriptor.
func (s *Socket) FD() int { return s.fd }

// Family gives the address family.
func (s *Socket) Family() int { return s.family }

// Type gives the socket type, without flags.
func (s *Socket) Type() int { return s.typ }

// Proto gives the protocol as it was asked for.
func (s *Socket) Proto() int { return s.proto }

// Closed says whether the socket or its descriptor was closed, or the descriptor given up.
func (s *Socket) Closed() bool { return s.gone.Load() || s.flight.closed() }

// enter begins a call; false when the socket is closed.
func (s *Socket) enter() bool { return !s.gone.Load() && s.flight.enter() }

// SetTimeout sets how long calls may wait, as Python's settimeout does. Calls that have begun keep
// what was set before. O_NONBLOCK goes with it, for every descriptor of the same description. A
// closed socket refuses it, but tells it from then on, as Python's does.
func (s *Socket) SetTimeout(t Timeout) error { return s.setTimeout("settimeout", t) }

// SetBlocking lets calls wait without limit, or not at all, as Python's setblocking does.
func (s *Socket) SetBlocking(on bool) error {
	if on {
		return s.setTimeout("setblocking", Timeout{})
	}
	return s.setTimeout("setblocking", TimeoutAfter(0))
}

func (s *Socket) setTimeout(call string, t Timeout) error {
	s.mode.Lock()
	defer s.mode.Unlock()
	s.timeout.store(t)
	if s.Closed() {
		return errnoError(call, "", EBADF)
	}
	s.nonBlocking.Store(t.limited)
	return nil
}

// Timeout gives how long calls may wait.
func (s *Socket) Timeout() Timeout { return s.timeout.load() }

// Listening gives the number of the socket's last successful listen, counted over the whole Table
// from 1, and the seat of the actor for whom it was called; 0 when there was none.
func (s *Socket) Listening() (seq int64, seat int) {
	s.table.mu.Lock()
	defer s.table.mu.Unlock()
	return s.listened, s.listener
}

// String names the socket: "tcp socket 3 (fd 7)".
func (s *Socket) String() string {
	return fmt.Sprintf("%s socket %d (fd %d)", s.transport(), s.id, s.fd)
}

// transport names what the socket speaks, in one word.
func (s *Socket) transport() string {
	switch {
	case s.ip() && s.typ == Stream && (s.proto == 0 || s.proto == protocolTCP):
		return "tcp"
	case s.ip() && s.typ == Dgram && (s.proto == 0 || s.proto == levelUDP):
		return "udp"
	case s.ip() && s.proto == protocolSCTP:
		return "sctp"
	}
	return lowerFamily(s.family) + "-" + lowerType(s.typ)
}

// ip says whether the socket speaks a protocol on top of IP.
func (s *Socket) ip() bool { return s.family == INET || s.family == INET6 }

// Describe gives the socket's two addresses, "127.0.0.1:4000 -> 127.0.0.1:80", or as much as there
// is of them; "" where there is none. It asks the kernel while the socket is open.
func (s *Socket) Describe() string { return s.addresses().join(" -> ") }

// addresses gives the socket's addresses, of a closed one those it had.
func (s *Socket) addresses() ends {
	if s.enter() {
		defer s.look()
		s.note()
	}
	if e := s.ends.Load(); e != nil {
		return *e
	}
	return ends{}
}

// note remembers the socket's addresses.
func (s *Socket) note() {
	var e ends
	var name sockaddr
	if sysGetSockName(s.fd, &name) == 0 {
		e.local = name.address()
	}
	if sysGetPeerName(s.fd, &name) == 0 {
		e.peer = name.address()
	}
	s.remember(e)
}

// remember keeps the addresses that are known, and of the others what was known before: after a
// reset the kernel knows the peer no more.
func (s *Socket) remember(e ends) {
	if before := s.ends.Load(); before != nil {
		if e.local.IsZero() {
			e.local = before.local
		}
		if e.peer.IsZero() {
			e.peer = before.peer
		}
	}
	s.ends.Store(&e)
}

func (e ends) join(arrow string) string {
	switch {
	case e.peer.IsZero():
		return e.local.String()
	case e.local.IsZero():
		return e.peer.String()
	}
	return e.local.String() + arrow + e.peer.String()
}

// Ready says, without waiting, whether a call in the direction would have something to do.
func (s *Socket) Ready(dir gate.Direction) bool {
	if !s.enter() {
		return true // it would fail at once
	}
	defer s.look()
	readable, writable, _ := sysPoll(s.fd, s.errorQueue.Load())
	return dir == gate.Read && readable || dir == gate.Write && writable
}

// look ends a look at the socket by someone who is no caller.
func (s *Socket) look() { _ = s.leave(nil) }

func (s *Socket) token(dir gate.Direction) *token {
	if dir == gate.Read {
		return s.read
	}
	return s.write
}

// setDeadline sets when the poller gives up a wait in the direction; zero for never. It cannot
// fail: the poller took the descriptor, and it is open while a call is in flight.
func (s *Socket) setDeadline(dir gate.Direction, at time.Time) {
	if dir == gate.Read {
		_ = s.file.SetReadDeadline(at)
		return
	}
	_ = s.file.SetWriteDeadline(at)
}

// sockaddr is room for an address that the kernel gives.
type sockaddr struct {
	bytes [addressMax]byte
	size  uint32
}

func (a *sockaddr) address() Address {
	return Address{raw: string(a.bytes[:min(a.size, addressMax)])}
}
