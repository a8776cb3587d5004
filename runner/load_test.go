package runner_test

import (
	"bufio"
	"context"
	"flag"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netscene/actions"
	"netscene/runner"
	"netscene/schema"
)

// times is how often tests about rare failures try.
var times = flag.Int("times", 20, "how often to run what could fail rarely")

// slowRelay has an actor between client and server that takes its time.
const slowRelay = `
timeout: 1m
vars:
  pause: 0.5
actors:
  server:
    - socket
    - bind: 127.0.0.1:0
    - listen
    - accept
    - repeat:
        times: 3
        steps:
          - recv: 64
            expect: data == "hello"
          - sendall: $(recv.data)
    - recv: 64
      expect: eof
  relay:
    - socket
    - bind: 127.0.0.1:0
    - listen
    - accept
    - create_connection: $(server.listen.address)
    - repeat:
        times: 3
        steps:
          - recv: 64
            on: accept
          - sleep: $(vars.pause)
          - sendall: $(recv.data)
          - recv: 64
            as: answer
          - sleep: $(vars.pause)
            as: again
          - sendall: $(answer.data)
            as: forward
            on: accept
    - recv: 64
      as: end
      on: accept
      expect: eof
    - close:
      on: create_connection
  client:
    - create_connection: $(relay.listen.address)
    - repeat:
        times: 3
        steps:
          - sendall: hello
          - recv: 64
            expect: data == "hello"
    - close
`

// TestSlowRelay: that everybody waits for an actor that sleeps is no reason to stop the run.
func TestSlowRelay(t *testing.T) {
	verdicts(t, slowRelay, func() runner.Vars {
		return runner.Vars{Values: map[string]any{"pause": seconds()}}
	})
}

// seconds is a time about as long as the runner looks before it says that nobody can go on.
func seconds() float64 { return 0.1 * rand.Float64() }

// foreignRelay goes by way of somebody who is not of the scenario, and is told where to go.
const foreignRelay = `
timeout: 1m
vars:
  relay: {required: address}
actors:
  server:
    - socket
    - bind: 127.0.0.1:0
    - listen
    - accept
    - recv: 64
      expect: data == "hello"
    - sendall: $(recv.data)
    - recv: 64
      as: end
      expect: eof
  client:
    - create_connection: $(vars.relay)
    - sendall: "$(server.listen.address)\n"
    - sendall: hello
      as: question
    - recv: 64
      expect: data == "hello"
    - close
`

// TestForeignRelay: that everybody waits is no reason to stop a run in which somebody else may act.
func TestForeignRelay(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var relays sync.WaitGroup
	relays.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			relays.Go(func() { relay(c.(*net.TCPConn)) })
		}
	})
	verdicts(t, foreignRelay, func() runner.Vars {
		return runner.Vars{Values: map[string]any{"relay": l.Addr().String()}}
	})
	l.Close()
	relays.Wait()
	goleak.VerifyNone(t)
}

// relay reads a line with an address, and then forwards in both directions, slowly.
func relay(from *net.TCPConn) {
	defer from.Close()
	in := bufio.NewReader(from)
	line, err := in.ReadString('\n')
	if err != nil {
		return
	}
	time.Sleep(time.Duration(seconds() * float64(time.Second)))
	c, err := net.DialTimeout("tcp", strings.TrimSpace(line), time.Minute)
	if err != nil {
		return
	}
	to := c.(*net.TCPConn)
	defer to.Close()
	var both sync.WaitGroup
	defer both.Wait()
	both.Go(func() { forward(to, in) })
	forward(from, to)
}

func forward(to *net.TCPConn, from io.Reader) {
	buf := make([]byte, 1024)
	for {
		n, err := from.Read(buf)
		time.Sleep(time.Duration(seconds() * float64(time.Second)))
		if n > 0 {
			to.Write(buf[:n])
		}
		if err != nil {
			to.CloseWrite()
			return
		}
	}
}

// verdicts runs a scenario many times, several at once, and wants it to pass each time.
func verdicts(t *testing.T, text string, vars func() runner.Vars) {
	t.Helper()
	src := schema.NewSource("test.yaml", []byte(text))
	var runs sync.WaitGroup
	turn := make(chan struct{}, 20)
	for i := range *times {
		turn <- struct{}{}
		runs.Go(func() {
			defer func() { <-turn }()
			plan, found := runner.Load(src, vars())
			if len(found) > 0 {
				t.Error(render(found...))
				return
			}
			o := runner.Options{OneAtATime: i%4 == 0}
			if r := plan.Run(context.Background(), o); r.Status != actions.Passed {
				t.Errorf("run %d: %s %s\n%s", i, r.Status, r.Reason, render(r.Failures...))
			}
		})
	}
	runs.Wait()
}

// TestLarge plays what is much too large, or just large enough: it is done, or refused with a word
// on what is too large.
func TestLarge(t *testing.T) {
	tests := map[string]struct{ text, refusal string }{
		"data": {"actors:\n  a:\n    - socket\n    - send: {repeat: x, count: 1 GiB}\n",
			"count must be from 0 to"},
		"data that is random": {"actors:\n  a:\n    - socket\n    - send: {random: 1 GiB}\n",
			"random must be from 0 to"},
		"data of many parts": {"actors:\n  a:\n    - socket\n    - send: [" +
			strings.Repeat("{repeat: x, count: 20 MiB}, ", 20) + "]\n", "the data is longer than"},
		"recv":     {"actors:\n  a:\n    - socket\n    - recv: 1 GiB\n", "size must be from 0 to"},
		"recvfrom": {"actors:\n  a:\n    - socket\n    - recvfrom: 65 MiB\n", "size must be from 0 to"},
		"rounds": {"actors:\n  a:\n    - repeat: {times: 1000000000000, steps: [sleep: 0]}\n",
			"times"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, found := runner.Load(schema.NewSource("test.yaml", []byte(test.text)), runner.Vars{})
			if len(found) != 1 || !strings.Contains(found[0].Summary, test.refusal) {
				t.Errorf("got %s", render(found...))
			}
		})
	}
}
