package socket

import (
	"slices"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The calls are made here and not by x/sys, which adds a byte of data where only control data is
// sent on a stream.

func vectors(h *unix.Msghdr, buffers [][]byte) {
	if len(buffers) == 0 {
		return
	}
	iov := make([]unix.Iovec, len(buffers))
	for i, b := range buffers {
		iov[i].Base = (*byte)(bytesPointer(b))
		iov[i].SetLen(len(b))
	}
	h.Iov = &iov[0]
	h.SetIovlen(len(iov))
}

func controlRoom(h *unix.Msghdr, control []byte) {
	if len(control) > 0 {
		h.Control = &control[0]
		h.SetControllen(len(control))
	}
}

func sysSendMsg(fd int, buffers [][]byte, control []byte, flags int, to string) (int, Errno) {
	var h unix.Msghdr
	h.Name, h.Namelen = (*byte)(stringPointer(to)), uint32(len(to))
	vectors(&h, buffers)
	controlRoom(&h, control)
	return result(first(unix.Syscall(unix.SYS_SENDMSG, uintptr(fd), uintptr(unsafe.Pointer(&h)),
		uintptr(flags))))
}

// sysRecvMsg gives the number of bytes, how much of control was filled, and the message's flags.
// Descriptors come through Unix sockets only; packet sockets refuse the flag that concerns them.
func sysRecvMsg(fd, family int, buffers [][]byte, control []byte, flags int, from *sockaddr) (
	n, size, got int, errno Errno) {
	var h unix.Msghdr
	h.Name, h.Namelen = &from.bytes[0], addressMax
	vectors(&h, buffers)
	controlRoom(&h, control)
	closeOnExec := 0
	if family == Unix {
		closeOnExec = unix.MSG_CMSG_CLOEXEC
	}
	n, errno = result(first(unix.Syscall(unix.SYS_RECVMSG, uintptr(fd),
		uintptr(unsafe.Pointer(&h)), uintptr(flags|closeOnExec))))
	from.size = h.Namelen
	if errno != 0 {
		from.size = 0
		return n, 0, 0, errno
	}
	// The kernel gives MSG_CMSG_CLOEXEC back; it was not asked for by the caller.
	got = int(h.Flags) &^ (closeOnExec &^ flags)
	return n, min(int(h.Controllen), len(control)), got, 0
}

// appendControl adds a message of ancillary data.
func appendControl(b []byte, level, typ int, data []byte) []byte {
	start := len(b)
	b = append(b, make([]byte, unix.CmsgSpace(len(data)))...)
	h := (*unix.Cmsghdr)(unsafe.Pointer(&b[start]))
	h.Level, h.Type = int32(level), int32(typ)
	h.SetLen(unix.CmsgLen(len(data)))
	copy(b[start+unix.CmsgLen(0):], data)
	return b
}

// parseControl takes ancillary data apart; the last message may be cut short.
func parseControl(b []byte) []Ancillary {
	var list []Ancillary
	for len(b) >= unix.CmsgLen(0) {
		h := (*unix.Cmsghdr)(unsafe.Pointer(&b[0]))
		size := min(int(h.Len), len(b)) - unix.CmsgLen(0)
		if size < 0 {
			break
		}
		list = append(list, Ancillary{Level: int(h.Level), Type: int(h.Type),
			Data: slices.Clone(b[unix.CmsgLen(0):][:size])})
		b = b[min(unix.CmsgSpace(size), len(b)):]
	}
	return list
}

func sysSetNonBlocking(fd int) { _ = unix.SetNonblock(fd, true) }

// sysOwnCredentials gives who the process is, as SCM_CREDENTIALS tells it.
func sysOwnCredentials() (pid, uid, gid int) {
	return unix.Getpid(), unix.Getuid(), unix.Getgid()
}
