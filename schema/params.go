package schema

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// This file says how arguments were meant that do not stand where they must.

func deeper(word string) string {
	return "parameters of " + word + " stand one level deeper than modifiers"
}

// shallow reports parameters that stand beside their action, once, and what is no parameter.
func (d *decoder) shallow(n *Node, shape *Shape) {
	reported := false
	for _, pair := range n.Pairs {
		if pair.At == (Span{}) || shape.Param(pair.Key) != nil && reported {
			continue
		}
		found := d.report(pair.At, "unknown modifier %s", show(pair.Key))
		switch near := Suggest(pair.Key, names(shape.Params)); {
		case shape.Param(pair.Key) != nil:
			reported = true
			found.Detail = deeper(shape.Name)
			found.Mended = deepened(n, shape)
		case pair.Key == "timeout":
			found.Detail = timeoutHint
		case near != "":
			found.Detail = "did you mean " + near + "? " + deeper(shape.Name)
		default:
			found.Detail = parameters(shape) + "\nmodifiers are " + strings.Join(modifiers, ", ")
		}
	}
}

// deepened writes parameters below their action, as a mapping in flow style where all are scalars.
func deepened(n *Node, shape *Shape) string {
	var flow, block []string
	scalars := true
	for _, pair := range n.Pairs {
		v := pair.Value
		if v.broken {
			return ""
		}
		scalars = scalars && v.Kind == Scalar && v.Span.Start.Line == v.Span.End.Line
		flow = append(flow, pair.Key+": "+v.source())
		if pair.At == (Span{}) {
			block = append(block, "    "+pair.Key+": "+v.source())
			continue
		}
		for line := pair.At.Start.Line; line <= max(v.Span.End.Line, pair.At.End.Line); line++ {
			text := n.src.Line(line)
			place := min(indentation(text), pair.At.Start.Column-1)
			block = append(block, "    "+text[place:])
		}
	}
	const most = 12 // a mended text is for people to read
	switch {
	case scalars:
		return shape.Name + ": {" + strings.Join(flow, ", ") + "}"
	case len(block) > most:
		return ""
	}
	return shape.Name + ":\n" + strings.Join(block, "\n")
}

// alone reports a value that stands alone for an action that has no parameter for it, with the
// mapping that was probably meant.
func (d *decoder) alone(n *Node, shape *Shape) {
	found := d.report(n.Span, "%s has no parameter that stands alone", shape.Name)
	found.Detail = parameters(shape)
	if steps := shape.Param("steps"); steps != nil && steps.Kind == Steps && n.Kind == Sequence {
		found.Detail = "its steps stand one level deeper, under the key steps"
	}
	f := meantParam(n, shape)
	if f == nil {
		return
	}
	given := n.source()
	if near := nearChoice(n, f); near != "" {
		given = near
	}
	pairs := []string{f.Name + ": " + given}
	var lacking []string
	for i := range shape.Params {
		other := &shape.Params[i]
		if !other.Required || other.Name == f.Name {
			continue
		}
		lacking = append(lacking, other.Name)
		if other.Kind.parsed() {
			found.Mended = shape.Example
		}
		pairs = append(pairs, other.Name+": "+sample(other))
	}
	if lacking != nil {
		found.Summary = shape.Name + " needs " + strings.Join(lacking, " and ")
	}
	if found.Mended == "" {
		found.Mended = shape.Name + ": {" + strings.Join(pairs, ", ") + "}"
	}
}

// meantParam finds the parameter that a lone scalar was meant for: one that knows the word, else
// the first that takes it.
func meantParam(n *Node, shape *Shape) *Field {
	if n.Kind != Scalar || n.broken || n.Text != nil || n.source() == "" ||
		utf8.RuneCountInString(n.source()) > 100 || strings.ContainsAny(n.source(), "\n,[]{}") {
		return nil
	}
	for _, find := range []func(string, []string) string{habit, exact, Suggest} {
		for i := range shape.Params {
			f := &shape.Params[i]
			if word, ok := n.Value.(string); ok && find(word, choiceNames(f)) != "" {
				return f
			}
		}
	}
	for i := range shape.Params {
		f := &shape.Params[i]
		if _, wrong := DecodeValue(n, f); len(wrong) == 0 && !f.Kind.parsed() && f.Choices == nil {
			return f
		}
	}
	return nil
}

func exact(word string, among []string) string {
	if slices.Contains(among, word) {
		return word
	}
	return ""
}

// nearChoice gives the constant of a field that a scalar is or was meant to be, "" when there is
// none.
func nearChoice(n *Node, f *Field) string {
	word, _ := n.Value.(string)
	if known := exact(word, choiceNames(f)); known != "" {
		return known
	}
	return Suggest(word, choiceNames(f))
}

func choiceNames(f *Field) []string {
	var list []string
	for _, c := range f.Choices {
		list = append(list, c.Name)
	}
	return list
}

// sample is a value that a field may have, for an example.
func sample(f *Field) string {
	switch f.Kind {
	case Bool:
		return "true"
	case Duration:
		return "1s"
	case String, Bytes:
		return "text"
	case Address:
		return "127.0.0.1:80"
	case Choice, Flags:
		return f.Choices[0].Name
	}
	return "1"
}
