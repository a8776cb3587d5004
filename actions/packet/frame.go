package packet

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"netscene/schema"
)

// Numbers that fields name the next layer by.
var (
	etherTypes = map[string]int{"ip": 0x0800, "arp": 0x0806, "dot1q": 0x8100, "ipv6": 0x86dd}
	protocols  = map[string]int{"icmp": 1, "tcp": 6, "udp": 17, "icmpv6": 58}
	operations = map[string]int{"who-has": 1, "is-at": 2}
)

// builder makes a frame from its inside out.
type builder struct {
	frame   map[string]any
	inner   string // the layer that was made last
	buffer  gopacket.SerializeBuffer
	network gopacket.NetworkLayer // for the checksums of what it carries
	err     error
}

// Frame builds a frame of what Dissect gives. A field that is left out has its usual value: lengths
// and checksums those that are right, types and protocols those of the next layer, addresses those
// of loopback, the others 0. `layers` and `error` are ignored.
func Frame(frame map[string]any) ([]byte, error) {
	b := &builder{frame: frame, buffer: gopacket.NewSerializeBuffer()}
	b.check()
	payload := (&form{"frame", frame, &b.err}).bytes("payload")
	if b.err != nil {
		return nil, b.err
	}
	if len(payload) > math.MaxUint16 {
		return nil, fmt.Errorf("a payload of %d bytes is too large", len(payload))
	}
	b.add(gopacket.Payload(payload), gopacket.SerializeOptions{})
	network := b.prepare()
	for _, name := range []string{"tcp", "udp", "icmp", "icmpv6"} {
		if f := b.form(name); f != nil {
			b.transport(f)
		}
	}
	if network != nil && b.err == nil {
		network()
	}
	for _, name := range []string{"dot1q", "ethernet"} {
		if f := b.form(name); f != nil {
			b.link(f)
		}
	}
	if b.err != nil {
		return nil, b.err
	}
	return slices.Clone(b.buffer.Bytes()), nil
}

// check refuses unknown layers and fields, and two layers for the same place.
func (b *builder) check() {
	var at [transport + 1]string
	for _, l := range all {
		f := b.form(l.name)
		if f == nil {
			continue
		}
		f.known(l.fields)
		if before := at[l.level]; before != "" && b.err == nil {
			b.err = fmt.Errorf("a frame has only one of %s and %s", before, l.name)
		}
		at[l.level] = l.name
	}
	names := append(Layers(), "payload", "layers", "error")
	for name := range b.frame {
		if !slices.Contains(names, name) && b.err == nil {
			b.err = fmt.Errorf("there is no layer %s; there are %v", name, names[:len(names)-2])
			if near := schema.Suggest(name, names); near != "" {
				b.err = fmt.Errorf("there is no layer %s: did you mean %s?", name, near)
			}
		}
	}
}

// form gives the mapping of a layer; nil where the frame does not have it.
func (b *builder) form(name string) *form {
	v, ok := b.frame[name]
	if !ok || v == nil {
		return nil
	}
	m, ok := v.(map[string]any)
	if !ok && b.err == nil {
		b.err = fmt.Errorf("%s: %v is not a mapping of its fields", name, v)
	}
	return &form{name, m, &b.err}
}

// add puts a layer before what there is.
func (b *builder) add(l gopacket.SerializableLayer, o gopacket.SerializeOptions) {
	if b.err != nil {
		return
	}
	b.err = l.SerializeTo(b.buffer, o)
}

func (b *builder) size() int { return len(b.buffer.Bytes()) }

// prepare reads the network layer, which the checksums of the layer in it are made with, and gives
// what adds it later.
func (b *builder) prepare() func() {
	if f := b.form("arp"); f != nil {
		return func() { b.arp(f) }
	}
	if f := b.form("ip"); f != nil {
		l := &layers.IPv4{Version: uint8(f.number("version", 15, 4)), TOS: uint8(f.number("tos", 255, 0)),
			Id: uint16(f.number("id", 0xffff, 0)), Flags: layers.IPv4Flag(f.flags(ipFlags)),
			FragOffset: uint16(f.number("frag", 0x1fff, 0)), TTL: uint8(f.number("ttl", 255, 64)),
			SrcIP: f.ip("src", "127.0.0.1", 4), DstIP: f.ip("dst", "127.0.0.1", 4)}
		b.network = l
		return func() { b.ip(f, l) }
	}
	if f := b.form("ipv6"); f != nil {
		l := &layers.IPv6{Version: uint8(f.number("version", 15, 6)),
			TrafficClass: uint8(f.number("tc", 255, 0)), FlowLabel: uint32(f.number("fl", 0xfffff, 0)),
			HopLimit: uint8(f.number("hlim", 255, 64)), SrcIP: f.ip("src", "::1", 16),
			DstIP: f.ip("dst", "::1", 16)}
		b.network = l
		return func() { b.ip6(f, l) }
	}
	return nil
}

// next gives the number for the layer inside, -1 where there is none.
func (b *builder) next(numbers map[string]int) int {
	if n, ok := numbers[b.inner]; ok {
		return n
	}
	return -1
}

func (b *builder) arp(f *form) {
	l := &layers.ARP{AddrType: layers.LinkType(f.number("hwtype", 0xffff, 1)),
		Protocol:        layers.EthernetType(f.named("ptype", 0xffff, etherTypes, etherTypes["ip"])),
		Operation:       uint16(f.named("op", 0xffff, operations, 1)),
		SourceHwAddress: f.hardware("hwsrc"), SourceProtAddress: f.protocolAddress("psrc"),
		DstHwAddress: f.hardware("hwdst"), DstProtAddress: f.protocolAddress("pdst")}
	l.HwAddressSize = uint8(f.number("hwlen", 0xff, len(l.SourceHwAddress)))
	l.ProtAddressSize = uint8(f.number("plen", 0xff, len(l.SourceProtAddress)))
	b.add(l, gopacket.SerializeOptions{})
	b.inner = "arp"
}

func (f *form) protocolAddress(field string) []byte {
	text := f.text(field, "0.0.0.0")
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return ip.AsSlice()
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		f.fail(field, fmt.Errorf("%q is neither an IP address nor hexadecimal", text))
	}
	return b
}

func (b *builder) ip(f *form, l *layers.IPv4) {
	l.Protocol = layers.IPProtocol(f.named("proto", 255, protocols, b.next(protocols)))
	options := f.bytes("options")
	if len(options)%4 != 0 || len(options) > 40 {
		f.fail("options", fmt.Errorf("%d bytes of options: they are a multiple of 4, up to 40",
			len(options)))
		return
	}
	words := 5 + len(options)/4
	size := 4*words + b.size()
	if size > math.MaxUint16 && !f.given("len") {
		f.fail("len", fmt.Errorf("%d bytes are too many for an IP datagram", size))
	}
	l.IHL = uint8(f.number("ihl", 15, words))
	l.Length = uint16(f.number("len", math.MaxUint16, size&math.MaxUint16))
	l.Checksum = uint16(f.number("chksum", math.MaxUint16, 0))
	if len(options) > 0 { // of what kind they are makes no difference to how they are written
		l.Options = []layers.IPv4Option{{OptionType: 0xff, OptionLength: uint8(len(options)),
			OptionData: options[2:]}}
	}
	b.add(l, gopacket.SerializeOptions{})
	if b.err != nil {
		return
	}
	h := b.buffer.Bytes()[:4*words]
	copy(h[20:], options)
	if !f.given("chksum") {
		sum := gopacket.FoldChecksum(gopacket.ComputeChecksum(h, 0))
		binary.BigEndian.PutUint16(h[10:], sum)
	}
	b.inner = "ip"
}

func (b *builder) ip6(f *form, l *layers.IPv6) {
	l.NextHeader = layers.IPProtocol(f.named("nh", 255, protocols, b.next(protocols)))
	if b.size() > math.MaxUint16 && *f.err == nil {
		f.fail("plen", errors.New("the payload is too large"))
	}
	l.Length = uint16(f.number("plen", math.MaxUint16, b.size()&math.MaxUint16))
	b.add(l, gopacket.SerializeOptions{})
	b.inner = "ipv6"
}

// link adds the header of Ethernet or of a VLAN. Frames are not padded: the device does that.
func (b *builder) link(f *form) {
	next := b.next(etherTypes)
	if b.err != nil {
		return
	}
	if f.layer == "dot1q" {
		b.add(&layers.Dot1Q{Priority: uint8(f.number("prio", 7, 0)),
			DropEligible:   f.number("dei", 1, 0) == 1,
			VLANIdentifier: uint16(f.number("vlan", 0xfff, 0)),
			Type:           layers.EthernetType(f.named("type", 0xffff, etherTypes, next))},
			gopacket.SerializeOptions{})
		b.inner = "dot1q"
		return
	}
	dst, src := f.hardware("dst"), f.hardware("src")
	if len(dst) != 6 || len(src) != 6 {
		f.fail("dst", errors.New("an Ethernet address has 6 bytes, and so has src"))
	}
	h := append(append([]byte{}, dst...), src...)
	h = binary.BigEndian.AppendUint16(h, uint16(f.named("type", 0xffff, etherTypes, next)))
	b.add(gopacket.Payload(h), gopacket.SerializeOptions{})
}
