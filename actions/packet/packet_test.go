package packet

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// syn is the beginning of the first frame of a connection on lo: Ethernet and IP.
const syn = "00000000000000000000000008004500003c1c46400040062074" + "7f0000017f000001"

func TestDissect(t *testing.T) {
	header := "d431" + "0050" + "00000001" + "00000000" + "a002" + "ffd7" + "0000" + "0000"
	options := "0204ffd7" + "0402" + "080a0000000100000002" + "01" + "030307"
	data, err := hex.DecodeString(syn + header + options)
	if err != nil {
		t.Fatal(err)
	}
	frame, err := Dissect(data, "ethernet")
	if err != nil {
		t.Fatal(err)
	}
	tcp := frame["tcp"].(map[string]any)
	ip := frame["ip"].(map[string]any)
	for what, pair := range map[string][2]any{
		"layers": {frame["layers"], []any{"ethernet", "ip", "tcp"}},
		"error":  {frame["error"], nil},
		"flags":  {tcp["flags"], []any{"SYN"}},
		"ports":  {[]any{tcp["sport"], tcp["dport"]}, []any{54321, 80}},
		"ip": {[]any{ip["src"], ip["ttl"], ip["flags"], ip["len"]},
			[]any{"127.0.0.1", 64, []any{"DF"}, 60}},
		"options": {tcp["options"], []any{
			map[string]any{"kind": 2, "name": "MSS", "value": 65495},
			map[string]any{"kind": 4, "name": "SAckOK"},
			map[string]any{"kind": 8, "name": "Timestamp", "value": []any{1, 2}},
			map[string]any{"kind": 1, "name": "NOP"},
			map[string]any{"kind": 3, "name": "WScale", "value": 7}}},
	} {
		if !reflect.DeepEqual(pair[0], pair[1]) {
			t.Errorf("%s: %v, want %v", what, pair[0], pair[1])
		}
	}
	// Cut anywhere, the frame says so, and what is whole is still there.
	for n := range data {
		cut, err := Dissect(data[:n], "ethernet")
		if err != nil || cut["error"] == nil || !strings.Contains(cut["error"].(string), "cut short") {
			t.Errorf("%d bytes: %v %v", n, cut, err)
		}
	}
	if _, err := Dissect(data, "token ring"); err == nil {
		t.Error("there is a layer token ring")
	}
}

// TestKnownSums holds the checksums against ones that were made by hand, by the rules of RFC 1071.
func TestKnownSums(t *testing.T) {
	made, err := Frame(map[string]any{"ip": map[string]any{"id": 0x1c46, "flags": "DF",
		"src": "127.0.0.1", "dst": "127.0.0.1", "proto": "tcp"}, "payload": make([]byte, 40)})
	if err != nil {
		t.Fatal(err)
	}
	if want := syn[28:]; hex.EncodeToString(made[:20]) != want {
		t.Errorf("%x, want %s", made[:20], want)
	}
	made, err = Frame(map[string]any{"ip": map[string]any{"src": "192.168.0.31",
		"dst": "192.168.0.30"}, "udp": map[string]any{"sport": 20, "dport": 10}, "payload": "Hi"})
	if err != nil || hex.EncodeToString(made[20:]) != "0014000a000a35c54869" {
		t.Errorf("%x %v", made[20:], err)
	}
}

// dice makes frames.
type dice struct{ *rand.Rand }

func (d dice) bytes(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(d.Uint32())
	}
	return b
}

func (d dice) mac() string { return hardware(d.bytes(6)) }

func (d dice) flags(names []string) []any { return flagsOf(d.IntN(1<<len(names)), names) }

func (d dice) options() []any {
	options := []any{}
	for range d.IntN(3) {
		switch d.IntN(4) {
		case 0:
			options = append(options, map[string]any{"kind": 2, "name": "MSS", "value": d.IntN(1 << 16)})
		case 1:
			options = append(options, map[string]any{"kind": 1, "name": "NOP"},
				map[string]any{"kind": 1, "name": "NOP"}, map[string]any{"kind": 4, "name": "SAckOK"})
		case 2:
			options = append(options, map[string]any{"kind": 5, "name": "SAck",
				"value": []any{d.IntN(1 << 32), d.IntN(1 << 32)}}, map[string]any{"kind": 254, "name": "",
				"data": d.bytes(4)})
		case 3:
			options = append(options, map[string]any{"kind": 2, "name": "MSS", "data": d.bytes(6)})
		}
	}
	return options
}

// frame makes one with every field given, as far as it can be chosen: lengths and types are those
// that are right, and the bytes come out as they went in only where the layers fit together.
func (d dice) frame() (frame map[string]any, first string) {
	payload := d.bytes(d.IntN(40))
	frame = map[string]any{"payload": payload}
	six := d.IntN(2) == 1
	layers := []any{}
	size := len(payload)
	number := 0
	switch d.IntN(4) {
	case 0:
		options := d.options()
		f := map[string]any{"sport": d.IntN(1 << 16), "dport": d.IntN(1 << 16), "seq": d.IntN(1 << 32),
			"ack": d.IntN(1 << 32), "window": d.IntN(1 << 16), "chksum": d.IntN(1 << 16),
			"urgptr": d.IntN(1 << 16), "flags": d.flags(tcpFlags), "options": options}
		length := 20
		for _, o := range options {
			length += map[int]int{1: 1, 2: 4, 4: 2, 5: 10, 254: 6}[o.(map[string]any)["kind"].(int)]
			if o.(map[string]any)["kind"] == 2 && o.(map[string]any)["data"] != nil {
				length += 4
			}
		}
		for ; length%4 != 0; length++ {
			f["options"] = append(f["options"].([]any), map[string]any{"kind": 1, "name": "NOP"})
		}
		f["dataofs"] = length / 4
		frame["tcp"], number, size, layers = f, 6, size+length, append(layers, "tcp")
	case 1:
		frame["udp"] = map[string]any{"sport": d.IntN(1 << 16), "dport": d.IntN(1 << 16),
			"len": size + 8, "chksum": d.IntN(1 << 16)}
		number, size, layers = 17, size+8, append(layers, "udp")
	case 2:
		if six {
			frame["icmpv6"] = map[string]any{"type": d.IntN(256), "code": d.IntN(256),
				"chksum": d.IntN(1 << 16)}
			number, size, layers = 58, size+4, append(layers, "icmpv6")
			break
		}
		frame["icmp"] = map[string]any{"type": d.IntN(256), "code": d.IntN(256),
			"chksum": d.IntN(1 << 16), "id": d.IntN(1 << 16), "seq": d.IntN(1 << 16)}
		number, size, layers = 1, size+8, append(layers, "icmp")
	case 3:
		frame["arp"] = map[string]any{"hwtype": d.IntN(1 << 16), "ptype": d.IntN(1 << 16), "hwlen": 6,
			"plen": 4, "op": d.IntN(1 << 16), "hwsrc": d.mac(), "hwdst": d.mac(), "psrc": "10.0.0.1",
			"pdst": "10.255.0.2"}
		frame["ethernet"] = map[string]any{"dst": d.mac(), "src": d.mac(), "type": 0x806}
		frame["layers"] = []any{"ethernet", "arp"}
		return frame, "ethernet"
	}
	first = "ip"
	etherType := 0x800
	if six {
		first, etherType = "ipv6", 0x86dd
		frame["ipv6"] = map[string]any{"version": 6, "tc": d.IntN(256), "fl": d.IntN(1 << 20),
			"plen": size, "nh": number, "hlim": d.IntN(256), "src": "::1", "dst": "fe80::2"}
	} else {
		options := d.bytes(4 * d.IntN(3))
		for i := range options {
			options[i] = 1 // such that end before the end are not options
		}
		frame["ip"] = map[string]any{"version": 4, "ihl": 5 + len(options)/4, "tos": d.IntN(256),
			"len": 20 + len(options) + size, "id": d.IntN(1 << 16), "flags": []any{"DF"}, "frag": 0,
			"ttl": d.IntN(256), "proto": number, "chksum": d.IntN(1 << 16), "src": "127.0.0.1",
			"dst": "10.1.2.3", "options": options}
	}
	layers = append([]any{first}, layers...)
	if d.IntN(2) == 1 {
		frame["layers"] = layers
		return frame, first
	}
	first = "ethernet"
	if d.IntN(2) == 1 {
		frame["dot1q"] = map[string]any{"prio": d.IntN(8), "dei": d.IntN(2), "vlan": d.IntN(1 << 12),
			"type": etherType}
		layers, etherType = append([]any{"dot1q"}, layers...), 0x8100
	}
	frame["ethernet"] = map[string]any{"dst": d.mac(), "src": d.mac(), "type": etherType}
	frame["layers"] = append([]any{"ethernet"}, layers...)
	return frame, first
}

// TestThereAndBack builds frames and takes them apart again; and what comes out is built again.
func TestThereAndBack(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(5000) {
		want, first := dice{rand.New(rand.NewPCG(seed, 1))}.frame()
		data, err := Frame(want)
		if err != nil {
			t.Fatalf("seed %d: %v: %v", seed, want, err)
		}
		got, err := Dissect(data, first)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d: %v\n%v\n%v", seed, err, want, got)
		}
		again, err := Frame(got)
		if err != nil || !bytes.Equal(again, data) {
			t.Fatalf("seed %d: %v\n%x\n%x", seed, err, data, again)
		}
		seen[fmt.Sprint(want["layers"])]++
		// Without what can be found out, the same but for the checksums, which are then right.
		for layer, fields := range want {
			if m, ok := fields.(map[string]any); ok {
				for _, name := range []string{"chksum", "len", "plen", "ihl", "dataofs", "hwlen"} {
					delete(m, name)
				}
				if layer == "ip" || layer == "ipv6" {
					delete(m, "proto")
					delete(m, "nh")
				}
			}
		}
		shorter, err := Frame(want)
		if err != nil || len(shorter) != len(data) {
			t.Fatalf("seed %d: %v\n%x\n%x", seed, err, data, shorter)
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d kinds of frames: %v", len(seen), seen)
	}
}

func TestFrameRefuses(t *testing.T) {
	m := func(pairs ...any) map[string]any {
		all := map[string]any{}
		for i := 0; i < len(pairs); i += 2 {
			all[pairs[i].(string)] = pairs[i+1]
		}
		return all
	}
	ports := m("sport", 1, "dport", 2)
	options := func(list any) map[string]any {
		return m("ip", m(), "tcp", m("sport", 1, "dport", 1, "options", list))
	}
	for text, frame := range map[string]map[string]any{
		"there is no layer tpc: did you mean tcp?":      m("tpc", m()),
		"there is no layer quic":                        m("quic", m()),
		"udp: 7 is not a mapping":                       m("udp", 7),
		"udp.dprot: unknown field: did you mean dport?": m("udp", m("dprot", 1)),
		"only one of ip and ipv6":                       m("ip", m(), "ipv6", m()),
		"udp.sport: it is missing":                      m("ip", m(), "udp", m("dport", 1)),
		"from 0 to 65535":                               m("ip", m(), "udp", m("sport", 1, "dport", 65536)),
		"give one of those layers, or the checksum":     m("udp", ports),
		"ip.proto: it is missing, and no layer tells":   m("ip", m()),
		"ip.proto: unknown name tpc":                    m("ip", m("proto", "tpc")),
		"is not an IP address of 4 bytes":               m("ip", m("src", "::1"), "udp", ports),
		"ethernet.type: it is missing":                  m("ethernet", m()),
		"is not a hardware address":                     m("ethernet", m("src", "x", "type", 1)),
		"unknown flag syn": m("ip", m(), "tcp", m("sport", 1, "dport", 1,
			"flags", []any{"syn"})),
		"is not a list of options":     options(1),
		"is no option with a name":     options([]any{m("name", "x")}),
		"is not the value of option 2": options([]any{m("kind", 2, "value", []any{1, 2})}),
		"options do not fit": options([]any{
			m("kind", 99, "data", make([]byte, 38)), m("kind", 99, "data", "")}),
		"bytes of options: they are a multiple of 4": m("ip", m("proto", 1, "options", "x")),
		"is not bytes":  m("payload", 1),
		"is too large":  m("payload", make([]byte, 1<<16)),
		"are too many":  m("ip", m("proto", 1), "payload", make([]byte, 65530)),
		"is not text":   m("ip", m("proto", 1, "src", 1)),
		"has 6 bytes":   m("ethernet", m("src", "00:00:00:00:00:00:00:01", "type", 1)),
		"a list of fla": m("ip", m("proto", 1, "flags", 1)),
	} {
		data, err := Frame(frame)
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%v: %x, %v; want %s", frame, data, err, text)
		}
	}
}

// FuzzDissect: whatever comes, nothing breaks; and what was taken apart without a mistake can be
// built again, and is then the same when it is taken apart once more.
func FuzzDissect(f *testing.F) {
	for seed := range uint64(50) {
		frame, first := dice{rand.New(rand.NewPCG(seed, 1))}.frame()
		if data, err := Frame(frame); err == nil {
			for i, name := range Layers() {
				if name == first {
					f.Add(data, i)
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte, which int) {
		names := Layers()
		first := names[((which%len(names))+len(names))%len(names)]
		frame, err := Dissect(data, first)
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := frame["error"].(string); ok && strings.Contains(text, "cannot be read") {
			t.Fatalf("%s: %x", text, data)
		}
		if frame["error"] != nil {
			return
		}
		built, err := Frame(frame)
		if err != nil || len(built) != len(data) {
			return // addresses of ARP that are no addresses; bytes behind a length that a header has
		}
		again, err := Dissect(built, first)
		if err != nil || !reflect.DeepEqual(again, frame) {
			t.Fatalf("%x\n%v\n%x\n%v\n%v", data, frame, built, again, err)
		}
	})
}
