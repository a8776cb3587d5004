package report

import (
	"bytes"
	"slices"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/schema"
)

// RecordedData is how many bytes of the data of each system call a Record keeps.
const RecordedData = 4096

// Record is a sink that keeps a copy of every event of a run, with at most RecordedData bytes of
// the data of each system call. The events can be given to other sinks later, and be stored.
type Record struct{ events []actions.Event }

// Wants implements actions.Sink: everything.
func (*Record) Wants(actions.EventKind) bool { return true }

// Event implements actions.Sink.
func (r *Record) Event(e *actions.Event) { r.events = append(r.events, cloned(*e)) }

// Events gives what was recorded, in the order in which it happened. It is called after the run.
func (r *Record) Events() []actions.Event { return r.events }

// Replay gives events to a sink as the run gave them.
func Replay(events []actions.Event, sink actions.Sink) {
	for i := range events {
		if sink.Wants(events[i].Kind) {
			sink.Event(&events[i])
		}
	}
}

// cloned copies an event with all that it points to.
func cloned(e actions.Event) actions.Event {
	e.Rounds = slices.Clone(e.Rounds)
	e.Step = with(e.Step, func(s *actions.Step) {
		s.Excerpt, s.Via = slices.Clone(s.Excerpt), slices.Clone(s.Via)
	})
	e.Scenario = with(e.Scenario, func(s *actions.Scenario) {
		s.Tags, s.Actors = slices.Clone(s.Tags), slices.Clone(s.Actors)
	})
	e.Call = with(e.Call, func(c *socket.Call) {
		c.Data = bytes.Clone(c.Data[:min(len(c.Data), RecordedData)])
		c.Polled, c.Arguments = slices.Clone(c.Polled), slices.Clone(c.Arguments)
	})
	e.Wait = with(e.Wait, nil)
	e.Eval = with(e.Eval, func(v *actions.Evaluation) { v.Values = slices.Clone(v.Values) })
	e.Message = with(e.Message, nil)
	e.Outcome = with(e.Outcome, func(o *actions.Outcome) {
		o.Fields = slices.Clone(o.Fields)
		o.Failure = with(o.Failure, finding)
		o.More = slices.Clone(o.More)
		for i := range o.More {
			finding(&o.More[i])
		}
		o.History = clonedAll(o.History)
	})
	e.Verdict = with(e.Verdict, func(v *actions.Verdict) {
		v.Failure = with(v.Failure, finding)
		v.History = clonedAll(v.History)
	})
	return e
}

func clonedAll(events []actions.Event) []actions.Event {
	events = slices.Clone(events)
	for i := range events {
		events[i] = cloned(events[i])
	}
	return events
}

// with copies what p points to, and lets deepen copy what that points to.
func with[T any](p *T, deepen func(*T)) *T {
	if p == nil {
		return nil
	}
	c := *p
	if deepen != nil {
		deepen(&c)
	}
	return &c
}

func finding(d *schema.Diagnostic) {
	d.Excerpt = slices.Clone(d.Excerpt)
	d.Values = slices.Clone(d.Values)
	d.Notes = slices.Clone(d.Notes)
}
