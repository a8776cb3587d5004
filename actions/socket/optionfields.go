package socket

import (
	"encoding/binary"
	"math"
)

// optionFields are the names of the numbers in the struct of a FieldsOption. They have 32 bits,
// unless wideFields says that only some do.
var optionFields = map[string][]string{
	"SO_PEERCRED":       {"pid", "uid", "gid"},
	"SO_TXTIME":         {"clockid", "flags"},
	"TCP_REPAIR_WINDOW": {"snd_wl1", "snd_wnd", "max_window", "rcv_wnd", "rcv_wup"},
	"PACKET_STATISTICS": {"packets", "drops"},
	"SO_MEMINFO": {"rmem_alloc", "rcvbuf", "wmem_alloc", "sndbuf", "fwd_alloc", "wmem_queued",
		"optmem", "backlog", "drops"},
	"CAN_ISOTP_OPTS": {"flags", "frame_txtime", "ext_address", "txpad_content", "rxpad_content",
		"rx_ext_address"},
	"CAN_ISOTP_RECV_FC": {"bs", "stmin", "wftmax"},
	"CAN_ISOTP_LL_OPTS": {"mtu", "tx_dl", "tx_flags"},
}

// wideFields says how many fields of an option have 32 bits where the others have 8. Those that are
// left out are 0.
var wideFields = map[string]int{"CAN_ISOTP_OPTS": 2, "CAN_ISOTP_RECV_FC": 0, "CAN_ISOTP_LL_OPTS": 0}

// narrow says whether a field of an option has 8 bits.
func (o Option) narrow(i int) bool {
	wide, mixed := wideFields[o.Name]
	return mixed && i >= wide
}

// encodeFields makes a struct of numbers.
func (o Option) encodeFields(v any) (b []byte, ok bool) {
	m, _ := v.(map[string]any)
	_, optional := wideFields[o.Name]
	given := 0
	for i, key := range optionFields[o.Name] {
		n := 0
		if field, has := m[key]; has || !optional {
			var isInt bool
			if n, isInt = o.number(field); !isInt || o.narrow(i) && (n < 0 || n > math.MaxUint8) {
				return nil, false
			}
			given++
		}
		if o.narrow(i) {
			b = append(b, byte(n))
		} else {
			b = binary.NativeEndian.AppendUint32(b, uint32(n))
		}
	}
	return b, given > 0 && len(m) == given
}

// decodeFields reads a struct of numbers, of which an older kernel may give fewer.
func (o Option) decodeFields(b []byte) map[string]any {
	m := map[string]any{}
	for i, key := range optionFields[o.Name] {
		switch {
		case o.narrow(i) && len(b) >= 1:
			m[key], b = int(b[0]), b[1:]
		case !o.narrow(i) && len(b) >= 4:
			m[key], b = int(binary.NativeEndian.Uint32(b)), b[4:]
		}
	}
	return m
}

const canFilterSize = 8 // bytes of struct can_filter

// encodeCANFilter makes a list of struct can_filter.
func encodeCANFilter(v any) (b []byte, ok bool) {
	list, ok := v.([]any)
	for _, item := range list {
		m, known := only(item, "id", "mask")
		for _, key := range []string{"id", "mask"} {
			n, isInt := m[key].(int)
			if !known || !isInt || n < 0 || n > math.MaxUint32 {
				return nil, false
			}
			b = binary.NativeEndian.AppendUint32(b, uint32(n))
		}
	}
	return b, ok
}

func decodeCANFilter(b []byte) any {
	list := []any{}
	for ; len(b) >= canFilterSize; b = b[canFilterSize:] {
		list = append(list, map[string]any{"id": int(binary.NativeEndian.Uint32(b)),
			"mask": int(binary.NativeEndian.Uint32(b[4:]))})
	}
	return list
}
