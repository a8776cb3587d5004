package host

import (
	"net"
	"slices"
	"strconv"

	"netscene/actions/socket"
)

const (
	noSuchInterface = "no interface with this name"
	enxio           = 6
	enodev          = 19
)

// GetServByName gives the port of a service by one of its names in /etc/services, in any protocol
// when none is given.
func (h Host) GetServByName(name string, protocol *string) (int, error) {
	port, ok := servicePort(servicesOf(table(servicesFile)), name, protocol)
	var err *socket.Error
	if !ok {
		err = notFound("getservbyname", name, "service/proto not found")
	}
	return port, h.tell("getservbyname", []string{strconv.Quote(name), quoted(protocol)},
		strconv.Itoa(port), err)
}

// GetServByPort gives the official name of the service at a port, in any protocol when none is
// given.
func (h Host) GetServByPort(port int, protocol *string) (string, error) {
	name, ok := serviceName(servicesOf(table(servicesFile)), port, protocol)
	var err *socket.Error
	if !ok {
		err = notFound("getservbyport", strconv.Itoa(port), "port/proto not found")
	}
	return name, h.tell("getservbyport", []string{strconv.Itoa(port), quoted(protocol)},
		strconv.Quote(name), err)
}

// GetProtoByName gives the number of a protocol by one of its names in /etc/protocols.
func (h Host) GetProtoByName(name string) (int, error) {
	number, ok := protocolNumber(protocolsOf(table(protocolsFile)), name)
	var err *socket.Error
	if !ok {
		err = notFound("getprotobyname", name, "protocol not found")
	}
	return number, h.tell("getprotobyname", []string{strconv.Quote(name)}, strconv.Itoa(number), err)
}

// Interface is a network interface.
type Interface struct {
	Index int
	Name  string
}

// IfNameIndex lists the network interfaces by their numbers.
func (h Host) IfNameIndex() ([]Interface, error) {
	found, err := interfaces("if_nameindex")
	return found, h.tell("if_nameindex", nil, strconv.Itoa(len(found))+" interfaces", err)
}

func interfaces(call string) ([]Interface, *socket.Error) {
	all, err := net.Interfaces()
	if err != nil {
		return nil, &socket.Error{Call: call, Class: socket.Other, Text: err.Error()}
	}
	found := make([]Interface, len(all))
	for i, one := range all {
		found[i] = Interface{Index: one.Index, Name: one.Name}
	}
	slices.SortFunc(found, func(a, b Interface) int { return a.Index - b.Index })
	return found, nil
}

// IfNameToIndex gives the number of an interface.
func (h Host) IfNameToIndex(name string) (int, error) {
	all, err := interfaces("if_nametoindex")
	at := slices.IndexFunc(all, func(i Interface) bool { return i.Name == name })
	number := 0
	switch {
	case at >= 0:
		number = all[at].Index
	case err == nil:
		err = &socket.Error{Call: "if_nametoindex", Target: name, Errno: enodev,
			Class: socket.NotFound, Text: noSuchInterface}
	}
	return number, h.tell("if_nametoindex", []string{strconv.Quote(name)}, strconv.Itoa(number), err)
}

// IfIndexToName gives the name of the interface with a number.
func (h Host) IfIndexToName(index int) (string, error) {
	all, err := interfaces("if_indextoname")
	at := slices.IndexFunc(all, func(i Interface) bool { return i.Index == index })
	name := ""
	switch {
	case at >= 0:
		name = all[at].Name
	case err == nil:
		err = resolverError("if_indextoname", strconv.Itoa(index), enxio)
	}
	return name, h.tell("if_indextoname", []string{strconv.Itoa(index)}, strconv.Quote(name), err)
}
