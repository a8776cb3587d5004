package runner

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
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
	time  string // at once, waited (its whole time), or woken (by a later step)
}

func (o pythonOutcome) String() string {
	if o.err != "" {
		return o.err + ", " + o.time
	}
	return o.value + ", " + o.time
}

const atOnce, waitedItsTime, wokenByPeer = "at once", "waited", "woken"

// TestPython plays every case with Python's socket module and with netscene, and compares what came
// of each step. It differs where a step says so, and there only.
func TestPython(t *testing.T) {
	cases := readPythonCases(t)
	theirs := playPython(t, cases)
	known := map[string]bool{}
	for _, d := range actions.PythonDifferences() {
		known[d.Name] = true
	}
	shown := map[string]bool{}
	calls := map[string]bool{}
	for i, c := range cases {
		t.Run(strings.ReplaceAll(c.title, " ", "_"), func(t *testing.T) {
			for _, wrong := range differencesOf(c, theirs[i], c.play(t)) {
				t.Error(wrong)
			}
		})
		for _, s := range c.steps {
			shown[s.differs] = true
			if s.differs != "" && !known[s.differs] {
				t.Errorf("%s: no difference is called %s", c.title, s.differs)
			}
		}
		for _, call := range c.uses() {
			calls[call] = true
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
	if len(cases) < 60 {
		t.Errorf("only %d cases", len(cases))
	}
}

// TestPythonFalsified changes what came of a step, a field at a time and on either side: each is
// found.
func TestPythonFalsified(t *testing.T) {
	for _, c := range readPythonCases(t) {
		theirs, ours := make([]pythonOutcome, len(c.steps)), make([]pythonOutcome, len(c.steps))
		for i, s := range c.steps {
			theirs[i] = pythonOutcome{value: "null", time: atOnce}
			ours[i] = theirs[i]
			if s.differs != "" {
				ours[i].value, ours[i].time, _ = strings.Cut(s.here, ", ")
			}
		}
		if wrong := differencesOf(c, theirs, ours); len(wrong) > 0 {
			t.Fatalf("%s: %v", c.title, wrong)
		}
		for i, s := range c.steps {
			for _, falsified := range []pythonOutcome{{value: "1", time: atOnce},
				{value: "null", time: waitedItsTime}, {value: "null", err: "EPIPE", time: atOnce}} {
				kept := ours[i]
				ours[i] = falsified
				if len(differencesOf(c, theirs, ours)) != 1 {
					t.Errorf("%s: %s: %v instead of %v is not found", c.title, s.line, falsified, kept)
				}
				ours[i], theirs[i] = kept, falsified
				if s.differs == "" && len(differencesOf(c, theirs, ours)) != 1 {
					t.Errorf("%s: %s: Python's %v is not found", c.title, s.line, falsified)
				}
				theirs[i] = pythonOutcome{value: "null", time: atOnce}
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
		if right {
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
	cmd := exec.CommandContext(t.Context(), python, "testdata/python/play.py")
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var played [][]struct {
		Value          any
		Error          any // a number, or a word
		Waited, Parked bool
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
			o.time = timing(s, o, p.Parked || p.Waited && !s.Aside, p.Waited)
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

// timing says how a call took its time. Only what a timeout can end so can have waited for it.
func timing(s *pythonStep, o pythonOutcome, parked, long bool) string {
	limited := o.err == string(socket.TimedOut) || o.err == socket.EAGAIN.Name() ||
		o.value == `"a part"` || s.Call == "connect_ex" && o.value == "11" ||
		slices.ContainsFunc(s.Args, func(a [2]string) bool {
			return strings.Contains(a[1], "MSG_WAITALL")
		})
	switch {
	case !parked || !s.Aside && !limited:
		return atOnce
	case limited && long:
		return waitedItsTime
	}
	return wokenByPeer
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
}

func (w *waits) Wants(kind actions.EventKind) bool {
	return kind == actions.Parked || kind == actions.SystemCall || kind == actions.StepEnded
}

func (w *waits) Event(e *actions.Event) {
	switch {
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
		plan, found := Load(schema.NewSource("case.yaml", []byte(text)), Vars{})
		if len(found) == 0 {
			return c.run(t, plan, dropped)
		}
		before := len(dropped)
		for _, d := range found {
			if i, ok := indexAt(text, d.Span.Start.Line); ok {
				dropped[i] = true
			}
		}
		if len(dropped) == before {
			t.Fatalf("%v\n%s", found, text)
		}
	}
}

func (c *pythonCase) run(t *testing.T, plan *Plan, dropped map[int]bool) []pythonOutcome {
	for _, a := range plan.actors {
		for _, s := range a.steps {
			s.public = true
		}
	}
	r := &results{Memory: board.NewMemory(), kept: map[string]board.Value{}}
	w := &waits{parked: map[string]bool{}, called: map[string]bool{},
		failed: map[string]string{}}
	result := plan.Run(context.Background(), Options{board: r, Sinks: []actions.Sink{w}})
	outcomes := make([]pythonOutcome, len(c.steps))
	for i, s := range c.steps {
		name := fmt.Sprintf("s%d", i)
		o := &outcomes[i]
		o.value, o.time = "null", atOnce
		v, given := r.kept[name]
		switch {
		case s.Call == "join":
			continue
		case dropped[i]:
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
		elapsed, _ := v.Fields["elapsed"].(time.Duration)
		o.time = timing(s, *o, w.parked[name], elapsed >= pythonLimit)
	}
	nameChosen(outcomes)
	return outcomes
}

// pythonLimit is less than any timeout that a case sets.
const pythonLimit = 40 * time.Millisecond

// value gives of a step's result what Python gives.
func (s *pythonStep) value(fields map[string]any) any {
	switch s.Call {
	case "recv", "recvfrom":
		got := map[string]any{"size": fields["size"]}
		if len(s.Args) < 2 || !strings.Contains(s.Args[1][1], "MSG_TRUNC") {
			got["data"] = shownData(fields["data"].([]byte))
		}
		if s.Call == "recvfrom" {
			got["address"] = fields["address"]
		}
		return got
	case "recv_into", "recvfrom_into", "recvmsg", "recvmsg_into":
		return messageValue(fields)
	case "accept", "getsockname", "getpeername":
		return fields["address"]
	case "sendmsg":
		return fields["sent"]
	case "send", "sendto":
		if fields["sent"] != s.length() {
			return "a part"
		}
		return fields["sent"]
	case "connect_ex":
		return fields["errno"]
	case "getsockopt":
		return optionValue(fields["value"])
	}
	return nil
}

// messageValue gives what the receives have that recv and recvfrom have not.
func messageValue(fields map[string]any) any {
	got := map[string]any{"size": fields["size"]}
	for _, name := range []string{"address", "flags"} {
		if v, has := fields[name]; has {
			got[name] = v
		}
	}
	if buffer, has := fields["buffer"].([]byte); has {
		got["buffer"] = shownData(buffer)
	} else if list, has := fields["buffers"].([]any); has {
		all := []string{}
		for _, b := range list {
			all = append(all, shownData(b.([]byte)))
		}
		got["buffers"] = all
	} else {
		got["data"] = shownData(fields["data"].([]byte))
	}
	if messages, has := fields["ancillary"].([]any); has {
		all := []any{}
		for _, m := range messages {
			all = append(all, ancillaryValue(m.(map[string]any)))
		}
		got["ancillary"] = all
	}
	return got
}

// ancillaryValue gives a message of ancillary data without what differs from run to run.
func ancillaryValue(m map[string]any) any {
	value := any(hex.EncodeToString(m["data"].([]byte)))
	switch {
	case m["name"] == "SCM_RIGHTS":
		value = m["count"]
	case m["pid"] != nil:
		value = optionValue(map[string]any{"pid": m["pid"], "uid": m["uid"], "gid": m["gid"]})
	case m["level"] == socket.Constants()["SOL_SOCKET"]:
		value = len(m["data"].([]byte))
	}
	return []any{m["level"], m["type"], value}
}

// length is how many bytes the step sends.
func (s *pythonStep) length() int {
	fill, count, _ := strings.Cut(s.Args[0][1], "*")
	times := 1
	fmt.Sscan(count, &times)
	return len(fill) / 2 * times
}

func shownData(data []byte) string {
	if len(data) > 64 {
		return fmt.Sprint("crc ", crc32.ChecksumIEEE(data))
	}
	return hex.EncodeToString(data)
}

func optionValue(v any) any {
	switch v := v.(type) {
	case time.Duration:
		return v.Seconds()
	case []byte:
		return hex.EncodeToString(v)
	case map[string]any:
		if pid, isCred := v["pid"]; isCred {
			return map[string]any{"mine": pid == os.Getpid(), "uid": v["uid"], "gid": v["gid"]}
		}
	}
	return v
}
