package actions

type setblockingParams struct {
	Blocking bool `param:"flag,required" doc:"true: calls wait without limit; false: they fail with EAGAIN instead"`
}

var _ = define("setblocking", help{
	About:   "put the socket into blocking or non-blocking mode",
	Main:    "flag",
	Uses:    Current,
	Example: "- setblocking: false\n- recv: 16\n  fails: EAGAIN",
}, func(c *Call, p setblockingParams) (none, error) {
	return none{}, c.Socket.SetBlocking(p.Blocking)
})
