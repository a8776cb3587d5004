package socket

import (
	"encoding/binary"
	"reflect"
	"strings"
	"testing"
	"time"

	"netscene/actions/gate"
)

// pair gives two Unix sockets that are connected to each other.
func (w *world) pair(typ int) (*Socket, *Socket) {
	w.Helper()
	a, b, err := w.table.Pair(w.main, Unix, typ, 0)
	w.must(err)
	return a, b
}

func rightsTo(sockets ...*Socket) []Ancillary {
	m := Ancillary{Level: levelSocket, Type: scmRights}
	for _, s := range sockets {
		m.Rights = append(m.Rights, Right{Socket: s})
	}
	return []Ancillary{m}
}

func buffers(texts ...string) [][]byte {
	var list [][]byte
	for _, text := range texts {
		list = append(list, []byte(text))
	}
	return list
}

// room says how RecvMsg receives into one buffer.
func room(size, control, flags int) Incoming {
	return Incoming{Data: make([]byte, size), Sizes: []int{size}, Control: control, Flags: flags}
}

// TestRightsAreSockets: what comes is a socket of the table, another descriptor of the same
// connection, with its family, type and options.
func TestRightsAreSockets(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(Dgram)
	_, server, client := w.tcp()
	w.option(server, "SO_RCVTIMEO", 50*time.Millisecond)
	_, err := a.SendMsg(w.main, Outgoing{Buffers: buffers("x"), Ancillary: rightsTo(server)})
	w.must(err)
	w.must(server.Close(w.main))
	got, err := b.RecvMsg(w.main, room(8, 24, 0))
	w.must(err)
	if got.Size != 1 || len(got.Sockets) != 1 || got.Flags != 0 {
		t.Fatalf("%+v", got)
	}
	s := got.Sockets[0]
	if s.Family() != INET || s.Type() != Stream || w.table.Get(s.ID()) != s {
		t.Errorf("%v is of family %d, type %d", s, s.Family(), s.Type())
	}
	_, err = s.Recv(w.main, make([]byte, 1), 0)
	w.fails(err, "EAGAIN")
	_, err = client.Send(w.main, []byte("hi"), 0)
	w.must(err)
	if n, err := s.Recv(w.main, make([]byte, 8), 0); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// TestRightsThatAreNoSockets are closed at once; the world counts descriptors.
func TestRightsThatAreNoSockets(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(Dgram)
	fds := binary.NativeEndian.AppendUint32(make([]byte, 4), uint32(a.FD())) // 0 is no socket
	_, errno := sysSendMsg(a.FD(), buffers("x"), appendControl(nil, levelSocket, scmRights, fds), 0, "")
	if errno != 0 {
		t.Fatal(errno)
	}
	got, err := b.RecvMsg(w.main, room(8, 64, 0))
	w.must(err)
	if len(got.Sockets) != 1 || got.Ancillary[0].Decode()["count"] != 2 {
		t.Errorf("%+v", got)
	}
}

// TestRightsShare: what is kept above the kernel's socket belongs to both descriptors.
func TestRightsShare(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(Dgram)
	_, err := a.SendMsg(w.main, Outgoing{Buffers: buffers("x"), Ancillary: rightsTo(a)})
	w.must(err)
	a.Detach()
	got, err := b.RecvMsg(w.main, room(8, 24, 0))
	w.must(err)
	if got.Sockets[0].description != a.description || got.Sockets[0].FD() == a.FD() {
		t.Errorf("%v does not share with %v", got.Sockets[0], a)
	}
}

// TestForeignRights: descriptors of the process that no socket of the run has cannot be sent.
func TestForeignRights(t *testing.T) {
	w := newWorld(t)
	a, _ := w.pair(Dgram)
	send := func(fd int) error {
		_, err := a.SendMsg(w.main, Outgoing{Buffers: buffers("x"), Ancillary: []Ancillary{
			{Level: levelSocket, Type: scmRights, Rights: []Right{{FD: fd}}}}})
		return err
	}
	w.fails(send(0), "EBADF")
	w.must(send(a.FD()))
}

// TestRightsGoOnce: a send on a stream that takes more than one call has its descriptors with the
// first part only, and its buffers arrive in order.
func TestRightsGoOnce(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(Stream)
	head, tail := strings.Repeat("h", 300_000), strings.Repeat("t", 300_000)
	ended := make(chan error, 1)
	c := w.caller()
	go func() {
		n, err := a.SendMsg(c, Outgoing{Buffers: buffers(head, "", tail), Ancillary: rightsTo(a)})
		if n != len(head)+len(tail) {
			t.Errorf("%d bytes went", n)
		}
		ended <- err
	}()
	w.gate.waiting(c, gate.Descriptor)
	var all strings.Builder
	rights := 0
	for all.Len() < len(head)+len(tail) {
		in := room(100_000, 24, 0)
		got, err := b.RecvMsg(w.main, in)
		w.must(err)
		all.Write(in.Data[:got.Size])
		rights += len(got.Sockets)
	}
	w.must(<-ended)
	if rights != 1 {
		t.Errorf("%d descriptors came", rights)
	}
	if all.String() != head+tail {
		t.Error("the bytes are not those that were sent")
	}
}

// TestMessageWaitsForAll: MSG_WAITALL fills every buffer, part by part.
func TestMessageWaitsForAll(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	in := Incoming{Data: make([]byte, 6), Sizes: []int{1, 0, 5}, Flags: MsgWaitAll}
	c := w.caller()
	ended := make(chan Received, 1)
	go func() {
		got, err := server.RecvMsg(c, in)
		if err != nil {
			t.Error(err)
		}
		ended <- got
	}()
	w.gate.waiting(c, gate.Descriptor)
	for _, text := range []string{"ab", "cd", "ef"} {
		_, err := client.SendMsg(w.main, Outgoing{Buffers: buffers(text)})
		w.must(err)
	}
	if got := <-ended; got.Size != 6 || string(in.Data) != "abcdef" {
		t.Errorf("%+v %q", got, in.Data)
	}
}

// TestSentSocketStays: to close a socket while a message with it waits does not change what
// arrives.
func TestSentSocketStays(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(Stream)
	full := strings.Repeat("x", 1<<20)
	sent := w.open(INET, Dgram)
	w.must(sent.Bind(w.main, w.address("127.0.0.1:0", INET)))
	a.SetTimeout(TimeoutAfter(0))
	if _, err := a.Send(w.main, []byte(full), 0); err != nil {
		t.Fatal(err)
	}
	a.SetTimeout(Timeout{})
	c := w.caller()
	ended := make(chan error, 1)
	go func() {
		_, err := a.SendMsg(c, Outgoing{Buffers: buffers("y"), Ancillary: rightsTo(sent)})
		ended <- err
	}()
	w.gate.waiting(c, gate.Descriptor)
	w.must(sent.Close(w.main))
	w.open(INET, Stream) // it would get the number, were it free
	var got Received
	for len(got.Sockets) == 0 {
		var err error
		got, err = b.RecvMsg(w.main, room(1<<20, 24, 0))
		w.must(err)
	}
	w.must(<-ended)
	if got.Sockets[0].Type() != Dgram {
		t.Errorf("%v came", got.Sockets[0])
	}
}

func TestMessageTrace(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(Dgram)
	var lines []string
	w.main.Trace = func(c *Call) { lines = append(lines, c.String()) }
	_, err := a.SendMsg(w.main, Outgoing{Buffers: buffers("a", "b"), Flags: MsgDontWait,
		Ancillary: []Ancillary{{Level: levelSocket, Type: 2, Parts: map[string]any{}}}})
	w.must(err)
	_, err = b.RecvMsg(w.main, room(1, 0, 0))
	w.must(err)
	for i, want := range []string{", 2, SCM_CREDENTIALS, MSG_DONTWAIT) = 2", ", 1) = 1, MSG_TRUNC"} {
		if !strings.HasSuffix(lines[i], want) {
			t.Errorf("%s does not end with %s", lines[i], want)
		}
	}
}

// TestAncillaryData encodes parts and decodes them again.
func TestAncillaryData(t *testing.T) {
	pid, uid, gid := sysOwnCredentials()
	for _, c := range []struct {
		name     string
		parts    map[string]any
		received map[string]any
	}{
		{"IP_TTL", map[string]any{"value": 7}, map[string]any{"value": 7}},
		{"IP_TOS", map[string]any{"value": 8}, map[string]any{"value": 8}},
		{"IPV6_HOPLIMIT", map[string]any{}, map[string]any{"value": 0}},
		{"UDP_SEGMENT", map[string]any{"value": 1000}, map[string]any{"value": 1000}},
		{"SCM_CREDENTIALS", map[string]any{"uid": 5},
			map[string]any{"pid": pid, "uid": 5, "gid": gid}},
		{"SCM_CREDENTIALS", map[string]any{"pid": 1, "gid": 2},
			map[string]any{"pid": 1, "uid": uid, "gid": 2}},
		{"IP_PKTINFO", map[string]any{"interface": 3, "source": "127.0.0.9"},
			map[string]any{"interface": 3, "source": "127.0.0.9", "destination": "0.0.0.0"}},
		{"IPV6_PKTINFO", map[string]any{"interface": 1, "source": "::1"},
			map[string]any{"interface": 1, "destination": "::1"}},
	} {
		a := Ancillary{Parts: c.parts}
		a.Level, a.Type, _ = LookupAncillary(c.name)
		data, err := a.encode(nil)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		a.Data = data
		if got := a.Decode(); !reflect.DeepEqual(got, c.received) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestAncillaryRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		parts map[string]any
	}{
		{"IP_TTL", map[string]any{"pid": 1}},
		{"SCM_TIMESTAMP", map[string]any{}},
		{"IP_PKTINFO", map[string]any{"source": "::1"}},
		{"IPV6_PKTINFO", map[string]any{"source": "127.0.0.1"}},
	} {
		a := Ancillary{Parts: c.parts}
		a.Level, a.Type, _ = LookupAncillary(c.name)
		if a.Check() == nil {
			t.Errorf("%s takes %v", c.name, c.parts)
		}
	}
	a := Ancillary{Parts: map[string]any{"interface": "no-such-one"}}
	a.Level, a.Type, _ = LookupAncillary("IP_PKTINFO")
	if _, err := a.encode(nil); !AsError(err).Matches("ENODEV") {
		t.Error(err)
	}
}

// TestControlCutShort: what remains of a message that was cut short does not decode.
func TestControlCutShort(t *testing.T) {
	whole := appendControl(appendControl(nil, levelIP, 2, []byte{7, 0, 0, 0}), levelIP, 8,
		make([]byte, 12))
	for n := range whole {
		for _, a := range parseControl(whole[:n]) {
			parts := a.Decode()
			if len(a.Data) < 4 && len(parts) > 0 || a.Type == 8 && len(a.Data) < 12 && parts != nil {
				t.Errorf("%d bytes: %+v gives %v", n, a, parts)
			}
		}
	}
	if list := parseControl(whole); len(list) != 2 || list[1].Decode()["interface"] != 0 {
		t.Errorf("%+v", list)
	}
}
