package runner

import (
	"testing"

	"netscene/actions/socket"
)

// TestLedgerForgets opens and closes more sockets than a ledger remembers; one stays open.
func TestLedgerForgets(t *testing.T) {
	var l ledger
	table := socket.NewTable()
	defer table.Close()
	caller := &socket.Caller{Trace: func(c *socket.Call) {
		if c.Name == "close" {
			l.note(c, origin{actor: "a"})
		}
	}}
	last := 0
	for i := range 5 * closedKept {
		s, err := table.Open(caller, socket.INET, socket.Dgram, 0)
		if err != nil {
			t.Fatal(err)
		}
		s.Origin = origin{actor: "a"}
		l.add(s)
		last = s.ID()
		if i == 0 {
			continue
		}
		if err := s.Close(caller); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(l.entries); n < closedKept || n > 2*closedKept+1 || n != len(l.byID) {
		t.Errorf("%d entries, %d by number", n, len(l.byID))
	}
	if l.get(1) == nil || l.get(2) != nil || l.get(last-closedKept+1) == nil || len(l.open("a")) != 1 {
		t.Error("it remembers other sockets than the open one and those closed last")
	}
}

// TestOtherEndOfReceived sends one end of a pair in a message and closes it: the socket that comes
// out is then the other end.
func TestOtherEndOfReceived(t *testing.T) {
	var l ledger
	table := socket.NewTable()
	defer table.Close()
	caller := &socket.Caller{Trace: func(c *socket.Call) {
		if c.Name == "close" {
			l.note(c, origin{actor: "a"})
		}
	}}
	pair := func(typ int) (first, second *socket.Socket) {
		first, second, err := table.Pair(caller, socket.Unix, typ, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*socket.Socket{first, second} {
			s.Origin = origin{actor: "a"}
			l.add(s)
		}
		return first, second
	}
	in, out := pair(socket.Dgram)
	stays, goes := pair(socket.Stream)
	if got := l.other(l.of(stays)); got == nil || got.socket != goes {
		t.Fatalf("the other end of a pair is %v", got)
	}
	rights := socket.Ancillary{Level: 1, Type: 1, Rights: []socket.Right{{Socket: goes}}}
	_, err := out.SendMsg(caller, socket.Outgoing{Buffers: [][]byte{[]byte("x")},
		Ancillary: []socket.Ancillary{rights}})
	if err == nil {
		err = goes.Close(caller)
	}
	if err != nil {
		t.Fatal(err)
	}
	got, err := in.RecvMsg(caller, socket.Incoming{Data: make([]byte, 1), Sizes: []int{1},
		Control: 24})
	if err != nil || len(got.Sockets) != 1 {
		t.Fatal(got, err)
	}
	received := got.Sockets[0]
	received.Origin = origin{actor: "b"}
	l.add(received)
	if found := l.other(l.of(stays)); found == nil || found.socket != received {
		t.Errorf("the other end of what stayed is %v, not what was received", found)
	}
	if found := l.other(l.of(received)); found == nil || found.socket != stays {
		t.Errorf("the other end of what was received is %v", found)
	}
}
