package socket

import (
	"fmt"

	"netscene/schema"
)

const siocAtMark = 0x8905

// ioctlRequests are the requests of ioctl(2) that give a number about a socket. Some have two
// names: FIONREAD is everybody's, SIOCINQ is what socket pages call it.
var ioctlRequests = []schema.Name{{Name: "FIONREAD", Value: 0x541b},
	{Name: "SIOCINQ", Value: 0x541b}, {Name: "TIOCINQ", Value: 0x541b},
	{Name: "SIOCOUTQ", Value: 0x5411}, {Name: "TIOCOUTQ", Value: 0x5411},
	{Name: "SIOCOUTQNSD", Value: 0x894b}, {Name: "SIOCATMARK", Value: siocAtMark}}

// Requests lists the requests that Ioctl takes by their names.
func Requests() []schema.Name { return prefixed("", ioctlRequests) }

// KnownRequest says whether Ioctl takes a request: one that gives an int and changes nothing.
func KnownRequest(request int) bool {
	for _, n := range ioctlRequests {
		if n.Value == request {
			return true
		}
	}
	return false
}

// Ioctl asks for a number about the socket, as ioctl(2) does with a known request.
func (s *Socket) Ioctl(c *Caller, request int) (int, error) {
	value := 0
	err := s.now(c, Call{Name: "ioctl", Option: request}, func(call *Call) (errno Errno) {
		value, errno = sysIoctl(s.fd, request)
		call.Size = value
		return errno
	})
	if err != nil {
		return 0, err
	}
	return value, nil
}

// requested prints what an ioctl that succeeded gave.
func (c *Call) requested() string { return fmt.Sprintf("%d, [%d]", c.Result, c.Size) }
