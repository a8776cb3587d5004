package host

import (
	"context"
	"net"
	"net/netip"

	"netscene/actions/gate"
	"netscene/actions/socket"
)

// lookup is the Target of a wait for the resolver.
type lookup struct {
	what   string
	cancel context.CancelFunc
}

func (l *lookup) Ready() bool    { return false }
func (l *lookup) Interrupt()     { l.cancel() }
func (l *lookup) String() string { return l.what }

// Resolve looks a host name up with the machine's resolver, which reads /etc/hosts and asks DNS.
// network is "ip", "ip4" or "ip6". The addresses come in the resolver's order, at least one without
// an error. When the caller is cancelled the error is the cause, else one of getaddrinfo's.
func Resolve(c *gate.Caller, network, name string) ([]netip.Addr, error) {
	var found []netip.Addr
	errno, err := query(c, "the addresses of "+name, func(ctx context.Context) (err error) {
		found, err = net.DefaultResolver.LookupNetIP(ctx, network, name)
		return err
	})
	switch {
	case errno != 0:
		return nil, resolverError("getaddrinfo", name, errno)
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, resolverError("getaddrinfo", name, socket.EAINoName)
	}
	for i, a := range found {
		found[i] = a.Unmap()
	}
	return found, nil
}
