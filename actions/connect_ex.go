package actions

import (
	"errors"

	"netscene/actions/socket"
)

type connectExResult struct {
	Errno int `result:"errno" doc:"0 when it connected, else the error's number; compare it with a name, as errno == ECONNREFUSED"`
	connected
}

var _ = define("connect_ex", help{
	About: "connect the socket, giving the error as a number",
	Doc: "Like connect, but an error of the connection is a result and not a failure. A socket whose\n" +
		"timeout passes gives EAGAIN, as Python does.\n" + addressForms,
	Main:    "address",
	Uses:    Current,
	Example: "- connect_ex: 127.0.0.1:1\n  expect: errno == ECONNREFUSED",
}, func(c *Call, p connectParams) (connectExResult, error) {
	peer, err := c.Address(p.Address, ToConnect)
	if err != nil {
		return connectExResult{}, err
	}
	var failed *socket.Error
	switch err := c.Socket.Connect(c.Caller(), peer); {
	case errors.As(err, &failed) && failed.Class == socket.TimedOut && failed.Errno == 0:
		return connectExResult{Errno: int(socket.EAGAIN)}, nil
	case errors.As(err, &failed) && failed.Errno != 0:
		return connectExResult{Errno: int(failed.Errno)}, nil
	case err != nil:
		return connectExResult{}, err
	}
	ends, err := connectedOf(c, c.Socket, peer)
	return connectExResult{connected: ends}, err
})
