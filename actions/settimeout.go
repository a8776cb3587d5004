package actions

type settimeoutParams struct {
	Timeout Timeout `param:"timeout,required" doc:"how long a call of the socket may take: seconds or a duration; 0 is non-blocking, null waits without limit"`
}

var _ = define("settimeout", help{
	About:   "limit how long the socket's calls may take",
	Doc:     "A call that takes longer fails with the class timeout. The limit covers a whole sendall.",
	Main:    "timeout",
	Uses:    Current,
	Example: "- settimeout: 200ms\n- recv: 16\n  fails: timeout",
}, func(c *Call, p settimeoutParams) (none, error) {
	return none{}, c.Socket.SetTimeout(p.Timeout.Timeout)
})
