//go:build !linux

package host

import (
	"errors"
	"strings"
)

// probes has the same names as on Linux, so that a scenario is checked alike everywhere.
var probes = func() (all []probe) {
	for _, name := range strings.Fields("can ipv6 mptcp netdb packet raw rds root " +
		"sctp tcp_filter tipc udplite vsock vsock_loopback") {
		all = append(all, probe{name, tryElsewhere})
	}
	return all
}()

func tryElsewhere() error { return errors.New("scenarios run on Linux only") }
