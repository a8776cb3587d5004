package actions

type inheritableResult struct {
	Inheritable bool `result:"inheritable" doc:"whether programs get the descriptor"`
}

var _ = define("get_inheritable", help{
	About:   "tell whether programs that are started get the descriptor",
	Doc:     "That is whether FD_CLOEXEC is off. A new socket is not inheritable, as in Python.",
	Uses:    Current,
	Example: "- get_inheritable:\n  expect: not inheritable",
}, func(c *Call, _ struct{}) (inheritableResult, error) {
	inheritable, err := c.Socket.Inheritable(c.Caller())
	return inheritableResult{Inheritable: inheritable}, err
})
