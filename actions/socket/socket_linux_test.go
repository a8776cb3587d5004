package socket

import (
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netscene/actions/gate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// recorder is a Gate that tells of every wait that is parked.
type recorder struct {
	mu      sync.Mutex
	parked  map[*gate.Wait]bool
	changed *sync.Cond
	count   int
	kinds   map[gate.Kind]int
}

func newRecorder() *recorder {
	r := &recorder{parked: map[*gate.Wait]bool{}, kinds: map[gate.Kind]int{}}
	r.changed = sync.NewCond(&r.mu)
	return r
}

func (r *recorder) Park(w *gate.Wait) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parked[w] = true
	r.count++
	r.kinds[w.Kind]++
	r.changed.Broadcast()
}

func (r *recorder) Resume(w *gate.Wait) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.parked, w)
	r.changed.Broadcast()
}

// waiting returns when the caller is parked, in a wait of the kind.
func (r *recorder) waiting(c *Caller, kind gate.Kind) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		for w := range r.parked {
			if w.Seat == c.Seat && w.Kind == kind {
				return
			}
		}
		r.changed.Wait()
	}
}

// inspect calls f with the wait in which the caller is parked.
func (r *recorder) inspect(c *Caller, f func(*gate.Wait)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for w := range r.parked {
		if w.Seat == c.Seat {
			f(w)
		}
	}
}

// world is a Table with callers that share a recorder.
type world struct {
	*testing.T
	gate  *recorder
	table *Table
	main  *Caller
	next  int
}

func newWorld(t *testing.T) *world {
	t.Helper()
	before := descriptors(t)
	w := &world{T: t, gate: newRecorder(), table: NewTable()}
	w.main = w.caller()
	t.Cleanup(func() {
		if err := w.table.Close(); err != nil {
			t.Errorf("closing the table: %v", err)
		}
		// There may be fewer: what a test before this one left to be closed was counted, too.
		if after := descriptors(t); after > before {
			t.Errorf("%d descriptors before the test, %d after it", before, after)
		}
	})
	return w
}

func descriptors(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, entry := range list {
		// The poller opens its own descriptors when it is first needed: [eventpoll] and [eventfd].
		link, _ := os.Readlink("/proc/self/fd/" + entry.Name())
		if !strings.HasPrefix(link, "anon_inode:[event") {
			n++
		}
	}
	return n
}

func (w *world) caller() *Caller {
	c := &Caller{Caller: gate.Caller{Seat: w.next, For: w.next, Gate: w.gate}}
	w.next++
	return c
}

func (w *world) open(family, typ int) *Socket {
	w.Helper()
	s, err := w.table.Open(w.main, family, typ, 0)
	w.must(err)
	return s
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) fails(err error, names ...string) {
	w.Helper()
	e := AsError(err)
	if e == nil {
		w.Fatalf("got %v, want an error that matches %v", err, names)
	}
	for _, name := range names {
		if !e.Matches(name) {
			w.Fatalf("got %v (class %s), which does not match %s", e, e.Class, name)
		}
	}
}

func (w *world) address(text string, family int) Address {
	w.Helper()
	e, err := ParseEndpoint(text)
	w.must(err)
	a, resolved, err := e.Address(family)
	w.must(err)
	if !resolved {
		w.Fatalf("%s is not numeric", text)
	}
	return a
}

func (w *world) listener(text string, family, backlog int) (*Socket, Address) {
	w.Helper()
	s := w.open(family, Stream)
	w.must(s.Bind(w.main, w.address(text, family)))
	w.must(s.Listen(w.main, backlog))
	a, err := s.GetSockName(w.main)
	w.must(err)
	return s, a
}

// tcp gives a listener and the two ends of a connection to it.
func (w *world) tcp() (listener, server, client *Socket) {
	w.Helper()
	listener, a := w.listener("127.0.0.1:0", INET, 5)
	client = w.open(INET, Stream)
	w.must(client.Connect(w.main, a))
	server, _, err := listener.Accept(w.main)
	w.must(err)
	return listener, server, client
}

func (w *world) option(s *Socket, name string, v any) {
	w.Helper()
	o, ok := LookupOption(name)
	if !ok {
		w.Fatalf("no option %s", name)
	}
	b, err := o.Encode(v)
	w.must(err)
	w.must(s.SetOption(w.main, o.Level, o.Number, b))
}

type received struct {
	n    int
	data string
	err  error
}

// recv starts to receive with a caller of its own, and returns when that caller is parked.
func (w *world) recv(s *Socket, size, flags int) (*Caller, <-chan received) {
	c := w.caller()
	got := w.start(c, s, size, flags)
	w.gate.waiting(c, gate.Descriptor)
	return c, got
}

func (w *world) start(c *Caller, s *Socket, size, flags int) <-chan received {
	got := make(chan received, 1)
	go func() {
		buf := make([]byte, size)
		n, err := s.Recv(c, buf, flags)
		got <- received{n, string(buf[:min(n, size)]), err}
	}()
	return got
}

func (w *world) send(s *Socket, data string) {
	w.Helper()
	n, err := s.Send(w.main, []byte(data), 0)
	w.must(err)
	if n != len(data) {
		w.Fatalf("sent %d of %d", n, len(data))
	}
}

func (w *world) want(got received, data string) {
	w.Helper()
	if got.err != nil || got.data != data {
		w.Fatalf("received %q, %v, want %q", got.data, got.err, data)
	}
}

func TestBlockedRecv(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	c, got := w.recv(server, 10, 0)
	w.gate.inspect(c, func(wait *gate.Wait) {
		if wait.FD != server.FD() || wait.Direction != gate.Read || !wait.Deadline.IsZero() {
			t.Errorf("wrong wait %+v", wait)
		}
		if wait.Target.Ready() {
			t.Error("ready before anything was sent")
		}
		e := server.addresses()
		if text := wait.Target.String(); text != "data on tcp "+e.local.String()+" <- "+
			e.peer.String() {
			t.Errorf("wrong text %q", text)
		}
	})
	w.send(client, "hello")
	w.want(<-got, "hello")
	w.must(client.Shutdown(w.main, ShutWrite))
	w.want(<-w.start(w.main, server, 10, 0), "")
}

func TestTimeouts(t *testing.T) {
	w := newWorld(t)
	listener, server, client := w.tcp()
	server.SetTimeout(TimeoutAfter(20 * time.Millisecond))
	started := time.Now()
	got := <-w.start(w.main, server, 10, 0)
	w.fails(got.err, "timeout")
	if e := AsError(got.err); e.Errno != 0 || e.Name() != "timeout" {
		t.Errorf("wrong error %#v", e)
	}
	if passed := time.Since(started); passed < 20*time.Millisecond {
		t.Errorf("timed out after %v", passed)
	}
	server.SetTimeout(TimeoutAfter(0))
	w.fails((<-w.start(w.main, server, 10, 0)).err, "would_block", "EWOULDBLOCK", "EAGAIN")
	listener.SetTimeout(TimeoutAfter(time.Millisecond))
	_, _, err := listener.Accept(w.main)
	w.fails(err, "timeout")

	// The deadline of the last call does not touch the next one, which has none.
	server.SetTimeout(TimeoutAfter(time.Millisecond))
	w.fails((<-w.start(w.main, server, 10, 0)).err, "timeout")
	server.SetTimeout(Timeout{})
	_, pending := w.recv(server, 10, 0)
	w.send(client, "x")
	w.want(<-pending, "x")
	w.fails((<-w.start(w.main, server, 10, MsgDontWait)).err, "EAGAIN")
}

func TestStaleDeadline(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	server.SetTimeout(TimeoutAfter(30 * time.Millisecond))
	_, first := w.recv(server, 10, 0)
	w.send(client, "a")
	w.want(<-first, "a")
	server.SetTimeout(Timeout{})
	// A second call on the same descriptor, without a limit, outlives the first one's.
	_, second := w.recv(server, 10, 0)
	other := w.open(INET, Dgram)
	other.SetTimeout(TimeoutAfter(60 * time.Millisecond))
	w.must(other.Bind(w.main, w.address("127.0.0.1:0", INET)))
	w.fails((<-w.start(w.main, other, 1, 0)).err, "timeout")
	w.send(client, "b")
	w.want(<-second, "b")
}

func TestDontWaitBesideReader(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	_, got := w.recv(server, 10, 0)
	w.fails((<-w.start(w.main, server, 10, MsgDontWait)).err, "EAGAIN")
	w.send(client, "x")
	w.want(<-got, "x")
}

func TestTwoReaders(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	_, first := w.recv(server, 1, 0)
	c := w.caller()
	second := w.start(c, server, 1, 0)
	w.gate.waiting(c, gate.Queue)
	w.gate.inspect(c, func(wait *gate.Wait) {
		if wait.Target.Ready() || wait.Target.String() != "its turn after another call on "+
			server.String() {
			t.Errorf("wrong target %s", wait.Target)
		}
	})
	server.SetTimeout(TimeoutAfter(20 * time.Millisecond))
	third := w.caller() // its limit passes while it is still in the queue
	w.fails((<-w.start(third, server, 1, 0)).err, "timeout")
	w.send(client, "ab")
	w.want(<-first, "a")
	w.want(<-second, "b")
}

func TestCancel(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	cause := errors.New("step took too long")
	c, got := w.recv(server, 10, 0)
	other := w.caller()
	queued := w.start(other, server, 10, 0)
	w.gate.waiting(other, gate.Queue)
	c.Cancel(cause)
	if r := <-got; !errors.Is(r.err, cause) {
		t.Fatalf("got %v", r.err)
	}
	// Cancelled, it can still do what does not wait, and nothing that does.
	w.must(server.Shutdown(c, ShutWrite))
	if r := <-w.start(c, client, 10, 0); r.err != nil || r.n != 0 {
		t.Fatalf("end of stream gave %d, %v", r.n, r.err)
	}
	udp := w.open(INET, Dgram)
	w.must(udp.Bind(w.main, w.address("127.0.0.1:0", INET)))
	if r := <-w.start(c, udp, 10, 0); !errors.Is(r.err, cause) {
		t.Fatalf("got %v", r.err)
	}
	if lifted := c.Lift(); lifted != cause {
		t.Fatalf("lifted %v", lifted)
	}
	// The other caller is undisturbed, and the first one works again.
	w.send(client, "x")
	w.want(<-queued, "x")
	again := w.start(c, server, 10, 0)
	w.gate.waiting(c, gate.Descriptor)
	w.send(client, "y")
	w.want(<-again, "y")
}

func TestCancelInQueue(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	_, first := w.recv(server, 10, 0)
	c := w.caller()
	second := w.start(c, server, 10, 0)
	w.gate.waiting(c, gate.Queue)
	c.Cancel(nil)
	if r := <-second; !errors.Is(r.err, gate.ErrCancelled) {
		t.Fatalf("got %v", r.err)
	}
	w.send(client, "x")
	w.want(<-first, "x")
}

func TestCloseWhileBlocked(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	_, got := w.recv(server, 10, 0)
	w.must(server.Close(w.main))
	w.fails(server.Close(w.main), "EBADF", "closed")
	_, err := server.Send(w.main, []byte("x"), 0)
	w.fails(err, "EBADF")
	if !server.Closed() || len(w.table.Sockets()) != 2 {
		t.Errorf("closed: %v, open: %v", server.Closed(), w.table.Sockets())
	}
	// The call holds the descriptor: the peer can still send to it, and sees no end before.
	client.SetTimeout(TimeoutAfter(0))
	_, err = client.Recv(w.main, make([]byte, 1), 0)
	w.fails(err, "EAGAIN")
	w.send(client, "last")
	w.want(<-got, "last")
	client.SetTimeout(Timeout{})
	w.want(<-w.start(w.main, client, 1, 0), "")
	if w.table.Get(server.ID()) != nil {
		t.Error("still in the table")
	}
	if server.Describe() == "" {
		t.Error("a closed socket does not know what it was")
	}
}

func TestShutdownWakes(t *testing.T) {
	w := newWorld(t)
	listener, server, _ := w.tcp()
	_, got := w.recv(server, 10, 0)
	w.must(server.Shutdown(w.main, ShutRead))
	w.want(<-got, "")
	c := w.caller()
	failed := make(chan error, 1)
	go func() {
		_, _, err := listener.Accept(c)
		failed <- err
	}()
	w.gate.waiting(c, gate.Descriptor)
	w.must(listener.Shutdown(w.main, ShutBoth))
	w.fails(<-failed, "EINVAL")
}

func TestResetReachesBlockedRecv(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	_, got := w.recv(client, 10, 0)
	w.option(server, "SO_LINGER", map[string]any{"on": true, "seconds": 0})
	w.must(server.Close(w.main))
	w.fails((<-got).err, "reset", "ECONNRESET")
	w.want(<-w.start(w.main, client, 10, 0), "")
}
