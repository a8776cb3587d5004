package actions

type setsockoptParams struct {
	Option Option       `param:"option,required" doc:"the option, as SO_REUSEADDR; or a number, with its level"`
	Value  any          `param:"value,required" doc:"a number, a boolean, a duration, text, or a mapping as {on: true, seconds: 0} for SO_LINGER"`
	Level  *OptionLevel `param:"level" doc:"the level of an option given by number, as SOL_SOCKET"`
}

func (p *setsockoptParams) check() *ParamError {
	option, wrong := p.Option.resolve(p.Level)
	if wrong != nil {
		return wrong
	}
	if _, err := option.Encode(p.Value); err != nil {
		return &ParamError{"value", err}
	}
	return nil
}

var _ = define("setsockopt", help{
	About:   "set a socket option",
	Uses:    Current,
	Example: "- setsockopt: {option: SO_LINGER, value: {on: true, seconds: 0}}",
}, func(c *Call, p setsockoptParams) (none, error) {
	option, wrong := p.Option.resolve(p.Level)
	if wrong != nil {
		return none{}, wrong
	}
	raw, err := option.Encode(p.Value)
	if err != nil {
		return none{}, &ParamError{"value", err}
	}
	return none{}, c.Socket.SetOption(c.Caller(), option.Level, option.Number, raw)
})
