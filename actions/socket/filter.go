package socket

import (
	"encoding/binary"
	"math"
)

// The options that take or give a struct sock_fprog, which points to instructions of classic BPF,
// struct sock_filter. Here such an option's value is the instructions themselves.
const (
	optAttachFilter        = 26 // to read, SO_GET_FILTER
	optAttachReusePortCBPF = 51
	instruction            = 8 // bytes
)

// takesFilter says whether an option's value is a filter.
func takesFilter(level, option int) bool {
	return level == levelSocket && (option == optAttachFilter || option == optAttachReusePortCBPF)
}

// setOption sets an option, a filter through the struct that points to it.
func setOption(fd, level, option int, value []byte) Errno {
	if takesFilter(level, option) && len(value)%instruction == 0 {
		return sysSetFilter(fd, option, value)
	}
	return sysSetOption(fd, level, option, value)
}

// getOption reads an option. Of a filter the kernel counts instructions where it counts bytes of
// all else: it would write behind the end of value.
func getOption(fd, level, option int, value []byte) (int, Errno) {
	if level == levelSocket && option == optAttachFilter {
		return sysGetFilter(fd, value)
	}
	return sysGetOption(fd, level, option, value)
}

// encodeFilter makes instructions of lists of four numbers, as tcpdump -ddd prints them.
func encodeFilter(v any) (b []byte, ok bool) {
	list, ok := v.([]any)
	if !ok {
		return nil, false
	}
	limits := [...]int{math.MaxUint16, math.MaxUint8, math.MaxUint8, math.MaxUint32}
	for _, item := range list {
		parts, _ := item.([]any)
		if len(parts) != len(limits) {
			return nil, false
		}
		var n [len(limits)]int
		for i, part := range parts {
			if n[i], ok = part.(int); !ok || n[i] < 0 || n[i] > limits[i] {
				return nil, false
			}
		}
		b = binary.NativeEndian.AppendUint16(b, uint16(n[0]))
		b = append(b, byte(n[1]), byte(n[2]))
		b = binary.NativeEndian.AppendUint32(b, uint32(n[3]))
	}
	return b, true
}

// encodeSource makes a struct ip_mreq_source.
func encodeSource(v any) (b []byte, ok bool) {
	m, ok := v.(map[string]any)
	for _, key := range []string{"group", "interface", "source"} {
		part, valid := encodeIPv4(m[key])
		b, ok = append(b, part...), ok && valid
	}
	return b, ok && len(m) == 3
}
