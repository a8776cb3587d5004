package runner_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"netscene/actions"
	"netscene/runner"
)

// TestNoThreadStaysAnotherUser plays many actors that act as other users at the same time, and wait
// meanwhile. Afterwards every thread is the process's own user.
func TestNoThreadStaysAnotherUser(t *testing.T) {
	var text strings.Builder
	text.WriteString("requires: root\nactors:\n")
	for i := range 40 {
		fmt.Fprintf(&text, `
  a%[1]d:
    - socketpair
    - recv: 16
      user: %[2]d
      on: $(b%[1]d.pass.sockets[1])
      expect: data == "x"
    - getsockopt: SO_PEERCRED
      on: $(b%[1]d.pass.sockets[1])
      expect: value.uid == %[2]d and value.gid == %[2]d
  b%[1]d:
    - socketpair:
      as: pass
      user: %[2]d
    - send: x
      user: %[2]d
      after: {parked: a%[1]d.recv}
`, i, 1000+i)
	}
	r := compile(t, text.String()).Run(context.Background(), runner.Options{})
	if r.Status == actions.Skipped {
		t.Skip(r.Reason)
	}
	if r.Status != actions.Passed {
		t.Fatalf("%s\n%s", r.Status, render(r.Failures...))
	}
	threads, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil || len(threads) == 0 {
		t.Fatal(threads, err)
	}
	own := fmt.Sprintf("\nUid:\t%[1]d\t%[1]d\t%[1]d\t%[1]d\n", os.Getuid())
	for _, thread := range threads {
		if status, err := os.ReadFile(thread); err == nil && !strings.Contains(string(status), own) {
			t.Errorf("%s:\n%s", thread, status)
		}
	}
}
