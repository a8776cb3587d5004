package socket

import (
	"slices"
	"strings"

	"netscene/schema"
)

// Levels lists the levels of socket options by their names: a protocol is one.
func Levels() []schema.Name {
	return slices.Concat(prefixed("SOL_", levelNames), prefixed("IPPROTO_", protocolNames))
}

// NumberedOption is an option that is known by its number alone: an int, as the kernel gives it.
func NumberedOption(level, number int) Option {
	return Option{Name: "option", Level: level, Number: number, Kind: IntOption}
}

// FailureNames lists what a failure can be called: errnos and classes, sorted.
func FailureNames() []string {
	names := ErrnoNames()
	for _, class := range Classes() {
		names = append(names, string(class))
	}
	slices.Sort(names)
	return names
}

// JoinErrors makes one error of several attempts: the last, with what the others met in its text.
func JoinErrors(errs []error) error {
	if len(errs) < 2 {
		return errs[0]
	}
	last := AsError(errs[len(errs)-1])
	if last == nil {
		return errs[len(errs)-1]
	}
	joined := *last
	var before []string
	for _, err := range errs[:len(errs)-1] {
		before = append(before, err.Error())
	}
	joined.Text += "; before that " + strings.Join(before, "; ")
	return &joined
}

// LocalAddress gives the socket's own address, of a closed one what it was; zero where it has none.
// Nothing is traced.
func (s *Socket) LocalAddress() Address { return s.addresses().local }

// PeerAddress gives the address that the socket is connected to, like LocalAddress.
func (s *Socket) PeerAddress() Address { return s.addresses().peer }

// Unread gives how many bytes wait to be received; 0 for a closed socket.
func (s *Socket) Unread() int { return s.queued(sysUnread) }

// Unsent gives how many bytes of a TCP connection the peer has not acknowledged; 0 for others.
func (s *Socket) Unsent() int {
	if s.transport() != "tcp" {
		return 0 // what a Unix socket has sent is with its peer at once
	}
	return s.queued(sysUnsent)
}

func (s *Socket) queued(ask func(fd int) int) int {
	if !s.enter() {
		return 0
	}
	defer s.look()
	return ask(s.fd)
}

// AtEnd says whether a receive that gave 0 bytes met the end of what the peer sends. On a stream it
// did. A record of a seqpacket socket may be empty: there the peer must have hung up.
func (s *Socket) AtEnd() bool {
	switch s.typ {
	case Stream:
		return true
	case SeqPacket:
		if !s.enter() {
			return true
		}
		defer s.look()
		_, _, ended := sysPoll(s.fd, s.errorQueue.Load())
		return ended
	}
	return false
}
