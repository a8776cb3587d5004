package runner_test

import (
	"context"
	"strings"
	"testing"

	"netscene/runner"
)

// TestOverhears: whoever waits for what the kernel has to say does not wait for an actor, so that
// only the timeout ends it. Without such a socket the same is a hang.
func TestOverhears(t *testing.T) {
	for open, want := range map[string][2]string{ // of actors side by side, of a story
		"socket: {family: netlink, type: raw}": {"within its timeout", "within its timeout"},
		"socket: {type: dgram}":                {"nobody can go on", "is still in recv"},
	} {
		for i, form := range []string{
			"actors:\n  a:\n    - " + open + "\n    - socket: {type: dgram}\n      as: b\n    - recv: 1\n",
			"steps:\n  - a." + open + "\n  - a.socket: {type: dgram}\n    as: b\n  - a.recv: 1\n",
		} {
			r := compile(t, "timeout: 500ms\n"+form).Run(context.Background(), runner.Options{})
			if text := render(r.Failures...); !strings.Contains(text, want[i]) {
				t.Errorf("%s\nwant %s, got\n%s", form, want[i], text)
			}
		}
	}
}
