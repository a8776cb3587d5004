package expr

import (
	"netscene/actions/packet"
	netlink "netscene/actions/socket"
)

// frameFunctions take frames and messages of netlink apart and build them.
var frameFunctions = []function{
	{Function: Function{"dissect", "dissect(bytes [, layer]) -> map",
		"a frame by layer: ethernet, dot1q, arp, ip, ipv6, tcp, udp, icmp, icmpv6, each with the fields " +
			"of Scapy's names or nil, then payload, layers (their names), and error where the frame is " +
			"cut short or wrong; it begins with the layer that is named, ethernet unless given",
		`dissect(data).tcp.flags == ["SYN", "ACK"]`},
		params: []kind{bytes, text}, optional: 1, result: gives(FieldType(packet.Shape())),
		metered: true,
		run: func(_ *meter, a []any) (any, error) {
			first := "ethernet"
			if len(a) > 1 {
				first = a[1].(string)
			}
			return packet.Dissect(a[0].([]byte), first)
		}},
	{Function: Function{"frame", "frame(map) -> bytes",
		"the frame that such a map stands for; lengths, checksums and types that it leaves out are " +
			"filled in, addresses are those of loopback, other numbers 0; those that it has stay as they " +
			"are, even wrong",
		`frame({ip: {ttl: 1}, udp: {sport: 7, dport: 9}, payload: "hi"})`},
		params: []kind{mapping}, result: gives(Bytes), metered: true,
		run: func(m *meter, a []any) (any, error) {
			built, err := packet.Frame(a[0].(map[string]any))
			if err != nil {
				return nil, err
			}
			return built, m.spend(len(built))
		}},
	{Function: Function{"netlink", "netlink(bytes [, header]) -> list",
		"the messages of a netlink datagram: type, flags, seq, pid, errno (of NLMSG_ERROR), header (so " +
			"many bytes of the type's own, such as 16 for a link, 8 for an address, 12 for a route), and " +
			"attributes, each with type and data",
		`netlink(data, 16)[0].type == 16`},
		params: []kind{bytes, integer}, optional: 1, result: gives(FieldType(netlink.NetlinkShape())),
		metered: true,
		run: func(m *meter, a []any) (any, error) {
			data, header := a[0].([]byte), 0
			if len(a) > 1 {
				header = a[1].(int)
			}
			if err := m.spend(64 * len(data)); err != nil { // a small attribute becomes a map
				return nil, err
			}
			return netlink.ParseNetlink(data, header)
		}},
	{Function: Function{"nlmsg", "nlmsg(map) -> bytes",
		"the message of netlink that such a map stands for; what is left out is 0 or empty",
		`nlmsg({type: 22, flags: 0x301, header: unhex("0000000000000000")})`},
		params: []kind{mapping}, result: gives(Bytes), metered: true,
		run: func(m *meter, a []any) (any, error) {
			made, err := netlink.NetlinkMessage(a[0].(map[string]any))
			if err != nil {
				return nil, err
			}
			return made, m.spend(len(made))
		}},
}
