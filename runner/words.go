package runner

import (
	"fmt"
	"strings"
	"time"

	"netscene/actions/gate"
	"netscene/runner/board"
	"netscene/schema"
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
		who = append(who, fmt.Sprintf("%s in line %d", a.plan.actors[s.actor].name, s.line()))
	}
	return "the signal " + a.name + ", given by " + strings.Join(who, " or ")
}

// withdrawSignal tells that a step will not give its signal any more; when no other can either,
// those who wait are told.
func (r *run) withdrawSignal(s *step, cause error) {
	name, left := s.flowName(), 0
	r.mu.Lock()
	if r.silent == nil {
		r.silent = map[*step]int{}
	}
	r.silent[s]++
	for _, giver := range r.plan.signals[name] {
		if r.silent[giver] < r.plan.actors[giver.actor].count {
			left++
		}
	}
	r.mu.Unlock()
	if left == 0 {
		r.board.Withdraw(board.Signal(name), cause)
	}
}

// repeat plays a loop. A round's results are forgotten when the next begins.
func (p *player) repeat(s *step, out *outcome) *halt {
	times, limit, err := p.bounds(s)
	if err != nil {
		return p.halted(s, err)
	}
	collected := make([][]any, len(s.gather))
	depth := len(p.rounds)
	defer func() { p.rounds = p.rounds[:depth] }()
	p.rounds = append(p.rounds, 0)
	n, over := 0, times == 0
	for !over {
		if n == limit {
			return p.halted(s, p.exhausted(s, limit))
		}
		n++
		p.rounds[depth] = n
		if h := p.playRound(s); h != nil {
			return h
		}
		for i, g := range s.gather {
			v, err := p.eval(g.prog, nil)
			if err != nil {
				return p.halted(s, err)
			}
			collected[i] = append(collected[i], v)
		}
		if over = n == times; s.until != nil {
			holds, err := p.eval(s.until, nil)
			if err != nil {
				return p.halted(s, err)
			}
			over = over || holds == true
		}
	}
	p.enter(s)
	out.plain["rounds"], out.plain["last"] = n, p.last(s)
	for i, g := range s.gather {
		out.plain[g.name] = append([]any{}, collected[i]...)
	}
	return nil
}

// exhausted says that a loop never came to its end, and what its condition was at last.
func (p *player) exhausted(s *step, limit int) error {
	d := schema.Diagnostic{Span: s.until.src.Span, Detail: "give `max` if it may take more",
		Summary: fmt.Sprintf("`until` did not hold within %d rounds", limit)}
	if names, err := p.names(s.until, nil); err == nil {
		d.Values = valuesOf(s.until, names)
	}
	return &wrong{d: d}
}

func (p *player) playRound(s *step) *halt {
	for i := s.index + 1; i <= s.last; i++ {
		*p.slot(i) = slot{}
	}
	for _, inner := range s.bodies[0].steps {
		if h := p.perform(inner); h != nil {
			return h
		}
	}
	p.enter(s)
	return nil
}

// last gives the results of the last round by the names of its steps.
func (p *player) last(s *step) map[string]any {
	last := map[string]any{}
	for name, steps := range s.bodies[0].named {
		if v := p.slot(steps[len(steps)-1].index); v.state == present {
			last[name] = v.out.value().Fields
		}
	}
	return last
}

// bounds gives how many rounds a loop takes, and the most that it may take. A loop with `until`
// takes as many as it needs.
func (p *player) bounds(s *step) (times, limit int, err error) {
	values, err := p.values(s.params)
	if err != nil {
		return 0, 0, err
	}
	times, limit = -1, 1000
	for i, f := range s.params.shape.Params {
		n, ok := values[i].Value.(int)
		switch {
		case !ok || !values[i].Given:
		case f.Name == "times":
			times = n
		case f.Name == "max":
			limit = n
		}
	}
	if s.until == nil || times >= 0 {
		limit = -1
	}
	return times, limit, nil
}
