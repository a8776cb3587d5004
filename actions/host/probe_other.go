//go:build !linux

package host

import "errors"

// probes has the same names as on Linux, so that a scenario is checked alike everywhere.
var probes = []probe{
	{"ipv6", tryElsewhere}, {"netdb", tryElsewhere}, {"root", tryElsewhere}, {"raw", tryElsewhere},
	{"packet", tryElsewhere}, {"mptcp", tryElsewhere}, {"udplite", tryElsewhere},
	{"sctp", tryElsewhere}, {"vsock", tryElsewhere}, {"can", tryElsewhere}, {"rds", tryElsewhere},
	{"tipc", tryElsewhere},
}

func tryElsewhere() error { return errors.New("scenarios run on Linux only") }
