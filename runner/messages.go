package runner

import (
	"fmt"
	"maps"
	"slices"

	"netscene/actions"
	"netscene/actions/message"
	"netscene/runner/expr"
	"netscene/schema"
)

// messages compiles the descriptions of messages.
func (c *compiler) messages() {
	var found schema.Diagnostics
	c.types, found = message.Compile(c.doc.Messages, describing)
	c.found = append(c.found, found...)
	c.misdescribed = len(found) > 0
	if len(c.types) > 0 {
		c.language = language.With(described(c.types))
	}
}

// CheckLibrary finds what is wrong with the messages that a file describes for scenarios to use.
func CheckLibrary(doc *schema.Document) schema.Diagnostics {
	_, found := message.Compile(doc.Messages, describing)
	found.Quote(doc.Sources...)
	return found
}

// described are the messages of a scenario as expressions know them.
type described message.Set

// Names lists the messages.
func (d described) Names() []string { return slices.Sorted(maps.Keys(d)) }

// Type gives the type of a message's value.
func (d described) Type(name string) expr.Type { return expr.FieldType(d[name].Gives()) }

// Build makes the bytes of a message.
func (d described) Build(name string, fields map[string]any) ([]byte, error) {
	m := d[name]
	if m == nil {
		return nil, fmt.Errorf("there is no message %s", name)
	}
	data, _, err := m.Build(fields)
	return data, err
}

// Parse reads a message.
func (d described) Parse(name string, data []byte) (map[string]any, error) {
	m := d[name]
	if m == nil {
		return nil, fmt.Errorf("there is no message %s", name)
	}
	return m.ParseAll(data)
}

// describing compiles an expression in the description of a message. It can name nothing but the
// message's own fields, so that the message means the same everywhere.
func describing(e *schema.Expr, fields map[string]schema.Field, want schema.Kind) (message.Program,
	[]string, schema.Diagnostics) {
	names := make(expr.Names, len(fields))
	for name, f := range fields {
		names[name] = expr.FieldType(f)
	}
	prog, problems := language.Compile(e.Source, names, expr.FieldType(schema.Field{Kind: want}))
	var found schema.Diagnostics
	for _, p := range problems {
		found = append(found, schema.Diagnostic{Span: e.Place(p.From, p.To), Summary: p.Summary,
			Detail: p.Detail})
	}
	if len(found) > 0 {
		return nil, nil, found
	}
	var reads []string
	for _, ref := range prog.Refs() {
		if !slices.Contains(reads, ref.Path[0]) {
			reads = append(reads, ref.Path[0])
		}
	}
	return prog, reads, nil
}

// ofMessage finds which message a step sends or receives, and gives it that message's fields.
func (c *compiler) ofMessage(s *step) {
	if !s.action.Formatted() {
		return
	}
	n := s.doc.Args
	if n != nil && n.Kind == schema.Mapping {
		n = n.Get("type")
	}
	switch {
	case n == nil:
		c.report(s.doc.Word.Span, "name one that is described under messages: "+
			s.doc.Word.Text+": {type: NAME}", "%s needs type", s.doc.Word.Text)
		return
	case n.Kind != schema.Scalar || n.Text != nil:
		c.report(n.Span, "which message it is, is known before the run",
			"type is the name of a message")
		return
	}
	name, _ := n.Value.(string)
	m := c.types[name]
	if m == nil && c.described(name) {
		if !c.misdescribed {
			c.report(n.Span, "a message begins with a list of fields; the name can stand in one",
				"%s is the type of a field", name)
		}
		return
	}
	if m == nil {
		known := slices.Sorted(maps.Keys(c.types))
		hint := meant(name, known)
		if len(known) == 0 {
			hint = "messages: at the top of the scenario describes them"
		}
		c.report(n.Span, hint, "there is no message %s", n.Raw)
		return
	}
	if field := s.action.Conflict(m); field != "" {
		c.report(n.Span, "give the field another name", "the field %s of %s would be a parameter of %s, "+
			"which means something else", field, name, s.doc.Word.Text)
		return
	}
	s.action = s.action.For(m)
}

// described says whether a name stands under messages.
func (c *compiler) described(name string) bool {
	return slices.ContainsFunc(c.doc.Messages, func(m schema.Message) bool {
		return m.Name.Text == name
	})
}

// dumped shows the message of a step field by field, with those marked that an expression names.
func dumped(o *outcome, prog *program) string {
	shown, ok := o.result.(actions.Dumper)
	if !ok || !slices.Contains(prog.result, "message") {
		return ""
	}
	var marks []string
	for _, ref := range prog.Refs() {
		if ref.Path[0] == "message" && len(ref.Path) > 1 {
			marks = append(marks, ref.Path[1])
		}
	}
	return shown.Dump(func(path string) bool { return slices.ContainsFunc(marks, within(path)) })
}

// within says whether a path is that of a field or of a part of it.
func within(path string) func(field string) bool {
	return func(field string) bool {
		rest := path[min(len(field), len(path)):]
		return path == field+rest && (rest == "" || rest[0] == '.' || rest[0] == '[')
	}
}
