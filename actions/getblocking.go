package actions

type getblockingResult struct {
	Blocking bool `result:"blocking" doc:"whether calls wait: true also with a timeout, false when it is 0"`
}

var _ = define("getblocking", help{
	About:   "tell whether the socket's calls wait",
	Uses:    Current,
	Example: "- setblocking: false\n- getblocking:\n  expect: not blocking",
}, func(c *Call, _ struct{}) (getblockingResult, error) {
	t := c.Socket.Timeout()
	return getblockingResult{Blocking: t.None() || t.Duration() > 0}, nil
})
