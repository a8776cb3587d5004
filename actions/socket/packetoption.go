package socket

import (
	"encoding/binary"
	"slices"

	"netscene/schema"
)

// memberships are what a packet socket can ask of a device, by PACKET_ADD_MEMBERSHIP.
var memberships = twice("PACKET_MR_", []schema.Name{named(0, "MULTICAST"), named(1, "PROMISC"),
	named(2, "ALLMULTI"), named(3, "UNICAST")})

// encodePacketMembership makes a struct packet_mreq: an index, a type, and a hardware address with
// its length before it.
func encodePacketMembership(v any) ([]byte, bool) {
	m, ok := only(v, "interface", "type", "hwaddr")
	index, known := through(m)
	text, isText := m["hwaddr"].(string)
	hardware, err := hardwareAddress(text)
	typ := -1
	for _, n := range memberships {
		if n.Name == m["type"] || n.Value == m["type"] {
			typ = n.Value
		}
	}
	b := binary.NativeEndian.AppendUint32(nil, uint32(index))
	b = binary.NativeEndian.AppendUint16(b, uint16(typ))
	b = binary.NativeEndian.AppendUint16(b, uint16(len(hardware)))
	b = append(b, make([]byte, packetRoom)...)
	copy(b[8:], hardware)
	return b, ok && known && typ >= 0 && err == nil && (isText || m["hwaddr"] == nil)
}

func decodePacketMembership(b []byte) any {
	length := min(int(binary.NativeEndian.Uint16(b[6:])), packetRoom)
	m := map[string]any{"interface": int32At(b, 0),
		"type": nameOf("", memberships[len(memberships)/2:], int(binary.NativeEndian.Uint16(b[4:])))}
	if length > 0 {
		m["hwaddr"] = hardwareText(b[8 : 8+length])
	}
	return m
}

// What a struct tpacket_auxdata has, of 32 and then of 16 bits.
var auxdataLong, auxdataShort = []string{"status", "len", "snaplen"},
	[]string{"mac", "net", "vlan_tci", "vlan_tpid"}

// AuxdataFields lists the parts of PACKET_AUXDATA, as the kernel names them: len and snaplen are
// the lengths of the frame and of what was kept of it, mac and net where its headers begin.
func AuxdataFields() []string { return slices.Concat(auxdataLong, auxdataShort) }

func decodeAuxdata(b []byte) map[string]any {
	m := map[string]any{}
	for i, name := range auxdataLong {
		m[name] = int(binary.NativeEndian.Uint32(b[4*i:]))
	}
	for i, name := range auxdataShort {
		m[name] = int(binary.NativeEndian.Uint16(b[4*len(auxdataLong)+2*i:]))
	}
	return m
}
