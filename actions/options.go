package actions

import (
	"errors"
	"fmt"
	"strings"

	"netscene/actions/socket"
	"netscene/schema"
)

// Option is a socket option, by name; or by number, and then with its level.
type Option struct {
	socket.Option
	number int // of an option given by number
}

func (Option) kind(f *schema.Field) { f.Kind = schema.Any }

func (o *Option) set(v any) error {
	switch v := v.(type) {
	case int:
		o.number = v
		return nil
	case string:
		known, ok := socket.LookupOption(v)
		if !ok {
			return unknownOption(v)
		}
		o.Option = known
		return nil
	default:
		return errors.New("an option is a name such as SO_REUSEADDR, or a number")
	}
}

func unknownOption(name string) error {
	if near := schema.Suggest(name, socket.OptionNames()); near != "" {
		return fmt.Errorf("unknown option %s: did you mean %s?", name, near)
	}
	return fmt.Errorf("unknown option %s: give a name such as SO_REUSEADDR, "+
		"or a number and its level", name)
}

// OptionLevel is the level of an option that is given by number.
type OptionLevel int

func (OptionLevel) kind(f *schema.Field) { f.Kind, f.Choices = schema.Choice, socket.Levels() }

// resolve gives the option to use; an option given by number takes and gives plain integers, or
// bytes.
func (o Option) resolve(level *OptionLevel) (socket.Option, *ParamError) {
	if o.Name != "" {
		if level == nil || int(*level) == o.Level {
			return o.Option, nil
		}
		if there, ok := o.At(int(*level)); ok {
			return there, nil
		}
		return socket.Option{}, &ParamError{"level",
			fmt.Errorf("%s belongs to another level; leave `level` out", o.Name)}
	}
	if level == nil {
		return socket.Option{}, &ParamError{"option",
			errors.New("an option given by number needs `level`, such as SOL_SOCKET")}
	}
	return socket.NumberedOption(int(*level), o.number), nil
}

// OptionValue is what an option is set to; nil for the null pointer.
type OptionValue struct{ plain any }

func (OptionValue) kind(f *schema.Field) { f.Kind, f.Null = schema.Any, true }

func (v *OptionValue) set(plain any) error {
	v.plain = plain
	return nil
}

// optionTable tells what the values of options look like.
func optionTable(forms []socket.OptionForm) *schema.Table {
	t := &schema.Table{Title: "Values", Head: []string{"option", "value"}}
	for _, f := range forms {
		names := "every other option"
		if f.Options != nil {
			names = strings.Join(f.Options, ", ")
		}
		t.Rows = append(t.Rows, []string{names, f.Form})
	}
	return t
}
