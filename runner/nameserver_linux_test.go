package runner_test

import (
	"context"
	"encoding/binary"
	"net"
	"testing"

	"netscene/actions"
	"netscene/runner"
)

// nameserver answers every question for an IPv4 address with the same addresses, and every other
// with none, and has this process ask it.
func nameserver(t *testing.T, addresses ...[4]byte) {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		question := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(question)
			if err != nil {
				return
			}
			if n > 16 {
				_, _ = server.WriteTo(reply(question[:n], addresses), from)
			}
		}
	}()
	before := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = before })
	net.DefaultResolver = &net.Resolver{PreferGo: true,
		Dial: func(context.Context, string, string) (net.Conn, error) {
			return net.Dial("udp", server.LocalAddr().String())
		}}
}

// reply makes the message of RFC 1035, section 4, with the question and its answers.
func reply(question []byte, addresses [][4]byte) []byte {
	const header, typeA = 12, 1
	end := header
	for question[end] != 0 && end < len(question)-5 {
		end += int(question[end]) + 1
	}
	end += 5 // the root's empty label, the type and the class
	if binary.BigEndian.Uint16(question[end-4:]) != typeA {
		addresses = nil
	}
	m := append([]byte{}, question[:end]...)
	binary.BigEndian.PutUint16(m[2:], 0x8180) // a response, without error
	binary.BigEndian.PutUint16(m[6:], uint16(len(addresses)))
	binary.BigEndian.PutUint32(m[8:], 0)
	for _, a := range addresses {
		m = append(m, 0xc0, header, 0, typeA, 0, 1, 0, 0, 0, 60, 0, 4)
		m = append(m, a[:]...)
	}
	return m
}

// TestEveryAddress connects to a name that has several addresses: each is tried in turn with a
// socket of its own, and when none can be reached all errors are told.
func TestEveryAddress(t *testing.T) {
	nameserver(t, [4]byte{127, 0, 0, 2}, [4]byte{127, 0, 0, 3}, [4]byte{127, 0, 0, 4})
	plan := compile(t, `
actors:
  server:
    - create_server: 127.0.0.4:0
    - accept
    - recv: 16
      expect: data == "found"
  client:
    - create_connection: three.example:$(server.create_server.port)
      expect: host == "127.0.0.4" and len(errors) == 0
    - fileno:
      expect: fileno >= 0
    - sendall: found
    - socket
    - bind: 0.0.0.0:0 # a port on which nobody listens, whatever the address
    - create_connection: three.example:$(bind.port)
      as: nobody
      fails: refused
      expect:
        - 'map(errors, .name) == ["ECONNREFUSED", "ECONNREFUSED", "ECONNREFUSED"]'
        - errors[0].text contains "127.0.0.2" and errors[2].text contains "127.0.0.4"
        - error.text contains "127.0.0.4" and error.text contains "before that"
`)
	tape := &recorder{}
	r := plan.Run(context.Background(), runner.Options{Sinks: []actions.Sink{tape}})
	if r.Status != actions.Passed {
		t.Fatalf("%s\n%s", r.Status, render(r.Failures...))
	}
	tried := map[int]bool{}
	for _, e := range tape.events(t) {
		if e.Kind == actions.SystemCall && e.Call.Name == "connect" {
			if tried[e.Call.Socket] {
				t.Error("a socket was used for a second attempt")
			}
			tried[e.Call.Socket] = true
		}
	}
	if len(tried) != 6 {
		t.Errorf("%d attempts", len(tried))
	}
}
