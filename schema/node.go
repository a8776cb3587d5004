package schema

import "gopkg.in/yaml.v3"

// NodeKind is the kind of a Node.
type NodeKind uint8

// The kinds of nodes. Scalar covers all that is neither a list nor a mapping.
const (
	Scalar NodeKind = iota
	Sequence
	Mapping
)

// Node is a value as it was written, with its place. The tree is free of aliases, merge keys and
// tags; whoever holds it may not change it.
type Node struct {
	Kind  NodeKind
	Span  Span
	Value any     // Scalar: nil, bool, int, float64, string; in a run also []byte, time.Duration …
	Plain bool    // Scalar: written without quotes, so YAML did not interpret its backslashes
	Raw   string  // Scalar: the source as it was written, without quotes (010, 1_000)
	Text  Text    // Scalar that holds $(…); nil otherwise
	Items []*Node // Sequence
	Pairs []Pair  // Mapping, in source order

	src    *Source // where it was read; nil for a value of a run
	at     int     // offset in src at which a scalar starts, quotes included
	style  yaml.Style
	text   string // a scalar's text as YAML read it, $$( still doubled
	odd    string // why a scalar that looks like a number is none
	broken bool   // found wrong already: nothing more is said about it
	// shallow says of parameters that they stand beside their action instead of below it.
	shallow bool
	weight  int // how many nodes it stands for when its aliases are written out
}

// Pair is an entry of a mapping. Keys are always strings.
type Pair struct {
	Key   string
	At    Span // the key
	Value *Node
}

// Get finds an entry of a mapping; nil when there is none.
func (n *Node) Get(key string) *Node {
	for i := range n.Pairs {
		if n.Pairs[i].Key == key {
			return n.Pairs[i].Value
		}
	}
	return nil
}

// nothing says whether a key has no value at all.
func (n *Node) nothing() bool {
	return n.Kind == Scalar && n.Raw == "" && n.Value == nil && !n.broken && n.Plain
}

// source is a scalar as it is written in a line.
func (n *Node) source() string {
	if n.Plain {
		return n.Raw
	}
	return quoted(n.text)
}

// Text is a scalar that holds $(…), cut into pieces. With one piece that is an expression the
// scalar takes the expression's value and type; otherwise the pieces are joined as text.
type Text []Piece

// Piece is literal text or the source of an expression.
type Piece struct {
	Literal string
	Expr    *Expr // nil for literal text
}

// Single gives the expression of a scalar that is just one $(…), nil for any other.
func (t Text) Single() *Expr {
	if len(t) == 1 {
		return t[0].Expr
	}
	return nil
}

// Expr is the source of an expression with its place.
type Expr struct {
	Source string
	Span   Span
	// Place maps byte offsets in Source to the place in the file.
	Place func(from, to int) Span
}
