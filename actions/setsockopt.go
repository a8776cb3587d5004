package actions

import (
	"errors"

	"netscene/actions/socket"
)

type setsockoptParams struct {
	Option Option       `param:"option,required" doc:"the option, as SO_REUSEADDR; or a number, with its level"`
	Value  OptionValue  `param:"value,required" doc:"a number, a boolean, a duration, text or a mapping, whichever the option has; or bytes as they are; null, with optlen, for the null pointer"`
	Level  *OptionLevel `param:"level" doc:"the level of an option given by number, as SOL_SOCKET or IPPROTO_TCP; of MCAST_JOIN_GROUP and its like, IPPROTO_IP unless given"`
	OptLen *int         `param:"optlen" doc:"with a value of null: the length that the kernel is told" range:"0 2147483647"`
}

func (p *setsockoptParams) check() *ParamError {
	option, wrong := p.Option.resolve(p.Level)
	switch {
	case wrong != nil:
		return wrong
	case p.Value.plain == nil && p.OptLen == nil:
		return &ParamError{"value", errors.New("null needs `optlen`, the length that the kernel is told")}
	case p.Value.plain == nil:
		return nil
	case p.OptLen != nil:
		return &ParamError{"optlen", errors.New("it stands beside a value of null only; bytes have " +
			"the length that they have")}
	}
	if err := option.Check(p.Value.plain); err != nil {
		return &ParamError{"value", err}
	}
	return nil
}

var _ = define("setsockopt", help{
	About: "set a socket option",
	Doc: "Constants go by their names, alone or in a list, which is ORed. Bytes, such as {hex: \"01\"}, reach\n" +
		"the kernel as they are, whatever the option: so a value can have a wrong length on purpose.",
	Uses: Current,
	Example: "- setsockopt: {option: SO_LINGER, value: {on: true, seconds: 0}}\n" +
		"- setsockopt: {option: IP_MTU_DISCOVER, value: IP_PMTUDISC_DO}\n  as: whole",
	Table: optionTable(socket.OptionForms()),
}, func(c *Call, p setsockoptParams) (none, error) {
	if wrong := p.check(); wrong != nil {
		return none{}, wrong
	}
	option, _ := p.Option.resolve(p.Level)
	if p.Value.plain == nil {
		return none{}, c.Socket.SetNullOption(c.Caller(), option.Level, option.Number, *p.OptLen)
	}
	raw, err := option.Encode(p.Value.plain)
	if err != nil {
		return none{}, err
	}
	return none{}, c.Socket.SetOption(c.Caller(), option.Level, option.Number, raw)
})
