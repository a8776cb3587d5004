package actions

type setInheritableParams struct {
	Inheritable bool `param:"inheritable,required" doc:"whether programs that are started get the descriptor"`
}

var _ = define("set_inheritable", help{
	About: "set whether programs that are started get the descriptor",
	Doc: "It clears or sets FD_CLOEXEC of this descriptor; a duplicate has its own. A program that has\n" +
		"the descriptor keeps the connection open.",
	Main:    "inheritable",
	Uses:    Current,
	Example: "- set_inheritable: true",
}, func(c *Call, p setInheritableParams) (none, error) {
	return none{}, c.Socket.SetInheritable(c.Caller(), p.Inheritable)
})
