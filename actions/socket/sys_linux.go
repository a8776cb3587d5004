package socket

import (
	"encoding/binary"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls below are made as they are: addresses are bytes already, so nothing is converted or
// allocated, and what the kernel says is what is returned. 386 and s390x have these calls by
// themselves since Linux 4.3, beside socketcall(2).

// noBytes is where empty buffers point, since Go does not give an address inside one.
var noBytes byte

func bytesPointer(p []byte) unsafe.Pointer {
	if len(p) == 0 {
		return unsafe.Pointer(&noBytes)
	}
	return unsafe.Pointer(&p[0])
}

func stringPointer(s string) unsafe.Pointer {
	if s == "" {
		return nil
	}
	return unsafe.Pointer(unsafe.StringData(s))
}

func result(n uintptr, errno syscall.Errno) (int, Errno) {
	if errno != 0 {
		return -1, Errno(errno)
	}
	return int(n), 0
}

func errnoOf(err error) Errno {
	if errno, ok := err.(syscall.Errno); ok {
		return Errno(errno)
	}
	return 0
}

func sysSocket(family, typ, proto int) (int, Errno) {
	return result(first(unix.Syscall(unix.SYS_SOCKET, uintptr(family),
		uintptr(typ|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC), uintptr(proto))))
}

func sysSocketPair(family, typ, proto int) ([2]int, Errno) {
	fds, err := unix.Socketpair(family, typ|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, proto)
	return fds, errnoOf(err)
}

func sysDup(fd int) (int, Errno) {
	n, err := unix.FcntlInt(uintptr(fd), unix.F_DUPFD_CLOEXEC, 0)
	return n, errnoOf(err)
}

// sysDescriptorFlags makes those calls of fcntl(2) that read or set flags.
func sysDescriptorFlags(fd, command, flags int) (int, Errno) {
	n, err := unix.FcntlInt(uintptr(fd), command, flags)
	return n, errnoOf(err)
}

func sysClose(fd int) { _ = unix.Close(fd) }

func first(r1, _ uintptr, errno syscall.Errno) (uintptr, syscall.Errno) { return r1, errno }

func sysBind(fd int, addr string) Errno {
	_, _, errno := unix.Syscall(unix.SYS_BIND, uintptr(fd), uintptr(stringPointer(addr)),
		uintptr(len(addr)))
	return Errno(errno)
}

func sysListen(fd, backlog int) Errno {
	_, _, errno := unix.Syscall(unix.SYS_LISTEN, uintptr(fd), uintptr(backlog), 0)
	return Errno(errno)
}

func sysConnect(fd int, addr string) Errno {
	_, _, errno := unix.Syscall(unix.SYS_CONNECT, uintptr(fd), uintptr(stringPointer(addr)),
		uintptr(len(addr)))
	return Errno(errno)
}

// sysError takes the error that the socket has to report.
func sysError(fd int) Errno {
	errno, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ERROR)
	if err != nil {
		return 0 // the call that follows says it
	}
	return Errno(errno)
}

func sysAccept(fd, flags int, from *sockaddr) (int, Errno) {
	from.size = addressMax
	return result(first(unix.Syscall6(unix.SYS_ACCEPT4, uintptr(fd),
		uintptr(unsafe.Pointer(&from.bytes)), uintptr(unsafe.Pointer(&from.size)),
		uintptr(flags|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC), 0, 0)))
}

func sysSend(fd int, p []byte, flags int, to string) (int, Errno) {
	return result(first(unix.Syscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(bytesPointer(p)),
		uintptr(len(p)), uintptr(flags), uintptr(stringPointer(to)), uintptr(len(to)))))
}

func sysRecv(fd int, p []byte, flags int) (int, Errno) {
	return result(first(unix.Syscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(bytesPointer(p)),
		uintptr(len(p)), uintptr(flags), 0, 0)))
}

func sysRecvFrom(fd int, p []byte, flags int, from *sockaddr) (int, Errno) {
	from.size = addressMax
	return result(first(unix.Syscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(bytesPointer(p)),
		uintptr(len(p)), uintptr(flags), uintptr(unsafe.Pointer(&from.bytes)),
		uintptr(unsafe.Pointer(&from.size)))))
}

func sysGetSockName(fd int, name *sockaddr) Errno {
	name.size = addressMax
	_, _, errno := unix.Syscall(unix.SYS_GETSOCKNAME, uintptr(fd),
		uintptr(unsafe.Pointer(&name.bytes)), uintptr(unsafe.Pointer(&name.size)))
	return Errno(errno)
}

func sysGetPeerName(fd int, name *sockaddr) Errno {
	name.size = addressMax
	_, _, errno := unix.Syscall(unix.SYS_GETPEERNAME, uintptr(fd),
		uintptr(unsafe.Pointer(&name.bytes)), uintptr(unsafe.Pointer(&name.size)))
	return Errno(errno)
}

// sysGetOption fills p and says how much of it the kernel used.
func sysGetOption(fd, level, option int, p []byte) (int, Errno) {
	size := uint32(len(p))
	_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), uintptr(level), uintptr(option),
		uintptr(bytesPointer(p)), uintptr(unsafe.Pointer(&size)), 0)
	return min(int(size), len(p)), Errno(errno)
}

func sysSetOption(fd, level, option int, p []byte) Errno {
	_, _, errno := unix.Syscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(option),
		uintptr(bytesPointer(p)), uintptr(len(p)), 0)
	return Errno(errno)
}

func sysShutdown(fd, how int) Errno {
	_, _, errno := unix.Syscall(unix.SYS_SHUTDOWN, uintptr(fd), uintptr(how), 0)
	return Errno(errno)
}

// sysPoll says, without waiting, what is so of a descriptor. With queue set it has an error queue,
// and POLLERR tells of that: it does not mean that a call would return.
func sysPoll(fd int, queue bool) (readable, writable, ended bool) {
	p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN | unix.POLLOUT | unix.POLLRDHUP}}
	for {
		n, err := unix.Poll(p, 0)
		if err == unix.EINTR {
			continue
		}
		if n <= 0 {
			return false, false, false
		}
		break
	}
	got := int(p[0].Revents)
	if queue {
		got &^= unix.POLLERR
	}
	ended = got&(unix.POLLERR|unix.POLLHUP|unix.POLLRDHUP|unix.POLLNVAL) != 0
	failed := got&(unix.POLLERR|unix.POLLHUP|unix.POLLNVAL) != 0
	return failed || got&unix.POLLIN != 0, failed || got&unix.POLLOUT != 0, ended
}

// sysShutDown says whether the receiving direction has ended.
func sysShutDown(fd int) bool {
	p := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
	for {
		n, err := unix.Poll(p, 0)
		if err != unix.EINTR {
			return n > 0 && p[0].Revents&unix.POLLRDHUP != 0
		}
	}
}

// sysAtMark says whether the next byte of a TCP stream is the one behind urgent data.
func sysAtMark(fd int) bool { return sysQueue(fd, siocAtMark) != 0 }

// sysUnread gives how many bytes wait to be received.
func sysUnread(fd int) int { return sysQueue(fd, unix.SIOCINQ) }

// sysUnsent gives how many bytes were sent and are not acknowledged.
func sysUnsent(fd int) int { return sysQueue(fd, unix.SIOCOUTQ) }

func sysQueue(fd int, request uint) int {
	n, err := unix.IoctlGetInt(fd, request)
	if err != nil {
		return 0
	}
	return n
}

// sysInterfaceIndex gives the number of a network interface.
func sysInterfaceIndex(name string) (int, Errno) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return 0, errnoOf(err)
	}
	defer unix.Close(fd)
	request, err := unix.NewIfreq(name)
	if err != nil {
		return 0, errnoOf(err)
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, request); err != nil {
		return 0, errnoOf(err)
	}
	return int(request.Uint32()), 0
}

// sysInterfaceName gives the name of a network interface; "" for none.
func sysInterfaceName(index int) string {
	if index == 0 {
		return ""
	}
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return ""
	}
	defer unix.Close(fd)
	// struct ifreq is 40 bytes: the name, and what is asked for or given.
	var request [40]byte
	binary.NativeEndian.PutUint32(request[unix.IFNAMSIZ:], uint32(index))
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.SIOCGIFNAME,
		uintptr(unsafe.Pointer(&request))); errno != 0 {
		return ""
	}
	return unix.ByteSliceToString(request[:unix.IFNAMSIZ])
}

// sysRoom says whether the Unix datagram socket at an address can take a message. Only a socket
// that is connected to it learns that from the kernel, so one is made and closed again; the one
// that is asked about notices nothing.
func sysRoom(to string) bool {
	fd, errno := sysSocket(Unix, Dgram, 0)
	if errno != 0 {
		return false
	}
	defer unix.Close(fd)
	if errno := sysConnect(fd, to); errno != 0 {
		return true // the send will say why
	}
	_, writable, _ := sysPoll(fd, false)
	return writable
}
