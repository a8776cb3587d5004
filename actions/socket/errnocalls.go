package socket

import (
	"slices"
	"strings"
)

// errorsOf says which numbers each call gives: the ERRORS sections of POSIX.1-2024 and of Linux'
// manual pages, sections 2 and 7 (ip, ipv6, tcp, udp, unix, packet, raw), and what was seen of the
// kernel beside them. EBADF, EINTR, ENOTSOCK and the like stand under every call that gives them.
var errorsOf = map[string]string{
	"accept": "EAGAIN EBADF ECONNABORTED EFAULT EINTR EINVAL EMFILE ENETDOWN ENFILE ENOBUFS ENOMEM " +
		"ENOPROTOOPT ENOTSOCK EOPNOTSUPP EPERM EPROTO EHOSTDOWN EHOSTUNREACH ENETUNREACH ETIMEDOUT",
	"bind": "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EBADF EDESTADDRREQ EINVAL EISDIR ELOOP " +
		"ENAMETOOLONG ENODEV ENOENT ENOMEM ENOTDIR ENOTSOCK EPERM EROFS",
	"chmod": "EACCES EIO ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EPERM EROFS",
	"close": "EBADF EDQUOT EINTR EIO ENOSPC",
	"connect": "EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF ECONNABORTED " +
		"ECONNREFUSED ECONNRESET EFAULT EHOSTDOWN EHOSTUNREACH EINPROGRESS EINTR EINVAL EISCONN ELOOP " +
		"ENAMETOOLONG ENETDOWN ENETUNREACH ENOBUFS ENODEV ENOENT ENOTDIR ENOTSOCK EOPNOTSUPP EPERM " +
		"EPROTOTYPE ETIMEDOUT",
	"dup":              "EBADF EMFILE",
	"fcntl":            "EACCES EAGAIN EBADF EINVAL EPERM",
	"getaddrinfo":      lookupErrors + " EAI_ADDRFAMILY EAI_SERVICE EAI_SOCKTYPE",
	"gethostbyaddr":    lookupErrors,
	"gethostbyname":    lookupErrors + " EAI_ADDRFAMILY",
	"gethostbyname_ex": lookupErrors + " EAI_ADDRFAMILY",
	"getnameinfo":      lookupErrors + " EAI_OVERFLOW",
	"getpeername":      "EBADF EFAULT EINVAL ENOBUFS ENOTCONN ENOTSOCK",
	"getsockname":      "EBADF EFAULT EINVAL ENOBUFS ENOTSOCK EOPNOTSUPP",
	"getsockopt": "EACCES EBADF EFAULT EINVAL ENODATA ENODEV ENOMEM ENOPROTOOPT ENOTCONN ENOTSOCK " +
		"EOPNOTSUPP EPERM ERANGE ESRCH",
	"if_indextoname": "ENXIO",
	"if_nametoindex": "ENODEV",
	"ioctl":          "EBADF EFAULT EINVAL ENODEV ENOTTY EOPNOTSUPP EPERM",
	"listen":         "EADDRINUSE EBADF EDESTADDRREQ EINVAL ENOTSOCK EOPNOTSUPP",
	"open": "EACCES EDQUOT EISDIR ELOOP EMFILE ENAMETOOLONG ENFILE ENOENT ENOMEM ENOSPC ENOTDIR " +
		"ENXIO EPERM EROFS ETXTBSY EOVERFLOW",
	"poll":     "EFAULT EINTR EINVAL ENOMEM",
	"recv":     receiveErrors,
	"recvfrom": receiveErrors,
	"recvmsg":  receiveErrors + " EMSGSIZE EMFILE",
	"send":     sendErrors,
	"sendto":   sendErrors + " EAFNOSUPPORT ELOOP ENAMETOOLONG ENOENT ENOTDIR EPROTOTYPE",
	"sendmsg":  sendErrors + " EAFNOSUPPORT ELOOP ENAMETOOLONG ENOENT ENOTDIR EPROTOTYPE ETOOMANYREFS",
	"sendfile": sendErrors + " EIO EOVERFLOW ESPIPE",
	"setsockopt": "EACCES EADDRINUSE EADDRNOTAVAIL EBADF EBUSY EDOM EEXIST EFAULT EINVAL EISCONN ELOOP " +
		"ENETDOWN ENOBUFS ENODEV ENOENT ENOMEM ENOPROTOOPT ENOTCONN ENOTSOCK EOPNOTSUPP EPERM ERANGE",
	"sock_diag": "EACCES EMFILE ENFILE ENOBUFS ENOMEM EPERM",
	"shutdown":  "EBADF EINVAL ENOBUFS ENOTCONN ENOTSOCK EOPNOTSUPP",
	"socket": "EACCES EAFNOSUPPORT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EPERM EPROTONOSUPPORT " +
		"EPROTOTYPE ESOCKTNOSUPPORT",
	"socketpair": "EAFNOSUPPORT EFAULT EINVAL EMFILE ENFILE ENOBUFS ENOMEM EOPNOTSUPP EPROTONOSUPPORT " +
		"EPROTOTYPE ESOCKTNOSUPPORT",
	"stat":   "EACCES ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EOVERFLOW",
	"unlink": "EACCES EBUSY EIO EISDIR ELOOP ENAMETOOLONG ENOENT ENOMEM ENOTDIR EPERM EROFS",
	"write":  "EAGAIN EDQUOT EIO ENOSPC",
}

// What every call of a kind gives: beside its own errors, those that a connection or an ICMP
// message left on the socket, which the next call to send or receive is told.
const (
	pendingErrors = " ECONNABORTED ECONNREFUSED ECONNRESET EHOSTDOWN EHOSTUNREACH ENETDOWN ENETRESET " +
		"ENETUNREACH EPROTO ETIMEDOUT"
	receiveErrors = "EAGAIN EBADF EFAULT EINTR EINVAL EIO ENOBUFS ENOMEM ENOTCONN ENOTSOCK EOPNOTSUPP" +
		pendingErrors
	sendErrors = "EACCES EAGAIN EALREADY EBADF EDESTADDRREQ EFAULT EINTR EINVAL EIO EISCONN EMSGSIZE " +
		"ENOBUFS ENOMEM ENOTCONN ENOTSOCK ENXIO EOPNOTSUPP EPERM EPIPE" + pendingErrors
	lookupErrors = "EAI_AGAIN EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME " +
		"EAI_SYSTEM"
)

var callsByErrno = func() map[Errno][]string {
	m := map[Errno][]string{}
	for call, names := range errorsOf {
		for _, name := range strings.Fields(names) {
			n, ok := errnoByName[name]
			if !ok {
				panic("socket: " + call + " is said to give " + name + ", which is not known")
			}
			m[n] = append(m[n], call)
		}
	}
	for _, calls := range m {
		slices.Sort(calls)
	}
	return m
}()

// CallsGiving lists the calls that give a number, as Call names them, sorted.
func CallsGiving(e Errno) []string { return callsByErrno[e] }
