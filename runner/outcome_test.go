package runner_test

import (
	"context"
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
