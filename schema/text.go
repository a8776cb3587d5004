package schema

import (
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// closing gives the offset behind the bracket that closes the one at s[at]; -1 when there is none.
// Brackets inside the strings of an expression do not count.
func closing(s string, at int) int {
	depth := 0
	for i := at; i < len(s); i++ {
		switch s[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"', '\'', '`':
			if i = stringEnd(s, i); i < 0 {
				return -1
			}
		}
	}
	return -1
}

// stringEnd gives the offset of the quote that closes the one at s[at]; -1 when there is none.
func stringEnd(s string, at int) int {
	for i := at + 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[at] != '`':
			i++
		case s[i] == s[at]:
			return i
		}
	}
	return -1
}

// holes cuts the scalars below n that hold $(…) into pieces. It belongs to the reading of a
// document: nodes do not change afterwards.
func (f *findings) holes(n *Node) {
	if n == nil || n.broken || n.Text != nil {
		return
	}
	for i := 0; i < len(n.Items); i++ {
		if f.holes(n.Items[i]); n.Items[i].broken {
			n.Items = dropCut(n.Items, i, func(item *Node) string { return item.text })
		}
	}
	for i := 0; i < len(n.Pairs); i++ {
		if f.holes(n.Pairs[i].Value); n.Pairs[i].Value.broken {
			n.Pairs = dropCut(n.Pairs, i, func(p Pair) string { return p.Key })
		}
	}
	if n.Kind == Scalar && strings.Contains(n.text, "$") {
		f.cut(n)
	}
}

// dollar is how shells and templates write a reference: text here, and surely not meant as such.
// In both forms a second $ makes it literal.
var (
	dollar        = regexp.MustCompile(`^\$\{?([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)\}?`)
	literalDollar = regexp.MustCompile(`^\$\$(\(|\{?[A-Za-z_]\w*\.[A-Za-z_])`)
)

// reference reports a reference that is written as $name.field or ${name.field}.
func (f *findings) reference(n *Node, offsets []int, at int) bool {
	m := dollar.FindStringSubmatch(n.text[at:])
	if m == nil {
		return false
	}
	from, to := offsets[at], offsets[at+len(m[0])]
	d := f.report(n.src.Span(from, to), "%s is text, no reference", m[0])
	d.Detail = "a reference is written $(" + m[1] + "); for the text itself, double the $"
	d.Mended = n.src.mend(from, to, "$("+m[1]+")")
	n.broken = true
	return true
}

// dropCut drops the pieces that an expression was cut into by the commas inside it: what follows
// entry i up to the one that closes more parentheses than it opens.
func dropCut[T any](entries []T, i int, text func(T) string) []T {
	for j := i + 1; j < len(entries); j++ {
		piece := text(entries[j])
		if strings.Count(piece, ")") > strings.Count(piece, "(") {
			return append(entries[:i+1:i+1], entries[j+1:]...)
		}
	}
	return entries
}

// cut divides a scalar at its expressions.
func (f *findings) cut(n *Node) {
	offsets, _ := align(n.src.Text, n.at, n.style, n.text)
	s, literal, found := n.text, strings.Builder{}, false
	var text Text
	for i := 0; i < len(s); i++ {
		if s[i] == '$' && literalDollar.MatchString(s[i:]) {
			literal.WriteString(s[i+1 : i+3])
			i += 2
			continue
		}
		if s[i] == '$' && f.reference(n, offsets, i) {
			return
		}
		if !strings.HasPrefix(s[i:], "$(") {
			literal.WriteByte(s[i])
			continue
		}
		end := closing(s, i+1)
		if end < 0 {
			f.unclosed(n, offsets[i])
			return
		}
		if literal.Len() > 0 {
			text = append(text, Piece{Literal: literal.String()})
			literal.Reset()
		}
		e := expression(n, offsets, i+2, end-1)
		if e.Source == "" {
			f.report(n.src.Span(offsets[i], offsets[end]), "$() holds no expression")
			n.broken = true
		}
		text = append(text, Piece{Expr: e})
		i, found = end-1, true
	}
	if !found {
		n.Value = literal.String()
		return
	}
	if literal.Len() > 0 {
		text = append(text, Piece{Literal: literal.String()})
	}
	n.Text, n.Value = text, n.text
}

// expression makes the Expr of a part of a scalar's text, without the space around it.
func expression(n *Node, offsets []int, from, to int) *Expr {
	whole := n.text[from:to]
	from += len(whole) - len(strings.TrimLeft(whole, " \t\r\n"))
	source := strings.TrimSpace(whole)
	src := n.src
	place := func(a, b int) Span {
		a = max(0, min(a, len(source)))
		b = max(a, min(b, len(source)))
		start, end := offsets[from+a], offsets[from+b]
		if end > start && src.Text[end-1] == '\r' {
			end-- // the carriage return of a line's end is not in the value
		}
		return src.Span(start, max(start, end))
	}
	return &Expr{Source: source, Span: place(0, len(source)), Place: place}
}

// unclosed reports a $( without its parenthesis. Mostly YAML has cut the scalar: at a comma or
// bracket in flow style, or at a comment.
func (f *findings) unclosed(n *Node, at int) {
	n.broken = true
	d := f.report(n.src.Span(at, at+2), "$( is not closed")
	d.Detail = "a literal $( is written $$("
	if !n.Plain {
		return
	}
	line := n.src.Pos(at).Line
	rest := string(n.src.Text[at:n.src.end(line)])
	end := closing(rest, 1)
	if end < 0 {
		return
	}
	after := string(n.src.Text[n.src.Offset(n.Span.End):])
	d.Summary = "YAML cut this expression at " + cutter(after)
	d.Detail = "quote an expression that holds a comma, brackets, braces, \": \" or \" #\""
	whole := string(n.src.Text[n.at : at+end])
	d.Mended = n.src.mend(n.at, at+end, quoted(whole))
}

// cutter names what ended a plain scalar.
func cutter(after string) string {
	trimmed := strings.TrimLeft(after, " \t")
	if trimmed == "" {
		return "the end of the line"
	}
	switch trimmed[0] {
	case ',':
		return "a comma"
	case '#':
		return "what looks like a comment"
	case ':':
		return "a colon"
	case '{', '}', '[', ']':
		return "a bracket"
	}
	return "the end of the line"
}

// condition reads a scalar that is an expression as a whole. what names it for messages.
func (f *findings) condition(n *Node, what string) *Expr {
	if n.broken {
		return nil
	}
	text, isText := n.Value.(string)
	switch {
	case n.Kind != Scalar:
		d := f.report(n.Span, "%s must be an expression, not a %s", what, n.Kind)
		if condition := comparisons(n); condition != "" {
			d.Mended = what + ": " + condition
		}
		return nil
	case n.Value == nil || isText && strings.TrimSpace(text) == "":
		f.report(n.Span, "%s is empty", what).Detail =
			"write an expression over the step's result, such as size > 0"
		return nil
	case !isText || n.odd != "":
		f.report(n.Span, "%s is the constant %s, which says nothing", what, n.Raw).Detail =
			"write an expression over the step's result, such as size > 0"
		return nil
	case n.src == nil:
		return &Expr{Source: text, Span: n.Span, Place: func(int, int) Span { return n.Span }}
	case f.wrapped(n, what) || f.cutShort(n):
		return nil
	}
	offsets, _ := align(n.src.Text, n.at, n.style, n.text)
	return expression(n, offsets, 0, len(n.text))
}

// comparisons writes a mapping of fields to what they must be as an expression, "" when it is no
// such mapping.
func comparisons(n *Node) string {
	var parts []string
	for _, pair := range n.Pairs {
		v := pair.Value
		if !Identifier(pair.Key) || v.Kind != Scalar || v.broken || v.odd != "" {
			return ""
		}
		part := pair.Key + " == " + v.Raw
		if text, ok := v.Value.(string); ok {
			part = pair.Key + " == " + strconv.Quote(text)
		} else if v.Value == nil {
			return ""
		}
		parts = append(parts, part)
	}
	condition := strings.Join(parts, " and ")
	if strings.Contains(condition, ": ") || strings.Contains(condition, " #") {
		return quoted(condition)
	}
	return condition
}

// wrapped reports $(…) in a text that is an expression already.
func (f *findings) wrapped(n *Node, what string) bool {
	s, bare, found := n.text, strings.Builder{}, false
	for i := 0; i < len(s); i++ {
		if end := strings.IndexByte("\"'`", s[i]); end >= 0 {
			if end = stringEnd(s, i); end >= 0 {
				bare.WriteString(s[i:end])
				i = end
			}
		}
		if !strings.HasPrefix(s[i:], "$(") {
			bare.WriteByte(s[i])
			continue
		}
		found = true
	}
	if !found {
		return false
	}
	d := f.report(n.Span, "%s is an expression already, without $(…)", what)
	mended := bare.String()
	if strings.HasPrefix(s, "$(") && closing(s, 1) == len(s) {
		mended = strings.TrimSpace(s[2 : len(s)-1])
	}
	if !n.Plain {
		mended = quoted(mended)
	}
	if n.style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
		d.Mended = n.src.mend(n.at, n.src.Offset(n.Span.End), mended)
	}
	return true
}

// cutShort reports a plain expression that YAML ended inside a string or parenthesis.
func (f *findings) cutShort(n *Node) bool {
	end := n.src.Offset(n.Span.End)
	if !n.Plain || whole(n.text) {
		return false
	}
	rest := string(n.src.Text[end:n.src.end(n.src.Pos(end).Line)])
	for i := 1; i <= len(rest) && i < 1000; i++ {
		if longer := n.text + rest[:i]; whole(longer) {
			d := f.report(n.Span, "YAML cut this expression at %s", cutter(rest))
			d.Detail = "quote an expression that holds a comma, brackets, braces, \": \" or \" #\""
			d.Mended = n.src.mend(n.at, end+i, quoted(longer))
			return true
		}
	}
	return false
}

// whole says whether all strings and brackets of an expression are closed.
func whole(s string) bool {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '"', '\'', '`':
			if i = stringEnd(s, i); i < 0 {
				return false
			}
		}
	}
	return depth <= 0
}

// String names the kind for messages.
func (k NodeKind) String() string {
	return [...]string{"scalar", "list", "mapping"}[k]
}
