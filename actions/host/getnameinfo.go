package host

import (
	"context"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"

	"netscene/actions/socket"
)

// nameInfoFlags are all flags that getnameinfo takes; those about international names, which have
// no effect, among them.
const nameInfoFlags = 0x1ff

// GetNameInfo is getnameinfo(3): the names of a host and of a service. An address without a name is
// given as a number, and so is a port.
func (h Host) GetNameInfo(a socket.Address, flags int) (host, service string, err error) {
	args := []string{a.String(), socket.NameInfoFlagNames(flags)}
	var failed *socket.Error
	switch {
	case flags&^nameInfoFlags != 0:
		failed = resolverError("getnameinfo", a.String(), socket.EAIBadFlags)
	case !a.IP().IsValid():
		failed = resolverError("getnameinfo", a.String(), socket.EAIFamily)
	default:
		if host, failed = h.hostOf(a, flags); failed == nil {
			service = serviceOf(a.Port(), flags)
		}
	}
	answer := strconv.Quote(host) + ", " + strconv.Quote(service)
	return host, service, h.tell("getnameinfo", args, answer, failed)
}

// NotNumeric is what GetNameInfo gives for a host that is no number.
func (h Host) NotNumeric(host string) error {
	return h.tell("getnameinfo", []string{strconv.Quote(host)}, "",
		resolverError("getnameinfo", host, socket.EAINoName))
}

// hostOf gives the host's name, or its number.
func (h Host) hostOf(a socket.Address, flags int) (string, *socket.Error) {
	if flags&socket.NINumericHost == 0 {
		var names []string
		errno, _ := query(&h.Caller.Caller, "the name of "+a.Host(),
			func(ctx context.Context) (err error) {
				names, err = net.DefaultResolver.LookupAddr(ctx, a.Host())
				return err
			})
		switch {
		case errno == socket.EAIAgain:
			return "", resolverError("getnameinfo", a.String(), errno)
		case errno == 0 && len(names) > 0:
			return shortened(strings.TrimSuffix(names[0], "."), flags), nil
		}
	}
	if flags&socket.NINameReqd != 0 {
		return "", resolverError("getnameinfo", a.String(), socket.EAINoName)
	}
	return numericOf(a), nil
}

// shortened applies NI_NOFQDN: a name in this machine's own domain loses the domain.
func shortened(name string, flags int) string {
	if flags&socket.NINoFQDN == 0 {
		return name
	}
	own, _ := os.Hostname()
	if _, domain, ok := strings.Cut(own, "."); ok && domain != "" {
		return strings.TrimSuffix(name, "."+domain)
	}
	return name
}

// numericOf writes an address with its scope, which is an interface's name where the address is
// link-local.
func numericOf(a socket.Address) string {
	if a.Scope() == 0 {
		return a.Host()
	}
	if linkLocal(a.IP()) {
		if named, err := net.InterfaceByIndex(a.Scope()); err == nil {
			return a.Host() + "%" + named.Name
		}
	}
	return a.Host() + "%" + strconv.Itoa(a.Scope())
}

func serviceOf(port, flags int) string {
	protocol := "tcp"
	if flags&socket.NIDgram != 0 {
		protocol = "udp"
	}
	if flags&socket.NINumericServ == 0 {
		name, ok := serviceName(servicesOf(table(servicesFile)), port, &protocol)
		if ok {
			return name
		}
	}
	return strconv.Itoa(port)
}

// HostEntry is what gethostbyname_ex and gethostbyaddr give of a host: struct hostent of netdb.h.
type HostEntry struct {
	Canonical string
	Aliases   []string
	Hosts     []string // its addresses
}

// String gives all names and then the addresses.
func (e HostEntry) String() string {
	return strings.Join(append([]string{e.Canonical}, e.Aliases...), " ") + ": " +
		strings.Join(e.Hosts, ", ")
}

// GetHostByName gives an IPv4 address of a host, as Python's gethostbyname does: any address for
// "", the broadcast address for "<broadcast>".
func (h Host) GetHostByName(name string) (string, error) {
	found, err := h.hostEntry("gethostbyname", name, true)
	answer := ""
	if err == nil {
		answer = found.Hosts[0]
	}
	return answer, h.tell("gethostbyname", []string{strconv.Quote(name)}, answer, err)
}

// GetHostByNameEx gives the IPv4 addresses of a host and all its names, as Python's
// gethostbyname_ex does. The names of a host in /etc/hosts are those in its lines there; DNS tells
// the canonical one.
func (h Host) GetHostByNameEx(name string) (HostEntry, error) {
	found, err := h.hostEntry("gethostbyname_ex", name, false)
	answer := ""
	if err == nil {
		answer = found.String()
	}
	return found, h.tell("gethostbyname_ex", []string{strconv.Quote(name)}, answer, err)
}

func (h Host) hostEntry(call, name string, special bool) (HostEntry, *socket.Error) {
	switch {
	case special && name == "":
		return HostEntry{Canonical: name, Hosts: []string{"0.0.0.0"}}, nil
	case special && name == "<broadcast>":
		return HostEntry{Canonical: name, Hosts: []string{"255.255.255.255"}}, nil
	case name == "", name == "<broadcast>":
		return HostEntry{}, resolverError(call, name, socket.EAIFail)
	}
	service := "0"
	infos, err := h.addrInfo(AddrInfoQuery{Host: &name, Service: &service, Family: socket.INET,
		Type: socket.Stream})
	if err != nil {
		err.Call = call
		return HostEntry{}, err
	}
	entry := HostEntry{Canonical: name, Aliases: []string{}}
	for _, info := range infos {
		entry.Hosts = append(entry.Hosts, info.Address.Host())
	}
	if _, isNumber := socket.ParseHost(name); isNumber || special {
		return entry, nil
	}
	canonical, aliases := aliasesOf(hostLinesOf(table(hostsFile)), name, netip.Addr.Is4)
	if canonical != "" {
		entry.Canonical, entry.Aliases = canonical, aliases
	} else if canonical = h.canonical(name); canonical != name {
		entry.Canonical, entry.Aliases = canonical, []string{name}
	}
	return entry, nil
}

// GetHostName gives the name of this machine.
func (h Host) GetHostName() (string, error) {
	name, err := os.Hostname()
	var failed *socket.Error
	if err != nil {
		failed = &socket.Error{Call: "gethostname", Class: socket.Other, Text: err.Error()}
	}
	return name, h.tell("gethostname", nil, strconv.Quote(name), failed)
}
