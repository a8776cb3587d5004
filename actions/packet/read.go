package packet

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"netscene/schema"
)

func number(name string) schema.Field { return schema.Field{Name: name, Kind: schema.Int} }
func word(name string) schema.Field   { return schema.Field{Name: name, Kind: schema.String} }

func numbers(names ...string) []schema.Field {
	fields := make([]schema.Field, len(names))
	for i, name := range names {
		fields[i] = number(name)
	}
	return fields
}

func flagList() schema.Field {
	return schema.Field{Name: "flags", Kind: schema.List, Elem: &schema.Field{Kind: schema.String}}
}

var (
	etherFields = []schema.Field{word("dst"), word("src"), number("type")}
	tagFields   = numbers("prio", "dei", "vlan", "type")
	arpFields   = append(numbers("hwtype", "ptype", "hwlen", "plen", "op"), word("hwsrc"),
		word("psrc"), word("hwdst"), word("pdst"))
	ipFields = append(numbers("version", "ihl", "tos", "len", "id", "frag", "ttl", "proto",
		"chksum"), flagList(), word("src"), word("dst"),
		schema.Field{Name: "options", Kind: schema.Bytes})
	ip6Fields = append(numbers("version", "tc", "fl", "plen", "nh", "hlim"), word("src"), word("dst"))
	tcpFields = append(numbers("sport", "dport", "seq", "ack", "dataofs", "window", "chksum",
		"urgptr"), flagList(), schema.Field{Name: "options", Kind: schema.List,
		Elem: &schema.Field{Kind: schema.Map, Fields: optionFields}})
	optionFields = []schema.Field{number("kind"), word("name"), {Name: "value", Kind: schema.Any},
		{Name: "data", Kind: schema.Bytes, Null: true}}
	udpFields   = numbers("sport", "dport", "len", "chksum")
	icmpFields  = numbers("type", "code", "chksum", "id", "seq")
	icmp6Fields = numbers("type", "code", "chksum")
)

// etherHeader is how many bytes an Ethernet header has: two addresses and the type.
const etherHeader = 14

func readEthernet(data []byte, f *feedback) (header, error) {
	if len(data) < etherHeader {
		f.SetTruncated()
		return header{}, errors.New("cut short")
	}
	var l layers.Ethernet
	err := l.DecodeFromBytes(data, f)
	return header{map[string]any{"dst": l.DstMAC.String(), "src": l.SrcMAC.String(),
		"type": int(binary.BigEndian.Uint16(data[12:]))}, l.Payload, l.NextLayerType()}, err
}

func readTag(data []byte, f *feedback) (header, error) {
	var l layers.Dot1Q
	err := l.DecodeFromBytes(data, f)
	dei := 0
	if l.DropEligible {
		dei = 1
	}
	return header{map[string]any{"prio": int(l.Priority), "dei": dei, "vlan": int(l.VLANIdentifier),
		"type": int(l.Type)}, l.Payload, l.NextLayerType()}, err
}

func readARP(data []byte, f *feedback) (header, error) {
	var l layers.ARP
	err := l.DecodeFromBytes(data, f)
	return header{map[string]any{"hwtype": int(l.AddrType), "ptype": int(l.Protocol),
		"hwlen": int(l.HwAddressSize), "plen": int(l.ProtAddressSize), "op": int(l.Operation),
		"hwsrc": hardware(l.SourceHwAddress), "psrc": protocolAddress(l.SourceProtAddress),
		"hwdst": hardware(l.DstHwAddress), "pdst": protocolAddress(l.DstProtAddress)},
		l.Payload, gopacket.LayerTypeZero}, err
}

func hardware(b []byte) string { return net.HardwareAddr(b).String() }

// protocolAddress writes an IP address as such, and one of another protocol as its digits.
func protocolAddress(b []byte) string {
	if len(b) == net.IPv4len || len(b) == net.IPv6len {
		ip, _ := netip.AddrFromSlice(b)
		return ip.String()
	}
	return hex.EncodeToString(b)
}

// ipFlags are the flags of an IP header from the lowest bit on.
var ipFlags = []string{"MF", "DF", "evil"}

func readIP(data []byte, f *feedback) (header, error) {
	var l layers.IPv4
	if err := l.DecodeFromBytes(data, f); err != nil {
		return header{}, err
	}
	return header{map[string]any{"version": int(l.Version), "ihl": int(l.IHL), "tos": int(l.TOS),
		"len": int(binary.BigEndian.Uint16(data[2:])), "id": int(l.Id),
		"flags": flagsOf(int(l.Flags), ipFlags), "frag": int(l.FragOffset), "ttl": int(l.TTL),
		"proto": int(l.Protocol), "chksum": int(l.Checksum), "src": l.SrcIP.String(),
		"dst": l.DstIP.String(), "options": l.Contents[20:]}, l.Payload, l.NextLayerType()}, nil
}

func flagsOf(bits int, names []string) []any {
	list := []any{}
	for i, name := range names {
		if bits&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return list
}

// readIP6 leaves the extension headers in the payload, while gopacket takes the hop-by-hop options
// for a part of the header, and an empty payload for a mistake.
func readIP6(data []byte, f *feedback) (header, error) {
	const size = 40
	var l layers.IPv6
	err := l.DecodeFromBytes(data, f)
	if len(data) < size {
		return header{}, err
	}
	next, end := l.NextHeader.LayerType(), size+int(l.Length)
	if l.Length == 0 || end > len(data) {
		end = len(data)
	}
	return header{map[string]any{"version": int(l.Version), "tc": int(l.TrafficClass),
		"fl": int(l.FlowLabel), "plen": int(l.Length), "nh": int(l.NextHeader),
		"hlim": int(l.HopLimit), "src": l.SrcIP.String(), "dst": l.DstIP.String()},
		data[size:end], next}, nil
}

// tcpFlags are the flags of a TCP header from the lowest bit on.
var tcpFlags = []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR", "NS"}

func readTCP(data []byte, f *feedback) (header, error) {
	var l layers.TCP
	if err := l.DecodeFromBytes(data, f); err != nil {
		return header{}, err
	}
	flags := int(binary.BigEndian.Uint16(data[12:])) & 0x1ff
	return header{map[string]any{"sport": int(l.SrcPort), "dport": int(l.DstPort),
		"seq": int(l.Seq), "ack": int(l.Ack), "dataofs": int(l.DataOffset),
		"flags": flagsOf(flags, tcpFlags), "window": int(l.Window), "chksum": int(l.Checksum),
		"urgptr": int(l.Urgent), "options": readOptions(&l, f)}, l.Payload, gopacket.LayerTypeZero}, nil
}

func readUDP(data []byte, f *feedback) (header, error) {
	var l layers.UDP
	if err := l.DecodeFromBytes(data, f); err != nil {
		return header{}, err
	}
	return header{map[string]any{"sport": int(l.SrcPort), "dport": int(l.DstPort),
		"len": int(l.Length), "chksum": int(l.Checksum)}, l.Payload, gopacket.LayerTypeZero}, nil
}

func readICMP(data []byte, f *feedback) (header, error) {
	var l layers.ICMPv4
	err := l.DecodeFromBytes(data, f)
	return header{map[string]any{"type": int(l.TypeCode.Type()), "code": int(l.TypeCode.Code()),
		"chksum": int(l.Checksum), "id": int(l.Id), "seq": int(l.Seq)}, l.Payload,
		gopacket.LayerTypeZero}, err
}

func readICMP6(data []byte, f *feedback) (header, error) {
	var l layers.ICMPv6
	err := l.DecodeFromBytes(data, f)
	return header{map[string]any{"type": int(l.TypeCode.Type()), "code": int(l.TypeCode.Code()),
		"chksum": int(l.Checksum)}, l.Payload, gopacket.LayerTypeZero}, err
}
