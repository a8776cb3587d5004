package socket

import (
	"fmt"
	"slices"
	"strings"

	"netscene/schema"
)

// Address families, numbered as Linux does.
const (
	Unspec = 0
	Unix   = 1
	INET   = 2
	INET6  = 10
	rds    = 21
)

// Socket types and the flags that may stand beside one in socket(2).
const (
	Stream      = 1
	Dgram       = 2
	rawType     = 3
	SeqPacket   = 5
	NonBlocking = 0x800
	CloseOnExec = 0x80000
)

// Ways of shutdown(2).
const (
	ShutRead  = 0
	ShutWrite = 1
	ShutBoth  = 2
)

// Message flags that decide how a call waits or what its count means.
const (
	MsgOOB         = 0x1
	MsgPeek        = 0x2
	MsgTrunc       = 0x20
	MsgDontWait    = 0x40
	MsgWaitAll     = 0x100
	MsgErrQueue    = 0x2000
	MsgNoSignal    = 0x4000
	protocolTCP    = 6
	protocolSCTP   = 132
	protocolMPTCP  = 262
	levelSocket    = 1
	levelIP        = 0
	levelIPv6      = 41
	levelUDP       = 17
	msgCTrunc      = 0x8
	scmRights      = 1
	scmCredentials = 2
	scmPIDFD       = 4
	optType        = 3
	optError       = 4
	optLinger      = 13
	optRcvLowat    = 18
	optRcvTimeo    = 20
	optSndTimeo    = 21
	optRcvTimeoNew = 66
	optSndTimeoNew = 67
	optProtocol    = 38
	optPassCred    = 16
	optPeekOff     = 42
	optDomain      = 39
	optCookie      = 57
	optTCPInfo     = 11
	optIPRecvErr   = 11
	optIPv6RecvErr = 25
)

// Families lists the address families by their names.
func Families() []schema.Name {
	return append(twice("AF_", familyNames), prefixed("PF_", familyNames)...)
}

// Types lists the socket types by their names, and the flags that may be added to one.
func Types() []schema.Name { return twice("SOCK_", typeNames) }

// AcceptFlags lists the flags of accept4(2) by their names.
func AcceptFlags() []schema.Name { return prefixed("SOCK_", typeNames[len(typeNames)-2:]) }

// Protocols lists the protocols by their names.
func Protocols() []schema.Name {
	return slices.Concat(twice("IPPROTO_", protocolNames), prefixed("NETLINK_", netlinkNames),
		prefixed("CAN_", canNames), prefixed("BTPROTO_", bluetoothNames))
}

// MessageFlags lists the flags of send and receive calls by their names.
func MessageFlags() []schema.Name { return prefixed("MSG_", messageFlagNames) }

// MessageFlagNames spells each flag of an OR of them as C does.
func MessageFlagNames(flags int) []string {
	if flags == 0 {
		return nil
	}
	return strings.Split(flagNames("MSG_", messageFlagNames, flags), "|")
}

// Hows lists the ways of shutdown(2) by their names.
func Hows() []schema.Name { return twice("SHUT_", howNames) }

var familyNames = []schema.Name{{Name: "INET", Value: INET}, {Name: "INET6", Value: INET6},
	{Name: "UNIX", Value: Unix}, {Name: "UNSPEC", Value: Unspec}, {Name: "NETLINK", Value: 16},
	{Name: "PACKET", Value: 17}, {Name: "RDS", Value: rds}, {Name: "CAN", Value: 29},
	{Name: "TIPC", Value: 30}, {Name: "BLUETOOTH", Value: 31}, {Name: "ALG", Value: 38},
	{Name: "VSOCK", Value: 40}, {Name: "QIPCRTR", Value: 42}, {Name: "XDP", Value: 44},
	named(1, "LOCAL"), named(1, "FILE"), named(3, "AX25"), named(4, "IPX"),
	named(5, "APPLETALK"), named(6, "NETROM"), named(7, "BRIDGE"), named(8, "ATMPVC"),
	named(9, "X25"), named(11, "ROSE"), named(12, "DECnet"), named(13, "NETBEUI"),
	named(14, "SECURITY"), named(15, "KEY"), named(16, "ROUTE"), named(18, "ASH"),
	named(19, "ECONET"), named(20, "ATMSVC"), named(22, "SNA"), named(23, "IRDA"),
	named(24, "PPPOX"), named(25, "WANPIPE"), named(26, "LLC"), named(27, "IB"),
	named(28, "MPLS"), named(32, "IUCV"), named(33, "RXRPC"), named(34, "ISDN"),
	named(35, "PHONET"), named(36, "IEEE802154"), named(37, "CAIF"), named(39, "NFC"),
	named(41, "KCM"), named(43, "SMC"), named(45, "MCTP")}

var typeNames = []schema.Name{{Name: "STREAM", Value: Stream}, {Name: "DGRAM", Value: Dgram},
	{Name: "SEQPACKET", Value: SeqPacket}, {Name: "RAW", Value: 3}, {Name: "RDM", Value: 4},
	{Name: "DCCP", Value: 6}, {Name: "PACKET", Value: 10}, {Name: "NONBLOCK", Value: NonBlocking},
	{Name: "CLOEXEC", Value: CloseOnExec}}

var protocolNames = []schema.Name{{Name: "IP", Value: 0}, {Name: "ICMP", Value: 1},
	{Name: "IGMP", Value: 2}, {Name: "TCP", Value: protocolTCP}, {Name: "UDP", Value: levelUDP},
	{Name: "DCCP", Value: 33}, {Name: "IPV6", Value: levelIPv6}, {Name: "GRE", Value: 47},
	{Name: "ESP", Value: 50}, {Name: "AH", Value: 51}, {Name: "ICMPV6", Value: 58},
	{Name: "SCTP", Value: protocolSCTP}, {Name: "UDPLITE", Value: 136}, {Name: "RAW", Value: 255},
	{Name: "MPTCP", Value: protocolMPTCP}, named(0, "HOPOPTS"), named(4, "IPIP"), named(8, "EGP"),
	named(12, "PUP"), named(22, "IDP"), named(29, "TP"), named(43, "ROUTING"),
	named(44, "FRAGMENT"), named(46, "RSVP"), named(59, "NONE"), named(60, "DSTOPTS"),
	named(92, "MTP"), named(94, "BEETPH"), named(98, "ENCAP"), named(103, "PIM"),
	named(108, "COMP"), named(115, "L2TP"), named(135, "MH"), named(137, "MPLS"),
	named(143, "ETHERNET"), named(144, "AGGFRAG"), named(256, "SMC")}

var messageFlagNames = []schema.Name{{Name: "OOB", Value: MsgOOB}, {Name: "PEEK", Value: MsgPeek},
	{Name: "DONTROUTE", Value: 0x4}, {Name: "CTRUNC", Value: msgCTrunc},
	{Name: "TRUNC", Value: MsgTrunc},
	{Name: "DONTWAIT", Value: MsgDontWait}, {Name: "EOR", Value: 0x80},
	{Name: "WAITALL", Value: MsgWaitAll}, {Name: "CONFIRM", Value: 0x800},
	{Name: "ERRQUEUE", Value: MsgErrQueue}, {Name: "NOSIGNAL", Value: MsgNoSignal},
	{Name: "MORE", Value: 0x8000}, {Name: "ZEROCOPY", Value: 0x4000000},
	{Name: "FASTOPEN", Value: 0x20000000}, {Name: "CMSG_CLOEXEC", Value: 0x40000000}}

var howNames = []schema.Name{{Name: "RD", Value: ShutRead}, {Name: "WR", Value: ShutWrite},
	{Name: "RDWR", Value: ShutBoth}}

func prefixed(prefix string, names []schema.Name) []schema.Name {
	list := make([]schema.Name, len(names))
	for i, n := range names {
		list[i] = schema.Name{Name: prefix + n.Name, Value: n.Value}
	}
	return list
}

// twice gives each name as C spells it and short, in lower case.
func twice(prefix string, names []schema.Name) []schema.Name {
	list := prefixed(prefix, names)
	for _, n := range names {
		list = append(list, schema.Name{Name: strings.ToLower(n.Name), Value: n.Value})
	}
	return list
}

// nameOf spells a number as C does, or as a number where it has no name.
func nameOf(prefix string, names []schema.Name, value int) string {
	for _, n := range names {
		if n.Value == value {
			return prefix + n.Name
		}
	}
	return fmt.Sprint(value)
}

// flagNames spells an OR of flags as C does; bits without a name come last, in hexadecimal.
func flagNames(prefix string, names []schema.Name, value int) string {
	var parts []string
	for _, n := range names {
		if n.Value&value == n.Value && n.Value != 0 {
			parts = append(parts, prefix+n.Name)
			value &^= n.Value
		}
	}
	if value != 0 || len(parts) == 0 {
		parts = append(parts, fmt.Sprintf("%#x", value))
	}
	return strings.Join(parts, "|")
}

// FamilyName spells an address family as C does.
func FamilyName(family int) string { return nameOf("AF_", familyNames, family) }

// TypeName spells a socket type as C does.
func TypeName(typ int) string { return nameOf("SOCK_", typeNames, typ) }

func lowerFamily(family int) string {
	return strings.ToLower(nameOf("", familyNames, family))
}

func lowerType(typ int) string { return strings.ToLower(nameOf("", typeNames, typ)) }
