package expr

import (
	"errors"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"
)

// Part is a part of an expression with the value it had.
type Part struct {
	From, To int // byte offsets in the source
	Text     string
	Value    any
}

// Error is a failure of a run, with the part of the expression that failed in byte offsets.
type Error struct {
	From, To int
	Text     string // that part
	Err      error
}

// Error gives the part that failed and why.
func (e *Error) Error() string { return e.Text + ": " + e.Err.Error() }

// Unwrap gives why it failed.
func (e *Error) Unwrap() error { return e.Err }

// runError tells where and, in our words, why a run failed.
func (s *source) runError(err error) error {
	e := &Error{To: len(s.text), Err: errors.New("it cannot be evaluated")}
	var at *file.Error
	if errors.As(err, &at) {
		if at.To > at.From && at.To <= len(s.text) {
			e.From, e.To = at.From, at.To
		}
		switch {
		case at.Message == "memory budget exceeded":
			e.Err = errors.New("the expression makes too much data")
		case at.Message == "reduce of empty array with no initial value":
			e.Err = errors.New("reduce of an empty list needs a start")
		case at.Prev != nil && !isRuntime(at.Prev):
			e.Err = at.Prev
		}
	}
	e.Text = s.brief(span{e.From, e.To})
	return e
}

// isRuntime says whether an error is a panic of Go's.
func isRuntime(err error) bool {
	var e interface{ RuntimeError() }
	return errors.As(err, &e)
}

// recorder keeps the values of parts during a run that is to be explained.
type recorder struct {
	slots     []slot
	rounds    []round
	current   int // round that is being checked, -1 outside
	compared  []comparison
	following map[ast.Node]int // slot of a node
}

// slot is a part whose value is kept.
type slot struct {
	at      span
	text    string
	round   int  // the loop that it is evaluated in, -1 for none
	silent  bool // not shown
	leading bool // shown before what stands at the same place
	set     bool
	value   any
}

// round is the body of a loop: the slots of a body are forgotten when the next element comes.
type round struct {
	name     string
	loop     ast.Node
	from, to int // slots
	elem     int // slot of #; that of #index follows
}

// comparison is an == or != with the slots of its sides and result.
type comparison struct {
	node        ast.Node
	left, right int
	wanted      bool // the result that would be a success
}

func (r *recorder) slot(at span, text string, silent bool) int {
	r.slots = append(r.slots, slot{at: at, text: text, round: r.current, silent: silent})
	return len(r.slots) - 1
}

// recorded wraps the node of a part whose value is of interest.
func (c *checker) recorded(from, node ast.Node) ast.Node {
	r := c.recorder
	silent := from == c.tree && c.static(from) == nil
	switch n := from.(type) {
	case *ast.IdentifierNode, *ast.MemberNode, *ast.ChainNode, *ast.SliceNode, *ast.CallNode,
		*ast.BuiltinNode, *ast.BinaryNode, *ast.ConditionalNode:
	case *ast.UnaryNode:
		if n.Operator == "-" || n.Operator == "+" {
			return node
		}
	default:
		return node
	}
	at := c.extent(from)
	if c.negation(from) {
		return node
	}
	id := r.slot(at, c.source.cut(at), silent)
	r.following[from] = id
	return c.keep(id, node)
}

// negation says whether a node is the comparison in "a not in b", whose text is that of the whole.
func (c *checker) negation(node ast.Node) bool {
	n, ok := node.(*ast.BinaryNode)
	if !ok {
		return false
	}
	behind := c.source.text[c.extent(n.Left).to:]
	return strings.HasPrefix(strings.TrimLeft(behind, ") \t\r\n"), "not ")
}

// keep makes the call that stores a value in a slot.
func (c *checker) keep(id int, node ast.Node) ast.Node {
	r := c.recorder
	call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: "record"}, Arguments: []ast.Node{
		&ast.ConstantNode{Value: r}, &ast.ConstantNode{Value: id}, node}}
	call.SetLocation(file.Location{From: r.slots[id].at.from, To: r.slots[id].at.to})
	return call
}

func record(_ *meter, a []any) (any, error) {
	s := &a[0].(*recorder).slots[a[1].(int)]
	s.set, s.value = true, a[2]
	return a[2], nil
}

// sides keeps both sides of a comparison.
func (r *recorder) sides(c *checker, n *ast.BinaryNode, left, right ast.Node) (_, _ ast.Node) {
	l := r.slot(c.extent(n.Left), "", true)
	s := r.slot(c.extent(n.Right), "", true)
	if wanted := n.Operator == "=="; wanted != c.negated {
		r.compared = append(r.compared, comparison{node: n, left: l, right: s, wanted: wanted})
	}
	return c.keep(l, left), c.keep(s, right)
}

// enter begins the body of a loop. What it returns ends it, and makes the body tell each element.
func (r *recorder) enter(c *checker, n *ast.BuiltinNode, body ast.Node) func(ast.Node) ast.Node {
	if r == nil {
		return func(node ast.Node) ast.Node { return node }
	}
	outer, id := r.current, len(r.rounds)
	r.rounds = append(r.rounds, round{name: n.Name, loop: n, from: len(r.slots)})
	r.current = id
	at := c.extent(body)
	elem := r.slot(at, "#", false)
	place := r.slot(at, "#index", false)
	r.slots[elem].leading, r.slots[place].leading = true, true
	r.rounds[id].elem = elem
	return func(node ast.Node) ast.Node {
		r.rounds[id].to = len(r.slots)
		r.current = outer
		call := &ast.CallNode{Callee: &ast.IdentifierNode{Value: "enter"}, Arguments: []ast.Node{
			&ast.ConstantNode{Value: r}, &ast.ConstantNode{Value: id},
			&ast.PointerNode{}, &ast.PointerNode{Name: "index"}}}
		return &ast.SequenceNode{Nodes: []ast.Node{call, node}}
	}
}

func enter(_ *meter, a []any) (any, error) {
	r := a[0].(*recorder)
	body := &r.rounds[a[1].(int)]
	for i := body.from; i < body.to; i++ {
		r.slots[i].set = false
	}
	for i, v := range a[2:] {
		r.slots[body.elem+i].set, r.slots[body.elem+i].value = true, v
	}
	return nil, nil
}

// telling says whether the last element of a loop is the one that decided its result.
func (r *recorder) telling(id int) bool {
	for ; id >= 0; id = r.slots[r.rounds[id].elem].outer(r) {
		loop := r.rounds[id]
		result, ok := r.following[loop.loop]
		if !ok || !r.slots[result].set {
			continue
		}
		switch loop.name {
		case "any":
		case "all", "none":
			if r.slots[result].value != false {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// outer is the loop round the loop that a slot belongs to.
func (s slot) outer(r *recorder) int {
	if result, ok := r.following[r.rounds[s.round].loop]; ok {
		return r.slots[result].round
	}
	return -1
}

// replay runs the expression once more and keeps the values of its parts.
func (p *Program) replay(env map[string]any) *recorder {
	r := &recorder{current: -1, following: map[ast.Node]int{}}
	src, tree, problems := p.language.parse(p.source.text)
	if problems != nil {
		return r
	}
	c := checker{language: p.language, source: src, names: p.names, tree: tree, recorder: r}
	root := c.root(p.want)
	if len(c.problems) > 0 {
		return r
	}
	code, err := p.language.assemble(src, root)
	if err != nil {
		return r
	}
	// An error is a finding of Run; the values up to it count.
	_, _ = vm.Run(code, withMeter(env, p.language.limit))
	return r
}

// Explain gives the value of each part that was evaluated, in source order, for an expectation
// that was false or failed: without literals, repetitions and parts that were passed over. Of
// all(), any() and none() it gives the element that decided, as # and #index. env must be as it was
// for Run.
func (p *Program) Explain(env map[string]any) []Part {
	r := p.replay(env)
	shown := make([]slot, 0, len(r.slots))
	for _, s := range r.slots {
		if s.set && !s.silent && (s.round < 0 || r.telling(s.round)) {
			shown = append(shown, s)
		}
	}
	slices.SortStableFunc(shown, func(a, b slot) int {
		switch {
		case a.at.from != b.at.from:
			return a.at.from - b.at.from
		case a.leading != b.leading && a.leading:
			return -1
		case a.leading != b.leading:
			return 1
		case a.leading:
			return 0
		}
		return a.at.to - b.at.to
	})
	parts := make([]Part, 0, len(shown))
	for _, s := range shown {
		repeated := slices.ContainsFunc(parts, func(p Part) bool {
			return p.Text == s.text && (!s.leading || p.From == s.at.from)
		})
		if !repeated {
			parts = append(parts, Part{From: s.at.from, To: s.at.to, Text: s.text, Value: s.value})
		}
	}
	return parts
}

// Sides gives the two sides of the comparison that made an expectation fail, when both are text or
// bytes and it is the only one that did; so that a report can show where they differ.
func (p *Program) Sides(env map[string]any) (left, right any, ok bool) {
	r := p.replay(env)
	for _, cmp := range r.compared {
		result, found := r.following[cmp.node]
		l, s := r.slots[cmp.left], r.slots[cmp.right]
		if !found || !r.slots[result].set || r.slots[result].value == cmp.wanted || !l.set || !s.set ||
			kindOf(l.value)&(chars|list|mapping) == 0 || kindOf(s.value)&(chars|list|mapping) == 0 ||
			l.round >= 0 && !r.telling(l.round) {
			continue
		}
		if ok {
			return nil, nil, false
		}
		left, right, ok = l.value, s.value, true
	}
	return left, right, ok
}
