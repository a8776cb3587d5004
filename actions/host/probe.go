package host

import (
	"slices"
	"strings"
	"sync"

	"netscene/actions/socket"
)

// probe finds out whether the machine has a power; its error says what is missing.
type probe struct {
	name string
	try  func() error
}

// Powers lists what `requires` can name, sorted.
func Powers() []string {
	var names []string
	for _, p := range probes {
		names = append(names, p.name)
	}
	slices.Sort(names)
	return names
}

// probing is held while a power is tried. A socket can make the kernel load a module, and a second
// one of its kind is refused while that goes on.
var probing sync.Mutex

// Probe tries whether the machine has a power, by doing what the power is for. The name is one of
// Powers; the error says what is missing.
func Probe(name string) error {
	probing.Lock()
	defer probing.Unlock()
	for _, p := range probes {
		if p.name == name {
			return p.try()
		}
	}
	panic("host: no power is called " + name)
}

// protocols are those of IP that not every kernel has, by their numbers.
var protocols = map[int]string{132: "sctp", 136: "udplite", 262: "mptcp"}

// Lacking names the powers of which one is missing when socket(2) or socketpair(2) gives an errno
// for a family, type and protocol, the likeliest first; none when the errno says nothing of that.
func Lacking(family, typ, proto int, errno socket.Errno) []string {
	own := strings.ToLower(strings.TrimPrefix(socket.FamilyName(family), "AF_"))
	internet := family == socket.INET || family == socket.INET6
	var lacking []string
	switch errno.Name() {
	case "EPERM":
		if own == "packet" {
			lacking = append(lacking, own)
		} else if internet {
			lacking = append(lacking, "raw")
		}
		return append(lacking, "root")
	case "EAFNOSUPPORT", "EPROTONOSUPPORT", "ESOCKTNOSUPPORT", "ENOPROTOOPT":
	default:
		return nil
	}
	switch {
	case internet && protocols[proto] != "":
		lacking = append(lacking, protocols[proto])
	case own == "vsock":
		lacking = append(lacking, own, "vsock_loopback")
	case !internet && slices.Contains(Powers(), own):
		lacking = append(lacking, own)
	}
	if family == socket.INET6 && errno == socket.EAFNOSUPPORT {
		lacking = append(lacking, "ipv6")
	}
	return lacking
}
