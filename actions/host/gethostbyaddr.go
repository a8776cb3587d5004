package host

import (
	"context"
	"net"
	"slices"
	"strconv"
	"strings"

	"netscene/actions/socket"
)

// GetHostByAddr gives the names of the host that has an address, as Python's gethostbyaddr does: a
// name is looked up first, and its first address counts.
func (h Host) GetHostByAddr(host string) (HostEntry, error) {
	found, err := h.entryByAddress(host)
	answer := ""
	if err == nil {
		answer = found.String()
	}
	return found, h.tell("gethostbyaddr", []string{strconv.Quote(host)}, answer, err)
}

func (h Host) entryByAddress(host string) (HostEntry, *socket.Error) {
	const call = "gethostbyaddr"
	switch host {
	case "":
		return HostEntry{}, &socket.Error{Call: call, Class: socket.BadArgument,
			Text: "no host is given, and any address is that of several"}
	case "<broadcast>":
		host = "255.255.255.255"
	}
	service := "0"
	infos, failed := h.addrInfo(AddrInfoQuery{Host: &host, Service: &service, Type: socket.Stream})
	if failed != nil {
		failed.Call = call
		return HostEntry{}, failed
	}
	a := infos[0].Address
	entry := HostEntry{Aliases: []string{}, Hosts: []string{a.Host()}}
	for _, line := range hostLinesOf(table(hostsFile)) {
		if line.address == a.IP().WithZone("") { // the first line counts
			entry.Canonical, entry.Aliases = line.names[0], line.names[1:]
			return entry, nil
		}
	}
	var names []string
	errno, _ := query(&h.Caller.Caller, "the name of "+a.Host(),
		func(ctx context.Context) (err error) {
			names, err = net.DefaultResolver.LookupAddr(ctx, a.Host())
			return err
		})
	if errno == 0 && len(names) > 0 {
		for i, name := range names {
			names[i] = strings.TrimSuffix(name, ".")
		}
		entry.Canonical, entry.Aliases = names[0], names[1:]
		return entry, nil
	}
	text := "unknown host" // netdb.h has numbers for these, h_errno, but they are no errnos
	if errno == socket.EAIAgain {
		text = "host name lookup failure"
	}
	return HostEntry{}, &socket.Error{Call: call, Target: host, Class: socket.Unresolved, Text: text}
}

// GetFQDN gives a host's name with its domain, as Python's getfqdn does: the first of its names
// that has a dot, else its canonical name, and the name that was given where there is none. Without
// a name it is this machine's. It asks by gethostname and gethostbyaddr, and fails only when the
// caller is cancelled.
func (h Host) GetFQDN(name string) (string, error) {
	name = strings.TrimSpace(name)
	if name == "" || name == "0.0.0.0" || name == "::" {
		own, err := h.GetHostName()
		if err != nil {
			return "", err
		}
		name = own
	}
	found, err := h.GetHostByAddr(name)
	if err != nil {
		return name, h.Caller.Err()
	}
	names := append([]string{found.Canonical}, found.Aliases...)
	dotted := slices.IndexFunc(names, func(n string) bool { return strings.Contains(n, ".") })
	return names[max(dotted, 0)], nil
}
