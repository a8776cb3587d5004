package host

import (
	"context"
	"fmt"
	"net"
	"net/netip"

	"netscene/actions/gate"
)

// lookup is the Target of a wait for the resolver.
type lookup struct {
	name   string
	cancel context.CancelFunc
}

func (l *lookup) Ready() bool    { return false }
func (l *lookup) Interrupt()     { l.cancel() }
func (l *lookup) String() string { return "the addresses of " + l.name }

// Resolve looks a host name up with the machine's resolver, which reads /etc/hosts and asks DNS.
// network is "ip", "ip4" or "ip6". The addresses come in the resolver's order, at least one without
// an error. When the caller is cancelled the error is the cause.
func Resolve(c *gate.Caller, network, name string) ([]netip.Addr, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var found []netip.Addr
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		found, failed = net.DefaultResolver.LookupNetIP(ctx, network, name)
	}()
	w := gate.Wait{Kind: gate.Lookup, FD: -1, Target: &lookup{name: name, cancel: cancel}}
	err := c.Await(&w, done)
	cancel()
	<-done
	if err != nil {
		return nil, err
	}
	if failed == nil && len(found) == 0 {
		failed = fmt.Errorf("no address of %s", name)
	}
	for i, a := range found {
		found[i] = a.Unmap()
	}
	return found, failed
}
