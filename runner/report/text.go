// Package report turns the events of runs into something to read or to keep.
//
// A report is a sink: it is given to a run, collects what it needs, and gives its text when the run
// has ended. It is a function of the events alone, so that stored events give the same bytes again.
// A report belongs to one run, which calls it from one goroutine at a time; its text is taken after
// the run.
package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"netscene/actions"
	"netscene/schema"
)

// TextOptions are what texts of one invocation have in common.
type TextOptions struct {
	Color   bool // with ANSI colours, for a terminal
	Verbose bool // every step with its results, not only what went wrong
	File    int  // how many cells the column of file names takes, at least
	Name    int  // the same of the scenarios' names
}

// Fit makes the columns wide enough for a scenario.
func (o *TextOptions) Fit(file, name string) {
	o.File = max(o.File, schema.Width(schema.Visible(file)))
	o.Name = max(o.Name, schema.Width(schema.Visible(name)))
}

// Text is the report of one run for people: a line, and below it what went wrong. It is an
// actions.Sink and an io.WriterTo.
type Text struct {
	page
	scenario actions.Scenario
	actors   int // cells of the longest actor's name
	steps    bytes.Buffer
	failures bytes.Buffer
	failed   int // how many steps that are shown
	untold   int // how many more that are only counted
	missed   []missed
	verdict  *actions.Verdict // nil until the run has ended
}

// missed is a step that was not reached.
type missed struct {
	called, reason string
	at             schema.Diagnostic
}

// NewText makes the report of one run.
func NewText(o TextOptions) *Text { return &Text{page: page{o}} }

// Wants implements actions.Sink.
func (t *Text) Wants(kind actions.EventKind) bool {
	switch kind {
	case actions.ScenarioStarted, actions.StepEnded, actions.ScenarioEnded:
		return true
	}
	return false
}

// Event implements actions.Sink. What is lent is printed at once; nothing of it is kept.
func (t *Text) Event(e *actions.Event) {
	switch e.Kind {
	case actions.ScenarioStarted:
		t.scenario = actions.Scenario{Name: e.Scenario.Name, File: e.Scenario.File}
		for _, actor := range e.Scenario.Actors {
			t.actors = max(t.actors, schema.Width(actor))
		}
	case actions.StepEnded:
		t.stepEnded(e)
	case actions.ScenarioEnded:
		t.ended(e.Verdict)
	}
}

func (t *Text) stepEnded(e *actions.Event) {
	if t.Verbose {
		t.step(&t.steps, t.actors, e)
	}
	out := e.Outcome
	if out.Status == actions.NotReached || out.Status == actions.Unfinished {
		what := called(e) + " was " + string(out.Status)
		at := schema.Diagnostic{Span: e.Step.Span, Summary: what + ": " + out.Reason}
		at.Excerpt = append(at.Excerpt, e.Step.Excerpt...)
		t.missed = append(t.missed, missed{called: what, reason: out.Reason, at: at})
	}
	if out.Failure == nil && out.Status != actions.Failed {
		return
	}
	if out.Failure == nil || t.failed == mostFailed {
		t.untold++
		return
	}
	t.failed++
	headline := called(e) + " failed"
	if e.Step.Title != "" {
		headline += ": " + e.Step.Title
	}
	if out.Reason != "" {
		headline += ": " + out.Reason
	}
	t.line(&t.failures, 1, "%s", t.paint(bold, schema.Visible(headline)))
	t.finding(&t.failures, *out.Failure)
	for _, d := range out.More {
		t.finding(&t.failures, d)
	}
	t.history(&t.failures, e.Actor, out.History)
}

// called names the step of an event for people.
func called(e *actions.Event) string {
	name := fmt.Sprintf("%s.%s (%s", e.Actor, e.Step.Name, e.Step.Where())
	if len(e.Rounds) > 0 {
		name += ", round " + rounds(e.Rounds)
	}
	return name + ")"
}

// rounds gives the rounds of nested loops, the outermost first: 2.1.
func rounds(of []int) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(of), "[]")), ".")
}

// ended takes the verdict and what it says of the scenario as a whole.
func (t *Text) ended(v *actions.Verdict) {
	t.verdict = &actions.Verdict{Status: v.Status, Elapsed: v.Elapsed, Reason: v.Reason}
	if t.untold > 0 {
		t.line(&t.failures, 1, "and %d more steps failed", t.untold)
	}
	if v.Failure != nil {
		t.finding(&t.failures, *v.Failure)
		t.history(&t.failures, "", v.History)
		if v.Failure.Body != "" {
			t.missed = nil // who waited where is shown
		}
	}
	if v.Status == actions.Errored && v.Reason != "" {
		t.line(&t.failures, 1, "%s", schema.Visible(v.Reason))
	}
	if v.Status == actions.Failed && t.failures.Len() == 0 && len(t.missed) > 0 {
		t.finding(&t.failures, t.missed[0].at) // nothing failed, but nobody came so far
		t.missed = t.missed[1:]
	}
	if v.Status == actions.Skipped { // what its end cut short is no finding
		t.missed = nil
		t.failures.Reset()
	}
	slices.SortStableFunc(t.missed, func(a, b missed) int {
		return cmp.Compare(a.at.Span.Start.Line, b.at.Span.Start.Line)
	})
}

// How many steps a report tells of: those that failed, in loops mostly, and those that were not
// reached.
const (
	mostFailed = 20
	mostMissed = 12
)

// WriteTo writes the report. It is called after the run.
func (t *Text) WriteTo(w io.Writer) (int64, error) {
	var out bytes.Buffer
	if t.verdict == nil {
		t.headline(&out, actions.Errored, t.scenario.File, t.scenario.Name, "it has not ended")
		return out.WriteTo(w)
	}
	behind := elapsed(t.verdict.Elapsed)
	if t.verdict.Status == actions.Skipped {
		behind = schema.Visible(t.verdict.Reason)
	}
	t.headline(&out, t.verdict.Status, t.scenario.File, t.scenario.Name, behind)
	out.Write(t.steps.Bytes())
	out.Write(t.failures.Bytes())
	for i, m := range t.missed {
		if i == mostMissed {
			t.line(&out, 1, "and %d more were not reached", len(t.missed)-i)
			break
		}
		t.line(&out, 1, "%s: %s", schema.Visible(m.called), schema.Visible(m.reason))
	}
	if t.failures.Len() > 0 {
		out.WriteByte('\n')
	}
	return out.WriteTo(w)
}

// WriteInvalid writes what is wrong with a file that cannot be run.
func WriteInvalid(w io.Writer, o TextOptions, file string, found schema.Diagnostics) error {
	var out bytes.Buffer
	p := page{o}
	p.headline(&out, invalid, file, "", "")
	for _, d := range found {
		p.finding(&out, d)
	}
	out.WriteByte('\n')
	_, err := out.WriteTo(w)
	return err
}

// elapsed gives a time as reports print it, with about three digits.
func elapsed(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		d = d.Round(time.Microsecond)
	case d < time.Second:
		d = d.Round(time.Millisecond)
	default:
		d = d.Round(10 * time.Millisecond)
	}
	return d.String()
}
