package socket

import (
	"net"
	"net/netip"
	"testing"
)

// TestTCPTable holds the two ways to ask about connections against each other, on a listener and
// both ends of a connection of each family, one of which is about to end.
func TestTCPTable(t *testing.T) {
	if !hasTCPDiag() {
		t.Skip("this kernel has no socket diagnosis for TCP")
	}
	for _, host := range []string{"127.0.0.1:0", "[::1]:0", "[::ffff:127.0.0.1]:0"} {
		listener, err := net.Listen("tcp", host)
		if err != nil {
			t.Skip(err)
		}
		defer listener.Close()
		client, err := net.Dial("tcp", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		server, err := listener.Accept()
		if err != nil {
			t.Fatal(err)
		}
		local, remote := addrPortOf(client.LocalAddr()), addrPortOf(client.RemoteAddr())
		none := netip.AddrPortFrom(remote.Addr(), 0)
		agree(t, tcpQuestion{local: local, remote: remote}, 1)
		agree(t, tcpQuestion{local: remote, remote: local}, 1)
		agree(t, tcpQuestion{local: remote, remote: none}, 10)
		agree(t, tcpQuestion{local: local, remote: none}, 0)
		agree(t, tcpQuestion{local: netip.AddrPortFrom(local.Addr(), 1), remote: remote}, 0)
		server.Close()
		client.Close()
		for i := 0; i < 10000 && !TimeWait(int(remote.Port())); i++ { // the last FIN is on its way
		}
		agree(t, tcpQuestion{local: remote, remote: local}, tcpTimeWait)
	}
}

func addrPortOf(a net.Addr) netip.AddrPort { return a.(*net.TCPAddr).AddrPort() }

// agree asks both ways; a state of 0 means that there is nothing.
func agree(t *testing.T, q tcpQuestion, state int) {
	t.Helper()
	found, errno := findTCP(&q)
	if errno != 0 {
		t.Fatal(errno)
	}
	for way, records := range map[string][]tcpRecord{"sock_diag": found, "table": tcpTable(&q)} {
		switch {
		case state == 0 && len(records) == 0:
		case len(records) != 1 || records[0].state != state:
			t.Errorf("%s: %v -> %v gives %+v, want state %d", way, q.local, q.remote, records, state)
		}
	}
}

func TestRecordCutShort(t *testing.T) {
	whole := make([]byte, diagMessageSize+8)
	whole[0] = INET
	whole[diagMessageSize] = 200 // an attribute that is longer than what is left
	for n := range whole {
		if _, ok := readRecord(whole[:n]); ok != (n >= diagMessageSize) {
			t.Errorf("%d bytes: %v", n, ok)
		}
	}
	for _, row := range [][]string{nil, {"0:", "x", "y", "z"}, {"0:", "0100007F:0050", "00:0", "0A"}} {
		if _, ok := readRow(row); ok {
			t.Errorf("%v is taken for a row", row)
		}
	}
}
