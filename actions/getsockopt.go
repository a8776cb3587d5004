package actions

type getsockoptParams struct {
	Option Option       `param:"option,required" doc:"the option, as SO_RCVBUF; or a number, with its level"`
	Level  *OptionLevel `param:"level" doc:"the level of an option given by number, as SOL_SOCKET"`
	Size   *Size        `param:"size" doc:"read this many bytes and give them as they are"`
}

func (p *getsockoptParams) check() *ParamError {
	_, err := p.Option.resolve(p.Level)
	return err
}

type getsockoptResult struct {
	Value any `result:"value" doc:"the option's value: a number, a boolean, a duration, text, a mapping, or bytes with size"`
}

var _ = define("getsockopt", help{
	About:   "read a socket option",
	Main:    "option",
	Uses:    Current,
	Example: "- getsockopt: SO_TYPE\n  expect: value == SOCK_STREAM",
}, func(c *Call, p getsockoptParams) (getsockoptResult, error) {
	option, wrong := p.Option.resolve(p.Level)
	if wrong != nil {
		return getsockoptResult{}, wrong
	}
	size := option.Size()
	if p.Size != nil {
		size = int(*p.Size)
	}
	raw, err := c.Socket.GetOption(c.Caller(), option.Level, option.Number, size)
	if err != nil {
		return getsockoptResult{}, err
	}
	if p.Size != nil {
		return getsockoptResult{Value: raw}, nil
	}
	return getsockoptResult{Value: option.Decode(raw)}, nil
})
