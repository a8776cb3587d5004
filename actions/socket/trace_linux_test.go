package socket

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"netscene/actions/gate"
)

func TestTrace(t *testing.T) {
	w := newWorld(t)
	var lines []string
	w.main.Trace = func(call *Call) {
		lines = append(lines, call.String())
		b, err := json.Marshal(call)
		if err != nil {
			t.Error(err)
		}
		var back Call
		if err := json.Unmarshal(b, &back); err != nil {
			t.Error(err)
		}
		if len(call.Data) == 0 {
			call.Data = nil // an empty slice is left out, as none is
		}
		if !reflect.DeepEqual(*call, back) {
			t.Errorf("%s came back from JSON as %+v, was %+v", b, back, *call)
		}
	}
	listener, server, client := w.tcp()
	a, err := listener.GetSockName(w.main)
	w.must(err)
	peer, err := client.GetSockName(w.main)
	w.must(err)
	w.option(client, "TCP_NODELAY", 1)
	w.option(client, "SO_LINGER", map[string]any{"on": true, "seconds": 3})
	_, err = client.GetOption(w.main, protocolTCP, 1, 4)
	w.must(err)
	w.send(client, "hello")
	w.want(<-w.start(w.main, server, 1024, MsgPeek), "hello")
	w.want(<-w.start(w.main, server, 2, 0), "he")
	_, _, err = server.RecvFrom(w.main, make([]byte, 9), 0)
	w.must(err)
	server.SetTimeout(TimeoutAfter(time.Millisecond))
	w.fails((<-w.start(w.main, server, 9, 0)).err, "timeout")
	w.fails((<-w.start(w.main, server, 9, MsgDontWait)).err, "EAGAIN")
	w.main.Cancel(nil)
	if r := <-w.start(w.main, server, 9, 0); r.err != gate.ErrCancelled {
		t.Errorf("got %v", r.err)
	}
	w.main.Lift()
	w.must(client.Shutdown(w.main, ShutWrite))
	w.must(listener.Close(w.main))
	refused := w.open(INET, Stream)
	w.fails(refused.Connect(w.main, a), "refused")
	fds := []any{listener.FD(), server.FD(), client.FD()}
	want := fmt.Sprintf(`socket(AF_INET, SOCK_STREAM, 0) = fd %[1]d
bind(fd %[1]d, 127.0.0.1:0) = 0
listen(fd %[1]d, 5) = 0
getsockname(fd %[1]d) = A
socket(AF_INET, SOCK_STREAM, 0) = fd %[3]d
connect(fd %[3]d, A) = 0
accept(fd %[1]d) = fd %[2]d, P
getsockname(fd %[1]d) = A
getsockname(fd %[3]d) = P
setsockopt(fd %[3]d, TCP_NODELAY, 1) = 0
setsockopt(fd %[3]d, SO_LINGER, {on: true, seconds: 3}) = 0
getsockopt(fd %[3]d, TCP_NODELAY) = 1
send(fd %[3]d, 5) = 5
recv(fd %[2]d, 1024, MSG_PEEK) = 5
recv(fd %[2]d, 2) = 2
recvfrom(fd %[2]d, 9) = 3
recv(fd %[2]d, 9) = timeout
recv(fd %[2]d, 9, MSG_DONTWAIT) = EAGAIN
recv(fd %[2]d, 9) = cancelled
shutdown(fd %[3]d, SHUT_WR) = 0
close(fd %[1]d) = 0
socket(AF_INET, SOCK_STREAM, 0) = fd %[4]d
connect(fd %[4]d, A) = ECONNREFUSED`, append(fds, refused.FD())...)
	got := strings.Join(lines, "\n")
	got = strings.NewReplacer(a.String(), "A", peer.String(), "P").Replace(got)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestPartialSendIsTraced(t *testing.T) {
	w := newWorld(t)
	_, _, client := w.tcp()
	client.SetTimeout(TimeoutAfter(0))
	var text string
	w.main.Trace = func(call *Call) { text = call.String() }
	n, err := client.SendAll(w.main, make([]byte, 64<<20), 0)
	w.fails(err, "EAGAIN")
	if want := fmt.Sprintf("send(fd %d, %d) = %d, then EAGAIN", client.FD(), 64<<20, n); text != want {
		t.Errorf("got %q, want %q", text, want)
	}
}

// kinds of sockets on which options are tried.
func (w *world) everyKind() []*Socket {
	_, server, _ := w.tcp()
	pair, _, err := w.table.Pair(w.main, Unix, Stream, 0)
	w.must(err)
	list := []*Socket{server, pair, w.open(INET, Stream), w.open(INET, Dgram)}
	if s, err := w.table.Open(w.main, INET6, Dgram, 0); err == nil {
		list = append(list, s)
	}
	return list
}

// Options that read differently from what was set, or that setting what was read may change.
var unstable = []string{"SO_SNDBUF", "SO_RCVBUF", "SO_INCOMING_CPU", "SO_PEEK_OFF",
	"TCP_MAXSEG", "TCP_QUICKACK", "TCP_WINDOW_CLAMP", "TCP_REPAIR", "TCP_LINGER2", "IPV6_ADDRFORM",
	"TCP_FASTOPEN", "SO_RCVLOWAT"}

func TestEveryOption(t *testing.T) {
	w := newWorld(t)
	sockets := w.everyKind()
	read := map[string]bool{}
	for _, name := range OptionNames() {
		o, _ := LookupOption(name)
		for _, s := range sockets {
			b, err := s.GetOption(w.main, o.Level, o.Number, o.Size())
			if err != nil {
				if AsError(err).Class == Other {
					t.Errorf("%s on %s: %v", name, s, err)
				}
				continue
			}
			read[name] = true
			v := o.Decode(b)
			if _, raw := v.([]byte); raw && o.Kind != RawOption && o.Kind != FilterOption {
				t.Errorf("%s on %s: %d bytes were not understood", name, s, len(b))
			}
			if slices.Contains(unstable, name) || o.Kind == RawOption || o.Kind == FilterOption {
				continue
			}
			checkOption(w, s, o, v)
		}
	}
	for _, name := range []string{"SO_TYPE", "SO_ERROR", "SO_PEERCRED", "TCP_INFO", "TCP_NODELAY",
		"TCP_CONGESTION", "IP_TTL", "IP_MULTICAST_IF", "IPV6_V6ONLY", "SO_LINGER", "SO_RCVTIMEO"} {
		if !read[name] && (name != "IPV6_V6ONLY" || len(sockets) == 5) {
			t.Errorf("%s could not be read from any socket", name)
		}
	}
}

// checkOption sets what was read, which must not change it where the option can be set at all.
func checkOption(w *world, s *Socket, o Option, v any) {
	w.Helper()
	if text, ok := v.(string); ok && text == "" {
		return
	}
	b, err := o.Encode(v)
	if err != nil {
		if kindForms[o.Kind].set != "only to be read" && o.Kind != AddressOption {
			w.Errorf("%s: %v", o.Name, err)
		}
		return
	}
	if s.SetOption(w.main, o.Level, o.Number, b) != nil {
		return
	}
	b, err = s.GetOption(w.main, o.Level, o.Number, o.Size())
	w.must(err)
	if again := o.Decode(b); !reflect.DeepEqual(again, v) {
		w.Errorf("%s on %s was %v, after setting that %v", o.Name, s, v, again)
	}
}

func TestOptionValues(t *testing.T) {
	w := newWorld(t)
	_, server, _ := w.tcp()
	pair, _, err := w.table.Pair(w.main, Unix, Stream, 0)
	w.must(err)
	udp := w.open(INET, Dgram)
	for _, test := range []struct {
		s    *Socket
		name string
		set  any
		want any
	}{
		{server, "SO_REUSEADDR", true, 1},
		{server, "SO_KEEPALIVE", false, 0},
		{server, "SO_LINGER", map[string]any{"on": true, "seconds": 7},
			map[string]any{"on": true, "seconds": 7}},
		{server, "SO_RCVTIMEO", 1.5, 1500 * time.Millisecond},
		{server, "SO_SNDTIMEO", 2, 2 * time.Second},
		{server, "TCP_USER_TIMEOUT", 4000.0, 4000},
		{server, "IP_TTL", 7, 7},
		{udp, "SO_BROADCAST", 1, 1},
		{udp, "IP_MULTICAST_IF", "127.0.0.1", "127.0.0.1"},
		{udp, "SO_BINDTODEVICE", "lo", "lo"},
		{pair, "SO_PASSCRED", 1, 1},
		{server, "IP_TOS", []byte{16, 0, 0, 0}, 16},
	} {
		w.option(test.s, test.name, test.set)
		o, _ := LookupOption(test.name)
		b, err := test.s.GetOption(w.main, o.Level, o.Number, o.Size())
		w.must(err)
		if got := o.Decode(b); !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
	info, _ := LookupOption("TCP_INFO")
	b, err := server.GetOption(w.main, info.Level, info.Number, info.Size())
	w.must(err)
	m, _ := info.Decode(b).(map[string]any)
	if m["state"] != "ESTABLISHED" || m["snd_mss"] == 0 {
		t.Errorf("TCP_INFO: %v", info.Decode(b))
	}
	w.option(udp, "IP_ADD_MEMBERSHIP",
		map[string]any{"group": "224.0.0.251", "interface": "127.0.0.1"})
	w.option(udp, "IP_DROP_MEMBERSHIP", map[string]any{"group": "224.0.0.251", "interface": 1})
	_, err = udp.GetOption(w.main, 9999, 1, 4)
	w.fails(err, "EOPNOTSUPP", "ENOTSUP", "unsupported")
	w.fails(udp.SetOption(w.main, 9999, 1, []byte{1}), "ENOPROTOOPT")
}

func TestOptionRefusals(t *testing.T) {
	for name, v := range map[string]any{
		"SO_REUSEADDR":      "yes",
		"IP_TTL":            1.5,
		"SO_RCVBUF":         1 << 40,
		"SO_LINGER":         map[string]any{"on": true, "secs": 1},
		"SO_SNDTIMEO":       -1,
		"SO_RCVTIMEO":       1e300,
		"SO_BINDTODEVICE":   5,
		"IP_MULTICAST_IF":   1.5,
		"IPV6_UNICAST_IF":   -1,
		"SO_TIMESTAMPING":   []any{"SOF_TIMESTAMPING_SOFTWARE", "SOCK_STREAM"},
		"SO_MARK":           []any{},
		"SO_TXTIME":         map[string]any{"clockid": 1},
		"SO_PEERGROUPS":     []any{"root"},
		"MCAST_JOIN_GROUP":  map[string]any{"group": "::1", "interface": 1},
		"SO_PEERPIDFD":      1,
		"IP_ADD_MEMBERSHIP": map[string]any{"group": "::1"},
		"TCP_INFO":          map[string]any{},
		"SO_ATTACH_FILTER":  []byte{6, 0, 0},
		"SO_GET_FILTER":     []any{[]any{6, 0, 256, 0}},
		"IP_BLOCK_SOURCE":   map[string]any{"group": "232.1.1.1", "source": "127.0.0.1"},
	} {
		o, _ := LookupOption(name)
		_, err := o.Encode(v)
		if e := AsError(err); e == nil || !e.Matches("bad_argument") {
			t.Errorf("%s took %v: %v", name, v, err)
		}
		if e := AsError(o.Check(v)); e == nil || !e.Matches("bad_argument") {
			t.Errorf("%s finds %v right", name, v)
		}
	}
	o, _ := LookupOption("IPV6_MULTICAST_IF")
	if _, err := o.Encode("no-such"); !AsError(err).Matches("ENODEV") || o.Check("no-such") != nil {
		t.Errorf("an interface that is not there: %v, %v", err, o.Check("no-such"))
	}
	if _, ok := LookupOption("SO_NONSENSE"); ok {
		t.Error("found an option that is none")
	}
}

func TestPendingErrorReadsAsOption(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	_, got := w.recv(server, 10, MsgWaitAll)
	w.send(client, "ab")
	w.gate.parkedTimes(2)
	w.option(client, "SO_LINGER", map[string]any{"on": true, "seconds": 0})
	w.must(client.Close(w.main))
	w.want(<-got, "ab")
	for _, want := range []any{104, 0} {
		b, err := server.GetOption(w.main, levelSocket, optError, 4)
		w.must(err)
		o, _ := LookupOption("SO_ERROR")
		if got := o.Decode(b); got != want {
			t.Errorf("SO_ERROR is %v, want %v", got, want)
		}
	}
}
