package expr

import (
	"math/bits"
	"slices"
	"strings"
	"time"

	"netscene/schema"
)

// kind is a set of the kinds a value may be of.
type kind uint16

const (
	null kind = 1 << iota
	boolean
	integer
	float
	text
	bytes
	duration
	socket
	list
	mapping

	every  kind = 1<<iota - 1
	number      = integer | float
	chars       = text | bytes
)

var kindNames = [...]string{"nothing", "bool", "int", "float", "text", "bytes", "duration",
	"a socket", "list", "map"}

// String names the kinds as messages do: "int or text", or "anything".
func (k kind) String() string {
	if k == every {
		return "anything"
	}
	var names []string
	for rest := k; rest != 0; rest &= rest - 1 {
		names = append(names, kindNames[bits.TrailingZeros16(uint16(rest))])
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}

// each gives the kinds of a set one by one.
func (k kind) each() []kind {
	all := make([]kind, 0, len(kindNames))
	for rest := k; rest != 0; rest &= rest - 1 {
		all = append(all, rest&-rest)
	}
	return all
}

// Type is the type of a name in a scope. The zero Type is Any.
type Type struct {
	kinds  kind            // 0 stands for every kind
	elem   *Type           // of a list or of a map with free keys; nil for Any
	fields map[string]Type // of a closed map; nil for others
	words  []string        // all that text can be; nil when it can be anything
	// group is the name of which a value of this type is one of several; see Group.
	group string
	// natural says that a number is never less than 0.
	natural bool
}

// The types without parts. A value of type Any may turn out to be of every kind; operations on it
// are checked when they run.
var (
	Any      = Type{kinds: every}
	Bool     = Type{kinds: boolean}
	Int      = Type{kinds: integer}
	Float    = Type{kinds: float}
	String   = Type{kinds: text}
	Bytes    = Type{kinds: bytes}
	Duration = Type{kinds: duration}
	// Natural is an int that is never less than 0: a count.
	Natural = Type{kinds: integer, natural: true}
	// Socket is a socket's Handle: it can be compared with another and handed on, nothing else.
	Socket = Type{kinds: socket}
	// Open is a map with free keys and values of any type. A key that it does not have reads as nil.
	Open = Type{kinds: mapping}
	// Printable is all that has a text form (see Text); it is what Compile's want is for an expression
	// that stands inside other text.
	Printable = Type{kinds: boolean | number | chars | duration}
)

// Words is text that is always one of these words. Comparing it with other text is an error when an
// expression is compiled.
func Words(words []string) Type { return Type{kinds: text, words: words} }

// Nullable is a type t whose values may be absent, which reads as nil.
func Nullable(t Type) Type { return join(t, Type{kinds: null}) }

// List is a list of elem.
func List(elem Type) Type { return Type{kinds: list, elem: &elem} }

// Map is a map that has exactly these keys. Any other key is an error when an expression is
// compiled. A key that a value lacks all the same reads as nil.
func Map(fields map[string]Type) Type {
	if fields == nil {
		fields = map[string]Type{}
	}
	return Type{kinds: mapping, fields: fields}
}

// Group is the type of a name that stands for several values, each a closed map with the fields. A
// field of one of them is a Ref of the name and the field, whichever it is: clients[2].recv and
// all(clients, .recv.eof) both read clients.recv.
func Group(name string, fields map[string]Type) Type {
	t := Map(fields)
	t.group = name
	return List(t)
}

// addresses says whether a map may be the mapping form of an address, which has a family; so have
// results, which hold an address.
func (t Type) addresses() bool {
	_, family := t.fields["family"]
	_, result := t.fields["address"]
	return t.fields == nil || family && !result
}

// FieldType is the type of a result that the field describes.
func FieldType(f schema.Field) Type {
	t := kindType(f)
	if f.Null {
		t.kinds |= null
	}
	return t
}

func kindType(f schema.Field) Type {
	switch f.Kind {
	case schema.Bool:
		return Bool
	case schema.Int, schema.Size, schema.Choice, schema.Flags:
		if (f.Name == "size" || f.Name == "sent") && f.Min >= 0 { // the bytes that a call moved
			return Natural
		}
		return Int
	case schema.Float:
		return Float
	case schema.String, schema.Address, schema.Expression:
		if f.Choices != nil { // or a number that has no name
			return join(Words(wordsOf(f.Choices)), Int)
		}
		return String
	case schema.Duration:
		return Duration
	case schema.Bytes:
		return Bytes
	case schema.Handle:
		return Socket
	case schema.List:
		if f.Elem == nil {
			return List(Any)
		}
		return List(FieldType(*f.Elem))
	case schema.Map:
		return mapType(f)
	default:
		return anyType(f)
	}
}

func wordsOf(names []schema.Name) []string {
	var words []string
	for _, n := range names {
		words = append(words, n.Name)
	}
	return words
}

// anyType is the type of a value that is what one of several fields describes, if the field names
// them.
func anyType(f schema.Field) Type {
	t := Any
	for i, one := range f.Fields {
		if i == 0 {
			t = FieldType(one)
			continue
		}
		t = join(t, FieldType(one))
	}
	return t
}

func mapType(f schema.Field) Type {
	if len(f.Fields) == 0 {
		t := Open
		if f.Elem != nil {
			elem := FieldType(*f.Elem)
			t.elem = &elem
		}
		return t
	}
	fields := make(map[string]Type, len(f.Fields))
	for _, field := range f.Fields {
		fields[field.Name] = FieldType(field)
	}
	return Map(fields)
}

// TypeOf is the type that a value has: a variable's, for instance. Maps are closed.
func TypeOf(v any) Type {
	switch v := v.(type) {
	case []any:
		elem := Type{kinds: every}
		for i, e := range v {
			if i == 0 {
				elem = TypeOf(e)
			} else {
				elem = join(elem, TypeOf(e))
			}
		}
		return List(elem)
	case map[string]any:
		fields := make(map[string]Type, len(v))
		for name, value := range v {
			fields[name] = TypeOf(value)
		}
		return Map(fields)
	case nil:
		return Any
	}
	return Type{kinds: kindOf(v)}
}

// Elem is the type of the elements of a list.
func (t Type) Elem() Type { return t.element() }

// String names the type as messages do.
func (t Type) String() string {
	if t.kinds == list && t.elem != nil && t.elem.set() != every {
		return "list of " + t.elem.String()
	}
	return t.set().String()
}

func (t Type) set() kind {
	if t.kinds == 0 {
		return every
	}
	return t.kinds
}

// is says whether a value of the type is certain to be of one of the kinds.
func (t Type) is(k kind) bool { return t.set()&^k == 0 }

// may says whether a value of the type can be of one of the kinds.
func (t Type) may(k kind) bool { return t.set()&k != 0 }

// element is the type of the elements of a list, of a map's values, of the bytes of bytes.
func (t Type) element() Type {
	switch {
	case t.elem != nil:
		return *t.elem
	case t.is(bytes):
		return Int
	default:
		return Any
	}
}

// join is the type of a value that is of the one type or the other.
func join(a, b Type) Type {
	t := Type{kinds: a.set() | b.set(), natural: a.natural && b.natural}
	switch {
	case a.words != nil && b.words != nil:
		t.words = slices.Concat(a.words, b.words)
	case !b.may(text):
		t.words = a.words
	case !a.may(text):
		t.words = b.words
	}
	switch {
	case a.elem != nil && b.elem != nil:
		elem := join(*a.elem, *b.elem)
		t.elem = &elem
	case a.elem != nil && !b.may(list|mapping):
		t.elem = a.elem
	case b.elem != nil && !a.may(list|mapping):
		t.elem = b.elem
	}
	switch {
	case a.fields != nil && b.fields != nil:
		t.fields = joinFields(a.fields, b.fields)
	case a.fields != nil && !b.may(mapping):
		t.fields = a.fields
	case b.fields != nil && !a.may(mapping):
		t.fields = b.fields
	}
	return t
}

func joinFields(a, b map[string]Type) map[string]Type {
	fields := make(map[string]Type, len(a))
	for name, t := range a {
		fields[name] = t
	}
	for name, t := range b {
		if before, ok := fields[name]; ok {
			t = join(before, t)
		}
		fields[name] = t
	}
	return fields
}

// equatable says whether values of the two types can be equal at all.
func equatable(a, b Type) bool {
	if a.may(null) || b.may(null) {
		return true
	}
	if a.may(list) && b.may(list) {
		if a.elem == nil || b.elem == nil || equatable(*a.elem, *b.elem) {
			return true
		}
	}
	x, y := a.set()&^list, b.set()&^list
	return meet(x, y) || meet(y, x)
}

// meet says whether values of the kinds in x can equal values of the kinds in y, beside lists.
func meet(x, y kind) bool {
	return x&y != 0 || x&number != 0 && y&number != 0 || x&chars != 0 && y&chars != 0 ||
		x&duration != 0 && y&(text|number) != 0
}

// suits says which kinds of values a parameter takes.
func suits(f *schema.Field) kind {
	k := every
	switch f.Kind {
	case schema.Bool:
		k = boolean
	case schema.Int:
		k = integer
	case schema.Size:
		k = integer | text
	case schema.Float:
		k = number
	case schema.String, schema.Expression:
		k = text
	case schema.Duration:
		k = duration | number | text
	case schema.Bytes:
		k = chars
	case schema.Address:
		k = text | mapping
	case schema.Choice:
		k = integer | text
	case schema.Flags:
		k = integer | text | list
	case schema.List:
		k = list
	case schema.Map:
		k = mapping
	case schema.Handle:
		k = socket | integer
	}
	if f.Null {
		k |= null
	}
	return k
}

// Handle is a socket as a value: it names its owner, and only the owner can use it.
type Handle struct {
	Owner string `json:"owner"` // the actor
	ID    int    `json:"id"`    // counts the owner's sockets
}

// kindOf gives the kind of a value; 0 for one that expressions do not know.
func kindOf(v any) kind {
	switch v.(type) {
	case nil:
		return null
	case bool:
		return boolean
	case int:
		return integer
	case float64:
		return float
	case string:
		return text
	case []byte:
		return bytes
	case time.Duration:
		return duration
	case Handle:
		return socket
	case []any:
		return list
	case map[string]any:
		return mapping
	}
	return 0
}
