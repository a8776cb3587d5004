package socket

import (
	"slices"

	"netscene/schema"
)

// Levels of socket options and ancillary data that have their own numbers.
const (
	levelUDPLite  = 136
	levelRaw      = 255
	levelICMPv6   = 58
	levelCANRaw   = 101
	levelISOTP    = 106
	levelCANJ1939 = 107
	levelPacket   = 263
	levelNetlink  = 270
	levelTIPC     = 271
	levelRDS      = 276
	levelALG      = 279
	levelTLS      = 282
	levelVsock    = 40 // it is the family's number
)

var levelNames = []schema.Name{named(levelSocket, "SOCKET"), named(levelIP, "IP"),
	named(protocolTCP, "TCP"), named(levelUDP, "UDP"), named(levelIPv6, "IPV6"),
	named(levelICMPv6, "ICMPV6"), named(levelRaw, "RAW"), named(levelUDPLite, "UDPLITE"),
	named(132, "SCTP"), named(levelPacket, "PACKET"), named(levelNetlink, "NETLINK"),
	named(100, "CAN_BASE"), named(levelCANRaw, "CAN_RAW"), named(levelISOTP, "CAN_ISOTP"),
	named(levelCANJ1939, "CAN_J1939"),
	named(levelTIPC, "TIPC"), named(levelRDS, "RDS"), named(levelALG, "ALG"),
	named(levelTLS, "TLS"), named(262, "X25"), named(264, "ATM"), named(265, "AAL"),
	named(266, "IRDA"), named(267, "NETBEUI"), named(268, "LLC"), named(269, "DCCP"),
	named(261, "DECNET"), named(272, "RXRPC"), named(273, "PPPOL2TP"), named(274, "BLUETOOTH"),
	named(275, "PNPIPE"), named(277, "IUCV"), named(278, "CAIF"), named(280, "NFC"),
	named(281, "KCM"), named(283, "XDP"), named(284, "MPTCP"), named(285, "MCTP"),
	named(286, "SMC"), named(287, "VSOCK")}

// netlinkNames, canNames and bluetoothNames are protocols of their families.
var netlinkNames = []schema.Name{named(0, "ROUTE"), named(1, "UNUSED"), named(2, "USERSOCK"),
	named(3, "FIREWALL"), named(4, "SOCK_DIAG"), named(4, "INET_DIAG"), named(5, "NFLOG"),
	named(6, "XFRM"), named(7, "SELINUX"), named(8, "ISCSI"), named(9, "AUDIT"),
	named(10, "FIB_LOOKUP"), named(11, "CONNECTOR"), named(12, "NETFILTER"), named(13, "IP6_FW"),
	named(14, "DNRTMSG"), named(15, "KOBJECT_UEVENT"), named(16, "GENERIC"),
	named(18, "SCSITRANSPORT"), named(19, "ECRYPTFS"), named(20, "RDMA"), named(21, "CRYPTO"),
	named(22, "SMC")}

var canNames = []schema.Name{named(1, "RAW"), named(2, "BCM"), named(6, "ISOTP"),
	named(7, "J1939")}

var bluetoothNames = []schema.Name{named(0, "L2CAP"), named(1, "HCI"), named(2, "SCO"),
	named(3, "RFCOMM"), named(4, "BNEP"), named(5, "CMTP"), named(6, "HIDP"), named(7, "AVDTP")}

// otherConstants belong to no parameter: parts of addresses and of data, results, limits.
var otherConstants = slices.Concat(
	[]schema.Name{named(4096, "SOMAXCONN"), named(1025, "NI_MAXHOST"), named(32, "NI_MAXSERV"),
		named(1024, "IPPORT_RESERVED"), named(5000, "IPPORT_USERRESERVED"),
		named(1, "IP_DEFAULT_MULTICAST_LOOP"), named(1, "IP_DEFAULT_MULTICAST_TTL"),
		named(20, "IP_MAX_MEMBERSHIPS"), named(0, "IPV6_RTHDR_TYPE_0"),
		named(0, "MCAST_EXCLUDE"), named(1, "MCAST_INCLUDE"), named(1977,
			"IOCTL_VM_SOCKETS_GET_LOCAL_CID"), named(0xffffffff, "VM_SOCKETS_INVALID_VERSION")},
	prefixed("INADDR_", []schema.Name{named(0, "ANY"), named(0xffffffff, "BROADCAST"),
		named(0xffffffff, "NONE"), named(0x7f000001, "LOOPBACK"), named(0xe0000000, "UNSPEC_GROUP"),
		named(0xe0000001, "ALLHOSTS_GROUP"), named(0xe0000002, "ALLRTRS_GROUP"),
		named(0xe00000ff, "MAX_LOCAL_GROUP")}),
	prefixed("NLM_F_", []schema.Name{named(1, "REQUEST"), named(2, "MULTI"), named(4, "ACK"),
		named(8, "ECHO"), named(0x300, "DUMP"), named(0x100, "ROOT"), named(0x200, "MATCH"),
		named(0x100, "REPLACE"), named(0x200, "EXCL"), named(0x400, "CREATE"),
		named(0x800, "APPEND")}),
	prefixed("NLMSG_", []schema.Name{named(1, "NOOP"), named(netlinkError, "ERROR"),
		named(netlinkDone, "DONE"), named(4, "OVERRUN")}),
	prefixed("RTM_", []schema.Name{named(16, "NEWLINK"), named(17, "DELLINK"), named(18, "GETLINK"),
		named(20, "NEWADDR"), named(21, "DELADDR"), named(22, "GETADDR"), named(24, "NEWROUTE"),
		named(25, "DELROUTE"), named(26, "GETROUTE"), named(28, "NEWNEIGH"), named(29, "DELNEIGH"),
		named(30, "GETNEIGH")}),
	prefixed("IFLA_", []schema.Name{named(1, "ADDRESS"), named(2, "BROADCAST"), named(3, "IFNAME"),
		named(4, "MTU"), named(13, "TXQLEN"), named(16, "OPERSTATE"), named(33, "CARRIER")}),
	prefixed("IFA_", []schema.Name{named(1, "ADDRESS"), named(2, "LOCAL"), named(3, "LABEL"),
		named(4, "BROADCAST"), named(8, "FLAGS")}),
	prefixed("VMADDR_", []schema.Name{named(0xffffffff, "CID_ANY"), named(0, "CID_HYPERVISOR"),
		named(1, "CID_LOCAL"), named(2, "CID_HOST"), named(0xffffffff, "PORT_ANY")}),
	prefixed("PACKET_", []schema.Name{named(0, "HOST"), named(1, "BROADCAST"), named(2, "MULTICAST"),
		named(3, "OTHERHOST"), named(4, "OUTGOING"), named(5, "LOOPBACK"), named(6, "FASTROUTE")}),
	prefixed("ETHERTYPE_", []schema.Name{named(0x0800, "IP"), named(0x0806, "ARP"),
		named(0x8100, "VLAN"), named(0x86dd, "IPV6")}),
	prefixed("ETH_P_", []schema.Name{named(3, "ALL"), named(0x0800, "IP"), named(0x0806, "ARP"),
		named(0x86dd, "IPV6")}),
	prefixed("CAN_", []schema.Name{named(1<<31, "EFF_FLAG"), named(1<<30, "RTR_FLAG"),
		named(1<<29, "ERR_FLAG"), named(0x7ff, "SFF_MASK"), named(0x1fffffff, "EFF_MASK"),
		named(0x1fffffff, "ERR_MASK"), named(1<<29, "INV_FILTER")}),
	prefixed("CAN_BCM_", []schema.Name{named(1, "TX_SETUP"), named(2, "TX_DELETE"),
		named(3, "TX_READ"), named(4, "TX_SEND"), named(5, "RX_SETUP"), named(6, "RX_DELETE"),
		named(7, "RX_READ"), named(8, "TX_STATUS"), named(9, "TX_EXPIRED"), named(10, "RX_STATUS"),
		named(11, "RX_TIMEOUT"), named(12, "RX_CHANGED"), named(1, "SETTIMER"),
		named(2, "STARTTIMER"), named(4, "TX_COUNTEVT"), named(8, "TX_ANNOUNCE"),
		named(0x10, "TX_CP_CAN_ID"), named(0x20, "RX_FILTER_ID"), named(0x40, "RX_CHECK_DLC"),
		named(0x80, "RX_NO_AUTOTIMER"), named(0x100, "RX_ANNOUNCE_RESUME"),
		named(0x200, "TX_RESET_MULTI_IDX"), named(0x400, "RX_RTR_FRAME"),
		named(0x800, "CAN_FD_FRAME")}),
	prefixed("J1939_", []schema.Name{named(0xfd, "MAX_UNICAST_ADDR"), named(0xfe, "IDLE_ADDR"),
		named(0xff, "NO_ADDR"), named(0, "NO_NAME"), named(0xea00, "PGN_REQUEST"),
		named(0xee00, "PGN_ADDRESS_CLAIMED"), named(0xfed8, "PGN_ADDRESS_COMMANDED"),
		named(0x3ff00, "PGN_PDU1_MAX"), named(0x3ffff, "PGN_MAX"), named(0x40000, "NO_PGN"),
		named(0, "NLA_PAD"), named(1, "NLA_BYTES_ACKED"), named(0, "EE_INFO_NONE"),
		named(1, "EE_INFO_TX_ABORT"), named(512, "FILTER_MAX")}),
	prefixed("ALG_OP_", []schema.Name{named(0, "DECRYPT"), named(1, "ENCRYPT"), named(2, "SIGN"),
		named(3, "VERIFY")}),
	prefixed("TIPC_", []schema.Name{named(1, "ADDR_NAMESEQ"), named(2, "ADDR_NAME"),
		named(3, "ADDR_ID"), named(1, "ZONE_SCOPE"), named(2, "CLUSTER_SCOPE"),
		named(3, "NODE_SCOPE"), named(1, "SUB_PORTS"), named(2, "SUB_SERVICE"),
		named(4, "SUB_CANCEL"), named(-1, "WAIT_FOREVER"), named(1, "PUBLISHED"),
		named(2, "WITHDRAWN"), named(3, "SUBSCR_TIMEOUT"), named(0, "CFG_SRV"),
		named(1, "TOP_SRV")}),
	prefixed("SCM_TSTAMP_", []schema.Name{named(0, "SND"), named(1, "SCHED"), named(2, "ACK")}),
	prefixed("RDS_RDMA_", []schema.Name{named(1, "READWRITE"), named(2, "FENCE"),
		named(4, "INVALIDATE"), named(8, "USE_ONCE"), named(0x10, "DONTWAIT"),
		named(0x20, "NOTIFY_ME"), named(0x40, "SILENT")}),
)

// ConstantGroup is the constants of one prefix, or of one use.
type ConstantGroup struct {
	Title string
	Names []schema.Name
}

// ConstantGroups gives every constant that expressions can name, with Linux's numbers, by what they
// are for.
func ConstantGroups() []ConstantGroup {
	groups := []ConstantGroup{
		{"families", slices.Concat(prefixed("AF_", familyNames), prefixed("PF_", familyNames))},
		{"types of sockets", prefixed("SOCK_", typeNames)},
		{"protocols", slices.Concat(prefixed("IPPROTO_", protocolNames),
			prefixed("NETLINK_", netlinkNames), prefixed("CAN_", canNames),
			prefixed("BTPROTO_", bluetoothNames))},
		{"message flags", MessageFlags()},
		{"ways of shutdown", prefixed("SHUT_", howNames)},
		{"levels", prefixed("SOL_", levelNames)},
	}
	var names, values []schema.Name
	for _, o := range options {
		names = append(names, named(o.Number, o.Name))
		values = append(values, optionValues[o.Name]...)
	}
	return append(groups, ConstantGroup{"options", distinct(names)},
		ConstantGroup{"values of options", distinct(values)},
		ConstantGroup{"ancillary data", distinct(ancillaryConstants())},
		ConstantGroup{"getaddrinfo and getnameinfo", slices.Concat(AddrInfoFlags(), NameInfoFlags())},
		ConstantGroup{"events of poll", prefixed("POLL", pollNames)},
		ConstantGroup{"fcntl", FcntlFlags()}, ConstantGroup{"others", otherConstants})
}

// distinct leaves out what is listed again.
func distinct(names []schema.Name) []schema.Name {
	seen := map[string]bool{}
	return slices.DeleteFunc(names, func(n schema.Name) bool {
		again := seen[n.Name]
		seen[n.Name] = true
		return again
	})
}

// Constants gives every constant that expressions can name: those of ConstantGroups and the errnos.
func Constants() map[string]int {
	all := map[string]int{}
	for _, group := range ConstantGroups() {
		for _, n := range group.Names {
			all[n.Name] = n.Value
		}
	}
	for _, name := range ErrnoNames() {
		errno, _ := LookupErrno(name)
		all[name] = int(errno)
	}
	return all
}
