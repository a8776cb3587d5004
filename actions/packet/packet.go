// Package packet takes frames apart by layer and builds them. A frame is plain data: a mapping with
// one mapping for each layer, whose fields have the names that Scapy gives them, and the payload.
package packet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"netscene/schema"
)

// layer is a protocol that has a header here.
type layer struct {
	name   string
	level  level
	fields []schema.Field
	// read reads the header at the beginning of data and gives what is behind it, and what that is.
	read func(data []byte, f *feedback) (header, error)
}

// level is where a layer stands in a frame; one of each may be there.
type level uint8

const (
	link level = iota
	tag
	network
	transport
)

// header is what was read of a layer.
type header struct {
	fields  map[string]any
	payload []byte
	next    gopacket.LayerType
}

// all are the layers, the outermost first.
var all = []*layer{
	{"ethernet", link, etherFields, readEthernet},
	{"dot1q", tag, tagFields, readTag},
	{"arp", network, arpFields, readARP},
	{"ip", network, ipFields, readIP},
	{"ipv6", network, ip6Fields, readIP6},
	{"tcp", transport, tcpFields, readTCP},
	{"udp", transport, udpFields, readUDP},
	{"icmp", transport, icmpFields, readICMP},
	{"icmpv6", transport, icmp6Fields, readICMP6},
}

// byType finds the layer that gopacket says comes next.
var byType = map[gopacket.LayerType]string{
	layers.LayerTypeDot1Q: "dot1q", layers.LayerTypeARP: "arp", layers.LayerTypeIPv4: "ip",
	layers.LayerTypeIPv6: "ipv6", layers.LayerTypeTCP: "tcp", layers.LayerTypeUDP: "udp",
	layers.LayerTypeICMPv4: "icmp", layers.LayerTypeICMPv6: "icmpv6",
}

func lookup(name string) *layer {
	for _, l := range all {
		if l.name == name {
			return l
		}
	}
	return nil
}

// Layers lists the names of the layers, the outermost first.
func Layers() []string {
	names := make([]string, len(all))
	for i, l := range all {
		names[i] = l.name
	}
	return names
}

// Shape describes what Dissect gives.
func Shape() schema.Field {
	shape := schema.Field{Name: "frame", Kind: schema.Map}
	for _, l := range all {
		shape.Fields = append(shape.Fields,
			schema.Field{Name: l.name, Kind: schema.Map, Null: true, Fields: l.fields})
	}
	shape.Fields = append(shape.Fields, schema.Field{Name: "payload", Kind: schema.Bytes},
		schema.Field{Name: "layers", Kind: schema.List, Elem: &schema.Field{Kind: schema.String}},
		schema.Field{Name: "error", Kind: schema.String, Null: true})
	return shape
}

// feedback is told what is wrong with a layer, although it can be read: gopacket says when it is
// cut short.
type feedback struct {
	truncated bool
	wrong     string
}

// SetTruncated implements gopacket.DecodeFeedback.
func (f *feedback) SetTruncated() { f.truncated = true }

// Dissect takes data apart, whose first layer is named. The result has a mapping for each layer
// that was found, their names in `layers`, and what is behind the last of them in `payload`;
// `error` says what is wrong with the data, and is missing where all is well. A layer that comes a
// second time, as IP in IP, is left in the payload, and so are fragments. The bytes are lent.
func Dissect(data []byte, first string) (map[string]any, error) {
	l := lookup(first)
	if l == nil {
		return nil, fmt.Errorf("there is no layer %s; there are %s", first,
			strings.Join(Layers(), ", "))
	}
	frame, names := map[string]any{}, []any{}
	for l != nil && frame[l.name] == nil {
		var f feedback
		h, err := l.guarded(data, &f)
		if wrong := problem(l.name, len(data), &f, err); wrong != "" && frame["error"] == nil {
			frame["error"] = wrong
		}
		if err != nil {
			break
		}
		frame[l.name], names = h.fields, append(names, l.name)
		data, l = h.payload, lookup(byType[h.next])
	}
	frame["payload"], frame["layers"] = slices.Clip(data), names
	return frame, nil
}

// guarded reads a header. gopacket does not promise that it stands every input.
func (l *layer) guarded(data []byte, f *feedback) (h header, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("it cannot be read: %v", cause)
		}
	}()
	return l.read(data, f)
}

func problem(layer string, size int, f *feedback, err error) string {
	switch {
	case f.truncated:
		return fmt.Sprintf("%s is cut short: there are %d bytes of it", layer, size)
	case f.wrong != "":
		return layer + ": " + f.wrong
	case err != nil:
		return layer + ": " + strings.TrimPrefix(err.Error(), "Invalid ")
	}
	return ""
}
