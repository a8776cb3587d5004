package runner_test

import (
	"context"
	"os"
	"os/exec"
	"testing"

	"netscene/actions"
	"netscene/runner"
)

// withFewDescriptors says that the test runs in a process that may have only few descriptors.
const withFewDescriptors = "RUNNER_TEST_WITH_FEW_DESCRIPTORS"

// hungry opens sockets until there are no descriptors left, then works with those that it has.
const hungry = `
actors:
  a:
    - socketpair
    - repeat:
        until: socket.error.name == "EMFILE"
        max: 200
        steps:
          - socket:
            may_fail: EMFILE
      expect: rounds < 200
    - socketpair:
      as: no_pair
      fails: EMFILE
    - dup:
      on: $(socketpair.sockets[0])
      fails: EMFILE
    - sendall: still works
      on: $(socketpair.sockets[0])
    - recv: 16
      on: $(socketpair.sockets[1])
      expect: data == "still works"
`

// TestDescriptorsRunOut: a scenario that takes all descriptors meets EMFILE and gives every one
// back. The limit is the whole process's, so the test does that in a process of its own, and no
// scenario of the library does.
func TestDescriptorsRunOut(t *testing.T) {
	if os.Getenv(withFewDescriptors) == "" {
		cmd := exec.Command("sh", "-c", `ulimit -n 64 && exec "$0" "$@"`, os.Args[0],
			"-test.run=^TestDescriptorsRunOut$", "-test.count=1", "-test.v")
		cmd.Env = append(os.Environ(), withFewDescriptors+"=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	plan := compile(t, hungry)
	plan.Run(context.Background(), runner.Options{}) // the poller opens its own descriptors once
	before := descriptors(t)
	for range 3 {
		if r := plan.Run(context.Background(), runner.Options{}); r.Status != actions.Passed {
			t.Fatalf("%s\n%s", r.Status, render(r.Failures...))
		}
	}
	if after := descriptors(t); after != before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
}
