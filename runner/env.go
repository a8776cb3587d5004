package runner

import (
	"fmt"
	"io/fs"
	"strings"
	"time"

	"netscene/actions"
	"netscene/actions/gate"
	"netscene/actions/host"
	"netscene/actions/socket"
)

// env is the world as a player lets its actions touch it.
type env player

// Caller implements actions.Network.
func (e *env) Caller() *socket.Caller { return &e.caller }

// Open implements actions.Network.
func (e *env) Open(family, typ, proto int) (*socket.Socket, error) {
	return e.run.table.Open(&e.caller, family, typ, proto)
}

// Sockets implements actions.Network.
func (e *env) Sockets() *socket.Table { return e.run.table }

// Host implements actions.Network.
func (e *env) Host() host.Host { return host.Host{Caller: &e.caller} }

// Addresses implements actions.Network.
func (e *env) Addresses(end socket.Endpoint, family int, use actions.Use) (
	[]socket.Address, error) {
	a, resolved, err := end.Address(family)
	if err != nil {
		return nil, err
	}
	found := []socket.Address{a}
	if !resolved {
		if found, err = e.resolve(end, family); err != nil {
			return nil, err
		}
	}
	if use != actions.ToBind && use != actions.ToAsk {
		for _, a := range found {
			e.meets(a)
		}
	}
	return found, nil
}

func (e *env) resolve(end socket.Endpoint, family int) ([]socket.Address, error) {
	network := "ip"
	switch family {
	case socket.INET:
		network = "ip4"
	case socket.INET6:
		network = "ip6"
	}
	ips, err := host.Resolve(&e.caller.Caller, network, end.Host())
	if err != nil {
		return nil, err
	}
	found := make([]socket.Address, len(ips))
	for i, ip := range ips {
		found[i] = end.WithHost(ip)
	}
	return found, nil
}

// meets notes whether an address belongs to somebody outside the scenario: then a run that stands
// still may only be waiting for an answer. Nobody outside has one in the run's own directory.
func (e *env) meets(a socket.Address) {
	own := e.run.tmp != "" && strings.HasPrefix(a.Path(), e.run.tmp+"/")
	if own || e.run.foreign.Load() || e.run.holds(a) {
		return
	}
	for _, s := range e.run.table.Sockets() { // one that was bound by sending
		if takes(s.LocalAddress(), a) {
			return
		}
	}
	e.run.foreign.Store(true)
}

// ReadFile implements actions.Files.
func (e *env) ReadFile(name string) ([]byte, error) { return host.ReadFile(e.run.plan.dir(), name) }

// OpenFile implements actions.Files.
func (e *env) OpenFile(name string) (socket.File, error) { return e.paths().Open(name) }

// Stat implements actions.Files.
func (e *env) Stat(name string) (fs.FileInfo, error) { return e.paths().Stat(name) }

// Chmod implements actions.Files.
func (e *env) Chmod(name string, mode fs.FileMode) error { return e.paths().Chmod(name, mode) }

// WriteFile implements actions.Files.
func (e *env) WriteFile(name string, data []byte, mode fs.FileMode) error {
	return e.paths().Write(name, data, mode)
}

// Unlink implements actions.Files.
func (e *env) Unlink(name string) error { return e.paths().Unlink(name) }

func (e *env) paths() host.Paths {
	return host.Paths{Caller: &e.caller, Dir: e.run.plan.dir(), Temp: e.run.tmp}
}

// Log implements actions.Env.
func (e *env) Log(level, text string) {
	(*player)(e).emit(&actions.Event{Kind: actions.Logged,
		Message: &actions.Message{Level: level, Text: text}})
}

// Now implements actions.Clock.
func (e *env) Now() time.Time { return time.Now() }

// Sleep implements actions.Clock.
func (e *env) Sleep(d time.Duration) error { return sleep(&e.caller.Caller, d) }

// sleep lets time pass for a caller.
func sleep(c *gate.Caller, d time.Duration) error {
	done := make(chan struct{})
	wake := time.AfterFunc(d, func() { close(done) })
	defer wake.Stop()
	w := gate.Wait{Kind: gate.Timer, FD: -1, Target: pause(d)}
	return c.Await(&w, done)
}

// pause is the Target of a wait that only time ends.
type pause time.Duration

func (pause) Ready() bool      { return false }
func (pause) Interrupt()       {}
func (p pause) String() string { return fmt.Sprintf("%v to pass", time.Duration(p)) }
