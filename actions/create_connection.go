package actions

import (
	"errors"

	"netscene/actions/socket"
)

type createConnectionParams struct {
	Address Endpoint  `param:"address,required" doc:"the peer's address; a name is resolved and every address tried in turn"`
	Timeout *Timeout  `param:"timeout" doc:"the socket's timeout, for each attempt and all later calls; null waits without limit"`
	Source  *Endpoint `param:"source_address" doc:"the address to bind to before connecting"`
}

type createConnectionResult struct {
	acceptResult
	Errors any `result:"errors" doc:"when no address could be reached, the error of each attempt; else empty"`
}

var _ = define("create_connection", help{
	About: "open a stream socket and connect it",
	Doc: "Every address that the host has is tried in turn, each with a socket of its own; when none\n" +
		"can be reached the last error counts, and `errors` has them all, each with the fields of\n" +
		"`error`. The host cannot be left out.\n" + addressForms,
	Main:    "address",
	Example: "- create_connection: $(server.listen.address)",
}, func(c *Call, p createConnectionParams) (createConnectionResult, error) {
	if e := p.Address.Endpoint; e.Host() == "" && e.Port() != 0 {
		// getaddrinfo(3) takes an empty host for a name that it does not know.
		return createConnectionResult{}, &socket.Error{Call: "getaddrinfo", Target: e.String(),
			Errno: socket.EAINoName, Class: socket.Unresolved, Text: socket.EAINoName.String()}
	}
	found, err := c.Addresses(p.Address.Endpoint, socket.Unspec, ToConnect)
	if err != nil {
		return createConnectionResult{}, err
	}
	var failures []error
	for _, peer := range found {
		s, err := connectTo(c, p, peer)
		if err == nil {
			ends, err := connectedOf(c, s, peer)
			return createConnectionResult{acceptResult{Socket: s, connected: ends}, []any{}}, err
		}
		failures = append(failures, err)
		if c.Caller().Err() != nil {
			break
		}
	}
	return createConnectionResult{Errors: fieldsOfErrors(failures)}, socket.JoinErrors(failures)
})

// fieldsOfErrors gives as plain data those errors that calls gave.
func fieldsOfErrors(failures []error) []any {
	list := []any{}
	for _, failure := range failures {
		if e := socket.AsError(failure); e != nil {
			list = append(list, e.Fields())
		}
	}
	return list
}

// connectTo makes one attempt; the socket of an attempt that failed is closed.
func connectTo(c *Call, p createConnectionParams, peer socket.Address) (*socket.Socket, error) {
	s, err := c.Open(peer.Family(), socket.Stream, 0)
	if err != nil {
		return nil, err
	}
	if p.Timeout != nil {
		err = s.SetTimeout(p.Timeout.Timeout)
	}
	if err == nil && p.Source != nil {
		err = bindSource(c, s, *p.Source)
	}
	if err == nil {
		err = s.Connect(c.Caller(), peer)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close(c.Caller()))
	}
	return s, nil
}

func bindSource(c *Call, s *socket.Socket, source Endpoint) error {
	found, err := c.Addresses(source.Endpoint, s.Family(), ToBind)
	if err != nil {
		return err
	}
	return s.Bind(c.Caller(), found[0])
}
