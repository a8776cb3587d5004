// Package gate is the one place through which every wait of a run goes: for a descriptor, a timer,
// a value, a barrier, a turn.
//
// A goroutine that acts for an actor holds a Caller. Before it waits it calls Park, after it woke
// and before its next system call it calls Resume; a Gate sees both and may hold the goroutine back
// in Resume until it is its turn. Explanations of a hang, the story form, deterministic schedules
// and cancellation are made of that.
package gate

import (
	"errors"
	"sync"
	"time"
)

// Gate is told of every wait. Both calls are made by the waiting goroutine and take constant time;
// Resume may block until it is this actor's turn.
type Gate interface {
	Park(w *Wait)
	Resume(w *Wait)
}

// Kind is what a wait is for.
type Kind uint8

// The kinds of waits.
const (
	Descriptor Kind = iota // readiness of a descriptor in a direction
	Queue                  // another call on the same descriptor and direction comes first
	Retry                  // nothing tells when it is possible: tried again after a while
	Connect                // a connection attempt is on its way
	Timer                  // only time can end it
	Lookup                 // a name is being resolved, or a file read
	Value                  // a result of another actor
	Signal                 // a signal, or another actor being parked somewhere
	Barrier                // the other participants of a barrier
	Turn                   // the actor's next turn in a story
	Branches               // the end of what the actor does side by side
)

var kindNames = [...]string{"descriptor", "queue", "retry", "connect", "timer", "lookup", "value",
	"signal", "barrier", "turn", "branches"}

// String gives the kind's name, as events spell it.
func (k Kind) String() string { return kindNames[k] }

// Direction is which way data moves over a descriptor that is waited for.
type Direction uint8

// The directions.
const (
	None Direction = iota
	Read
	Write
)

// Wait says who waits for what. Seat and Step are filled in by the Caller; the rest by whoever
// waits. It belongs to the waiting goroutine and may be reused after Resume.
type Wait struct {
	Seat      int // of the caller; see Caller
	Step      int // index of the step among the actor's steps
	Kind      Kind
	FD        int // -1 when no descriptor is concerned
	Direction Direction
	Deadline  time.Time // when the wait ends by itself with an error; zero for never
	Target    Target
}

// Target is what is waited for.
type Target interface {
	// Ready says, without waiting and without side effects, whether the wait could end now.
	Ready() bool
	// Interrupt ends the wait, with Caller.Err as its error. It is called at most once a wait, from
	// another goroutine or from the waiting one just before it waits.
	Interrupt()
	// String names what is waited for, for people: "a connection on 127.0.0.1:80".
	String() string
}

// ErrCancelled is the cause of a cancellation that gives none.
var ErrCancelled = errors.New("cancelled")

// Caller is one actor as the layers below see it: who calls, where its waits are told, and whether
// it was cancelled. Cancel and Lift may be called from any goroutine, all else only from the
// actor's own.
type Caller struct {
	Seat int // tells apart who calls at the same time
	For  int // the seat of the actor for whom: another one in what an actor does side by side
	Step int // index of the running step among the actor's; set by the runner
	Gate Gate

	mu      sync.Mutex
	cause   error
	waiting *Wait
}

// Cancel makes the wait that the actor is in, and every later one, end with cause until Lift.
// The first cause stays. A system call that does not wait is not affected.
func (c *Caller) Cancel(cause error) {
	if cause == nil {
		cause = ErrCancelled
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause != nil {
		return
	}
	c.cause = cause
	if c.waiting != nil {
		c.waiting.Target.Interrupt()
	}
}

// Lift takes a cancellation back, so that clean-up can run, and returns its cause.
func (c *Caller) Lift() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	cause := c.cause
	c.cause = nil
	return cause
}

// Err is the cause of the cancellation, nil when there is none.
func (c *Caller) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cause
}

// Park announces a wait. When the actor is cancelled already the wait is interrupted at once, so
// the caller goes on as if it could wait. Every Park is followed by one Resume of the same Wait.
func (c *Caller) Park(w *Wait) {
	w.Seat, w.Step = c.Seat, c.Step
	c.Gate.Park(w)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.waiting = w
	if c.cause != nil {
		w.Target.Interrupt()
	}
}

// Resume tells that a wait is over, however it ended. When it returns, no Interrupt of this wait
// is running or will come.
func (c *Caller) Resume(w *Wait) {
	c.mu.Lock()
	c.waiting = nil
	c.mu.Unlock()
	c.Gate.Resume(w)
}

// Await waits until ready is closed or sends, the deadline passes or the actor is cancelled. It
// returns nil, os.ErrDeadlineExceeded or the cancellation's cause. A zero deadline never passes.
// With nothing to wait for it returns at once and the gate hears nothing.
func (c *Caller) Await(w *Wait, ready <-chan struct{}) error {
	return await(c, w, ready)
}
