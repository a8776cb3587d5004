package socket

import (
	"testing"
	"time"
)

// The ways to a second descriptor of a connection.
var duplications = map[string]func(*world, *Socket) *Socket{
	"dup": func(w *world, s *Socket) *Socket {
		duplicate, err := s.Dup(w.main)
		w.must(err)
		return duplicate
	},
	"a message": func(w *world, s *Socket) *Socket {
		a, b := w.pair(Dgram)
		_, err := a.SendMsg(w.main, Outgoing{Buffers: buffers("x"), Ancillary: rightsTo(s)})
		w.must(err)
		got, err := b.RecvMsg(w.main, room(8, 24, 0))
		w.must(err)
		return got.Sockets[0]
	},
}

// TestDuplicatesShare: what is played above the kernel belongs to the connection, as there.
func TestDuplicatesShare(t *testing.T) {
	for name, duplicated := range duplications {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, server, _ := w.tcp()
			duplicate := duplicated(w, server)
			w.option(server, "SO_RCVTIMEO", 10*time.Millisecond) // set after that
			_, err := duplicate.Recv(w.main, make([]byte, 1), 0)
			w.fails(err, "EAGAIN")
			w.option(server, "SO_RCVTIMEO", time.Duration(0))
			w.must(server.SetTimeout(TimeoutAfter(0)))
			if !duplicate.Timeout().None() {
				t.Error("the timeout is shared")
			}
			_, err = duplicate.Recv(w.main, make([]byte, 1), 0)
			w.fails(err, "EAGAIN")
			w.must(duplicate.SetTimeout(Timeout{}))
			_, ended := w.recv(server, 1, 0) // O_NONBLOCK is off now, although its timeout is 0
			w.must(duplicate.Shutdown(w.main, ShutRead))
			w.want(<-ended, "")
		})
	}
}

// TestLingerLast: only the last descriptor of a connection lingers, and ends it.
func TestLingerLast(t *testing.T) {
	for name, duplicated := range duplications {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			_, server, client := w.tcp()
			duplicate := duplicated(w, client)
			w.option(client, "SO_LINGER", map[string]any{"on": true, "seconds": 30})
			w.must(client.Close(w.main))
			w.send(duplicate, "still")
			w.want(<-w.start(w.caller(), server, 8, 0), "still")
		})
	}
}

// TestDetached: a descriptor that was given up stays open without its socket, until the Table
// closes what is left.
func TestDetached(t *testing.T) {
	w := newWorld(t)
	listener, a := w.listener("127.0.0.1:0", INET, 1)
	table := NewTable()
	s, err := table.Open(w.main, INET, Stream, 0)
	w.must(err)
	w.must(s.Connect(w.main, a))
	server, _, err := listener.Accept(w.main)
	w.must(err)
	if fd := s.Detach(); fd != s.FD() || s.FileNo() != -1 || s.Detach() != -1 {
		t.Error("detached", fd, s.FileNo())
	}
	w.fails(s.Close(w.main), "EBADF")
	if table.Get(s.ID()) == nil || len(table.Sockets()) != 0 {
		t.Error("a detached socket is open, or its descriptor forgotten")
	}
	_, err = server.Recv(w.main, make([]byte, 1), MsgDontWait)
	w.fails(err, "EAGAIN") // the connection is open
	w.must(table.Close())
	w.want(<-w.start(w.caller(), server, 1, 0), "")
}

// TestTakenOverInFlight: to close one socket closes the other's descriptor too, when the call that
// is in flight on it has ended.
func TestTakenOverInFlight(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	taken, err := w.table.TakeOver(w.main, server.Detach(), -1, -1, -1)
	w.must(err)
	if taken.Family() != INET || taken.Type() != Stream || taken.Proto() != protocolTCP {
		t.Error(taken.Family(), taken.Type(), taken.Proto())
	}
	_, ended := w.recv(taken, 8, 0)
	again, err := w.table.TakeOver(w.main, taken.FD(), -1, -1, -1)
	w.must(err)
	w.must(again.Close(w.main))
	_, err = taken.Recv(w.main, make([]byte, 1), 0)
	w.fails(err, "EBADF")
	w.send(client, "late")
	w.want(<-ended, "late")
	for _, s := range []*Socket{server, taken, again} {
		if w.table.Get(s.ID()) != nil {
			t.Errorf("%v is still in the table", s)
		}
	}
}

// TestForeignDescriptors: descriptors of the process that are not the Table's cannot be reached,
// whatever they are.
func TestForeignDescriptors(t *testing.T) {
	w := newWorld(t)
	s := w.open(INET, Stream)
	other := NewTable()
	for _, fd := range []int{-1, 0, s.FD(), 1 << 20} {
		_, err := other.TakeOver(w.main, fd, -1, -1, -1)
		w.fails(err, "EBADF")
		_, err = other.FromFD(w.main, fd, INET, Stream, 0)
		w.fails(err, "EBADF")
	}
	w.must(other.Close())
	_, err := s.GetSockName(w.main)
	w.must(err)
}
