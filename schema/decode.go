package schema

import (
	"slices"
	"strconv"
	"strings"
)

// Args are the decoded arguments of a step, aligned with the parameters of its Shape.
type Args []Arg

// Arg is one argument.
type Arg struct {
	Node  *Node // nil when the argument is absent
	Value any   // decoded; nil while an expression is in it
	Holes []Hole
}

// Hole is a $(…) inside an argument.
type Hole struct {
	Node   *Node  // the scalar
	Field  *Field // what the scalar fills
	Expr   *Expr
	Single bool // the scalar is just this expression and takes its type; otherwise text is joined
}

// Decode checks the arguments of a step against its Shape. n is nil when the step gives none; at
// is then where findings point. The findings have no excerpts; Diagnostics.Quote adds them.
func Decode(n *Node, at Span, shape *Shape) (Args, Diagnostics) {
	args := make(Args, len(shape.Params))
	d := &decoder{}
	if n != nil && n.broken {
		return args, nil
	}
	main := shape.Param(shape.Main)
	d.place(n, args, shape, main)
	for i := range shape.Params {
		f := &shape.Params[i]
		arg := &args[i]
		switch {
		case arg.Node == nil && f.Required && (n == nil || len(d.list) == 0):
			if n != nil {
				at = n.Span
			}
			d.missing(at, shape, f)
		case arg.Node != nil && !f.Kind.parsed():
			d.holes = nil
			arg.Value = d.value(arg.Node, f)
			arg.Holes = d.holes
			if len(arg.Holes) > 0 {
				arg.Value = nil
			}
		}
	}
	d.list.Sort()
	return args, d.list
}

// DecodeValue checks one value against its field. It is used for what is written in a scenario and
// for the values of a run.
func DecodeValue(n *Node, f *Field) (any, Diagnostics) {
	d := &decoder{}
	v := d.value(n, f)
	if len(d.holes) > 0 {
		v = nil
	}
	return v, d.list
}

// decoder checks values against fields.
type decoder struct {
	findings
	holes []Hole
	plain bool // the value is a variable: data forms are bytes at once
}

// place gives each argument its node.
func (d *decoder) place(n *Node, args Args, shape *Shape, main *Field) {
	if n == nil {
		return
	}
	if n.Kind != Mapping {
		if main == nil {
			d.alone(n, shape)
			return
		}
		args[index(shape.Params, main.Name)].Node = n
		return
	}
	if n.shallow {
		d.shallow(n, shape)
	}
	var own []Pair // the keys of the main parameter's own mapping
	for _, pair := range n.Pairs {
		if i := index(shape.Params, pair.Key); i >= 0 {
			args[i].Node = pair.Value
		} else if main != nil && n.Get(main.Name) == nil && ownKey(n, main, pair.Key) {
			own = append(own, pair)
		} else if !n.shallow {
			d.unknown(n, pair, shape)
		}
	}
	if own != nil {
		args[index(shape.Params, main.Name)].Node = &Node{Kind: Mapping, Span: n.Span, Pairs: own,
			src: n.src}
	}
}

func index(fields []Field, name string) int {
	return slices.IndexFunc(fields, func(f Field) bool { return f.Name == name })
}

// ownKey says whether a key belongs to the mapping form of the main parameter.
func ownKey(n *Node, main *Field, key string) bool {
	switch main.Kind {
	case Bytes:
		return slices.Contains(dataKeys, key)
	case Address:
		return n.Get("family") != nil && find(main.Fields, key) != nil
	}
	return false
}

// unknown reports a key of the parameters n that is none.
func (d *decoder) unknown(n *Node, pair Pair, shape *Shape) {
	f := d.report(pair.At, "%s has no parameter %s", shape.Name, show(pair.Key))
	among, main := names(shape.Params), shape.Param(shape.Main)
	data, address := main != nil && main.Kind == Bytes, main != nil && main.Kind == Address
	switch {
	case data:
		among = append(among, dataKeys...)
	case address && n.Get("family") != nil:
		among = append(among, names(main.Fields)...)
	}
	near := Suggest(pair.Key, among)
	switch {
	case data && slices.Contains(dataKeys, pair.Key):
		f.Detail = "its " + main.Name + " is given already; a list joins data of several forms"
	case address && find(main.Fields, pair.Key) != nil:
		f.Detail = "an address as a mapping has a family: {family: inet, host: 127.0.0.1, port: 0}"
	case pair.Key == "timeout":
		f.Detail = timeoutHint
	case slices.Contains(modifiers, pair.Key):
		f.Detail = pair.Key + " is a modifier: it stands beside " + shape.Name +
			", not among its parameters"
	case near != "":
		f.Detail = "did you mean " + near + "?"
	default:
		f.Detail = parameters(shape)
	}
}

func names(fields []Field) []string {
	var list []string
	for i := range fields {
		list = append(list, fields[i].Name)
	}
	return list
}

// parameters lists the parameters of an action for a hint.
func parameters(shape *Shape) string {
	if len(shape.Params) == 0 {
		return shape.Name + " has no parameters"
	}
	return "its parameters are " + strings.Join(names(shape.Params), ", ")
}

func (d *decoder) missing(at Span, shape *Shape, f *Field) {
	if f.Doc == "" { // of a definition, whose author chose a name that may be any word
		d.report(at, "%s needs its parameter %q", shape.Name, f.Name)
		return
	}
	d.report(at, "%s needs %s", shape.Name, f.Name).Detail =
		f.Name + ": " + strings.ToLower(f.Doc[:1]) + strings.TrimSuffix(f.Doc[1:], ".")
}

// value decodes one value.
func (d *decoder) value(n *Node, f *Field) any {
	switch {
	case n == nil || n.broken:
		return nil
	case f.Kind == Expression:
		if e := d.condition(n, f.Name); e != nil {
			return e
		}
		return nil
	case n.Text != nil:
		d.hole(n, f)
		return nil
	case n.odd != "":
		d.oddNumber(n, f)
		return nil
	case n.Kind == Scalar && n.Value == nil && f.Kind != Any && f.Kind != Handle:
		if !f.Null {
			d.report(n.Span, "%s needs a value: %s", f.Name, wanted(f))
		}
		return nil
	}
	switch f.Kind {
	case Bool:
		return d.bool(n, f)
	case Int:
		return d.int(n, f)
	case Float:
		return d.float(n, f)
	case String:
		return d.string(n, f)
	case Duration:
		return d.duration(n, f)
	case Size:
		return d.size(n, f)
	case Bytes:
		return d.bytes(n, f)
	case Address:
		return d.address(n, f)
	case Choice:
		return d.choice(n, f)
	case Flags:
		return d.flags(n, f)
	case List:
		return d.items(n, f)
	case Map:
		return d.entries(n, f)
	case Handle:
		return d.handle(n, f)
	case Steps, Branches:
		return nil
	}
	return d.any(n, f)
}

// hole notes the expressions of a scalar.
func (d *decoder) hole(n *Node, f *Field) {
	single := n.Text.Single() != nil
	if !single {
		switch f.Kind {
		case Bool, Int, Float, List, Map, Handle, Steps, Branches:
			d.report(n.Span, "%s must be %s; text around $(…) makes it text", f.Name, wanted(f))
			return
		case Bytes:
			if d.escapes(n) {
				return
			}
		}
	}
	for _, piece := range n.Text {
		if piece.Expr != nil {
			d.holes = append(d.holes, Hole{Node: n, Field: f, Expr: piece.Expr, Single: single})
		}
	}
}

func (d *decoder) oddNumber(n *Node, f *Field) {
	found := d.report(n.Span, "%s is not a plain number", n.Raw)
	found.Detail = n.odd
	if f.Kind == String || f.Kind == Bytes || f.Kind == Any || f.Kind == Address {
		found.Detail = "if text is meant, quote it: " + quoted(n.Raw) + "; as a number: " + n.odd
	}
}

// wrong reports a value of the wrong kind, with the quoted form where text was meant.
func (d *decoder) wrong(n *Node, f *Field) *Diagnostic {
	is := "a " + n.Kind.String()
	if n.Kind == Scalar {
		is = describe(n.Value)
	}
	found := d.report(n.Span, "%s must be %s, not %s", f.Name, wanted(f), is)
	if n.Kind == Sequence && len(n.Items) == 1 && n.Items[0].Kind == Scalar {
		found.Detail = "one value is no list: write " + n.Items[0].source()
	}
	return found
}

// describe says what a scalar's value is.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return strconv.FormatBool(v)
	case int:
		return "the number " + strconv.Itoa(v)
	case float64:
		return "the number " + strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return "the text " + show(v)
	case []byte:
		return "bytes"
	}
	return "such a value"
}

// unquoted reports a number, boolean or null where text is wanted.
func (d *decoder) unquoted(n *Node, f *Field) {
	found := d.wrong(n, f)
	if n.src != nil && n.Kind == Scalar && n.Plain {
		found.Detail = "text that looks like something else is quoted"
		found.Mended = n.src.mend(n.at, n.at+len(n.Raw), quoted(n.Raw))
	}
}

// wanted says what a field takes.
func wanted(f *Field) string {
	switch f.Kind {
	case Bool:
		return "true or false"
	case Int:
		if f.Max > f.Min {
			return "a whole number from " + strconv.Itoa(f.Min) + " to " + strconv.Itoa(f.Max)
		}
		return "a whole number"
	case Float:
		return "a number"
	case String:
		return "text"
	case Duration:
		return "a time such as 200ms or 1.5s, or a number of seconds"
	case Size:
		return "a number of bytes, or a size such as \"64 KiB\""
	case Bytes:
		return "text, or bytes such as {hex: \"00 ff\"}"
	case Address:
		return "an address such as 127.0.0.1:80 or unix:/path, or a mapping with family"
	case Choice:
		return "one of " + choices(f) + ", or a number"
	case Flags:
		return "one or a list of " + choices(f) + ", or a number"
	case List:
		return "a list"
	case Map:
		return "a mapping"
	case Handle:
		return "a socket"
	case Expression:
		return "an expression"
	case Steps:
		return "a list of steps"
	case Branches:
		return "a list of lists of steps"
	}
	return "plain data"
}

func choices(f *Field) string {
	const most = 8
	var list []string
	for _, c := range f.Choices[:min(len(f.Choices), most)] {
		list = append(list, c.Name)
	}
	if len(f.Choices) > most {
		list = append(list, "…")
	}
	return strings.Join(list, ", ")
}
