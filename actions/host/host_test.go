package host

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"testing"

	"netscene/actions/gate"
	"netscene/actions/socket"
)

// open is a Gate that holds nobody back.
type open struct{ parked chan *gate.Wait }

func (o open) Park(w *gate.Wait) {
	if o.parked != nil {
		o.parked <- w
	}
}
func (open) Resume(*gate.Wait) {}

func host() Host { return Host{Caller: &socket.Caller{Caller: gate.Caller{Gate: open{}}}} }

func TestQueryCancelled(t *testing.T) {
	caller := &gate.Caller{Gate: open{parked: make(chan *gate.Wait, 1)}}
	cause := errors.New("enough")
	go func() {
		<-caller.Gate.(open).parked
		caller.Cancel(cause)
	}()
	ended := false
	errno, err := query(caller, "an answer", func(ctx context.Context) error {
		<-ctx.Done()
		ended = true
		return ctx.Err()
	})
	if errno != 0 || err != cause || !ended {
		t.Errorf("%v %v, ended %v", errno, err, ended)
	}
}

func TestTables(t *testing.T) {
	services := servicesOf(rows("# none\ntftp 69/udp\nhttp\t80/tcp www # web\nbad x/tcp\nhttp 80/udp\n"))
	tcp, udp := "tcp", "udp"
	for _, c := range []struct {
		name     string
		protocol *string
		want     int
	}{{"http", nil, 80}, {"www", &tcp, 80}, {"www", &udp, 0}, {"tftp", nil, 69}, {"tftp", &tcp, 0},
		{"HTTP", nil, 0}, {"bad", nil, 0}, {"web", nil, 0}} {
		if got, ok := servicePort(services, c.name, c.protocol); got != c.want || ok != (c.want > 0) {
			t.Errorf("%s: %d %v", c.name, got, ok)
		}
	}
	if name, ok := serviceName(services, 80, &udp); name != "http" || !ok {
		t.Error(name, ok)
	}
	protocols := protocolsOf(rows("ip 0 IP\nicmp 1 ICMP # control\n"))
	if n, ok := protocolNumber(protocols, "ICMP"); n != 1 || !ok {
		t.Error(n, ok)
	}
	if _, ok := protocolNumber(protocols, "Icmp"); ok {
		t.Error("case does not count")
	}
	lines := hostLinesOf(rows("::1 six\n127.0.0.1 One alias\n127.0.0.2 other one\nnone one\n"))
	canonical, aliases := aliasesOf(lines, "one", netip.Addr.Is4)
	if canonical != "One" || !slices.Equal(aliases, []string{"alias", "other", "one"}) {
		t.Error(canonical, aliases)
	}
	if canonical, _ := aliasesOf(lines, "six", netip.Addr.Is4); canonical != "" {
		t.Error("an address of another family was taken:", canonical)
	}
}

// TestNarrowed is AI_ADDRCONFIG, which depends on the machine's addresses.
func TestNarrowed(t *testing.T) {
	four, six := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("2001:db8::1")
	for _, c := range []struct {
		family int
		own    []netip.Addr
		want   int
		errno  socket.Errno
	}{
		{0, []netip.Addr{loopback4, loopback6, four}, socket.INET, 0},
		{0, []netip.Addr{loopback4, loopback6, six}, socket.INET6, 0},
		{0, []netip.Addr{four, six}, 0, 0},
		{0, []netip.Addr{loopback4, loopback6}, 0, 0},
		{socket.INET, []netip.Addr{loopback4, six}, socket.INET, socket.EAINoName},
		{socket.INET6, []netip.Addr{loopback6, six}, socket.INET6, 0},
	} {
		if got, errno := narrowed(c.family, c.own); got != c.want || errno != c.errno {
			t.Errorf("%d %v: %d %v", c.family, c.own, got, errno)
		}
	}
}

// question is one call, with the arguments of Python's function of the same name.
type question struct {
	Call string `json:"call"`
	Args []any  `json:"args"`
}

// questions reach no name server: hosts are numbers, or localhost as IPv4.
func questions() []question {
	var all []question
	for _, host := range []any{"127.0.0.1", "::1", "127.1", "0x7f.1", "::ffff:1.2.3.4", nil, "*",
		"fe80::1%7", "fe80::1%lo", "::1%lo", "2001:db8::1%7"} {
		for _, port := range []any{80, "http", "tftp", "domain", "no-such", "", nil, " 80", "+80",
			"80 ", 70000, -1, "*"} {
			for _, family := range []int{0, 2, 10} {
				for _, typ := range []int{0, 1, 2, 3} {
					for _, flags := range []int{0, 1, 2, 8, 0x404, 0x18} {
						all = append(all, question{"getaddrinfo", []any{host, port, family, typ, 0, flags}})
					}
				}
			}
		}
	}
	for _, proto := range []int{1, 6, 17, 33, 132, 136, 255, 99} {
		for _, typ := range []int{0, 1, 2, 3, 5, 6, 99} {
			all = append(all, question{"getaddrinfo", []any{"127.0.0.1", nil, 2, typ, proto, 0}},
				question{"getaddrinfo", []any{"127.0.0.1", 80, 2, typ, proto, 0}})
		}
	}
	for _, family := range []int{0, 1, 2, 17, 99} {
		all = append(all, question{"getaddrinfo", []any{"localhost", 80, family, 1, 0, 0}},
			question{"getaddrinfo", []any{"localhost", 80, family, 1, 0, 4}},
			question{"getaddrinfo", []any{"127.0.0.1", 80, family, 1, 0, 1 << 20}})
	}
	for _, address := range []string{"127.0.0.1", "::1", "fe80::1%1", "fe80::1%99", "ff02::1%1",
		"2001:db8::1%1"} {
		for _, port := range []int{0, 69, 80, 49999} {
			for _, flags := range []int{1, 2 | 1, 16 | 1, 8 | 1, 1 << 20} {
				all = append(all, question{"getnameinfo", []any{address, port, flags}})
			}
		}
	}
	for call, args := range map[string][]any{
		"gethostbyname": {"127.0.0.1", "localhost", "127.1", "", "<broadcast>", "::1"},
		"gethostbyaddr": {"127.0.0.1", "localhost", "127.1", "", "two words"},
		"getfqdn":       {"127.0.0.1", " 127.1 ", "two words"},
		"getservbyname": {"http", "www", "tftp", "no-such", "HTTP", "80"},
		"getservbyport": {80, 69, 53, 65535}, "getprotobyname": {"tcp", "ICMP", "Tcp", "no-such", "6"},
		"if_nametoindex": {"lo", "none-such", ""}, "if_indextoname": {1, 0, 999999},
	} {
		for _, arg := range args {
			all = append(all, question{call, []any{arg}})
		}
	}
	return append(all, question{"gethostname", []any{}}, question{"if_nameindex", []any{}})
}

// player is the Python side: it answers each question with a line of text.
const player = `
import json, socket, sys
def play(call, args):
    if call == "getnameinfo":
        host, port, flags = args
        sockaddr = socket.getaddrinfo(host, port, 0, 1)[0][4]
        return " ".join(socket.getnameinfo(sockaddr, flags))
    got = getattr(socket, call)(*args)
    if call == "getaddrinfo":
        return " ".join("%d/%d/%d/%s/%s#%d%s" % (f, t, p, c, a[0], a[1],
            "%%%d" % a[3] if len(a) > 2 and a[3] else "") for f, t, p, c, a in got)
    if call == "gethostbyaddr":
        return " ".join([got[0]] + got[1]) + ": " + ", ".join(got[2])
    if call == "if_nameindex":
        return " ".join("%d/%s" % one for one in got)
    return str(got)
for q in json.load(sys.stdin):
    try:
        answer = play(q["call"], q["args"])
    except OSError as e:
        answer = "error %d" % (e.errno or 0)
    print(json.dumps(answer))
`
