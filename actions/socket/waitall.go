package socket

import "netscene/actions/gate"

// With MSG_WAITALL the kernel waits within one call, and gives less than was asked for where the
// bytes that follow are of another kind: behind the mark of urgent data on TCP (tcp_recvmsg_locked
// in net/ipv4/tcp.c), and on a Unix stream behind a part with descriptors and, with SO_PASSCRED,
// before that of another sender (unix_stream_read_generic in net/unix/af_unix.c). Here such a call
// is made of several, and must stop there by itself.

// joins says whether the operation is a receive that puts parts of a stream together.
func (o *operation) joins() bool {
	return o.need > 0 && o.direction() == gate.Read
}

// cut says whether the operation ends before the next part, or has met an error looking for that.
// An urgent byte with nothing behind it does not wake the poller: the call then ends with the next
// byte that comes.
func (o *operation) cut() bool {
	o.errno = 0
	if o.sock.family != Unix {
		return o.done > 0 && sysAtMark(o.sock.fd)
	}
	if !passesCredentials(o.sock.fd) {
		return false
	}
	// One byte is looked at; a descriptor that came with it finds no room and is not received.
	var peeked [1]byte
	var from sockaddr
	control := roomForCredentials()
	n, size, _, errno := sysRecvMsg(o.sock.fd, Unix, [][]byte{peeked[:]}, control, MsgPeek, &from)
	o.errno = errno
	if errno != 0 || n == 0 {
		return errno != 0
	}
	before := o.creds
	o.creds = string(control[:size])
	return o.done > 0 && o.creds != before
}

// receivePart receives a part of a Unix stream and ends the operation with one that had
// descriptors, which are lost, as in the kernel.
func (o *operation) receivePart() (int, Errno) {
	var control []byte
	if passesCredentials(o.sock.fd) {
		control = roomForCredentials()
	}
	n, _, flags, errno := sysRecvMsg(o.sock.fd, Unix, [][]byte{o.buf[o.done:]}, control, o.flags,
		&o.from)
	if errno == 0 && flags&msgCTrunc != 0 {
		o.need = 0
	}
	return n, errno
}

// lostRights says whether a part of a Unix stream had descriptors for which its control buffer had
// no room.
func (o *operation) lostRights() bool {
	return o.sock.family == Unix && o.msg.flags&msgCTrunc != 0 &&
		(len(o.msg.control) >= len(roomForCredentials()) || !passesCredentials(o.sock.fd))
}

func passesCredentials(fd int) bool {
	on, errno := intOption(fd, optPassCred)
	return errno == 0 && on != 0
}

// roomForCredentials is a control buffer for a struct ucred and nothing else.
func roomForCredentials() []byte {
	return appendControl(nil, levelSocket, scmCredentials, make([]byte, 12))
}
