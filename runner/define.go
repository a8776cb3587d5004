package runner

import (
	"slices"

	"netscene/runner/expr"
	"netscene/schema"
)

// A step that says the name of a definition plays its steps, which the grammar has read for it
// alone. They see each other and the parameters; of the steps around it they know what they are
// given. Outside, the use has their results.

// names gives the block around this one whose names stand here too; nil where there is none: the
// steps of a definition do not know those of whoever uses it.
func (b *block) names() *block {
	if b.parent != nil && b.parent.flow == flowUse {
		return nil
	}
	return b.outer()
}

// use gives the innermost use of a definition around a block; nil when there is none.
func (b *block) use() *step {
	for ; b != nil; b = b.outer() {
		if b.parent != nil && b.parent.flow == flowUse {
			return b.parent
		}
	}
	return nil
}

// via gives where the definitions around a block are used, the innermost first.
func (b *block) via() []schema.Note {
	var notes []schema.Note
	for use := b.use(); use != nil; use = use.block.use() {
		notes = append(notes, use.doc.Used())
	}
	return notes
}

// within adds to what do finds wrong where the definitions around the block are used.
func (c *compiler) within(b *block, do func()) {
	before := len(c.found)
	do()
	via := b.via()
	for i := before; i < len(c.found) && len(via) > 0; i++ {
		c.found[i].Notes = append(c.found[i].Notes, via...)
	}
}

// given is the type of the parameters as the steps of a definition know them in this use.
func (s *step) given() expr.Type {
	types := map[string]expr.Type{}
	for i := range s.shape.Params {
		f := &s.shape.Params[i]
		switch {
		case i >= len(s.params.args) || s.params.args[i].Node == nil:
			types[f.Name] = typeOf(s.doc.Use.Defaults[f.Name])
		case f.Kind == schema.Any:
			types[f.Name] = s.params.typeOf(&s.params.args[i])
		default:
			types[f.Name] = expr.FieldType(*f)
		}
	}
	return expr.Map(types)
}

// typeOf gives the type of an argument that may be anything.
func (p *params) typeOf(arg *schema.Arg) expr.Type {
	if len(arg.Holes) == 0 {
		return expr.TypeOf(arg.Value)
	}
	if h := arg.Holes[0]; h.Node == arg.Node {
		if !h.Single {
			return expr.String
		}
		if prog := p.progs[h.Expr]; prog != nil {
			return prog.Type()
		}
	}
	return expr.Any
}

// use plays the steps of a definition.
func (p *player) use(s *step, out *outcome) *halt {
	given := map[string]any{}
	for i := range s.params.args {
		f := &s.shape.Params[i]
		arg := &s.params.args[i]
		if arg.Node == nil {
			given[f.Name] = s.doc.Use.Defaults[f.Name]
			continue
		}
		v, err := p.decoded(s.params, arg, f)
		if err != nil {
			return p.halted(s, err)
		}
		if v, err = schema.Plain(v, (*env)(p).ReadFile); err != nil {
			return p.halted(s, p.refuse(arg.Node.Span, "", "%s", err))
		}
		given[f.Name] = v
	}
	depth, opened := len(p.given), slices.Clone(p.opened)
	p.given = append(p.given, given)
	defer func() { p.given = p.given[:depth] }()
	if h := p.playRound(s); h != nil {
		return h
	}
	for _, socket := range p.opened {
		if !socket.Closed() && !slices.Contains(opened, socket) {
			out.socket = socket
		}
	}
	if s.kept {
		out.plain = p.last(s)
	}
	return nil
}
