package host

import (
	"context"
	"errors"
	"net"
	"net/netip"

	"netscene/actions/gate"
	"netscene/actions/socket"
)

// Host is the machine on which an actor is, as that actor asks it for names. Each method is the
// call of its name in netdb.h, net/if.h or unistd.h, and is traced as one.
type Host struct{ Caller *socket.Caller }

// tell traces a call and passes its error on.
func (h Host) tell(call string, args []string, answer string, err *socket.Error) error {
	if h.Caller.Trace != nil {
		c := socket.Call{Name: call, FD: -1, Arguments: args, Answer: answer}
		switch cause := h.Caller.Err(); {
		case err == nil:
		case cause != nil:
			c.Result, c.Ended = -1, socket.EndedCancelled
		default:
			c.Result, c.Errno = -1, err.Errno
			if err.Errno == 0 {
				c.Ended = socket.EndedNotFound
			}
		}
		h.Caller.Trace(&c)
	}
	switch cause := h.Caller.Err(); {
	case err == nil:
		return nil
	case cause != nil:
		return cause
	}
	return err
}

// notFound is the error of a name that a table of the system does not have. Python gives it no
// number.
func notFound(call, target, text string) *socket.Error {
	return &socket.Error{Call: call, Target: target, Class: socket.NotFound, Text: text}
}

// resolverError is an error of the resolver with one of the numbers of netdb.h.
func resolverError(call, target string, errno socket.Errno) *socket.Error {
	return &socket.Error{Call: call, Target: target, Errno: errno, Class: socket.ClassOf(errno),
		Text: errno.String()}
}

// query waits for the resolver, which reads /etc/hosts and asks DNS. With an error of the resolver
// it gives the number for it.
func query(c *gate.Caller, what string, ask func(context.Context) error) (socket.Errno, error) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var failed error
	done := make(chan struct{})
	go func() {
		defer close(done)
		failed = ask(ctx)
	}()
	w := gate.Wait{Kind: gate.Lookup, FD: -1, Target: &lookup{what: what, cancel: cancel}}
	err := c.Await(&w, done)
	cancel()
	<-done
	if err != nil {
		return 0, err
	}
	return numberOf(failed), failed
}

// numberOf gives the number that getaddrinfo(3) has for an error of package net. Of a name without
// an address of the family that is wanted, package net says no more than of one that is not known.
func numberOf(err error) socket.Errno {
	var dns *net.DNSError
	switch {
	case err == nil:
		return 0
	case !errors.As(err, &dns):
		return socket.EAINoName
	case dns.IsTimeout, dns.IsTemporary:
		return socket.EAIAgain
	case dns.IsNotFound:
		return socket.EAINoName
	}
	return socket.EAIFail
}

// ownAddresses gives the addresses of this machine's interfaces.
func ownAddresses() []netip.Addr {
	found, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	var own []netip.Addr
	for _, a := range found {
		if prefix, err := netip.ParsePrefix(a.String()); err == nil {
			own = append(own, prefix.Addr())
		}
	}
	return own
}
