package actions

import "netscene/actions/socket"

type acceptParams struct {
	Flags AcceptFlags `param:"flags" default:"0" doc:"SOCK_NONBLOCK for a connection that does not wait, as accept4 takes it; SOCK_CLOEXEC is always set"`
}

type acceptResult struct {
	Socket *socket.Socket `result:"socket" doc:"the connection"`
	connected
}

var _ = define("accept", help{
	About: "take the next connection of a listening socket",
	Doc: "Without `on` it uses the socket that the actor last called listen on. The connection is\n" +
		"then the actor's current socket.",
	Uses:    Listener,
	Example: "- accept",
}, func(c *Call, p acceptParams) (acceptResult, error) {
	s, peer, err := c.Socket.Accept4(c.Caller(), int(p.Flags))
	if err != nil {
		return acceptResult{}, err
	}
	ends, err := connectedOf(c, s, peer)
	return acceptResult{Socket: s, connected: ends}, err
})
