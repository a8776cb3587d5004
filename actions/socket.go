package actions

import "netscene/actions/socket"

type socketParams struct {
	Family Family     `param:"family" default:"inet" doc:"the address family, as AF_INET or inet"`
	Type   SocketType `param:"type" default:"stream" doc:"the socket type, as SOCK_STREAM or stream"`
	Proto  Protocol   `param:"proto" default:"0" doc:"the protocol, as IPPROTO_TCP or a number"`
}

type socketResult struct {
	Socket *socket.Socket `result:"socket" doc:"the new socket"`
}

var _ = define("socket", help{
	About:   "open a socket",
	Doc:     "The new socket is the actor's current one until it is closed or another is opened.",
	Example: "- socket: {family: inet, type: dgram}",
}, func(c *Call, p socketParams) (socketResult, error) {
	if p.Family == 0 {
		p.Family = socket.INET
	}
	if p.Type == 0 {
		p.Type = socket.Stream
	}
	s, err := c.Open(int(p.Family), int(p.Type), int(p.Proto))
	return socketResult{Socket: s}, err
})
