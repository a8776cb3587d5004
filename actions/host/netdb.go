package host

import (
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
)

// The tables of names that every Unix has; see hosts(5), services(5) and protocols(5).
const (
	hostsFile     = "/etc/hosts"
	servicesFile  = "/etc/services"
	protocolsFile = "/etc/protocols"
)

// service is an entry of /etc/services.
type service struct {
	names    []string // the official one first
	port     int
	protocol string
}

// protocol is an entry of /etc/protocols.
type protocol struct {
	names  []string // the official one first
	number int
}

// hostLine is an entry of /etc/hosts.
type hostLine struct {
	address netip.Addr
	names   []string // the canonical one first
}

// table gives the fields of the lines of a file, without comments. A file that cannot be read is
// an empty table, as it is to the C library.
func table(file string) [][]string {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	return rows(string(text))
}

func rows(text string) [][]string {
	var all [][]string
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		if fields := strings.Fields(line); len(fields) > 1 {
			all = append(all, fields)
		}
	}
	return all
}

// servicesOf reads rows such as "domain 53/udp nameserver".
func servicesOf(rows [][]string) []service {
	var all []service
	for _, fields := range rows {
		number, protocol, _ := strings.Cut(fields[1], "/")
		if port, err := strconv.ParseUint(number, 10, 16); err == nil {
			names := slices.Concat(fields[:1], fields[2:])
			all = append(all, service{names: names, port: int(port), protocol: protocol})
		}
	}
	return all
}

// protocolsOf reads rows such as "icmp 1 ICMP".
func protocolsOf(rows [][]string) []protocol {
	var all []protocol
	for _, fields := range rows {
		if n, err := strconv.ParseUint(fields[1], 10, 16); err == nil {
			names := slices.Concat(fields[:1], fields[2:])
			all = append(all, protocol{names: names, number: int(n)})
		}
	}
	return all
}

// hostLinesOf reads rows such as "127.0.0.1 localhost loopback".
func hostLinesOf(rows [][]string) []hostLine {
	var all []hostLine
	for _, fields := range rows {
		if ip, err := netip.ParseAddr(fields[0]); err == nil {
			all = append(all, hostLine{address: ip, names: fields[1:]})
		}
	}
	return all
}

// servicePort finds a service by one of its names; any protocol where none is given. The first
// entry counts.
func servicePort(all []service, name string, protocol *string) (int, bool) {
	for _, s := range all {
		if slices.Contains(s.names, name) && (protocol == nil || *protocol == s.protocol) {
			return s.port, true
		}
	}
	return 0, false
}

// serviceName finds a service's official name by its port.
func serviceName(all []service, port int, protocol *string) (string, bool) {
	for _, s := range all {
		if s.port == port && (protocol == nil || *protocol == s.protocol) {
			return s.names[0], true
		}
	}
	return "", false
}

func protocolNumber(all []protocol, name string) (int, bool) {
	for _, p := range all {
		if slices.Contains(p.names, name) {
			return p.number, true
		}
	}
	return 0, false
}

// aliasesOf gives a host's canonical name and its other names, from the lines that have the name in
// whatever case and an address of the family that is wanted.
func aliasesOf(all []hostLine, name string, family func(netip.Addr) bool) (string, []string) {
	canonical, aliases := "", []string{}
	for _, line := range all {
		named := slices.ContainsFunc(line.names, func(n string) bool {
			return strings.EqualFold(n, strings.TrimSuffix(name, "."))
		})
		if !named || !family(line.address) {
			continue
		}
		if canonical == "" {
			canonical = line.names[0]
		}
		for _, n := range line.names {
			if n != canonical && !slices.Contains(aliases, n) {
				aliases = append(aliases, n)
			}
		}
	}
	return canonical, aliases
}
