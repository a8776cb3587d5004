package report

import (
	"fmt"
	"strings"
	"time"

	"netscene/actions"
)

// Tally counts how the scenarios of an invocation ended.
type Tally struct {
	Passed, Failed, Skipped, Errors int
	Invalid                         int // files that could not be run
	NotRun                          int // scenarios that were not started
	NotSelected                     int // scenarios that were not asked for
	Elapsed                         time.Duration
}

// Add counts a scenario.
func (t *Tally) Add(s actions.Status) {
	switch s {
	case actions.Passed:
		t.Passed++
	case actions.Failed:
		t.Failed++
	case actions.Skipped:
		t.Skipped++
	default:
		t.Errors++
	}
}

// String is the summary, in one line.
func (t *Tally) String() string {
	parts := []string{count(t.Passed, "passed"), count(t.Failed, "failed"),
		count(t.Skipped, "skipped")}
	for _, more := range []struct {
		n    int
		what string
	}{{t.Errors, "errors"}, {t.Invalid, "invalid"}, {t.NotRun, "not run"},
		{t.NotSelected, "not selected"}} {
		if more.n > 0 {
			parts = append(parts, count(more.n, more.what))
		}
	}
	return strings.Join(parts, ", ") + " in " + elapsed(t.Elapsed)
}

func count(n int, what string) string {
	if n == 1 && what == "errors" {
		what = "error"
	}
	return fmt.Sprintf("%d %s", n, what)
}
