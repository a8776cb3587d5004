package actions

import "netscene/actions/socket"

type socketpairParams struct {
	Family *Family     `param:"family" default:"unix" doc:"the address family, as AF_UNIX or unix"`
	Type   *SocketType `param:"type" default:"stream" doc:"the socket type: stream, dgram or seqpacket, perhaps with SOCK_NONBLOCK"`
	Proto  Protocol    `param:"proto" default:"0" doc:"the protocol"`
}

type socketpairResult struct {
	Sockets []*socket.Socket `result:"sockets" doc:"the two ends"`
}

var _ = define("socketpair", help{
	About: "open two sockets that are connected to each other",
	Doc: "The first is then the actor's current socket. `on: $(socketpair.sockets[1])` is the other, and\n" +
		"`on: $(owner.socketpair.sockets[1])` in another actor.",
	Example: "- socketpair: {type: dgram}\n- send: hello\n- recv: 16\n  on: $(socketpair.sockets[1])",
}, func(c *Call, p socketpairParams) (socketpairResult, error) {
	family, typ := orElse(p.Family, socket.Unix), orElse(p.Type, socket.Stream)
	first, second, err := c.Sockets().Pair(c.Caller(), family, typ, int(p.Proto))
	if err != nil {
		return socketpairResult{}, err
	}
	return socketpairResult{Sockets: []*socket.Socket{first, second}}, nil
})
