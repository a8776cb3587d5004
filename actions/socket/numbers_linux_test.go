package socket

import (
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"netscene/schema"
)

var kernelErrnos = map[string]syscall.Errno{
	"EPERM":           unix.EPERM,
	"ENOENT":          unix.ENOENT,
	"ESRCH":           unix.ESRCH,
	"EINTR":           unix.EINTR,
	"EIO":             unix.EIO,
	"ENXIO":           unix.ENXIO,
	"E2BIG":           unix.E2BIG,
	"EBADF":           unix.EBADF,
	"EAGAIN":          unix.EAGAIN,
	"ENOMEM":          unix.ENOMEM,
	"EACCES":          unix.EACCES,
	"EFAULT":          unix.EFAULT,
	"EBUSY":           unix.EBUSY,
	"EEXIST":          unix.EEXIST,
	"EXDEV":           unix.EXDEV,
	"ENODEV":          unix.ENODEV,
	"ENOTDIR":         unix.ENOTDIR,
	"EISDIR":          unix.EISDIR,
	"EINVAL":          unix.EINVAL,
	"ENFILE":          unix.ENFILE,
	"EMFILE":          unix.EMFILE,
	"ENOTTY":          unix.ENOTTY,
	"ETXTBSY":         unix.ETXTBSY,
	"ENOSPC":          unix.ENOSPC,
	"ESPIPE":          unix.ESPIPE,
	"EROFS":           unix.EROFS,
	"EPIPE":           unix.EPIPE,
	"EDOM":            unix.EDOM,
	"ERANGE":          unix.ERANGE,
	"ENAMETOOLONG":    unix.ENAMETOOLONG,
	"ENOSYS":          unix.ENOSYS,
	"ELOOP":           unix.ELOOP,
	"ENOMSG":          unix.ENOMSG,
	"ENODATA":         unix.ENODATA,
	"ETIME":           unix.ETIME,
	"ENOLINK":         unix.ENOLINK,
	"ECOMM":           unix.ECOMM,
	"EPROTO":          unix.EPROTO,
	"EBADMSG":         unix.EBADMSG,
	"EOVERFLOW":       unix.EOVERFLOW,
	"EILSEQ":          unix.EILSEQ,
	"EUSERS":          unix.EUSERS,
	"ENOTSOCK":        unix.ENOTSOCK,
	"EDESTADDRREQ":    unix.EDESTADDRREQ,
	"EMSGSIZE":        unix.EMSGSIZE,
	"EPROTOTYPE":      unix.EPROTOTYPE,
	"ENOPROTOOPT":     unix.ENOPROTOOPT,
	"EPROTONOSUPPORT": unix.EPROTONOSUPPORT,
	"ESOCKTNOSUPPORT": unix.ESOCKTNOSUPPORT,
	"EOPNOTSUPP":      unix.EOPNOTSUPP,
	"EPFNOSUPPORT":    unix.EPFNOSUPPORT,
	"EAFNOSUPPORT":    unix.EAFNOSUPPORT,
	"EADDRINUSE":      unix.EADDRINUSE,
	"EADDRNOTAVAIL":   unix.EADDRNOTAVAIL,
	"ENETDOWN":        unix.ENETDOWN,
	"ENETUNREACH":     unix.ENETUNREACH,
	"ENETRESET":       unix.ENETRESET,
	"ECONNABORTED":    unix.ECONNABORTED,
	"ECONNRESET":      unix.ECONNRESET,
	"ENOBUFS":         unix.ENOBUFS,
	"EISCONN":         unix.EISCONN,
	"ENOTCONN":        unix.ENOTCONN,
	"ESHUTDOWN":       unix.ESHUTDOWN,
	"ETOOMANYREFS":    unix.ETOOMANYREFS,
	"ETIMEDOUT":       unix.ETIMEDOUT,
	"ECONNREFUSED":    unix.ECONNREFUSED,
	"EHOSTDOWN":       unix.EHOSTDOWN,
	"EHOSTUNREACH":    unix.EHOSTUNREACH,
	"EALREADY":        unix.EALREADY,
	"EINPROGRESS":     unix.EINPROGRESS,
	"ESTALE":          unix.ESTALE,
	"EREMOTEIO":       unix.EREMOTEIO,
	"EDQUOT":          unix.EDQUOT,
	"ECANCELED":       unix.ECANCELED,
	"ENOKEY":          unix.ENOKEY,
	"EKEYEXPIRED":     unix.EKEYEXPIRED,
	"EKEYREVOKED":     unix.EKEYREVOKED,
	"EKEYREJECTED":    unix.EKEYREJECTED,
	"ERFKILL":         unix.ERFKILL,
	"EWOULDBLOCK":     unix.EWOULDBLOCK,
	"ENOTSUP":         unix.ENOTSUP,
}

var kernelNames = map[string]int{
	"AF_INET":          unix.AF_INET,
	"AF_INET6":         unix.AF_INET6,
	"AF_UNIX":          unix.AF_UNIX,
	"AF_UNSPEC":        unix.AF_UNSPEC,
	"AF_NETLINK":       unix.AF_NETLINK,
	"AF_PACKET":        unix.AF_PACKET,
	"AF_RDS":           unix.AF_RDS,
	"AF_CAN":           unix.AF_CAN,
	"AF_TIPC":          unix.AF_TIPC,
	"AF_BLUETOOTH":     unix.AF_BLUETOOTH,
	"AF_ALG":           unix.AF_ALG,
	"AF_VSOCK":         unix.AF_VSOCK,
	"AF_QIPCRTR":       unix.AF_QIPCRTR,
	"AF_XDP":           unix.AF_XDP,
	"SOCK_STREAM":      unix.SOCK_STREAM,
	"SOCK_DGRAM":       unix.SOCK_DGRAM,
	"SOCK_SEQPACKET":   unix.SOCK_SEQPACKET,
	"SOCK_RAW":         unix.SOCK_RAW,
	"SOCK_RDM":         unix.SOCK_RDM,
	"SOCK_DCCP":        unix.SOCK_DCCP,
	"SOCK_NONBLOCK":    unix.SOCK_NONBLOCK,
	"SOCK_CLOEXEC":     unix.SOCK_CLOEXEC,
	"IPPROTO_IP":       unix.IPPROTO_IP,
	"IPPROTO_ICMP":     unix.IPPROTO_ICMP,
	"IPPROTO_IGMP":     unix.IPPROTO_IGMP,
	"IPPROTO_TCP":      unix.IPPROTO_TCP,
	"IPPROTO_UDP":      unix.IPPROTO_UDP,
	"IPPROTO_DCCP":     unix.IPPROTO_DCCP,
	"IPPROTO_IPV6":     unix.IPPROTO_IPV6,
	"IPPROTO_GRE":      unix.IPPROTO_GRE,
	"IPPROTO_ESP":      unix.IPPROTO_ESP,
	"IPPROTO_AH":       unix.IPPROTO_AH,
	"IPPROTO_ICMPV6":   unix.IPPROTO_ICMPV6,
	"IPPROTO_SCTP":     unix.IPPROTO_SCTP,
	"IPPROTO_UDPLITE":  unix.IPPROTO_UDPLITE,
	"IPPROTO_RAW":      unix.IPPROTO_RAW,
	"IPPROTO_MPTCP":    unix.IPPROTO_MPTCP,
	"MSG_OOB":          unix.MSG_OOB,
	"MSG_PEEK":         unix.MSG_PEEK,
	"MSG_DONTROUTE":    unix.MSG_DONTROUTE,
	"MSG_CTRUNC":       unix.MSG_CTRUNC,
	"MSG_TRUNC":        unix.MSG_TRUNC,
	"MSG_DONTWAIT":     unix.MSG_DONTWAIT,
	"MSG_EOR":          unix.MSG_EOR,
	"MSG_WAITALL":      unix.MSG_WAITALL,
	"MSG_CONFIRM":      unix.MSG_CONFIRM,
	"MSG_ERRQUEUE":     unix.MSG_ERRQUEUE,
	"MSG_NOSIGNAL":     unix.MSG_NOSIGNAL,
	"MSG_MORE":         unix.MSG_MORE,
	"MSG_ZEROCOPY":     unix.MSG_ZEROCOPY,
	"MSG_FASTOPEN":     unix.MSG_FASTOPEN,
	"MSG_CMSG_CLOEXEC": unix.MSG_CMSG_CLOEXEC,
	"SHUT_RD":          unix.SHUT_RD,
	"SHUT_WR":          unix.SHUT_WR,
	"SHUT_RDWR":        unix.SHUT_RDWR,
}

// resolverErrors are those of glibc's netdb.h.
var resolverErrors = map[string]Errno{"EAI_BADFLAGS": -1, "EAI_NONAME": -2, "EAI_AGAIN": -3,
	"EAI_FAIL": -4, "EAI_NODATA": -5, "EAI_FAMILY": -6, "EAI_SOCKTYPE": -7, "EAI_SERVICE": -8,
	"EAI_ADDRFAMILY": -9, "EAI_MEMORY": -10, "EAI_SYSTEM": -11, "EAI_OVERFLOW": -12}

func TestErrnoNumbers(t *testing.T) {
	if n := len(kernelErrnos) + len(resolverErrors); n != len(ErrnoNames()) {
		t.Errorf("%d numbers here, %d names in the table", n, len(ErrnoNames()))
	}
	for name, want := range resolverErrors {
		if got, ok := LookupErrno(name); !ok || got != want {
			t.Errorf("%s is %d, want %d", name, got, want)
		}
	}
	for name, want := range kernelErrnos {
		got, ok := LookupErrno(name)
		if !ok || got != Errno(want) {
			t.Errorf("%s is %d, want %d", name, got, int(want))
		}
	}
	for _, info := range errnos {
		if info.text == "" || info.meaning == "" || info.class == "" {
			t.Errorf("%s lacks something", info.name)
		}
	}
}

func TestNames(t *testing.T) {
	count := 0
	for _, list := range [][]schema.Name{Families(), Types(), Protocols(), MessageFlags(), Hows()} {
		for _, n := range list {
			if want, ok := kernelNames[n.Name]; ok {
				count++
				if want != n.Value {
					t.Errorf("%s is %d, want %d", n.Name, n.Value, want)
				}
			}
		}
	}
	if count != len(kernelNames) {
		t.Errorf("%d of %d names found", count, len(kernelNames))
	}
}
