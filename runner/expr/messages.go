package expr

import (
	"errors"
	"maps"
)

// Messages are the messages that a scenario describes.
type Messages interface {
	// Names are those of the messages, sorted.
	Names() []string
	// Type is the type of a message's value.
	Type(name string) Type
	Build(name string, fields map[string]any) ([]byte, error)
	Parse(name string, data []byte) (map[string]any, error)
}

// noMessages is a scenario without any.
type noMessages struct{}

var errNoMessages = errors.New("messages: at the top of the scenario describes none")

func (noMessages) Names() []string { return nil }

func (noMessages) Type(string) Type { return Open }

func (noMessages) Build(string, map[string]any) ([]byte, error) { return nil, errNoMessages }

func (noMessages) Parse(string, []byte) (map[string]any, error) { return nil, errNoMessages }

// With gives the language with the messages of a scenario.
func (l *Language) With(m Messages) *Language {
	with := *l
	with.functions, with.table, with.public = maps.Clone(l.functions), maps.Clone(l.table),
		maps.Clone(l.public)
	for _, f := range messageFunctions(m) {
		delete(with.functions, f.Name)
		with.add(f.Name, &f)
	}
	return &with
}

func messageFunctions(m Messages) []function {
	return []function{
		{Function: Function{"build", "build(message, fields) -> bytes",
			"the bytes of a message that is described under messages",
			`data startsWith build("ping", {id: 1})`},
			params: []kind{text, mapping}, words: m.Names(), result: gives(Bytes), metered: true,
			run: func(_ *meter, a []any) (any, error) {
				return m.Build(a[0].(string), a[1].(map[string]any))
			}},
		{Function: Function{"parse", "parse(message, bytes) -> map",
			"the fields of a message that is described under messages; the bytes are this message alone",
			`parse("ping", data).id == 1`},
			params: []kind{text, bytes}, words: m.Names(), metered: true,
			result: func(args []Type) Type {
				if len(args[0].words) == 1 {
					return m.Type(args[0].words[0])
				}
				return Open
			},
			run: func(_ *meter, a []any) (any, error) { return m.Parse(a[0].(string), a[1].([]byte)) }},
	}
}
