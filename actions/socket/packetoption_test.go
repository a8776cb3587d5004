package socket

import (
	"encoding/hex"
	"reflect"
	"testing"
)

func TestPacketMembership(t *testing.T) {
	o, ok := LookupOption("PACKET_ADD_MEMBERSHIP")
	if !ok {
		t.Fatal("there is no such option")
	}
	type m = map[string]any
	for text, value := range map[string]m{
		"01000000000006000100" + "5e0000010000": {"interface": 1, "type": "multicast",
			"hwaddr": "01:00:5e:00:00:01"},
		"07000000010000000000" + "000000000000": {"interface": 7, "type": "promisc"},
	} {
		b, err := o.Encode(value)
		if err != nil || hex.EncodeToString(b) != text {
			t.Errorf("%v: %x %v, want %s", value, b, err, text)
		}
		if back := o.Decode(b); !reflect.DeepEqual(back, value) {
			t.Errorf("%v comes back as %v", value, back)
		}
	}
	for _, wrong := range []any{5, m{"interface": 1}, m{"type": "promiscuous", "interface": 1},
		m{"interface": 1, "type": 0, "hwaddr": "1"}, m{"interface": 1, "type": 0, "address": ""}} {
		if _, err := o.Encode(wrong); err == nil {
			t.Errorf("%v is taken", wrong)
		}
	}
	b := make([]byte, 20)
	b[4], b[12], b[18] = 60, 14, 1
	parts := Ancillary{Level: levelPacket, Type: 8, Data: b}.Decode()
	want := m{"status": 0, "len": 60, "snaplen": 0, "mac": 14, "net": 0, "vlan_tci": 0, "vlan_tpid": 1}
	if parts == nil || !reflect.DeepEqual(parts["auxdata"], map[string]any(want)) {
		t.Errorf("%v, want %v", parts, want)
	}
}
