package socket

import (
	"encoding/binary"
	"fmt"
	"net/netip"
)

// tcpRecord is a TCP connection as the kernel's socket diagnosis tells of it (sock_diag(7)), or its
// table of connections, which says less.
type tcpRecord struct {
	state         int
	retransmits   int
	local, remote netip.AddrPort
	info          []byte // struct tcp_info; nil where the kernel keeps no counters
	whole         bool   // retransmits is known
}

// tcpQuestion asks for one connection, or for all of a local port that are in a state.
type tcpQuestion struct {
	local, remote netip.AddrPort
	scope         int // the interface of a link-local address
	port, state   int // of many connections; 0 to ask for one
}

// answers says whether a record is what was asked for. Where there is no connection between two
// addresses the kernel gives the listener that would take one.
func (q *tcpQuestion) answers(r *tcpRecord) bool {
	if q.port != 0 {
		return int(r.local.Port()) == q.port && r.state == q.state
	}
	if q.remote.Port() != r.remote.Port() || q.local.Port() != r.local.Port() {
		return false
	}
	return q.remote.Port() == 0 || q.remote.Addr().Unmap() == r.remote.Addr().Unmap() &&
		q.local.Addr().Unmap() == r.local.Addr().Unmap()
}

// Where things are in struct inet_diag_req_v2 and struct inet_diag_msg (linux/inet_diag.h), which
// begin with 8 and 4 bytes before the struct inet_diag_sockid. Ports and addresses in that are in
// network byte order.
const (
	diagRequestSize = 56
	diagMessageSize = 72
	diagInfo        = 2  // the attribute INET_DIAG_INFO, whose bit in a request is one lower
	diagByFamily    = 20 // the type of a message, SOCK_DIAG_BY_FAMILY
	sockIDSize      = 48
)

// request makes a struct inet_diag_req_v2.
func (q *tcpQuestion) request(family int) []byte {
	b := make([]byte, diagRequestSize)
	b[0], b[1], b[2] = byte(family), protocolTCP, 1<<(diagInfo-1)
	states := uint32(0xffffffff)
	if q.port != 0 {
		states = 1 << q.state
	}
	binary.NativeEndian.PutUint32(b[4:], states)
	id := b[8:]
	binary.BigEndian.PutUint16(id, q.local.Port()|uint16(q.port))
	binary.BigEndian.PutUint16(id[2:], q.remote.Port())
	if q.port == 0 {
		copy(id[4:20], q.local.Addr().AsSlice())
		copy(id[20:36], q.remote.Addr().AsSlice())
		binary.NativeEndian.PutUint32(id[36:], uint32(q.scope))
	}
	binary.NativeEndian.PutUint64(id[40:], ^uint64(0)) // no cookie
	return b
}

// readRecord reads a struct inet_diag_msg and the attributes behind it.
func readRecord(b []byte) (tcpRecord, bool) {
	if len(b) < diagMessageSize {
		return tcpRecord{}, false
	}
	id := b[4 : 4+sockIDSize]
	r := tcpRecord{state: int(b[1]), retransmits: int(b[3]), whole: true}
	size := 16
	if b[0] == INET {
		size = 4
	}
	ip := func(b []byte) netip.Addr { a, _ := netip.AddrFromSlice(b[:size]); return a }
	r.local = netip.AddrPortFrom(ip(id[4:]), binary.BigEndian.Uint16(id))
	r.remote = netip.AddrPortFrom(ip(id[20:]), binary.BigEndian.Uint16(id[2:]))
	for typ, data := range attributes(b[diagMessageSize:]) {
		if typ == diagInfo {
			r.info = data
		}
	}
	return r, true
}

// TCPInfo is what the kernel knows of a TCP connection.
type TCPInfo struct {
	// State is the kernel's name for the state; CLOSE too where it knows of no connection.
	State string
	// Info are the fields of struct tcp_info, as getsockopt(2) gives them. In some states the kernel
	// keeps fewer, down to none.
	Info map[string]any
}

// TCPInfo asks for the state and counters of the socket's connection: the socket itself while it is
// open, and else the kernel's socket diagnosis. It fails as getsockopt(2) does.
func (s *Socket) TCPInfo(c *Caller) (TCPInfo, error) {
	if s.Closed() {
		if s.typ != Stream || s.family != INET && s.family != INET6 {
			errno, _ := LookupErrno("EOPNOTSUPP")
			return TCPInfo{}, errnoError("getsockopt", "TCP_INFO", errno)
		}
		return DiagnoseTCP(c, s.LocalAddress(), s.PeerAddress())
	}
	raw, err := s.GetOption(c, protocolTCP, optTCPInfo, kindSizes[TCPInfoOption])
	if err != nil {
		return TCPInfo{}, err
	}
	info, _ := decodeTCPInfo(raw).(map[string]any)
	return tcpInfoOf(info), nil
}

func tcpInfoOf(info map[string]any) TCPInfo {
	state, _ := info["state"].(string)
	return TCPInfo{State: state, Info: info}
}

// DiagnoseTCP asks the kernel for the connection between two addresses, of which local is the one
// whose end is meant: on one machine a connection has two. Without a remote address it asks for the
// socket that listens at local. A socket without a peer leaves nothing behind when it is closed.
func DiagnoseTCP(c *Caller, local, remote Address) (TCPInfo, error) {
	for _, a := range []Address{local, remote} {
		if !a.IsZero() && !a.IP().IsValid() {
			return TCPInfo{}, &Error{Call: "sock_diag", Target: a.String(), Class: BadAddress,
				Text: "the ends of a TCP connection have IP addresses"}
		}
	}
	q := tcpQuestion{local: local.addrPort(), remote: remote.addrPort(), scope: local.Scope()}
	if remote.IsZero() && q.local.IsValid() {
		q.remote = netip.AddrPortFrom(q.local.Addr(), 0)
	}
	found, errno := findTCP(&q)
	if errno == 0 && len(found) == 0 {
		found = []tcpRecord{{state: tcpClose}}
	}
	ends := ends{local, remote}
	call := Call{Name: "sock_diag", FD: -1, Arguments: []string{"tcp", ends.join(" -> ")},
		Errno: errno}
	var info TCPInfo
	if errno == 0 {
		info = found[0].decode()
		call.Answer = info.State
	} else {
		call.Result = -1
	}
	if c.Trace != nil {
		c.Trace(&call)
	}
	if errno != 0 {
		return TCPInfo{}, errnoError(call.Name, ends.join(" -> "), errno)
	}
	return info, nil
}

// decode gives what a record says. While a connection is set up, and in TIME_WAIT, the kernel
// counts the retransmissions only.
func (r *tcpRecord) decode() TCPInfo {
	if info, ok := decodeTCPInfo(r.info).(map[string]any); ok {
		info["state"] = tcpStateName(r.state)
		return tcpInfoOf(info)
	}
	info := map[string]any{"state": tcpStateName(r.state)}
	if r.whole {
		info["retransmits"] = r.retransmits
	}
	return tcpInfoOf(info)
}

func tcpStateName(state int) string {
	if state > 0 && state < len(tcpStates) {
		return tcpStates[state]
	}
	return fmt.Sprint(state)
}

// TimeWait says whether a TCP connection of a local port is in TIME_WAIT.
func TimeWait(port int) bool {
	if port <= 0 {
		return false
	}
	found, errno := findTCP(&tcpQuestion{port: port, state: tcpTimeWait})
	return errno == 0 && len(found) > 0
}

// addrPort gives an IP address with its port; not valid for other families.
func (a Address) addrPort() netip.AddrPort {
	if ip := a.IP(); ip.IsValid() {
		return netip.AddrPortFrom(ip, uint16(a.Port()))
	}
	return netip.AddrPort{}
}
