package runner_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"netscene/actions"
	"netscene/runner"
	"netscene/schema"
)

// contract says how an action can fail and wait. What it leaves empty is not taken on trust where a
// test can find out: an action that acts on a socket is tried on a closed one whatever it says.
type contract struct {
	args string // its arguments, where it needs some

	scenario    string // in testdata/failing; in it this action's own call fails
	call, errno string // the call, and how it fails there
	cannotFail  string // why there is no such scenario

	closed string // what it gives of a closed socket, where Python's call does not fail

	blocks      string // steps of the actor `me` before the action, after which it waits for long
	waits       string // its arguments then, where they differ
	cannotBlock string // why there are none
}

const (
	atOnce  = "the kernel answers at once"
	aFile   = "it reads a file"
	offline = "only DNS lets it wait, and no test asks that; see TestQueryCancelled"
	noCall  = "it makes no system call"
	bound   = "- socket: {type: dgram}\n- bind: 127.0.0.1:0\n"
	// connection leaves the client's end of a TCP connection as current; nobody reads at the other.
	connection = "- socket\n- bind: 127.0.0.1:0\n- listen: 0\n- create_connection: $(listen.address)\n"
	// full leaves a socket before a Unix listener that has no room for its connection.
	full = "- socket: {family: unix}\n- bind: unix:$(tmp)/s\n- listen: 0\n" +
		"- create_connection: $(listen.address)\n- socket: {family: unix}\n  as: another\n"
)

var contracts = map[string]contract{
	"accept": {scenario: "accept_nobody", call: "accept", errno: "EAGAIN",
		blocks: "- socket\n- bind: 127.0.0.1:0\n- listen\n"},
	"bind": {args: "127.0.0.1:0", scenario: "in_use", call: "bind", errno: "EADDRINUSE",
		cannotBlock: atOnce},
	"chmod": {args: "{path: missing, mode: \"0600\"}", scenario: "chmod_missing", call: "chmod",
		errno: "ENOENT", cannotBlock: atOnce},
	"close": {scenario: "close_twice", call: "close", errno: "EBADF",
		blocks: connection + "- setblocking: false\n- send: {repeat: x, count: 16 MiB}\n" +
			"- setsockopt: {option: SO_LINGER, value: {on: true, seconds: 3600}}\n"},
	"connect": {args: "127.0.0.1:1", scenario: "connect_refused", call: "connect",
		errno: "ECONNREFUSED", blocks: full, waits: "$(listen.address)"},
	"connect_ex": {args: "127.0.0.1:1", scenario: "connect_ex_refused", call: "connect",
		errno: "ECONNREFUSED", closed: "errno == EBADF", blocks: full, waits: "$(listen.address)"},
	"create_connection": {args: "127.0.0.1:1", scenario: "unexpected_error", call: "connect",
		errno: "ECONNREFUSED", waits: "$(listen.address)",
		// With its backlog full, a TCP listener does not answer.
		blocks: connection + "- repeat:\n    times: 2\n    steps:\n      - socket\n" +
			"      - setblocking: false\n      - connect: $(listen.address)\n" +
			"        may_fail: in_progress\n"},
	"create_server": {args: "127.0.0.1:0", scenario: "create_server_in_use", call: "bind",
		errno: "EADDRINUSE", cannotBlock: atOnce},
	"detach": {cannotFail: noCall, closed: "fileno == -1", cannotBlock: noCall},
	"dup":    {scenario: "dup_closed", call: "dup", errno: "EBADF", cannotBlock: atOnce},
	"fileno": {cannotFail: noCall, closed: "fileno == -1", cannotBlock: noCall},
	"fromfd": {args: "{fd: 1000000000, family: inet, type: stream}", scenario: "fromfd_unknown",
		call: "dup", errno: "EBADF", cannotBlock: atOnce},
	"fcntl": {args: "F_GETFL", scenario: "fcntl_closed", call: "fcntl", errno: "EBADF",
		cannotBlock: atOnce},
	"get_inheritable": {scenario: "get_inheritable_closed", call: "fcntl", errno: "EBADF",
		cannotBlock: atOnce},
	"getblocking": {cannotFail: noCall, closed: "blocking", cannotBlock: noCall},
	"getaddrinfo": {args: "{host: 127.0.0.1}", scenario: "getaddrinfo_name", call: "getaddrinfo",
		errno: "EAI_NONAME", cannotBlock: offline},
	"getfqdn": {args: "127.0.0.1", cannotFail: "it gives the name back that it got",
		cannotBlock: offline},
	"gethostbyaddr": {args: "127.0.0.1", scenario: "gethostbyaddr_no_name", call: "gethostbyaddr",
		errno: "EAI_NONAME", cannotBlock: offline},
	"gethostbyname": {args: "127.0.0.1", scenario: "gethostbyname_six", call: "gethostbyname",
		errno: "EAI_ADDRFAMILY", cannotBlock: offline},
	"gethostbyname_ex": {args: "127.0.0.1", scenario: "gethostbyname_ex_empty",
		call: "gethostbyname_ex", errno: "EAI_FAIL", cannotBlock: offline},
	"getnameinfo": {args: "{address: 127.0.0.1:80, flags: NI_NUMERICHOST}",
		scenario: "getnameinfo_required", call: "getnameinfo", errno: "EAI_NONAME", cannotBlock: offline},
	"getprotobyname": {args: "icmp", scenario: "getprotobyname_unknown", call: "getprotobyname",
		errno: "not found", cannotBlock: aFile},
	"getservbyname": {args: "http", scenario: "getservbyname_unknown", call: "getservbyname",
		errno: "not found", cannotBlock: aFile},
	"getservbyport": {args: "80", scenario: "getservbyport_unknown", call: "getservbyport",
		errno: "not found", cannotBlock: aFile},
	"if_indextoname": {args: "1", scenario: "if_indextoname_unknown", call: "if_indextoname",
		errno: "ENXIO", cannotBlock: atOnce},
	"if_nametoindex": {args: "lo", scenario: "if_nametoindex_unknown", call: "if_nametoindex",
		errno: "ENODEV", cannotBlock: atOnce},
	"gethostname":  {cannotFail: "every machine has a name", cannotBlock: atOnce},
	"if_nameindex": {cannotFail: "every machine has interfaces", cannotBlock: atOnce},
	"getpeername": {scenario: "getpeername_alone", call: "getpeername", errno: "ENOTCONN",
		cannotBlock: atOnce},
	"getsockname": {scenario: "getsockname_closed", call: "getsockname", errno: "EBADF",
		cannotBlock: atOnce},
	"gettimeout": {cannotFail: noCall, closed: "timeout == nil", cannotBlock: noCall},
	"getsockopt": {args: "SO_TYPE", scenario: "getsockopt_level", call: "getsockopt",
		errno: "EOPNOTSUPP", cannotBlock: atOnce},
	"ioctl": {args: "FIONREAD", scenario: "ioctl_listener", call: "ioctl", errno: "EINVAL",
		cannotBlock: atOnce},
	"listen": {scenario: "listen_datagram", call: "listen", errno: "EOPNOTSUPP",
		cannotBlock: atOnce},
	"log": {args: "x", cannotFail: "it makes no system call", cannotBlock: "it makes no system call"},
	"poll": {args: "{sockets: [], timeout: 0}", scenario: "poll_closed", call: "poll", errno: "EBADF",
		blocks: bound, waits: "[{socket: $(socket.socket), events: in}]"},
	"recv": {args: "16", scenario: "other_error", call: "recv", errno: "EAGAIN",
		blocks: bound},
	"recv_all": {scenario: "recv_all_reset", call: "recv", errno: "ECONNRESET", blocks: connection},
	"recv_exactly": {args: "16", scenario: "recv_exactly_timeout", call: "recv", errno: "timeout",
		blocks: connection},
	"read_file": {args: "missing", scenario: "read_file_missing", call: "open", errno: "ENOENT",
		cannotBlock: aFile},
	"recv_line": {scenario: "recv_line_nonblocking", call: "recv", errno: "EAGAIN",
		blocks: connection},
	"recv_until": {args: `"\r\n"`, scenario: "recv_until_unconnected", call: "recv",
		errno: "ENOTCONN", blocks: connection},
	"recv_message": {args: "ping", scenario: "recv_message_unconnected", call: "recv",
		errno: "ENOTCONN", blocks: bound},
	"recv_into": {args: "{repeat: x, count: 16}", scenario: "recv_into_unconnected", call: "recv",
		errno: "ENOTCONN", blocks: bound},
	"recvfrom_into": {args: "{repeat: x, count: 16}", scenario: "recvfrom_into_nonblocking",
		call: "recvfrom", errno: "EAGAIN", blocks: bound},
	"recvmsg": {args: "{size: 16, ancbufsize: 64}", scenario: "recvmsg_no_error", call: "recvmsg",
		errno: "EAGAIN", blocks: bound},
	"recvmsg_into": {args: "[xx, xx]", scenario: "recvmsg_into_unconnected", call: "recvmsg",
		errno: "ENOTCONN", blocks: bound},
	"recvfrom": {args: "16", scenario: "recvfrom_unconnected", call: "recvfrom", errno: "ENOTCONN",
		blocks: bound},
	"send": {args: "x", scenario: "send_unconnected", call: "send", errno: "EPIPE",
		blocks: connection, waits: "{repeat: x, count: 16 MiB}"},
	"sendall": {args: "x", scenario: "sendall_after_shutdown", call: "send", errno: "EPIPE",
		blocks: connection, waits: "{repeat: x, count: 16 MiB}"},
	"send_line": {args: "x", scenario: "send_line_after_shutdown", call: "send", errno: "EPIPE",
		blocks: connection, waits: "{line: {repeat: x, count: 16 MiB}}"},
	"send_message": {args: "{type: ping, text: x}", scenario: "send_message_unconnected",
		call: "send", errno: "EPIPE", blocks: connection,
		waits: "{type: ping, text: {repeat: x, count: 15 MiB}}"},
	"sendmsg": {args: "[x, y]", scenario: "sendmsg_bad_descriptor", call: "sendmsg", errno: "EBADF",
		blocks: connection, waits: "{buffers: [{repeat: x, count: 16 MiB}, y]}"},
	"sendfile": {args: "contract_test.go", scenario: "sendfile_unconnected", call: "send",
		errno: "EPIPE",
		// The file is longer than what the two ends' buffers take.
		blocks: "- socket\n- setsockopt: {option: SO_RCVBUF, value: 1024}\n- bind: 127.0.0.1:0\n" +
			"- listen: 0\n- create_connection: $(listen.address)\n" +
			"- setsockopt: {option: SO_SNDBUF, value: 1024}\n  as: small\n"},
	"sendto": {args: "{data: x, address: 127.0.0.1:1}", scenario: "sendto_too_big", call: "sendto",
		errno: "EMSGSIZE", waits: "{data: x, address: $(bind.address)}",
		// A Unix datagram socket takes only so many messages.
		blocks: "- socket: {family: unix, type: dgram}\n- bind: unix:$(tmp)/s\n" +
			"- socket: {family: unix, type: dgram}\n  as: sender\n- setblocking: false\n" +
			"- repeat:\n    until: sendto.error.class == \"would_block\"\n    max: 100000\n" +
			"    steps:\n      - sendto: {data: x, address: $(bind.address)}\n" +
			"        may_fail: would_block\n- setblocking: true\n  as: patient\n"},
	"set_inheritable": {args: "true", scenario: "set_inheritable_closed", call: "fcntl",
		errno: "EBADF", cannotBlock: atOnce},
	"setblocking": {args: "true", scenario: "setblocking_closed", call: "setblocking",
		errno: "EBADF", cannotBlock: noCall},
	"setsockopt": {args: "{option: SO_REUSEADDR, value: 1}", scenario: "setsockopt_level",
		call: "setsockopt", errno: "ENOPROTOOPT", cannotBlock: atOnce},
	"settimeout": {args: "1", scenario: "settimeout_closed", call: "settimeout", errno: "EBADF",
		cannotBlock: noCall},
	"shutdown": {args: "wr", scenario: "shutdown_unconnected", call: "shutdown", errno: "ENOTCONN",
		cannotBlock: atOnce},
	"sleep": {args: "0", cannotFail: "time always passes", blocks: "- log: x\n", waits: "1h"},
	"socket": {scenario: "socket_protocol", call: "socket", errno: "EPROTONOSUPPORT",
		cannotBlock: atOnce},
	"socketpair": {scenario: "socketpair_inet", call: "socketpair", errno: "EOPNOTSUPP",
		cannotBlock: atOnce},
	"stat": {args: "missing", scenario: "stat_missing", call: "stat", errno: "ENOENT",
		cannotBlock: atOnce},
	"tcp_info": {scenario: "tcp_info_datagram", call: "getsockopt", errno: "EOPNOTSUPP",
		closed: `state == "CLOSE"`, cannotBlock: atOnce},
	"unlink": {args: "missing", scenario: "unlink_missing", call: "unlink", errno: "ENOENT",
		cannotBlock: atOnce},
	"write_file": {args: "{path: $(tmp)/missing/x, data: x}", scenario: "write_file_missing",
		call: "open", errno: "ENOENT", cannotBlock: atOnce},
}

// TestContracts holds the table above to the registry.
func TestContracts(t *testing.T) {
	if got := slices.Sorted(maps.Keys(contracts)); !slices.Equal(got, actions.Names()) {
		t.Errorf("the table has\n%v, the registry\n%v", got, actions.Names())
	}
	for name, c := range contracts {
		if (c.scenario == "") == (c.cannotFail == "") {
			t.Errorf("%s: either a scenario in which it fails, or why it cannot", name)
		}
		if (c.blocks == "") == (c.cannotBlock == "") {
			t.Errorf("%s: either how it blocks, or why it cannot", name)
		}
	}
}

// TestFailing looks into the failing scenario of each action: it is that action that fails, by its
// own call.
func TestFailing(t *testing.T) {
	for name, c := range contracts {
		if c.scenario == "" {
			continue
		}
		file := "testdata/failing/" + c.scenario + ".yaml"
		src, found := schema.Read(file, nil)
		if len(found) > 0 {
			t.Error(render(found...))
			continue
		}
		plan, found := runner.Load(src, runner.Vars{})
		if len(found) > 0 {
			t.Error(render(found...))
			continue
		}
		tape := &recorder{}
		plan.Run(context.Background(), runner.Options{Sinks: []actions.Sink{tape}})
		if !failsBy(tape.events(t), name, c) {
			t.Errorf("%s: %s does not fail by %s with %s", file, name, c.call, c.errno)
		}
	}
}

// failsBy says whether a step of an action failed, and its call with it. A call on a socket that
// was closed before never gets as far as the kernel.
func failsBy(events []actions.Event, action string, c contract) bool {
	var step *actions.Step
	var called bool
	for _, e := range events {
		if e.Kind == actions.SystemCall && e.Step.Word == action && e.Call.Name == c.call {
			called = called || e.Call.Errno.Name() == c.errno || e.Call.Ended == c.errno
		}
		if e.Kind == actions.StepEnded && e.Outcome.Status == actions.Failed {
			if step != nil {
				return false
			}
			step = e.Step
			text := e.Outcome.Failure.Summary
			called = called || c.errno == "EBADF" && strings.HasPrefix(text, c.call+":") &&
				strings.HasSuffix(text, "("+c.errno+")")
		}
	}
	return step != nil && step.Word == action && called
}

// TestNoArguments gives every action an empty mapping: it compiles, or says what is missing.
func TestNoArguments(t *testing.T) {
	for _, name := range actions.Names() {
		for _, args := range []string{"", " {}", "\n      as: x", " {x: 1}", " []", " null"} {
			text := "actors:\n  me:\n    - socket:\n      as: mine\n    - " + name + ":" + args + "\n"
			plan, found := runner.Load(schema.NewSource("test.yaml", []byte(text)), runner.Vars{})
			if (plan == nil) != (len(found) > 0) {
				t.Errorf("%s%s: %v", name, args, found)
			}
		}
	}
}

// script makes a scenario of steps, each line of them at the margin, and an action.
func script(steps, action, args, modifiers string) string {
	if args != "" || modifiers != "" {
		action += ": " + args
	}
	text := steps + "- " + action + "\n" + modifiers
	return "messages: {ping: [{text: bytes}]}\ntimeout: 1h\nopen: true\nactors:\n  me:\n    " +
		strings.TrimRight(strings.ReplaceAll(text, "\n", "\n    "), " ")
}

// TestClosedSocket gives every action that acts on a socket a closed one, as the current socket and
// by name. It is refused with EBADF, or gives what its contract says.
func TestClosedSocket(t *testing.T) {
	for _, name := range actions.Names() {
		if actions.Lookup(name).Uses == actions.NoSocket {
			continue
		}
		outcome := "  as: refused\n  fails: EBADF\n  expect: error.class == \"closed\"\n"
		if gives := contracts[name].closed; gives != "" {
			outcome = "  as: refused\n  expect: " + gives + "\n"
		}
		closed := "- socket\n- bind: 127.0.0.1:0\n- listen\n- close\n"
		for _, on := range []string{"", "  on: socket\n", "  on: $(socket.socket)\n"} {
			text := script(closed, name, contracts[name].args, on+outcome)
			r := compile(t, text).Run(context.Background(), runner.Options{})
			if r.Status != actions.Passed {
				t.Errorf("%s%s\n%s", text, r.Status, render(r.Failures...))
			}
		}
	}
	goleak.VerifyNone(t)
}

// blocked calls do at the first wait in a step of an action.
type blocked struct {
	action string
	do     func()
	done   bool
}

func (*blocked) Wants(kind actions.EventKind) bool { return kind == actions.Parked }

func (b *blocked) Event(e *actions.Event) {
	if e.Step.Word == b.action && e.Step.Title == "waits" && !b.done {
		b.done = true
		b.do()
	}
}

// TestCancelled cancels the run while it is blocked in each action that can block. Without that the
// run would take an hour.
func TestCancelled(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	for name, c := range contracts {
		if c.blocks == "" {
			continue
		}
		for _, one := range []bool{false, true} {
			t.Run(fmt.Sprint(name, " one at a time ", one), func(t *testing.T) {
				plan := compile(t, script(c.blocks, name, c.last(),
					"  name: waits\n  as: last_of_all\n"))
				before := descriptors(t)
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				sink := &blocked{action: name, do: cancel}
				ended := make(chan *runner.Result, 1)
				go func() {
					ended <- plan.Run(ctx, runner.Options{Sinks: []actions.Sink{sink}, OneAtATime: one})
				}()
				select {
				case r := <-ended:
					if !sink.done || !r.Interrupted || r.Status != actions.Errored {
						t.Errorf("blocked %v: %s\n%s", sink.done, r.Status, render(r.Failures...))
					}
				case <-time.After(time.Minute):
					t.Fatal("it did not return")
				}
				if after := descriptors(t); after > before {
					t.Errorf("%d descriptors before, %d after", before, after)
				}
			})
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("temporary directories are left: %v %v", left, err)
	}
	goleak.VerifyNone(t)
}

// TestCancelledBefore runs everything with a context that has ended before.
func TestCancelledBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	before := descriptors(t)
	for name, c := range contracts {
		text := script(c.blocks, name, c.last(), "  as: last_of_all\n")
		if c.blocks == "" {
			text = script(bound, name, c.args, "  as: last_of_all\n  may_fail: [not_connected, "+
				"invalid, unsupported, not_found, closed, bad_argument]\n")
		}
		r := compile(t, text).Run(ctx, runner.Options{})
		if c.blocks != "" && !r.Interrupted || r.Status != actions.Passed && !r.Interrupted {
			t.Errorf("%s: %s\n%s", name, r.Status, render(r.Failures...))
		}
	}
	if after := descriptors(t); after > before {
		t.Errorf("%d descriptors before, %d after", before, after)
	}
	goleak.VerifyNone(t)
}

// last are the arguments with which the action waits.
func (c contract) last() string {
	if c.waits != "" {
		return c.waits
	}
	return c.args
}
