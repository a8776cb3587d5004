package actions

import (
	"errors"

	"netscene/actions/socket"
)

type socketParams struct {
	Family *Family     `param:"family" default:"inet" doc:"the address family, as AF_INET or inet"`
	Type   *SocketType `param:"type" default:"stream" doc:"the socket type, as SOCK_STREAM or stream, perhaps with SOCK_NONBLOCK"`
	Proto  *Protocol   `param:"proto" default:"0" doc:"the protocol, as IPPROTO_TCP or a number"`
	FileNo *int        `param:"fileno" doc:"a descriptor of the scenario to take over, as detach gives it; what is not given beside it is found from it"`
}

func (p *socketParams) check() *ParamError {
	if p.FileNo != nil && *p.FileNo < 0 {
		return &ParamError{"fileno", errors.New("negative file descriptor")}
	}
	return nil
}

type socketResult struct {
	Socket *socket.Socket `result:"socket" doc:"the new socket"`
	Family int            `result:"family" doc:"its address family, as AF_INET"`
	Type   int            `result:"type" doc:"its type, as SOCK_STREAM"`
	Proto  int            `result:"proto" doc:"its protocol, 0 for the family's own choice"`
}

func socketOf(s *socket.Socket, err error) (socketResult, error) {
	if err != nil {
		return socketResult{}, err
	}
	return socketResult{Socket: s, Family: s.Family(), Type: s.Type(), Proto: s.Proto()}, nil
}

// orElse is what a parameter says, or else its default.
func orElse[T ~int](given *T, otherwise int) int {
	if given == nil {
		return otherwise
	}
	return int(*given)
}

var _ = define("socket", help{
	About: "open a socket",
	Doc: "The new socket is the actor's current one until it is closed or another is opened.\n" +
		"With `fileno` it is made of a descriptor that there is already, which is not duplicated: to\n" +
		"close it closes that. Descriptors that are not the scenario's are refused with EBADF.",
	Example: "- socket: {family: inet, type: dgram}",
}, func(c *Call, p socketParams) (socketResult, error) {
	if p.FileNo != nil {
		return socketOf(c.Sockets().TakeOver(c.Caller(), *p.FileNo, orElse(p.Family, -1),
			orElse(p.Type, -1), orElse(p.Proto, -1)))
	}
	return socketOf(c.Open(orElse(p.Family, socket.INET), orElse(p.Type, socket.Stream),
		orElse(p.Proto, 0)))
})
