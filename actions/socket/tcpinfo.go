package socket

import "encoding/binary"

// States of a TCP connection as TCP_INFO gives them (include/net/tcp_states.h).
const (
	tcpEstablished = 1
	tcpFinWait1    = 4
	tcpCloseWait   = 8
	tcpLastAck     = 9
	tcpClosing     = 11
)

var tcpStates = [...]string{"", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
	"TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING"}

// tcpInfoFields are the first counters of struct tcp_info, each of 32 bits, from byte 8 on; times
// are in microseconds but for the four that say how long ago something was, in milliseconds.
var tcpInfoFields = [...]string{"rto", "ato", "snd_mss", "rcv_mss", "unacked", "sacked", "lost",
	"retrans", "fackets", "last_data_sent", "last_ack_sent", "last_data_recv", "last_ack_recv",
	"pmtu", "rcv_ssthresh", "rtt", "rttvar", "snd_ssthresh", "snd_cwnd", "advmss", "reordering",
	"rcv_rtt", "rcv_space", "total_retrans"}

// decodeTCPInfo gives struct tcp_info under the kernel's names; older kernels give fewer fields.
func decodeTCPInfo(b []byte) any {
	if len(b) < 8 {
		return b
	}
	m := map[string]any{"retransmits": int(b[2]), "probes": int(b[3]), "backoff": int(b[4])}
	if state := int(b[0]); state < len(tcpStates) {
		m["state"] = tcpStates[state]
	}
	for i, name := range tcpInfoFields {
		if at := 8 + 4*i; at+4 <= len(b) {
			m[name] = int(binary.NativeEndian.Uint32(b[at:]))
		}
	}
	return m
}
