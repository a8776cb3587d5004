package runner

import (
	"sync/atomic"
	"time"

	"netscene/schema"
)

// limit is the runner's own limit for a step, from its `within`. It is not a failure that the step
// can expect.
type limit struct {
	step  *step
	began time.Time
	d     time.Duration
	timer *time.Timer
	fired atomic.Bool
}

// tooLate is the cause with which a limit ends what its step waits for.
type tooLate struct{ *limit }

func (t tooLate) Error() string { return "the step took longer than `within` allows" }

// limit arms the limit of a step.
func (p *player) limit(s *step) (*limit, *halt) {
	values, err := p.values(s.within)
	if err != nil {
		return nil, p.halted(s, err)
	}
	d, _ := values[0].Value.(time.Duration)
	return p.arm(s, d), nil
}

// arm makes a limit for what a step does from now on.
func (p *player) arm(s *step, d time.Duration) *limit {
	l := &limit{step: s, began: time.Now(), d: d}
	l.timer = time.AfterFunc(d, func() {
		l.fired.Store(true)
		p.cancel(tooLate{l})
	})
	p.limits = append(p.limits, l)
	return l
}

// unlimit takes the limit back. What it ended may go on, unless the run or a limit around it has
// ended meanwhile.
func (p *player) unlimit(l *limit) {
	l.timer.Stop()
	p.limits = p.limits[:len(p.limits)-1]
	if p.caller.Err() != error(tooLate{l}) {
		return
	}
	p.caller.Lift()
	p.recancel()
}

// recancel cancels the player again for what else has ended meanwhile, after a cancellation was
// lifted.
func (p *player) recancel() {
	if cause := p.run.over(); cause != nil {
		p.dismiss(cause)
	}
	if p.parent != nil && p.parent.caller.Err() != nil {
		p.caller.Cancel(p.parent.caller.Err())
	}
	for _, outer := range p.limits {
		if outer.fired.Load() {
			p.caller.Cancel(tooLate{outer})
		}
	}
}

// around says whether the player itself plays the step, or what is inside it.
func (p *player) around(s *step) bool { return s.index >= p.first }

// late says whether a step that has ended took longer than its limit, even if it never waited.
func (p *player) late(s *step) bool {
	if s.within == nil || len(p.limits) == 0 {
		return false
	}
	l := p.limits[len(p.limits)-1]
	return l.step == s && time.Since(l.began) > l.d
}

func tooLong(s *step) *schema.Diagnostic {
	if s.doc.Within == nil { // what it has of itself
		return &schema.Diagnostic{Span: s.doc.Word.Span,
			Summary: s.doc.Word.Text + " took longer than it may",
			Detail:  "`within` gives it more time"}
	}
	return &schema.Diagnostic{Span: s.doc.Within.Span,
		Summary: s.doc.Word.Text + " took longer than `within` allows",
		Detail:  "this is the runner's limit for the step, not a timeout of the socket"}
}
