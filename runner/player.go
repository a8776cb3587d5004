package runner

import (
	"fmt"
	"runtime/debug"
	"slices"
	"sync/atomic"
	"time"

	"netscene/actions"
	"netscene/actions/gate"
	"netscene/actions/socket"
	"netscene/runner/board"
	"netscene/runner/expr"
	"netscene/schema"
)

// player plays one actor in a run. Its fields belong to its goroutine.
type player struct {
	run    *run
	actor  *actor
	index  int    // among those that play the actor
	name   string // what reports call it
	born   uint64 // tells it from who has its seat after it
	caller socket.Caller
	branch
	connection outcome          // what accept gave to the branch of a serve
	slots      []slot           // results, by step from `first` on
	opened     []*socket.Socket // what the actor opened, in order
	ring       ring
	step       *step            // the one that is being played
	at         atomic.Int32     // its index, for others to see
	rounds     []int            // of the loops around it, outermost first
	items      []any            // of the loops with `for` around it, outermost first
	given      []map[string]any // parameters of the definitions around it, outermost first
	try        *attempt         // of the innermost eventually around it; nil outside one
	limits     []*limit         // of the steps around and of this one, outermost first
	call       actions.Call     // the one that is being made
	out        outcome          // what came of it
	begun      bool             // the step has begun, whatever it waits for
	inCall     bool             // the step's own call is being made
	cleaning   bool             // it plays what is done however it ended; set under run.mu
}

// slot is what is known of a step's result.
type slot struct {
	out   outcome
	state slotState
	cause error // why there is none
}

type slotState uint8

const (
	pending slotState = iota
	present
	absent
)

func newPlayer(r *run, a *actor, index int) *player {
	p := &player{run: r, actor: a, index: index, name: a.player(index),
		slots: make([]slot, len(a.steps))}
	p.body = a.body
	p.caller.Gate, p.caller.Trace = (*told)(p), p.trace
	return p
}

// halt is why an actor stops: the step that failed or was not reached.
type halt struct {
	cause error // what those who wait for this actor are told
}

// play plays the actor's steps; afterwards nobody waits for it in vain.
func (p *player) play() {
	p.run.floor.begin(p.caller.Seat)
	defer p.run.floor.end(p.caller.Seat)
	cause := fmt.Errorf("%s has ended", p.name)
	defer p.run.guests.bye(p)
	defer p.run.others.bye(p)
	if p.actor.daemon {
		p.run.others.await(p, true)
		defer p.run.others.await(p, false)
	}
	stop := p.steps()
	if stop != nil {
		cause = stop.cause
	}
	p.leave(cause)
	if p.run.story != nil && stop != nil {
		p.run.end(errStopped)
	}
}

// steps plays the actor's list. A panic is a fault of ours: it ends this actor as an error, and
// leaves the other scenarios alone.
func (p *player) steps() (stop *halt) {
	defer func() {
		if fault := recover(); fault != nil {
			d := &schema.Diagnostic{Span: p.step.doc.Word.Span, Body: string(debug.Stack()),
				Summary: fmt.Sprintf("netscene itself failed here: %v", fault)}
			p.quote(d)
			p.run.fail(actions.Errored, d)
			p.ended(p.step, &actions.Outcome{Status: actions.Errored, Failure: d})
			stop = &halt{cause: fmt.Errorf("%s failed", p.called(p.step))}
		}
	}()
	for _, s := range p.body.steps {
		if stop = p.perform(s); stop != nil {
			break
		}
	}
	if stop != nil {
		p.cleanUp()
	}
	return stop
}

// leave tells everybody who could still wait for the player that it has ended.
func (p *player) leave(cause error) {
	if p.body.repeats() {
		return // somebody else may play them still, or the actor tells
	}
	for i := range p.slots {
		p.withdraw(p.actor.steps[p.first+i], cause)
	}
	if p.parent != nil {
		return
	}
	for _, b := range p.run.barriers {
		b.leave(p, cause)
	}
}

// withdraw tells that nothing more will come of a step.
func (p *player) withdraw(s *step, cause error) {
	if s.public {
		p.run.board.Withdraw(p.run.key(s, p.index, p.rounds), cause)
		p.run.board.Withdraw(p.run.key(s, p.index, p.rounds).Blocked(), cause)
	}
	if s.flow == flowSignal {
		p.run.withdrawSignal(giver{s, p.index}, cause)
	}
}

// perform plays one step from its turn to its expectations.
func (p *player) perform(s *step) *halt {
	p.enter(s)
	p.begun = false
	if p.run.story != nil && s.doc.Order >= 0 {
		if err := p.run.story.await(&p.caller.Caller, s); err != nil {
			return p.halted(s, err)
		}
	}
	if err := p.caller.Err(); err != nil {
		return p.halted(s, err)
	}
	p.begun = true
	if p.run.stream.listens(actions.StepStarted) {
		p.emit(&actions.Event{Kind: actions.StepStarted})
	}
	if s.within != nil {
		l, h := p.limit(s)
		if h != nil {
			return h
		}
		defer p.unlimit(l)
	}
	var began time.Time
	if s.flow != noFlow { // an action is timed by itself
		began = time.Now()
	}
	skip, err := p.prepare(s)
	if err != nil {
		return p.halted(s, err)
	}
	if skip {
		cause := fmt.Errorf("%s was skipped, as its `when` was false", p.called(s))
		p.settle(s, slot{state: absent, cause: cause})
		if p.try == nil && (s.flow != flowSignal || !s.block.repeats()) { // or it may still come
			p.withdraw(s, cause)
		}
		p.ended(s, &actions.Outcome{Status: actions.Skipped, Reason: "`when` is false"})
		return nil
	}
	p.run.steps.Add(1)
	if s.flow != noFlow {
		return p.flow(s, began)
	}
	return p.act(s)
}

// enter notes which step is being played.
func (p *player) enter(s *step) {
	p.step, p.caller.Step = s, s.index
	p.at.Store(int32(s.index))
}

// prepare waits for what must have happened before the step and finds out whether it is skipped.
func (p *player) prepare(s *step) (skip bool, err error) {
	for i := range s.after {
		if err := p.awaitAfter(&s.after[i]); err != nil {
			return false, err
		}
	}
	if s.when == nil {
		return false, nil
	}
	holds, err := p.eval(s.when, nil)
	return holds == false, err
}

func (p *player) awaitAfter(a *afterRef) error {
	for i := range p.run.plan.actors[a.step.actor].count {
		if a.step.actor == p.actor.index && i != p.index {
			continue
		}
		key := p.run.key(a.step, i, p.rounds)
		if a.parked {
			key = key.Blocked()
		}
		if _, err := p.await(key, a.step); err != nil {
			return err
		}
	}
	return nil
}

// act makes the step's call and judges what came of it.
func (p *player) act(s *step) *halt {
	bound, err := p.bound(s)
	refusal := s.refusal(err)
	if err != nil && refusal == nil {
		return p.halted(s, err)
	}
	on, err := p.socketOf(s)
	if err != nil {
		return p.halted(s, err)
	}
	if p.caller.User, err = p.userOf(s); err != nil {
		return p.halted(s, err)
	}
	p.call = actions.Call{Env: (*env)(p), Socket: on}
	before := timeoutOf(on)
	p.inCall = true
	began := time.Now()
	var result any
	if err = refusal; refusal == nil {
		result, err = s.action.Run(&p.call, bound)
	} else {
		result = s.action.Nothing()
	}
	elapsed := time.Since(began)
	p.inCall, p.caller.User = false, nil
	if on != nil && timeoutOf(on) != before {
		p.run.ledger.limited(on, origin{actor: p.name, step: s.ref})
	}
	if s.watched && p.try == nil {
		p.unblocked(s)
	}
	out := &p.out
	*out = outcome{s: s, result: result, err: err, elapsed: elapsed, socket: on}
	p.adopt(out)
	if h := p.judge(out); h != nil {
		return h
	}
	return p.finish(out)
}

// unblocked tells that a step has not blocked, if it has not.
func (p *player) unblocked(s *step) {
	p.run.board.Withdraw(p.run.key(s, p.index, p.rounds).Blocked(),
		fmt.Errorf("%s did not block", p.called(s)))
}

func timeoutOf(s *socket.Socket) socket.Timeout {
	if s == nil {
		return socket.Timeout{}
	}
	return s.Timeout()
}

// adopt takes the sockets that the call opened.
func (p *player) adopt(out *outcome) {
	for _, opened := range out.s.action.Opened(out.result) {
		opened.Origin = origin{actor: p.name, step: out.s.ref}
		p.run.ledger.add(opened)
		// It would grow: forget those that were closed. An attempt finds its own by their place.
		if len(p.opened) == cap(p.opened) && p.try == nil {
			p.opened = slices.DeleteFunc(p.opened, (*socket.Socket).Closed)
		}
		p.opened = append(p.opened, opened)
		out.socket = opened
	}
}

// socketOf finds the socket on which the step acts.
func (p *player) socketOf(s *step) (*socket.Socket, error) {
	if s.uses() == actions.NoSocket {
		return nil, nil
	}
	if s.on != nil {
		return p.named(s.on)
	}
	if s.uses() == actions.Listener {
		if l := p.listener(); l != nil {
			return l, nil
		}
		return nil, p.refuse(s.doc.Word.Span, "call listen first, or name the socket with `on`",
			"%s has no socket that listens", p.name)
	}
	for i := len(p.opened) - 1; i >= 0; i-- {
		if !p.opened[i].Closed() {
			return p.opened[i], nil
		}
	}
	if n := len(p.opened); n > 0 {
		return p.opened[n-1], nil // closed: the call will say so
	}
	if s.action.Uses == actions.CurrentIfAny {
		return nil, nil
	}
	return nil, p.refuse(s.doc.Word.Span, "the step that opens it was skipped, or failed as expected",
		"%s has no socket", p.name)
}

// listener is the socket on which the actor last called listen, an open one if there is one.
func (p *player) listener() *socket.Socket {
	var last *socket.Socket
	var at int64
	for _, s := range p.run.ledger.listeners() {
		seq, seat := s.Listening()
		if seat != p.caller.For || last != nil && s.Closed() && !last.Closed() {
			continue
		}
		if seq > at || last.Closed() && !s.Closed() {
			last, at = s, seq
		}
	}
	return last
}

// named finds the socket that `on` names.
func (p *player) named(on *onRef) (*socket.Socket, error) {
	var handle expr.Handle
	if on.prog != nil {
		v, err := p.eval(on.prog, nil)
		if err != nil {
			return nil, err
		}
		handle, _ = v.(expr.Handle)
	} else {
		var err error
		if handle, err = p.handleOf(on.step, on.await); err != nil {
			return nil, err
		}
	}
	if s := p.run.ledger.get(handle.ID); s != nil {
		return s, nil // maybe closed: the call will say so
	}
	return nil, p.refuse(on.node.Span, "", "there is no socket here")
}

// settle stores a step's result and publishes it.
func (p *player) settle(s *step, v slot) {
	if s.kept || s.public && p.try != nil {
		*p.slot(s.index) = v
	}
	if !s.public || p.try != nil {
		return
	}
	if v.state == present {
		p.run.board.Publish(p.run.key(s, p.index, p.rounds), v.out.value())
	} else {
		p.run.board.Withdraw(p.run.key(s, p.index, p.rounds), v.cause)
	}
}

// called names a step for people.
func (p *player) called(s *step) string {
	name := p.run.plan.actorOf(s).name
	if s.actor == p.actor.index && p.actor.many {
		name = p.name
	}
	return fmt.Sprintf("%s.%s (%s)", name, s.name, s.where())
}

// cancel ends what the player waits for, and tells the floor before.
func (p *player) cancel(cause error) {
	p.run.floor.call(p.caller.Seat, p.born)
	p.caller.Cancel(cause)
}

// dismiss ends what the player does as the run ends, unless it cleans up.
func (p *player) dismiss(cause error) {
	p.run.mu.Lock()
	defer p.run.mu.Unlock()
	if !p.cleaning {
		p.caller.Cancel(cause)
	}
}

// told is the gate of a player: it keeps what happens and passes it on to the floor.
type told player

// Park implements gate.Gate.
func (t *told) Park(w *gate.Wait) {
	p := (*player)(t)
	var seq int64
	if p.run.stream.listens(actions.Parked) {
		seq = p.emit(&actions.Event{Kind: actions.Parked, Wait: p.waiting(w)})
	}
	if w.Kind != gate.Turn {
		p.ring.addWait(p.number(seq), p.run.stream.now(), p.step.ref, w)
	}
	if p.step.watched && p.inCall {
		p.run.board.Publish(p.run.key(p.step, p.index, p.rounds).Blocked(), board.Value{})
	}
	p.run.floor.Park(w, p.caller.Err() != nil)
}

// Resume implements gate.Gate.
func (t *told) Resume(w *gate.Wait) {
	p := (*player)(t)
	p.run.floor.Resume(w)
	if p.run.stream.listens(actions.Resumed) {
		p.emit(&actions.Event{Kind: actions.Resumed, Wait: p.waiting(w)})
	}
}

func (p *player) waiting(w *gate.Wait) *actions.Waiting {
	out := &actions.Waiting{Kind: w.Kind.String(), FD: w.FD, For: w.Target.String()}
	if !w.Deadline.IsZero() {
		out.Deadline = w.Deadline.Sub(p.run.stream.start)
	}
	return out
}

// trace keeps a system call and tells who listens.
func (p *player) trace(c *socket.Call) {
	var seq int64
	if p.caller.User != nil {
		c.User = p.caller.User.Name
	}
	if p.run.stream.listens(actions.SystemCall) {
		seq = p.emit(&actions.Event{Kind: actions.SystemCall, Call: c})
	}
	p.ring.addCall(p.number(seq), p.run.stream.now(), p.step.ref, c)
	if c.Errno != 0 {
		return
	}
	switch {
	case c.Name == "getsockname":
		p.run.add(c.Address)
	case opensUp(c):
		p.run.foreign.Store(true)
	}
	if noteworthy(c) {
		p.run.ledger.note(c, origin{actor: p.name, step: p.step.ref})
	}
}

// number gives the number of an event for the ring: a new one if it was told to nobody.
func (p *player) number(seq int64) int64 {
	if seq == 0 {
		return p.run.stream.seq.Add(1)
	}
	return seq
}

// emit hands an event of the current step on and returns its number.
func (p *player) emit(e *actions.Event) int64 {
	e.Actor, e.Step, e.Rounds = p.name, p.step.ref, p.rounds
	p.run.stream.emit(e)
	return e.Seq
}
