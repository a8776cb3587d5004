package message

import (
	"bytes"
	"fmt"

	"netscene/schema"
)

// list is a row of items of one form.
type list struct {
	extent // of items, or up to a terminator
	item   form
}

func (f *list) parse(r *reader, sc *scope) (any, error) {
	start := r.at
	n, known, err := f.length(r, sc)
	if err != nil {
		return nil, err
	}
	if f.prefix != nil && n > 0 && r.told != nil {
		r.note(Span{At: start, Size: r.at - start, Value: items(n)})
	}
	if known && n > MaxNodes-r.nodes {
		return nil, r.tooMany()
	}
	list := []any{}
	for i := 0; !known || i < n; i++ {
		if !known {
			if ended, err := f.ended(r); err != nil || ended {
				return list, err
			}
		}
		before := r.at
		r.push(fmt.Sprintf("[%d]", i))
		v, err := f.parseItem(r, sc)
		r.pop()
		if err != nil {
			return nil, under(err, fmt.Sprintf("[%d]", i))
		}
		if !known && r.at == before {
			return nil, r.wrong(0, "an item takes no bytes, so the list has no end")
		}
		list = append(list, v)
	}
	return list, nil
}

func (f *list) parseItem(r *reader, sc *scope) (any, error) {
	if err := r.enter(); err != nil {
		return nil, err
	}
	defer r.leave()
	start := r.at
	v, err := f.item.parse(r, sc)
	if err == nil {
		r.tell(f.item, start, v)
	}
	return v, err
}

// ended says whether a list whose length is not known has no more items.
func (f *list) ended(r *reader) (bool, error) {
	b, all := r.ahead()
	switch {
	case f.until == nil && all:
		return len(b) == 0, nil
	case f.until == nil:
		if len(b) == 0 {
			return false, r.more()
		}
		return false, nil
	case bytes.HasPrefix(b, f.until):
		_, err := r.take(len(f.until))
		return true, err
	case !all && len(b) < len(f.until) && bytes.HasPrefix(f.until, b):
		return false, r.more()
	case all && len(b) == 0:
		return false, r.wrong(0, "the list has no end: %q does not come", f.until)
	}
	return false, nil
}

func (f *list) build(w *writer, sc *scope, v any) (any, error) {
	given, ok := v.([]any)
	if !ok {
		return nil, misfit(v, "a list")
	}
	if err := f.announce(w, len(given)); err != nil {
		return nil, err
	}
	items := make([]any, len(given))
	starts := make([]int, len(given))
	for i, item := range given {
		starts[i] = len(w.out)
		built, err := buildForm(w, f.item, sc, item)
		if err != nil {
			return nil, under(err, fmt.Sprintf("[%d]", i))
		}
		items[i] = built
	}
	if err := w.add(f.until); err != nil {
		return nil, err
	}
	for i, start := range starts { // what ends it may begin in one item and go on in the next
		if f.until != nil && bytes.HasPrefix(w.out[start:], f.until) {
			return nil, under(unbuildable("it starts with %q, which would end the list", f.until),
				fmt.Sprintf("[%d]", i))
		}
	}
	return items, f.agree(sc, len(items), "item")
}

// buildForm builds a value, or what stands for one that is not given.
func buildForm(w *writer, f form, sc *scope, v any) (any, error) {
	if v == nil {
		v, _ = f.absent()
	}
	if w.depth++; w.depth > MaxDepth {
		return nil, unbuildable("the message is nested more than %d deep", MaxDepth)
	}
	built, err := f.build(w, sc, v)
	w.depth--
	return built, err
}

func (f *list) absent() (any, bool) { return []any{}, true }

func (f *list) field(x *expansion, read bool) schema.Field {
	elem := f.item.field(x, read)
	elem.Name = "an item"
	return schema.Field{Kind: schema.List, Elem: &elem}
}

// choice is a value whose form the value of an earlier field tells.
type choice struct {
	tag       *expression
	source    string
	cases     map[string]form
	names     []string // of the cases, in their order
	otherwise form
}

func (f *choice) chosen(sc *scope) (form, error) {
	v, err := f.tag.eval(sc)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(v)
	if b, ok := v.([]byte); ok {
		key = string(b)
	}
	if one, ok := f.cases[key]; ok {
		return one, nil
	}
	if f.otherwise == nil {
		return nil, fmt.Errorf("there is no case for %s = %v", f.source, v)
	}
	return f.otherwise, nil
}

func (f *choice) parse(r *reader, sc *scope) (any, error) {
	one, err := f.chosen(sc)
	if err != nil {
		return nil, r.wrong(0, "%v", err)
	}
	return one.parse(r, sc)
}

func (f *choice) build(w *writer, sc *scope, v any) (any, error) {
	one, err := f.chosen(sc)
	if err != nil {
		return nil, unbuildable("%v", err)
	}
	return buildForm(w, one, sc, v)
}

func (f *choice) absent() (any, bool) { return nil, false }

func (f *choice) field(x *expansion, read bool) schema.Field {
	out := schema.Field{Kind: schema.Any}
	if !read {
		return out
	}
	for _, name := range f.names {
		out.Fields = append(out.Fields, f.cases[name].field(x, read))
	}
	if f.otherwise != nil {
		out.Fields = append(out.Fields, f.otherwise.field(x, read))
	}
	return out
}

// region is a value in a known number of bytes.
type region struct {
	extent
	inner form
}

func (f *region) parse(r *reader, sc *scope) (any, error) {
	n, _, err := f.length(r, sc)
	if err != nil {
		return nil, err
	}
	return r.within(n, func() (any, error) { return f.inner.parse(r, sc) })
}

func (f *region) build(w *writer, sc *scope, v any) (any, error) {
	inner := &writer{depth: w.depth}
	built, err := buildForm(inner, f.inner, sc, v)
	if err != nil {
		return nil, err
	}
	return built, f.write(w, sc, inner.out)
}

func (f *region) absent() (any, bool) { return f.inner.absent() }

func (f *region) field(x *expansion, read bool) schema.Field { return f.inner.field(x, read) }

// inset is a message of its own within another.
type inset struct{ inner form }

func (f *inset) parse(r *reader, sc *scope) (any, error) {
	before := r.origin
	r.origin = r.at
	v, err := f.inner.parse(r, sc)
	r.origin = before
	return v, err
}

func (f *inset) build(w *writer, sc *scope, v any) (any, error) { return f.inner.build(w, sc, v) }

func (f *inset) absent() (any, bool) { return f.inner.absent() }

func (f *inset) field(x *expansion, read bool) schema.Field { return f.inner.field(x, read) }

// named is a description that others refer to. It sees nothing of the fields around.
type named struct {
	name  string
	at    schema.Span
	inner form
	attributes
}

func (f *named) parse(r *reader, _ *scope) (any, error) { return f.inner.parse(r, nil) }

func (f *named) build(w *writer, _ *scope, v any) (any, error) { return f.inner.build(w, nil, v) }

func (f *named) absent() (any, bool) {
	if f.inner == nil {
		return nil, false
	}
	return f.inner.absent()
}

func (f *named) field(x *expansion, read bool) schema.Field {
	if f.inner == nil || x.open[f] >= 2 || x.left <= 0 {
		return schema.Field{Kind: schema.Any}
	}
	x.open[f]++
	out := f.inner.field(x, read)
	x.open[f]--
	return out
}

// expansion bounds how much of descriptions that refer to each other is written out.
type expansion struct {
	open map[*named]int
	left int
}

func newExpansion() *expansion { return &expansion{open: map[*named]int{}, left: 1000} }

// under the names of forms lies what they stand for.
func plainForm(f form) form {
	for range MaxDepth {
		n, ok := f.(*named)
		if !ok || n.inner == nil {
			break
		}
		f = n.inner
	}
	return f
}
