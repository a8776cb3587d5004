package actions

import (
	"fmt"

	"netscene/actions/socket"
	"netscene/schema"
)

// Request is what an ioctl asks for.
type Request int

func (Request) kind(f *schema.Field) { f.Kind, f.Choices = schema.Choice, socket.Requests() }

type ioctlParams struct {
	Request Request `param:"request,required" doc:"FIONREAD (also SIOCINQ), SIOCOUTQ, SIOCOUTQNSD or SIOCATMARK"`
}

func (p *ioctlParams) check() *ParamError {
	if !socket.KnownRequest(int(p.Request)) {
		return &ParamError{"request", fmt.Errorf("%d is no request that gives a number about a socket; "+
			"FIONREAD, SIOCOUTQ, SIOCOUTQNSD and SIOCATMARK are", p.Request)}
	}
	return nil
}

type ioctlResult struct {
	Value int `result:"value" doc:"the number that the kernel gave"`
}

var _ = define("ioctl", help{
	About: "ask how much is queued on the socket",
	Doc: "`FIONREAD`: the bytes that wait to be received, of a datagram socket those of the next\n" +
		"datagram; `SIOCOUTQ`: those sent and not acknowledged by the peer; `SIOCOUTQNSD`: those of them\n" +
		"not even sent; `SIOCATMARK`: 1 when the next byte is the one behind urgent data, else 0.",
	Main:    "request",
	Uses:    Current,
	Example: "- ioctl: FIONREAD\n  expect: value == 5",
}, func(c *Call, p ioctlParams) (ioctlResult, error) {
	n, err := c.Socket.Ioctl(c.Caller(), int(p.Request))
	return ioctlResult{Value: n}, err
})
