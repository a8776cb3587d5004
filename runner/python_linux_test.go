package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner/board"
	"netscene/schema"
)

// pythonOutcome is what came of a step, in a form that both sides have.
type pythonOutcome struct {
	value string // JSON; with the ports and names that the kernel chose as P1, P2 and so on
	err   string // an errno's name, or a class that has none
	time  string // at once, waited (as long as its timeout), or woken (by a later step)
}

func (o pythonOutcome) String() string {
	if o.err != "" {
		return o.err + ", " + o.time
	}
	return o.value + ", " + o.time
}

const atOnce, waitedItsTime, wokenByPeer = "at once", "waited", "woken"

// pythonStuck is the error of a step that does not end with Python.
const pythonStuck = "stuck"

// TestPython plays every case with Python's socket module and with netscene, and compares what came
// of each step. It differs where a step says so, and there only.
func TestPython(t *testing.T) {
	cases := readPythonCases(t, "*.txt")
	if !nameServer() {
		t.Log("no name server answers: left out is what needs one")
		cases = slices.DeleteFunc(cases, func(c *pythonCase) bool {
			return strings.Contains(c.title, "name server")
		})
	}
	comparePython(t, cases)
	known, shown := map[string]bool{}, map[string]bool{}
	for _, d := range actions.PythonDifferences() {
		known[d.Name] = true
	}
	calls := map[string]bool{}
	// These are not about sockets, or have nothing like them in Python.
	performed := map[string]bool{"sleep": true, "log": true, "send_message": true,
		"recv_message": true}
	for _, c := range append(readPythonCases(t, "resolver/*.txt"), cases...) {
		for _, s := range c.steps {
			shown[s.differs] = true
			if s.differs != "" && !known[s.differs] {
				t.Errorf("%s: no difference is called %s", c.title, s.differs)
			}
			calls[s.Call], performed[s.action()] = true, true
		}
	}
	for name := range known {
		if !shown[name] {
			t.Errorf("no case shows the difference %s", name)
		}
	}
	for call := range pythonParams {
		if !calls[call] {
			t.Errorf("no case has %s", call)
		}
	}
	for _, name := range actions.Names() {
		if !performed[name] {
			t.Errorf("no case has the action %s", name)
		}
	}
	if len(cases) < 60 {
		t.Errorf("only %d cases", len(cases))
	}
}

// comparePython plays cases with both and reports where they differ and should not.
func comparePython(t *testing.T, cases []*pythonCase) {
	theirs := playPython(t, cases)
	for i, c := range cases {
		t.Run(strings.ReplaceAll(c.title, " ", "_"), func(t *testing.T) {
			ours := c.play(t)
			for n, s := range c.steps {
				t.Log(s.line, "->", ours[n])
			}
			wrong := differencesOf(c, theirs[i], ours)
			for _, w := range wrong {
				t.Error(w)
			}
			if len(wrong) == 0 {
				falsify(t, c, theirs[i], ours)
			}
		})
	}
}

// falsify changes what came of each step, a part at a time and on either side: each is found.
func falsify(t *testing.T, c *pythonCase, theirs, ours []pythonOutcome) {
	for i, s := range c.steps {
		for _, side := range [][]pythonOutcome{theirs, ours} {
			kept := side[i]
			for _, falsified := range []pythonOutcome{
				{value: kept.value + "0", time: kept.time},
				{value: kept.value, err: kept.err + "X", time: kept.time},
				{value: kept.value, err: kept.err, time: kept.time + "?"},
				{value: kept.value, err: pythonStuck, time: kept.time},
			} {
				if s.differs != "" && &side[0] == &theirs[0] && falsified.err != pythonStuck {
					continue // anything but what comes here is right
				}
				side[i] = falsified
				if len(differencesOf(c, theirs, ours)) != 1 {
					t.Errorf("%s: %v instead of %v is not found", s.line, falsified, kept)
				}
			}
			side[i] = kept
			if s.differs != "" {
				theirs[i], kept = ours[i], theirs[i]
				if len(differencesOf(c, theirs, ours)) != 1 {
					t.Errorf("%s: that there is no difference is not found", s.line)
				}
				theirs[i] = kept
			}
		}
	}
}

// differencesOf says where the two sides differ and should not, or do not and should.
func differencesOf(c *pythonCase, python, ours []pythonOutcome) []string {
	var wrong []string
	for i, s := range c.steps {
		right := python[i] == ours[i]
		if s.differs != "" {
			right = !right && ours[i].String() == s.here
		}
		if right && python[i].err != pythonStuck {
			continue
		}
		wrong = append(wrong, fmt.Sprintf("%s\n  Python: %s\n  here:   %s", s.line, python[i], ours[i]))
	}
	return wrong
}

// playPython gives the outcomes of all cases, played by one interpreter.
func playPython(t *testing.T, cases []*pythonCase) [][]pythonOutcome {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no Python to compare with: ", err)
	}
	recent := exec.Command(python, "-c", "import sys; sys.exit(sys.version_info < (3, 11))")
	if recent.Run() != nil {
		t.Skip("the socket module that is compared with is that of Python 3.11 and later")
	}
	if _, err := os.Stat("/proc/self/syscall"); err != nil {
		t.Skip("the kernel does not tell which thread waits in a call: ", err)
	}
	var steps [][]*pythonStep
	for _, c := range cases {
		steps = append(steps, c.steps)
	}
	in, err := json.Marshal(steps)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "testdata/python/play.py")
	cmd.Stdin, cmd.Stderr, cmd.WaitDelay = bytes.NewReader(in), os.Stderr, time.Second
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var played [][]struct {
		Value         any
		Error         any     // a number, or a word
		Elapsed       float64 // seconds
		Slept, Parked bool    // its thread did; another saw it wait
	}
	if err := json.Unmarshal(out, &played); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	all := make([][]pythonOutcome, len(cases))
	for i, c := range cases {
		for n, p := range played[i] {
			o := pythonOutcome{value: pythonJSON(p.Value)}
			switch e := p.Error.(type) {
			case float64:
				o.err = socket.Errno(e).Name()
			case string:
				o.err = e
			}
			s := c.steps[n]
			o.time = timing(s, o, p.Parked || p.Slept, p.Elapsed)
			all[i] = append(all[i], o)
		}
		nameChosen(all[i])
	}
	return all
}

func pythonJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

// timing says how a call took its time, in seconds. Only one that waited can have been ended by a
// timeout, only where there is one, and not before it has passed.
func timing(s *pythonStep, o pythonOutcome, parked bool, elapsed float64) string {
	switch {
	case parked && s.Limit > 0 && elapsed >= s.Limit/2 && s.expired(o):
		return waitedItsTime
	case parked && s.Aside:
		return wokenByPeer
	}
	return atOnce
}

// expired says whether an outcome may be that of a timeout.
func (s *pythonStep) expired(o pythonOutcome) bool {
	return o.err == string(socket.TimedOut) || o.err == socket.EAGAIN.Name() ||
		o.value == `"a part"` || s.Call == "connect_ex" && o.value == "11" ||
		s.action() == "poll" && o.err == "" ||
		slices.ContainsFunc(s.Args, func(a [2]string) bool {
			return strings.Contains(a[1], "MSG_WAITALL")
		})
}

// chosen is what the kernel chose: a port, or an autobound name.
var chosen = regexp.MustCompile(`:([1-9][0-9]{3,4})"|@[0-9a-f]{5}"`)

// temporary is the directory of a run.
var temporary = regexp.MustCompile(regexp.QuoteMeta(os.TempDir()) + "/ns[0-9]+")

// nameChosen replaces what the kernel chose by P1, P2 and so on, in the order of appearance.
func nameChosen(outcomes []pythonOutcome) {
	names := map[string]string{}
	for i := range outcomes {
		o := &outcomes[i]
		o.value = chosen.ReplaceAllStringFunc(o.value, func(found string) string {
			if names[found] == "" {
				names[found] = fmt.Sprintf("%cP%d\"", found[0], len(names)+1)
			}
			return names[found]
		})
	}
}

// results is a Board that keeps every result.
type results struct {
	*board.Memory
	mu   sync.Mutex
	kept map[string]board.Value // by the step's name
}

func (r *results) Publish(k board.Key, v board.Value) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept[k.Step] = v
	r.Memory.Publish(k, v)
}

// waits is a Sink that keeps which steps waited in their call, and how those failed that did not
// give a result.
type waits struct {
	parked map[string]bool
	called map[string]bool
	failed map[string]string
	logged map[string]string
}

func (w *waits) Wants(kind actions.EventKind) bool {
	return kind == actions.Parked || kind == actions.SystemCall || kind == actions.StepEnded ||
		kind == actions.Logged
}

func (w *waits) Event(e *actions.Event) {
	switch {
	case e.Kind == actions.Logged:
		w.logged[e.Step.Name] = e.Message.Text
	case e.Kind == actions.SystemCall:
		w.called[e.Step.Name] = true
	case e.Kind == actions.StepEnded && e.Outcome.Status == actions.Failed && !w.called[e.Step.Name]:
		w.failed[e.Step.Name] = string(socket.BadArgument)
	case e.Kind == actions.StepEnded && e.Outcome.Failure != nil:
		w.failed[e.Step.Name] = e.Outcome.Failure.Summary
	case e.Kind == actions.StepEnded && e.Outcome.Status != actions.Passed:
		w.failed[e.Step.Name] = string(e.Outcome.Status) + " " + e.Outcome.Reason
	case e.Kind == actions.Parked && !strings.HasPrefix(e.Wait.Kind, "value") &&
		!strings.HasPrefix(e.Wait.Kind, "signal"):
		w.parked[e.Step.Name] = true
	}
}

// play gives the outcomes of a case, played by netscene. A step that is refused when the scenario
// is loaded is left out of what is run.
func (c *pythonCase) play(t *testing.T) []pythonOutcome {
	t.Helper()
	dropped := map[int]bool{}
	for {
		text := c.yaml(dropped)
		if text == "" {
			return c.outcomes(dropped, nil, nil, &Result{})
		}
		plan, found := Load(schema.NewSource("case.yaml", []byte(text)), Vars{})
		if len(found) == 0 {
			return c.run(plan, dropped)
		}
		before := len(dropped)
		for _, d := range found {
			if i, ok := indexAt(text, d.Span.Start.Line); ok && !dropped[i] {
				dropped[i] = true
				t.Log(c.steps[i].line, "is refused:", d.Summary)
			}
		}
		if len(dropped) == before {
			t.Fatalf("%v\n%s", found, text)
		}
	}
}

func (c *pythonCase) run(plan *Plan, dropped map[int]bool) []pythonOutcome {
	for _, a := range plan.actors {
		for _, s := range a.steps {
			s.public = true
		}
	}
	r := &results{Memory: board.NewMemory(), kept: map[string]board.Value{}}
	w := &waits{parked: map[string]bool{}, called: map[string]bool{},
		failed: map[string]string{}, logged: map[string]string{}}
	result := plan.Run(context.Background(), Options{board: r, Sinks: []actions.Sink{w}})
	return c.outcomes(dropped, r.kept, w, result)
}

// outcomes gives what came of each step of a run, which there is none of where all were refused.
func (c *pythonCase) outcomes(dropped map[int]bool, kept map[string]board.Value, w *waits,
	result *Result) []pythonOutcome {
	outcomes := make([]pythonOutcome, len(c.steps))
	for i, s := range c.steps {
		name := fmt.Sprintf("s%d", i)
		o := &outcomes[i]
		o.value, o.time = "null", atOnce
		v, given := kept[name]
		switch {
		case s.Call == "join":
			continue
		case dropped[i], pythonFunctions[s.Call] != "" && !given:
			o.err = string(socket.BadArgument)
			continue
		case w.failed[name] == string(socket.BadArgument):
			o.err = w.failed[name]
			continue
		case w.failed[name] != "" || !given:
			o.err = w.failed[name] + " (" + string(result.Status) + ")"
			for _, d := range result.Failures {
				o.err += " " + d.Summary
			}
			continue
		}
		failure := v.Fields["error"].(map[string]any)
		if o.err = failure["name"].(string); o.err == string(socket.BadAddress) {
			o.err = string(socket.BadArgument) // Python has one kind for what it refuses itself
		}
		if o.err == "" {
			o.value = temporary.ReplaceAllString(pythonJSON(s.value(v.Fields)), "TMP")
		}
		if pythonFunctions[s.Call] != "" {
			o.value = pythonJSON(w.logged[name])
		}
		elapsed, _ := v.Fields["elapsed"].(time.Duration)
		o.time = timing(s, *o, w.parked[name], elapsed.Seconds())
	}
	nameChosen(outcomes)
	return outcomes
}
