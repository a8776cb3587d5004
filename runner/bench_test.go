package runner_test

import (
	"context"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"netscene/actions"
	"netscene/runner"
	"netscene/schema"
)

const pingPong = `
timeout: 1h
vars:
  rounds: 1
actors:
  server:
    - socket
    - bind: 127.0.0.1:0
    - listen
    - accept
    - setsockopt: {option: TCP_NODELAY, value: 1}
    - repeat:
        times: $(vars.rounds)
        steps:
          - recv: 64
          - sendall: $(recv.data)
  client:
    - create_connection: $(server.listen.address)
    - setsockopt: {option: TCP_NODELAY, value: 1}
    - repeat:
        times: $(vars.rounds)
        steps:
          - sendall: {repeat: p, count: 64}
          - recv: 64
`

// BenchmarkPingPong compares round trips of 64 bytes over TCP: a hand-written program with
// net.Conn, a scenario, and a scenario that checks every answer.
func BenchmarkPingPong(b *testing.B) {
	b.Run("net.Conn", benchmarkConn)
	b.Run("scenario", func(b *testing.B) { benchmarkScenario(b, pingPong) })
	b.Run("expectation", func(b *testing.B) {
		benchmarkScenario(b, strings.TrimRight(pingPong, "\n")+"\n            expect: size == 64\n")
	})
}

func benchmarkScenario(b *testing.B, text string) {
	b.ReportAllocs()
	plan, found := runner.Load(schema.NewSource("bench.yaml", []byte(text)),
		runner.Vars{Text: map[string]string{"rounds": strconv.Itoa(b.N)}})
	if len(found) > 0 {
		b.Fatal(render(found...))
	}
	b.ResetTimer()
	if r := plan.Run(context.Background(), runner.Options{}); r.Status != actions.Passed {
		b.Fatal(render(r.Failures...))
	}
}

func benchmarkConn(b *testing.B) {
	b.ReportAllocs()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	done := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			defer c.Close()
			_, err = io.CopyBuffer(struct{ io.Writer }{c}, struct{ io.Reader }{c}, make([]byte, 64))
		}
		done <- err
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 64)
	b.ResetTimer()
	for range b.N {
		if _, err := c.Write(buf); err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(c, buf); err != nil {
			b.Fatal(err)
		}
	}
	b.StopTimer()
	c.Close()
	if err := <-done; err != nil {
		b.Fatal(err)
	}
}
