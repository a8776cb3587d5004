package socket

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// OptionKind is the form of a socket option's value.
type OptionKind uint8

// The kinds, with the plain data that Decode gives for each and, behind a slash, what Encode takes
// besides that. Every kind takes []byte too, as it is.
const (
	IntOption          OptionKind = iota // int / bool, the name of a constant, a list of those
	TimevalOption                        // time.Duration / int or float64 of seconds, string
	LingerOption                         // map with on (bool) and seconds (int)
	StringOption                         // string
	FieldsOption                         // map of ints, named by optionFields
	CANFilterOption                      // list of maps with id and mask
	ListOption                           // list of int
	InterfaceOption                      // int / string, its name
	InterfaceNetOption                   // the same, in network byte order
	MulticastIFOption                    // string, an IPv4 address / int or name of an interface
	MembershipOption                     // map with group and interface
	SourceOption                         // map with group, source and interface, all IPv4
	GroupOption                          // map with group and interface
	GroupSourceOption                    // map with group, source and interface
	PacketMreqOption                     // map with interface, type and hwaddr, of AF_PACKET
	PktinfoOption                        // map with source and interface, of IPv6
	PathMTUOption                        // map with address and mtu; cannot be set
	AddressOption                        // string, an address; set as bytes
	FilterOption                         // []byte, of struct sock_filter / list of [code, jt, jf, k]
	TCPInfoOption                        // map; cannot be set
	PIDFDOption                          // int, the number of a process; cannot be set
	RawOption                            // []byte / int
)

// Option is a socket option: where getsockopt(2) and setsockopt(2) find it, and what its value is.
type Option struct {
	Name   string // as C spells it
	Level  int
	Number int
	Kind   OptionKind
	size   int
}

// optionByName has the first of those that share a name.
var optionByName = func() map[string]Option {
	m := make(map[string]Option, len(options))
	for _, o := range slices.Backward(options) {
		m[o.Name] = o
	}
	return m
}()

// LookupOption finds an option by its name, such as "SO_REUSEADDR".
func LookupOption(name string) (Option, bool) {
	o, ok := optionByName[name]
	return o, ok
}

// At gives the option of the same name at a level: those of RFC 3678, such as MCAST_JOIN_GROUP, are
// there for IPv4 and for IPv6.
func (o Option) At(level int) (Option, bool) {
	for i := range options {
		if options[i].Name == o.Name && options[i].Level == level {
			return options[i], true
		}
	}
	return Option{}, false
}

// OptionNames lists the names of all options, sorted.
func OptionNames() []string { return slices.Sorted(maps.Keys(optionByName)) }

// optionName names an option by its numbers, "" for one that is not in the table.
func optionName(level, number int) string {
	for i := range options {
		if options[i].Level == level && options[i].Number == number {
			return options[i].Name
		}
	}
	return ""
}

// kindSizes are the sizes of C's structs; 0 where the option itself says it.
var kindSizes = [...]int{IntOption: 4, TimevalOption: 16, LingerOption: 8, FieldsOption: 0,
	CANFilterOption: 4096,
	InterfaceOption: 4, InterfaceNetOption: 4, MulticastIFOption: 4, MembershipOption: 12,
	SourceOption: 12, GroupOption: 136, GroupSourceOption: 264, PacketMreqOption: 16,
	PktinfoOption: 20,
	PathMTUOption: 32, AddressOption: addressMax, FilterOption: 4096, TCPInfoOption: 256,
	PIDFDOption: 4, RawOption: 256, StringOption: 16}

// Size is how many bytes getsockopt needs room for.
func (o Option) Size() int {
	if o.size != 0 {
		return o.size
	}
	return kindSizes[o.Kind]
}

// Encode gives the bytes that setsockopt takes for plain data. The name of an interface is looked
// up.
func (o Option) Encode(v any) ([]byte, error) {
	indexed, err := o.withIndex(v, sysInterfaceIndex)
	if err != nil {
		return nil, err
	}
	b, ok := o.encode(indexed)
	if !ok {
		return nil, o.refuse(v)
	}
	return b, nil
}

// Check says whether Encode takes a value, and looks nothing up.
func (o Option) Check(v any) error {
	indexed, err := o.withIndex(v, func(string) (int, Errno) { return 0, 0 })
	if err != nil {
		return err
	}
	if _, ok := o.encode(indexed); !ok {
		return o.refuse(v)
	}
	return nil
}

func (o Option) refuse(v any) error {
	form := kindForms[o.Kind].set
	if list := optionValues[o.Name]; list != nil {
		form += ", such as " + list[0].Name
	}
	shown := fmt.Sprint(v)
	switch v.(type) {
	case []any, map[string]any:
		if text, err := json.Marshal(v); err == nil {
			shown = string(text)
		}
	}
	return &Error{Call: "setsockopt", Target: o.Name, Class: BadArgument,
		Text: fmt.Sprintf("the value is %s, not %s", form, shown)}
}

func (o Option) encode(v any) (b []byte, ok bool) {
	if raw, isRaw := v.([]byte); isRaw && (o.Kind != FilterOption || len(raw)%instruction == 0) {
		return raw, true
	}
	switch o.Kind {
	case IntOption, RawOption:
		return o.encodeInt(v)
	case TimevalOption:
		return encodeTimeval(v)
	case LingerOption:
		return encodeLinger(v)
	case StringOption:
		s, isText := v.(string)
		return []byte(s), isText
	case FieldsOption:
		return o.encodeFields(v)
	case CANFilterOption:
		return encodeCANFilter(v)
	case ListOption:
		return o.encodeList(v)
	case InterfaceOption, InterfaceNetOption, MulticastIFOption:
		return o.encodeInterface(v)
	case MembershipOption:
		return o.encodeMembership(v)
	case SourceOption:
		return encodeSource(v)
	case GroupOption:
		return o.encodeGroup(v)
	case GroupSourceOption:
		return o.encodeGroup(v, "source")
	case PacketMreqOption:
		return encodePacketMembership(v)
	case PktinfoOption:
		return encodeSticky(v)
	case FilterOption:
		return encodeFilter(v)
	}
	return nil, false
}

// Decode gives plain data for the bytes that getsockopt gave, or that were set. Bytes that are too
// few for the kind stay bytes.
func (o Option) Decode(b []byte) any {
	switch o.Kind {
	case StringOption:
		s, _, _ := strings.Cut(string(b), "\x00")
		return s
	case TCPInfoOption:
		return decodeTCPInfo(b)
	case ListOption:
		return decodeList(b)
	case CANFilterOption:
		return decodeCANFilter(b)
	case AddressOption:
		return AddressOf(b).String()
	case IntOption:
		return decodeInt(b)
	}
	if len(b) < o.least() {
		return b
	}
	switch o.Kind {
	case TimevalOption:
		sec := int64(binary.NativeEndian.Uint64(b))
		usec := int64(binary.NativeEndian.Uint64(b[8:]))
		return time.Duration(sec)*time.Second + time.Duration(usec)*time.Microsecond
	case LingerOption:
		return map[string]any{"on": int32At(b, 0) != 0, "seconds": int32At(b, 4)}
	case FieldsOption:
		return o.decodeFields(b)
	case MembershipOption, SourceOption, GroupOption, GroupSourceOption:
		return o.decodeMulticast(b)
	case PacketMreqOption:
		return decodePacketMembership(b)
	case InterfaceOption, PIDFDOption:
		return int32At(b, 0)
	case InterfaceNetOption:
		return int(int32(binary.BigEndian.Uint32(b)))
	case MulticastIFOption:
		if len(b) >= 12 && int32At(b, 8) != 0 {
			return int32At(b, 8)
		}
		return netip.AddrFrom4([4]byte(b[:4])).String()
	case PktinfoOption:
		return map[string]any{"source": netip.AddrFrom16([16]byte(b[:16])).String(),
			"interface": int32At(b, 16)}
	case PathMTUOption:
		return map[string]any{"address": AddressOf(b[:28]).String(), "mtu": int32At(b, 28)}
	}
	return b
}

// least is how many bytes Decode needs of an option's value.
func (o Option) least() int {
	switch o.Kind {
	case FieldsOption:
		return 0
	case FilterOption:
		return math.MaxInt
	case GroupOption, GroupSourceOption:
		return 36 // the interface and a struct sockaddr_in6
	}
	return o.Size()
}

func decodeInt(b []byte) any {
	switch len(b) {
	case 1:
		return int(b[0])
	case 4:
		return int32At(b, 0)
	case 8:
		return int(binary.NativeEndian.Uint64(b))
	}
	return b
}

func int32At(b []byte, at int) int { return int(int32(binary.NativeEndian.Uint32(b[at:]))) }

// encodeInt makes a number of 32 bits, or of 64 where the option is so large.
func (o Option) encodeInt(v any) ([]byte, bool) {
	if n, isInt := v.(int); isInt && o.Size() == 8 && o.Kind == IntOption {
		return binary.NativeEndian.AppendUint64(nil, uint64(n)), true
	}
	n, ok := o.number(v)
	if o.Size() == 8 && o.Kind == IntOption {
		return binary.NativeEndian.AppendUint64(nil, uint64(n)), ok
	}
	return binary.NativeEndian.AppendUint32(nil, uint32(n)), ok
}

// number reads a number, one of the constants that the option's value can be, or a list of those,
// which are ORed.
func (o Option) number(v any) (n int, ok bool) {
	switch v := v.(type) {
	case string:
		for _, c := range optionValues[o.Name] {
			if c.Name == v {
				return c.Value, true
			}
		}
		return 0, false
	case []any:
		for _, item := range v {
			bits, known := o.number(item)
			if _, nested := item.([]any); nested || !known {
				return 0, false
			}
			n |= bits
		}
		return n, len(v) > 0
	}
	return intOf(v)
}

// intOf reads what fits into 32 bits, signed or not.
func intOf(v any) (int, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int:
		return v, v >= math.MinInt32 && int64(v) <= math.MaxUint32
	case float64:
		return int(v), v == math.Trunc(v) && v >= math.MinInt32 && v <= math.MaxUint32
	}
	return 0, false
}

func encodeTimeval(v any) ([]byte, bool) {
	var d time.Duration
	switch v := v.(type) {
	case time.Duration:
		d = v
	case int:
		if int64(v) > math.MaxInt64/int64(time.Second) {
			return nil, false
		}
		d = time.Duration(v) * time.Second
	case float64:
		if !(v < float64(math.MaxInt64/int64(time.Second))) {
			return nil, false
		}
		d = time.Duration(v * float64(time.Second))
	case string:
		var err error
		if d, err = time.ParseDuration(v); err != nil {
			return nil, false
		}
	default:
		return nil, false
	}
	b := binary.NativeEndian.AppendUint64(nil, uint64(d/time.Second))
	// A time that is shorter than the kernel's unit must not become 0, which is no limit.
	usec := (d%time.Second + time.Microsecond - 1) / time.Microsecond
	return binary.NativeEndian.AppendUint64(b, uint64(min(usec, 999999))), d >= 0
}

func encodeLinger(v any) ([]byte, bool) {
	m, ok := v.(map[string]any)
	if !ok {
		return nil, false
	}
	on, ok := intOf(m["on"])
	seconds, hasSeconds := m["seconds"]
	if !hasSeconds {
		seconds = 0
	}
	n, isInt := intOf(seconds)
	known := 1
	if hasSeconds {
		known++
	}
	b := binary.NativeEndian.AppendUint32(nil, uint32(on))
	return binary.NativeEndian.AppendUint32(b, uint32(n)), ok && isInt && n >= 0 && len(m) == known
}

func (o Option) encodeList(v any) (b []byte, ok bool) {
	list, ok := v.([]any)
	for _, item := range list {
		n, isInt := intOf(item)
		b, ok = binary.NativeEndian.AppendUint32(b, uint32(n)), ok && isInt
	}
	return b, ok
}

func decodeList(b []byte) any {
	list := []any{}
	for ; len(b) >= 4; b = b[4:] {
		list = append(list, int(binary.NativeEndian.Uint32(b)))
	}
	return list
}
