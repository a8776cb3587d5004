package socket

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"netscene/actions/gate"
)

// parkedTimes returns when waits were parked n times in all.
func (r *recorder) parkedTimes(n int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.count < n {
		r.changed.Wait()
	}
}

func TestWaitAll(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	_, got := w.recv(server, 10, MsgWaitAll)
	w.send(client, "abcd")
	w.gate.parkedTimes(2)
	w.send(client, "efghijk")
	w.want(<-got, "abcdefghij")
	w.want(<-w.start(w.main, server, 10, 0), "k")

	c, peek := w.recv(server, 4, MsgWaitAll|MsgPeek)
	w.send(client, "12")
	w.gate.parkedTimes(4)
	w.gate.inspect(c, func(wait *gate.Wait) {
		if wait.Target.Ready() {
			t.Error("ready with half of what it waits for")
		}
	})
	// Another reader, which need not wait, does not stand in line behind this one.
	w.want(<-w.start(w.main, server, 2, 0), "12")
	w.send(client, "1234")
	w.want(<-peek, "1234")

	// What came before the end, or the limit, is the result.
	server.SetTimeout(TimeoutAfter(20 * time.Millisecond))
	w.want(<-w.start(w.main, server, 10, MsgWaitAll), "1234")
	w.fails((<-w.start(w.main, server, 10, MsgWaitAll)).err, "timeout")
	server.SetTimeout(Timeout{})
	_, rest := w.recv(server, 10, MsgWaitAll)
	w.send(client, "xyz")
	w.must(client.Shutdown(w.main, ShutWrite))
	w.want(<-rest, "xyz")
}

func TestErrorAfterPartialIsKept(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	_, got := w.recv(server, 10, MsgWaitAll)
	w.send(client, "ab")
	w.gate.parkedTimes(2)
	w.option(client, "SO_LINGER", map[string]any{"on": true, "seconds": 0})
	w.must(client.Close(w.main))
	w.want(<-got, "ab")
	w.fails((<-w.start(w.main, server, 10, 0)).err, "ECONNRESET")
	w.want(<-w.start(w.main, server, 10, 0), "")
}

func TestLowWater(t *testing.T) {
	for _, family := range []int{INET, Unix} {
		t.Run(FamilyName(family), func(t *testing.T) {
			w := newWorld(t)
			var server, client *Socket
			if family == INET {
				_, server, client = w.tcp()
			} else {
				var err error
				server, client, err = w.table.Pair(w.main, Unix, Stream, 0)
				w.must(err)
			}
			w.option(server, "SO_RCVLOWAT", 6)
			w.send(client, "abc")
			_, got := w.recv(server, 10, 0)
			w.send(client, "def")
			w.want(<-got, "abcdef")
			w.send(client, "gh")
			server.SetTimeout(TimeoutAfter(20 * time.Millisecond))
			w.want(<-w.start(w.main, server, 10, 0), "gh")
			w.fails((<-w.start(w.main, server, 10, 0)).err, "timeout")
			server.SetTimeout(Timeout{})
			_, got = w.recv(server, 10, 0)
			w.send(client, "i")
			w.must(client.Shutdown(w.main, ShutWrite))
			w.want(<-got, "i")
		})
	}
}

func TestReceiveTimeoutOption(t *testing.T) {
	w := newWorld(t)
	listener, a := w.listener("127.0.0.1:0", INET, 5)
	w.option(listener, "SO_RCVTIMEO", 0.02)
	started := time.Now()
	_, _, err := listener.Accept(w.main)
	w.fails(err, "EAGAIN", "would_block")
	client := w.open(INET, Stream)
	w.must(client.Connect(w.main, a))
	server, _, err := listener.Accept(w.main)
	w.must(err)
	w.fails((<-w.start(w.main, server, 1, 0)).err, "EAGAIN") // inherited
	if passed := time.Since(started); passed < 40*time.Millisecond {
		t.Errorf("two waits of 20 ms took %v", passed)
	}
	w.send(client, "ab")
	w.want(<-w.start(w.main, server, 5, MsgWaitAll), "ab")

	w.smallBuffers(server, client)
	w.option(client, "SO_SNDTIMEO", 0.02)
	big := make([]byte, 64<<20)
	n, err := client.Send(w.main, big, 0)
	w.must(err)
	if n == 0 || n == len(big) {
		t.Errorf("sent %d of %d", n, len(big))
	}
	// The kernel may find more room a moment later, and then the call gives what went.
	for range 50 {
		if _, err = client.Send(w.main, big, 0); err != nil {
			break
		}
	}
	w.fails(err, "EAGAIN")
}

// smallBuffers keeps the kernel from taking many megabytes.
func (w *world) smallBuffers(server, client *Socket) {
	w.Helper()
	w.option(server, "SO_RCVBUF", 1<<17)
	w.option(client, "SO_SNDBUF", 1<<17)
}

func TestSend(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	w.smallBuffers(server, client)
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)

	// Without a timeout send blocks until all went, as on a blocking descriptor.
	c := w.caller()
	sent := make(chan error, 1)
	go func() {
		n, err := client.Send(c, big, 0)
		if err == nil && n != len(big) {
			err = fmt.Errorf("sent %d", n)
		}
		sent <- err
	}()
	w.gate.waiting(c, gate.Descriptor)
	got := make([]byte, len(big))
	n, err := server.Recv(w.main, got, MsgWaitAll)
	w.must(err)
	w.must(<-sent)
	if n != len(big) || !bytes.Equal(got, big) {
		t.Fatalf("received %d of %d bytes, or others", n, len(big))
	}

	// With one it sends what fits; sendall tells how much went before the limit.
	client.SetTimeout(TimeoutAfter(20 * time.Millisecond))
	part, err := client.Send(w.main, big, 0)
	w.must(err)
	if part == 0 || part == len(big) {
		t.Errorf("sent %d of %d", part, len(big))
	}
	_, err = server.Recv(w.main, got[:part], MsgWaitAll)
	w.must(err)
	all, err := client.SendAll(w.main, big, 0)
	w.fails(err, "timeout")
	if all == 0 || all == len(big) {
		t.Errorf("sent %d of %d", all, len(big))
	}
	client.SetTimeout(TimeoutAfter(0))
	_, err = client.SendAll(w.main, big, 0)
	w.fails(err, "EAGAIN")

	cause := errors.New("enough")
	client.SetTimeout(Timeout{})
	c = w.caller()
	go func() {
		_, err := client.SendAll(c, big, 0)
		sent <- err
	}()
	w.gate.waiting(c, gate.Descriptor)
	c.Cancel(cause)
	if err := <-sent; err != cause {
		t.Errorf("cancelled sendall gave %v", err)
	}
}

func TestEmptyMessages(t *testing.T) {
	w := newWorld(t)
	a, b, err := w.table.Pair(w.main, Unix, SeqPacket, 0)
	w.must(err)
	w.send(a, "")
	w.send(a, "x")
	w.want(<-w.start(w.main, b, 9, 0), "")
	w.want(<-w.start(w.main, b, 9, 0), "x")
	_, server, client := w.tcp()
	w.send(client, "x")
	w.want(<-w.start(w.main, server, 0, 0), "")
	w.want(<-w.start(w.main, server, 1, 0), "x")
	_, err = b.Send(w.main, nil, 0)
	w.must(err)
	w.must(a.Close(w.main))
	_, err = b.Send(w.main, []byte("x"), 0)
	w.fails(err, "EPIPE", "closed")
}

func TestDatagrams(t *testing.T) {
	w := newWorld(t)
	a, b := w.open(INET, Dgram), w.open(INET, Dgram)
	for _, s := range []*Socket{a, b} {
		w.must(s.Bind(w.main, w.address("127.0.0.1:0", INET)))
	}
	to, err := b.GetSockName(w.main)
	w.must(err)
	from, err := a.GetSockName(w.main)
	w.must(err)
	_, err = a.SendTo(w.main, []byte("0123456789"), 0, to)
	w.must(err)
	buf := make([]byte, 4)
	n, sender, err := b.RecvFrom(w.main, buf, MsgTrunc)
	w.must(err)
	if n != 10 || sender != from || string(buf) != "0123" {
		t.Errorf("got %d bytes %q from %s", n, buf, sender)
	}
	_, err = a.Send(w.main, []byte("x"), 0)
	w.fails(err, "EDESTADDRREQ")
	w.must(b.Close(w.main))
	w.must(a.Connect(w.main, to))
	_, err = a.Send(w.main, []byte("x"), 0)
	w.must(err)
	w.fails((<-w.start(w.main, a, 1, 0)).err, "refused")
	e, err := ParseEndpoint("unspec:")
	w.must(err)
	nobody, _, err := e.Address(INET)
	w.must(err)
	w.must(a.Connect(w.main, nobody))
	_, err = a.GetPeerName(w.main)
	w.fails(err, "ENOTCONN")
	if !a.PeerAddress().IsZero() {
		t.Errorf("without its peer the socket is %s", a.Describe())
	}
}

func TestConnect(t *testing.T) {
	w := newWorld(t)
	listener, a := w.listener("127.0.0.1:0", INET, 5)
	s := w.open(INET, Stream)
	s.SetTimeout(TimeoutAfter(0))
	w.fails(s.Connect(w.main, a), "EINPROGRESS", "in_progress")
	if !s.Ready(gate.Write) {
		t.Error("not connected at once on loopback")
	}
	w.must(s.Connect(w.main, a))
	w.fails(s.Connect(w.main, a), "EISCONN", "already_connected")
	w.must(w.open(INET, Stream).Connect(w.main, a))
	w.must(listener.Close(w.main))
	if w.gate.count != 0 {
		t.Errorf("%d waits where nothing had to wait", w.gate.count)
	}
	s = w.open(INET, Stream)
	err := s.Connect(w.main, a)
	w.fails(err, "ECONNREFUSED", "refused")
	if want := "connect " + a.String() + ": connection refused (ECONNREFUSED)"; err.Error() != want {
		t.Errorf("got %q, want %q", err, want)
	}
}

// stuck gives a socket whose connect got no answer, since the listener's backlog is full.
func (w *world) stuck() (listener, s *Socket, a Address) {
	w.Helper()
	listener, a = w.listener("127.0.0.1:0", INET, 0)
	for range 10 {
		s = w.open(INET, Stream)
		s.SetTimeout(TimeoutAfter(50 * time.Millisecond))
		if err := s.Connect(w.main, a); err != nil {
			w.fails(err, "timeout")
			return listener, s, a
		}
	}
	w.Fatal("every connect succeeded")
	return
}

func TestConnectTimeout(t *testing.T) {
	w := newWorld(t)
	listener, s, a := w.stuck()
	w.fails(s.Connect(w.main, a), "EALREADY")
	s.SetTimeout(Timeout{})
	w.option(s, "SO_SNDTIMEO", 0.02)
	w.fails(s.Connect(w.main, a), "EINPROGRESS")
	w.option(s, "SO_SNDTIMEO", 0)
	// A blocking connect joins the attempt that is on its way, until it can succeed.
	c := w.caller()
	done := make(chan error, 1)
	go func() { done <- s.Connect(c, a) }()
	w.gate.waiting(c, gate.Connect)
	w.gate.inspect(c, func(wait *gate.Wait) {
		if wait.Target.Ready() || wait.Target.String() != "the connection to "+a.String() {
			t.Errorf("wrong target %s", wait.Target)
		}
	})
	c.Cancel(nil)
	if err := <-done; err != gate.ErrCancelled {
		t.Errorf("got %v", err)
	}
	c.Lift()
	go func() { done <- s.Connect(c, a) }()
	for listener.Ready(gate.Read) {
		_, _, err := listener.Accept(w.main)
		w.must(err)
	}
	w.must(<-done)
	w.fails(s.Connect(w.main, a), "EISCONN")
}

func TestUnixBacklog(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "s")
	listener, a := w.listener("unix:"+path, Unix, 0)
	if a.String() != "unix:"+path {
		t.Errorf("bound to %s", a)
	}
	first, second := w.open(Unix, Stream), w.open(Unix, Stream)
	w.must(first.Connect(w.main, a))
	second.SetTimeout(TimeoutAfter(time.Second)) // is no reason to wait, in Python either
	w.fails(second.Connect(w.main, a), "EAGAIN")
	second.SetTimeout(Timeout{})
	c := w.caller()
	done := make(chan error, 1)
	go func() { done <- second.Connect(c, a) }()
	w.gate.waiting(c, gate.Retry)
	w.gate.inspect(c, func(wait *gate.Wait) {
		if wait.Target.Ready() {
			t.Error("ready although the backlog is full")
		}
		w.table.freed.Add(1)
		if !wait.Target.Ready() {
			t.Error("not ready although there may be room")
		}
	})
	_, peer, err := listener.Accept(w.main)
	w.must(err)
	if peer.String() != "unix:" {
		t.Errorf("peer is %s", peer)
	}
	w.must(<-done)
	third := w.open(Unix, Stream)
	go func() { done <- third.Connect(c, a) }()
	w.gate.waiting(c, gate.Retry)
	c.Cancel(nil)
	if err := <-done; err != gate.ErrCancelled {
		t.Errorf("got %v", err)
	}
}

func TestUnixDatagramQueue(t *testing.T) {
	w := newWorld(t)
	receiver, sender := w.open(Unix, Dgram), w.open(Unix, Dgram)
	w.must(receiver.Bind(w.main, w.address("unix:", Unix))) // the kernel picks an abstract name
	to, err := receiver.GetSockName(w.main)
	w.must(err)
	sender.SetTimeout(TimeoutAfter(0))
	filled := 0
	for ; ; filled++ {
		if _, err = sender.SendTo(w.main, []byte("x"), 0, to); err != nil {
			break
		}
	}
	w.fails(err, "EAGAIN")
	sender.SetTimeout(TimeoutAfter(10 * time.Millisecond))
	_, err = sender.SendTo(w.main, []byte("x"), 0, to)
	w.fails(err, "timeout")
	sender.SetTimeout(Timeout{})
	c := w.caller()
	done := make(chan error, 1)
	go func() {
		_, err := sender.SendTo(c, []byte("last"), 0, to)
		done <- err
	}()
	w.gate.waiting(c, gate.Retry)
	w.gate.inspect(c, func(wait *gate.Wait) {
		if wait.Target.Ready() {
			t.Error("ready although the queue is full")
		}
	})
	w.want(<-w.start(w.main, receiver, 9, 0), "x")
	w.must(<-done)
	for range filled - 1 {
		w.want(<-w.start(w.main, receiver, 9, 0), "x")
	}
	w.want(<-w.start(w.main, receiver, 9, 0), "last")
}

// fill sends until nothing more fits.
func (w *world) fill(s *Socket) {
	w.Helper()
	s.SetTimeout(TimeoutAfter(0))
	buf := make([]byte, 1<<16)
	for {
		if _, err := s.Send(w.main, buf, 0); err != nil {
			w.fails(err, "EAGAIN")
			s.SetTimeout(Timeout{})
			return
		}
	}
}

func TestLinger(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	linger := map[string]any{"on": true, "seconds": 30}
	w.fill(client)
	w.option(client, "SO_LINGER", linger)
	c := w.caller()
	done := make(chan error, 1)
	go func() { done <- client.Close(c) }()
	w.gate.waiting(c, gate.Timer)
	for {
		n, err := server.Recv(w.main, make([]byte, 1<<20), 0)
		w.must(err)
		if n == 0 {
			break
		}
	}
	w.must(<-done)

	_, _, client = w.tcp()
	w.fill(client)
	w.option(client, "SO_LINGER", linger)
	go func() { done <- client.Close(c) }()
	w.gate.waiting(c, gate.Timer)
	c.Cancel(nil)
	if err := <-done; err != gate.ErrCancelled {
		t.Errorf("got %v", err)
	}
	c.Lift()

	_, _, client = w.tcp()
	w.fill(client)
	linger["seconds"] = 1
	w.option(client, "SO_LINGER", linger)
	started := time.Now()
	w.must(client.Close(w.main))
	if passed := time.Since(started); passed < time.Second {
		t.Errorf("lingered for %v", passed)
	}
	// Unread data makes close reset the connection, at once.
	_, server, client = w.tcp()
	w.option(client, "SO_LINGER", map[string]any{"on": true, "seconds": 30})
	w.send(server, "unread")
	w.must(client.Close(w.main))
	w.fails((<-w.start(w.main, server, 1, 0)).err, "ECONNRESET")

	_, _, client = w.tcp()
	w.fill(client)
	w.option(client, "SO_LINGER", map[string]any{"on": true, "seconds": 30})
	started = time.Now()
	w.must(w.table.Close())
	if passed := time.Since(started); passed > 25*time.Second {
		t.Errorf("closing the table took %v", passed)
	}
}

func TestListening(t *testing.T) {
	w := newWorld(t)
	first, _ := w.listener("127.0.0.1:0", INET, 5)
	c := w.caller()
	second := w.open(INET, Stream)
	w.must(second.Listen(c, 1))
	none := w.open(INET, Stream)
	for i, s := range []*Socket{none, first, second} {
		seq, actor := s.Listening()
		if seq != int64(i) || actor != max(0, i-1)*c.For {
			t.Errorf("%s: %d, %d", s, seq, actor)
		}
	}
	if got, want := second.String(), fmt.Sprintf("tcp socket 2 (fd %d)", second.FD()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if w.table.Get(2) != second || w.table.Get(9) != nil {
		t.Error("the table does not find by number")
	}
	w.must(none.Close(w.main))
	w.fails(none.SetTimeout(Timeout{}), "EBADF", "closed")
	_, err := w.table.Open(w.main, INET, 99, 0)
	w.fails(err, "invalid")
	_, err = w.table.Open(w.main, 255, Stream, 0)
	w.fails(err, "EAFNOSUPPORT", "unsupported")
}
