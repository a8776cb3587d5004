package actions

import (
	"fmt"
	"time"

	"netscene/actions/socket"
	"netscene/schema"
)

// EventKind is what an Event tells of.
type EventKind string

// The kinds of events, with the field of Event that each fills.
const (
	ScenarioStarted EventKind = "scenario" // Scenario
	StepStarted     EventKind = "step"     // Actor, Step
	SystemCall      EventKind = "call"     // Call
	Parked          EventKind = "park"     // Wait
	Resumed         EventKind = "resume"   // Wait
	Evaluated       EventKind = "eval"     // Eval
	Logged          EventKind = "log"      // Message
	StepEnded       EventKind = "result"   // Outcome
	ScenarioEnded   EventKind = "verdict"  // Verdict
)

// EventKinds lists all kinds.
var EventKinds = []EventKind{ScenarioStarted, StepStarted, SystemCall, Parked, Resumed, Evaluated,
	Logged, StepEnded, ScenarioEnded}

// Event is something that happened in a run. Every report is a function of events alone, and they
// survive JSON both ways. An Event and all it points to is lent: a Sink copies what it keeps.
type Event struct {
	Seq   int64         `json:"seq"` // counts within the run, from 1
	At    time.Duration `json:"at"`  // since the run began, in nanoseconds
	Kind  EventKind     `json:"kind"`
	Actor string        `json:"actor,omitempty"`
	Step  *Step         `json:"step,omitempty"`
	// Rounds are those of the loops around the step, outermost first, from 1.
	Rounds []int `json:"rounds,omitempty"`

	Scenario *Scenario    `json:"scenario,omitempty"`
	Call     *socket.Call `json:"call,omitempty"`
	Wait     *Waiting     `json:"wait,omitempty"`
	Eval     *Evaluation  `json:"eval,omitempty"`
	Message  *Message     `json:"message,omitempty"`
	Outcome  *Outcome     `json:"outcome,omitempty"`
	Verdict  *Verdict     `json:"verdict,omitempty"`
}

// Step says which step an event belongs to.
type Step struct {
	Index   int           `json:"index"` // among all steps of the actor, those in loops included
	Word    string        `json:"word"`  // the action or flow word
	Name    string        `json:"name"`  // under which its result is published: its `as`, or the word
	Title   string        `json:"title,omitempty"`
	Span    schema.Span   `json:"span"`
	Excerpt []schema.Line `json:"excerpt,omitempty"`
	// Via is where the definitions around the step are used, the innermost first.
	Via []schema.Note `json:"via,omitempty"`
}

// Where says where the step stands: line 5, or line 5 of a file that its scenario uses.
func (s *Step) Where() string {
	at := s.Span.Start.Line
	if n := len(s.Via); n > 0 && s.Via[n-1].Span.File != s.Span.File {
		return fmt.Sprintf("line %d of %s", at, s.Span.File)
	}
	return fmt.Sprintf("line %d", at)
}

// Scenario describes a run at its start.
type Scenario struct {
	Name   string   `json:"name"`
	File   string   `json:"file"`
	About  string   `json:"about,omitempty"`
	Tags   []string `json:"tags,omitempty"`
	Actors []string `json:"actors"`
}

// Waiting is a wait of an actor as events tell it.
type Waiting struct {
	Kind     string        `json:"kind"`
	FD       int           `json:"fd"`
	For      string        `json:"for,omitempty"`
	Deadline time.Duration `json:"deadline,omitempty"` // since the run began; 0 for none
}

// Evaluation is an expression that was evaluated as an expectation.
type Evaluation struct {
	Source string         `json:"source"`
	Span   schema.Span    `json:"span"`
	Holds  bool           `json:"holds"`
	Values []schema.Value `json:"values,omitempty"` // of its parts, when it does not hold
}

// Message is a line that the scenario itself logs.
type Message struct {
	Level string `json:"level"`
	Text  string `json:"text"`
}

// Status is how a step or a scenario ended.
type Status string

// The statuses. A scenario is never Retried, NotReached or Unfinished.
const (
	Passed     Status = "passed"
	Failed     Status = "failed"
	Errored    Status = "error" // the harness could not do its part
	Skipped    Status = "skipped"
	Retried    Status = "retried"      // it failed inside an eventually, which tries again
	NotReached Status = "not reached"  // something before it failed or never came
	Unfinished Status = "not finished" // it had begun when the run was ended
)

// Outcome is how a step ended.
type Outcome struct {
	Status  Status              `json:"status"`
	Elapsed time.Duration       `json:"elapsed"`
	Fields  []schema.Value      `json:"fields,omitempty"`  // the results, as they are printed
	Reason  string              `json:"reason,omitempty"`  // of what did not pass
	Failure *schema.Diagnostic  `json:"failure,omitempty"` // nil too when many failed before it
	More    []schema.Diagnostic `json:"more,omitempty"`    // further checks that do not hold
	History []Event             `json:"history,omitempty"` // with a failure: the last events before it
}

// Verdict is how a scenario ended.
type Verdict struct {
	Status      Status             `json:"status"`
	Elapsed     time.Duration      `json:"elapsed"`
	Reason      string             `json:"reason,omitempty"`
	Failure     *schema.Diagnostic `json:"failure,omitempty"` // of the scenario as a whole
	History     []Event            `json:"history,omitempty"` // with it: the last events before it
	Steps       int                `json:"steps"`             // performed, rounds counted each
	Checks      int                `json:"checks"`            // expectations evaluated
	Interrupted bool               `json:"interrupted,omitempty"`
}

// Sink listens to a run. Event is called from the actors' goroutines, one call at a time, in the
// order of Seq; it must not block and may keep nothing of what it is lent.
type Sink interface {
	// Wants is asked once a run for each kind; what nobody wants is not made.
	Wants(kind EventKind) bool
	Event(e *Event)
}
