package packet

import (
	"errors"
	"fmt"
	"math"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// summed is a layer whose checksum is made with the addresses of the network layer.
type summed interface {
	gopacket.SerializableLayer
	SetNetworkLayerForChecksum(gopacket.NetworkLayer) error
}

func (b *builder) transport(f *form) {
	sum := uint16(f.number("chksum", math.MaxUint16, 0))
	options := gopacket.SerializeOptions{ComputeChecksums: !f.given("chksum")}
	switch f.layer {
	case "tcp":
		b.addSummed(f, b.tcp(f, sum), options)
	case "udp":
		size := b.size() + 8
		if size > math.MaxUint16 {
			f.fail("len", fmt.Errorf("%d bytes are too many for a UDP datagram", size))
		}
		b.addSummed(f, &layers.UDP{SrcPort: layers.UDPPort(f.required("sport", math.MaxUint16)),
			DstPort: layers.UDPPort(f.required("dport", math.MaxUint16)), Checksum: sum,
			Length: uint16(f.number("len", math.MaxUint16, size&math.MaxUint16))}, options)
	case "icmp":
		code := layers.CreateICMPv4TypeCode(uint8(f.number("type", 255, 8)),
			uint8(f.number("code", 255, 0)))
		b.add(&layers.ICMPv4{TypeCode: code, Checksum: sum, Id: uint16(f.number("id", math.MaxUint16, 0)),
			Seq: uint16(f.number("seq", math.MaxUint16, 0))}, options)
	case "icmpv6":
		code := layers.CreateICMPv6TypeCode(uint8(f.number("type", 255, 128)),
			uint8(f.number("code", 255, 0)))
		b.addSummed(f, &layers.ICMPv6{TypeCode: code, Checksum: sum}, options)
	}
	b.inner = f.layer
}

func (b *builder) addSummed(f *form, l summed, options gopacket.SerializeOptions) {
	switch {
	case b.network != nil:
		if err := l.SetNetworkLayerForChecksum(b.network); err != nil {
			f.fail("chksum", err)
		}
	case options.ComputeChecksums:
		f.fail("chksum", errors.New("it is made with the addresses of ip or ipv6: give one of those "+
			"layers, or the checksum"))
	}
	b.add(l, options)
}

func (b *builder) tcp(f *form, sum uint16) *layers.TCP {
	flags := f.flags(tcpFlags)
	has := func(i int) bool { return flags&(1<<i) != 0 }
	l := &layers.TCP{SrcPort: layers.TCPPort(f.required("sport", math.MaxUint16)),
		DstPort: layers.TCPPort(f.required("dport", math.MaxUint16)), Checksum: sum,
		Seq: uint32(f.number("seq", math.MaxUint32, 0)), Ack: uint32(f.number("ack", math.MaxUint32, 0)),
		Window: uint16(f.number("window", math.MaxUint16, math.MaxUint16)),
		Urgent: uint16(f.number("urgptr", math.MaxUint16, 0)),
		FIN:    has(0), SYN: has(1), RST: has(2), PSH: has(3), ACK: has(4), URG: has(5), ECE: has(6),
		CWR: has(7), NS: has(8)}
	list, ok := f.m["options"].([]any)
	if !ok && f.given("options") {
		f.fail("options", fmt.Errorf("%v is not a list of options", f.m["options"]))
	}
	size := 0
	for _, v := range list {
		m, ok := v.(map[string]any)
		if !ok {
			f.fail("options", fmt.Errorf("%v is not a mapping with the kind or name of an option", v))
			return l
		}
		o := &form{"tcp.options", m, f.err}
		o.known(optionFields)
		option := writeOption(o)
		l.Options = append(l.Options, option)
		if size++; option.OptionType > layers.TCPOptionKindNop {
			size += 1 + len(option.OptionData)
		}
	}
	l.Padding = make([]byte, -size&3)
	size += len(l.Padding)
	if size > 40 {
		f.fail("options", fmt.Errorf("%d bytes of options do not fit: there are 40", size))
		return l
	}
	l.DataOffset = uint8(f.number("dataofs", 15, 5+size/4))
	return l
}
