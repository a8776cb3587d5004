package runner_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"netscene/actions"
	"netscene/runner"
	"netscene/runner/report"
)

// TestManyUnmetChecks counts all failures of a long loop, and explains the first.
func TestManyUnmetChecks(t *testing.T) {
	for _, check := range []string{"port == 1", "[1][port + 1] == 1"} {
		text := report.NewText(report.TextOptions{})
		r := compile(t, `
name: x
steps:
  - a.socket:
  - a.repeat:
      times: 50
      steps:
        - getsockname:
          check: [`+`'`+check+`', port == 0, port == 2]
`).Run(context.Background(), runner.Options{Sinks: []actions.Sink{text}})
		if r.Status != actions.Failed || r.Failed != 100 || len(r.Failures) != 40 {
			t.Errorf("%s: %d failures, %d of them explained", r.Status, r.Failed, len(r.Failures))
		}
		var out strings.Builder
		text.WriteTo(&out)
		if !strings.Contains(out.String(), "and 30 more steps failed") {
			t.Errorf("not all are counted:\n%s", &out)
		}
	}
}

// TestManyFailingActors counts all actors that fail, and explains the first.
func TestManyFailingActors(t *testing.T) {
	var scenario strings.Builder
	scenario.WriteString("name: x\nactors:\n")
	for i := range 50 {
		fmt.Fprintf(&scenario, "  a%d:\n    - socket:\n    - getpeername:\n", i)
	}
	text := report.NewText(report.TextOptions{})
	r := compile(t, scenario.String()).Run(context.Background(),
		runner.Options{Sinks: []actions.Sink{text}})
	if r.Status != actions.Failed || r.Failed != 50 || len(r.Failures) != 20 {
		t.Errorf("%s: %d failures, %d of them explained", r.Status, r.Failed, len(r.Failures))
	}
	var out strings.Builder
	text.WriteTo(&out)
	if !strings.Contains(out.String(), "and 30 more steps failed") {
		t.Errorf("not all are counted:\n%s", &out)
	}
}
