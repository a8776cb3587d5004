package runner

import (
	"time"

	"netscene/actions/gate"
)

// story decides, for a scenario told in one order, who goes on. A step starts when the scenario is
// still: the step before it has finished or is parked, and no parked step has what it waits for.
type story struct {
	*floor
	steps  []*step         // in the order of the telling
	next   int             // the first that has not begun
	rounds []int           // of each loop, how many are over
	epoch  uint64          // counts what has been let go on, waits without readiness apart
	come   []chan struct{} // by actor: closed when the step begins for which it waits
	plan   *Plan

	foreign  func() bool // says whether somebody outside may still do something
	inFlight func() bool // says whether data is on its way, which a timer of the kernel may hold
	waits    bool        // it would be stuck, but for what is in flight, or may yet be
	doubt    doubt
	stuck    *stuck // why it cannot go on
}

// doubt is since when nothing has gone on. What one socket sends to another is there when the call
// returns, but where the kernel leaves it to a thread of its own: with much to do, and for SCTP.
type doubt struct {
	epoch uint64
	since time.Time // zero for never
}

// stuck says why a story ended before its time: its next step cannot start, or, with next nil,
// a step is still parked at the end.
type stuck struct {
	next    *step
	blocked int // the seat of who is parked
}

// pick implements the rule. It is called with the floor's lock held while nobody runs.
func (s *story) pick() {
	if s.stuck != nil || s.pickReady() || s.timeBound() {
		return
	}
	for s.next < len(s.steps) {
		step := s.steps[s.next]
		p := &s.spots[step.actor]
		if p.ended {
			s.advance() // whoever ended its actor has said why
			continue
		}
		if p.wait == nil || p.wait.Kind != gate.Turn {
			s.give(step, step.actor)
			return
		}
		s.advance()
		s.epoch++
		close(s.come[step.actor])
		return
	}
	for i, p := range s.spots {
		if !p.ended && p.wait != nil && p.wait.Kind != gate.Turn {
			s.give(nil, i)
			return
		}
	}
}

// pickReady lets the first parked step of the story go on that has what it waits for. It is also
// true when that step is about to wake: then it is waited for.
func (s *story) pickReady() bool {
	first := -1
	for i, p := range s.spots {
		if p.ended || p.wait == nil && p.arrived == 0 || !s.ready(&p) {
			continue
		}
		if first < 0 || s.before(&p, &s.spots[first]) {
			first = i
		}
	}
	if first < 0 {
		return false
	}
	p := &s.spots[first]
	if p.arrived > 0 {
		if p.wait != nil && p.wait.Kind == gate.Retry {
			p.tried = s.epoch
		} else {
			s.epoch++
		}
		s.grant(first)
	}
	return true
}

// before says which of two places goes on first: an actor at the very beginning, then the one
// whose step stands further up.
func (s *story) before(a, b *spot) bool {
	if a.wait == nil || b.wait == nil {
		return a.wait == nil && (b.wait != nil || a.born < b.born)
	}
	return s.order(a) < s.order(b)
}

func (s *story) order(p *spot) int {
	for i, step := range s.steps {
		if step.actor == p.actor && step.covers(p.wait.Step) {
			return i
		}
	}
	return len(s.steps)
}

// ready says whether a parked step has what it waits for. A wait that nothing announces is tried
// once after each change. Of several that wait for their turn on a descriptor only the one that
// woke has it.
func (s *story) ready(p *spot) bool {
	switch {
	case p.wait != nil && p.wait.Kind == gate.Retry:
		return p.tried != s.epoch
	case p.arrived > 0, p.called:
		return true
	case p.wait.Kind == gate.Queue:
		for _, o := range s.spots {
			if w := o.wait; w != nil && o.arrived > 0 && w.Kind == gate.Queue && w.FD == p.wait.FD &&
				w.Direction == p.wait.Direction {
				return false
			}
		}
	}
	return p.wait.Target.Ready()
}

// timeBound says whether a parked step is one that only time can end, which is waited for.
func (s *story) timeBound() bool {
	for _, p := range s.spots {
		if p.ended || p.wait == nil {
			continue
		}
		switch p.wait.Kind {
		case gate.Timer, gate.Lookup, gate.Connect:
			return true
		}
		if !p.wait.Deadline.IsZero() && s.plan.actors[p.actor].steps[p.wait.Step].timeout {
			return true
		}
	}
	return false
}

// give gives the story up when nothing has moved it for a while, unless something may still do so:
// somebody outside, the socket's own limit of the step that is parked, or data that is on its way.
func (s *story) give(next *step, blocked int) {
	if s.foreign() || !s.spots[blocked].wait.Deadline.IsZero() {
		return
	}
	if s.waits = s.inFlight(); !s.waits && s.pickReady() {
		return // it came while this was looked at
	}
	if s.doubt.since.IsZero() || s.doubt.epoch != s.epoch {
		s.doubt = doubt{s.epoch, time.Now()}
	}
	if s.waits = s.waits || time.Since(s.doubt.since) < stillFor; !s.waits {
		s.stuck = &stuck{next: next, blocked: blocked}
	}
	s.nudge()
}

// lookAgain is how long a story waits for what may be on its way before it looks again.
const lookAgain = 10 * time.Millisecond

// look says whether the story is stuck. While only what is on its way can move it, it tries again,
// and gives when to look again.
func (s *story) look() (stuck bool, again time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waits && s.running == 0 && !s.open {
		s.waits = false
		s.pick()
	}
	if s.waits {
		return false, lookAgain
	}
	s.looking = false
	return s.stuck != nil, 0
}

// await holds an actor until its next step begins.
func (s *story) await(c *gate.Caller, next *step) error {
	come := make(chan struct{})
	s.mu.Lock()
	s.come[next.actor] = come
	s.mu.Unlock()
	w := gate.Wait{Kind: gate.Turn, FD: -1, Target: turn{come, next}}
	return c.Await(&w, come)
}

// turn is the Target of an actor that waits for its next step of a story.
type turn struct {
	come chan struct{}
	next *step
}

func (t turn) Ready() bool    { return closed(t.come) }
func (t turn) Interrupt()     {}
func (t turn) String() string { return "its turn, " + t.next.where() }

// closed says whether a channel that is only ever closed is closed.
func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
