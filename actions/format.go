package actions

import (
	"slices"

	"netscene/actions/message"
	"netscene/actions/socket"
	"netscene/schema"
)

// format is the part of the parameters that says which message it is. The type's name stands in the
// scenario; what it means is known when the scenario is compiled.
type format struct {
	Type string `param:"type,required" doc:"which message, by its name under messages"`

	message *message.Type
	given   map[string]any
}

func (f *format) take(m *message.Type, given map[string]any) { f.message, f.given = m, given }

// formatted is implemented by the parameters of actions on messages.
type formatted interface {
	take(m *message.Type, given map[string]any)
}

// Formatted says whether steps of the action name the type of a message.
func (a *Action) Formatted() bool {
	_, ok := a.newP().(formatted)
	return ok
}

// Ready says whether it is known which type of message the action is about.
func (a *Action) Ready() bool { return a.message != nil }

// Conflict names a field of a message that would be a parameter twice; "" for none.
func (a *Action) Conflict(m *message.Type) string {
	for _, f := range m.Given() {
		if a.sends && a.Shape.Param(f.Name) != nil {
			return f.Name
		}
	}
	return ""
}

// messageResult is the name of the result that is a message.
const messageResult = "message"

// For gives the action as it is for one type of message: where it sends, the fields of the message
// are parameters, and its result `message` has these fields.
func (a *Action) For(m *message.Type) *Action {
	b, shape, params := *a, *a.Shape, *a.params
	b.message, b.Shape, b.params = m, &shape, &params
	if a.sends {
		shape.Params = slices.Concat(shape.Params, m.Given())
		params.index = append(slices.Clone(params.index), make([][]int, len(m.Given()))...)
	}
	shape.Results = slices.Clone(shape.Results)
	for i := range shape.Results {
		if f := &shape.Results[i]; f.Name == messageResult {
			doc := f.Doc
			*f = m.Gives()
			f.Name, f.Doc = messageResult, doc
		}
	}
	return &b
}

// messageFields is the value of a message.
type messageFields map[string]any

func (messageFields) kind(f *schema.Field) { f.Kind = schema.Map }

func (m messageFields) plain() any { return map[string]any(m) }

// Dumper is implemented by results and errors that hold a message and can show it field by field.
// Fields that marked says yes to are marked.
type Dumper interface {
	Dump(marked func(path string) bool) string
}

// dump is a message that can be shown.
type dump struct {
	message *message.Type
	bytes   []byte
	whole   bool // nothing came behind the bytes
}

// Dump shows the message field by field.
func (d dump) Dump(marked func(path string) bool) string {
	if d.message == nil || len(d.bytes) == 0 {
		return ""
	}
	return d.message.Dump(d.bytes, d.whole, marked)
}

// malformed is the error of bytes that are not as the message is described.
type malformed struct {
	failure *socket.Error
	dump
}

func (e *malformed) Error() string { return e.failure.Error() }

// Unwrap gives the error without the dump.
func (e *malformed) Unwrap() error { return e.failure }
