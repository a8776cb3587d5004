package runner

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner/expr"
	"netscene/schema"
)

// halted ends the actor for an error that is not one of the step's own call.
func (p *player) halted(s *step, err error) *halt {
	o := &outcome{s: s}
	var found *wrong
	var missed *unreached
	var late tooLate
	var lacks *unfit
	switch {
	case errors.As(err, &lacks):
		return p.skipped(o, lacks.reason)
	case errors.As(err, &found):
		return p.failed(o, known(&found.d))
	case errors.As(err, &missed):
		return p.notReached(s, missed.cause)
	case errors.As(err, &late) && !p.around(late.step):
		return p.cutOff(s, err) // whoever has the limit tells
	case errors.As(err, &late):
		o.s = late.step
		return p.failed(o, known(tooLong(late.step)))
	case p.caller.Err() != nil:
		return p.cutOff(s, err)
	default:
		return p.failed(o, known(&schema.Diagnostic{Span: s.doc.Word.Span, Summary: err.Error()}))
	}
}

// explanation describes a failure. To make it costs far more than to meet the failure, and there
// may be very many, of loops and of actors, that nobody will read.
type explanation func() *schema.Diagnostic

// known is the explanation of a failure that is described already.
func known(d *schema.Diagnostic) explanation { return func() *schema.Diagnostic { return d } }

// failed ends the actor at a step that failed.
func (p *player) failed(o *outcome, why explanation) *halt {
	out := &actions.Outcome{Status: actions.Failed, Elapsed: o.elapsed, Fields: p.printed(o),
		Reason: o.wrong}
	if p.try != nil {
		return p.retried(o, out, why)
	}
	p.account(o, out, why)
	p.run.halts.Add(1)
	p.ended(o.s, out)
	return &halt{cause: fmt.Errorf("%s failed", p.called(o.s))}
}

// account counts the failures of a step, and explains them unless enough were explained before.
func (p *player) account(o *outcome, out *actions.Outcome, whys ...explanation) {
	if !p.run.count(len(whys)) {
		return
	}
	failures := make([]schema.Diagnostic, len(whys))
	for i, why := range whys {
		d := why()
		p.quote(d)
		failures[i] = *d
	}
	p.run.note(failures)
	out.Failure, out.More, out.History = &failures[0], failures[1:], p.history(o)
}

// notReached ends the actor at a step for which something can no longer come.
func (p *player) notReached(s *step, cause error) *halt {
	d := &schema.Diagnostic{Span: s.doc.Word.Span,
		Summary: fmt.Sprintf("%s was not reached: %v", p.called(s), cause)}
	p.quote(d)
	p.run.mu.Lock()
	if p.run.missed == nil {
		p.run.missed = d
	}
	p.run.mu.Unlock()
	p.ended(s, &actions.Outcome{Status: actions.NotReached, Reason: cause.Error()})
	return &halt{cause: cause}
}

// cutOff ends the actor because the whole run ends.
func (p *player) cutOff(s *step, cause error) *halt {
	status := actions.NotReached
	switch {
	case cause == errAlone:
		status = actions.Passed // as a daemon should
	case cause == errRetry:
		status = actions.Retried
	case p.begun:
		status = actions.Unfinished
	}
	p.ended(s, &actions.Outcome{Status: status, Reason: cause.Error()})
	return &halt{cause: cause}
}

// quote adds the source to a finding.
func (p *player) quote(d *schema.Diagnostic) {
	if d.Excerpt != nil {
		return
	}
	d.Excerpt = p.run.plan.excerpt(d.Span)
	for _, note := range p.step.ref.Via {
		if note.Span.Start != d.Span.Start || note.Span.File != d.Span.File {
			d.Notes = append(d.Notes, note)
		}
	}
}

// unmet describes an expectation that does not hold.
func (p *player) unmet(prog *program, names map[string]any, o *outcome) *schema.Diagnostic {
	d := &schema.Diagnostic{Span: prog.src.Span, Summary: oneLine(prog.src.Source) + " is false",
		Detail: misread(prog.src.Source, o), Values: p.run.plan.valuesOf(prog, names),
		Notes: p.about(o)}
	if o.s.action != nil && o.field("eof") == true {
		d.Notes = append(p.run.endOfStream(o.socket), d.Notes...)
	}
	if left, right, ok := prog.Sides(names); ok {
		d.Body = expr.Diff(p.run.plan.veil.value(right), p.run.plan.veil.value(left))
	}
	if p.run.plan.veil == nil { // a secret would stand in several rows
		d.Body += dumped(o, prog)
	}
	p.quote(d)
	return d
}

var inserted = regexp.MustCompile(`"[^"]*\$\([^"()]+\)[^"]*"|'[^']*\$\([^'()]+\)[^']*'`)

// misread says what was probably taken for something else in an expectation that does not hold; ""
// when nothing stands out.
func misread(source string, o *outcome) string {
	switch {
	case inserted.MatchString(source):
		return "text in an expression is taken as it is; a value is joined to it: \"…\" + string(…)"
	case o.s.action != nil && strings.Contains(fmt.Sprint(o.field("flag_names")), "MSG_CTRUNC"):
		return "MSG_CTRUNC: there was more ancillary data than ancbufsize has room for"
	}
	return ""
}

// oneLine shortens an expression for a headline.
func oneLine(source string) string {
	source = strings.Join(strings.Fields(source), " ")
	if runes := []rune(source); len(runes) > 80 {
		return string(runes[:79]) + "…"
	}
	return source
}

// unexpectedError describes a call that failed although it should not, or not so.
func (p *player) unexpectedError(o *outcome, e *socket.Error) *schema.Diagnostic {
	detail, notes := p.run.surprise(o.socket, e)
	d := &schema.Diagnostic{Span: o.s.doc.Word.Span, Summary: e.Error(), Detail: detail,
		Values: p.printed(o), Notes: append(notes, p.about(o)...)}
	var shown actions.Dumper
	if errors.As(o.err, &shown) && p.run.plan.veil == nil {
		d.Body = shown.Dump(nil)
	}
	if e.Errno != 0 {
		d.Detail += fmt.Sprintf("\n%s, of class %s, is %s", e.Name(), e.Class, e.Errno.Systems())
	}
	if expected := append(slices.Clone(o.s.fails), o.s.mayFail...); len(expected) > 0 {
		d.Summary += ", not " + strings.Join(expected, " or ")
		return d
	}
	d.Detail += p.advise(e)
	d.Detail += fmt.Sprintf("\nif this is what should happen, give the step `fails: %s`", e.Class)
	if e.Class == socket.TimedOut {
		d.Body = p.meanwhile()
	}
	return d
}

// meanwhile tells what the other actors do.
func (p *player) meanwhile() string {
	var others []standing
	for _, at := range p.run.picture() {
		if at.seat != p.caller.Seat {
			others = append(others, at)
		}
	}
	if len(others) == 0 {
		return ""
	}
	return "meanwhile:\n" + p.run.lines(others)
}

// sent tells how much a send that failed got away.
func (o *outcome) sent() (int, bool) {
	if o.s.action == nil || o.result == nil || o.s.shape.Result("sent") == nil {
		return 0, false
	}
	n, ok := o.s.action.Field(o.result, "sent").(int)
	return n, ok
}

// unexpectedSuccess describes a call that should have failed.
func (p *player) unexpectedSuccess(o *outcome) *schema.Diagnostic {
	s := o.s
	return &schema.Diagnostic{Span: s.doc.Fails[0].Span, Notes: p.about(o), Values: p.printed(o),
		Summary: fmt.Sprintf("%s succeeded, but should have failed with %s", s.doc.Word.Text,
			strings.Join(s.fails, " or "))}
}

// about names the socket of a step and the line that opened it.
func (p *player) about(o *outcome) []schema.Note {
	if o.socket == nil {
		return nil
	}
	from, ok := o.socket.Origin.(origin)
	if !ok || from.step.Index == o.s.index && from.actor == p.name {
		return nil
	}
	what := strings.TrimSpace(o.socket.String() + " " + o.socket.Describe())
	return []schema.Note{{Span: from.step.Span, Text: from.actor + " opened " + what + " here"}}
}

// How many of their last events a failure tells, of the actor that failed and of each other that
// has to do with it, and how many other actors.
const (
	ownHistory   = 8
	otherHistory = 5
	mostOthers   = 3
)

// historyOf gives what happened last to those who have not ended, in its order.
func (r *run) historyOf(all []standing) []actions.Event {
	var events []actions.Event
	for i, at := range all {
		if i <= mostOthers {
			events = append(events, at.ring.events(at.name, otherHistory)...)
		}
	}
	slices.SortFunc(events, func(a, b actions.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	return events
}

// history gives what happened last to those who have to do with a failure, in its order.
func (p *player) history(o *outcome) []actions.Event {
	others := p.involved(o)
	p.run.floor.settled(others)
	events := p.ring.events(p.name, ownHistory)
	for _, other := range others {
		events = append(events, other.ring.events(other.name, otherHistory)...)
	}
	slices.SortFunc(events, func(a, b actions.Event) int { return cmp.Compare(a.Seq, b.Seq) })
	return events
}

// involved finds the other actors that have to do with a step: who has the other end of its socket
// or the addresses of its last calls, and whose results its expectations read.
func (p *player) involved(o *outcome) []*player {
	var others []*player
	add := func(by string) {
		other := p.run.named(by)
		if other != p && !slices.Contains(others, other) && len(others) < mostOthers {
			others = append(others, other)
		}
	}
	if other := p.run.otherEnd(o.socket); other != nil {
		add(other.owner().actor)
	}
	for _, e := range p.ring.events(p.name, 3) {
		if e.Call == nil || e.Call.Address.IsZero() {
			continue
		}
		for _, at := range p.run.ledger.at(e.Call.Address) {
			add(at.owner().actor)
		}
	}
	o.s.behind(func(prog *program) {
		for _, r := range prog.reads {
			if r.step != nil {
				add(p.run.plan.actors[r.step.actor].player(0))
			}
		}
	})
	return others
}

// explain describes why the run as a whole ended before its actors did; nil when something that
// failed before explains it.
func (r *run) explain(cause error, already bool) (*schema.Diagnostic, []actions.Event) {
	standing := r.picture()
	d := &schema.Diagnostic{Span: schema.Span{File: r.plan.File}, Body: r.draw(standing)}
	switch {
	case cause == errInterrupted:
		d.Summary = "interrupted; it was not finished"
		return d, nil
	case cause == errStopped || already:
		return nil, nil
	case cause == errTimeout:
		d.Summary = fmt.Sprintf("the scenario did not finish within its timeout of %v", r.plan.timeout)
		d.Detail = "see who waits for what; `timeout:` at the top of the scenario gives it more time"
	case r.story != nil && r.stuckStory():
		r.explainStory(d)
	default:
		d.Summary = "nobody can go on: each actor waits for something that will not come"
		if r.mayBeOpen(standing) {
			d.Detail = "if somebody outside the scenario is to act, write `open: true` at its top"
		}
	}
	if d.Span.Start.Line == 0 && len(standing) > 0 {
		d.Span = standing[0].current().doc.Word.Span
	}
	d.Excerpt = r.plan.excerpt(d.Span)
	return d, r.historyOf(standing)
}

func (r *run) explainStory(d *schema.Diagnostic) {
	r.floor.mu.Lock()
	why := *r.story.stuck
	r.floor.mu.Unlock()
	r.cast.mu.RLock()
	blocked := r.seats[why.blocked]
	r.cast.mu.RUnlock()
	s := blocked.current()
	if why.next != nil {
		d.Span = why.next.doc.Word.Span
		d.Summary = fmt.Sprintf("%s cannot start: %s is still in %s (%s)", why.next.where(),
			blocked.name, s.doc.Word.Text, s.where())
		d.Detail = fmt.Sprintf("move %s above %s", r.unblocks(why.blocked), why.next.where())
		return
	}
	d.Span = s.doc.Word.Span
	d.Summary = fmt.Sprintf("the story ends while %s is still in %s (%s)", blocked.name,
		s.doc.Word.Text, s.where())
	d.Detail = fmt.Sprintf("add what unblocks it below %s", s.where())
}

// current gives the step that is being played.
func (p *player) current() *step { return p.actor.steps[p.at.Load()] }
