package socket

import (
	"encoding/binary"
	"errors"
	"net/netip"

	"netscene/schema"
)

// Flags of getaddrinfo(3) and getnameinfo(3), numbered as the GNU C library does.
const (
	AIPassive     = 0x1
	AICanonName   = 0x2
	AINumericHost = 0x4
	AIV4Mapped    = 0x8
	AIAll         = 0x10
	AIAddrConfig  = 0x20
	AINumericServ = 0x400

	NINumericHost = 0x1
	NINumericServ = 0x2
	NINoFQDN      = 0x4
	NINameReqd    = 0x8
	NIDgram       = 0x10
)

// Errors of getaddrinfo(3) and getnameinfo(3), numbered as the GNU C library does: below 0, so that
// they are no errno.
const (
	EAIBadFlags   Errno = -1
	EAINoName     Errno = -2
	EAIAgain      Errno = -3
	EAIFail       Errno = -4
	EAIFamily     Errno = -6
	EAISockType   Errno = -7
	EAIService    Errno = -8
	EAIAddrFamily Errno = -9
)

var addrInfoFlagNames = []schema.Name{{Name: "PASSIVE", Value: AIPassive},
	{Name: "CANONNAME", Value: AICanonName}, {Name: "NUMERICHOST", Value: AINumericHost},
	{Name: "V4MAPPED", Value: AIV4Mapped}, {Name: "ALL", Value: AIAll},
	{Name: "ADDRCONFIG", Value: AIAddrConfig}, {Name: "NUMERICSERV", Value: AINumericServ}}

var nameInfoFlagNames = []schema.Name{{Name: "NUMERICHOST", Value: NINumericHost},
	{Name: "NUMERICSERV", Value: NINumericServ}, {Name: "NOFQDN", Value: NINoFQDN},
	{Name: "NAMEREQD", Value: NINameReqd}, {Name: "DGRAM", Value: NIDgram}}

// AddrInfoFlags lists the flags of getaddrinfo by their names.
func AddrInfoFlags() []schema.Name { return prefixed("AI_", addrInfoFlagNames) }

// NameInfoFlags lists the flags of getnameinfo by their names.
func NameInfoFlags() []schema.Name { return prefixed("NI_", nameInfoFlagNames) }

// AddrInfoFlagNames spells an OR of flags as C does.
func AddrInfoFlagNames(flags int) string { return flagNames("AI_", addrInfoFlagNames, flags) }

// NameInfoFlagNames spells an OR of flags as C does.
func NameInfoFlagNames(flags int) string { return flagNames("NI_", nameInfoFlagNames, flags) }

// ParseHost reads a host that is an IP address: IPv4 in any form that inet_aton(3) takes, or IPv6
// without a scope.
func ParseHost(text string) (netip.Addr, bool) {
	if ip, ok := parseIPv4(text); ok {
		return ip, true
	}
	return parseIPv6(text)
}

// InetAton gives the four bytes of an IPv4 address in any form that inet_aton(3) takes; as there,
// what follows white space does not count.
func InetAton(text string) ([]byte, error) {
	for i, c := range text {
		if c == ' ' || '\t' <= c && c <= '\r' {
			text = text[:i]
			break
		}
	}
	ip, ok := parseIPv4(text)
	if !ok {
		return nil, errors.New("illegal IP address string passed to inet_aton")
	}
	return ip.AsSlice(), nil
}

// InetNtoa gives the text of an IPv4 address in four bytes.
func InetNtoa(packed []byte) (string, error) {
	if len(packed) != 4 {
		return "", errors.New("packed IP wrong length for inet_ntoa")
	}
	return netip.AddrFrom4([4]byte(packed)).String(), nil
}

// InetPton gives the bytes of an address in the one form that inet_pton(3) takes.
func InetPton(family int, text string) ([]byte, error) {
	if family != INET && family != INET6 {
		return nil, errors.New(EAFNOSUPPORT.String())
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Is4() != (family == INET) || ip.Zone() != "" {
		return nil, errors.New("illegal IP address string passed to inet_pton")
	}
	return ip.AsSlice(), nil
}

// InetNtop gives the text of an address in 4 or 16 bytes, as inet_ntop(3) writes it: an IPv4
// address within IPv6 with dots, mapped or not.
func InetNtop(family int, packed []byte) (string, error) {
	size := map[int]int{INET: 4, INET6: 16}[family]
	switch {
	case size == 0:
		return "", errors.New("unknown address family " + FamilyName(family))
	case len(packed) != size:
		return "", errors.New("invalid length of packed IP address string")
	case family == INET:
		return InetNtoa(packed)
	}
	ip := netip.AddrFrom16([16]byte(packed))
	compatible := [16]byte{12: packed[12], 13: packed[13], 14: packed[14], 15: packed[15]}
	if ip == netip.AddrFrom16(compatible) && (packed[12] != 0 || packed[13] != 0) {
		return "::" + netip.AddrFrom4([4]byte(packed[12:])).String(), nil
	}
	return ip.String(), nil
}

// Swap16 turns a 16-bit number between the byte orders of this machine and of the network.
func Swap16(n int) int {
	var b [2]byte
	binary.NativeEndian.PutUint16(b[:], uint16(n))
	return int(binary.BigEndian.Uint16(b[:]))
}

// Swap32 does the same with a 32-bit number.
func Swap32(n int) int {
	var b [4]byte
	binary.NativeEndian.PutUint32(b[:], uint32(n))
	return int(binary.BigEndian.Uint32(b[:]))
}
