package actions

type gettimeoutResult struct {
	Timeout any `result:"timeout" doc:"the socket's timeout, a duration; 0s when it is non-blocking, nil when it waits without limit"`
}

var _ = define("gettimeout", help{
	About:   "tell the timeout of the socket",
	Doc:     "It is the one that settimeout and setblocking set, and SOCK_NONBLOCK; a closed socket has it still.",
	Uses:    Current,
	Example: "- settimeout: 1.5\n- gettimeout:\n  expect: timeout == \"1.5s\"",
}, func(c *Call, _ struct{}) (gettimeoutResult, error) {
	if t := c.Socket.Timeout(); !t.None() {
		return gettimeoutResult{Timeout: t.Duration()}, nil
	}
	return gettimeoutResult{}, nil
})
