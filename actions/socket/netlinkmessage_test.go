package socket

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
)

func TestNetlinkMessages(t *testing.T) {
	want := map[string]any{"type": 18, "flags": 0x301, "seq": 1 << 31, "pid": 7, "errno": 0,
		"header": []byte("0123456789ab"), "attributes": []any{
			map[string]any{"type": 3, "data": []byte("lo\x00")},
			map[string]any{"type": 16383, "data": []byte{}}}}
	one, err := NetlinkMessage(want)
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseNetlink(append(one, one...), 12)
	if err != nil || !reflect.DeepEqual(got, []any{want, want}) {
		t.Errorf("%v %v", got, err)
	}
	for n := 1; n < len(one); n++ {
		if _, err := ParseNetlink(one[:n], 12); err == nil {
			t.Errorf("%d of %d bytes are a message", n, len(one))
		}
	}
	denied := append([]byte{20, 0, 0, 0, 2, 0, 0, 0}, make([]byte, 8)...)
	got, err = ParseNetlink(append(denied, 0xff, 0xff, 0xff, 0xff), 16)
	if err != nil || got[0].(map[string]any)["errno"] != 1 {
		t.Errorf("%v %v", got, err)
	}
	type m = map[string]any
	for text, wrong := range map[string]m{
		"type: 65536 is not":    {"type": 65536},
		"seq: x is not":         {"seq": "x"},
		"a message has no data": {"data": ""},
		"header: 5 is not":      {"header": 5},
		"is not a list":         {"attributes": 5},
		"is not an attribute":   {"attributes": []any{m{"type": 1, "date": ""}}},
		"too large":             {"header": make([]byte, maxNetlink+1)},
	} {
		if _, err := NetlinkMessage(wrong); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: %v", text, err)
		}
	}
	if _, err := ParseNetlink(nil, -1); err == nil {
		t.Error("a header of -1 bytes")
	}
}

// FuzzNetlink: whatever comes can be read or not, and what can is made of messages that can be
// made.
func FuzzNetlink(f *testing.F) {
	f.Add([]byte{}, 0)
	f.Add(append([]byte{32, 0, 0, 0, 16, 0, 2, 0}, make([]byte, 24)...), 8)
	f.Add(bytes.Repeat([]byte{16, 0, 0, 0}, 12), 4)
	f.Fuzz(func(t *testing.T, data []byte, header int) {
		list, err := ParseNetlink(data, header)
		if err != nil {
			return
		}
		for _, m := range list {
			if _, err := NetlinkMessage(m.(map[string]any)); err != nil {
				t.Errorf("%x: %v: %v", data, m, err)
			}
		}
	})
}
