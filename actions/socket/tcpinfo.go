package socket

import (
	"encoding/binary"
	"math"
)

// States of a TCP connection as TCP_INFO gives them (include/net/tcp_states.h).
const (
	tcpEstablished = 1
	tcpFinWait1    = 4
	tcpTimeWait    = 6
	tcpClose       = 7
	tcpCloseWait   = 8
	tcpLastAck     = 9
	tcpClosing     = 11
)

var tcpStates = [...]string{"", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
	"TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING"}

// tcpInfoFirst are the fields of one byte that come behind the state.
var tcpInfoFirst = [...]string{"ca_state", "retransmits", "probes", "backoff", "options"}

// tcpInfoFields are the first counters of struct tcp_info, each of 32 bits, from byte 8 on; times
// are in microseconds but for the four that say how long ago something was, in milliseconds.
var tcpInfoFields = [...]string{"rto", "ato", "snd_mss", "rcv_mss", "unacked", "sacked", "lost",
	"retrans", "fackets", "last_data_sent", "last_ack_sent", "last_data_recv", "last_ack_recv",
	"pmtu", "rcv_ssthresh", "rtt", "rttvar", "snd_ssthresh", "snd_cwnd", "advmss", "reordering",
	"rcv_rtt", "rcv_space", "total_retrans"}

// tcpInfoMore are the fields behind those, by their place: of 64 bits but where 32 is said. Rates
// are in bytes a second, busy and limited times in microseconds.
var tcpInfoMore = [...]struct {
	name string
	at   int
	bits int
}{
	{"pacing_rate", 104, 64}, {"max_pacing_rate", 112, 64}, {"bytes_acked", 120, 64},
	{"bytes_received", 128, 64}, {"segs_out", 136, 32}, {"segs_in", 140, 32},
	{"notsent_bytes", 144, 32}, {"min_rtt", 148, 32}, {"data_segs_in", 152, 32},
	{"data_segs_out", 156, 32}, {"delivery_rate", 160, 64}, {"busy_time", 168, 64},
	{"rwnd_limited", 176, 64}, {"sndbuf_limited", 184, 64}, {"delivered", 192, 32},
	{"delivered_ce", 196, 32}, {"bytes_sent", 200, 64}, {"bytes_retrans", 208, 64},
	{"dsack_dups", 216, 32}, {"reord_seen", 220, 32}, {"rcv_ooopack", 224, 32},
	{"snd_wnd", 228, 32}, {"rcv_wnd", 232, 32},
}

// decodeTCPInfo gives struct tcp_info under the kernel's names; older kernels give fewer fields.
func decodeTCPInfo(b []byte) any {
	if len(b) < 8 {
		return b
	}
	m := map[string]any{"state": tcpStateName(int(b[0]))}
	for i, name := range tcpInfoFirst {
		m[name] = int(b[i+1])
	}
	for i, name := range tcpInfoFields {
		if at := 8 + 4*i; at+4 <= len(b) {
			m[name] = int(binary.NativeEndian.Uint32(b[at:]))
		}
	}
	for _, f := range tcpInfoMore {
		switch {
		case f.at+f.bits/8 > len(b):
		case f.bits == 32:
			m[f.name] = int(binary.NativeEndian.Uint32(b[f.at:]))
		default: // "without limit" is all ones, which the largest int stands for
			m[f.name] = int(min(binary.NativeEndian.Uint64(b[f.at:]), math.MaxInt64))
		}
	}
	return m
}

// TCPInfoNames lists the fields of struct tcp_info that are known here, as the kernel names them.
func TCPInfoNames() []string {
	names := append([]string{"state"}, tcpInfoFirst[:]...)
	names = append(names, tcpInfoFields[:]...)
	for _, f := range tcpInfoMore {
		names = append(names, f.name)
	}
	return names
}
