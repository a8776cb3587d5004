package runner

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"netscene/actions"
	"netscene/schema"
)

// attempt is one performance of the steps of an eventually.
type attempt struct {
	step    *step            // that failed; nil while none has
	outcome *actions.Outcome // with what a report will show, should it be the last
}

// The pause between two attempts, which doubles.
const (
	firstPause = 10 * time.Millisecond
	lastPause  = time.Second
)

// errRetry stops an attempt that failed. Nobody sees it.
var errRetry = errors.New("a step inside eventually failed")

// retried keeps how a step of an attempt failed.
func (p *player) retried(o *outcome, out *actions.Outcome, why explanation) *halt {
	failure := *why()
	p.quote(&failure)
	out.Failure, out.History = &failure, p.history(o)
	p.try.step, p.try.outcome = o.s, out
	p.ended(o.s, &actions.Outcome{Status: actions.Retried, Elapsed: out.Elapsed, Fields: out.Fields,
		Reason: failure.Summary})
	return &halt{cause: errRetry}
}

// eventually plays its steps until all of them come out as they should, or its time is over.
func (p *player) eventually(s *step, out *outcome) *halt {
	values, err := p.values(s.params)
	if err != nil {
		return p.halted(s, err)
	}
	within := 5 * time.Second
	if d, ok := values[0].Value.(time.Duration); ok {
		within = d
	}
	l := p.arm(s, within)
	defer p.unlimit(l)
	var last *attempt
	n, pause := 0, firstPause
	for ; ; pause = min(2*pause, lastPause) {
		n++
		mark := len(p.opened)
		this, stop := p.attempt(s)
		if stop == nil {
			break
		}
		if this.step == nil || this.step == s { // it was cut off
			return p.gaveUp(s, l, last, n-1, stop)
		}
		p.enter(s)
		p.discard(mark)
		if last = this; time.Since(l.began)+pause > within {
			return p.gaveUp(s, l, last, n, stop)
		}
		if err := sleep(&p.caller.Caller, pause); err != nil {
			return p.gaveUp(s, l, last, n, &halt{cause: err})
		}
	}
	p.enter(s)
	p.publish(s)
	out.plain["attempts"] = n
	return nil
}

// attempt plays the steps once.
func (p *player) attempt(s *step) (*attempt, *halt) {
	outer := p.try
	p.try = &attempt{}
	defer func() { p.try = outer }()
	stop := p.playRound(s)
	return p.try, stop
}

// gaveUp ends the actor, or the attempt around it, at the failure of the last attempt.
func (p *player) gaveUp(s *step, l *limit, last *attempt, n int, stop *halt) *halt {
	if last == nil || p.caller.Err() != nil && p.caller.Err() != error(tooLate{l}) {
		if stop.cause == errRetry || p.caller.Err() == error(tooLate{l}) {
			at := p.current()
			return p.failed(&outcome{s: s}, known(&schema.Diagnostic{Span: at.doc.Word.Span,
				Summary: fmt.Sprintf("%s did not end within %v", p.called(at), l.d),
				Detail:  "eventually ends an attempt when its time is over; `within` gives it more"}))
		}
		return stop // the run, or a limit around it, has ended
	}
	tried := fmt.Sprintf("tried %d times in %v", n, l.d)
	if n == 1 {
		tried = fmt.Sprintf("tried once, as another time would come after %v", l.d)
	}
	f := last.outcome.Failure
	f.Detail = strings.TrimPrefix(f.Detail+"\n"+tried, "\n")
	p.enter(last.step)
	if p.try != nil {
		p.try.step, p.try.outcome = last.step, last.outcome
		return &halt{cause: errRetry}
	}
	if p.run.count(1) {
		p.run.note([]schema.Diagnostic{*f})
	} else {
		last.outcome.Failure, last.outcome.History = nil, nil
	}
	p.run.halts.Add(1)
	p.ended(last.step, last.outcome)
	return &halt{cause: fmt.Errorf("%s failed", p.called(last.step))}
}

// discard closes what an attempt opened.
func (p *player) discard(mark int) {
	for _, s := range p.opened[mark:] {
		if !s.Closed() {
			s.Close(&p.caller) // it fails only where it is closed
		}
	}
	p.opened = p.opened[:mark]
}

// publish leaves the results of the steps inside for other actors, now that they stand.
func (p *player) publish(s *step) {
	for i := s.index + 1; i <= s.last && p.try == nil; i++ {
		if inner, v := p.actor.steps[i], p.slot(i); inner.public && v.state != pending {
			p.settle(inner, *v)
			if inner.watched {
				p.unblocked(inner)
			}
		}
	}
}

// cleanTime is how long the steps of a finally may take after the actor has failed.
const cleanTime = 5 * time.Second

// finally checks where a finally stands.
func (c *compiler) finally(s *step) {
	s.params = c.params(s, s.doc.Args, s.doc.Word.Span, s.shape)
	steps := s.block.steps
	for i, other := range steps {
		if other == s && i < len(steps)-1 && steps[i+1].flow != flowFinally {
			c.report(s.doc.Word.Span, "move it below all other steps",
				"finally stands at the end of an actor's list")
		}
	}
	if s.block.parent != nil {
		c.report(s.doc.Word.Span, "move it to the end of the actor's list",
			"finally cannot stand inside %s", s.block.parent.doc.Word.Text)
	}
}

// cleanUp plays the steps of each finally that the actor did not come to. What ended the actor is
// no reason for them to end.
func (p *player) cleanUp() {
	if p.parent != nil {
		return
	}
	p.run.others.await(p, false)
	p.run.mu.Lock()
	p.cleaning = true
	p.run.mu.Unlock()
	at := p.step.index
	if !p.begun {
		at-- // it waited for its turn
	}
	for _, s := range p.body.steps {
		if s.flow != flowFinally || s.index <= at {
			continue
		}
		p.caller.Lift()
		p.begun, p.try, p.rounds, p.items = true, nil, nil, nil
		d := cleanTime
		if s.within != nil {
			if values, err := p.values(s.within); err == nil {
				d, _ = values[0].Value.(time.Duration)
			}
		}
		p.enter(s)
		l := p.arm(s, d)
		if p.playRound(s) == nil {
			p.ended(s, &actions.Outcome{Status: actions.Passed, Elapsed: time.Since(l.began)})
		}
		l.timer.Stop()
		p.limits = nil
	}
}
