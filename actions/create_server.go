package actions

import (
	"errors"

	"netscene/actions/socket"
)

type createServerParams struct {
	Address   Endpoint `param:"address,required" doc:"the address to listen at; port 0 lets the kernel choose"`
	Family    *Family  `param:"family" default:"inet" doc:"the address family, inet or inet6"`
	Backlog   *int     `param:"backlog" default:"128" range:"-2147483648 2147483647" doc:"how many connections the kernel completes before accept"`
	ReusePort bool     `param:"reuse_port" default:"false" doc:"set SO_REUSEPORT, so that several sockets can listen at the address"`
	DualStack bool     `param:"dualstack_ipv6" default:"false" doc:"take IPv4 connections too; only with family inet6"`
}

func (p *createServerParams) check() *ParamError {
	if p.DualStack && orElse(p.Family, socket.INET) != socket.INET6 {
		return &ParamError{"dualstack_ipv6", errors.New("it requires family: inet6")}
	}
	return nil
}

type createServerResult struct {
	Socket *socket.Socket `result:"socket" doc:"the listening socket"`
	name
}

var _ = define("create_server", help{
	About: "open a stream socket, bind it and let it take connections",
	Doc: "As Python does on POSIX systems it sets SO_REUSEADDR before, and for inet6 IPV6_V6ONLY, unless\n" +
		"`dualstack_ipv6` is given. Nothing stays open when a call of these fails.\n" + addressForms,
	Main:    "address",
	Example: "- create_server: 127.0.0.1:0\n- accept",
}, func(c *Call, p createServerParams) (createServerResult, error) {
	s, err := c.Open(orElse(p.Family, socket.INET), socket.Stream, 0)
	if err != nil {
		return createServerResult{}, err
	}
	if err := p.serve(c, s); err != nil {
		return createServerResult{}, errors.Join(err, s.Close(c.Caller()))
	}
	own, err := s.GetSockName(c.Caller())
	return createServerResult{Socket: s, name: nameOf(own)}, err
})

// serve prepares the socket in Python's order.
func (p *createServerParams) serve(c *Call, s *socket.Socket) error {
	_ = p.set(c, s, "SO_REUSEADDR", true) // a socket without that option listens nevertheless
	if p.ReusePort {
		if err := p.set(c, s, "SO_REUSEPORT", true); err != nil {
			return err
		}
	}
	if s.Family() == socket.INET6 {
		if err := p.set(c, s, "IPV6_V6ONLY", !p.DualStack); err != nil {
			return err
		}
	}
	found, err := c.Addresses(p.Address.Endpoint, s.Family(), ToBind)
	if err == nil {
		err = s.Bind(c.Caller(), found[0])
	}
	if err != nil {
		return err
	}
	return s.Listen(c.Caller(), orElse(p.Backlog, 128))
}

func (*createServerParams) set(c *Call, s *socket.Socket, name string, on bool) error {
	option, _ := socket.LookupOption(name)
	value, err := option.Encode(on)
	if err != nil {
		return err
	}
	return s.SetOption(c.Caller(), option.Level, option.Number, value)
}
