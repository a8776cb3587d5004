package socket

import (
	"net"
	"testing"
	"time"

	"netscene/actions/gate"
)

// quiet is a Gate that does nothing.
type quiet struct{}

func (quiet) Park(*gate.Wait)   {}
func (quiet) Resume(*gate.Wait) {}

func BenchmarkPingPong(b *testing.B) {
	b.Run("socket", func(b *testing.B) { benchmarkSockets(b, Timeout{}) })
	b.Run("socket-timeout", func(b *testing.B) { benchmarkSockets(b, TimeoutAfter(5*time.Second)) })
	b.Run("net", benchmarkNet)
}

func benchmarkSockets(b *testing.B, timeout Timeout) {
	table := NewTable()
	defer table.Close()
	one := &Caller{Caller: gate.Caller{Gate: quiet{}}}
	two := &Caller{Caller: gate.Caller{Gate: quiet{}}}
	check := func(err error) {
		if err != nil {
			b.Fatal(err)
		}
	}
	listener, err := table.Open(one, INET, Stream, 0)
	check(err)
	e, err := ParseEndpoint("127.0.0.1:0")
	check(err)
	a, _, err := e.Address(INET)
	check(err)
	check(listener.Bind(one, a))
	check(listener.Listen(one, 1))
	a, err = listener.GetSockName(one)
	check(err)
	client, err := table.Open(one, INET, Stream, 0)
	check(err)
	check(client.Connect(one, a))
	server, _, err := listener.Accept(one)
	check(err)
	for _, s := range []*Socket{client, server} {
		s.SetTimeout(timeout)
		check(s.SetOption(one, protocolTCP, 1, []byte{1, 0, 0, 0}))
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 64)
		for {
			n, err := server.Recv(two, buf, 0)
			if err != nil || n == 0 {
				return
			}
			if _, err := server.Send(two, buf[:n], 0); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64)
	b.ReportAllocs()
	for b.Loop() {
		_, err := client.Send(one, buf, 0)
		check(err)
		_, err = client.Recv(one, buf, 0)
		check(err)
	}
	check(client.Close(one))
	<-done
}

func benchmarkNet(b *testing.B) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp4", listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer server.Close()
		buf := make([]byte, 64)
		for {
			n, err := server.Read(buf)
			if err != nil {
				return
			}
			if _, err := server.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Write(buf); err != nil {
			b.Fatal(err)
		}
		if _, err := client.Read(buf); err != nil {
			b.Fatal(err)
		}
	}
	client.Close()
	<-done
}

// A call that neither waits nor fails allocates nothing, and neither does one that waits.
func TestNothingIsAllocated(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	buf := make([]byte, 64)
	c, s := w.caller(), w.caller()
	c.Gate, s.Gate = quiet{}, quiet{}
	done := make(chan error, 1)
	go func() {
		echo := make([]byte, 64)
		for {
			n, err := server.Recv(s, echo, 0)
			if err == nil && n > 0 {
				_, err = server.Send(s, echo[:n], 0)
			}
			if err != nil || n == 0 {
				done <- err
				return
			}
		}
	}()
	for _, timeout := range []Timeout{{}, TimeoutAfter(time.Minute)} {
		client.SetTimeout(timeout)
		allocs := testing.AllocsPerRun(200, func() {
			if _, err := client.Send(c, buf, 0); err != nil {
				t.Error(err)
			}
			if _, _, err := client.RecvFrom(c, buf, 0); err != nil {
				t.Error(err)
			}
		})
		if allocs != 0 {
			t.Errorf("timeout %s: %v allocations a round trip", timeout, allocs)
		}
	}
	w.must(client.Close(w.main))
	w.must(<-done)
}
