package socket

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"netscene/actions/gate"
	"netscene/schema"
)

// The events of poll(2).
const (
	PollIn    = 0x1
	PollPri   = 0x2
	PollOut   = 0x4
	PollErr   = 0x8
	PollHup   = 0x10
	PollRDHup = 0x2000
)

var pollNames = []schema.Name{{Name: "IN", Value: PollIn}, {Name: "PRI", Value: PollPri},
	{Name: "OUT", Value: PollOut}, {Name: "ERR", Value: PollErr}, {Name: "HUP", Value: PollHup},
	{Name: "RDHUP", Value: PollRDHup}}

// PollEvents lists the events of poll(2) by their names.
func PollEvents() []schema.Name { return twice("POLL", pollNames) }

// PollEventNames gives the short names of events that are ORed: in, pri, out, err, hup, rdhup.
func PollEventNames(events int) []string {
	names := []string{}
	for _, n := range pollNames {
		if events&n.Value != 0 {
			names = append(names, strings.ToLower(n.Name))
		}
	}
	return names
}

// Polled is a socket of a poll.
type Polled struct {
	Socket *Socket
	PollFD
}

// PollFD says of a descriptor which events are asked for, and which are so; see poll(2).
type PollFD struct {
	FD       int `json:"fd"`
	Events   int `json:"events"`
	Returned int `json:"returned,omitempty"`
}

// Poll waits until one of the sockets has an event that is asked for, as poll(2) does, and says
// how many have. PollErr and PollHup are always told. None after the timeout is no error.
func Poll(c *Caller, sockets []Polled, timeout Timeout) (ready int, err error) {
	p := &polling{caller: c, sockets: sockets}
	for i := range sockets {
		s := sockets[i].Socket
		if !s.enter() {
			return 0, errnoError("poll", "", EBADF)
		}
		defer func() { _ = s.leave(c) }()
		sockets[i].FD = s.fd
	}
	ended := ""
	ready, errno := p.look()
	if ready == 0 && errno == 0 && (timeout.None() || timeout.Duration() > 0) {
		errno, err = p.sleep(timeout)
		ready = p.ready
	}
	switch {
	case errno != 0:
		ready, err = -1, errnoError("poll", "", errno)
	case err != nil:
		ready, ended = -1, EndedCancelled
	}
	if c.Trace != nil {
		call := Call{Name: "poll", FD: -1, Limit: -1, Result: ready, Errno: errno, Ended: ended}
		for _, s := range sockets {
			call.Polled = append(call.Polled, s.PollFD)
		}
		if !timeout.None() {
			call.Limit = timeout.Duration()
		}
		c.Trace(&call)
	}
	return max(ready, 0), err
}

// polling is a poll in progress. To wait it puts the descriptors into an epoll descriptor of its
// own, which is in the poller itself: one more goroutine waits, and no thread. What the kernel
// answers comes from poll(2) alone. It is its own gate.Target.
type polling struct {
	caller  *Caller
	sockets []Polled
	ready   int
	errno   Errno

	file        *os.File
	wait        gate.Wait
	parked      bool
	interrupted bool // set by Interrupt, read after Resume
}

// look asks the kernel what is so now.
func (p *polling) look() (int, Errno) {
	p.ready, p.errno = sysPollAll(p.sockets)
	for i := range p.sockets {
		// The error is the kernel's no more, but the socket's next call will meet it.
		e := &p.sockets[i]
		if p.errno == 0 && e.Socket.deferred.Load() != 0 {
			if e.Returned == 0 {
				p.ready++
			}
			e.Returned |= PollErr | e.Events&(PollIn|PollOut)
		}
	}
	return p.ready, p.errno
}

// sleep waits until something is ready, the timeout has passed or the actor is cancelled.
func (p *polling) sleep(timeout Timeout) (Errno, error) {
	fd, errno := sysEpoll(p.sockets)
	if errno != 0 {
		return errno, nil
	}
	p.file = os.NewFile(uintptr(fd), "poll")
	defer p.file.Close()
	raw, err := p.file.SyscallConn()
	if err != nil {
		return 0, err
	}
	p.wait = gate.Wait{Kind: gate.Descriptor, FD: -1, Direction: gate.Read, Target: p}
	if len(p.sockets) == 0 {
		p.wait.Kind = gate.Timer
	} else {
		p.wait.FD = p.sockets[0].FD
	}
	if !timeout.None() {
		p.wait.Deadline = time.Now().Add(timeout.Duration())
	}
	// The error is that of a descriptor which the poller did not take.
	if err := p.file.SetReadDeadline(p.wait.Deadline); err != nil {
		return 0, &Error{Call: "poll", Class: NoResources, Text: err.Error()}
	}
	return p.until(raw)
}

func (p *polling) until(raw syscall.RawConn) (Errno, error) {
	for {
		err := raw.Read(p.proceed)
		p.resume()
		switch {
		case err == nil:
			return p.errno, nil
		case !errors.Is(err, os.ErrDeadlineExceeded):
			return 0, &Error{Call: "poll", Class: Other, Text: err.Error()}
		}
		if cause := p.caller.Err(); p.interrupted && cause != nil {
			return 0, cause
		}
		p.interrupted = false
		if !p.wait.Deadline.IsZero() && !time.Now().Before(p.wait.Deadline) {
			_, errno := p.look()
			return errno, nil
		}
		_ = p.file.SetReadDeadline(p.wait.Deadline) // an interruption that was lifted
	}
}

// proceed is called by the poller: at first, and whenever something may be ready.
func (p *polling) proceed(uintptr) bool {
	p.resume()
	if ready, errno := p.look(); ready > 0 || errno != 0 {
		return true
	}
	p.parked = true
	p.caller.Park(&p.wait)
	return false
}

func (p *polling) resume() {
	if !p.parked {
		return
	}
	p.parked = false
	p.caller.Resume(&p.wait)
}

// Ready says whether the wait could end now; part of gate.Target.
func (p *polling) Ready() bool {
	seen := append([]Polled(nil), p.sockets...)
	n, errno := sysPollAll(seen)
	return n > 0 || errno != 0
}

// Interrupt ends the wait; part of gate.Target.
func (p *polling) Interrupt() {
	p.interrupted = true
	_ = p.file.SetReadDeadline(time.Unix(1, 0))
}

// String says what is waited for; part of gate.Target.
func (p *polling) String() string {
	var parts []string
	for _, e := range p.sockets {
		parts = append(parts, strings.Join(PollEventNames(e.Events), "|")+" on "+e.Socket.String())
	}
	if parts == nil {
		return "time to pass"
	}
	return strings.Join(parts, ", or ")
}

// polled prints the arguments of a poll as strace would, and what came of it.
func (c *Call) polled() (arguments []string, outcome string) {
	var asked, given []string
	for _, e := range c.Polled {
		asked = append(asked, fmt.Sprintf("{fd %d, %s}", e.FD, flagNames("POLL", pollNames, e.Events)))
		if e.Returned != 0 {
			given = append(given, fmt.Sprintf("{fd %d, %s}", e.FD,
				flagNames("POLL", pollNames, e.Returned)))
		}
	}
	limit := "-1"
	if c.Limit >= 0 {
		limit = c.Limit.String()
	}
	arguments = []string{"[" + strings.Join(asked, ", ") + "]", limit}
	outcome = fmt.Sprint(c.Result)
	if given != nil {
		outcome += ", [" + strings.Join(given, ", ") + "]"
	}
	return arguments, outcome
}
