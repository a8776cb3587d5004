package actions

import (
	"errors"

	"netscene/actions/socket"
	"netscene/schema"
)

type tcpInfoParams struct {
	Local  *Endpoint `param:"local" doc:"instead of a socket: the address of the end that is asked about"`
	Remote *Endpoint `param:"remote" doc:"the address of its peer; without it, the socket that listens at local is asked about"`
}

func (p *tcpInfoParams) check() *ParamError {
	if p.Remote != nil && p.Local == nil {
		return &ParamError{"remote", errors.New("a connection on this machine has two ends; " +
			"give `local` too, the address of the one that is meant")}
	}
	return nil
}

type tcpInfoResult struct {
	State       string     `result:"state" doc:"ESTABLISHED, SYN_SENT, SYN_RECV, FIN_WAIT1, FIN_WAIT2, TIME_WAIT, CLOSE, CLOSE_WAIT, LAST_ACK, LISTEN or CLOSING"`
	Retransmits tcpCounter `result:"retransmits" doc:"how often the oldest data, SYN or FIN that is not acknowledged was sent again; nil where the kernel does not say"`
	Unacked     tcpCounter `result:"unacked" doc:"the segments sent and not acknowledged, of a listener the connections that wait for accept; nil where the kernel keeps no counters"`
	RTT         tcpCounter `result:"rtt" doc:"the smoothed round-trip time in microseconds; nil where the kernel keeps no counters"`
	Counters    tcpFields  `result:"counters" doc:"all of struct tcp_info under the kernel's names, such as counters.snd_cwnd; what the kernel does not give is nil"`
}

var _ = define("tcp_info", help{
	About: "ask for the state and the counters of a TCP connection",
	Doc: "Of a socket that is open they come from getsockopt(TCP_INFO). When it is closed its\n" +
		"connection may live on: then the kernel's socket diagnosis is asked for the addresses that the\n" +
		"socket had. The same goes for `local` and `remote`, by which also a connection is found that has\n" +
		"not been accepted. A connection that the kernel does not know any more has the state CLOSE.\n" +
		"While it is set up, and in FIN_WAIT2 and TIME_WAIT after its socket was closed, the kernel keeps\n" +
		"no counters but `retransmits`.",
	Uses: CurrentIfAny,
	Example: "- tcp_info:\n  expect: state == \"ESTABLISHED\" and unacked == 0 and counters.snd_cwnd > 0\n" +
		"- close\n- tcp_info:\n  as: closed\n  expect: state in [\"FIN_WAIT1\", \"FIN_WAIT2\"]",
}, func(c *Call, p tcpInfoParams) (tcpInfoResult, error) {
	found, err := askTCP(c, p)
	if err != nil {
		return tcpInfoResult{}, err
	}
	return tcpInfoResult{State: found.State, Counters: found.Info,
		Retransmits: tcpCounter{found.Info["retransmits"]}, RTT: tcpCounter{found.Info["rtt"]},
		Unacked: tcpCounter{found.Info["unacked"]}}, nil
})

func askTCP(c *Call, p tcpInfoParams) (socket.TCPInfo, error) {
	if p.Local == nil {
		if c.Socket == nil {
			return socket.TCPInfo{}, &socket.Error{Call: "tcp_info", Class: socket.BadArgument,
				Text: "there is no socket: open one first, or give `local` and `remote`"}
		}
		return c.Socket.TCPInfo(c.Caller())
	}
	var ends [2]socket.Address
	for i, e := range []*Endpoint{p.Local, p.Remote} {
		if e == nil {
			continue
		}
		found, err := c.Addresses(e.Endpoint, socket.Unspec, ToAsk)
		if err != nil {
			return socket.TCPInfo{}, err
		}
		ends[i] = found[0]
	}
	return socket.DiagnoseTCP(c.Caller(), ends[0], ends[1])
}

// tcpCounter is a number, or nil.
type tcpCounter struct{ value any }

func (tcpCounter) kind(f *schema.Field) { f.Kind, f.Null = schema.Int, true }

func (n tcpCounter) plain() any { return n.value }

// tcpFields are the fields of struct tcp_info.
type tcpFields map[string]any

func (tcpFields) kind(f *schema.Field) {
	f.Kind = schema.Map
	for _, name := range socket.TCPInfoNames() {
		field := schema.Field{Name: name, Kind: schema.Int, Null: true}
		if name == "state" {
			field = schema.Field{Name: name, Kind: schema.String}
		}
		f.Fields = append(f.Fields, field)
	}
}

func (m tcpFields) plain() any { return map[string]any(m) }
