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
