package socket

import (
	"encoding/binary"
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
	IntOption        OptionKind = iota // int / bool
	TimevalOption                      // time.Duration / int or float64 of seconds, string
	LingerOption                       // map with on (bool) and seconds (int)
	StringOption                       // string
	CredOption                         // map with pid, uid and gid (int)
	IPv4Option                         // string, an IPv4 address
	MembershipOption                   // map with group (string) and interface (int) / IPv4 interface
	SourceOption                       // map with group, source and interface (string), all IPv4
	FilterOption                       // []byte, of struct sock_filter / list of [code, jt, jf, k]
	TCPInfoOption                      // map; cannot be set
	RawOption                          // []byte / int
)

// Option is a socket option: where getsockopt(2) and setsockopt(2) find it, and what its value is.
type Option struct {
	Name   string // as C spells it
	Level  int
	Number int
	Kind   OptionKind
	size   int
}

var optionByName = func() map[string]Option {
	m := make(map[string]Option, len(options))
	for _, o := range options {
		m[o.Name] = o
	}
	return m
}()

// LookupOption finds an option by its name, such as "SO_REUSEADDR".
func LookupOption(name string) (Option, bool) {
	o, ok := optionByName[name]
	return o, ok
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
var kindSizes = [...]int{IntOption: 4, TimevalOption: 16, LingerOption: 8, CredOption: 12,
	IPv4Option: 4, MembershipOption: 12, SourceOption: 12,
	FilterOption: 4096, TCPInfoOption: 256, RawOption: 256, StringOption: 16}

// Size is how many bytes getsockopt needs room for.
func (o Option) Size() int {
	if o.size != 0 {
		return o.size
	}
	return kindSizes[o.Kind]
}

// Encode gives the bytes that setsockopt takes for plain data.
func (o Option) Encode(v any) ([]byte, error) {
	if raw, ok := v.([]byte); ok && (o.Kind != FilterOption || len(raw)%instruction == 0) {
		return raw, nil
	}
	var b []byte
	ok := false
	switch o.Kind {
	case IntOption, RawOption:
		b, ok = encodeInt(v)
	case TimevalOption:
		b, ok = encodeTimeval(v)
	case LingerOption:
		b, ok = encodeLinger(v)
	case StringOption:
		var s string
		s, ok = v.(string)
		b = []byte(s)
	case CredOption:
		b, ok = encodeInts(v, "pid", "uid", "gid")
	case IPv4Option:
		b, ok = encodeIPv4(v)
	case MembershipOption:
		b, ok = o.encodeMembership(v)
	case SourceOption:
		b, ok = encodeSource(v)
	case FilterOption:
		b, ok = encodeFilter(v)
	}
	if !ok {
		return nil, &Error{Call: "setsockopt", Target: o.Name, Class: BadArgument,
			Text: fmt.Sprintf("the value is %s, not %v", kindForms[o.Kind], v)}
	}
	return b, nil
}

var kindForms = [...]string{
	IntOption:        "a 32-bit number, true or false",
	TimevalOption:    "a duration, such as 1.5 (seconds) or 200ms",
	LingerOption:     "a mapping such as {on: true, seconds: 0}",
	StringOption:     "text",
	CredOption:       "a mapping with pid, uid and gid",
	IPv4Option:       "an IPv4 address",
	MembershipOption: "a mapping such as {group: 224.0.0.251, interface: 1}",
	SourceOption:     "a mapping such as {group: 232.1.1.1, source: 127.0.0.1, interface: 127.0.0.1}",
	FilterOption:     "a list of instructions such as [0x06, 0, 0, 0xffffffff]",
	TCPInfoOption:    "only to be read",
	RawOption:        "bytes, or a number",
}

// Decode gives plain data for the bytes that getsockopt gave. Bytes that are too few for the kind
// stay bytes.
func (o Option) Decode(b []byte) any {
	if o.Kind == IntOption && len(b) == 1 {
		return int(b[0])
	}
	if o.Kind == FilterOption || o.Kind != StringOption && o.Kind != TCPInfoOption &&
		len(b) < kindSizes[o.Kind] {
		return b
	}
	switch o.Kind {
	case IntOption:
		return int32At(b, 0)
	case TimevalOption:
		sec := int64(binary.NativeEndian.Uint64(b))
		usec := int64(binary.NativeEndian.Uint64(b[8:]))
		return time.Duration(sec)*time.Second + time.Duration(usec)*time.Microsecond
	case LingerOption:
		return map[string]any{"on": int32At(b, 0) != 0, "seconds": int32At(b, 4)}
	case StringOption:
		s, _, _ := strings.Cut(string(b), "\x00")
		return s
	case CredOption:
		return map[string]any{"pid": int32At(b, 0), "uid": int(uint32(int32At(b, 4))),
			"gid": int(uint32(int32At(b, 8)))}
	case IPv4Option:
		return netip.AddrFrom4([4]byte(b[:4])).String()
	case TCPInfoOption:
		return decodeTCPInfo(b)
	}
	return b
}

func int32At(b []byte, at int) int { return int(int32(binary.NativeEndian.Uint32(b[at:]))) }

func encodeInt(v any) ([]byte, bool) {
	n, ok := intOf(v)
	return binary.NativeEndian.AppendUint32(nil, uint32(n)), ok
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

func encodeInts(v any, keys ...string) (b []byte, ok bool) {
	m, _ := v.(map[string]any)
	for _, key := range keys {
		n, isInt := intOf(m[key])
		if !isInt {
			return nil, false
		}
		b = binary.NativeEndian.AppendUint32(b, uint32(n))
	}
	return b, len(m) == len(keys)
}

func encodeIPv4(v any) ([]byte, bool) {
	s, _ := v.(string)
	ip, ok := parseIPv4(s)
	if !ok {
		return nil, false
	}
	return ip.AsSlice(), true
}

// encodeMembership makes a struct ip_mreqn, or at the level of IPv6 a struct ipv6_mreq.
func (o Option) encodeMembership(v any) ([]byte, bool) {
	m, ok := v.(map[string]any)
	if !ok || len(m) > 2 {
		return nil, false
	}
	for key := range m {
		if key != "group" && key != "interface" {
			return nil, false
		}
	}
	index, address := 0, []byte{0, 0, 0, 0}
	if through, given := m["interface"]; given {
		if s, isText := through.(string); isText && o.Level == levelIP {
			address, ok = encodeIPv4(s)
		} else {
			index, ok = through.(int)
		}
	}
	group, _ := m["group"].(string)
	if o.Level == levelIPv6 {
		ip, valid := parseIPv6(group)
		return binary.NativeEndian.AppendUint32(ip.AsSlice(), uint32(index)), ok && valid
	}
	b, valid := encodeIPv4(group)
	return binary.NativeEndian.AppendUint32(append(b, address...), uint32(index)), ok && valid
}
