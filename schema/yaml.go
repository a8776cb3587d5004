package schema

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

const (
	maxDepth = 64      // how deep lists and mappings may nest
	maxNodes = 1 << 18 // how many values a scenario may hold, aliases written out
)

// load reads the one YAML document of a source into nodes: without aliases, tags and merge keys,
// every key a string and there once. It gives nil when nothing could be read.
func load(src *Source) (*Node, Diagnostics) {
	l := &loader{src: src, made: map[*yaml.Node]*Node{}}
	if !l.characters(src) {
		return nil, l.list
	}
	root, err := parseYAML(src.Text)
	switch {
	case errors.Is(err, io.EOF):
		l.empty()
		return nil, l.list
	case err != nil && !errors.Is(err, errSecond):
		l.syntax(err)
		return nil, l.list
	}
	if errors.Is(err, errSecond) {
		l.second()
	}
	return l.node(root.Content[0], 0, ""), l.list
}

var errSecond = errors.New("a second document")

// parseYAML reads the first document, and errSecond when there is another. Panics of the module
// become errors.
func parseYAML(text []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("yaml: cannot be read: %v", r)
		}
	}()
	var first, other yaml.Node
	in := yaml.NewDecoder(bytes.NewReader(text))
	if err := in.Decode(&first); err != nil {
		return nil, err
	}
	if len(first.Content) == 0 {
		return nil, io.EOF
	}
	switch err := in.Decode(&other); {
	case errors.Is(err, io.EOF):
		return &first, nil
	case err == nil:
		return &first, errSecond
	default:
		return nil, err
	}
}

type loader struct {
	findings
	src   *Source
	made  map[*yaml.Node]*Node // nodes with an anchor; nil while one is being made
	nodes int
}

func (l *loader) empty() {
	summary := "the file is empty"
	if len(bytes.TrimSpace(l.src.Text)) > 0 {
		summary = "the file holds only comments"
	}
	l.report(l.src.Span(0, 0), "%s", summary).Detail =
		"a scenario is a mapping with steps: or actors:"
}

// second reports a second document, at the marker that starts it.
func (l *loader) second() {
	at := Span{File: l.src.Name, Start: Pos{1, 1}, End: Pos{1, 1}}
	content := false
	for n := 1; n <= l.src.Lines(); n++ {
		line := l.src.Line(n)
		marker := line == "---" || strings.HasPrefix(line, "--- ")
		if content && marker {
			at.Start, at.End = Pos{n, 1}, Pos{n, 4}
			break
		}
		text := strings.TrimSpace(line)
		content = content || marker || text != "" && text[0] != '#' && text[0] != '%'
	}
	l.report(at, "a second document; a file holds one scenario").Detail =
		"put it into a file of its own"
}

// node makes a node. key is the mapping key that it stands under, "" when there is none.
func (l *loader) node(y *yaml.Node, depth int, key string) *Node {
	if y.Kind == yaml.AliasNode {
		return l.alias(y)
	}
	empty := y.Kind == yaml.ScalarNode && y.Value == "" && y.Style&^yaml.TaggedStyle == 0
	at := l.src.Offset(Pos{y.Line, y.Column})
	n := &Node{src: l.src, at: at, weight: 1}
	if y.Anchor != "" {
		l.made[y] = nil
		defer func() { l.made[y] = n }()
		n.at = skipAnchor(l.src.Text, at)
	}
	n.Span = l.src.Span(n.at, n.at)
	if depth > maxDepth || l.count(1) {
		if depth > maxDepth {
			l.report(n.Span, "nested more than %d levels deep", maxDepth)
		}
		n.broken = true
		return n
	}
	if y.Style&yaml.TaggedStyle != 0 || !empty && n.at < len(l.src.Text) && l.src.Text[n.at] == '!' {
		l.tag(n, y, key)
		return n
	}
	switch y.Kind {
	case yaml.SequenceNode:
		n.Kind = Sequence
		for _, item := range y.Content {
			l.child(n, l.node(item, depth+1, key), item)
		}
		l.close(n, y)
	case yaml.MappingNode:
		n.Kind = Mapping
		l.pairs(n, y, depth)
		l.close(n, y)
	default:
		l.scalar(n, y, empty)
	}
	return n
}

// count takes nodes from the budget and reports when it is used up, once.
func (l *loader) count(nodes int) (over bool) {
	before := l.nodes
	l.nodes = min(before+nodes, 2*maxNodes)
	if before <= maxNodes && l.nodes > maxNodes {
		l.report(l.src.Span(0, 0), "more than %d values, aliases written out", maxNodes).Detail =
			"an alias that stands for lists of aliases grows fast; the rest was not read"
	}
	return l.nodes > maxNodes
}

func (l *loader) alias(y *yaml.Node) *Node {
	at := l.src.Offset(Pos{y.Line, y.Column})
	span := l.src.Span(at, at+1+len(y.Value))
	n := l.made[y.Alias]
	if n == nil {
		l.report(span, "alias *%s stands inside what it names", y.Value)
		return &Node{Span: span, src: l.src, broken: true, weight: 1}
	}
	if l.count(n.weight) {
		return &Node{Span: span, src: l.src, broken: true, weight: 1}
	}
	return n
}

// skipAnchor passes "&name" and the space behind it.
func skipAnchor(text []byte, at int) int {
	if at >= len(text) || text[at] != '&' {
		return at
	}
	for at < len(text) && !strings.ContainsRune(" \t\r\n", rune(text[at])) {
		at++
	}
	return skipSpace(text, at)
}

// skipSpace passes white space, line ends and comments.
func skipSpace(text []byte, at int) int {
	for ; at < len(text); at++ {
		switch c := text[at]; {
		case c == '#' && (at == 0 || strings.IndexByte(" \t\n", text[at-1]) >= 0):
			for at+1 < len(text) && text[at+1] != '\n' {
				at++
			}
		case strings.IndexByte(" \t\r\n", c) < 0:
			return at
		}
	}
	return at
}

// tag reports a YAML tag, which nobody means: `expect: !eof` is one.
func (l *loader) tag(n *Node, y *yaml.Node, key string) {
	n.broken = true
	text, end := l.src.Text, n.at
	for end < len(text) && strings.IndexByte(" \t\r\n,]}", text[end]) < 0 {
		end++
	}
	n.Span = l.src.Span(n.at, end)
	word := string(text[n.at:end])
	d := l.report(n.Span, "YAML reads %s as a tag", show(word))
	switch {
	case slices.Contains([]string{"expect", "check", "when", "until"}, key):
		if strings.HasPrefix(word, "!") && len(word) > 1 && word[1] != '!' {
			d.Detail = "a negation is written not"
			d.Mended = l.src.mend(n.at, n.at+1, "not ")
		}
	case word == "!!binary":
		d.Detail = `bytes are written {base64: "…"} or {hex: "…"}`
	case y.Kind == yaml.ScalarNode && y.Value == "":
		d.Detail = "text that starts with ! is quoted"
		d.Mended = l.src.mend(n.at, end, quoted(word))
	default:
		d.Detail = "leave it out, or quote all of the text if it starts with !"
	}
}

func (l *loader) child(n, child *Node, y *yaml.Node) {
	n.Items = append(n.Items, child)
	n.weight += child.weight
	if y.Kind != yaml.AliasNode && n.Span.End.before(child.Span.End) {
		n.Span.End = child.Span.End
	}
}

func (p Pos) before(q Pos) bool {
	return p.Line < q.Line || p.Line == q.Line && p.Column < q.Column
}

// pairs reads the entries of a mapping.
func (l *loader) pairs(n *Node, y *yaml.Node, depth int) {
	seen := map[string]Span{}
	for i := 0; i+1 < len(y.Content); i += 2 {
		key, value := y.Content[i], y.Content[i+1]
		k := l.key(key)
		child := l.node(value, depth+1, k.Raw)
		n.weight += child.weight + 1
		if emptyScalar(value) && !child.broken {
			child.Span = Span{File: l.src.Name, Start: k.Span.End, End: k.Span.End}
		}
		if value.Kind != yaml.AliasNode && n.Span.End.before(child.Span.End) {
			n.Span.End = child.Span.End
		}
		if k.broken {
			continue
		}
		name := k.Value.(string)
		if first, twice := seen[name]; twice {
			l.report(k.Span, "duplicate key %s", show(name)).Notes =
				[]Note{{Span: first, Text: "the first one"}}
			continue
		}
		seen[name] = k.Span
		n.Pairs = append(n.Pairs, Pair{Key: name, At: k.Span, Value: child})
	}
}

func emptyScalar(y *yaml.Node) bool {
	return y.Kind == yaml.ScalarNode && y.Value == "" && y.Style == 0
}

// key reads a key, which is text.
func (l *loader) key(y *yaml.Node) *Node {
	if y.Kind != yaml.ScalarNode {
		at := l.src.Offset(Pos{y.Line, y.Column})
		n := &Node{Span: l.src.Span(at, at+1), src: l.src, broken: true}
		d := l.report(n.Span, "a key must be text")
		if y.Kind == yaml.MappingNode {
			d.Detail = "a value that starts with { or {{ is quoted; $(…) holds an expression"
		}
		return n
	}
	n := l.node(y, 0, "")
	_, text := n.Value.(string)
	switch {
	case n.broken:
	case n.Plain && n.Raw == "<<":
		l.report(n.Span, "merge keys are not supported").Detail = "write the keys out"
		n.broken = true
	case !text || n.odd != "":
		d := l.report(n.Span, "a key must be text, and %s is not", show(n.Raw))
		d.Mended = l.src.mend(n.at, n.at+len(n.Raw), quoted(n.Raw))
		n.broken = true
	}
	return n
}

// close finds the end of a list or mapping in flow style.
func (l *loader) close(n *Node, y *yaml.Node) {
	if y.Style&yaml.FlowStyle == 0 {
		return
	}
	text, at := l.src.Text, max(l.src.Offset(n.Span.End), n.at+1)
	for at < len(text) {
		at = skipSpace(text, at)
		if at >= len(text) || text[at] == ']' || text[at] == '}' {
			break
		}
		at++
	}
	n.Span.End = l.src.Pos(at + 1)
}

func (l *loader) scalar(n *Node, y *yaml.Node, empty bool) {
	n.style = y.Style
	n.text = y.Value
	n.Value = y.Value
	_, end := align(l.src.Text, n.at, y.Style, y.Value)
	n.Plain = y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|
		yaml.FoldedStyle) == 0
	if empty {
		end = n.at
	}
	end = max(end, n.at)
	n.Span = l.src.Span(n.at, end)
	n.Raw = string(l.src.Text[n.at:end])
	if y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 && len(n.Raw) > 1 {
		n.Raw = n.Raw[1 : len(n.Raw)-1]
	}
	if n.Plain {
		n.Value, n.odd = resolve(y.Value)
	}
}

// mend gives the lines between two offsets with what lies between replaced, without indentation.
func (s *Source) mend(from, to int, text string) string {
	first, last := s.Pos(from).Line, s.Pos(to).Line
	start, end := s.lines[first-1], s.end(last)
	const most = 2000 // a mended line is for people to read
	if end-start > most {
		return strings.TrimSpace(text)
	}
	line := string(s.Text[start:from]) + text + string(s.Text[to:end])
	return strings.TrimSpace(line)
}

// quoted writes text as a YAML scalar in the quotes that need the fewest escapes.
func quoted(text string) string {
	if !strings.ContainsAny(text, "\"\\\n\t\r") {
		return `"` + text + `"`
	}
	if !strings.ContainsAny(text, "\n\t\r") {
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	r := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`)
	return `"` + r.Replace(text) + `"`
}
