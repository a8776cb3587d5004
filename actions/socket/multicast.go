package socket

import (
	"encoding/binary"
	"maps"
	"net/netip"
)

// How the options of multicast are written: groups and sources as addresses, interfaces by number
// or name, or, where IPv4 has it so, by one of their addresses.

// withIndex replaces the name of an interface in an option's value by its number.
func (o Option) withIndex(v any, index func(string) (int, Errno)) (any, error) {
	switch o.Kind {
	case InterfaceOption, InterfaceNetOption, MulticastIFOption:
		return o.indexOf(v, index)
	case MembershipOption, GroupOption, GroupSourceOption, PacketMreqOption, PktinfoOption:
		if m, isMap := v.(map[string]any); isMap {
			through, err := o.indexOf(m["interface"], index)
			if err != nil || m["interface"] == nil {
				return v, err
			}
			m = maps.Clone(m)
			m["interface"] = through
			return m, nil
		}
	}
	return v, nil
}

// indexOf looks the name of an interface up; all else stays what it is, as an address of one does.
func (o Option) indexOf(v any, index func(string) (int, Errno)) (any, error) {
	name, isText := v.(string)
	if _, isAddress := parseIPv4(name); !isText || isAddress || !validScope(name) {
		return v, nil
	}
	n, errno := index(name)
	if errno != 0 {
		return nil, errnoError("setsockopt", o.Name+" of interface "+name, errno)
	}
	return n, nil
}

// encodeInterface makes the number of an interface, or for IP_MULTICAST_IF its address, or with its
// number a struct ip_mreqn.
func (o Option) encodeInterface(v any) ([]byte, bool) {
	if b, ok := encodeIPv4(v); ok && o.Kind == MulticastIFOption {
		return b, true
	}
	n, ok := v.(int)
	if ok = ok && n >= 0 && int64(n) <= 1<<31-1; !ok {
		return nil, false
	}
	switch o.Kind {
	case MulticastIFOption:
		return binary.NativeEndian.AppendUint32(make([]byte, 8), uint32(n)), true
	case InterfaceNetOption:
		return binary.BigEndian.AppendUint32(nil, uint32(n)), true
	}
	return binary.NativeEndian.AppendUint32(nil, uint32(n)), true
}

func encodeIPv4(v any) ([]byte, bool) {
	s, _ := v.(string)
	ip, ok := parseIPv4(s)
	if !ok {
		return nil, false
	}
	return ip.AsSlice(), true
}

// only says whether a value is a mapping with no other keys than these.
func only(v any, keys ...string) (map[string]any, bool) {
	m, ok := v.(map[string]any)
	known := 0
	for _, key := range keys {
		if _, has := m[key]; has {
			known++
		}
	}
	return m, ok && known == len(m)
}

// through gives the number of the interface in a value, 0 unless given.
func through(m map[string]any) (int, bool) {
	v, given := m["interface"]
	n, ok := v.(int)
	return n, ok && n >= 0 || !given
}

// encodeMembership makes a struct ip_mreqn, or at the level of IPv6 a struct ipv6_mreq.
func (o Option) encodeMembership(v any) ([]byte, bool) {
	m, ok := only(v, "group", "interface")
	group, _ := m["group"].(string)
	index, known := through(m)
	if o.Level == levelIPv6 {
		ip, valid := parseIPv6(group)
		return binary.NativeEndian.AppendUint32(ip.AsSlice(), uint32(index)), ok && valid && known
	}
	address, isAddress := encodeIPv4(m["interface"])
	if !isAddress {
		address = make([]byte, 4)
	}
	b, valid := encodeIPv4(group)
	b = binary.NativeEndian.AppendUint32(append(b, address...), uint32(index))
	return b, ok && valid && (known || isAddress)
}

// encodeSource makes a struct ip_mreq_source.
func encodeSource(v any) (b []byte, ok bool) {
	m, ok := v.(map[string]any)
	for _, key := range []string{"group", "interface", "source"} {
		part, valid := encodeIPv4(m[key])
		b, ok = append(b, part...), ok && valid
	}
	return b, ok && len(m) == 3
}

// encodeGroup makes a struct group_req of RFC 3678, or with a further address a struct
// group_source_req: a number and structs sockaddr_storage, which lie at multiples of 8 bytes.
func (o Option) encodeGroup(v any, more ...string) ([]byte, bool) {
	m, ok := only(v, append(more, "group", "interface")...)
	index, known := through(m)
	ok = ok && known
	b := append(binary.NativeEndian.AppendUint32(nil, uint32(index)), 0, 0, 0, 0)
	for _, key := range append([]string{"group"}, more...) {
		text, _ := m[key].(string)
		ip, valid := parseIPv4(text)
		if o.Level == levelIPv6 {
			ip, valid = parseIPv6(text)
		}
		if !valid {
			return nil, false
		}
		storage := make([]byte, 128)
		copy(storage, IPAddress(ip, 0, 0, 0).raw)
		b = append(b, storage...)
	}
	return b, ok
}

// encodeSticky makes a struct in6_pktinfo, which as an option holds for all that is sent.
func encodeSticky(v any) ([]byte, bool) {
	m, ok := only(v, "source", "interface")
	index, known := through(m)
	ip := netip.IPv6Unspecified()
	if source, given := m["source"]; given {
		text, _ := source.(string)
		var valid bool
		ip, valid = parseIPv6(text)
		ok = ok && valid
	}
	return binary.NativeEndian.AppendUint32(ip.AsSlice(), uint32(index)), ok && known
}

// decodeMulticast reads what was set, for the trace: none of these options can be read. Of a long
// value the trace has the beginning, without the source.
func (o Option) decodeMulticast(b []byte) map[string]any {
	host := func(at, size int) string { return AddressOf(b[at : at+size]).Host() }
	v4 := func(at int) string { return netip.AddrFrom4([4]byte(b[at : at+4])).String() }
	size := 16 // of a struct sockaddr_in
	if o.Level == levelIPv6 {
		size = 28
	}
	switch {
	case o.Kind == GroupSourceOption && len(b) >= 136+size:
		return map[string]any{"group": host(8, size), "source": host(136, size),
			"interface": int32At(b, 0)}
	case o.Kind == GroupOption, o.Kind == GroupSourceOption:
		return map[string]any{"group": host(8, size), "interface": int32At(b, 0)}
	case o.Kind == SourceOption:
		return map[string]any{"group": v4(0), "interface": v4(4), "source": v4(8)}
	case o.Level == levelIPv6:
		return map[string]any{"group": netip.AddrFrom16([16]byte(b[:16])).String(),
			"interface": int32At(b, 16)}
	case int32At(b, 4) != 0:
		return map[string]any{"group": v4(0), "interface": v4(4)}
	}
	return map[string]any{"group": v4(0), "interface": int32At(b, 8)}
}
