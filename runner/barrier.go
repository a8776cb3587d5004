package runner

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"netscene/actions/gate"
)

// barrier lets its participants pass when all of them have come, as often as they all come.
type barrier struct {
	name   string
	plan   *Plan
	actors []int // who takes part
	all    int   // how many that are

	mu     sync.Mutex
	here   []*player     // who has come
	come   chan struct{} // closed when all have come, or somebody cannot come any more
	broken error         // why the rest will not come
}

func newBarrier(name string, plan *Plan) *barrier {
	b := &barrier{name: name, plan: plan, actors: plan.barriers[name], come: make(chan struct{})}
	for _, i := range b.actors {
		b.all += plan.actors[i].count
	}
	return b
}

// pass waits for the others.
func (b *barrier) pass(p *player) error {
	b.mu.Lock()
	come := b.come
	if b.broken == nil {
		if b.here = append(b.here, p); len(b.here) == b.all {
			b.here, b.come = nil, make(chan struct{})
			close(come)
		}
	}
	b.mu.Unlock()
	w := gate.Wait{Kind: gate.Barrier, FD: -1, Target: meeting{b, come}}
	if err := p.caller.Await(&w, come); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken != nil && come == b.come {
		return &unreached{cause: b.broken}
	}
	return nil
}

// leave tells that somebody will not come any more. Those who wait for it are let go with the
// cause, as are all who come later.
func (b *barrier) leave(p *player, cause error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken == nil && slices.Contains(b.actors, p.actor.index) {
		b.broken = cause
		close(b.come)
	}
}

// mostMissing is how many of those who have not come to a barrier are named.
const mostMissing = 4

// meeting is the Target of a wait at a barrier.
type meeting struct {
	barrier *barrier
	come    chan struct{}
}

func (m meeting) Ready() bool { return closed(m.come) }
func (m meeting) Interrupt()  {}

// String names those who have not come.
func (m meeting) String() string {
	b := m.barrier
	b.mu.Lock()
	defer b.mu.Unlock()
	var missing []string
	for _, i := range b.actors {
		a := b.plan.actors[i]
		for n := range a.count {
			here := func(p *player) bool { return p.actor == a && p.index == n }
			if !slices.ContainsFunc(b.here, here) {
				missing = append(missing, a.player(n))
			}
		}
	}
	if more := len(missing) - mostMissing; more > 0 {
		missing = append(missing[:mostMissing], fmt.Sprintf("%d more", more))
	}
	return fmt.Sprintf("%s at the barrier %s", strings.Join(missing, " and "), b.name)
}
