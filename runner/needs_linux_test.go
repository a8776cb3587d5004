package runner_test

import (
	"context"
	"strings"
	"testing"

	"netscene/actions"
	"netscene/actions/host"
	"netscene/runner"
)

// TestNeedMetAtTheCall: the probe finds packet sockets, but the call does not get one. That is a
// skip where the scenario requires them, and else a failure that says what to require.
func TestNeedMetAtTheCall(t *testing.T) {
	if err := host.Probe("packet"); err != nil {
		t.Skip(err)
	}
	const steps = `
actors:
  a:
    - socket: {family: packet, type: stream}
    - close
  b:
    - getsockname:
      on: a.socket
`
	tests := []struct {
		text   string
		status actions.Status
		want   string // in the reason, or else in the hint
	}{
		{"requires: [ipv6, packet]" + steps, actions.Skipped,
			"it requires packet: socket AF_PACKET SOCK_STREAM: socket type not supported " +
				"(ESOCKTNOSUPPORT)"},
		{"requires: raw" + steps, actions.Failed, "`requires: packet` at the top"},
		{steps, actions.Failed, "`requires: packet` at the top"},
		{"requires: root" + strings.ReplaceAll(steps, "packet, type: stream}", "packet, type: raw}\n"+
			"      user: 65534"), actions.Failed, ""}, // not the machine's fault
		{"requires: packet" + strings.ReplaceAll(steps, "- close", "- close\n    - close"),
			actions.Skipped, "it requires packet"},
		{"requires: packet" + strings.ReplaceAll(steps, "stream}", "stream}\n      fails: ENOENT"),
			actions.Skipped, "it requires packet"},
	}
	for _, test := range tests {
		r := compile(t, test.text).Run(context.Background(), runner.Options{})
		said := r.Reason
		if r.Status == actions.Failed && len(r.Failures) > 0 {
			said = r.Failures[0].Detail
		}
		if r.Status != test.status || !strings.Contains(said, test.want) ||
			r.Status == actions.Skipped && len(r.Failures) > 0 {
			t.Errorf("%s\n%s %s\n%s", test.text, r.Status, said, render(r.Failures...))
		}
		if test.want == "" && strings.Contains(said, "requires") {
			t.Errorf("%s\n%s", test.text, said)
		}
	}
}

// TestNeedFails: what failed before the need was found missing stays a failure.
func TestNeedFails(t *testing.T) {
	if err := host.Probe("packet"); err != nil {
		t.Skip(err)
	}
	r := compile(t, `
requires: packet
steps:
  - a.socket:
    check: family == 1
  - a.socket: {family: packet, type: stream}
    as: none_such
`).Run(context.Background(), runner.Options{})
	if r.Status != actions.Failed {
		t.Errorf("%s %s", r.Status, r.Reason)
	}
}

// TestRequirements evaluates expressions before the run.
func TestRequirements(t *testing.T) {
	const rest = "\nvars: {n: 3}\nactors: {a: [socket]}\n"
	for requires, want := range map[string]string{
		`sysctl("kernel.ostype") == "Linux"`:     "",
		`[sysctl("kernel/ostype") == "Linux"]`:   "",
		`limit("nofile") > vars.n`:               "",
		`limit("nofile") < vars.n`:               `limit("nofile") < vars.n: limit("nofile") is `,
		`sysctl("kernel.ostype") == "BSD"`:       `sysctl("kernel.ostype") is "Linux"`,
		`interface("lo")`:                        "",
		`program("sh")`:                          "",
		`program("/*bin/sh")`:                    "",
		`program("/bin/no-such")`:                "this machine has no program /bin/no-such",
		`program("/etc")`:                        "this machine has no program /etc",
		`program("no-such")`:                     "this machine has no program no-such",
		`interface("vcan-none")`:                 "vcan-none; ip link add vcan-none type vcan",
		`interface("no-such")`:                   "this machine has no interface no-such",
		`sysctl("net.no_such") == 1`:             "this machine has no sysctl net.no_such",
		`[vars.n == 3, vars.n == 4, vars.n > 5]`: "it requires vars.n == 4: vars.n is 3",
	} {
		r := compile(t, "requires: "+requires+rest).Run(context.Background(), runner.Options{})
		if (r.Status == actions.Passed) != (want == "") || !strings.Contains(r.Reason, want) {
			t.Errorf("%s: %s %s", requires, r.Status, r.Reason)
		}
	}
	for requires, want := range map[string]string{
		`sysctl("kernel.ostype") > 1`:   `"Linux" is text and 1 is int`,
		`sysctl("../../etc/hosts") > 1`: "is not the name of a sysctl",
	} {
		r := compile(t, "requires: "+requires+rest).Run(context.Background(), runner.Options{})
		if r.Status != actions.Errored || !strings.Contains(r.Reason, want) {
			t.Errorf("%s: %s %s", requires, r.Status, r.Reason)
		}
	}
}
