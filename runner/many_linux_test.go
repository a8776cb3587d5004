package runner_test

import (
	"context"
	"testing"

	"netscene/actions"
	"netscene/runner"
)

// TestManyConnections serves ten thousand connections in a row, and five thousand clients at once.
func TestManyConnections(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes seconds")
	}
	const server = `
timeout: 5m
requires: limit("nofile") > 10200
actors:
  server:
    - create_server: {address: "$(loopback):0", backlog: 4096}
    - serve:
        connections: $(vars.n)
        steps:
          - recv: 64
          - sendall: $(recv.data)
      expect: [len(connections) == vars.n, "all(connections, .recv.size == 5)"]
`
	for name, clients := range map[string]string{
		"in a row": `
  client:
    - repeat:
        times: $(vars.n)
        steps:
          - create_connection: $(server.create_server.address)
          - sendall: hello
          - recv: 64
          - close
vars: {n: 10000}
`,
		"at once": `
  client:
    count: $(vars.n)
    steps:
      - create_connection: $(server.create_server.address)
      - sendall: hello
      - recv: 64
        expect: data == "hello"
  judge:
    - sleep: 0
      expect: len(client) == 5000 and all(client, .recv.size == 5)
vars: {n: 5000}
`,
	} {
		t.Run(name, func(t *testing.T) {
			r := compile(t, server+clients).Run(context.Background(), runner.Options{})
			switch r.Status {
			case actions.Passed:
			case actions.Skipped:
				t.Skip(r.Reason)
			default:
				t.Errorf("%s %s\n%s", r.Status, r.Reason, render(r.Failures...))
			}
		})
	}
}
