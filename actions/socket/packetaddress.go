package socket

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"

	"netscene/schema"
)

// familyPacket is AF_PACKET, whose sockets send and receive frames; see packet(7).
const familyPacket = 17

// What an address of AF_PACKET names by number. The kinds of packets tell the receiver what a frame
// was to it.
var (
	etherTypes = []schema.Name{{Name: "all", Value: 3}, {Name: "ip", Value: 0x0800},
		{Name: "arp", Value: 0x0806}, {Name: "ipv6", Value: 0x86dd}, {Name: "ETH_P_ALL", Value: 3},
		{Name: "ETH_P_IP", Value: 0x0800}, {Name: "ETH_P_ARP", Value: 0x0806},
		{Name: "ETH_P_IPV6", Value: 0x86dd}}
	packetTypes = twice("PACKET_", []schema.Name{{Name: "HOST", Value: 0},
		{Name: "BROADCAST", Value: 1}, {Name: "MULTICAST", Value: 2}, {Name: "OTHERHOST", Value: 3},
		{Name: "OUTGOING", Value: 4}})
)

var _ = addFamily(addressFamily{
	family: familyPacket, prefix: "packet:",
	forms: "packet:lo, packet:lo:ip with a protocol, packet:lo:ip:02:00:00:00:00:01 with a receiver",
	keys: []schema.Field{{Name: "interface", Kind: schema.Any},
		{Name: "protocol", Kind: schema.Choice, Choices: etherTypes},
		{Name: "pkttype", Kind: schema.Choice, Choices: packetTypes},
		{Name: "hatype", Kind: schema.Int, Max: math.MaxUint16}, {Name: "hwaddr", Kind: schema.String}},
	read: parsePacketText, from: parsePacketMapping, text: packetText, parts: packetParts,
	scoped: func(a Address, index uint32) Address {
		b := a.Raw()
		binary.NativeEndian.PutUint32(b[4:], index)
		return AddressOf(b)
	},
})

// packetAddress is a struct sockaddr_ll: the protocol is in network byte order, the rest is not.
type packetAddress struct {
	protocol, index, hatype, pkttype int
	hardware                         []byte
}

const (
	packetHead = 12 // bytes before the hardware address
	packetRoom = 8  // bytes for it, though a device may have a longer one
)

func (p packetAddress) address() Address {
	b := make([]byte, packetHead+max(packetRoom, len(p.hardware)))
	binary.NativeEndian.PutUint16(b, familyPacket)
	binary.BigEndian.PutUint16(b[2:], uint16(p.protocol))
	binary.NativeEndian.PutUint32(b[4:], uint32(p.index))
	binary.NativeEndian.PutUint16(b[8:], uint16(p.hatype))
	b[10], b[11] = byte(p.pkttype), byte(len(p.hardware))
	copy(b[packetHead:], p.hardware)
	return AddressOf(b)
}

// packetOf reads an address that the kernel gave or that was made here; its bytes may end with the
// hardware address.
func packetOf(a Address) (p packetAddress, ok bool) {
	b := []byte(a.raw)
	if a.Family() != familyPacket || len(b) < packetHead || len(b) < packetHead+int(b[11]) {
		return p, false
	}
	return packetAddress{protocol: int(binary.BigEndian.Uint16(b[2:])),
		index: int(binary.NativeEndian.Uint32(b[4:])), hatype: int(binary.NativeEndian.Uint16(b[8:])),
		pkttype: int(b[10]), hardware: b[packetHead : packetHead+int(b[11])]}, true
}

// parsePacketText reads INTERFACE[:PROTOCOL[:HARDWARE]].
func parsePacketText(s string) (Endpoint, error) {
	device, rest, _ := strings.Cut(s, ":")
	name, hardware, _ := strings.Cut(rest, ":")
	var p packetAddress
	var err error
	if p.protocol, err = etherType(name); err != nil {
		return Endpoint{}, err
	}
	if p.hardware, err = hardwareAddress(hardware); err != nil {
		return Endpoint{}, err
	}
	return scopedEndpoint(p.address(), device, "packet:"+s)
}

func etherType(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	for _, n := range etherTypes {
		if n.Name == s {
			return n.Value, nil
		}
	}
	n, err := strconv.ParseUint(s, 0, 16)
	if err != nil {
		return 0, fmt.Errorf("%q is no protocol; ip, ipv6, arp, all and numbers such as 0x88cc are", s)
	}
	return int(n), nil
}

// hardwareAddress reads pairs of hexadecimal digits with colons between them.
func hardwareAddress(s string) ([]byte, error) {
	if s == "" {
		return nil, nil
	}
	b, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	if err != nil || len(s) != 3*len(b)-1 || len(b) > packetRoom {
		return nil, fmt.Errorf("%q is not a hardware address such as 02:00:00:00:00:01", s)
	}
	return b, nil
}

func parsePacketMapping(m map[string]any) (e Endpoint, err error) {
	number := func(key string) int { n, _ := m[key].(int); return n }
	p := packetAddress{protocol: number("protocol"), hatype: number("hatype"),
		pkttype: number("pkttype")}
	if p.protocol < 0 || p.protocol > math.MaxUint16 || p.pkttype < 0 || p.pkttype > math.MaxUint8 {
		return e, fmt.Errorf("a protocol is a number of 16 bits, a pkttype one of 8")
	}
	text, _ := m["hwaddr"].(string)
	if p.hardware, err = hardwareAddress(text); err != nil {
		return e, err
	}
	device := m["interface"]
	written, _ := packetText(p.address()) // without the interface, which has no number yet
	if device != nil {
		written = fmt.Sprint(device) + written
	}
	return scopedEndpoint(p.address(), device, "packet:"+written)
}

// packetText names the interface by its number. The kind of the packet and of the device are left
// out.
func packetText(a Address) (string, bool) {
	p, ok := packetOf(a)
	text := ""
	if p.index != 0 {
		text = strconv.Itoa(p.index)
	}
	switch {
	case len(p.hardware) > 0:
		text += ":" + etherTypeName(p.protocol) + ":" + hardwareText(p.hardware)
	case p.protocol != 0:
		text += ":" + etherTypeName(p.protocol)
	}
	return text, ok
}

func etherTypeName(n int) string {
	if n == 0 {
		return ""
	}
	for _, known := range etherTypes {
		if known.Value == n {
			return known.Name
		}
	}
	return fmt.Sprintf("%#04x", n)
}

func hardwareText(b []byte) string {
	pairs := make([]string, len(b))
	for i, c := range b {
		pairs[i] = fmt.Sprintf("%02x", c)
	}
	return strings.Join(pairs, ":")
}

// packetParts has what Python's tuple has.
func packetParts(a Address) map[string]any {
	p, ok := packetOf(a)
	if !ok {
		return nil
	}
	return map[string]any{"interface": sysInterfaceName(p.index), "protocol": p.protocol,
		"pkttype": p.pkttype, "hatype": p.hatype, "hwaddr": hardwareText(p.hardware)}
}
