package expr

import "netscene/actions/packet"

// frameFunctions take frames apart and build them, as those of Scapy do.
var frameFunctions = []function{
	{Function: Function{"dissect", "dissect(bytes [, layer]) -> map",
		"a frame by layer: ethernet, dot1q, arp, ip, ipv6, tcp, udp, icmp, icmpv6, each with the fields " +
			"that Scapy gives it or nil, then payload, layers (their names), and error where the frame is " +
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
}
