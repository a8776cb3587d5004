package socket

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// findTCP finds the connections that a question asks for, by sock_diag where the kernel has it for
// TCP, else in /proc/net/tcp and tcp6.
func findTCP(q *tcpQuestion) ([]tcpRecord, Errno) {
	if q.port == 0 && (!q.local.IsValid() || !q.remote.IsValid()) {
		return nil, 0
	}
	if !hasTCPDiag() {
		return tcpTable(q), 0
	}
	families := []int{INET, INET6}
	if q.port == 0 {
		families = []int{INET}
		if !q.local.Addr().Is4() || !q.remote.Addr().Is4() {
			families[0] = INET6
		}
	}
	var found []tcpRecord
	for _, family := range families {
		errno := diagTCP(q.request(family), q.port != 0, func(b []byte) {
			if r, ok := readRecord(b); ok && q.answers(&r) {
				found = append(found, r)
			}
		})
		if errno != 0 && errno != Errno(unix.ENOENT) {
			return nil, errno
		}
	}
	return found, 0
}

// hasTCPDiag says whether the kernel diagnoses TCP. Where it does not, it answers as if it found
// nothing, but for a question about all sockets in none of the states.
var hasTCPDiag = sync.OnceValue(func() bool {
	b := (&tcpQuestion{port: 1, state: 31}).request(INET)
	return diagTCP(b, true, func([]byte) {}) == 0
})

// diagTCP sends a request to the kernel's socket diagnosis and hands on the messages that it
// answers with. The kernel makes the answer while it takes the request, so that this never waits.
func diagTCP(request []byte, dump bool, each func([]byte)) Errno {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return errnoOf(err)
	}
	defer unix.Close(fd)
	flags := unix.NLM_F_REQUEST
	if dump {
		flags |= unix.NLM_F_DUMP
	}
	message, err := NetlinkMessage(map[string]any{"type": diagByFamily, "flags": flags,
		"header": request})
	if err != nil {
		return EINVAL
	}
	kernel := &unix.SockaddrNetlink{Family: unix.AF_NETLINK}
	if err := unix.Sendto(fd, message, 0, kernel); err != nil {
		return errnoOf(err)
	}
	room := make([]byte, 64<<10)
	for {
		n, _, err := unix.Recvfrom(fd, room, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return errnoOf(err)
		}
		if done, errno := diagMessages(room[:n], each); done || errno != 0 {
			return errno
		}
		if !dump {
			return 0
		}
	}
}

// diagMessages hands on the messages of a datagram, and says whether the last of an answer was
// among them.
func diagMessages(b []byte, each func([]byte)) (done bool, errno Errno) {
	for m, err := range netlinkMessages(b) {
		switch {
		case err != nil:
			return true, EINVAL
		case m.typ == netlinkDone, m.typ == netlinkError:
			return true, m.failure()
		case m.typ == diagByFamily:
			each(append([]byte(nil), m.body...))
		}
	}
	return false, 0
}

// tcpTable looks for connections in the kernel's tables, which say the state only
// (proc_net_tcp.rst): the second and third field of a line are the addresses, the fourth the state,
// all in hexadecimal.
func tcpTable(q *tcpQuestion) []tcpRecord {
	var found []tcpRecord
	for _, name := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if r, ok := readRow(strings.Fields(lines.Text())); ok && q.answers(&r) {
				found = append(found, r)
			}
		}
		f.Close()
	}
	return found
}

func readRow(fields []string) (r tcpRecord, ok bool) {
	if len(fields) < 4 {
		return r, false
	}
	state, err := strconv.ParseUint(fields[3], 16, 8)
	local, isLocal := tableAddress(fields[1])
	remote, isRemote := tableAddress(fields[2])
	return tcpRecord{state: int(state), local: local, remote: remote},
		err == nil && isLocal && isRemote
}

// tableAddress reads an address of the kernel's tables: its 32-bit words are printed as numbers of
// this machine, in hexadecimal, and so is the port.
func tableAddress(s string) (netip.AddrPort, bool) {
	host, port, _ := strings.Cut(s, ":")
	b, err := hex.DecodeString(host)
	n, wrong := strconv.ParseUint(port, 16, 16)
	if err != nil || wrong != nil || len(b)%4 != 0 {
		return netip.AddrPort{}, false
	}
	for at := 0; at < len(b); at += 4 {
		binary.NativeEndian.PutUint32(b[at:], binary.BigEndian.Uint32(b[at:]))
	}
	ip, ok := netip.AddrFromSlice(b)
	return netip.AddrPortFrom(ip, uint16(n)), ok
}
