package message

import (
	"maps"
	"reflect"
	"slices"

	"netscene/schema"
)

// mostPasses is how often a structure is built until its computed values agree.
const mostPasses = 12

// assembly is a structure that is being built.
type assembly struct {
	*structure
	given  map[string]any
	sc     *scope
	depth  int
	parts  []part // of the fields
	spans  [][2]int
	out    []byte
	passes int
}

// part is what a field was built to, and from what.
type part struct {
	from  any
	notes []noted
	out   []byte
	value any
	err   error
	made  bool
}

func (s *structure) build(w *writer, outer *scope, v any) (any, error) {
	given, ok := v.(map[string]any)
	if !ok && v != nil {
		return nil, misfit(v, "a mapping")
	}
	for name := range given {
		if s.find(name) == nil {
			return nil, s.unknown(name)
		}
	}
	a := &assembly{structure: s, given: given, depth: w.depth, parts: make([]part, len(s.fields)),
		spans: make([][2]int, len(s.fields)),
		sc:    &scope{up: outer, given: given, values: maps.Clone(given)}}
	if a.sc.values == nil {
		a.sc.values = map[string]any{}
	}
	if err := a.settle(); err != nil {
		return nil, err
	}
	return a.sc.values, w.add(a.out)
}

func (s *structure) unknown(name string) error {
	var names []string
	for _, f := range s.fields {
		names = append(names, f.name)
	}
	if near := schema.Suggest(name, names); near != "" {
		return unbuildable("there is no field %s; did you mean %s?", name, near)
	}
	return unbuildable("there is no field %s", name)
}

// settle makes passes over the fields until nothing changes.
func (a *assembly) settle() error {
	for ; ; a.passes++ {
		before, values := a.out, maps.Clone(a.sc.values)
		err := a.pass()
		switch {
		case !a.loose, a.passes > 0 && slices.Equal(before, a.out) &&
			reflect.DeepEqual(values, a.sc.values):
			return err
		case a.passes == mostPasses && err == nil:
			return unbuildable("the computed fields never agree with each other")
		case a.passes == mostPasses:
			return err
		}
	}
}

// pass builds each field with what is known by now. It gives the first error, and goes on.
func (a *assembly) pass() (first error) {
	w := &writer{depth: a.depth}
	next := make([][2]int, len(a.fields))
	for _, f := range a.fields {
		start := len(w.out)
		if err := a.field(w, f); err != nil && first == nil {
			first = under(err, f.name)
		}
		next[f.index] = [2]int{start, len(w.out)}
	}
	a.out, a.spans = w.out, next
	return first
}

func (a *assembly) field(w *writer, f *field) error {
	if f.cond != nil {
		there, err := f.cond.holds(a.sc)
		if err != nil {
			return unbuildable("%v", err)
		}
		if !there {
			if _, given := a.given[f.name]; given {
				return unbuildable("it is given, but %s does not hold", f.cond.source)
			}
			delete(a.sc.values, f.name)
			return nil
		}
	}
	v, err := a.valueOf(f)
	if err != nil {
		return err
	}
	if f.bits() > 0 {
		built, err := f.form.build(w, a.sc, v)
		if err == nil {
			a.sc.values[f.name] = built
		}
		return err
	}
	p := &a.parts[f.index]
	if !p.made || !a.sc.same(p.notes) || !reflect.DeepEqual(p.from, v) {
		a.sc.noted = &p.notes
		*p = part{from: v, made: true}
		inner := &writer{depth: a.depth}
		p.value, p.err = buildForm(inner, f.form, a.sc, v)
		p.out, a.sc.noted = inner.out, nil
	}
	if p.err != nil {
		return copied(p.err)
	}
	a.sc.values[f.name] = p.value
	return w.add(p.out)
}

// copied gives an error that may be changed.
func copied(err error) error {
	if e, ok := err.(*Error); ok {
		again := *e
		return &again
	}
	return err
}

// valueOf gives the value of a field: the one that is given, a computed one, or the one for when
// there is none.
func (a *assembly) valueOf(f *field) (any, error) {
	if v, given := a.given[f.name]; given && v != nil {
		return v, nil
	}
	switch {
	case f.value != nil:
		return a.computed(f)
	case f.measure != nil:
		if a.passes == 0 {
			return 0, nil
		}
		return a.measured(*f.measure), nil
	case f.preset != nil:
		return f.preset, nil
	}
	v, ok := f.form.absent()
	if _, nested := v.(map[string]any); !ok && !nested && !chooses(f.form) {
		return nil, unbuildable("it must be given")
	}
	return v, nil
}

func chooses(f form) bool {
	switch f := plainForm(f).(type) {
	case *choice:
		return true
	case *region:
		return chooses(f.inner)
	}
	return false
}

func (a *assembly) computed(f *field) (any, error) {
	if a.passes == 0 && !f.value.fixed() { // what it depends on is not there yet
		if n, ok := plainForm(f.form).(*number); ok && n.flag() {
			return false, nil
		}
		if v, ok := f.form.absent(); ok {
			return v, nil
		}
	}
	if f.value.uses(nameRaw) || f.value.uses(nameWhole) || f.value.uses(nameRest) {
		a.sc.extra = a.extra(f, a.out, 0, a.spans)
		defer func() { a.sc.extra = nil }()
	}
	v, err := f.value.eval(a.sc)
	if err != nil {
		return nil, unbuildable("%s: %v", f.value.source, err)
	}
	return v, nil
}

// measured is how many bytes a field has, without what tells that, or how many items.
func (a *assembly) measured(m claim) int {
	p := &a.parts[m.field.index]
	if items, ok := p.value.([]any); ok && m.items {
		return len(items)
	}
	return len(p.out)
}
