package actions

import "netscene/actions/socket"

// maxOption is the largest buffer that Python's getsockopt takes.
const maxOption = 1024

type getsockoptParams struct {
	Option Option       `param:"option,required" doc:"the option, as SO_RCVBUF; or a number, with its level"`
	Level  *OptionLevel `param:"level" doc:"the level of an option given by number, as SOL_SOCKET"`
	Size   int          `param:"size" default:"0" doc:"the size of the buffer, up to 1024: its bytes are given as they are; with 0 the value is decoded"`
}

func (p *getsockoptParams) check() *ParamError {
	_, err := p.Option.resolve(p.Level)
	return err
}

type getsockoptResult struct {
	Value any `result:"value" doc:"the option's value: a number, a boolean, a duration, text, a mapping, or bytes with size"`
}

var _ = define("getsockopt", help{
	About: "read a socket option",
	Doc: "A `size` below 0 or above 1024 is refused before any call, as Python does: `bad_argument`. Without\n" +
		"it the buffer is as large as the option needs.",
	Main:    "option",
	Uses:    Current,
	Example: "- getsockopt: SO_TYPE\n  expect: value == SOCK_STREAM",
	Table:   optionTable(socket.ReadOptionForms()),
}, func(c *Call, p getsockoptParams) (getsockoptResult, error) {
	option, wrong := p.Option.resolve(p.Level)
	if wrong != nil {
		return getsockoptResult{}, wrong
	}
	size := p.Size
	switch {
	case size < 0 || size > maxOption:
		return getsockoptResult{}, &socket.Error{Call: "getsockopt", Target: p.Option.Name,
			Class: socket.BadArgument, Text: "the size of the buffer is out of range"}
	case size == 0:
		size = option.Size()
	}
	raw, err := c.Socket.GetOption(c.Caller(), option.Level, option.Number, size)
	if err != nil {
		return getsockoptResult{}, err
	}
	if p.Size != 0 {
		return getsockoptResult{Value: raw}, nil
	}
	return getsockoptResult{Value: option.Decode(raw)}, nil
})
