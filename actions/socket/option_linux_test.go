package socket

import (
	"encoding/binary"
	"os"
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestProcessDescriptors: a process that the kernel gives a descriptor of is told by its number,
// and the descriptor is closed; the world counts them.
func TestProcessDescriptors(t *testing.T) {
	w := newWorld(t)
	a, b := w.pair(Stream)
	peer, _ := LookupOption("SO_PEERPIDFD")
	for size, want := range map[int]any{4: os.Getpid(), 64: os.Getpid(), 2: nil} {
		raw, err := a.GetOption(w.main, peer.Level, peer.Number, size)
		if err != nil && AsError(err).Matches("ENOPROTOOPT") {
			t.Skip("the kernel is older than SO_PEERPIDFD")
		}
		w.must(err)
		if got := peer.Decode(raw); want != nil && got != want {
			t.Errorf("the peer is %v, want %v", got, want)
		}
	}
	w.option(b, "SO_PASSPIDFD", 1)
	for _, room := range []Incoming{room(8, 64, 0), room(8, 24, 0), room(8, 18, 0)} {
		_, err := a.Send(w.main, []byte("x"), 0)
		w.must(err)
		got, err := b.RecvMsg(w.main, room)
		w.must(err)
		if room.Control == 18 {
			if got.Flags&msgCTrunc == 0 {
				t.Errorf("no room, and flags %x", got.Flags)
			}
			continue
		}
		if len(got.Ancillary) != 1 || got.Ancillary[0].Decode()["pid"] != os.Getpid() {
			t.Errorf("%+v", got)
		}
	}
}

// TestNullOption: the kernel gets a null pointer and the length that is told beside it.
func TestNullOption(t *testing.T) {
	w := newWorld(t)
	s := w.open(INET, Stream)
	reuse, _ := LookupOption("SO_REUSEADDR")
	var traced string
	c := w.caller()
	c.Trace = func(call *Call) { traced = call.String() }
	w.fails(s.SetNullOption(c, reuse.Level, reuse.Number, 4), "EFAULT")
	if !strings.HasSuffix(traced, ", SO_REUSEADDR, NULL, 4) = EFAULT") {
		t.Error(traced)
	}
	w.fails(s.SetNullOption(c, reuse.Level, reuse.Number, 0), "EINVAL")
}

// TestOptionBytes: typed values are laid out as the kernel's structs are, and are read back.
func TestOptionBytes(t *testing.T) {
	u32 := func(n uint32) string { return string(binary.NativeEndian.AppendUint32(nil, n)) }
	lo, errno := sysInterfaceIndex("lo")
	if errno != 0 {
		t.Fatal(errno)
	}
	index := u32(uint32(lo))
	v4 := func(last byte) string { return "\xe0\x00\x00" + string(last) }
	sockaddr := func(ip string) string {
		raw := familyBytes(INET) + "\x00\x00" + ip
		return raw + string(make([]byte, 128-len(raw)))
	}
	group := map[string]any{"group": "224.0.0.9", "interface": "lo"}
	source := map[string]any{"group": "224.0.0.9", "source": "127.0.0.1", "interface": 0}
	for _, c := range []struct {
		name string
		v    any
		want string
		read any // nil where it is not read
	}{
		{"SO_TIMESTAMPING", []any{"SOF_TIMESTAMPING_SOFTWARE", 8}, u32(24), 24},
		{"SO_MARK", true, u32(1), 1},
		{"SO_COOKIE", 7, u32(7) + u32(0), 7},
		{"SO_TXTIME", map[string]any{"clockid": "CLOCK_TAI", "flags": 2}, u32(11) + u32(2),
			map[string]any{"clockid": 11, "flags": 2}},
		{"CAN_RAW_FILTER", []any{map[string]any{"id": 0x123, "mask": 0x7ff}}, u32(0x123) + u32(0x7ff),
			[]any{map[string]any{"id": 0x123, "mask": 0x7ff}}},
		{"CAN_RAW_FILTER", []any{}, "", []any{}},
		{"CAN_RAW_ERR_FILTER", []any{"CAN_ERR_ACK", "CAN_ERR_BUSOFF"}, u32(0x60), 0x60},
		{"CAN_ISOTP_OPTS", map[string]any{"flags": "CAN_ISOTP_TX_PADDING", "txpad_content": 0xaa},
			u32(4) + u32(0) + "\x00\xaa\x00\x00", map[string]any{"flags": 4, "frame_txtime": 0,
				"ext_address": 0, "txpad_content": 0xaa, "rxpad_content": 0, "rx_ext_address": 0}},
		{"CAN_ISOTP_RECV_FC", map[string]any{"bs": 8, "stmin": 1}, "\x08\x01\x00",
			map[string]any{"bs": 8, "stmin": 1, "wftmax": 0}},
		{"SO_PEERGROUPS", []any{1, 2}, u32(1) + u32(2), []any{1, 2}},
		{"IPV6_MULTICAST_IF", "lo", index, lo},
		{"IP_UNICAST_IF", 3, "\x00\x00\x00\x03", 3},
		{"IP_MULTICAST_IF", "127.0.0.1", "\x7f\x00\x00\x01", "127.0.0.1"},
		{"IP_MULTICAST_IF", "lo", u32(0) + u32(0) + index, lo},
		{"IP_ADD_MEMBERSHIP", group, v4(9) + u32(0) + index,
			map[string]any{"group": "224.0.0.9", "interface": lo}},
		{"IP_ADD_MEMBERSHIP", map[string]any{"group": "224.0.0.9", "interface": "127.0.0.1"},
			v4(9) + "\x7f\x00\x00\x01" + u32(0),
			map[string]any{"group": "224.0.0.9", "interface": "127.0.0.1"}},
		{"MCAST_JOIN_GROUP", group, index + u32(0) + sockaddr(v4(9)),
			map[string]any{"group": "224.0.0.9", "interface": lo}},
		{"MCAST_JOIN_SOURCE_GROUP", source, u32(0) + u32(0) + sockaddr(v4(9)) +
			sockaddr("\x7f\x00\x00\x01"), source},
		{"IPV6_JOIN_GROUP", map[string]any{"group": "::2", "interface": 3},
			string(make([]byte, 15)) + "\x02" + u32(3), map[string]any{"group": "::2", "interface": 3}},
		{"IPV6_PKTINFO", map[string]any{"source": "::1"}, string(make([]byte, 15)) + "\x01" + u32(0),
			map[string]any{"source": "::1", "interface": 0}},
	} {
		o, _ := LookupOption(c.name)
		b, err := o.Encode(c.v)
		if err != nil || string(b) != c.want {
			t.Errorf("%s of %v: %x, want %x (%v)", c.name, c.v, b, c.want, err)
		}
		if got := o.Decode(b); c.read != nil && !reflect.DeepEqual(got, c.read) {
			t.Errorf("%s reads %v as %v", c.name, c.v, got)
		}
	}
	for _, c := range []struct {
		name string
		v    any
	}{{"CAN_RAW_FILTER", []any{map[string]any{"id": 1}}}, {"CAN_RAW_FILTER", []any{1}},
		{"CAN_RAW_FILTER", []any{map[string]any{"id": 1, "mask": -1}}},
		{"CAN_ISOTP_OPTS", map[string]any{"ext_address": 256}}, {"CAN_ISOTP_OPTS", map[string]any{}},
		{"CAN_ISOTP_LL_OPTS", map[string]any{"mtu": 16, "padding": 1}}} {
		if o, _ := LookupOption(c.name); o.Check(c.v) == nil {
			t.Errorf("%s takes %v", c.name, c.v)
		}
	}
	o, _ := LookupOption("MCAST_JOIN_GROUP")
	six, ok := o.At(levelIPv6)
	b, err := six.Encode(map[string]any{"group": "ff02::9", "interface": 1})
	if !ok || err != nil || len(b) != six.Size() ||
		six.Decode(b).(map[string]any)["group"] != "ff02::9" {
		t.Errorf("%x, %v", b, err)
	}
}

// TestControlSize: CMSG_LEN and CMSG_SPACE are what messages are made with.
func TestControlSize(t *testing.T) {
	for n := range 40 {
		b := appendControl(nil, 0, 0, make([]byte, n))
		length, err := ControlLen(n)
		space, wrong := ControlSpace(n)
		told := int((*unix.Cmsghdr)(bytesPointer(b)).Len)
		if err != nil || wrong != nil || len(b) != space || told != length {
			t.Errorf("%d bytes: %d and %d, made %x", n, length, space, b)
		}
	}
}
