package socket

import (
	"encoding/binary"
	"errors"
	"sync"
	"syscall"
	"testing"
	"time"

	"netscene/actions/gate"
)

func TestManyBlockedAreCancelled(t *testing.T) {
	w := newWorld(t)
	cause := errors.New("over")
	var callers []*Caller
	var pending []<-chan received
	for range 200 {
		a, _, err := w.table.Pair(w.main, Unix, Stream, 0)
		w.must(err)
		c := w.caller()
		callers = append(callers, c)
		pending = append(pending, w.start(c, a, 1, 0))
	}
	w.gate.parkedTimes(len(callers))
	for _, c := range callers {
		c.Cancel(cause)
	}
	for _, got := range pending {
		if r := <-got; r.err != cause {
			t.Fatalf("got %v", r.err)
		}
	}
}

// Readers of one socket, of which some have limits and some are cancelled and lifted all the time,
// lose no byte and get none twice.
func TestReadersInARow(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	const readers, total = 4, 400
	var mu sync.Mutex
	seen := map[byte]int{}
	count := 0
	var all sync.WaitGroup
	stop := make(chan struct{})
	for i := range readers {
		c := w.caller()
		all.Go(func() {
			buf := make([]byte, 1)
			for {
				n, err := server.Recv(c, buf, 0)
				switch e := AsError(err); {
				case err == nil && n == 0:
					return
				case err == nil:
					mu.Lock()
					seen[buf[0]]++
					count++
					mu.Unlock()
				case err == gate.ErrCancelled:
					c.Lift()
				case e == nil || e.Class != TimedOut:
					t.Errorf("reader %d: %v", i, err)
					return
				}
			}
		})
		if i == 0 {
			all.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						c.Cancel(nil)
						server.SetTimeout(TimeoutAfter(50 * time.Microsecond))
						c.Err()
						server.SetTimeout(Timeout{})
					}
				}
			})
		}
	}
	for i := range total {
		w.send(client, string([]byte{byte(i % 200)}))
	}
	w.must(client.Shutdown(w.main, ShutWrite))
	close(stop)
	all.Wait()
	if count != total {
		t.Errorf("%d bytes of %d were received", count, total)
	}
	for b, n := range seen {
		if n != total/200 {
			t.Errorf("byte %d was received %d times", b, n)
		}
	}
}

// Closing and calling at once: every call either works or is refused, and the descriptor goes.
func TestCloseRace(t *testing.T) {
	w := newWorld(t)
	for range 200 {
		a, b, err := w.table.Pair(w.main, Unix, Stream, 0)
		w.must(err)
		c, d := w.caller(), w.caller()
		var both sync.WaitGroup
		both.Go(func() {
			if _, err := a.Send(c, []byte("x"), 0); err != nil && !AsError(err).Matches("EBADF") {
				t.Error(err)
			}
		})
		both.Go(func() {
			_ = a.Describe()
			if err := a.Close(d); err != nil {
				t.Error(err)
			}
		})
		both.Wait()
		if w.table.Get(a.ID()) != nil {
			t.Fatal("not closed when the last call had ended")
		}
		w.must(b.Close(w.main))
	}
}

// unpollable is a descriptor after a bare EPOLLERR: the poller refuses to wait for it.
type unpollable struct{ syscall.RawConn }

func (unpollable) Read(func(uintptr) bool) error { return errors.New("not pollable") }

func TestBareError(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	client.raw = unpollable{client.raw}
	c := w.caller()
	got := w.start(c, client, 5, 0)
	w.gate.waiting(c, gate.Retry)
	w.send(server, "hello")
	w.want(<-got, "hello")
	client.SetTimeout(TimeoutAfter(10 * time.Millisecond))
	w.fails((<-w.start(c, client, 5, 0)).err, "timeout")
}

// An entry in the error queue wakes a reader for nothing.
func TestErrorQueue(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	const txSoftware, software = 1 << 1, 1 << 4 // SOF_TIMESTAMPING_
	w.option(client, "SO_TIMESTAMPING", txSoftware|software)
	w.fails((<-w.start(w.main, client, 5, MsgErrQueue)).err, "EAGAIN") // never waited for
	_, got := w.recv(client, 5, 0)
	w.send(client, "x")
	w.gate.parkedTimes(2)
	w.send(server, "hello")
	w.want(<-got, "hello")
}

func TestNonBlockingFlag(t *testing.T) {
	w := newWorld(t)
	s, err := w.table.Open(w.main, INET, Dgram|NonBlocking|CloseOnExec, 0)
	w.must(err)
	if s.Type() != Dgram || s.Timeout() != TimeoutAfter(0) || s.Timeout().String() != "0s" {
		t.Errorf("type %d, timeout %s", s.Type(), s.Timeout())
	}
	w.fails((<-w.start(w.main, s, 1, 0)).err, "would_block")
	var one [4]byte
	binary.NativeEndian.PutUint32(one[:], 1)
	w.must(s.Close(w.main))
	w.fails(s.SetOption(w.main, levelSocket, 6, one[:]), "EBADF", "closed")
	_, err = s.GetSockName(w.main)
	w.fails(err, "EBADF")
	w.fails(s.Listen(w.main, 1), "EBADF")
	_, _, err = s.Accept(w.main)
	w.fails(err, "EBADF")
	if !s.Ready(gate.Read) {
		t.Error("a call on a closed socket would wait")
	}
}
