package message

import "netscene/schema"

// Type is a described message. It never changes.
type Type struct {
	Name string
	*structure
	unusable bool
}

// Usable says whether messages can be built and parsed.
func (t *Type) Usable() bool { return !t.unusable }

// Given describes the values that a message is built from.
func (t *Type) Given() []schema.Field { return t.field(newExpansion(), false).Fields }

// Gives describes the value of a message that was parsed.
func (t *Type) Gives() schema.Field {
	f := t.field(newExpansion(), true)
	f.Name = t.Name
	return f
}

// Build makes the bytes of a message, and gives the value that they stand for. The error is an
// *Error.
func (t *Type) Build(given map[string]any) (data []byte, value map[string]any, err error) {
	w := &writer{out: []byte{}}
	v, err := t.build(w, nil, given)
	if err != nil {
		return nil, nil, err
	}
	value, _ = v.(map[string]any)
	return w.out, value, nil
}

// Parse reads the message with which data begins, and gives its value and how many bytes it has.
// With final set nothing comes behind data; otherwise the error is a *Short where the message goes
// on. Else it is an *Error.
func (t *Type) Parse(data []byte, final bool) (value map[string]any, size int, err error) {
	r := &reader{data: data, end: -1, final: final}
	return t.read(r)
}

func (t *Type) read(r *reader) (map[string]any, int, error) {
	v, err := t.parse(r, nil)
	if err != nil {
		return nil, 0, err
	}
	value, _ := v.(map[string]any)
	return value, r.at, nil
}

// ParseAll is Parse of data that is one message and nothing more.
func (t *Type) ParseAll(data []byte) (map[string]any, error) {
	value, size, err := t.Parse(data, true)
	if err == nil && size < len(data) {
		err = leftOver(data, size)
	}
	return value, err
}

func leftOver(data []byte, size int) *Error {
	left := len(data) - size
	return &Error{At: size, Size: left, Text: plural(left, "byte") + " too many"}
}

// Span is a value of a message with its place.
type Span struct {
	Path  string
	At    int
	Size  int // 0 for a part of a byte too
	Bits  bool
	Value any
}

// Spans gives the place of every value that is there, in their order, up to where data does not
// fit: those of fields within fields, not these themselves.
func (t *Type) Spans(data []byte) []Span {
	var spans []Span
	r := &reader{data: data, end: -1, final: true}
	r.told = func(s Span) { spans = append(spans, s) }
	_, _, _ = t.read(r)
	return spans
}

func (r *reader) push(name string) {
	if r.told != nil {
		r.path = append(r.path, name)
	}
}

func (r *reader) pop() {
	if r.told != nil {
		r.path = r.path[:len(r.path)-1]
	}
}

// tell says where a value was, when it has no parts of its own.
func (r *reader) tell(f form, start int, v any) {
	if r.told == nil {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			return
		}
	case []any:
		if len(v) > 0 {
			return
		}
	}
	n, ok := plainForm(f).(*number)
	r.note(Span{At: start, Size: r.at - start, Value: v, Bits: ok && !n.whole()})
}

// items is how many items a list says that it has.
type items int

func (n items) String() string { return plural(int(n), "item") }

// note tells of a span at the present path.
func (r *reader) note(s Span) {
	for _, name := range r.path {
		if s.Path != "" && name[0] != '[' {
			s.Path += "."
		}
		s.Path += name
	}
	r.told(s)
}
