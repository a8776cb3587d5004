package socket

import (
	"slices"
	"strings"

	"netscene/schema"
)

// kindForms say for people what a kind takes and gives.
var kindForms = [...]struct{ set, read string }{
	IntOption:     {"a number, true or false", "a number"},
	TimevalOption: {"a duration, such as 1.5 (seconds) or 200ms", "a duration"},
	LingerOption:  {"a mapping such as {on: true, seconds: 0}", "a mapping with on and seconds"},
	StringOption:  {"text", "text"},
	FieldsOption:  {"a mapping of numbers", "the same"},
	CANFilterOption: {"a list of mappings such as {id: 0x123, mask: 0x7ff}, empty to receive nothing",
		"the same"},
	ListOption:         {"a list of numbers", "a list of numbers"},
	InterfaceOption:    {"the number or name of an interface", "the number of an interface"},
	InterfaceNetOption: {"the number or name of an interface", "the number of an interface"},
	MulticastIFOption: {"an IPv4 address of an interface, or its number or name",
		"an IPv4 address"},
	MembershipOption: {"a mapping such as {group: 224.0.0.251, interface: lo}", ""},
	SourceOption: {"a mapping such as {group: 232.1.1.1, source: 127.0.0.1, " +
		"interface: 127.0.0.1}", ""},
	GroupOption: {"a mapping such as {group: 224.0.0.251, interface: lo}, for IPv6 " +
		"with `level: IPPROTO_IPV6`", ""},
	GroupSourceOption: {"a mapping such as {group: 232.1.1.1, source: 127.0.0.1, " +
		"interface: lo}, for IPv6 with `level: IPPROTO_IPV6`", ""},
	PacketMreqOption: {"a mapping such as {interface: lo, type: promisc}, or with type: " +
		"multicast and a hwaddr", ""},
	PktinfoOption: {"a mapping such as {source: \"::1\", interface: lo}", "a mapping with source and interface"},
	PathMTUOption: {"only to be read", "a mapping with address and mtu"},
	AddressOption: {"bytes, of a struct sockaddr", "an address as text"},
	FilterOption:  {"a list of instructions such as [0x06, 0, 0, 0xffffffff]", "the bytes of instructions"},
	TCPInfoOption: {"only to be read", "a mapping such as {state: ESTABLISHED, rtt: 20, …}"},
	PIDFDOption: {"only to be read", "the number of the process; the descriptor itself is " +
		"closed"},
	RawOption: {"bytes, or a number", "bytes"},
}

func named(value int, name string) schema.Name { return schema.Name{Name: name, Value: value} }

var pmtudisc = []schema.Name{named(0, "DONT"), named(1, "WANT"), named(2, "DO"),
	named(3, "PROBE"), named(4, "INTERFACE"), named(5, "OMIT")}

var timestamping = prefixed("SOF_TIMESTAMPING_", []schema.Name{named(1<<3, "RX_SOFTWARE"),
	named(1<<4, "SOFTWARE"), named(1<<1, "TX_SOFTWARE"), named(1, "TX_HARDWARE"),
	named(1<<2, "RX_HARDWARE"), named(1<<5, "SYS_HARDWARE"), named(1<<6, "RAW_HARDWARE"),
	named(1<<7, "OPT_ID"), named(1<<8, "TX_SCHED"), named(1<<9, "TX_ACK"),
	named(1<<10, "OPT_CMSG"), named(1<<11, "OPT_TSONLY"), named(1<<12, "OPT_STATS"),
	named(1<<13, "OPT_PKTINFO"), named(1<<14, "OPT_TX_SWHW"), named(1<<15, "BIND_PHC"),
	named(1<<16, "OPT_ID_TCP"), named(1<<17, "OPT_RX_FILTER"), named(1<<18, "TX_COMPLETION")})

var typesOfService = prefixed("IPTOS_", []schema.Name{named(0x10, "LOWDELAY"),
	named(0x08, "THROUGHPUT"), named(0x04, "RELIABILITY"), named(0x02, "MINCOST"),
	named(0xe0, "PREC_NETCONTROL"), named(0xc0, "PREC_INTERNETCONTROL"),
	named(0xa0, "PREC_CRITIC_ECP"), named(0x80, "PREC_FLASHOVERRIDE"), named(0x60, "PREC_FLASH"),
	named(0x40, "PREC_IMMEDIATE"), named(0x20, "PREC_PRIORITY"), named(0, "PREC_ROUTINE")})

// optionValues are the constants that the numbers of an option's value can be called.
var optionValues = map[string][]schema.Name{
	"SO_TIMESTAMPING":     timestamping,
	"SO_TIMESTAMPING_NEW": timestamping,
	"SO_TIMESTAMPING_OLD": timestamping,
	"SO_TXTIME": {named(0, "CLOCK_REALTIME"), named(1, "CLOCK_MONOTONIC"), named(11, "CLOCK_TAI"),
		named(1, "SOF_TXTIME_DEADLINE_MODE"), named(2, "SOF_TXTIME_REPORT_ERRORS")},
	"SO_BUF_LOCK": {named(1, "SOCK_SNDBUF_LOCK"), named(2, "SOCK_RCVBUF_LOCK")},
	"SO_TXREHASH": {named(0, "SOCK_TXREHASH_DISABLED"), named(1, "SOCK_TXREHASH_ENABLED"),
		named(255, "SOCK_TXREHASH_DEFAULT")},
	"IP_TOS":            typesOfService,
	"IPV6_TCLASS":       typesOfService,
	"IP_MTU_DISCOVER":   prefixed("IP_PMTUDISC_", pmtudisc),
	"IPV6_MTU_DISCOVER": prefixed("IPV6_PMTUDISC_", pmtudisc),
	"IPV6_ADDR_PREFERENCES": prefixed("IPV6_PREFER_SRC_", []schema.Name{named(1, "TMP"),
		named(2, "PUBLIC"), named(0x100, "PUBTMP_DEFAULT"), named(4, "COA"), named(0x400, "HOME"),
		named(8, "CGA"), named(0x800, "NONCGA")}),
	"TCP_REPAIR": {named(0, "TCP_REPAIR_OFF"), named(1, "TCP_REPAIR_ON"),
		named(-1, "TCP_REPAIR_OFF_NO_WP")},
	"TCP_REPAIR_QUEUE": {named(0, "TCP_NO_QUEUE"), named(1, "TCP_RECV_QUEUE"),
		named(2, "TCP_SEND_QUEUE")},
	"UDP_ENCAP": prefixed("UDP_ENCAP_", []schema.Name{named(1, "ESPINUDP_NON_IKE"),
		named(2, "ESPINUDP"), named(3, "L2TPINUDP"), named(4, "GTP0"), named(5, "GTP1U"),
		named(6, "RXRPC")}),
	"CAN_RAW_ERR_FILTER": prefixed("CAN_ERR_", []schema.Name{named(1, "TX_TIMEOUT"),
		named(2, "LOSTARB"), named(4, "CRTL"), named(8, "PROT"), named(0x10, "TRX"), named(0x20, "ACK"),
		named(0x40, "BUSOFF"), named(0x80, "BUSERROR"), named(0x100, "RESTARTED"),
		named(0x1fffffff, "MASK")}),
	"CAN_ISOTP_OPTS": prefixed("CAN_ISOTP_", []schema.Name{named(1, "LISTEN_MODE"),
		named(2, "EXTEND_ADDR"), named(4, "TX_PADDING"), named(8, "RX_PADDING"),
		named(0x10, "CHK_PAD_LEN"), named(0x20, "CHK_PAD_DATA"), named(0x40, "HALF_DUPLEX"),
		named(0x80, "FORCE_TXSTMIN"), named(0x100, "FORCE_RXSTMIN"), named(0x200, "RX_EXT_ADDR"),
		named(0x400, "WAIT_TX_DONE"), named(0x800, "SF_BROADCAST"), named(0x1000, "CF_BROADCAST")}),
	"TIPC_IMPORTANCE": {named(0, "TIPC_LOW_IMPORTANCE"), named(1, "TIPC_MEDIUM_IMPORTANCE"),
		named(2, "TIPC_HIGH_IMPORTANCE"), named(3, "TIPC_CRITICAL_IMPORTANCE")},
}

// OptionForm is what the values of some options look like.
type OptionForm struct {
	Form    string
	Options []string // nil for all that no other form names
}

// OptionForms lists the forms that the values of options have when they are set.
func OptionForms() []OptionForm { return forms(Option.setForm, kindForms[IntOption].set) }

// ReadOptionForms lists the forms that the values of options have when they are read.
func ReadOptionForms() []OptionForm { return forms(Option.readForm, kindForms[IntOption].read) }

// forms groups the options by their forms; the most usual one comes first.
func forms(of func(Option) string, usual string) []OptionForm {
	list := []OptionForm{{Form: usual}}
	at := map[string]int{}
	for _, o := range options {
		form := of(o)
		if form == usual || form == "" {
			continue
		}
		i, known := at[form]
		if !known {
			i = len(list)
			at[form] = i
			list = append(list, OptionForm{Form: form})
		}
		if !slices.Contains(list[i].Options, o.Name) {
			list[i].Options = append(list[i].Options, o.Name)
		}
	}
	return list
}

func (o Option) setForm() string {
	list := optionValues[o.Name]
	switch {
	case o.Kind == FieldsOption:
		return o.readForm()
	case o.Kind != IntOption || list == nil:
		return kindForms[o.Kind].set
	}
	var names []string
	for _, n := range list {
		names = append(names, n.Name)
	}
	return "a number, or one of " + strings.Join(names, ", ") + ", or a list, which is ORed"
}

func (o Option) readForm() string {
	if o.Kind == FieldsOption {
		form := "a mapping with " + strings.Join(optionFields[o.Name], ", ")
		if _, optional := wideFields[o.Name]; optional {
			form += ", each 0 unless given"
		}
		return form
	}
	return kindForms[o.Kind].read
}
