package runner

import (
	"slices"
	"sync"
	"time"

	"netscene/actions/gate"
)

// floor is where the actors of a run stand: who runs, who waits for what. It is the Gate at the
// end of every run. Without a pick everyone may run; with one, whoever wakes is held back until it
// is picked, so that one actor runs at a time.
//
// All fields are guarded by mu. pick is called with mu held whenever nobody runs.
type floor struct {
	mu      sync.Mutex
	spots   []spot
	left    []int // places of those who have gone
	running int
	alive   int
	moves   uint64        // counts parks and resumes: two equal pictures have the same number
	pick    func()        // nil: everyone may run
	open    bool          // nobody is held back any more
	idle    chan struct{} // tells the watcher that nobody runs
	looking bool          // the watcher has been told, and has not put it aside yet
	queue   uint64        // counts arrivals
	births  uint64        // counts places taken
}

// spot is where one player stands.
type spot struct {
	actor   int        // which it plays
	born    uint64     // counts who has taken a place
	wait    *gate.Wait // what it waits for; nil while it runs
	since   time.Time
	retries bool   // its waits since then try again what nothing announces
	arrived uint64 // it woke, as the nth to do so, and is held back; 0 otherwise
	tried   uint64 // the last epoch of a story in which a wait without readiness was tried
	called  bool   // its wait was ended, so that it is about to wake
	ended   bool
	turn    chan struct{}
}

func newFloor() *floor { return &floor{idle: make(chan struct{}, 1)} }

// seat gives a player of an actor a place, which counts as running from now on. born tells who it
// is from those who have the place later.
func (f *floor) seat(actor int) (seat int, born uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running++
	f.alive++
	f.births++
	if n := len(f.left); n > 0 {
		seat := f.left[n-1]
		f.left = f.left[:n-1]
		f.spots[seat] = spot{actor: actor, born: f.births, turn: f.spots[seat].turn}
		return seat, f.births
	}
	f.spots = append(f.spots, spot{actor: actor, born: f.births, turn: make(chan struct{}, 1)})
	return len(f.spots) - 1, f.births
}

// free lets a place be given to somebody else.
func (f *floor) free(seat int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.left = append(f.left, seat)
}

// oneAtATime picks whoever woke first.
func (f *floor) oneAtATime() {
	first := -1
	for i, p := range f.spots {
		if p.arrived > 0 && (first < 0 || p.arrived < f.spots[first].arrived) {
			first = i
		}
	}
	if first >= 0 {
		f.grant(first)
	}
}

// Park is gate.Gate's; called says that the wait is being ended already.
func (f *floor) Park(w *gate.Wait, called bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := &f.spots[w.Seat]
	if retries := w.Kind == gate.Retry; !retries || !p.retries {
		p.since, p.retries = time.Now(), retries
	}
	p.wait, p.called = w, called
	f.moved(w)
	f.running--
	f.settle()
}

// Resume is gate.Gate's.
func (f *floor) Resume(w *gate.Wait) {
	f.mu.Lock()
	f.moved(w)
	if f.pick == nil || f.open {
		f.spots[w.Seat].wait, f.spots[w.Seat].called = nil, false
		f.running++
		f.mu.Unlock()
		return
	}
	f.arrive(w.Seat)
}

// moved counts a move. To try again what nothing announces is none.
func (f *floor) moved(w *gate.Wait) {
	if w.Kind != gate.Retry {
		f.moves++
	}
}

// begin is called by a player before its first step. Like Resume it may hold it back.
func (f *floor) begin(seat int) {
	f.mu.Lock()
	if f.pick == nil || f.open {
		f.mu.Unlock()
		return
	}
	f.running--
	f.arrive(seat)
}

// arrive holds a player back until it is picked. It is entered with mu held and leaves without.
func (f *floor) arrive(seat int) {
	p := &f.spots[seat]
	f.queue++
	p.arrived = f.queue
	f.settle()
	turn := p.turn
	f.mu.Unlock()
	<-turn
}

// grant lets a player that was held back go on.
func (f *floor) grant(seat int) {
	p := &f.spots[seat]
	p.arrived, p.wait, p.called = 0, nil, false
	f.running++
	p.turn <- struct{}{}
}

// end is called by a player after its last step.
func (f *floor) end(seat int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.spots[seat].ended = true
	f.moves++
	f.running--
	f.alive--
	f.settle()
}

// settle lets the next one run when nobody does, and tells the watcher when nobody can.
func (f *floor) settle() {
	if f.running > 0 {
		return
	}
	if f.pick != nil && !f.open {
		f.pick()
	}
	if f.running == 0 {
		f.nudge()
	}
}

// nudge tells the watcher that nobody runs. That is so time and again while actors talk to each
// other; the watcher is told once, and looks when it has lasted.
func (f *floor) nudge() {
	if f.looking {
		return
	}
	f.looking = true
	f.idle <- struct{}{}
}

// aside is called by the watcher when it has looked. It is false when it has to look again, as
// there were moves since and nobody runs.
func (f *floor) aside(seen uint64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.looking = f.running == 0 && f.alive > 0 && f.moves != seen
	return !f.looking
}

// call tells that a player's wait is being ended, if it is still there.
func (f *floor) call(seat int, born uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p := &f.spots[seat]; p.born == born {
		p.called = p.wait != nil
	}
}

// openAll ends all holding back.
func (f *floor) openAll() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.open = true
	for i := range f.spots {
		if f.spots[i].arrived > 0 {
			f.grant(i)
		}
	}
}

// stillness is how still a run is.
type stillness uint8

const (
	moving   stillness = iota // somebody runs, or will when its time has come
	stirring                  // nobody runs, but something that is waited for is there
	still                     // all wait for each other, and nothing of it is there
)

// calm tells how still the run is. moves identifies the moment.
func (f *floor) calm() (s stillness, moves uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s = still
	if f.running > 0 || f.alive == 0 {
		return moving, f.moves
	}
	for _, p := range f.spots {
		switch {
		case p.ended:
		case p.arrived > 0, p.wait == nil, p.called, timed(p.wait):
			return moving, f.moves
		case p.wait.Target.Ready():
			s = stirring
		}
	}
	return s, f.moves
}

// timed says whether a wait can end by time alone.
func timed(w *gate.Wait) bool {
	switch w.Kind {
	case gate.Timer, gate.Lookup, gate.Connect:
		return true
	}
	return !w.Deadline.IsZero()
}

// settleTime is how long a failure waits for other actors to come to rest before it tells what they
// did last: what they were doing when it happened may not have been noted yet.
const settleTime = 20 * time.Millisecond

// settled waits until players wait for something or have ended, but not for long.
func (f *floor) settled(players []*player) {
	for limit := time.Now().Add(settleTime); !f.resting(players) && time.Now().Before(limit); {
		time.Sleep(100 * time.Microsecond)
	}
}

func (f *floor) resting(players []*player) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, who := range players {
		if p := &f.spots[who.caller.Seat]; !p.ended && p.wait == nil && f.pick == nil {
			return false
		}
	}
	return true
}

// standing is a player that has not ended, as a picture of the run shows it.
type standing struct {
	*player // nil in the floor's own picture
	seat    int
	kind    gate.Kind
	fd      int    // of the descriptor that it waits for; -1 for none
	what    string // what it waits for; "" when it runs
	since   time.Time
}

// trying says whether somebody is just about to try again what nothing announces: for a picture it
// still waits.
func (f *floor) trying() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.ContainsFunc(f.spots, func(p spot) bool {
		return !p.ended && p.wait == nil && p.retries
	})
}

// picture tells who waits for what.
func (f *floor) picture() []standing {
	for limit := time.Now().Add(settleTime); f.trying() && time.Now().Before(limit); {
		time.Sleep(100 * time.Microsecond)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []standing
	for i, p := range f.spots {
		switch {
		case p.ended:
		case p.wait == nil:
			all = append(all, standing{seat: i, fd: -1})
		default:
			all = append(all, standing{seat: i, kind: p.wait.Kind, fd: p.wait.FD,
				what: p.wait.Target.String(), since: p.since})
		}
	}
	return all
}
