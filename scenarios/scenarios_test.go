// Package scenarios holds the library of scenarios and runs it.
package scenarios

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner"
	"netscene/schema"
)

// files lists the scenarios of the library, without files that hold definitions for them.
func files(t *testing.T) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".yaml" && !parse(t, name).Library {
			names = append(names, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func parse(t *testing.T, name string) *schema.Document {
	t.Helper()
	src, found := schema.Read(name, nil)
	if len(found) > 0 {
		t.Fatal(text(found...))
	}
	doc, _ := schema.Parse(src, runner.Words())
	return doc
}

// load compiles a scenario and fails the test with all that is wrong with it.
func load(t *testing.T, name string, vars runner.Vars) *runner.Plan {
	t.Helper()
	return rows(t, name, vars)[0]
}

// rows compiles a scenario for all its rows.
func rows(t *testing.T, name string, vars runner.Vars) []*runner.Plan {
	t.Helper()
	vars.Env = os.LookupEnv
	src, found := schema.Read(name, nil)
	if len(found) == 0 {
		var plans []*runner.Plan
		if plans, found = runner.LoadAll(src, vars); len(found) == 0 {
			return plans
		}
	}
	t.Fatal(text(found...))
	return nil
}

func text(found ...schema.Diagnostic) string {
	var b strings.Builder
	for _, d := range found {
		schema.Render(&b, d, schema.Style{})
	}
	return b.String()
}

// run plays a scenario, which must pass or be skipped with a reason.
func run(t *testing.T, plan *runner.Plan, o runner.Options) {
	t.Helper()
	switch r := plan.Run(context.Background(), o); r.Status {
	case actions.Passed:
	case actions.Skipped:
		t.Skip(r.Reason)
	default:
		t.Fatalf("%s %s\n%s", r.Status, r.Reason, text(r.Failures...))
	}
}

func TestScenarios(t *testing.T) {
	for _, name := range files(t) {
		t.Run(name, func(t *testing.T) {
			for _, plan := range rows(t, name, runner.Vars{}) {
				run(t, plan, runner.Options{Sinks: []actions.Sink{listed{t}}})
			}
		})
	}
}

// TestErrorsAreListed plays the scenarios that fail: the reference says of each error which calls
// give it, and must not leave one out.
func TestErrorsAreListed(t *testing.T) {
	names, err := filepath.Glob("../runner/testdata/failing/*.yaml")
	if err != nil || names == nil {
		t.Fatal("no scenarios that fail:", err)
	}
	for _, name := range names {
		load(t, name, runner.Vars{}).Run(context.Background(),
			runner.Options{Sinks: []actions.Sink{listed{t}}})
	}
}

// listed fails the test for an error that the reference does not list for its call.
type listed struct{ t *testing.T }

func (listed) Wants(kind actions.EventKind) bool { return kind == actions.SystemCall }

func (l listed) Event(e *actions.Event) {
	c := e.Call
	if c.Errno != 0 && !slices.Contains(socket.CallsGiving(c.Errno), c.Name) {
		l.t.Errorf("%s: %s gave %s, which is not listed for it", e.Step.Span, c.Name, c.Errno.Name())
	}
}

// TestOneAtATime plays the library under a gate that lets one actor run at a time: whatever an
// actor waits for goes through the gate, or the run would stand still.
func TestOneAtATime(t *testing.T) {
	for _, name := range files(t) {
		t.Run(name, func(t *testing.T) {
			run(t, load(t, name, runner.Vars{}), runner.Options{OneAtATime: true})
		})
	}
}

// TestShape holds the library to what a reader needs: a comment at the top that says what it shows,
// and few lines.
func TestShape(t *testing.T) {
	for _, name := range files(t) {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(b), "# ") {
			t.Errorf("%s does not begin with a comment that says what it shows", name)
		}
		if n := strings.Count(string(b), "\n"); n > 60 {
			t.Errorf("%s has %d lines; split it", name, n)
		}
	}
}

// TestEveryWordIsShown looks for an action or flow word that no scenario uses.
func TestEveryWordIsShown(t *testing.T) {
	shown := map[string]bool{}
	var note func(steps []*schema.Step)
	note = func(steps []*schema.Step) {
		for _, s := range steps {
			shown[s.Word.Text] = true
			for _, body := range s.Bodies {
				note(body)
			}
		}
	}
	for _, name := range files(t) {
		for _, a := range parse(t, name).Actors {
			note(a.Steps)
		}
	}
	for _, word := range runner.Words() {
		if !shown[word] {
			t.Errorf("no scenario shows %s", word)
		}
	}
}
