package actions

type listenParams struct {
	Backlog *int `param:"backlog" default:"128" range:"-2147483648 2147483647" doc:"how many connections the kernel completes before accept"`
}

var _ = define("listen", help{
	About: "let the socket take connections",
	Doc: "The result is the address that clients connect to, so a reference to it waits until the\n" +
		"socket listens.",
	Main:    "backlog",
	Uses:    Current,
	Example: "- listen: 5",
}, func(c *Call, p listenParams) (name, error) {
	backlog := 128
	if p.Backlog != nil {
		backlog = *p.Backlog
	}
	if err := c.Socket.Listen(c.Caller(), backlog); err != nil {
		return name{}, err
	}
	return ownName(c)
})
