package socket

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Ancillary is one message of ancillary data, as cmsg(3) has it.
type Ancillary struct {
	Level, Type int
	Data        []byte
	// Instead of Data a message that is sent has Parts, as Check knows them, or, with SCM_RIGHTS,
	// Rights.
	Parts  map[string]any
	Rights []Right
	// Process is the number of the process that a received SCM_PIDFD told of.
	Process int
}

// Right is a descriptor that is sent: that of a socket, or, where there is none, a number.
type Right struct {
	Socket *Socket
	FD     int
}

// Outgoing is what SendMsg sends.
type Outgoing struct {
	Buffers   [][]byte
	Ancillary []Ancillary
	Flags     int
	To        Address // none on a connected socket
}

// Incoming says how RecvMsg receives.
type Incoming struct {
	Data    []byte // where the bytes go
	Sizes   []int  // how many of them belong to each buffer
	Control int    // room for ancillary data, in bytes
	Flags   int
}

// Received is what RecvMsg got.
type Received struct {
	Size      int // what the call returned
	Address   Address
	Flags     int // MSG_ flags that the kernel gave
	Ancillary []Ancillary
	Sockets   []*Socket // those that came with SCM_RIGHTS
}

// message is what sendmsg and recvmsg have beside the bytes of a request.
type message struct {
	sizes   []int  // of the buffers that share the request's bytes
	control []byte // what is sent, or room
	later   []byte // what is sent with further parts of a stream: descriptors go only once
	size    int    // how much of control was received
	flags   int    // that the kernel gave
}

// SendMsg sends buffers as one message, with ancillary data, as sendmsg(2) does; like Send
// otherwise. A closed socket among the rights is sent as the descriptor -1, which the kernel
// refuses, and so is a number that no socket of the Table has: other descriptors of the process are
// none of a run's business.
func (s *Socket) SendMsg(c *Caller, out Outgoing) (int, error) {
	m := &message{}
	var data []byte
	for i, b := range out.Buffers {
		m.sizes = append(m.sizes, len(b))
		if i == 0 {
			data = b[:len(b):len(b)] // a single buffer is not copied
			continue
		}
		data = append(data, b...)
	}
	for _, a := range out.Ancillary {
		bytes := a.Data
		if a.Parts != nil {
			var err error
			if bytes, err = a.encode(c.User); err != nil {
				return 0, err
			}
		}
		for _, right := range a.Rights {
			held, fd := right.Socket, -1
			if held == nil {
				held = s.table.sharing(right.FD)
			}
			if held != nil && held.enter() {
				defer held.look() // the descriptor stays what it is until the message has gone
				fd = held.fd
				s.table.noteSent(held)
			}
			bytes = binary.NativeEndian.AppendUint32(bytes, uint32(fd))
		}
		m.control = appendControl(m.control, a.Level, a.Type, bytes)
		if a.Level != levelSocket || a.Type != scmRights {
			m.later = appendControl(m.later, a.Level, a.Type, bytes)
		}
	}
	return s.send(c, request{name: "sendmsg", verb: sendingMessage, buf: data, msg: m,
		flags: out.Flags, to: out.To})
}

// RecvMsg receives a message and its ancillary data, as recvmsg(2) does; like RecvFrom otherwise.
// Descriptors that came are sockets of the table then; one that is no socket is closed at once, and
// so is one of a process.
// With MSG_WAITALL on a stream, the ancillary data is that of the last part, and a part with
// descriptors ends the call.
func (s *Socket) RecvMsg(c *Caller, in Incoming) (Received, error) {
	r := s.receive("recvmsg", receivingMessage, in.Data, in.Flags)
	m := &message{sizes: in.Sizes, control: make([]byte, in.Control)}
	r.msg = m
	o, err := s.perform(c, r)
	got := Received{Size: o.moved(), Flags: m.flags}
	for _, a := range parseControl(m.control[:m.size]) {
		if a.Level == levelSocket && a.Type == scmPIDFD && len(a.Data) == 4 {
			a.Process = takeProcess(int32At(a.Data, 0))
		}
		got.Ancillary = append(got.Ancillary, a)
		if !a.isRights() {
			continue
		}
		for _, fd := range a.descriptors() {
			received, failed := s.table.receive(fd)
			switch {
			case failed != nil && err == nil:
				err = failed
			case received != nil:
				got.Sockets = append(got.Sockets, received)
			}
		}
	}
	if err == nil {
		got.Address = o.sender()
	}
	return got, err
}

func (a Ancillary) isRights() bool { return a.Level == levelSocket && a.Type == scmRights }

func (a Ancillary) descriptors() []int {
	var fds []int
	for at := 0; at+4 <= len(a.Data); at += 4 {
		fds = append(fds, int32At(a.Data, at))
	}
	return fds
}

// receive takes a descriptor that came in a message over; nil for one that is no socket.
func (t *Table) receive(fd int) (*Socket, error) {
	family, errno := intOption(fd, optDomain)
	if errno != 0 {
		sysClose(fd)
		return nil, nil
	}
	typ, _ := intOption(fd, optType)
	proto, _ := intOption(fd, optProtocol)
	if of := t.sentAs(fd); of != nil {
		return t.adoptOf(of, fd, family, typ, proto)
	}
	sysSetNonBlocking(fd)
	s, err := t.adopt(fd, family, typ, proto)
	if err == nil {
		s.learnPlayed()
		s.learnErrorQueue()
	}
	return s, err
}

// cookie is what the kernel calls a socket all its life, whatever descriptors it has.
type cookie [8]byte

func cookieOf(fd int) (c cookie, known bool) {
	_, errno := sysGetOption(fd, levelSocket, optCookie, c[:])
	return c, errno == 0
}

// noteSent remembers the description of a socket that goes with SCM_RIGHTS. On its way it lives on
// when all its descriptors here are closed.
func (t *Table) noteSent(s *Socket) {
	c, known := cookieOf(s.fd)
	if !known {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.sent == nil {
		t.sent = map[cookie]*description{}
	}
	t.sent[c] = s.description
}

// sentAs gives the description of a descriptor that came, if it was sent here; else nil.
func (t *Table) sentAs(fd int) *description {
	c, _ := cookieOf(fd)
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.sent[c]
}

// learnErrorQueue asks the kernel whether errors are queued.
func (s *Socket) learnErrorQueue() {
	level, option := levelIP, optIPRecvErr
	if s.family == INET6 {
		level, option = levelIPv6, optIPv6RecvErr
	}
	var value [4]byte
	if s.family == INET || s.family == INET6 {
		_, errno := sysGetOption(s.fd, level, option, value[:])
		s.errorQueue.Store(errno == 0 && int32At(value[:], 0) != 0)
	}
}

func intOption(fd, option int) (int, Errno) {
	var value [4]byte
	_, errno := sysGetOption(fd, levelSocket, option, value[:])
	return int32At(value[:], 0), errno
}

// split takes what is left of the request's bytes apart into its buffers.
func (o *operation) split() [][]byte {
	var buffers [][]byte
	skip, rest := o.done, o.buf
	for _, size := range o.msg.sizes {
		part := rest[:size]
		rest = rest[size:]
		if skip > 0 {
			n := min(skip, len(part))
			part, skip = part[n:], skip-n
		}
		if len(part) > 0 || o.done == 0 {
			buffers = append(buffers, part)
		}
	}
	return buffers
}

func (o *operation) sendMessage(flags int) (int, Errno) {
	control := o.msg.control
	if o.done > 0 {
		control = o.msg.later
	}
	return sysSendMsg(o.sock.fd, o.split(), control, flags, o.to.raw)
}

func (o *operation) receiveMessage() (int, Errno) {
	m := o.msg
	n, size, flags, errno := sysRecvMsg(o.sock.fd, o.sock.family, o.split(), m.control, o.flags,
		&o.from)
	if errno == 0 && (n > 0 || o.done == 0) {
		m.size, m.flags = size, flags
		if m.hasRights() || o.joins() && o.lostRights() {
			o.need = 0 // the kernel ends a call there, too
		}
	}
	return n, errno
}

func (m *message) hasRights() bool {
	for _, a := range parseControl(m.control[:m.size]) {
		if a.isRights() {
			return true
		}
	}
	return false
}

// describe names the ancillary data for the trace, with the descriptors.
func (m *message) describe(v verb) string {
	control := m.control
	if v == receivingMessage {
		control = control[:m.size]
	}
	var parts []string
	for _, a := range parseControl(control) {
		text := AncillaryName(a.Level, a.Type)
		if text == "" {
			text = fmt.Sprintf("level %d type %d", a.Level, a.Type)
		}
		if a.isRights() {
			for _, fd := range a.descriptors() {
				text += fmt.Sprintf(" fd %d", fd)
			}
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// writes says whether the verb moves bytes out.
func (v verb) writes() bool { return v == sending || v == sendingMessage }

// moves says whether the verb moves bytes.
func (v verb) moves() bool { return v != accepting && v != connecting }
