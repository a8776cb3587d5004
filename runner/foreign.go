package runner

import (
	"sync"

	"netscene/actions/socket"
)

// territory is the addresses that sockets of a run were seen to have.
type territory struct {
	mu        sync.Mutex
	addresses map[socket.Address]bool
	ports     map[int][]socket.Address // of unspecified hosts, which take what comes to any
}

// add notes an address of a socket of the run.
func (t *territory) add(a socket.Address) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.addresses[a] {
		return
	}
	if t.addresses == nil {
		t.addresses, t.ports = map[socket.Address]bool{}, map[int][]socket.Address{}
	}
	t.addresses[a] = true
	if a.IP().IsUnspecified() {
		t.ports[a.Port()] = append(t.ports[a.Port()], a)
	}
}

// holds says whether a socket of the run gets, or got, what is sent to an address.
func (t *territory) holds(to socket.Address) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.addresses[to] {
		return true
	}
	for _, local := range t.ports[to.Port()] {
		if takes(local, to) {
			return true
		}
	}
	return false
}

// takes says whether a socket with a local address gets what is sent to another.
func takes(local, to socket.Address) bool {
	if local == to {
		return true
	}
	if local.Port() != to.Port() || local.Port() == 0 {
		return false
	}
	l, t := local.IP(), to.IP()
	return l.IsValid() && t.IsLoopback() && (l.IsUnspecified() || l.Unmap() == t.Unmap())
}
