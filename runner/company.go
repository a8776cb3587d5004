package runner

import (
	"errors"
	"sync"
)

// Whose end ends what others do.
var (
	// errDeserted ends the wait of a serve for a further connection: nobody is left to connect.
	errDeserted = errors.New("the actors that do not serve have ended")
	// errAlone ends a daemon.
	errAlone = errors.New("the other actors have ended")
)

// company is players with whose end the waits of others end. All is guarded by mu.
type company struct {
	cause error // which those waits end with
	is    func(*actor) bool

	mu      sync.Mutex
	left    int
	were    bool             // there was anybody
	waiting map[*player]bool // whose waits end
}

// newCompany counts the players of the actors that belong to it.
func newCompany(p *Plan, cause error, is func(*actor) bool) *company {
	c := &company{cause: cause, is: is, waiting: map[*player]bool{}}
	for _, a := range p.actors {
		if is(a) {
			c.left += a.count
		}
	}
	c.were = c.left > 0
	return c
}

// gone says whether nobody is left.
func (c *company) gone() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.were && c.left == 0
}

// await begins or ends what somebody does only as long as there is company.
func (c *company) await(p *player, begins bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !begins {
		delete(c.waiting, p)
		return
	}
	c.waiting[p] = true
	if c.were && c.left == 0 {
		p.caller.Cancel(c.cause)
	}
}

// bye is called when a player of the plan's actors ends.
func (c *company) bye(p *player) {
	if !c.is(p.actor) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left > 0 {
		return
	}
	for p := range c.waiting {
		p.cancel(c.cause)
	}
}

// guest says whether an actor is one who may still connect to a serve without a number.
func (a *actor) guest() bool { return !a.daemon && !a.serves() }

// deserted checks that somebody is there whose end ends what goes on until then.
func (c *compiler) deserted() {
	var serve *step
	daemons, guests := 0, 0
	for _, a := range c.plan.actors {
		if a.daemon {
			daemons++
		}
		if a.guest() {
			guests++
		}
		for _, s := range a.steps {
			if serve == nil && s.endless() {
				serve = s
			}
		}
	}
	if daemons > 0 && daemons == len(c.plan.actors) {
		c.report(c.doc.Actors[0].Name.Span, "let one of them be none",
			"every actor is a daemon, so there is nobody whose end ends them")
	}
	if serve != nil && guests == 0 && !c.plan.open {
		c.report(serve.doc.Word.Span, "give `connections`, or write `open: true` at the top if they "+
			"come from outside", "serve has no end: there is no actor that could connect")
	}
}
