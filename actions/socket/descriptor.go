package socket

// Pairs says whether o can be the other end of the connection as far as socketpair tells: the
// addresses of all pairs are the same.
func (s *Socket) Pairs(o *Socket) bool {
	if s.twin == nil || o.twin == nil {
		return s.twin == o.twin
	}
	return s.twin == o.description
}

// fcntl's commands for the flags of a descriptor, and the one flag that there is.
const (
	getDescriptorFlags = 1
	setDescriptorFlags = 2
	closeOnExecFlag    = 1
)

// FileNo gives the number of the descriptor as Python's fileno does: -1 when the socket is closed
// or has given its descriptor up.
func (s *Socket) FileNo() int {
	if s.gone.Load() {
		return -1
	}
	return s.fd
}

// Detach gives the descriptor up without closing it, and returns its number; -1 when there is none,
// as of a closed socket. Calls in flight go on; TakeOver makes a Socket of the descriptor again.
func (s *Socket) Detach() int {
	if !s.gone.CompareAndSwap(false, true) {
		return -1
	}
	return s.fd
}

// Dup makes a Socket of a duplicate of the descriptor. The connection lives until both are closed.
// The new Socket has no timeout; O_NONBLOCK is shared.
func (s *Socket) Dup(c *Caller) (*Socket, error) {
	return s.dup(c, s.family, s.typ, s.proto)
}

func (s *Socket) dup(c *Caller, family, typ, proto int) (*Socket, error) {
	var made *Socket
	var failed error
	err := s.now(c, Call{Name: "dup"}, func(call *Call) (errno Errno) {
		if call.Result, errno = sysDup(s.fd); errno != 0 {
			return errno
		}
		// While this call is in flight the description cannot go away.
		made, failed = s.table.adoptOf(s.description, call.Result, family, typ, proto)
		if made != nil {
			call.Accepted = made.id
		}
		return 0
	})
	if err != nil {
		return nil, err
	}
	return made, failed
}

// FromFD makes a Socket of a duplicate of a descriptor that a socket of the Table has, perhaps a
// detached one. Family, type and protocol are taken as they are given, as Python's fromfd does.
func (t *Table) FromFD(c *Caller, fd, family, typ, proto int) (*Socket, error) {
	of := t.sharing(fd)
	if of == nil {
		return nil, errnoError("dup", "", EBADF)
	}
	return of.dup(c, family, typ, proto)
}

// TakeOver makes another Socket of a descriptor that a socket of the Table has, perhaps a detached
// one; nothing is duplicated, and to close either closes both. Of family, typ and proto what is
// negative is found from the descriptor.
func (t *Table) TakeOver(c *Caller, fd, family, typ, proto int) (*Socket, error) {
	s := t.sharing(fd)
	if s == nil {
		return nil, errnoError("getsockname", "", EBADF)
	}
	name, err := s.GetSockName(c)
	if err == nil && family < 0 {
		family = name.Family()
	}
	if err == nil && typ < 0 {
		typ, err = s.number(c, optType)
	}
	if err == nil && proto < 0 {
		proto, err = s.number(c, optProtocol)
	}
	if err != nil {
		return nil, err
	}
	t.enter(s, family, typ, proto)
	return s, nil
}

// number asks for an option of SOL_SOCKET that is an int.
func (s *Socket) number(c *Caller, option int) (int, error) {
	b, err := s.GetOption(c, levelSocket, option, 4)
	if err != nil {
		return 0, err
	}
	return int32At(b, 0), nil
}

// sharing makes a Socket, not yet in the Table, of a descriptor that is in the Table; nil when none
// of its sockets has it. Other descriptors of the process are none of a run's business: they are
// refused as the kernel refuses those that are not open.
func (t *Table) sharing(fd int) *Socket {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.sockets {
		if s.fd == fd && !s.flight.closed() {
			return &Socket{table: t, descriptor: s.descriptor}
		}
	}
	return nil
}

// Inheritable says whether a program that the process starts would get the descriptor: whether
// FD_CLOEXEC is off.
func (s *Socket) Inheritable(c *Caller) (bool, error) {
	flags := 0
	err := s.now(c, Call{Name: "fcntl", Option: getDescriptorFlags}, func(call *Call) (errno Errno) {
		flags, errno = sysDescriptorFlags(s.fd, getDescriptorFlags, 0)
		call.Result = flags
		return errno
	})
	return flags&closeOnExecFlag == 0, err
}

// SetInheritable sets whether a program that the process starts gets the descriptor.
func (s *Socket) SetInheritable(c *Caller, inheritable bool) error {
	flags := closeOnExecFlag
	if inheritable {
		flags = 0
	}
	call := Call{Name: "fcntl", Option: setDescriptorFlags, Flags: flags}
	return s.now(c, call, func(*Call) Errno {
		_, errno := sysDescriptorFlags(s.fd, setDescriptorFlags, flags)
		return errno
	})
}
