package socket

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// addressMax is the size of struct sockaddr_storage: no address is longer.
const addressMax = 128

// unixMax is how many bytes a Unix address has for a path with its final NUL, or for an abstract
// name with its leading one: sun_path of unix(7).
const unixMax = 108

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

// unixAddress makes the address of a path, which ends with a NUL where it is not full.
func unixAddress(path string) Address {
	return Address{raw: familyBytes(Unix) + path + "\x00"}
}

func abstractAddress(name string) Address {
	return Address{raw: familyBytes(Unix) + "\x00" + name}
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

// Port gives the port of an IP address; 0 for other families.
func (a Address) Port() int {
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

// Path gives the path of a Unix address; "" for an unnamed or abstract one and for other families.
func (a Address) Path() string {
	if a.Family() != Unix || len(a.raw) <= 2 {
		return ""
	}
	path, _, _ := strings.Cut(a.raw[2:], "\x00")
	return path
}

// Abstract gives the name of an address in Linux's abstract namespace, which may be empty.
func (a Address) Abstract() (string, bool) {
	if a.Family() == Unix && len(a.raw) > 2 && a.raw[2] == 0 {
		return a.raw[3:], true
	}
	return "", false
}

// String writes the address as scenarios do, so that ParseEndpoint reads it back: "host:port",
// "[host%scope]:port", "unix:/path", "unix:@abstract", "unix:" for an unnamed one, "unspec:". In
// Unix names, bytes that do not print are written \xNN. An address of another family, or one whose
// length is wrong, is "raw:" and its bytes in hexadecimal; no address is "". Flow information is
// left out.
func (a Address) String() string {
	switch {
	case a.IsZero():
		return ""
	case a.is(INET, 16):
		return a.Host() + ":" + strconv.Itoa(a.Port())
	case a.is(INET6, 28):
		host := a.Host()
		if a.Scope() != 0 {
			host += "%" + strconv.Itoa(a.Scope())
		}
		return "[" + host + "]:" + strconv.Itoa(a.Port())
	case a.Family() == Unix:
		return a.unixString()
	case a == unspecified:
		return "unspec:"
	}
	return a.rawText()
}

func (a Address) unixString() string {
	if name, ok := a.Abstract(); ok {
		return "unix:@" + escape(name)
	}
	path := a.Path()
	switch {
	case a.raw == familyBytes(Unix):
		return "unix:"
	case a != unixAddress(path) || path == "":
		return a.rawText()
	case path[0] == '@': // not that of an abstract name
		return `unix:\x40` + escape(path[1:])
	}
	return "unix:" + escape(path)
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

// escape writes bytes that would not survive in a line of text as \xNN, and a backslash twice.
func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case r != utf8.RuneError && unicode.IsPrint(r):
			b.WriteString(s[i : i+size])
		default:
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		}
		i += size
	}
	return b.String()
}

// unescape reads what escape wrote.
func unescape(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\':
			b.WriteByte(s[i])
		case strings.HasPrefix(s[i:], `\\`):
			b.WriteByte('\\')
			i++
		default:
			if !strings.HasPrefix(s[i:], `\x`) || len(s) < i+4 {
				return "", fmt.Errorf(`a backslash is written \\, any byte \xNN`)
			}
			c, err := strconv.ParseUint(s[i+2:i+4], 16, 8)
			if err != nil {
				return "", fmt.Errorf(`%q is not a byte; write two hexadecimal digits`, s[i:i+4])
			}
			b.WriteByte(byte(c))
			i += 3
		}
	}
	return b.String(), nil
}
