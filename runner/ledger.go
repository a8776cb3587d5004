package runner

import (
	"slices"
	"sync"

	"netscene/actions"
	"netscene/actions/socket"
)

// ledger remembers the sockets of a run: who opened and closed them, and how. Explanations of
// failures are made from it.
type ledger struct {
	mu      sync.Mutex
	entries []*entry
	byID    map[int]*entry
	closed  int // how many of the entries are closed
}

// closedKept is how many closed sockets are remembered at least: a loop may open one every round.
const closedKept = 1000

// entry is a socket of the run. Those in the ledger change; it gives copies away.
type entry struct {
	socket   *socket.Socket
	listened bool
	boundBy  *origin        // who gave it its address
	limitBy  *origin        // who set its timeout
	abortive bool           // SO_LINGER is on with 0 seconds: close sends a reset
	shutBy   *origin        // who ended its sending direction
	closedBy *origin        // nil while it is open
	unread   int            // bytes that had come and were not received when it was closed
	local    socket.Address // of a closed one
	peer     socket.Address
}

// owner is who opened the socket.
func (e *entry) owner() origin { return e.socket.Origin.(origin) }

// add enters a socket that a step opened; its Origin says which.
func (l *ledger) add(s *socket.Socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byID == nil {
		l.byID = map[int]*entry{}
	}
	e := &entry{socket: s}
	if seq, _ := s.Listening(); seq > 0 { // create_server has done that already
		e.listened = true
	}
	l.entries, l.byID[s.ID()] = append(l.entries, e), e
}

// The options that matter to the ledger, as Linux numbers them.
const (
	solSocket = 1
	soLinger  = 13

	ipprotoTCP     = 6
	tcpKeepidle    = 4
	tcpDeferAccept = 9
	tcpUserTimeout = 18
)

// opensUp says whether after a call somebody outside can end a wait: a timer of the kernel that an
// option has set, or whoever a socket overhears.
func opensUp(c *socket.Call) bool {
	if c.Name == "socket" {
		return socket.Overhears(c.Family, c.Type)
	}
	if c.Name != "setsockopt" || c.Level != ipprotoTCP {
		return false
	}
	return c.Option == tcpKeepidle || c.Option == tcpDeferAccept || c.Option == tcpUserTimeout
}

// noteworthy says whether the ledger learns from a system call.
func noteworthy(c *socket.Call) bool {
	switch c.Name {
	case "bind", "listen", "shutdown", "close", "setsockopt":
		return true
	}
	return false
}

// note learns from a noteworthy system call that has succeeded.
func (l *ledger) note(c *socket.Call, by origin) {
	l.mu.Lock()
	defer l.mu.Unlock()
	e := l.byID[c.Socket]
	if e == nil {
		return
	}
	switch {
	case c.Name == "bind":
		e.boundBy = &by
	case c.Name == "listen":
		e.listened = true
	case c.Name == "shutdown" && c.How != socket.ShutRead:
		e.shutBy = &by
	case c.Name == "close":
		e.closedBy, e.unread = &by, c.Unread
		e.local, e.peer = e.socket.LocalAddress(), e.socket.PeerAddress()
		if l.closed++; l.closed == 2*closedKept {
			l.forget()
		}
	case c.Name == "setsockopt" && c.Level == solSocket && c.Option == soLinger:
		e.abortive = len(c.Data) >= 8 && c.Data[0] != 0 && c.Data[4] == 0
	}
}

// forget drops the older half of the sockets that were closed.
func (l *ledger) forget() {
	l.entries = slices.DeleteFunc(l.entries, func(e *entry) bool {
		if e.closedBy == nil || l.closed == closedKept {
			return false
		}
		l.closed--
		delete(l.byID, e.socket.ID())
		return true
	})
}

// limited notes who set the timeout of a socket.
func (l *ledger) limited(s *socket.Socket, by origin) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.byID[s.ID()]; e != nil {
		e.limitBy = &by
	}
}

// address is who gave the socket its address, or who opened it.
func (e *entry) address() origin {
	if e.boundBy != nil {
		return *e.boundBy
	}
	return e.owner()
}

// get finds a socket by its number, even a closed one; nil when there is none.
func (l *ledger) get(id int) *socket.Socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e := l.byID[id]; e != nil {
		return e.socket
	}
	return nil
}

// of finds the entry of a socket; nil when it is not the scenario's.
func (l *ledger) of(s *socket.Socket) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.byID[s.ID()].copy()
}

func (e *entry) copy() *entry {
	if e == nil {
		return nil
	}
	c := *e
	return &c
}

// ends gives the addresses of a socket, of a closed one those that it had.
func (e *entry) ends() (local, peer socket.Address) {
	if e.closedBy != nil {
		return e.local, e.peer
	}
	return e.socket.LocalAddress(), e.socket.PeerAddress()
}

// other finds the other end of a connection among the scenario's sockets, one that is open if it
// has several descriptors; nil when it is somebody else's, or has never been accepted.
func (l *ledger) other(e *entry) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.find(e).copy()
}

// find is other, called with mu held.
func (l *ledger) find(e *entry) *entry {
	local, peer := e.ends()
	if local.IsZero() || peer.IsZero() {
		return nil
	}
	var found *entry
	for _, o := range l.entries {
		if o.socket == e.socket || found != nil && o.closedBy != nil {
			continue
		}
		theirs, ours := o.ends()
		if theirs == peer && ours == local && e.socket.Pairs(o.socket) {
			if found = o; o.closedBy == nil {
				break
			}
		}
	}
	return found
}

// at finds the sockets that have or had an address as their own, the last first.
func (l *ledger) at(a socket.Address) []*entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []*entry
	for i := len(l.entries) - 1; i >= 0; i-- {
		if local, _ := l.entries[i].ends(); takes(local, a) {
			found = append(found, l.entries[i].copy())
		}
	}
	return found
}

// listeners gives the sockets on which listen was called.
func (l *ledger) listeners() []*socket.Socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []*socket.Socket
	for _, e := range l.entries {
		if e.listened {
			found = append(found, e.socket)
		}
	}
	return found
}

// open gives the sockets that an actor opened and nobody closed.
func (l *ledger) open(actor string) []*entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []*entry
	for _, e := range l.entries {
		if e.owner().actor == actor && e.closedBy == nil {
			found = append(found, e.copy())
		}
	}
	return found
}

// byDescriptor finds the open socket of a descriptor.
func (l *ledger) byDescriptor(fd int) *entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if !e.socket.Closed() && e.socket.FD() == fd {
			return e.copy()
		}
	}
	return nil
}

// inFlight says whether data of the scenario is on its way: sent by one of its sockets and neither
// received by another nor waiting there to be received.
func (l *ledger) inFlight() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.entries {
		if e.closedBy != nil || e.socket.Unsent() == 0 {
			continue
		}
		if o := l.find(e); o == nil || o.closedBy != nil || o.socket.Unread() == 0 {
			return true
		}
	}
	return false
}

// origin is who did something to a socket, and in which step.
type origin struct {
	actor string
	step  *actions.Step
}
