package runner

import (
	"fmt"
	"strings"
	"time"

	"netscene/actions/gate"
	"netscene/runner/board"
)

// flow plays a flow word. The set of words is closed: they steer the run and touch no socket.
func (p *player) flow(s *step, began time.Time) *halt {
	out := outcome{s: s, plain: map[string]any{}}
	var err error
	switch s.flow {
	case flowSignal:
		p.run.board.Publish(board.Signal(s.flowName()), board.Value{})
	case flowWait:
		err = p.awaitSignal(s)
	case flowBarrier:
		err = p.run.barriers[s.flowName()].pass(p)
	case flowRepeat:
		if h := p.repeat(s, &out); h != nil {
			return h
		}
	case flowParallel:
		if h := p.parallel(s); h != nil {
			return h
		}
	case flowEventually:
		if h := p.eventually(s, &out); h != nil {
			return h
		}
	case flowFinally:
		if h := p.playRound(s); h != nil {
			return h
		}
	case flowUse:
		if h := p.use(s, &out); h != nil {
			return h
		}
	case flowServe:
		if h := p.serve(s, &out); h != nil {
			return h
		}
	case flowConnection:
		out = p.connection
	}
	if err != nil {
		return p.halted(s, err)
	}
	out.elapsed = time.Since(began)
	return p.finish(&out)
}

func (p *player) awaitSignal(s *step) error {
	name := s.flowName()
	e := p.run.board.Get(board.Signal(name))
	if !e.Done() {
		w := gate.Wait{Kind: gate.Signal, FD: -1, Target: awaited{e, p.run.plan, name}}
		if err := p.caller.Await(&w, e.Settled); err != nil {
			return err
		}
	}
	if e.Cause != nil {
		return &unreached{cause: e.Cause}
	}
	return nil
}

// awaited is the Target of a wait for a signal.
type awaited struct {
	entry *board.Entry
	plan  *Plan
	name  string
}

func (a awaited) Ready() bool { return a.entry.Done() }
func (a awaited) Interrupt()  {}
func (a awaited) String() string {
	var who []string
	for _, s := range a.plan.signals[a.name] {
		who = append(who, fmt.Sprintf("%s in %s", a.plan.actors[s.actor].name, s.where()))
	}
	return "the signal " + a.name + ", given by " + strings.Join(who, " or ")
}

// giver is who plays a step that gives a signal.
type giver struct {
	step  *step
	index int
}

// withdrawSignal tells that somebody will not give a signal any more; when nobody else can either,
// those who wait are told.
func (r *run) withdrawSignal(by giver, cause error) {
	name, left := by.step.flowName(), false
	r.mu.Lock()
	if r.silent == nil {
		r.silent = map[giver]bool{}
	}
	r.silent[by] = true
	for _, s := range r.plan.signals[name] {
		for i := range r.plan.actors[s.actor].count {
			left = left || !r.silent[giver{s, i}]
		}
	}
	r.mu.Unlock()
	if !left {
		r.board.Withdraw(board.Signal(name), cause)
	}
}
