package runner_test

import (
	"context"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"netscene/actions"
	"netscene/runner"
)

// logged gives what a run logs, sorted, and how it ends.
func logged(t *testing.T, text string, o runner.Options) ([]string, *runner.Result) {
	t.Helper()
	tape := &recorder{}
	o.Sinks = append(o.Sinks, tape)
	r := compile(t, text).Run(context.Background(), o)
	var said []string
	for _, e := range tape.events(t) {
		if e.Kind == actions.Logged {
			said = append(said, e.Message.Text)
		}
	}
	slices.Sort(said)
	return said, r
}

// TestFinallyIsPlayed: whatever ends an actor, what its finally does is done to its end.
func TestFinallyIsPlayed(t *testing.T) {
	const branches = `
    - finally:
        - parallel:
            - - sleep: 20ms
              - log: one
            - - sleep: 20ms
              - log: two
        - eventually:
            steps:
              - sleep: 1ms
        - log: three
`
	for what, text := range map[string]string{
		"a timeout": "timeout: 50ms\nactors:\n  a:\n    - sleep: 1h\n" + branches,
		"a hang":    "actors:\n  a:\n    - socketpair: {}\n    - recv: 1\n" + branches,
		"a failure": "actors:\n  a:\n    - socket\n    - getpeername\n" + branches,
		"a failure, as the others hang": "actors:\n  b:\n    - socketpair: {}\n    - recv: 1\n" +
			"  a:\n    - socket\n    - getpeername\n" + branches,
		"a failure of a daemon": "actors:\n  b:\n    - wait: never\n" +
			"  a:\n    daemon: true\n    steps:\n    - socket\n    - getpeername\n" +
			"    - signal: never\n" + branches,
		"a failure of a branch": "actors:\n  a:\n    - parallel:\n" +
			"      - - socketpair: {}\n        - recv: 1\n      - - sleep: 1h\n" +
			"          within: 1ms\n" + branches,
		"a story that stands": `
steps:
  - b.socketpair: {}
  - b.recv: 1
  - b.close
  - a.finally:
      - parallel:
          - - log: one
          - - log: two
      - log: three
`,
	} {
		t.Run(what, func(t *testing.T) {
			said, r := logged(t, text, runner.Options{})
			if want := []string{"one", "three", "two"}; !slices.Equal(said, want) {
				t.Errorf("logged %q, want %q", said, want)
			}
			if r.Status != actions.Failed {
				t.Error(r.Status)
			}
		})
	}
}

// TestAttemptsOfBranches: an attempt fails when a branch inside it does, and the other branches end
// with it.
func TestAttemptsOfBranches(t *testing.T) {
	for what, steps := range map[string]string{
		"parallel": `
          - parallel:
              - - create_connection: unix:$(tmp)/late
                - sendall: x
                  on: $(pair.sockets[0])
              - - recv: 1
                  on: $(pair.sockets[1])`,
		"serve": `
          - create_server: $(loopback):0
          - parallel:
              - - serve:
                    connections: 1
                    steps:
                      - create_connection: unix:$(tmp)/late
              - - create_connection: $(create_server.address)
                  as: own`,
	} {
		t.Run(what, func(t *testing.T) {
			plan := compile(t, `
actors:
  a:
    - socketpair: {}
      as: pair
    - eventually:
        steps:`+steps+`
      expect: attempts > 1
  b:
    - sleep: 50ms
    - socket: {family: unix}
    - bind: unix:$(tmp)/late
    - listen
    - accept
`)
			for _, one := range []bool{false, true} {
				passes(t, plan, runner.Options{OneAtATime: one})
			}
		})
	}
}

// TestAttemptsCheck: what is only checked has to hold for an attempt, too.
func TestAttemptsCheck(t *testing.T) {
	passes(t, compile(t, `
actors:
  a:
    - socketpair: {}
    - eventually:
        steps:
          - recv: {size: 2, flags: MSG_PEEK}
            check: size == 2
      expect: attempts > 1
  b:
    - sendall: x
      on: $(a.socketpair.sockets[1])
    - sleep: 30ms
    - sendall: x
      as: second
      on: $(a.socketpair.sockets[1])
`), runner.Options{})
}

// TestAttemptsCloseTheirSockets: what an attempt that failed has opened is closed, whatever the
// actor has closed before.
func TestAttemptsCloseTheirSockets(t *testing.T) {
	tape := &recorder{}
	r := compile(t, `
actors:
  a:
    - socket
    - socket:
      as: second
    - close
    - eventually:
        within: 50ms
        steps:
          - socket: {type: dgram}
            as: third
          - socket: {type: dgram}
            as: fourth
          - getpeername
`).Run(context.Background(), runner.Options{Sinks: []actions.Sink{tape}})
	if r.Status != actions.Failed {
		t.Fatal(r.Status)
	}
	open := 0
	for _, e := range tape.events(t) {
		switch {
		case e.Kind != actions.SystemCall:
		case e.Call.Name == "socket":
			open++
		case e.Call.Name == "close":
			open--
		case e.Call.Name == "getpeername" && open != 3:
			t.Fatalf("%d sockets are open in an attempt", open)
		}
	}
}

// TestSignalFromLater: a step that may be played again may still give its signal.
func TestSignalFromLater(t *testing.T) {
	for what, steps := range map[string]string{
		"repeat": `
    - repeat:
        for: [no, yes]
        steps:
          - signal: given
            when: item == "yes"`,
		"serve": `
    - create_server: $(loopback):0
    - parallel:
        - - serve:
              connections: 2
              steps:
                - signal: given
                  when: connection.index == 1
        - - create_connection: $(create_server.address)
            as: one_
          - recv: 1
          - create_connection: $(create_server.address)
            as: two`,
	} {
		t.Run(what, func(t *testing.T) {
			passes(t, compile(t, "actors:\n  b:\n    - wait: given\n  a:"+steps+"\n"),
				runner.Options{})
		})
	}
}

// everything has all flow words inside each other.
const everything = `
actors:
  server:
    - create_server: $(loopback):0
    - serve:
        steps:
          - parallel:
              - - repeat:
                    times: 2
                    steps:
                      - recv: 1
                      - sendall: $(recv.data)
              - - eventually:
                    steps:
                      - socket: {family: unix, type: dgram}
                      - connect: unix:$(tmp)/late
                - socketpair: {}
                  as: pair
    - finally:
        - parallel:
            - - sleep: 1ms
            - - unlink: $(tmp)/late
                may_fail: ENOENT
  client:
    count: 3
    steps:
      - create_connection: $(server.create_server.address)
      - barrier: connected
      - repeat:
          for: [a, b]
          steps:
            - parallel:
                - - sendall: $(item)
                - - recv: 1
                    expect: data == item
      - finally:
          - close:
            may_fail: [closed, invalid]
  late:
    - barrier: connected
    - sleep: 5ms
    - socket: {family: unix, type: dgram}
    - bind: unix:$(tmp)/late
    - signal: bound
  clock:
    daemon: true
    steps:
      - wait: bound
      - parallel:
          - - sleep: 1h
          - - sleep: 1h
`

// TestInterruptAnywhere interrupts a run at each of its events: it ends, and leaves nothing.
func TestInterruptAnywhere(t *testing.T) {
	plan := compile(t, everything)
	passes(t, plan, runner.Options{})
	before := descriptors(t)
	for _, one := range []bool{false, true} {
		for at, over := 1, false; !over; at++ {
			ctx, cancel := context.WithCancel(context.Background())
			n := 0
			over = true
			sink := &trigger{do: func() {
				if n++; n == at {
					over = false
					cancel()
				}
			}}
			r := plan.Run(ctx, runner.Options{OneAtATime: one,
				Sinks: []actions.Sink{everyEvent{sink}}})
			cancel()
			if r.Status != actions.Passed && !r.Interrupted {
				t.Fatalf("event %d: %s %s\n%s", at, r.Status, r.Reason, render(r.Failures...))
			}
		}
	}
	if after := descriptors(t); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
	goleak.VerifyNone(t)
}

// everyEvent triggers at events of every kind.
type everyEvent struct{ *trigger }

func (everyEvent) Wants(actions.EventKind) bool { return true }
