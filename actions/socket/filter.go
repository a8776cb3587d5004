package socket

import (
	"encoding/binary"
	"math"
)

// Two options take or give a struct sock_fprog, which points to instructions of classic BPF, struct
// sock_filter. Here such an option's value is the instructions themselves. Another gives a
// descriptor.
const (
	optAttachFilter        = 26 // to read, SO_GET_FILTER
	optAttachReusePortCBPF = 51
	optPeerPIDFD           = 77
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
	switch {
	case level == levelSocket && option == optAttachFilter:
		return sysGetFilter(fd, value)
	case level == levelSocket && option == optPeerPIDFD:
		return getPeerProcess(fd, value)
	}
	return sysGetOption(fd, level, option, value)
}

// getPeerProcess gives the number of the process that SO_PEERPIDFD gives a descriptor of. Nothing
// here could use the descriptor, so that it is closed.
func getPeerProcess(fd int, value []byte) (int, Errno) {
	var got [4]byte
	if _, errno := sysGetOption(fd, levelSocket, optPeerPIDFD, got[:]); errno != 0 {
		return 0, errno
	}
	binary.NativeEndian.PutUint32(got[:], uint32(takeProcess(int32At(got[:], 0))))
	return copy(value, got[:]), 0
}

// takeProcess closes a descriptor of a process and gives the process's number: -1 of one that is
// no more, 0 of one that this process's namespace does not know.
func takeProcess(pidfd int) int {
	defer sysClose(pidfd)
	return sysProcess(pidfd)
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
