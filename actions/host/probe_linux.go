package host

import (
	"errors"
	"fmt"
	"math"
	"os"

	"golang.org/x/sys/unix"
)

var probes = []probe{
	{"ipv6", tryIPv6},
	{"netdb", tryNetDB},
	{"root", tryRoot},
	{"raw", trySocket("raw sockets", unix.AF_INET, unix.SOCK_RAW, unix.IPPROTO_ICMP)},
	{"packet", trySocket("packet sockets", unix.AF_PACKET, unix.SOCK_RAW, 0)},
	{"tcp_filter", tryTCPFilter},
	{"mptcp", trySocket("multipath TCP", unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_MPTCP)},
	{"udplite", trySocket("UDP-Lite", unix.AF_INET, unix.SOCK_DGRAM, unix.IPPROTO_UDPLITE)},
	{"sctp", trySocket("SCTP", unix.AF_INET, unix.SOCK_STREAM, unix.IPPROTO_SCTP)},
	{"vsock_loopback", tryLoaded("vsock_loopback", tryVsockLoopback)},
	{"vsock", trySocket("VM sockets", unix.AF_VSOCK, unix.SOCK_STREAM, 0)},
	{"can", trySocket("CAN sockets", unix.AF_CAN, unix.SOCK_RAW, unix.CAN_RAW)},
	{"rds", tryLoaded("rds", trySocket("RDS sockets", unix.AF_RDS, unix.SOCK_SEQPACKET, 0))},
	{"tipc", tryLoaded("tipc", trySocket("TIPC sockets", unix.AF_TIPC, unix.SOCK_STREAM, 0))},
}

func tryRoot() error {
	if os.Geteuid() != 0 {
		return errors.New("not run as root")
	}
	return nil
}

// tryNetDB looks for the tables of services and protocols, which small systems leave out.
func tryNetDB() error {
	tcp := "tcp"
	if _, ok := servicePort(servicesOf(table(servicesFile)), "http", &tcp); !ok {
		return errors.New("no services in " + servicesFile)
	}
	if _, ok := protocolNumber(protocolsOf(table(protocolsFile)), "icmp"); !ok {
		return errors.New("no protocols in " + protocolsFile)
	}
	return nil
}

func tryIPv6() error {
	fd, err := unix.Socket(unix.AF_INET6, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("this kernel has no IPv6 (socket: %w)", err)
	}
	defer unix.Close(fd)
	loopback := &unix.SockaddrInet6{Addr: [16]byte{15: 1}}
	if err := unix.Bind(fd, loopback); err != nil {
		return fmt.Errorf("no IPv6 loopback address (bind [::1]:0: %w)", err)
	}
	return nil
}

// tryVsockLoopback connects to this machine's own CID, which a module of its own makes possible:
// without that one the kernel may still have VM sockets, and then such an attempt gets no answer.
func tryVsockLoopback() error {
	listener, err := unix.Socket(unix.AF_VSOCK, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("this kernel has no VM sockets (socket: %w)", err)
	}
	defer unix.Close(listener)
	local := &unix.SockaddrVM{CID: unix.VMADDR_CID_LOCAL, Port: unix.VMADDR_PORT_ANY}
	if err := unix.Bind(listener, local); err != nil {
		return fmt.Errorf("no loopback of VM sockets (bind: %w)", err)
	}
	if err := unix.Listen(listener, 1); err != nil {
		return fmt.Errorf("no loopback of VM sockets (listen: %w)", err)
	}
	name, err := unix.Getsockname(listener)
	if err != nil {
		return err
	}
	fd, err := unix.Socket(unix.AF_VSOCK, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	err = unix.Connect(fd, name)
	if errors.Is(err, unix.EINPROGRESS) {
		err = awaitConnection(fd)
	}
	if err != nil {
		return fmt.Errorf("no loopback of VM sockets (connect: %w)", err)
	}
	return nil
}

// awaitConnection waits for a connection of this machine with itself.
func awaitConnection(fd int) error {
	const limit = 500 // ms
	n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLOUT}}, limit)
	if err != nil {
		return err
	}
	if n == 0 {
		return unix.ETIMEDOUT
	}
	errno, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err == nil && errno != 0 {
		err = unix.Errno(errno)
	}
	return err
}

// tryTCPFilter attaches a filter to a TCP socket. Newer kernels take CAP_NET_ADMIN for that.
func tryTCPFilter() error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return fmt.Errorf("no TCP (socket: %w)", err)
	}
	defer unix.Close(fd)
	takeAll := []unix.SockFilter{{Code: unix.BPF_RET | unix.BPF_K, K: math.MaxUint32}}
	program := &unix.SockFprog{Len: uint16(len(takeAll)), Filter: &takeAll[0]}
	err = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, program)
	if err != nil {
		return fmt.Errorf("no filter may be attached to a TCP socket (setsockopt: %w)", err)
	}
	return nil
}

func trySocket(what string, family, typ, proto int) func() error {
	return func() error {
		fd, err := unix.Socket(family, typ|unix.SOCK_CLOEXEC, proto)
		switch {
		case errors.Is(err, unix.EPERM), errors.Is(err, unix.EACCES):
			return fmt.Errorf("%s are not allowed to this user (socket: %w)", what, err)
		case err != nil:
			return fmt.Errorf("this kernel has no %s (socket: %w)", what, err)
		}
		return unix.Close(fd)
	}
}

// tryLoaded tries what a module adds that no socket makes the kernel load: the reason names it.
func tryLoaded(module string, try func() error) func() error {
	return func() error {
		if err := try(); err != nil {
			return fmt.Errorf("%w; modprobe %s may help", err, module)
		}
		return nil
	}
}
