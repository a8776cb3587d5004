package actions

import (
	"fmt"

	"netscene/actions/socket"
	"netscene/schema"
)

// FcntlCommand is what an fcntl does.
type FcntlCommand int

func (FcntlCommand) kind(f *schema.Field) {
	f.Kind, f.Choices = schema.Choice, socket.FcntlCommands()
}

// DescriptorFlags are flags of a descriptor or its description, ORed.
type DescriptorFlags int

func (DescriptorFlags) kind(f *schema.Field) {
	f.Kind, f.Choices = schema.Flags, socket.FcntlFlags()
}

type fcntlParams struct {
	Command FcntlCommand    `param:"cmd,required" doc:"F_GETFL, F_SETFL, F_GETFD or F_SETFD"`
	Flags   DescriptorFlags `param:"arg" default:"0" doc:"the flags to set: O_NONBLOCK and its like, ORed as a list, or FD_CLOEXEC"`
}

func (p *fcntlParams) check() *ParamError {
	if !socket.KnownFcntl(int(p.Command)) {
		return &ParamError{"cmd", fmt.Errorf("%d is no command for flags; F_GETFL, F_SETFL, F_GETFD "+
			"and F_SETFD are", p.Command)}
	}
	return nil
}

type fcntlResult struct {
	Value int `result:"value" doc:"the flags, of F_GETFL and F_GETFD; else 0"`
}

var _ = define("fcntl", help{
	About: "read or set the flags of the socket's descriptor",
	Doc: "`F_GETFL` and `F_SETFL` are about the status flags: with O_NONBLOCK calls fail with EAGAIN where\n" +
		"they would wait. setblocking and settimeout set it as well, for any timeout, but to set it\n" +
		"here leaves the timeout as it was. `F_GETFD` and `F_SETFD` are about FD_CLOEXEC.",
	Main:    "cmd",
	Uses:    Current,
	Example: "- fcntl: {cmd: F_SETFL, arg: O_NONBLOCK}\n- fcntl: F_GETFL\n  as: now",
}, func(c *Call, p fcntlParams) (fcntlResult, error) {
	value, err := c.Socket.Fcntl(c.Caller(), int(p.Command), int(p.Flags))
	return fcntlResult{Value: value}, err
})
