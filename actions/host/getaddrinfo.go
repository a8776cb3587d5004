package host

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"netscene/actions/socket"
)

// AddrInfo is one result of getaddrinfo: what struct addrinfo of netdb.h holds.
type AddrInfo struct {
	Family, Type, Proto int
	CanonName           string // of the first result, with AI_CANONNAME
	Address             socket.Address
}

// AddrInfoQuery is what getaddrinfo is asked for. A nil Host or Service is C's NULL.
type AddrInfoQuery struct {
	Host, Service              *string
	Family, Type, Proto, Flags int
}

// transport is a combination of socket type and protocol that getaddrinfo knows, with the name that
// its services have in /etc/services.
type transport struct {
	typ, proto int
	name       string
	listed     bool // given to those who ask for no type
	raw        bool // any protocol, and no service
}

// transports are those of the GNU C library (sysdeps/posix/getaddrinfo.c), in its order.
var transports = []transport{
	{typ: socket.Stream, proto: 6, name: "tcp", listed: true},
	{typ: socket.Dgram, proto: 17, name: "udp", listed: true},
	{typ: 6, proto: 33, name: "dccp"},
	{typ: socket.Dgram, proto: 136, name: "udplite"},
	{typ: socket.Stream, proto: 132, name: "sctp"},
	{typ: socket.SeqPacket, proto: 132, name: "sctp"},
	{typ: 3, name: "raw", listed: true, raw: true},
}

// target is a transport with the port that the service has there.
type target struct{ typ, proto, port int }

// place is an address of the host.
type place struct {
	ip    netip.Addr
	scope uint32
}

// addrInfoFlags are all flags that getaddrinfo takes; those about international names, which have
// no effect, among them.
const addrInfoFlags = 0x7ff

// GetAddrInfo is getaddrinfo(3), with the results, their order and the errors of the GNU C library.
// A name is looked up by Resolve. Non-ASCII names are not encoded.
func (h Host) GetAddrInfo(q AddrInfoQuery) ([]AddrInfo, error) {
	args := []string{quoted(q.Host), quoted(q.Service), socket.FamilyName(q.Family),
		socket.TypeName(q.Type), strconv.Itoa(q.Proto), socket.AddrInfoFlagNames(q.Flags)}
	found, err := h.addrInfo(q)
	var answer []string
	for _, f := range found {
		answer = append(answer, fmt.Sprintf("%s/%s", f.Address, socket.TypeName(f.Type)))
	}
	return found, h.tell("getaddrinfo", args, strings.Join(answer, ", "), err)
}

func quoted(s *string) string {
	if s == nil {
		return "NULL"
	}
	return strconv.Quote(*s)
}

func (h Host) addrInfo(q AddrInfoQuery) ([]AddrInfo, *socket.Error) {
	if q.Host != nil && *q.Host == "*" {
		q.Host = nil
	}
	if q.Service != nil && *q.Service == "*" {
		q.Service = nil
	}
	port, errno := q.refused()
	if errno == 0 && q.Flags&socket.AIAddrConfig != 0 {
		q.Family, errno = narrowed(q.Family, ownAddresses())
	}
	if errno == 0 && !slices.Contains([]int{0, socket.INET, socket.INET6}, q.Family) {
		errno = socket.EAIFamily
	}
	var targets []target
	if errno == 0 {
		targets, errno = q.targets(port, servicesOf)
	}
	if errno != 0 {
		return nil, q.fail(errno)
	}
	places, canonical, err := h.places(q)
	if err != nil {
		return nil, err
	}
	var found []AddrInfo
	for _, p := range places {
		family := socket.INET
		if p.ip.Is6() {
			family = socket.INET6
		}
		for _, t := range targets {
			found = append(found, AddrInfo{Family: family, Type: t.typ, Proto: t.proto,
				Address: socket.IPAddress(p.ip, t.port, 0, p.scope)})
		}
	}
	found[0].CanonName = canonical
	return found, nil
}

func (q AddrInfoQuery) fail(errno socket.Errno) *socket.Error {
	target := ""
	switch {
	case errno == socket.EAIService && q.Service != nil:
		target = *q.Service
	case q.Host != nil:
		target = *q.Host
	}
	return resolverError("getaddrinfo", target, errno)
}

// refused says what is wrong with the query as such. It gives the port where the service is a
// number, else -1.
func (q AddrInfoQuery) refused() (port int, errno socket.Errno) {
	port = -1
	switch {
	case q.Host == nil && q.Service == nil:
		return port, socket.EAINoName
	case q.Flags&^addrInfoFlags != 0, q.Flags&socket.AICanonName != 0 && q.Host == nil:
		return port, socket.EAIBadFlags
	case q.Service == nil, *q.Service == "":
		return 0, 0
	}
	port, isNumber := portOf(*q.Service)
	if !isNumber && q.Flags&socket.AINumericServ != 0 {
		return port, socket.EAINoName
	}
	return port, 0
}

// portOf reads a service as strtoul(3) reads a number, and keeps what an int holds, of which the
// lower 16 bits become the port: 70000 is port 4464. The port is -1 where there is none, also of a
// negative number.
func portOf(service string) (port int, isNumber bool) {
	digits := strings.TrimLeft(service, " \t\n\v\f\r")
	negative := strings.HasPrefix(digits, "-")
	if negative || strings.HasPrefix(digits, "+") {
		digits = digits[1:]
	}
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return -1, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	number := int32(n)
	if negative {
		number = -number
	}
	if err != nil || number < 0 {
		return -1, true
	}
	return int(uint16(number)), true
}

// narrowed applies AI_ADDRCONFIG: of the two families only those of which the machine has an
// address that is not the loopback address.
func narrowed(family int, own []netip.Addr) (int, socket.Errno) {
	four := slices.ContainsFunc(own, func(ip netip.Addr) bool {
		return ip.Is4() && ip != loopback4
	})
	six := slices.ContainsFunc(own, func(ip netip.Addr) bool { return ip.Is6() && ip != loopback6 })
	switch {
	case family == socket.INET && !four, family == socket.INET6 && !six:
		return family, socket.EAINoName
	case family == socket.Unspec && four && !six:
		return socket.INET, 0
	case family == socket.Unspec && six && !four:
		return socket.INET6, 0
	}
	return family, 0
}

var (
	loopback4 = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	loopback6 = netip.IPv6Loopback()
)

// targets gives the socket types and protocols to ask for, each with its port.
func (q AddrInfoQuery) targets(port int, read func([][]string) []service) ([]target, socket.Errno) {
	asked := q.Type != 0 || q.Proto != 0
	var fitting []transport
	for _, t := range transports {
		if asked && (q.Type != 0 && q.Type != t.typ || q.Proto != 0 && !t.raw && q.Proto != t.proto) {
			continue
		}
		fitting = append(fitting, t)
		if asked {
			break // the first one counts
		}
	}
	switch {
	case len(fitting) == 0:
		return nil, socket.EAISockType
	case asked && fitting[0].raw && q.Service != nil && *q.Service != "":
		return nil, socket.EAIService
	}
	var services []service
	if port < 0 {
		services = read(table(servicesFile))
	}
	var found []target
	for _, t := range fitting {
		at := target{t.typ, t.proto, port}
		if t.raw {
			at.proto = q.Proto
		}
		if port < 0 {
			n, ok := servicePort(services, *q.Service, &t.name)
			if !ok || t.raw {
				continue
			}
			at.port = n
		} else if !asked && !t.listed {
			continue
		}
		found = append(found, at)
	}
	if len(found) == 0 {
		return nil, socket.EAIService
	}
	return found, 0
}

// places gives the host's addresses, and its canonical name where that is asked for.
func (h Host) places(q AddrInfoQuery) ([]place, string, *socket.Error) {
	if q.Host == nil {
		return anyHost(q), "", nil
	}
	p, isNumber, errno := numericHost(q)
	if errno == 0 && !isNumber && (q.Flags&socket.AINumericHost != 0 || !sane(*q.Host)) {
		errno = socket.EAINoName
	}
	switch {
	case errno != 0:
		return nil, "", q.fail(errno)
	case isNumber && q.Flags&socket.AICanonName != 0:
		return []place{p}, *q.Host, nil
	case isNumber:
		return []place{p}, "", nil
	}
	return h.named(q)
}

// sane says whether a text can be the name of a host; no resolver is asked about others.
func sane(name string) bool {
	return name != "" && len(name) <= 253 && !strings.ContainsAny(name, " \t\r\n\x00[]/%:")
}

// anyHost is what no host stands for: this machine, or with AI_PASSIVE any of its addresses. The
// order is that of RFC 6724: an address that cannot be reached comes last.
func anyHost(q AddrInfoQuery) []place {
	four, six := place{ip: loopback4}, place{ip: loopback6}
	both := []place{six, four}
	if q.Flags&socket.AIPassive != 0 {
		four, six = place{ip: netip.IPv4Unspecified()}, place{ip: netip.IPv6Unspecified()}
		both = []place{four, six}
	} else if q.Family == socket.Unspec && !slices.Contains(ownAddresses(), loopback6) {
		both = []place{four, six}
	}
	switch q.Family {
	case socket.INET:
		return []place{four}
	case socket.INET6:
		return []place{six}
	}
	return both
}

// numericHost reads a host that is an address. Its scope may be an interface's name only where the
// address is link-local.
func numericHost(q AddrInfoQuery) (p place, ok bool, errno socket.Errno) {
	text, zone, scoped := strings.Cut(*q.Host, "%")
	ip, ok := socket.ParseHost(text)
	if !ok || scoped && ip.Is4() {
		return p, false, 0
	}
	if ip.Is4() {
		switch {
		case q.Family != socket.INET6:
			return place{ip: ip}, true, 0
		case q.Flags&socket.AIV4Mapped != 0:
			return place{ip: netip.AddrFrom16(ip.As16())}, true, 0
		}
		return p, true, socket.EAIAddrFamily
	}
	switch {
	case q.Family == socket.INET && ip.Is4In6():
		return place{ip: ip.Unmap()}, true, 0
	case q.Family == socket.INET:
		return p, true, socket.EAIAddrFamily
	case !scoped:
		return place{ip: ip}, true, 0
	}
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return place{ip: ip, scope: uint32(n)}, true, 0
	}
	if named, err := net.InterfaceByName(zone); err == nil && linkLocal(ip) {
		return place{ip: ip, scope: uint32(named.Index)}, true, 0
	}
	return p, true, socket.EAINoName
}

func linkLocal(ip netip.Addr) bool {
	return ip.IsLinkLocalUnicast() || ip.IsLinkLocalMulticast()
}

// named looks the host's name up. With AI_V4MAPPED and AF_INET6 a host without IPv6 addresses, or
// with AI_ALL any, has its IPv4 addresses mapped.
func (h Host) named(q AddrInfoQuery) ([]place, string, *socket.Error) {
	mapped := q.Family == socket.INET6 && q.Flags&socket.AIV4Mapped != 0
	network := "ip"
	switch {
	case q.Family == socket.INET:
		network = "ip4"
	case q.Family == socket.INET6 && !mapped:
		network = "ip6"
	}
	ips, err := Resolve(&h.Caller.Caller, network, *q.Host)
	if err != nil {
		if e := socket.AsError(err); e != nil {
			return nil, "", e
		}
		return nil, "", q.fail(socket.EAIAgain) // cancelled: tell gives the cause
	}
	var places []place
	for _, ip := range ips {
		if !mapped || ip.Is6() {
			places = append(places, place{ip: ip.WithZone(""), scope: zoneNumber(ip.Zone())})
		}
	}
	if mapped && (len(places) == 0 || q.Flags&socket.AIAll != 0) {
		for _, ip := range ips {
			if ip.Is4() {
				places = append(places, place{ip: netip.AddrFrom16(ip.As16())})
			}
		}
	}
	if q.Flags&socket.AICanonName == 0 {
		return places, "", nil
	}
	return places, h.canonical(*q.Host), nil
}

func zoneNumber(zone string) uint32 {
	if n, err := strconv.ParseUint(zone, 10, 32); err == nil {
		return uint32(n)
	}
	if named, err := net.InterfaceByName(zone); zone != "" && err == nil {
		return uint32(named.Index)
	}
	return 0
}

// canonical gives a host's canonical name: that in /etc/hosts, else that of DNS, else the name.
func (h Host) canonical(name string) string {
	all := hostLinesOf(table(hostsFile))
	if found, _ := aliasesOf(all, name, netip.Addr.IsValid); found != "" {
		return found
	}
	canonical := ""
	_, err := query(&h.Caller.Caller, "the canonical name of "+name,
		func(ctx context.Context) (err error) {
			canonical, err = net.DefaultResolver.LookupCNAME(ctx, name)
			return err
		})
	if err != nil || canonical == "" {
		return name
	}
	return strings.TrimSuffix(canonical, ".")
}
