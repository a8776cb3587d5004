package socket

import (
	"errors"
	"maps"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Table holds all sockets of a run until they are closed, so that none of them is closed by the
// garbage collector. It is safe for concurrent use.
type Table struct {
	mu       sync.Mutex
	sockets  map[int]*Socket
	last     int                     // the number given last
	listened int64                   // how many calls of listen have succeeded
	sent     map[cookie]*description // what went with SCM_RIGHTS, to know it again when it comes

	// freed counts what may have made room: accepts, shutdowns, closes, and what RDS receives.
	freed atomic.Int64
}

// NewTable makes an empty Table.
func NewTable() *Table { return &Table{sockets: make(map[int]*Socket)} }

// Open makes a socket as socket(2) does: any numbers are passed on. It blocks, as Python's do,
// unless typ holds SOCK_NONBLOCK.
func (t *Table) Open(c *Caller, family, typ, proto int) (*Socket, error) {
	fd := -1
	errno := c.As(func() (errno Errno) {
		fd, errno = sysSocket(family, typ, proto)
		return errno
	})
	var s *Socket
	var err error
	if errno == 0 {
		s, err = t.adopt(fd, family, typ, proto)
	} else {
		err = openError("socket", family, typ, errno)
	}
	if c.Trace != nil {
		call := Call{Name: "socket", FD: -1, Family: family, Type: typ, Protocol: proto,
			Result: fd, Errno: errno}
		if s != nil {
			call.Socket = s.id
		}
		c.Trace(&call)
	}
	return s, err
}

// Pair makes two sockets that are connected to each other, as socketpair(2) does.
func (t *Table) Pair(c *Caller, family, typ, proto int) (*Socket, *Socket, error) {
	var fds [2]int
	errno := c.As(func() (errno Errno) {
		fds, errno = sysSocketPair(family, typ, proto)
		return errno
	})
	if c.Trace != nil {
		call := Call{Name: "socketpair", FD: -1, Family: family, Type: typ, Protocol: proto,
			Errno: errno, Result: -1}
		if errno == 0 {
			call.Result, call.Pair = 0, fds
		}
		c.Trace(&call)
	}
	if errno != 0 {
		return nil, nil, openError("socketpair", family, typ, errno)
	}
	first, err := t.adopt(fds[0], family, typ, proto)
	if err != nil {
		sysClose(fds[1])
		return nil, nil, err
	}
	second, err := t.adopt(fds[1], family, typ, proto)
	if err != nil {
		return nil, nil, errors.Join(err, first.Close(c))
	}
	first.twin, second.twin = second.description, first.description
	return first, second, nil
}

func openError(call string, family, typ int, errno Errno) *Error {
	return errnoError(call, FamilyName(family)+" "+TypeName(typ&^(NonBlocking|CloseOnExec)), errno)
}

// adopt takes over a new non-blocking descriptor and gives it to the network poller.
func (t *Table) adopt(fd, family, typ, proto int) (*Socket, error) {
	return t.adoptOf(new(description), fd, family, typ, proto)
}

// adoptOf adopts a descriptor of a description that may have others already.
func (t *Table) adoptOf(of *description, fd, family, typ, proto int) (*Socket, error) {
	file := os.NewFile(uintptr(fd), "socket")
	err := file.SetDeadline(time.Time{}) // fails when the poller did not take the descriptor
	if err != nil {
		return nil, errors.Join(&Error{Call: "socket", Class: NoResources,
			Text: "the system cannot watch another descriptor (fs.epoll.max_user_watches)"},
			file.Close())
	}
	d := &descriptor{fd: fd, file: file, read: newToken(), write: newToken(), description: of}
	if d.raw, err = file.SyscallConn(); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	d.holders.Add(1)
	if typ&NonBlocking != 0 {
		d.nonBlocking.Store(true)
	}
	s := &Socket{table: t, descriptor: d}
	t.enter(s, family, typ, proto)
	return s, nil
}

// enter gives a socket its number.
func (t *Table) enter(s *Socket, family, typ, proto int) {
	s.family, s.typ, s.proto = family, typ&^(NonBlocking|CloseOnExec), proto
	if typ&NonBlocking != 0 {
		s.timeout.store(TimeoutAfter(0))
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	s.id = t.last
	t.sockets[s.id] = s
	s.descriptor.sockets = append(s.descriptor.sockets, s.id)
}

// Get finds a socket that has not been closed by its number; nil when there is none.
func (t *Table) Get(id int) *Socket {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sockets[id]
}

// Sockets lists the open sockets by their numbers.
func (t *Table) Sockets() []*Socket {
	return slices.DeleteFunc(t.all(), (*Socket).Closed)
}

// all lists the sockets whose descriptors are not closed yet, detached ones too.
func (t *Table) all() []*Socket {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := slices.Collect(maps.Values(t.sockets))
	slices.SortFunc(list, func(a, b *Socket) int { return a.id - b.id })
	return list
}

// Close closes what is left, without lingering. A socket in which a call is still waiting is
// closed when that call ends.
func (t *Table) Close() error {
	var errs []error
	for _, s := range t.all() {
		s.gone.Store(false) // whoever has given a descriptor up to nobody closes it now
		if closed, err := s.close(nil); closed {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// remove forgets a descriptor and every socket that has it.
func (t *Table) remove(d *descriptor) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range d.sockets {
		delete(t.sockets, id)
	}
}

// noteListen records a successful listen.
func (t *Table) noteListen(s *Socket, seat int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.listened++
	s.listened, s.listener = t.listened, seat
}
