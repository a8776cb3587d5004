package report

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner"
	"netscene/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scenarios that end in all the ways a scenario can, with what their reports must say.
var scenarios = []struct {
	name, text string
	status     actions.Status
	says       []string
}{
	{"pass", `
vars: {greeting: "hello, 世界"}
actors:
  server:
    - socket
    - bind: 127.0.0.1:0
    - listen
    - accept
    - recv: 64
      expect: data == vars.greeting
  client:
    - create_connection: $(server.listen.address)
    - sendall: $(vars.greeting)
    - sleep: 0
      when: vars.greeting == "nothing"
`, actions.Passed, []string{"ok "}},
	{"fail", `
actors:
  pair:
    - socket: {type: dgram}
    - bind: 127.0.0.1:0
    - sendto: {data: "\e[2J\x07", address: $(bind.address)}
    - recv: 64
      name: what was sent
      expect: data == "bell"
    - recv: 64
      as: other
  witness:
    - sleep: 0
      after: pair.other
      as: nap
`, actions.Failed, []string{"FAIL ", "pair.recv (line 7) failed: what was sent", `data == "bell" is false`,
		"the last calls of pair:", `b"\x1b[2J\x07"`, "witness.nap (line 13) was not reached: pair.recv"}},
	{"rounds", `
actors:
  solo:
    - socket
    - repeat:
        times: 2
        steps:
          - repeat:
              times: 3
              steps:
                - sleep: 0
          - getpeername
`, actions.Failed, []string{"solo.getpeername (line 12, round 1) failed"}},
	{"stuck", `
steps:
  - server.socket
  - server.bind: 127.0.0.1:0
  - server.listen
  - server.accept
`, actions.Failed, []string{"the story ends while server is still in accept"}},
	{"not reached", `
actors:
  first:
    - sleep: 0
      when: 1 + 1 == 3
      as: never
  second:
    - sleep: 0
      after: first.never
`, actions.Failed, []string{"second.sleep (line 8) was not reached: first.never (line 4) was skipped"}},
	{"skip", `
vars: {addr: {required: address}}
actors:
  client:
    - create_connection: $(vars.addr)
`, actions.Skipped, []string{"skip ", "it needs --var addr=…"}},
}

// played runs a scenario and gives its events and its reports, quiet and verbose.
func played(t *testing.T, name, text string) (events []actions.Event, reports string) {
	t.Helper()
	plan, found := runner.Load(schema.NewSource(name+".yaml", []byte(text)), runner.Vars{})
	for _, d := range found {
		t.Fatalf("%s: %s", d.Span, d.Summary)
	}
	var record Record
	quiet, verbose := sinks()
	plan.Run(context.Background(), runner.Options{Sinks: []actions.Sink{&record, quiet, verbose}})
	return record.Events(), written(t, quiet) + written(t, verbose)
}

func sinks() (quiet, verbose *Text) {
	return NewText(TextOptions{File: 20}), NewText(TextOptions{Verbose: true, Color: true})
}

func written(t *testing.T, text *Text) string {
	t.Helper()
	var out strings.Builder
	if _, err := text.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// TestReplay gives a report the events of a run as JSON stored them: the same bytes come out.
func TestReplay(t *testing.T) {
	for _, s := range scenarios {
		t.Run(s.name, func(t *testing.T) {
			events, live := played(t, s.name, s.text)
			stored, err := json.Marshal(events)
			if err != nil {
				t.Fatal(err)
			}
			var again []actions.Event
			if err := json.Unmarshal(stored, &again); err != nil {
				t.Fatal(err)
			}
			quiet, verbose := sinks()
			Replay(again, quiet)
			Replay(again, verbose)
			if got := written(t, quiet) + written(t, verbose); got != live {
				t.Errorf("the replayed events give\n%s\nthe run gave\n%s", got, live)
			}
			if got := events[len(events)-1].Verdict.Status; got != s.status {
				t.Errorf("it %s, want %s", got, s.status)
			}
			for _, want := range s.says {
				if !strings.Contains(live, want) {
					t.Errorf("%q is missing in\n%s", want, live)
				}
			}
			for line := range strings.Lines(live) {
				if strings.HasSuffix(line, " \n") {
					t.Errorf("trailing space in %q", line)
				}
			}
		})
	}
}

// scripted gives a report events by hand.
func scripted(t *testing.T, o TextOptions, events ...actions.Event) string {
	t.Helper()
	text := NewText(o)
	Replay(events, text)
	return written(t, text)
}

func started(file, name string, actors ...string) actions.Event {
	return actions.Event{Kind: actions.ScenarioStarted,
		Scenario: &actions.Scenario{File: file, Name: name, Actors: actors}}
}

func step(line int) *actions.Step {
	at := schema.Pos{Line: line, Column: 7}
	return &actions.Step{Word: "recv", Span: schema.Span{File: "a.yaml", Start: at, End: at}}
}

func TestColumns(t *testing.T) {
	var o TextOptions
	o.Fit("a.yaml", "短い")
	o.Fit("bb/longer.yaml", "a name")
	passed := actions.Event{Kind: actions.ScenarioEnded,
		Verdict: &actions.Verdict{Status: actions.Passed, Elapsed: 1234567 * time.Nanosecond}}
	got := scripted(t, o, started("a.yaml", "短い"), passed) +
		scripted(t, o, started("bb/longer.yaml", "a name"), passed)
	want := "ok       a.yaml          短い    1ms\n" +
		"ok       bb/longer.yaml  a name  1ms\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestNothingActsOnTheTerminal has control characters wherever a scenario can bring them.
func TestNothingActsOnTheTerminal(t *testing.T) {
	const evil = "\x1b[2J\x07\u202e\x9b"
	value := schema.Value{Text: evil, Value: evil}
	failure := schema.Diagnostic{Span: schema.Span{File: evil}, Summary: evil, Detail: evil,
		Mended: evil, Body: evil, Values: []schema.Value{value}, Notes: []schema.Note{{Text: evil}},
		Excerpt: []schema.Line{{Number: 1, Text: evil}}}
	s := step(3)
	s.Title = evil
	o := TextOptions{Verbose: true}
	got := scripted(t, o, started(evil, evil, "a"),
		actions.Event{Kind: actions.StepEnded, Actor: "a", Step: s, Outcome: &actions.Outcome{
			Status: actions.Failed, Fields: []schema.Value{value}, Failure: &failure,
			History: []actions.Event{{Kind: actions.SystemCall, Step: s,
				Call: &socket.Call{Name: "recv", Data: []byte(evil), Result: 5}}}}},
		actions.Event{Kind: actions.StepEnded, Actor: "a", Step: s,
			Outcome: &actions.Outcome{Status: actions.NotReached, Reason: evil}},
		actions.Event{Kind: actions.ScenarioEnded,
			Verdict: &actions.Verdict{Status: actions.Errored, Reason: evil}})
	got += scripted(t, o, started(evil, evil), actions.Event{Kind: actions.ScenarioEnded,
		Verdict: &actions.Verdict{Status: actions.Skipped, Reason: evil}})
	var out bytes.Buffer
	if err := WriteInvalid(&out, o, evil, schema.Diagnostics{failure}); err != nil {
		t.Fatal(err)
	}
	got += out.String()
	acts := func(r rune) bool { return r != '\n' && r < ' ' || r == '\u202e' || r == 0x9b }
	if i := strings.IndexFunc(got, acts); i >= 0 {
		t.Errorf("a raw %q in\n%q", got[i], got)
	}
	if !strings.Contains(got, `\x1b[2J`) {
		t.Errorf("what was hidden is not shown:\n%s", got)
	}
}

func TestManyNotReached(t *testing.T) {
	events := []actions.Event{started("a.yaml", "many", "a")}
	for line := range mostMissed + 6 {
		events = append(events, actions.Event{Kind: actions.StepEnded, Actor: "a", Step: step(line + 1),
			Outcome: &actions.Outcome{Status: actions.NotReached, Reason: "b has ended"}})
	}
	events = append(events, actions.Event{Kind: actions.ScenarioEnded,
		Verdict: &actions.Verdict{Status: actions.Failed}})
	got := scripted(t, TextOptions{}, events...)
	n := strings.Count(got, "\n")
	if n != mostMissed+4 || !strings.Contains(got, "and 5 more were not reached") {
		t.Errorf("%d lines:\n%s", n, got)
	}
}

func TestManyFailed(t *testing.T) {
	events := []actions.Event{started("a.yaml", "many", "a")}
	for line := range mostFailed + 3 {
		failure := &schema.Diagnostic{Span: step(line + 1).Span, Summary: "it is false"}
		events = append(events, actions.Event{Kind: actions.StepEnded, Actor: "a", Step: step(line + 1),
			Outcome: &actions.Outcome{Status: actions.Failed, Failure: failure}})
	}
	events = append(events, actions.Event{Kind: actions.ScenarioEnded,
		Verdict: &actions.Verdict{Status: actions.Failed}})
	got := scripted(t, TextOptions{}, events...)
	n := strings.Count(got, "it is false")
	if n != mostFailed || !strings.Contains(got, "and 3 more steps failed") {
		t.Errorf("%d failures shown:\n%s", n, got)
	}
}

func TestUnended(t *testing.T) {
	got := scripted(t, TextOptions{}, started("a.yaml", "cut off"))
	if got != "error    a.yaml  cut off  it has not ended\n" {
		t.Errorf("got %q", got)
	}
}

func TestTally(t *testing.T) {
	tally := Tally{Invalid: 2, NotRun: 1, Elapsed: 1234 * time.Millisecond}
	for _, s := range []actions.Status{actions.Passed, actions.Passed, actions.Failed, actions.Skipped,
		actions.Errored} {
		tally.Add(s)
	}
	want := "2 passed, 1 failed, 1 skipped, 1 error, 2 invalid, 1 not run in 1.23s"
	if got := tally.String(); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestRecordKeepsNothingLent fills every field of an event and looks for memory that the copy
// shares with it.
func TestRecordKeepsNothingLent(t *testing.T) {
	var e actions.Event
	fill(reflect.ValueOf(&e).Elem(), 0)
	var r Record
	r.Event(&e)
	lent := map[uintptr]string{}
	memory(reflect.ValueOf(e), "Event", func(at uintptr, path string) { lent[at] = path })
	if len(lent) < 20 {
		t.Fatalf("only %d pointers in the event", len(lent))
	}
	memory(reflect.ValueOf(r.Events()[0]), "Event", func(at uintptr, path string) {
		if lent[at] != "" {
			t.Errorf("%s is shared with the lent event", path)
		}
	})
	if !reflect.DeepEqual(e, r.Events()[0]) {
		t.Error("the copy differs")
	}
}

func TestRecordIsBounded(t *testing.T) {
	var r Record
	big := &socket.Call{Name: "recv", Data: make([]byte, RecordedData+1), Result: RecordedData + 1}
	r.Event(&actions.Event{Kind: actions.SystemCall, Call: big})
	got := r.Events()[0].Call
	if len(got.Data) != RecordedData || got.Result != RecordedData+1 {
		t.Errorf("%d bytes kept of a call that returned %d", len(got.Data), got.Result)
	}
}

// fill gives every pointer and slice of a value something to point to; events nest twice.
func fill(v reflect.Value, depth int) {
	if depth > 12 || !v.CanSet() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), depth+1)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("text ", depth))
	}
}

// memory visits every pointer and slice in a value.
func memory(v reflect.Value, path string, visit func(at uintptr, path string)) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			visit(v.Pointer(), path)
			memory(v.Elem(), path, visit)
		}
	case reflect.Slice:
		if v.Len() > 0 {
			visit(v.Pointer(), path)
		}
		for i := range v.Len() {
			memory(v.Index(i), fmt.Sprintf("%s[%d]", path, i), visit)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			memory(v.Field(i), path+"."+v.Type().Field(i).Name, visit)
		}
	}
}
