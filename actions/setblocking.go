package actions

import "netscene/actions/socket"

type setblockingParams struct {
	Blocking bool `param:"flag,required" doc:"true: calls wait without limit; false: they fail with EAGAIN instead"`
}

var _ = define("setblocking", help{
	About:   "put the socket into blocking or non-blocking mode",
	Main:    "flag",
	Uses:    Current,
	Example: "- setblocking: false\n- recv: 16\n  fails: EAGAIN",
}, func(c *Call, p setblockingParams) (none, error) {
	timeout := socket.TimeoutAfter(0)
	if p.Blocking {
		timeout = socket.Timeout{}
	}
	return none{}, c.Socket.SetTimeout(timeout)
})
