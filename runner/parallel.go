package runner

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"netscene/actions/gate"
	"netscene/schema"
)

// branch is what a player plays: the steps of its actor, or a list inside a step of another player,
// its parent, which waits for it meanwhile.
type branch struct {
	parent *player
	body   *block
	first  int // index of its first step
}

// slot is the place for a step's result: the player's own, or, above its branch, the parent's,
// which does not change meanwhile.
func (p *player) slot(index int) *slot {
	for index < p.first {
		p = p.parent
	}
	return &p.slots[index-p.first]
}

// branchOf gives the flow word that plays a block side by side with others, nil when the block
// belongs to whoever plays the blocks around it.
func (b *block) branchOf() *step {
	if b.parent != nil && (b.parent.flow == flowParallel || b.parent.flow == flowServe) {
		return b.parent
	}
	return nil
}

// branch gives the innermost flow word around the step that plays it side by side with others; nil
// when there is none.
func (s *step) branch() *step {
	for b := s.block; b != nil; b = b.outer() {
		if by := b.branchOf(); by != nil {
			return by
		}
	}
	return nil
}

// apart says whether two steps are played by different players, one of which may not see what the
// other has: of different actors, or in different branches of one step.
func apart(s, t *step) bool {
	if s.actor != t.actor {
		return true
	}
	for b := s.block; b != nil; b = b.outer() {
		if by := b.branchOf(); by != nil && by.covers(t.index) && by != t && !b.holds(t) {
			return true
		}
	}
	return false
}

// repeats says whether the block's steps may be played more than once.
func (b *block) repeats() bool {
	for ; b.parent != nil; b = b.outer() {
		if b.parent.flow.repeats() {
			return true
		}
	}
	return false
}

// holds says whether a step stands in the block or further inside.
func (b *block) holds(s *step) bool {
	return b.steps[0].index <= s.index && s.index <= b.steps[len(b.steps)-1].last
}

// beside refuses a reference to a step of another branch inside a loop: which round is meant would
// be unknown.
func (c *compiler) beside(at schema.Span, s, target *step) bool {
	for b := s.block; b != nil; b = b.outer() {
		if b.parent != nil && b.parent.flow.repeats() && b.holds(target) {
			c.report(at, "use `signal` and `wait`, or a loop in each branch",
				"%s stands in another branch of a loop's round", target.where())
			return false
		}
	}
	return true
}

// parallel plays the branches of a step side by side.
func (p *player) parallel(s *step) *halt {
	var branches []*player
	for i, body := range s.bodies {
		branches = append(branches, p.fork(body, fmt.Sprintf("%s/%d", p.name, i+1)))
	}
	stops := make([]*halt, len(branches))
	var cut *halt // which ended an attempt, with all branches
	var once sync.Once
	crew := newCrew()
	for i, b := range branches {
		crew.start(b, func(stop *halt) {
			if stops[i] = stop; stop == nil || p.try == nil {
				return
			}
			once.Do(func() {
				cut, *p.try = stop, *b.try
				for _, other := range branches {
					other.cancel(errRetry)
				}
			})
		})
	}
	p.join(crew)
	for _, b := range branches {
		p.inherit(b)
	}
	p.enter(s)
	if err := p.caller.Err(); err != nil {
		return p.halted(s, err)
	}
	for _, stop := range append([]*halt{cut}, stops...) {
		if stop != nil {
			return stop
		}
	}
	return nil
}

// fork makes a player for a list of steps inside a step of this one. It has the sockets that this
// one has.
func (p *player) fork(body *block, name string) *player {
	first, last := body.steps[0].index, body.steps[len(body.steps)-1].last
	b := &player{run: p.run, actor: p.actor, index: p.index, name: name,
		branch: branch{parent: p, body: body, first: first}, slots: make([]slot, last-first+1),
		opened: slices.Clone(p.opened), rounds: slices.Clone(p.rounds),
		items: slices.Clone(p.items), given: slices.Clone(p.given), cleaning: p.cleaning}
	if p.try != nil {
		b.try = &attempt{}
	}
	b.caller.Gate, b.caller.Trace = (*told)(b), b.trace
	p.run.seat(b)
	b.caller.For = p.caller.For
	b.enter(body.steps[0])
	if cause := p.run.over(); cause != nil {
		b.dismiss(cause)
	}
	return b
}

// inherit takes over what a branch that has ended leaves: its results and its sockets.
func (p *player) inherit(b *player) {
	for i := range b.slots {
		*p.slot(b.first + i) = b.slots[i]
	}
	for _, s := range b.opened {
		if !slices.Contains(p.opened, s) {
			p.opened = append(p.opened, s)
		}
	}
}

// join waits until a crew has ended. When the wait is cancelled, so are they.
func (p *player) join(c *crew) {
	c.left.Add(-1)
	c.gone()
	w := gate.Wait{Kind: gate.Branches, FD: -1, Target: c}
	if p.caller.Await(&w, c.done) == nil {
		return
	}
	for _, b := range p.run.all() {
		if b.parent == p {
			b.cancel(p.caller.Err())
		}
	}
	p.run.floor.Park(&w, false) // nothing ends this wait but their end
	<-c.done
	p.run.floor.Resume(&w)
}

// crew is the players that play what another one does side by side, who waits for their end.
type crew struct {
	left    atomic.Int32 // who plays, and 1 while more may come
	present atomic.Int32 // the same, until they have left the floor
	done    chan struct{}
}

func newCrew() *crew {
	c := &crew{done: make(chan struct{})}
	c.left.Store(1)
	c.present.Store(1)
	return c
}

// start lets a player play its list, and calls ended after it.
func (c *crew) start(b *player, ended func(*halt)) {
	c.left.Add(1)
	c.present.Add(1)
	go func() {
		b.run.floor.begin(b.caller.Seat)
		stop := b.steps()
		if stop != nil {
			b.leave(stop.cause)
		}
		ended(stop)
		c.left.Add(-1) // before it leaves the floor, or the run might seem to stand still
		b.run.floor.end(b.caller.Seat)
		b.run.unseat(b)
		c.gone()
	}()
}

// gone notes that one has gone, or that no more will come.
func (c *crew) gone() {
	if c.present.Add(-1) == 0 {
		close(c.done)
	}
}

// Ready implements gate.Target.
func (c *crew) Ready() bool { return c.left.Load() == 0 }

// Interrupt implements gate.Target.
func (c *crew) Interrupt() {}

// String implements gate.Target.
func (c *crew) String() string {
	if n := c.left.Load(); n != 1 {
		return fmt.Sprintf("%d branches to end", n)
	}
	return "a branch to end"
}
