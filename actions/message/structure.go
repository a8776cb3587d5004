package message

import (
	"reflect"

	"netscene/schema"
)

// structure is a row of fields.
type structure struct {
	fields []*field
	loose  bool // a value depends on others: building takes more than one pass
}

// claim is the length or the count of a field.
type claim struct {
	field *field
	items bool // it counts items, not bytes
}

// attributes are what stands beside a type.
type attributes struct {
	value  *expression // it is computed
	cond   *expression // it may be absent
	preset any         // the value where none is given
	marked bool        // such a thing is given
}

// field is a field of a structure.
type field struct {
	name string
	at   schema.Span
	form form
	attributes
	index   int
	measure *claim // it says this, unless it is given
}

// bits says whether the field is a part of a byte.
func (f *field) bits() int {
	if n, ok := plainForm(f.form).(*number); ok && !n.whole() {
		return n.bits
	}
	return 0
}

// required says whether a value must be given.
func (f *field) required() bool {
	if f.value != nil || f.measure != nil || f.cond != nil || f.preset != nil {
		return false
	}
	if c, ok := plainForm(f.form).(*choice); ok {
		return c.demanding()
	}
	_, ok := f.form.absent()
	return !ok
}

// demanding says whether every case needs a value.
func (f *choice) demanding() bool {
	for _, one := range f.cases {
		if _, ok := one.absent(); ok {
			return false
		}
	}
	if f.otherwise != nil {
		_, ok := f.otherwise.absent()
		return !ok
	}
	return true
}

func (s *structure) absent() (any, bool) {
	for _, f := range s.fields {
		if f.required() {
			return map[string]any{}, false
		}
	}
	return map[string]any{}, true
}

func (s *structure) field(x *expansion, read bool) schema.Field {
	out := schema.Field{Kind: schema.Map}
	for _, f := range s.fields {
		x.left--
		one := f.form.field(x, read)
		one.Name, one.Required = f.name, !read && f.required()
		one.Null = read && f.cond != nil
		out.Fields = append(out.Fields, one)
	}
	return out
}

// find gives a field by its name.
func (s *structure) find(name string) *field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// passage is a structure that is being read.
type passage struct {
	*structure
	r      *reader
	sc     *scope
	start  int
	spans  [][2]int // of the fields
	closed bool     // a field has told where the structure ends
}

func (s *structure) parse(r *reader, outer *scope) (any, error) {
	values := make(map[string]any, len(s.fields))
	p := &passage{structure: s, r: r, sc: &scope{up: outer, values: values}, start: r.at,
		spans: make([][2]int, len(s.fields))}
	if err := r.enter(); err != nil {
		return nil, err
	}
	defer r.leave()
	end := r.end
	defer func() { r.end = end }()
	for _, f := range s.fields {
		r.push(f.name)
		err := p.field(f)
		r.pop()
		if err != nil {
			return nil, under(err, f.name)
		}
	}
	if p.closed {
		if err := r.used(); err != nil {
			return nil, err
		}
	}
	for _, f := range s.fields {
		if _, there := values[f.name]; f.value == nil || f.value.fixed() || !there {
			continue
		}
		if err := p.verify(f); err != nil {
			return nil, under(err, f.name)
		}
	}
	return values, nil
}

func (p *passage) field(f *field) error {
	if f.cond != nil {
		there, err := f.cond.holds(p.sc)
		if err != nil {
			return p.r.wrong(0, "%v", err)
		}
		if !there {
			return nil
		}
	}
	if err := p.r.enter(); err != nil {
		return err
	}
	defer p.r.leave()
	start := p.r.at
	v, err := f.form.parse(p.r, p.sc)
	if err != nil {
		return err
	}
	p.sc.values[f.name] = v
	p.spans[f.index] = [2]int{start, p.r.at}
	p.r.tell(f.form, start, v)
	switch {
	case f.value == nil:
	case f.value.fixed():
		return p.verify(f)
	case f.value.uses(nameRest):
		return p.limit(f, v)
	}
	return nil
}

// wrong makes an error about the bytes of a field.
func (p *passage) wrong(f *field, format string, args ...any) error {
	at := p.spans[f.index]
	e := p.r.wrong(max(at[1]-at[0], 1), format, args...).(*Error)
	e.At = at[0]
	return e
}

// limit ends the structure where a field says that it ends.
func (p *passage) limit(f *field, v any) error {
	n, _ := v.(int)
	p.sc.extra = map[string]any{nameRest: 0}
	least, err := f.value.number(p.sc)
	rest := n - least
	if err == nil {
		p.sc.extra[nameRest] = rest
		least, err = f.value.number(p.sc)
	}
	p.sc.extra = nil
	switch {
	case err != nil:
		return p.wrong(f, "%v", err)
	case rest < 0 || least != n:
		return p.wrong(f, "it is %d, which no length of the rest gives", n)
	case p.closed && p.r.at+rest != p.r.end:
		return p.wrong(f, "it is %d, but %d bytes follow", n, p.r.end-p.r.at)
	}
	if err := p.r.has(rest); err != nil {
		if _, short := err.(*Short); short {
			return err
		}
		there, _ := p.r.ahead()
		return p.wrong(f, "it is %d, but %d bytes follow", n, len(there))
	}
	p.closed, p.r.end = true, p.r.at+rest
	return nil
}

// verify compares a field with what it should be.
func (p *passage) verify(f *field) error {
	if f.value.uses(nameRaw) || f.value.uses(nameWhole) || f.value.uses(nameRest) {
		p.sc.extra = p.structure.extra(f, p.r.data[p.start:p.r.at], p.start, p.spans)
	}
	want, err := f.value.eval(p.sc)
	p.sc.extra = nil
	if err == nil {
		want, err = f.form.build(&writer{}, p.sc, want)
	}
	if err != nil {
		return p.wrong(f, "it cannot be verified: %v", err)
	}
	if got := p.sc.values[f.name]; !reflect.DeepEqual(got, want) {
		return p.wrong(f, "it is %s, not %s", p.shown(f, got), p.shown(f, want))
	}
	return nil
}

// shown prints a value, long numbers in hexadecimal too, as checksums are.
func (p *passage) shown(f *field, v any) string {
	if n, ok := v.(int); ok && (f.value.uses(nameWhole) || f.value.uses(nameRaw)) {
		return printed(n) + hexForm(n)
	}
	return printed(v)
}

// extra gives what a computed field can name beside fields. all are the bytes of the structure, the
// first of which has offset start.
func (s *structure) extra(of *field, all []byte, start int, spans [][2]int) map[string]any {
	extra := map[string]any{}
	if of.value.uses(nameRest) {
		extra[nameRest] = start + len(all) - spans[of.index][1]
	}
	if of.value.uses(nameWhole) {
		whole := append([]byte(nil), all...)
		clear(whole[spans[of.index][0]-start : spans[of.index][1]-start])
		extra[nameWhole] = whole
	}
	if of.value.uses(nameRaw) {
		raw := make(map[string]any, len(s.fields))
		for _, f := range s.fields {
			from, to := spans[f.index][0], spans[f.index][1]
			if from == 0 && to == 0 { // it is absent
				from, to = start, start
			}
			raw[f.name] = append([]byte{}, all[from-start:to-start]...)
		}
		extra[nameRaw] = raw
	}
	return extra
}
