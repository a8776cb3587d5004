package socket

import (
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
)

func TestEndpointText(t *testing.T) {
	for _, test := range []struct {
		text   string
		family int
		want   string // as the Address prints, or what the error holds
	}{
		{"127.0.0.1:80", INET, "127.0.0.1:80"},
		{"127.1:80", INET, "127.0.0.1:80"},
		{"0x7f.1:80", INET, "127.0.0.1:80"},
		{"2130706433:80", Unspec, "127.0.0.1:80"},
		{"0177.0.0.01:80", INET, "127.0.0.1:80"},
		{":80", INET, "0.0.0.0:80"},
		{":80", INET6, "[::]:80"},
		{"<broadcast>:80", INET, "255.255.255.255:80"},
		{"[::1]:0", INET6, "[::1]:0"},
		{"[fe80::1%3]:65535", Unspec, "[fe80::1%3]:65535"},
		{"[::ffff:127.0.0.1]:80", INET6, "[::ffff:127.0.0.1]:80"},
		{"unix:/tmp/s", Unix, "unix:/tmp/s"},
		{"unix:relative", Unix, "unix:relative"},
		{"unix:@name", Unix, "unix:@name"},
		{"unix:@", Unix, "unix:@"},
		{"unix:", Unix, "unix:"},
		{`unix:@a\x00b\\`, Unix, `unix:@a\x00b\\`},
		{"raw:0102", INET, "raw:0102"},
		{"raw:0100", INET, "unix:"},
		{"packet:lo", familyPacket, "packet:1"},
		{"packet:1:arp", familyPacket, "packet:1:arp"},
		{"packet:1:ETH_P_IP", familyPacket, "packet:1:ip"},
		{"packet::0x1234:02:00:00:00:00:01", familyPacket, "packet::0x1234:02:00:00:00:00:01"},
		{"packet:", Unspec, "packet:"},
		{"netlink:0", familyNetlink, "netlink:0"},
		{"netlink:4294967295:0x1", familyNetlink, "netlink:4294967295:0x1"},
		{"packet:lo", INET, "the address is not of the socket's family AF_INET"},
		{"127.0.0.1:0", familyPacket, "the address is not of the socket's family AF_PACKET"},
		{"packet:lo:ipx", familyPacket, `"ipx" is no protocol`},
		{"packet:lo:ip:02:0", familyPacket, "is not a hardware address"},
		{"packet:netscene-none", familyPacket, `there is no interface "netscene-none"`},
		{"netlink:kernel", familyNetlink, "write netlink:0 for the kernel"},
		{"netlink:", familyNetlink, "is not a number"},
		{"can:lo", familyCAN, "can:1"},
		{"can:", familyCAN, "can:"},
		{"can:3:0x123:801", familyCAN, "can:3:0x123:0x321"},
		{"can:3:0x8000000000000001:0x40000:32", familyCAN, "can:3:0x8000000000000001:0x40000:0x20"},
		{"can:3:1", familyCAN, "comes an interface, with two identifiers"},
		{"can:3:1:x", familyCAN, `"x" is not a number of 32 bits`},
		{"can:3:0:0:256", familyCAN, `"256" is not a number of 8 bits`},
		{"can:netscene-none", familyCAN, `there is no interface "netscene-none"`},
		{"can:lo", familyPacket, "the address is not of the socket's family AF_PACKET"},
		{"vsock:local:5000", familyVsock, "vsock:1:5000"},
		{"vsock:VMADDR_CID_HOST:0x10", familyVsock, "vsock:2:16"},
		{"vsock:any:any", familyVsock, "vsock:any:any"},
		{"vsock:4294967295:4294967295", familyVsock, "vsock:any:any"},
		{"vsock:1", familyVsock, "write vsock:1:1234"},
		{"vsock:here:1", familyVsock, `"here" is not a CID`},
		{"vsock:1:-1", familyVsock, `"-1" is not a port`},
		{"127.0.0.1:80", familyVsock, "the address is not of the socket's family AF_VSOCK"},
		{"tipc:name:18888:17", familyTIPC, "tipc:name:18888:17"},
		{"tipc:name:18888:17:5", familyTIPC, "tipc:name:18888:17:5"},
		{"tipc:nameseq:18888:0:99:node", familyTIPC, "tipc:nameseq:18888:0:99:3"},
		{"tipc:nameseq:18888:0:99:-2", familyTIPC, "tipc:nameseq:18888:0:99:-2"},
		{"tipc:TIPC_ADDR_ID:0:77", familyTIPC, "tipc:id:0:77"},
		{"tipc:id:0:77:0:2", familyTIPC, "tipc:id:0:77:0:2"},
		{"tipc:9:1:2", familyTIPC, "tipc:9:1:2"},
		{"tipc:nameseq:18888:0", familyTIPC, "it is of none of the forms"},
		{"tipc:service:1:2", familyTIPC, `"service" is no kind of address`},
		{"tipc:name:1:x", familyTIPC, `"x" is not a number`},
		{"tipc:name:1:2:0:far", familyTIPC, `"far" is no scope`},
		{"unspec:x", INET, "unspec: stands alone"},
		{"unspec:", INET, "unspec:"},
		{`unix:\x40a`, Unix, `unix:\x40a`},
		{"unix:" + strings.Repeat("a", 107), Unix, "unix:" + strings.Repeat("a", 107)},

		{"127.0.0.1", INET, "the port is missing; write 127.0.0.1:80"},
		{"localhost", INET, "the port is missing; write localhost:80"},
		{"server.listen.address", INET, "write $(server.listen.address)"},
		{"accept.local", INET, "write $(accept.local)"},
		{"8080", INET, "the host is missing; write 127.0.0.1:8080"},
		{"a b", INET, "it is not of the form host:port"},
		{"${x}", INET, "it is not of the form host:port"},
		{"http://example.org/x", INET, "it is a URL; an address is written host:port"},
		{"127.0.0.256:0", INET, "not an IPv4 address: 256 is no octet"},
		{"1.2.3.4.5:0", INET, "it has 5 parts"},
		{"1..2:0", INET, "a part between the dots is empty"},
		{"10.0.0.08:0", INET, "08 has a leading zero"},
		{"10.16777216:0", INET, "its last part is too large"},
		{"127.0.0.1:80", INET6, "write [::1]:80, or family: inet"},
		{"10.0.0.1:80", INET6, "write an inet6 address, or family: inet"},
		{"[::]:80", INET, "write 0.0.0.0:80, or family: inet6"},
		{"127.0.0.1:", INET, "the port after the colon is missing"},
		{"127.0.0.1:http", INET, `"http" is not a port`},
		{"127.0.0.1:65536", INET, "port 65536 is out of range"},
		{"127.0.0.1:-1", INET, `"-1" is not a port`},
		{"::1", INET6, "write [::1]:80"},
		{"::1:80", INET6, "brackets"},
		{"a:b:80", INET6, "brackets"},
		{"[::1]", INET6, "the port is missing; write [::1]:80"},
		{"[::1:80", INET6, "the bracket is not closed"},
		{"[localhost]:80", INET6, "only those stand in brackets"},
		{"[::1%]:80", INET6, "is not the name or number of an interface"},
		{"a b:80", INET, "is not the name of a host"},
		{"/tmp/s", Unix, "starts with unix: as in unix:/tmp/s"},
		{"unix:" + strings.Repeat("a", 108), Unix, "AF_UNIX path too long"},
		{"unix:@" + strings.Repeat("a", 108), Unix, "has 108 bytes, and there is room for 107"},
		{`unix:\q`, Unix, "a backslash"},
		{`unix:a\x00b`, Unix, "cannot hold a NUL"},
		{"raw:xyz", Unix, "hexadecimal"},
		{"127.0.0.1:80", INET6, "address family for hostname not supported"},
		{"<broadcast>:80", INET6, "address family for hostname not supported"},
		{"[::1]:80", INET, "address family for hostname not supported"},
		{"unix:/tmp/s", INET, "not of the socket's family AF_INET"},
		{"127.0.0.1:80", Unix, "not of the socket's family AF_UNIX"},
		{"localhost:80", Unix, "not of the socket's family AF_UNIX"},
	} {
		got := ""
		e, err := ParseEndpoint(test.text)
		if err == nil {
			var a Address
			var resolved bool
			if a, resolved, err = e.Address(test.family); err == nil && !resolved {
				t.Errorf("%s: not resolved", test.text)
			}
			got = a.String()
		}
		if err != nil {
			got = err.Error()
		}
		if got != test.want && (err == nil || !strings.Contains(got, test.want)) {
			t.Errorf("%s for %s: got %q, want %q", test.text, FamilyName(test.family), got,
				test.want)
		}
	}
}

func TestEndpointMapping(t *testing.T) {
	type m = map[string]any
	for _, test := range []struct {
		in   m
		want string
	}{
		{m{"family": INET, "host": "127.0.0.1", "port": 80}, "127.0.0.1:80"},
		{m{"family": INET, "port": 80}, "0.0.0.0:80"},
		{m{"family": INET6, "host": "", "port": 80}, "[::]:80"},
		{m{"family": INET6, "host": "fe80::1%7", "port": 1}, "[fe80::1%7]:1"},
		{m{"family": INET6, "host": "::1", "port": 80, "scope": 2}, "[::1%2]:80"},
		{m{"family": INET6, "host": "::1", "port": 80, "flowinfo": 5}, "[::1]:80"},
		{m{"family": Unix, "path": []byte("/tmp/s\xff")}, `unix:/tmp/s\xff`},
		{m{"family": Unix, "abstract": []byte("a\xff\x00")}, `unix:@a\xff\x00`},
		{m{"family": Unix, "abstract": []byte{}}, "unix:@"},
		{m{"family": Unix}, "unix:"},
		{m{"family": Unspec}, "unspec:"},

		{m{"family": INET, "host": "127.0.0.1"}, "the port is missing"},
		{m{"family": INET, "host": "127.0.0.256", "port": 0}, "256 is no octet"},
		{m{"family": INET, "host": "::1", "port": 1}, "not an address of family inet"},
		{m{"family": INET, "host": "a", "port": 1, "scope": 1}, "inet has no scope; it has host, port"},
		{m{"family": INET, "host": "::1%1", "port": 1}, "only an inet6 address has a scope"},
		{m{"family": INET, "path": []byte("a")}, "inet has no path; it has host, port"},
		{m{"family": Unix, "path": []byte("a"), "port": 1}, "unix has no port; it has path, abstract"},
		{m{"family": Unix, "path": []byte("a"), "abstract": []byte("b")}, "exclude each other"},
		{m{"family": Unix, "path": []byte{}}, "the path is empty"},
		{m{"family": Unix, "path": []byte("a\x00")}, "cannot hold a NUL"},
		{m{"family": Unix, "abstract": make([]byte, 108)}, "AF_UNIX path too long"},
		{m{"family": Unspec, "port": 1}, "unspec has no port; it has only its family"},
		{m{"family": INET, "port": 1 << 16}, "port 65536 is out of range"},
		{m{"family": familyCAN, "interface": 3}, "can:3"},
		{m{"family": familyCAN, "interface": 3, "rx_id": 1, "tx_id": 0x80000002},
			"can:3:0x1:0x80000002"},
		{m{"family": familyCAN, "interface": "lo", "addr": 0x20}, "can:1:0x0:0x40000:0x20"},
		{m{"family": familyCAN, "name": "0x8000000000000001", "pgn": 0x12300},
			"can::0x8000000000000001:0x12300:0xff"},
		{m{"family": familyCAN, "name": -1}, "-1 is not a name of CAN_J1939"},
		{m{"family": familyCAN, "rx_id": 1}, "both rx_id and tx_id"},
		{m{"family": familyCAN, "rx_id": 1, "tx_id": 2, "addr": 3}, "name, pgn and addr of CAN_J1939"},
		{m{"family": familyVsock}, "vsock:any:any"},
		{m{"family": familyVsock, "cid": 1, "port": 70000}, "vsock:1:70000"},
		{m{"family": familyVsock, "cid": -2}, "-2 is not a CID"},
		{m{"family": familyTIPC, "v1": 18888, "v2": 17}, "tipc:name:18888:17"},
		{m{"family": familyTIPC, "addr_type": 1, "v1": 1, "v2": 2, "v3": 3, "scope": -3},
			"tipc:nameseq:1:2:3:-3"},
		{m{"family": familyTIPC, "addr_type": 3, "v1": 1, "v2": 2, "scope": "node"}, "tipc:id:1:2:0:3"},
		{m{"family": familyTIPC, "addr_type": 300}, "addr_type is a number of 8 bits"},
		{m{"family": familyTIPC, "scope": "far"}, `"far" is no scope`},
		{m{"family": 31}, "one of family AF_BLUETOOTH is written as text, raw:"},
		{m{"family": familyPacket}, "packet:"},
		{m{"family": familyPacket, "interface": 1, "protocol": 0x0806}, "packet:1:arp"},
		{m{"family": familyPacket, "interface": "lo", "hwaddr": "02:00:00:00:00:ff"},
			"packet:1::02:00:00:00:00:ff"},
		{m{"family": familyPacket, "interface": "", "protocol": 0x88cc, "pkttype": 4}, "packet::0x88cc"},
		{m{"family": familyPacket, "interface": "netscene-none"}, `no interface "netscene-none"`},
		{m{"family": familyPacket, "interface": "a b"}, "is not the name or number of an interface"},
		{m{"family": familyPacket, "hwaddr": "02-00"}, "is not a hardware address"},
		{m{"family": familyPacket, "protocol": 1 << 16}, "a protocol is a number of 16 bits"},
		{m{"family": familyNetlink}, "netlink:0"},
		{m{"family": familyNetlink, "pid": 7, "groups": 0x11}, "netlink:7:0x11"},
	} {
		got := ""
		e, err := ParseEndpoint(test.in)
		if err == nil {
			var a Address
			a, _, err = e.Address(Unspec)
			got = a.String()
		}
		if err != nil {
			got = err.Error()
		}
		if got != test.want && (err == nil || !strings.Contains(got, test.want)) {
			t.Errorf("%v: got %q, want %q", test.in, got, test.want)
		}
	}
	if _, err := ParseEndpoint(5); err == nil {
		t.Error("a number is an address")
	}
}

func TestEndpointName(t *testing.T) {
	e, err := ParseEndpoint("localhost:80")
	if err != nil {
		t.Fatal(err)
	}
	if a, resolved, err := e.Address(INET); resolved || err != nil || !a.IsZero() {
		t.Errorf("got %v, %v, %v", a, resolved, err)
	}
	if e.Host() != "localhost" || e.Port() != 80 || e.String() != "localhost:80" {
		t.Errorf("got %v", e)
	}
	a := e.WithHost(netip.MustParseAddr("127.0.0.1"))
	if a.String() != "127.0.0.1:80" || a.Family() != INET || a.Port() != 80 ||
		a.Host() != "127.0.0.1" {
		t.Errorf("got %v", a)
	}
	if a := e.WithHost(netip.MustParseAddr("fe80::1%4")); a.String() != "[fe80::1%4]:80" {
		t.Errorf("got %v", a)
	}
	e, err = ParseEndpoint("[::1%nosuch]:80")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err = e.Address(INET6); AsError(err) == nil || !AsError(err).Matches("bad_address") {
		t.Errorf("got %v", err)
	}
}

// TestParts takes addresses apart, and writes their bytes.
func TestParts(t *testing.T) {
	for _, test := range []struct{ text, path, abstract string }{
		{"unix:", "", ""}, {"unix:@", "", ""}, {"unix:/a", "/a", ""}, {`unix:@a\x00`, "", "a\x00"},
		{"127.0.0.1:80", "", ""}, {"unspec:", "", ""}, {"raw:0100612e", "a.", ""},
	} {
		b, err := SockAddr(test.text)
		if err != nil {
			t.Fatal(err)
		}
		a := AddressOf(b)
		name, abstract := a.Abstract()
		if a.Path() != test.path || name != test.abstract {
			t.Errorf("%s: path %q, abstract %q", test.text, a.Path(), name)
		}
		if want := strings.HasPrefix(test.text, "unix:@"); abstract != want {
			t.Errorf("%s: abstract: %v", test.text, abstract)
		}
	}
	a := IPAddress(netip.MustParseAddr("fe80::1"), 80, 0x12345, 7)
	if a.FlowInfo() != 0x12345 || a.Scope() != 7 || a.Family() != INET6 || a.Path() != "" {
		t.Errorf("%s: flowinfo %x, scope %d", a, a.FlowInfo(), a.Scope())
	}
	for _, text := range []string{"localhost:80", "127.0.0.1", "unix:" + strings.Repeat("a", 108)} {
		if b, err := SockAddr(text); err == nil {
			t.Errorf("%s is %x", text, b)
		}
	}
}

// TestMappings writes addresses as mappings and reads them again, as struct sockaddr has them.
func TestMappings(t *testing.T) {
	for _, test := range []struct{ text, hex string }{
		{"can:1", "1d00000001000000"},
		{"can:1:0x123:0x80000321", "1d000000010000002301000021030080"},
		{"can:1:0x8000000000000001:0x12300:0x20",
			"1d0000000100000001000000000000800023010020000000"},
		{"vsock:1:5000", "28000000881300000100000000000000"},
		{"tipc:name:18888:17", "1e000202c84900001100000000000000"},
		{"tipc:nameseq:18888:0:99:node", "1e000103c84900000000000063000000"},
		{"tipc:id:7:1234", "1e000300d20400000700000000000000"},
	} {
		b, err := SockAddr(test.text)
		if err != nil {
			t.Fatal(err)
		}
		a := AddressOf(b)
		if got := hex.EncodeToString(b); got != test.hex {
			t.Errorf("%s is %s, want %s", test.text, got, test.hex)
		}
		e, err := ParseEndpoint(a.Parts())
		if err != nil {
			t.Errorf("%s: %v: %v", test.text, a.Parts(), err)
			continue
		}
		if back, _, err := e.Address(a.Family()); back != a || err != nil {
			t.Errorf("%s: of %v comes %s, %v", test.text, a.Parts(), back, err)
		}
	}
}

func FuzzEndpoint(f *testing.F) {
	for _, s := range []string{"127.0.0.1:80", "localhost:1", ":0", "[::1]:80", "[fe80::1%2]:9",
		"unix:/tmp/s", "unix:@a", "unix:", `unix:@\x00\\`, "raw:01", "unspec:",
		"unix:" + strings.Repeat("a", 108), `unix:\x40` + strings.Repeat("0", 126),
		"::1", "1.2.3:4", "<broadcast>:5", "can:1", "can:1:2:3", "can:1:2:3:4", "vsock:any:1",
		"tipc:name:1:2:3:node", "tipc:id:1:2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e, err := ParseEndpoint(s)
		if err != nil {
			return
		}
		again, err := ParseEndpoint(e.String())
		if err != nil || again.String() != e.String() {
			t.Fatalf("%q reads as %q, that as %q, %v", s, e, again, err)
		}
		for _, family := range []int{Unspec, INET, INET6, Unix} {
			a, resolved, err := e.Address(family)
			if err != nil || !resolved {
				continue
			}
			checkAddress(t, a)
		}
	})
}

// checkAddress checks that an address survives text and JSON.
func checkAddress(t *testing.T, a Address) {
	t.Helper()
	if a.String() == "" && !a.IsZero() {
		t.Fatalf("%x prints as nothing", a.Raw())
	}
	b, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Address
	if err := json.Unmarshal(b, &back); err != nil || back != a {
		t.Fatalf("%x (%s) came back as %x, %v", a.Raw(), a, back.Raw(), err)
	}
}

func FuzzAddress(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte{1, 0, 0, 'a', 0xff})
	f.Add([]byte{1, 0, '@', 'a', 0})
	f.Add([]byte{2, 0, 0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0})
	f.Add([]byte{2, 0, 0, 80, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9})
	f.Add(append([]byte{10, 0}, make([]byte, 26)...))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if len(raw) <= addressMax {
			checkAddress(t, AddressOf(raw))
		}
	})
}
