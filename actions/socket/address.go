package socket

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
)

// addressMax is the size of struct sockaddr_storage: no address is longer.
const addressMax = 128

// Address is a socket address: the bytes of a struct sockaddr. Addresses compare with ==; the zero
// Address is none at all, as recvfrom gives on a connected stream.
type Address struct{ raw string }

// AddressOf makes an Address of the bytes of a struct sockaddr, of whatever length.
func AddressOf(raw []byte) Address { return Address{raw: string(raw)} }

// IPAddress makes an Address of an IP address and what goes with it.
func IPAddress(ip netip.Addr, port int, flowInfo, scope uint32) Address {
	var b [28]byte
	binary.BigEndian.PutUint16(b[2:], uint16(port))
	if ip.Is4() {
		binary.NativeEndian.PutUint16(b[:], INET)
		copy(b[4:], ip.AsSlice())
		return AddressOf(b[:16])
	}
	binary.NativeEndian.PutUint16(b[:], INET6)
	binary.BigEndian.PutUint32(b[4:], flowInfo)
	copy(b[8:], ip.AsSlice())
	binary.NativeEndian.PutUint32(b[24:], scope)
	return AddressOf(b[:])
}

// unspecified is the address of family AF_UNSPEC, which for connect(2) takes a socket's peer away:
// a struct sockaddr with nothing in it.
var unspecified = AddressOf(make([]byte, 16))

func familyBytes(family int) string {
	var b [2]byte
	binary.NativeEndian.PutUint16(b[:], uint16(family))
	return string(b[:])
}

// IsZero says that there is no address.
func (a Address) IsZero() bool { return a.raw == "" }

// Raw gives the bytes of the struct sockaddr.
func (a Address) Raw() []byte { return []byte(a.raw) }

// Family gives the address family, AF_UNSPEC when there is no address.
func (a Address) Family() int {
	if len(a.raw) < 2 {
		return Unspec
	}
	return int(binary.NativeEndian.Uint16([]byte(a.raw[:2])))
}

func (a Address) is(family, size int) bool { return a.Family() == family && len(a.raw) == size }

// IP gives the IP address without its scope; not valid for other families.
func (a Address) IP() netip.Addr {
	switch {
	case a.is(INET, 16):
		return netip.AddrFrom4([4]byte([]byte(a.raw[4:8])))
	case a.is(INET6, 28):
		return netip.AddrFrom16([16]byte([]byte(a.raw[8:24])))
	}
	return netip.Addr{}
}

// Host gives the IP address as text; "" for other families.
func (a Address) Host() string {
	if ip := a.IP(); ip.IsValid() {
		return ip.String()
	}
	return ""
}

// Port gives the port of an IP address or of a VM socket; 0 for other families.
func (a Address) Port() int {
	if _, port, ok := vsockOf(a); ok {
		return port
	}
	if a.is(INET, 16) || a.is(INET6, 28) {
		return int(binary.BigEndian.Uint16([]byte(a.raw[2:4])))
	}
	return 0
}

// Scope gives the number of the interface of an IPv6 address; 0 for none.
func (a Address) Scope() int {
	if a.is(INET6, 28) {
		return int(binary.NativeEndian.Uint32([]byte(a.raw[24:])))
	}
	return 0
}

// FlowInfo gives the flow information of an IPv6 address.
func (a Address) FlowInfo() int {
	if a.is(INET6, 28) {
		return int(binary.BigEndian.Uint32([]byte(a.raw[4:])))
	}
	return 0
}

// String writes the address as scenarios do, so that ParseEndpoint reads it back: "host:port",
// "[host%scope]:port", "unix:/path", "unix:@abstract", "unix:" for an unnamed one, "unspec:". In
// Unix names, bytes that do not print are written \xNN. An address of another family, or one whose
// length is wrong, is "raw:" and its bytes in hexadecimal; no address is "". Flow information is
// left out.
func (a Address) String() string {
	switch f := familyOf(a.Family()); {
	case a.IsZero():
		return ""
	case f != nil:
		if text, ok := f.text(a); ok {
			return f.prefix + text
		}
	}
	return a.rawText()
}

// rawText writes the bytes of the address.
func (a Address) rawText() string { return "raw:" + hex.EncodeToString([]byte(a.raw)) }

// MarshalText writes the address as String does where that says all of it, else its bytes.
func (a Address) MarshalText() ([]byte, error) {
	text := []byte(a.String())
	var read Address
	if err := read.UnmarshalText(text); err != nil || read != a {
		return []byte(a.rawText()), nil
	}
	return text, nil
}

// UnmarshalText reads what MarshalText wrote.
func (a *Address) UnmarshalText(text []byte) (err error) {
	*a = Address{}
	if len(text) != 0 {
		*a, err = parseAddress(string(text))
	}
	return err
}

// SockAddr gives the bytes of the struct sockaddr of an address in text.
func SockAddr(text string) ([]byte, error) {
	a, err := parseAddress(text)
	return a.Raw(), err
}

// parseAddress reads an address whose host is no name.
func parseAddress(text string) (Address, error) {
	e, err := ParseEndpoint(text)
	if err != nil {
		return Address{}, err
	}
	a, resolved, err := e.Address(Unspec)
	if err == nil && !resolved {
		err = fmt.Errorf("address %q: the host is a name", text)
	}
	return a, err
}
