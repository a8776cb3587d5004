package runner_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netscene/actions"
	"netscene/runner"
	"netscene/schema"
)

// compile makes a plan of a text that must be right.
func compile(t *testing.T, text string) *runner.Plan {
	t.Helper()
	plan, found := runner.Load(schema.NewSource("test.yaml", []byte(text)), runner.Vars{})
	if len(found) > 0 {
		t.Fatal(render(found...))
	}
	return plan
}

func render(found ...schema.Diagnostic) string {
	var b strings.Builder
	for _, d := range found {
		schema.Render(&b, d, schema.Style{})
	}
	return b.String()
}

// tape keeps events as JSON, as they were lent.
type recorder struct {
	lines [][]byte
}

func (*recorder) Wants(actions.EventKind) bool { return true }

func (r *recorder) Event(e *actions.Event) {
	b, err := json.Marshal(e)
	if err != nil {
		panic(err)
	}
	r.lines = append(r.lines, b)
}

func (r *recorder) events(t *testing.T) []actions.Event {
	t.Helper()
	var all []actions.Event
	for _, line := range r.lines {
		var e actions.Event
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

func passes(t *testing.T, plan *runner.Plan, o runner.Options) {
	t.Helper()
	if r := plan.Run(context.Background(), o); r.Status != actions.Passed {
		t.Fatalf("%s %s\n%s", r.Status, r.Reason, render(r.Failures...))
	}
}

// descriptors counts the open ones of the process, with those of Go's poller, which is made when it
// is first used.
func descriptors(t *testing.T) int {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	w.Close()
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("no /proc:", err)
	}
	return len(open)
}

// TestNothingIsLeft runs scenarios of every kind of ending and looks for what they left behind.
func TestNothingIsLeft(t *testing.T) {
	failing, _ := filepath.Glob("testdata/failing/*.yaml")
	passing, _ := filepath.Glob("../scenarios/*/*.yaml")
	if len(failing) == 0 || len(passing) == 0 {
		t.Fatal("no scenarios")
	}
	run := func(name string) {
		src, _ := schema.Read(name, nil)
		plans, found := runner.LoadAll(src, runner.Vars{})
		if len(found) > 0 {
			t.Fatal(render(found...))
		}
		ended := map[actions.Status]int{}
		var failures []schema.Diagnostic
		for _, plan := range plans {
			r := plan.Run(context.Background(), runner.Options{})
			ended[r.Status]++
			failures = append(failures, r.Failures...)
		}
		if ended[actions.Skipped] < len(plans) &&
			(ended[actions.Failed] > 0) != slices.Contains(failing, name) {
			t.Errorf("%s: %v\n%s", name, ended, render(failures...))
		}
	}
	run(failing[0])
	before := descriptors(t)
	tmp := t.TempDir()
	if err := os.Chmod(filepath.Dir(tmp), 0o755); err != nil { // for steps as other users
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	for _, name := range append(failing, passing...) {
		run(name)
	}
	if after := descriptors(t); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("temporary directories are left: %v %v", left, err)
	}
	goleak.VerifyNone(t)
}

const echo = `
actors:
  server:
    - socket
    - bind: 127.0.0.1:0
    - listen
    - accept
    - recv: 16
    - sendall: $(recv.data)
  client:
    - create_connection: $(server.listen.address)
    - sendall: hello
    - recv: 16
      expect: data == "hello"
`

func TestAPlanRunsManyTimesAtOnce(t *testing.T) {
	plan := compile(t, echo)
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() { passes(t, plan, runner.Options{}) })
	}
	all.Wait()
}

func TestInterrupt(t *testing.T) {
	plan := compile(t, "open: true\nactors:\n  server:\n    - socket\n    - bind: 127.0.0.1:0\n"+
		"    - listen\n    - accept\n  other:\n    - sleep: 1h\n")
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	sink := &trigger{kind: actions.Parked, do: func() {
		if n++; n == 2 {
			cancel()
		}
	}}
	r := plan.Run(ctx, runner.Options{Sinks: []actions.Sink{sink}})
	if !r.Interrupted || r.Status != actions.Errored || len(r.Failures) != 1 {
		t.Fatalf("%+v", r)
	}
	if text := render(r.Failures...); !strings.Contains(text, "server is in accept") {
		t.Errorf("the report does not say what was running:\n%s", text)
	}
}

// trigger does something at the first event of a kind.
type trigger struct {
	kind actions.EventKind
	do   func()
}

func (s *trigger) Wants(kind actions.EventKind) bool { return kind == s.kind }
func (s *trigger) Event(*actions.Event)              { s.do() }

// TestStillness: a parked step that has what it waits for goes on before the story does.
func TestStillness(t *testing.T) {
	plan := compile(t, `
steps:
  - server.socket
  - server.bind: 127.0.0.1:0
  - server.listen
  - client.create_connection: $(server.listen.address)
  - server.accept
  - server.recv: 16
    expect: data == "a"
  - client.send: a
  - client.send: b
    as: next
  - server.recv: 16
    as: second
    expect: data == "b"
`)
	for range 300 {
		passes(t, plan, runner.Options{})
	}
}

// TestStoryQueue: two actors are blocked on one listener, and each is woken in its turn.
func TestStoryQueue(t *testing.T) {
	plan := compile(t, `
steps:
  - server.socket
  - server.bind: 127.0.0.1:0
  - server.listen
  - server.accept
  - helper.accept:
    on: server.listen
  - anna.create_connection: $(server.listen.address)
  - bert.create_connection: $(server.listen.address)
  - server.getpeername:
    on: server.accept
    expect: address == anna.create_connection.local
  - helper.getpeername:
    on: accept
    expect: address == bert.create_connection.local
`)
	for range 300 {
		passes(t, plan, runner.Options{})
	}
}

func TestEvents(t *testing.T) {
	for _, one := range []bool{false, true} {
		tape := &recorder{}
		passes(t, compile(t, echo), runner.Options{Sinks: []actions.Sink{tape}, OneAtATime: one})
		events := tape.events(t)
		if len(events) < 20 {
			t.Fatalf("only %d events", len(events))
		}
		parked := map[string]*actions.Waiting{}
		for i, e := range events {
			if i > 0 && e.Seq <= events[i-1].Seq {
				t.Errorf("event %d comes after event %d", e.Seq, events[i-1].Seq)
			}
			again, err := json.Marshal(e)
			if err != nil || !bytes.Equal(again, tape.lines[i]) {
				t.Errorf("an event does not survive JSON:\n%s\n%s", tape.lines[i], again)
			}
			switch e.Kind {
			case actions.Parked:
				parked[e.Actor] = e.Wait
			case actions.Resumed:
				if !reflect.DeepEqual(parked[e.Actor], e.Wait) {
					t.Errorf("%s parked for %v and resumed from %v", e.Actor, parked[e.Actor], e.Wait)
				}
				delete(parked, e.Actor)
			case actions.SystemCall, actions.StepEnded:
				if parked[e.Actor] != nil {
					t.Errorf("%s acts while it is parked: %s", e.Actor, tape.lines[i])
				}
			}
		}
		last := events[len(events)-1]
		if last.Kind != actions.ScenarioEnded || last.Verdict.Status != actions.Passed {
			t.Errorf("the last event is %s", tape.lines[len(events)-1])
		}
	}
}

// calls counts the system calls of one step by name.
func calls(events []actions.Event, word string) map[string]int {
	n := map[string]int{}
	for _, e := range events {
		if e.Kind == actions.SystemCall && e.Step.Word == word {
			n[e.Call.Name]++
		}
	}
	return n
}

// TestCreateConnection counts the calls of create_connection: it makes them itself, one socket and
// one connect for each address.
func TestCreateConnection(t *testing.T) {
	tape := &recorder{}
	passes(t, compile(t, echo), runner.Options{Sinks: []actions.Sink{tape}})
	want := map[string]int{"socket": 1, "connect": 1, "getsockname": 1}
	if got := calls(tape.events(t), "create_connection"); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	tape = new(recorder)
	plan := compile(t, strings.Replace(echo, "$(server.listen.address)",
		"localhost:$(server.listen.port)", 1))
	passes(t, plan, runner.Options{Sinks: []actions.Sink{tape}})
	got := calls(tape.events(t), "create_connection")
	if got["socket"] != got["connect"] || got["connect"]-got["close"] != 1 {
		t.Errorf("localhost: %v", got)
	}
}

func TestVars(t *testing.T) {
	text := "vars:\n  n: 5\n  addr: {required: address}\nactors:\n  a:\n    - log: x $(vars.n)\n" +
		"      expect: vars.n == 7 and vars.addr == \"127.0.0.1:1\"\n"
	src := schema.NewSource("test.yaml", []byte(text))
	plan, found := runner.Load(src, runner.Vars{})
	if len(found) > 0 {
		t.Fatal(render(found...))
	}
	r := plan.Run(context.Background(), runner.Options{})
	if r.Status != actions.Skipped || !strings.Contains(r.Reason, "--var addr=") {
		t.Errorf("%+v", r)
	}
	plan, found = runner.Load(src, runner.Vars{Text: map[string]string{"n": "7"},
		Values: map[string]any{"addr": "127.0.0.1:1"}})
	if len(found) > 0 {
		t.Fatal(render(found...))
	}
	passes(t, plan, runner.Options{})
	_, found = runner.Load(src, runner.Vars{Text: map[string]string{"n": "seven"}})
	if len(found) != 1 || found[0].Span.Start.Line != 2 {
		t.Errorf("a wrong value is not refused where it belongs: %v", found)
	}
}

// TestManyRounds: a loop without a wait ends when the run is interrupted.
func TestManyRounds(t *testing.T) {
	plan := compile(t, "actors:\n  a:\n    - repeat:\n        times: 1000000000\n"+
		"        steps:\n          - log: x\n")
	ctx, cancel := context.WithCancel(context.Background())
	n := 0
	sink := &trigger{kind: actions.Logged, do: func() {
		if n++; n == 1000 {
			cancel()
		}
	}}
	if r := plan.Run(ctx, runner.Options{Sinks: []actions.Sink{sink}}); !r.Interrupted {
		t.Errorf("%+v", r)
	}
}

// TestLimits: the runner's own limits are told from a socket's timeout, and later steps of other
// actors are not disturbed.
func TestLimits(t *testing.T) {
	plan := compile(t, `
open: true
actors:
  waiting:
    - socket
    - bind: 127.0.0.1:0
    - listen
    - accept:
      within: 20ms
      may_fail: timeout
  sleeping:
    - sleep: 60ms
      expect: elapsed >= "60ms"
`)
	r := plan.Run(context.Background(), runner.Options{})
	if len(r.Failures) != 1 || !strings.Contains(r.Failures[0].Summary, "within") {
		t.Errorf("%s", render(r.Failures...))
	}
	if r.Elapsed < 60*time.Millisecond {
		t.Errorf("the other actor was cut off after %v", r.Elapsed)
	}
}

func ExamplePlan_Run() {
	src := schema.NewSource("hello.yaml", []byte("actors:\n  me:\n    - log: hello\n"))
	plan, found := runner.Load(src, runner.Vars{})
	if len(found) > 0 {
		panic(found[0].Summary)
	}
	fmt.Println(plan.Run(context.Background(), runner.Options{}).Status)
	// Output: passed
}

// TestExamples compiles the example of every action and flow word in an actor of its own.
func TestExamples(t *testing.T) {
	for _, word := range runner.Words() {
		shape := schema.FlowWord(word)
		if a := actions.Lookup(word); a != nil {
			shape = a.Shape
		}
		text := "messages:\n  publish: [{topic: {string: u8}, qos: u8, payload: bytes}]\n" +
			"actors:\n  server:\n    - socket\n    - bind: 127.0.0.1:0\n    - listen\n" +
			"    - accept\n    - signal: ready\n    - barrier: start\n" +
			"  another:\n    - wait: ready\n    - barrier: start\n" +
			"  example:\n    - socket:\n      as: own\n    " + strings.ReplaceAll(shape.Example, "\n", "\n    ") + "\n"
		if _, found := runner.Load(schema.NewSource(word, []byte(text)), runner.Vars{}); len(found) > 0 {
			t.Errorf("%s", render(found...))
		}
	}
}

// TestStuckSenders: two actors that send without reading stand still although data is queued.
func TestStuckSenders(t *testing.T) {
	plan := compile(t, `
actors:
  server:
    - socket
    - bind: 127.0.0.1:0
    - listen
    - accept
    - sendall: {repeat: A, count: 16 MiB}
    - recv: 16
  client:
    - create_connection: $(server.listen.address)
    - sendall: {repeat: B, count: 16 MiB}
    - recv: 16
`)
	r := plan.Run(context.Background(), runner.Options{})
	text := render(r.Failures...)
	if len(r.Failures) != 1 || !strings.Contains(text, "nobody can go on") ||
		!strings.Contains(text, "of 16777216 bytes sent") ||
		!strings.Contains(text, "client has the other end") {
		t.Errorf("%s\n%s", r.Status, text)
	}
}

// TestWithinAround: the limit of a loop holds whatever limits the steps inside have.
func TestWithinAround(t *testing.T) {
	for _, inner := range []string{"sleep: 50ms", "sleep: 50ms, within: 10s", "log: x, within: 10s"} {
		plan := compile(t, "actors:\n  a:\n    - repeat:\n        times: 1000000000\n        steps:\n"+
			"          - {"+inner+"}\n      within: 100ms\n")
		r := plan.Run(context.Background(), runner.Options{})
		if text := render(r.Failures...); !strings.Contains(text, "repeat took longer than `within`") {
			t.Errorf("%s: %s\n%s", inner, r.Status, text)
		}
	}
}

// TestStoryTimers: a story waits for what a timer of the kernel or of a socket will still bring.
func TestStoryTimers(t *testing.T) {
	const connected = "steps:\n  - server.socket\n  - server.bind: 127.0.0.1:0\n  - server.listen\n" +
		"  - client.create_connection: $(server.listen.address)\n  - server.accept\n"
	for name, steps := range map[string]string{
		"MSG_MORE": "  - client.send: {data: hello, flags: MSG_MORE}\n  - server.recv: 5\n" +
			"    expect: size == 5\n  - server.send: x\n",
		"SO_RCVTIMEO": "  - client.setsockopt: {option: SO_RCVTIMEO, value: 0.05}\n" +
			"  - client.recv: 1\n    fails: EAGAIN\n",
		"several errors": "  - client.settimeout: 0.05\n  - client.recv: 1\n" +
			"    fails: [timeout, reset]\n",
		"inside a loop": "  - client.settimeout: 0.05\n  - client.repeat:\n      times: 2\n" +
			"      steps:\n        - recv: 1\n          fails: timeout\n  - server.send: x\n",
	} {
		t.Run(name, func(t *testing.T) {
			passes(t, compile(t, connected+steps), runner.Options{})
		})
	}
}

// TestNothingRan: a scenario of which every step was skipped has not passed.
func TestNothingRan(t *testing.T) {
	plan := compile(t, "vars: {no: false}\nactors:\n  a:\n    - log: x\n      when: vars.no\n")
	if r := plan.Run(context.Background(), runner.Options{}); r.Status != actions.Skipped {
		t.Errorf("%+v", r)
	}
}

// TestTimesAndUntil: whichever comes first ends the loop.
func TestTimesAndUntil(t *testing.T) {
	passes(t, compile(t, `
actors:
  a:
    - socket: {type: dgram}
    - repeat:
        times: 3
        until: getsockname.port > 70000
        steps:
          - getsockname
      expect: rounds == 3
    - repeat:
        times: 3
        until: getsockname.port == 0
        steps:
          - getsockname
      as: short
      expect: rounds == 1
`), runner.Options{})
}
