package runner_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"gopkg.in/yaml.v3"

	"netscene/actions"
	"netscene/runner"
	"netscene/schema"
)

const echoOnce = `
actors:
  server:
    - socket
    - bind: $(loopback):0
    - listen
    - accept
    - recv: 64
    - sendall: $(recv.data)
    - recv: 64
      as: end
      expect: eof
  client:
    - create_connection: $(server.listen.address)
    - sendall: hello
    - recv: 64
      expect: data == "hello"
    - close
`

// BenchmarkEcho compares whole echo scenarios, each with a listener and a connection of its own and
// as many at once as there are processors, with the same made by hand.
func BenchmarkEcho(b *testing.B) {
	b.Run("net", func(b *testing.B) {
		var addresses atomic.Uint32
		echoes(b, func() error { return echoByHand(addresses.Add(1)) })
	})
	b.Run("scenario", func(b *testing.B) {
		plan := mustLoad(b, "echo.yaml", echoOnce)
		echoes(b, func() error {
			if r := plan.Run(context.Background(), runner.Options{}); r.Status != actions.Passed {
				return errors.New(render(r.Failures...))
			}
			return nil
		})
	})
}

// processors is the processor time that the process has used, in seconds: what else runs on the
// machine does not add to it.
func processors(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

func echoes(b *testing.B, echo func() error) {
	b.ReportAllocs()
	began := processors(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := echo(); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "echoes/s")
	b.ReportMetric((processors(b)-began)/float64(b.N)*1e6, "cpu-µs/op")
}

// echoByHand uses addresses other than those of the scenarios, which keep ports in TIME_WAIT.
func echoByHand(n uint32) error {
	l, err := net.Listen("tcp", fmt.Sprintf("127.%d.%d.%d:0", 100+n/62500%100, 1+n/250%250, 1+n%250))
	if err != nil {
		return err
	}
	defer l.Close()
	served := make(chan error, 1)
	go func() { served <- serveOnce(l) }()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return err
	}
	buf := make([]byte, 64)
	_, err = c.Write([]byte("hello"))
	if err == nil {
		_, err = c.Read(buf)
	}
	return errors.Join(err, c.Close(), <-served)
}

func serveOnce(l net.Listener) error {
	c, err := l.Accept()
	if err != nil {
		return err
	}
	defer c.Close()
	buf := make([]byte, 64)
	n, err := c.Read(buf)
	if err == nil {
		_, err = c.Write(buf[:n])
	}
	if err == nil {
		_, err = c.Read(buf)
	}
	if err == io.EOF {
		err = nil
	}
	return err
}

func mustLoad(b *testing.B, name, text string) *runner.Plan {
	b.Helper()
	plan, found := runner.Load(schema.NewSource(name, []byte(text)), runner.Vars{})
	if len(found) > 0 {
		b.Fatal(render(found...))
	}
	return plan
}

// kilobyte is a scenario of 1 KiB with five expressions.
const kilobyte = `
name: A scenario of a kilobyte
about: It has five expressions and is as long as scenarios often are.
tags: [tcp, bench]
vars:
  greeting: "hello, world"
actors:
  server:
    - socket: {family: inet, type: stream}
    - setsockopt: {option: SO_REUSEADDR, value: 1}
    - bind: 127.0.0.1:0
    - listen: 5
    - accept
    - recv: {size: 1024}
      expect: data == vars.greeting
    - sendall: $(recv.data)
    - shutdown: wr
    - recv: {size: 1024}
      as: end
      within: 5s
    - close
  client:
    - create_connection: $(server.listen.address)
    - setsockopt: {option: TCP_NODELAY, value: 1}
    - settimeout: 5
    - sendall: $(vars.greeting)
    - recv: {size: 1024}
      expect: data == vars.greeting
    - recv: {size: 1024}
      as: end
`

// BenchmarkLoad compares loading 5,000 scenarios on all processors with parsing their YAML alone.
func BenchmarkLoad(b *testing.B) {
	const files = 5000
	text := kilobyte + "# " + strings.Repeat("x", 1024-3-len(kilobyte)) + "\n"
	onAll := func(b *testing.B, load func(text []byte) error) {
		began := processors(b)
		for range b.N {
			var next atomic.Int32
			var all sync.WaitGroup
			for range runtime.GOMAXPROCS(0) {
				all.Go(func() {
					for next.Add(1) <= files {
						if err := load([]byte(text)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			all.Wait()
		}
		b.ReportMetric((processors(b)-began)/float64(b.N)*1e3, "cpu-ms/op")
	}
	b.Run("yaml", func(b *testing.B) {
		onAll(b, func(text []byte) error {
			var v any
			return yaml.Unmarshal(text, &v)
		})
	})
	b.Run("scenarios", func(b *testing.B) {
		onAll(b, func(text []byte) error {
			_, found := runner.Load(schema.NewSource("load.yaml", text), runner.Vars{})
			if len(found) > 0 {
				return errors.New(render(found...))
			}
			return nil
		})
	})
}

// BenchmarkBlocked compares the memory of actors that are blocked in recv with that of goroutines
// blocked in net.Conn.Read. One round holds all of them at once.
func BenchmarkBlocked(b *testing.B) {
	const many = 10_000
	b.Run("net", func(b *testing.B) {
		for range b.N {
			blockedByHand(b, many)
		}
	})
	b.Run("actors", func(b *testing.B) {
		for range b.N {
			blockedActors(b, many)
		}
	})
}

// used is the memory in use that the Go runtime knows of, stacks included.
func used() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

func reportUsed(b *testing.B, before uint64, many int) {
	b.ReportMetric(float64(used()-before)/float64(many), "B/blocked")
	b.ReportMetric(float64(pprof.Lookup("threadcreate").Count()), "threads")
}

func blockedByHand(b *testing.B, many int) {
	before := used()
	conns := make([]net.Conn, 0, many)
	var readers sync.WaitGroup
	for range many {
		c, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			b.Skip(err)
		}
		conns = append(conns, c.(net.Conn))
		readers.Go(func() { c.(net.Conn).Read(make([]byte, 16)) })
	}
	reportUsed(b, before, many)
	for _, c := range conns {
		c.Close()
	}
	readers.Wait()
}

func blockedActors(b *testing.B, many int) {
	var text strings.Builder
	text.WriteString("open: true\ntimeout: 10m\nactors:\n")
	for i := range many {
		fmt.Fprintf(&text, "  a%d:\n    - socket: {type: dgram}\n    - bind: 127.0.0.1:0\n    - recv: 16\n", i)
	}
	plan := mustLoad(b, "blocked.yaml", text.String())
	before := used()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var parked atomic.Int32
	all := make(chan struct{})
	sink := &trigger{kind: actions.Parked, do: func() {
		if parked.Add(1) == int32(many) {
			close(all)
		}
	}}
	ended := make(chan *runner.Result, 1)
	go func() { ended <- plan.Run(ctx, runner.Options{Sinks: []actions.Sink{sink}}) }()
	select {
	case <-all:
	case r := <-ended:
		b.Fatal(render(r.Failures...))
	}
	reportUsed(b, before, many)
	cancel()
	if r := <-ended; !r.Interrupted {
		b.Error(r.Status)
	}
}
