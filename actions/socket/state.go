package socket

import (
	"encoding/binary"
	"time"

	"netscene/actions/gate"
)

// The calls in this file never wait.

// now makes a call that never waits, and traces it. do fills in what the call gave.
func (s *Socket) now(c *Caller, call Call, do func(*Call) Errno) error {
	target := ""
	switch call.Name {
	case "bind":
		target = call.Address.String()
	case "getsockopt", "setsockopt":
		target = call.option()
	}
	if !s.enter() {
		return errnoError(call.Name, target, EBADF)
	}
	call.Socket, call.FD = s.id, s.fd
	if call.Errno = c.As(func() Errno { return do(&call) }); call.Errno != 0 {
		call.Result = -1
	}
	_ = s.leave(c)
	if c.Trace != nil {
		c.Trace(&call)
	}
	if call.Errno != 0 {
		return errnoError(call.Name, target, call.Errno)
	}
	return nil
}

// Bind gives the socket a local address, as bind(2) does.
func (s *Socket) Bind(c *Caller, to Address) error {
	return s.now(c, Call{Name: "bind", Address: to}, func(*Call) Errno {
		return sysBind(s.fd, to.raw)
	})
}

// Listen makes the socket accept connections, as listen(2) does.
func (s *Socket) Listen(c *Caller, backlog int) error {
	return s.now(c, Call{Name: "listen", Backlog: backlog}, func(*Call) Errno {
		errno := sysListen(s.fd, backlog)
		if errno == 0 {
			s.table.noteListen(s, c.For)
		}
		return errno
	})
}

// Shutdown shuts down one direction or both, as shutdown(2) does; it wakes calls that wait.
func (s *Socket) Shutdown(c *Caller, how int) error {
	return s.now(c, Call{Name: "shutdown", How: how}, func(*Call) Errno {
		s.calledOff.Add(1)
		errno := sysShutdown(s.fd, how)
		s.table.freed.Add(1)
		if s.family == Unix {
			s.table.wakeSenders()
		}
		return errno
	})
}

// wakeSenders lets those that wait for room on a Unix socket try again. The kernel wakes them at a
// shutdown, of their end or of the other's receiving direction, but has no event for the poller.
func (t *Table) wakeSenders() {
	for _, s := range t.all() {
		if s.family == Unix && s.write.held.Load() && s.enter() {
			s.setDeadline(gate.Write, time.Unix(1, 0)) // which is not the call's own
			s.look()
		}
	}
}

// GetSockName gives the socket's own address.
func (s *Socket) GetSockName(c *Caller) (Address, error) {
	return s.name(c, "getsockname", sysGetSockName)
}

// GetPeerName gives the address of the peer that the socket is connected to.
func (s *Socket) GetPeerName(c *Caller) (Address, error) {
	return s.name(c, "getpeername", sysGetPeerName)
}

func (s *Socket) name(c *Caller, call string, get func(int, *sockaddr) Errno) (Address, error) {
	var got Address
	err := s.now(c, Call{Name: call}, func(call *Call) Errno {
		var name sockaddr
		errno := get(s.fd, &name)
		if errno == 0 {
			got = name.address()
			call.Address = got
			if call.Name == "getsockname" {
				s.remember(ends{local: got})
			} else {
				s.remember(ends{peer: got})
			}
		}
		return errno
	})
	return got, err
}

// GetOption gives the bytes of an option, at most size of them.
func (s *Socket) GetOption(c *Caller, level, option, size int) ([]byte, error) {
	value := make([]byte, max(size, 0))
	err := s.now(c, Call{Name: "getsockopt", Level: level, Option: option, Size: size},
		func(call *Call) Errno {
			n, errno := getOption(s.fd, level, option, value)
			if errno != 0 {
				return errno
			}
			value = value[:n]
			if level == levelSocket && option == optError && n == 4 {
				if met := s.deferred.Swap(0); met != 0 {
					binary.NativeEndian.PutUint32(value, uint32(met))
				}
			}
			call.Data = value
			return 0
		})
	if err != nil {
		return nil, err
	}
	return value, nil
}

// SetOption sets an option to bytes.
func (s *Socket) SetOption(c *Caller, level, option int, value []byte) error {
	return s.setOption(c, Call{Level: level, Option: option, Size: len(value), Data: value},
		func() Errno { return setOption(s.fd, level, option, value) })
}

// SetNullOption sets an option with a null pointer for its value, of which the size is told.
func (s *Socket) SetNullOption(c *Caller, level, option, size int) error {
	return s.setOption(c, Call{Level: level, Option: option, Size: size, Null: true},
		func() Errno { return sysSetNull(s.fd, level, option, size) })
}

func (s *Socket) setOption(c *Caller, call Call, set func() Errno) error {
	call.Name = "setsockopt"
	return s.now(c, call, func(call *Call) Errno {
		errno := set()
		if errno != 0 {
			return errno
		}
		switch call.Level {
		case levelIP, levelIPv6:
			if call.Option == optIPRecvErr && call.Level == levelIP ||
				call.Option == optIPv6RecvErr && call.Level == levelIPv6 {
				s.errorQueue.Store(len(call.Data) > 0 && call.Data[0] != 0)
			}
		case levelSocket:
			switch call.Option {
			case optRcvTimeo, optSndTimeo, optRcvTimeoNew, optSndTimeoNew, optRcvLowat, optLinger:
				s.learnPlayed()
			}
		}
		return 0
	})
}

// learnPlayed asks the kernel for the options that are played here. The kernel keeps them, checks
// and rounds them, and an accepted socket inherits them from it.
func (s *Socket) learnPlayed() {
	p := &s.played
	p.any.Store(true)
	p.receive.Store(int64(s.timevalOption(optRcvTimeo)))
	p.send.Store(int64(s.timevalOption(optSndTimeo)))
	var low [4]byte
	if _, errno := sysGetOption(s.fd, levelSocket, optRcvLowat, low[:]); errno == 0 {
		p.lowWater.Store(int32(binary.NativeEndian.Uint32(low[:])))
	}
	var linger [8]byte
	if _, errno := sysGetOption(s.fd, levelSocket, optLinger, linger[:]); errno == 0 {
		seconds := int32At(linger[:], 4)
		if int32At(linger[:], 0) == 0 {
			seconds = 0
		}
		p.linger.Store(int32(seconds))
	}
}

func (s *Socket) timevalOption(option int) time.Duration {
	var b [16]byte
	if n, errno := sysGetOption(s.fd, levelSocket, option, b[:]); errno != 0 || n < len(b) {
		return 0
	}
	d, _ := Option{Kind: TimevalOption}.Decode(b[:]).(time.Duration)
	return d
}
