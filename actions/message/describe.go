package message

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"netscene/schema"
)

// Set are the descriptions of a scenario, by their names.
type Set map[string]*Type

// describer reads descriptions.
type describer struct {
	known   map[string]*named
	compile Compiler
	found   schema.Diagnostics
	later   []func() // what needs all descriptions
}

// place is where a type stands.
type place struct {
	owner *structure // whose field it is; nil outside one
	field *field
	outer *place // the place of the structure, where it is written inside another
	inner bool   // below the field itself: an item of a list, a case
}

// Compile reads descriptions, and reports all that is wrong with them. Then nothing can be built or
// parsed, but the fields are known.
func Compile(descriptions []schema.Message, compile Compiler) (Set, schema.Diagnostics) {
	d := &describer{known: map[string]*named{}, compile: compile}
	for _, m := range descriptions {
		if words[m.Name.Text] != nil || heads[m.Name.Text] != nil {
			d.report(m.Name.Span, "choose another name", "%s is a type of its own", m.Name.Text)
		}
		d.known[m.Name.Text] = &named{name: m.Name.Text, at: m.Name.Span}
	}
	for _, m := range descriptions {
		n := d.known[m.Name.Text]
		n.inner = broken{}
		if m.Node == nil {
			continue // what is wrong with it was reported
		}
		n.inner, n.attributes = d.form(m.Node, &place{})
		if n.cond != nil {
			d.report(m.Node.Span, "give it to the field", "a description as a whole has no condition")
		}
	}
	for _, m := range descriptions {
		d.endless(d.known[m.Name.Text])
	}
	for i := 0; i < len(d.later); i++ {
		d.later[i]()
	}
	d.found.Sort()
	set := Set{}
	for name, n := range d.known {
		if s, ok := plainForm(n).(*structure); ok {
			set[name] = &Type{Name: name, structure: s, unusable: len(d.found) > 0}
		}
	}
	return set, d.found
}

// broken stands for a type that could not be read.
type broken struct{}

var errBroken = errors.New("the description is wrong")

func (broken) parse(*reader, *scope) (any, error) { return nil, errBroken }

func (broken) build(*writer, *scope, any) (any, error) { return nil, errBroken }

func (broken) absent() (any, bool) { return nil, true }

func (broken) field(*expansion, bool) schema.Field { return schema.Field{Kind: schema.Any} }

func (d *describer) report(at schema.Span, detail, format string, args ...any) {
	d.found = append(d.found, schema.Diagnostic{Span: at, Summary: fmt.Sprintf(format, args...),
		Detail: detail})
}

// form reads a type.
func (d *describer) form(n *schema.Node, p *place) (form, attributes) {
	switch {
	case n.Kind == schema.Sequence:
		return d.structure(n, p), attributes{}
	case n.Kind == schema.Mapping:
		return d.mapping(n, p)
	}
	word, ok := n.Value.(string)
	if !ok || word == "" {
		d.report(n.Span, "such as u16, {bytes: u16}, or a list of fields", "a type is missing here")
		return broken{}, attributes{}
	}
	return d.word(word, n.Span), attributes{}
}

// words are the types that are a word alone.
var words = map[string]func() form{
	"bytes":       func() form { return &blob{kind: asBytes} },
	"string":      func() form { return &blob{kind: asString} },
	"decimal":     func() form { return &blob{kind: asDecimal} },
	"hexadecimal": func() form { return &blob{kind: asHexadecimal} },
	"ipv4":        func() form { return &address{size: 4} },
	"ipv6":        func() form { return &address{size: 16} },
	"dns_name":    func() form { return domain{} },
	"varint":      func() form { return &varint{most: mostGroups} },
	"svarint":     func() form { return &varint{signed: true, most: mostGroups} },
	"vlq":         func() form { return &varint{highest: true, most: mostGroups} },
}

var sizedWord = regexp.MustCompile(`^([usbf])([1-9][0-9]?)(le)?$`)

// basic makes the form of a word; nil for none.
func basic(word string) form {
	if make := words[word]; make != nil {
		return make()
	}
	m := sizedWord.FindStringSubmatch(word)
	if m == nil {
		return nil
	}
	bits, _ := strconv.Atoi(m[2])
	little := m[3] != ""
	switch {
	case m[1] == "f" && (bits == 32 || bits == 64):
		return &float{bits: bits, little: little}
	case m[1] == "b" && bits < 64 && !little:
		return &number{bits: bits}
	case (m[1] == "u" || m[1] == "s") && bits%8 == 0 && bits <= 64:
		return &number{bits: bits, little: little, signed: m[1] == "s"}
	}
	return nil
}

// word finds a type by its name.
func (d *describer) word(word string, at schema.Span) form {
	if f := basic(word); f != nil {
		return f
	}
	if n := d.known[word]; n != nil {
		return n
	}
	known := slices.Concat(slices.Sorted(maps.Keys(words)), slices.Sorted(maps.Keys(d.known)),
		strings.Fields("u8 u16 u24 u32 u64 u16le u32le u64le s8 s16 s32 s64 f32 f64 b1 b2 b4"))
	hint := "a type is a word such as u16 or bytes, or the name of another description"
	if heads[word] != nil {
		hint = "it stands in a mapping, such as " + examples[word]
	} else if near := schema.Suggest(word, known); near != "" {
		hint = "did you mean " + near + "?"
	}
	d.report(at, hint, "there is no type %s", word)
	return broken{}
}

// heads are the words with which the mapping of a type begins, beside those of words.
var heads map[string]func(d *describer, n *schema.Node, p *place) form

func init() {
	heads = map[string]func(d *describer, n *schema.Node, p *place) form{
		"list": (*describer).list, "switch": (*describer).choice, "contents": (*describer).contents,
		"message": (*describer).inset, "is": func(d *describer, n *schema.Node, p *place) form {
			f, _ := d.form(n.Get("is"), p.below())
			return f
		},
	}
}

var examples = map[string]string{"list": "{list: u16, count: u8}",
	"switch": "{switch: type, a: u16, else: bytes}", "contents": `{contents: "\r\n"}`,
	"message": "{message: dns}", "is": "{is: u16, if: flag}"}

// beside are the keys that may stand beside any type.
var beside = []string{"if", "default", "sized", "value"}

// mapping reads a type with what belongs to it.
func (d *describer) mapping(n *schema.Node, p *place) (form, attributes) {
	head := ""
	for _, pair := range n.Pairs {
		if heads[pair.Key] != nil || basic(pair.Key) != nil {
			head = pair.Key
			break
		}
	}
	if head == "" {
		d.headless(n)
		return broken{}, attributes{}
	}
	var f form
	if make := heads[head]; make != nil {
		f = make(d, n, p)
	} else {
		f = d.sizedOrValued(n, head, p)
	}
	allowed := slices.Concat([]string{head}, beside)
	switch head {
	case "list":
		allowed = append(allowed, "count", "until")
	case "bytes", "string", "decimal", "hexadecimal":
		allowed = append(allowed, "until")
	case "varint", "svarint", "vlq":
		allowed = append(allowed, "max")
	case "is":
		if _, ok := f.(*blob); ok {
			allowed = append(allowed, "until")
			f = d.until(n, f.(*blob))
		}
	}
	for _, pair := range n.Pairs {
		if head != "switch" && !slices.Contains(allowed, pair.Key) {
			d.report(pair.At, hint(pair.Key, allowed), "%s has no key %s", head, pair.Key)
		}
	}
	a := d.attributes(n, head, p)
	if size := n.Get("sized"); size != nil {
		outer := &region{inner: f}
		outer.extent = d.extent(size, p, false)
		f = outer
	}
	return f, a
}

func hint(word string, known []string) string {
	if near := schema.Suggest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	return "known are " + strings.Join(known, ", ")
}

func (d *describer) headless(n *schema.Node) {
	detail := "such as {bytes: u16} or {is: u16, if: flag}"
	if len(n.Pairs) > 0 {
		known := append(slices.Sorted(maps.Keys(words)), slices.Sorted(maps.Keys(heads))...)
		if near := schema.Suggest(n.Pairs[0].Key, known); near != "" {
			detail = "did you mean " + near + "?"
		} else if d.known[n.Pairs[0].Key] != nil {
			detail = "another description is named by {is: " + n.Pairs[0].Key + "}"
		} else {
			detail += "; fields are a list, each line with a -"
		}
	}
	d.report(n.Span, detail, "this mapping has no type")
}

// below is a place further down in the same field.
func (p *place) below() *place {
	lower := *p
	lower.inner = true
	return &lower
}

// sizedOrValued reads the argument of a word: a length, a value, or names.
func (d *describer) sizedOrValued(n *schema.Node, head string, p *place) form {
	f := basic(head)
	arg := n.Get(head)
	nothing := arg.Kind == schema.Scalar && arg.Value == nil
	switch f := f.(type) {
	case *blob:
		if !nothing {
			f.extent = d.extent(arg, p, false)
		}
		return d.until(n, f)
	case *number:
		if arg.Kind == schema.Mapping {
			f.names = d.names(arg, f)
		}
	case *varint:
		if most := n.Get("max"); most != nil {
			v, found := schema.DecodeValue(most, &schema.Field{Name: "max", Kind: schema.Int, Min: 1,
				Max: mostGroups})
			d.found = append(d.found, found...)
			if v, ok := v.(int); ok {
				f.most = v
			}
		}
	case *address, domain:
		if !nothing {
			d.report(arg.Span, "leave it out", "%s has no argument", head)
		}
	}
	return f
}

// until reads the terminator of a text.
func (d *describer) until(n *schema.Node, f *blob) form {
	if end := n.Get("until"); end != nil {
		f.extent.until = d.data(end, "until")
		if f.size != nil || f.prefix != nil {
			d.report(end.Span, "leave one of them out", "it has a length already")
		}
	}
	return f
}

// data reads bytes that are the same in every message.
func (d *describer) data(n *schema.Node, what string) []byte {
	v, found := schema.DecodeValue(n, &schema.Field{Name: what, Kind: schema.Bytes})
	d.found = append(d.found, found...)
	data, ok := v.(schema.Data)
	if !ok {
		return nil
	}
	b, err := data.Bytes(func(string) ([]byte, error) {
		return nil, fmt.Errorf("a description reads no file")
	})
	if err == nil && len(b) == 0 {
		err = fmt.Errorf("%s is empty", what)
	}
	if err != nil {
		d.report(n.Span, "", "%v", err)
	}
	return b
}

// names reads the names of values.
func (d *describer) names(n *schema.Node, f *number) []schema.Name {
	var names []schema.Name
	lowest, highest := f.limits()
	for _, pair := range n.Pairs {
		v, ok := pair.Value.Value.(int)
		if text, isText := pair.Value.Value.(string); isText && len(text) == (f.bits+7)/8 {
			ok = true
			for i := range len(text) {
				v = v<<8 | int(text[i])
			}
		}
		switch {
		case !ok || pair.Value.Kind != schema.Scalar:
			d.report(pair.Value.Span, "", "the value of %s is a number, or a character for each byte",
				pair.Key)
		case v < lowest || v > highest:
			d.report(pair.Value.Span, "", "%d does not fit: it is from %d to %d", v, lowest, highest)
		default:
			names = append(names, schema.Name{Name: pair.Key, Value: v})
		}
	}
	if len(n.Pairs) == 0 {
		d.report(n.Span, "such as {connect: 1, bind: 2}", "there are no names")
	}
	return names
}

func (d *describer) contents(n *schema.Node, _ *place) form {
	return &contents{data: d.data(n.Get("contents"), "contents")}
}

func (d *describer) inset(n *schema.Node, p *place) form {
	f, _ := d.form(n.Get("message"), p.below())
	return &inset{inner: f}
}

func (d *describer) list(n *schema.Node, p *place) form {
	f := &list{}
	f.item, _ = d.part(n.Get("list"), p)
	count, until := n.Get("count"), n.Get("until")
	if count != nil {
		f.extent = d.extent(count, p, true)
	}
	if until != nil {
		f.until = d.data(until, "until")
		if count != nil {
			d.report(until.Span, "leave one of them out", "the list has a count already")
		}
	}
	return f
}

// part reads the type of an item or a case, which has no name and so nothing beside it.
func (d *describer) part(n *schema.Node, p *place) (form, attributes) {
	f, a := d.form(n, p.below())
	if a.marked {
		d.report(n.Span, "give it to a field", "if, default and value stand at a field alone")
	}
	d.wholeBytes(f, n)
	return f, a
}

// wholeBytes refuses single bits.
func (d *describer) wholeBytes(f form, n *schema.Node) {
	d.later = append(d.later, func() {
		if number, ok := plainForm(f).(*number); ok && !number.whole() {
			d.report(n.Span, "bits are fields side by side, together whole bytes",
				"single bits cannot stand here")
		}
	})
}

func (d *describer) choice(n *schema.Node, p *place) form {
	f := &choice{cases: map[string]form{}}
	for _, pair := range n.Pairs {
		switch {
		case pair.Key == "switch", slices.Contains(beside, pair.Key):
			continue
		case pair.Key == "else":
			f.otherwise, _ = d.part(pair.Value, p)
			continue
		}
		f.cases[pair.Key], _ = d.part(pair.Value, p)
		f.names = append(f.names, pair.Key)
	}
	if len(f.names) == 0 {
		d.report(n.Span, examples["switch"], "the switch has no case")
	}
	tag := n.Get("switch")
	f.source, _ = tag.Value.(string)
	f.tag = d.expression(tag, "switch", p, schema.Any)
	d.later = append(d.later, func() { d.cases(f, n, p) })
	return f
}

// cases holds the names of the cases against those that the tag can have.
func (d *describer) cases(f *choice, n *schema.Node, p *place) {
	if p.owner == nil {
		return
	}
	tag := p.owner.find(f.source)
	if tag == nil {
		return
	}
	number, ok := plainForm(tag.form).(*number)
	if !ok || number.names == nil {
		return
	}
	var known []string
	for _, name := range number.names {
		known = append(known, name.Name)
	}
	for _, pair := range n.Pairs {
		_, isNumber := strconv.Atoi(pair.Key)
		if f.cases[pair.Key] != nil && isNumber != nil && !slices.Contains(known, pair.Key) {
			d.report(pair.At, hint(pair.Key, known), "%s is never %s", f.source, pair.Key)
		}
	}
}
