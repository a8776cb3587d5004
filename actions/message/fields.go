package message

import (
	"errors"
	"slices"

	"netscene/schema"
)

// barred are names that mean something else where fields are named.
var barred = append(slices.Clone(schema.Keywords), nameRest, nameRaw, nameWhole)

// structure reads a list of fields.
func (d *describer) structure(n *schema.Node, p *place) form {
	s := &structure{}
	for _, item := range n.Items {
		if item.Kind != schema.Mapping {
			d.report(item.Span, "such as - length: u16", "a field is a name with its type")
			continue
		}
		for _, pair := range item.Pairs {
			d.field(s, pair, p)
		}
	}
	if len(n.Items) == 0 {
		d.report(n.Span, "such as - length: u16", "there are no fields")
	}
	d.later = append(d.later, func() { d.check(s) })
	return s
}

func (d *describer) field(s *structure, pair schema.Pair, p *place) {
	switch {
	case !schema.Identifier(pair.Key):
		d.report(pair.At, "a name has letters, digits and _, and does not start with a digit",
			"%q cannot be the name of a field", pair.Key)
	case slices.Contains(barred, pair.Key) || basic(pair.Key) != nil && words[pair.Key] == nil:
		d.report(pair.At, "choose another name", "%s cannot be the name of a field: it means something",
			pair.Key)
	case s.find(pair.Key) != nil:
		d.report(pair.At, "choose another name", "there is a field %s already", pair.Key)
	}
	f := &field{name: pair.Key, at: pair.At, index: len(s.fields)}
	s.fields = append(s.fields, f)
	here := &place{owner: s, field: f}
	if p.owner != nil {
		here.outer = p
	}
	f.form, f.attributes = d.form(pair.Value, here)
	if ref, ok := f.form.(*named); ok {
		d.later = append(d.later, func() { f.inherit(ref) })
	}
	d.constant(f)
}

// inherit takes over what a description says beside its type.
func (f *field) inherit(ref *named) {
	for n := ref; n != nil; {
		if f.value == nil {
			f.value = n.value
		}
		if f.preset == nil {
			f.preset = n.preset
		}
		n, _ = n.inner.(*named)
	}
}

// constant makes a number with one name and no default a constant.
func (d *describer) constant(f *field) {
	d.later = append(d.later, func() {
		n, ok := plainForm(f.form).(*number)
		if ok && len(n.names) == 1 && f.value == nil && f.preset == nil {
			f.value = &expression{known: n.names[0].Name, source: n.names[0].Name}
		}
	})
}

// attributes reads what stands beside a type.
func (d *describer) attributes(n *schema.Node, head string, p *place) attributes {
	var a attributes
	f := basic(head)
	arg := n.Get(head)
	want := schema.Any
	switch f := f.(type) {
	case *number:
		want = schema.Int
		if f.flag() {
			want = schema.Bool
		}
	case *varint:
		want = schema.Int
	}
	if arg.Kind == schema.Scalar && arg.Value != nil {
		if _, isFloat := f.(*float); want != schema.Any || isFloat {
			a.value = d.computed(arg, p, want)
		}
	}
	if value := n.Get("value"); value != nil {
		if a.value != nil {
			d.report(value.Span, "leave one of them out", "it has a value already")
		}
		a.value = d.computed(value, p, want)
	}
	if cond := n.Get("if"); cond != nil {
		a.cond = d.expression(cond, "if", p, schema.Bool)
	}
	if preset := n.Get("default"); preset != nil {
		a.preset = d.literal(preset, p)
		if a.value != nil {
			d.report(preset.Span, "leave one of them out", "it is computed already")
		}
	}
	a.marked = a.value != nil || a.cond != nil || a.preset != nil
	return a
}

// literal reads a value that is the same in every message, and checks it once all types are known.
func (d *describer) literal(n *schema.Node, p *place) any {
	v, found := schema.DecodeValue(n, &schema.Field{Name: "default", Kind: schema.Any})
	d.found = append(d.found, found...)
	d.later = append(d.later, func() {
		if p.field == nil || chooses(p.field.form) {
			return
		}
		if _, err := buildForm(&writer{}, p.field.form, &scope{}, v); err != nil &&
			!errors.Is(err, errBroken) {
			d.report(n.Span, "", "the default does not fit: %v", err)
		}
	})
	return v
}

// computed reads the value of a field, which can name every field.
func (d *describer) computed(n *schema.Node, p *place, want schema.Kind) *expression {
	e := &expression{}
	if d.constantOf(n, e, p, want) {
		return e
	}
	source := d.source(n, "value")
	if source == nil {
		return e
	}
	e.source = source.Source
	d.later = append(d.later, func() {
		names := d.visible(p, true)
		d.compiled(e, source, names, want)
		if !e.uses(nameRest) || p.owner == nil {
			return
		}
		for _, name := range e.reads {
			if other := p.owner.find(name); other != nil && other.index >= p.field.index ||
				name == nameRaw || name == nameWhole {
				d.report(n.Span, "rest tells where the message ends, so it stands with earlier fields alone",
					"%s cannot stand beside rest", name)
			}
		}
	})
	return e
}

// constantOf takes a value that is written as one.
func (d *describer) constantOf(n *schema.Node, e *expression, p *place, want schema.Kind) bool {
	switch n.Value.(type) {
	case int, bool, float64:
		e.known, e.source = n.Value, n.Raw
	default:
		return false
	}
	if b, ok := e.known.(bool); ok && want == schema.Int {
		d.report(n.Span, "", "%v is no number", b)
	}
	d.later = append(d.later, func() {
		if p.field == nil {
			return
		}
		if _, err := p.field.form.build(&writer{}, &scope{}, e.known); err != nil &&
			!errors.Is(err, errBroken) {
			d.report(n.Span, "", "the value does not fit: %v", err)
		}
	})
	return true
}

// source reads the text of an expression.
func (d *describer) source(n *schema.Node, what string) *schema.Expr {
	v, found := schema.DecodeValue(n, &schema.Field{Name: what, Kind: schema.Expression})
	d.found = append(d.found, found...)
	e, _ := v.(*schema.Expr)
	return e
}

// expression reads one that can name earlier fields.
func (d *describer) expression(n *schema.Node, what string, p *place,
	want schema.Kind) *expression {
	e := &expression{}
	source := d.source(n, what)
	if source == nil {
		return e
	}
	e.source = source.Source
	d.later = append(d.later, func() { d.compiled(e, source, d.visible(p, false), want) })
	return e
}

func (d *describer) compiled(e *expression, source *schema.Expr, names map[string]schema.Field,
	want schema.Kind) {
	program, reads, found := d.compile(source, names, want)
	e.program, e.reads = program, reads
	d.found = append(d.found, found...)
}

// visible gives the names that an expression can use at a place: earlier fields, with all set every
// field, and what else a computed value can name.
func (d *describer) visible(p *place, all bool) map[string]schema.Field {
	names := map[string]schema.Field{}
	if p.owner == nil {
		return names
	}
	if p.outer != nil {
		names = d.visible(p.outer, false)
	}
	var raw []schema.Field
	for _, f := range p.owner.fields {
		if !all && f.index >= p.field.index {
			continue
		}
		one := f.form.field(newExpansion(), true)
		one.Name, one.Null = f.name, f.cond != nil
		names[f.name] = one
		if f.bits() == 0 {
			raw = append(raw, schema.Field{Name: f.name, Kind: schema.Bytes})
		}
	}
	if all {
		names[nameRest] = schema.Field{Kind: schema.Int}
		names[nameWhole] = schema.Field{Kind: schema.Bytes}
		names[nameRaw] = schema.Field{Kind: schema.Map, Fields: raw}
	}
	return names
}

// extent reads a length or a count: a number, the word of a number that stands before, or an
// expression.
func (d *describer) extent(n *schema.Node, p *place, items bool) extent {
	if fixed, ok := n.Value.(int); ok && n.Kind == schema.Scalar {
		if fixed < 0 || fixed > MaxSize {
			d.report(n.Span, "", "it is from 0 to %d", MaxSize)
		}
		e := &expression{known: fixed, source: n.Raw}
		return extent{size: e}
	}
	word, _ := n.Value.(string)
	switch f := basic(word).(type) {
	case *number:
		if f.whole() && !f.signed {
			return extent{prefix: f}
		}
		d.report(n.Span, "such as u8, u16le or varint", "%s cannot say a length", word)
		return extent{}
	case *varint:
		return extent{prefix: f}
	}
	e := d.expression(n, "the length", p, schema.Int)
	if p.owner != nil && !p.inner {
		d.later = append(d.later, func() { p.owner.measures(p.field, e, items) })
	}
	return extent{size: e}
}

// measures makes an earlier number that says the length of a field, by its name alone, follow from
// the field.
func (s *structure) measures(f *field, e *expression, items bool) {
	says := s.find(e.source)
	if says == nil || says.value != nil || says.preset != nil || says.measure != nil {
		return
	}
	says.measure = &claim{field: f, items: items}
}

// check looks at the fields of a structure together.
func (d *describer) check(s *structure) {
	bits, first := 0, (*field)(nil)
	aligned := func() {
		if bits%8 != 0 {
			d.report(first.at, "bits side by side are whole bytes together",
				"there are %d bits from %s on", bits, first.name)
		}
		bits = 0
	}
	for _, f := range s.fields {
		n := f.bits()
		if n == 0 {
			aligned()
		} else if bits == 0 {
			first = f
		}
		if bits += n; n > 0 && f.cond != nil {
			d.report(f.at, "give the condition to a field of whole bytes", "single bits cannot be absent")
		}
		s.loose = s.loose || f.value != nil && !f.value.fixed() || f.measure != nil || f.cond != nil
	}
	aligned()
}

// endless refuses a description that contains itself in every message.
func (d *describer) endless(n *named) {
	seen := map[*named]bool{}
	var visit func(f form) bool
	visit = func(f form) bool {
		switch f := f.(type) {
		case *named:
			if f == n && len(seen) > 0 {
				return true
			}
			if seen[f] {
				return false
			}
			seen[f] = true
			return visit(f.inner)
		case *structure:
			return slices.ContainsFunc(f.fields, func(one *field) bool {
				return one.cond == nil && visit(one.form)
			})
		case *region:
			return visit(f.inner)
		case *inset:
			return visit(f.inner)
		}
		return false
	}
	if visit(n) {
		d.report(n.at, "put an `if`, a list or a switch between", "%s contains itself without end", n.name)
		n.inner = broken{}
	}
}
