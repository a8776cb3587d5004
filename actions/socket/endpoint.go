package socket

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
)

// Endpoint is an address as it was written; its host may be a name that is still to be resolved.
type Endpoint struct {
	family   int // as written; Unspec where the writing leaves it open
	host     string
	port     int
	scope    string // a number or an interface's name
	flowInfo uint32
	fixed    Address // the whole address, where no host is in it, but for the scope
	written  string  // how one with a scope was written
	exact    bool    // its bytes were given, and go to every socket
	refused  string  // why no socket takes it, else ""
}

// ParseEndpoint reads an address: a string ("127.0.0.1:80", "localhost:80", ":80", "[::1%lo]:80",
// "unix:/path", "unix:@abstract", "unix:" for no name, "unspec:"), or a mapping with a family, as a
// number, and host, port, scope and flowinfo, or path or abstract as bytes. Its errors say how to
// write it.
func ParseEndpoint(v any) (Endpoint, error) {
	switch v := v.(type) {
	case string:
		e, err := parseText(v)
		if err != nil {
			return Endpoint{}, fmt.Errorf("address %q: %w", v, err)
		}
		return e, nil
	case map[string]any:
		e, err := parseMapping(v)
		if err != nil {
			return Endpoint{}, fmt.Errorf("address: %w", err)
		}
		return e, nil
	}
	return Endpoint{}, fmt.Errorf("an address is text such as 127.0.0.1:80, or a mapping such as "+
		"{family: inet, host: 127.0.0.1, port: 80}, not %v", v)
}

func parseText(s string) (Endpoint, error) {
	if f, rest := familyByPrefix(s); f != nil {
		return f.read(rest)
	}
	switch {
	case strings.HasPrefix(s, "raw:"):
		raw, err := hex.DecodeString(s[len("raw:"):])
		if err != nil || len(raw) == 0 || len(raw) > addressMax {
			return Endpoint{}, fmt.Errorf("after raw: come 1 to %d bytes in hexadecimal", addressMax)
		}
		e := fixedEndpoint(AddressOf(raw))
		e.exact = true
		return e, nil
	case strings.HasPrefix(s, "["):
		return parseBracketed(s)
	case strings.HasPrefix(s, "/"), strings.HasPrefix(s, "@"):
		return Endpoint{}, fmt.Errorf("a unix address starts with unix: as in unix:%s", s)
	}
	host, port, found := strings.Cut(s, ":")
	if strings.Contains(s, "://") {
		return Endpoint{}, fmt.Errorf("it is a URL; an address is written host:port")
	}
	if strings.Contains(port, ":") {
		if ip, _, _ := strings.Cut(s, "%"); isIPv6(ip) {
			return Endpoint{}, fmt.Errorf("the port is missing, and an IPv6 host stands in "+
				"brackets; write [%s]:80", s)
		}
		return Endpoint{}, fmt.Errorf("it has more than one colon; an IPv6 host stands in brackets, " +
			"as in [::1]:80")
	}
	if !found {
		return Endpoint{}, withoutPort(s)
	}
	if err := checkHost(host); err != nil {
		return Endpoint{}, err
	}
	n, err := parsePort(port)
	return Endpoint{host: host, port: n}, err
}

var (
	reference = regexp.MustCompile(`^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*\.(address|local)$`)
	hostName  = regexp.MustCompile(`^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?$`)
	digits    = regexp.MustCompile(`^[0-9]{1,5}$`)
)

// withoutPort says what is wrong with text that has no colon.
func withoutPort(s string) error {
	switch {
	case reference.MatchString(s):
		return fmt.Errorf("a reference is written in $(…); write $(%s)", s)
	case digits.MatchString(s):
		return fmt.Errorf("the host is missing; write 127.0.0.1:%s", s)
	case hostName.MatchString(s) && checkHost(s) == nil:
		return fmt.Errorf("the port is missing; write %s:80", s)
	}
	return fmt.Errorf("it is not of the form host:port, such as 127.0.0.1:80")
}

func isIPv6(s string) bool {
	_, ok := parseIPv6(s)
	return ok
}

func checkHost(host string) error {
	if strings.ContainsAny(host, " \t\r\n\x00[]/%") || len(host) > 253 {
		return fmt.Errorf("%q is not the name of a host", host)
	}
	if _, ok := parseIPv4(host); !ok && host != "" && strings.Trim(host, "0123456789.") == "" {
		return fmt.Errorf("%s is not an IPv4 address: %s", host, notIPv4(host))
	}
	return nil
}

// notIPv4 says why digits and dots are no address. No name is looked up for them: a top-level
// domain has letters.
func notIPv4(host string) string {
	parts := strings.Split(host, ".")
	if len(parts) > 4 {
		return fmt.Sprintf("it has %d parts, more than 4", len(parts))
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 32)
		switch _, ok := parsePart(part, 8); {
		case part == "":
			return "a part between the dots is empty"
		case !ok && err == nil && n <= 255:
			return part + " has a leading zero, which makes it octal"
		case !ok && (i < len(parts)-1 || len(parts) == 4):
			return part + " is no octet, which goes from 0 to 255"
		}
	}
	return "its last part is too large"
}

func parsePort(s string) (int, error) {
	if s == "" {
		return 0, fmt.Errorf("the port after the colon is missing")
	}
	if strings.Trim(s, "0123456789") != "" {
		return 0, fmt.Errorf("%q is not a port; a port is a number from 0 to 65535", s)
	}
	n, err := strconv.ParseUint(s, 10, 16)
	if err != nil {
		return 0, portRange(s)
	}
	return int(n), nil
}

func portRange(port string) error {
	return fmt.Errorf("port %s is out of range; ports go from 0 to 65535", port)
}

// parseBracketed reads "[host%scope]:port".
func parseBracketed(s string) (Endpoint, error) {
	inside, after, found := strings.Cut(s[1:], "]")
	if !found {
		return Endpoint{}, fmt.Errorf("the bracket is not closed; write [::1]:80")
	}
	host, scope, scoped := strings.Cut(inside, "%")
	if !isIPv6(host) {
		return Endpoint{}, fmt.Errorf("%q is not an IPv6 address; only those stand in brackets", host)
	}
	if scoped && !validScope(scope) {
		return Endpoint{}, fmt.Errorf("%q is not the name or number of an interface", scope)
	}
	if !strings.HasPrefix(after, ":") {
		return Endpoint{}, fmt.Errorf("the port is missing; write [%s]:80", inside)
	}
	port, err := parsePort(after[1:])
	return Endpoint{family: INET6, host: host, port: port, scope: scope}, err
}

func validScope(s string) bool {
	return s != "" && len(s) <= 15 && !strings.ContainsAny(s, " \t\r\n\x00/:]%")
}

func fixedEndpoint(a Address) Endpoint { return Endpoint{family: a.Family(), fixed: a} }

// Host gives the host as it was written; "" for any address, and where there is none.
func (e Endpoint) Host() string { return e.host }

// Port gives the port.
func (e Endpoint) Port() int { return e.port }

// Family gives the family that the writing fixes, Unspec where it leaves it open.
func (e Endpoint) Family() int { return e.family }

// String writes the endpoint so that ParseEndpoint reads it back.
func (e Endpoint) String() string {
	switch {
	case e.written != "":
		return e.written
	case !e.fixed.IsZero():
		return e.fixed.String()
	case isIPv6(e.host) && e.scope != "":
		return "[" + e.host + "%" + e.scope + "]:" + strconv.Itoa(e.port)
	case isIPv6(e.host):
		return "[" + e.host + "]:" + strconv.Itoa(e.port)
	}
	return e.host + ":" + strconv.Itoa(e.port)
}

// Address gives the endpoint as an address for a socket of the family; Unspec takes the family
// that the writing gives, else inet. It needs no resolver: resolved is false where the host is a
// name, for which WithHost makes the address. An address of another family is refused, as Python
// does, with an Error of class bad_address; families without a form of their own take any.
func (e Endpoint) Address(family int) (a Address, resolved bool, err error) {
	if !e.fixed.IsZero() {
		own := e.fixed.Family()
		if e.refused != "" {
			return Address{}, false, e.refusal(e.refused)
		}
		if !e.exact && own != Unspec && family != Unspec && own != family {
			return Address{}, false, e.mismatch(family)
		}
		a, err = e.whole()
		return a, err == nil, err
	}
	if family == Unspec {
		family = e.family
	}
	if family != Unspec && e.family != Unspec && family != e.family || hostless(family) {
		return Address{}, false, e.mismatch(family)
	}
	ip, isIP := e.ip(family)
	switch {
	case !isIP && e.host == "<broadcast>":
		return Address{}, false, e.mismatch(family)
	case !isIP:
		_, err := e.scopeNumber()
		return Address{}, false, err
	case family == INET && !ip.Is4(), family == INET6 && !ip.Is6():
		return Address{}, false, e.mismatch(family)
	}
	if _, err := e.scopeNumber(); err != nil {
		return Address{}, false, err
	}
	return e.WithHost(ip), true, nil
}

// ip reads the host where it is no name.
func (e Endpoint) ip(family int) (netip.Addr, bool) {
	switch e.host {
	case "":
		if family == INET6 {
			return netip.IPv6Unspecified(), true
		}
		return netip.IPv4Unspecified(), true
	case "<broadcast>":
		return netip.AddrFrom4([4]byte{255, 255, 255, 255}), family != INET6
	}
	if ip, ok := parseIPv6(e.host); ok {
		return ip, true
	}
	return parseIPv4(e.host)
}

func (e Endpoint) mismatch(family int) error {
	text := "address family for hostname not supported: the socket is " + FamilyName(family) +
		e.instead(family)
	if !e.fixed.IsZero() || hostless(family) {
		text = "the address is not of the socket's family " + FamilyName(family)
	}
	return e.refusal(text)
}

// refusal is the error of an address that is not given to the kernel.
func (e Endpoint) refusal(text string) error {
	return &Error{Call: "address", Target: e.String(), Class: BadAddress, Text: text}
}

// instead says how a literal address of the other family is mended.
func (e Endpoint) instead(family int) string {
	own, same := "inet", map[string]string{"127.0.0.1": "::1", "0.0.0.0": "::"}[e.host]
	if isIPv6(e.host) {
		own, same = "inet6", map[string]string{"::1": "127.0.0.1", "::": "0.0.0.0"}[e.host]
	} else if _, ok := parseIPv4(e.host); !ok {
		return ""
	}
	if same == "" {
		return fmt.Sprintf("; write an %s address, or family: %s", lowerFamily(family), own)
	}
	return fmt.Sprintf("; write %s, or family: %s", Endpoint{host: same, port: e.port}, own)
}

// WithHost gives the address with the host resolved to ip; the port, scope and flow information
// are the endpoint's. Address has checked by then that the scope's interface exists.
func (e Endpoint) WithHost(ip netip.Addr) Address {
	if e.scope == "" {
		e.scope = ip.Zone()
	}
	scope, err := e.scopeNumber()
	if err != nil {
		scope = 0
	}
	return IPAddress(ip.WithZone(""), e.port, e.flowInfo, scope)
}

func (e Endpoint) scopeNumber() (uint32, error) {
	if e.scope == "" {
		return 0, nil
	}
	if n, err := strconv.ParseUint(e.scope, 10, 32); err == nil {
		return uint32(n), nil
	}
	index, errno := sysInterfaceIndex(e.scope)
	if errno != 0 {
		return 0, &Error{Call: "address", Target: e.String(), Errno: errno, Class: BadAddress,
			Text: fmt.Sprintf("there is no interface %q", e.scope)}
	}
	return uint32(index), nil
}
