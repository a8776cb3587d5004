package expr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
)

// callNode is the call of a function, not of one that takes a condition.
func (c *checker) callNode(n *ast.CallNode) checked {
	ident, ok := n.Callee.(*ast.IdentifierNode)
	if !ok {
		c.problem(n, "a value has no functions of its own", "write them round it: len(data)")
		return broken()
	}
	f, ok := c.language.functions[ident.Value]
	if !ok || f.Name == "" {
		if _, isName := c.names[ident.Value]; isName {
			c.problem(n, ident.Value+" is not a function", "")
			return broken()
		}
		c.missing(ident, "unknown function "+ident.Value, ident.Value, c.language.calls())
		c.problems[len(c.problems)-1].Unknown = ident.Value
		return broken()
	}
	if f.machine {
		c.machine = true
		c.reads++
	}
	args := make([]ast.Node, len(n.Arguments))
	types := make([]Type, len(n.Arguments))
	fits := c.count(n, f, len(args))
	for i, arg := range n.Arguments {
		v := c.check(arg)
		args[i], types[i] = v.node, v.typ
		if fits && !v.typ.may(f.param(i)) {
			c.problem(arg, fmt.Sprintf("%s takes %s, this is %s", f.Name, f.param(i), v.typ),
				f.Signature)
			fits = false
		}
		if word, ok := c.wordFor(f, i, arg); ok {
			types[i].words = []string{word}
		}
	}
	if !fits {
		return broken()
	}
	return checked{node: c.call(f.Name, n, args...), typ: f.result(types), sure: true}
}

// wordFor gives a first argument that is one of the words which a function knows, and reports one
// that is not.
func (c *checker) wordFor(f *function, i int, arg ast.Node) (known string, ok bool) {
	word, ok := arg.(*ast.StringNode)
	if !ok || i != 0 || f.words == nil {
		return "", false
	}
	if !slices.Contains(f.words, word.Value) {
		c.missing(arg, f.Name+" does not know "+c.cut(arg), word.Value, f.words)
		return "", false
	}
	return word.Value, true
}

// count checks how many arguments a function is given.
func (c *checker) count(at ast.Node, f *function, n int) bool {
	least, most := len(f.params)-f.optional, len(f.params)
	switch {
	case n < least:
		c.problem(at, fmt.Sprintf("%s needs %s, this gives %d", f.Name, arguments(least), n), f.Signature)
	case n > most && !f.variadic:
		c.problem(at, fmt.Sprintf("%s takes %s, this gives %d", f.Name, arguments(most), n), f.Signature)
	default:
		return true
	}
	return false
}

func arguments(n int) string {
	switch n {
	case 0:
		return "no argument"
	case 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// looping is one of expr-lang's functions that run a condition or an expression for each element.
type looping struct {
	about  Function
	yields func(elem, body Type) Type
	test   bool // the body is a condition
}

func always(t Type) func(elem, body Type) Type { return func(Type, Type) Type { return t } }

func sameList(elem, _ Type) Type { return List(elem) }

// loops are those functions. The rest of expr-lang's kind is left out.
var loops = map[string]looping{
	"all": {Function{"all", "all(list, condition) -> bool",
		"true when the condition holds for every element (#)", "all(sizes, # > 0)"}, always(Bool), true},
	"any": {Function{"any", "any(list, condition) -> bool",
		"true when it holds for an element", "any(lines, # contains \"OK\")"}, always(Bool), true},
	"none": {Function{"none", "none(list, condition) -> bool",
		"true when it holds for no element", "none(lines, # == \"\")"}, always(Bool), true},
	"one": {Function{"one", "one(list, condition) -> bool",
		"true when it holds for exactly one element", "one(ports, # == 80)"}, always(Bool), true},
	"filter": {Function{"filter", "filter(list, condition) -> list",
		"the elements for which it holds", "filter(sizes, # > 10)"}, sameList, true},
	"count": {Function{"count", "count(list, condition) -> int",
		"for how many elements it holds", "count(sizes, # > 10)"}, always(Natural), true},
	"find": {Function{"find", "find(list, condition) -> any",
		"the first element for which it holds, or nil", "find(sizes, # > 10)"},
		func(elem, _ Type) Type { return join(elem, Type{kinds: null}) }, true},
	"findIndex": {Function{"findIndex", "findIndex(list, condition) -> int",
		"the place of that element, or nil", "findIndex(sizes, # > 10)"},
		always(Type{kinds: integer | null}), true},
	"map": {Function{"map", "map(list, expression) -> list",
		"the expression's value for each element (#) at its place (#index)", "map(sizes, # * 2)"},
		func(_, body Type) Type { return List(body) }, false},
	"sum": {Function{"sum", "sum(list [, expression]) -> number or duration",
		"the elements, or the expression's values, added up", "sum(sizes)"},
		func(_, body Type) Type { return Type{kinds: body.set() & (number | duration)} }, false},
	"sortBy": {Function{"sortBy", "sortBy(list, expression [, \"desc\"]) -> list",
		"the elements in the order of the expression's values", "sortBy(names, len(#))"},
		sameList, false},
	"reduce": {Function{"reduce", "reduce(list, expression [, start]) -> any",
		"the expression's last value; #acc is the value before, at first start or the first element",
		"reduce([1, 2, 3], #acc * #, 1)"}, always(Any), false},
}

// loop is the call of such a function.
func (c *checker) loop(n *ast.BuiltinNode) checked {
	l, ok := loops[n.Name]
	if !ok {
		c.missing(n, "unknown function "+n.Name, n.Name, c.language.calls())
		return broken()
	}
	over := c.check(n.Arguments[0])
	if !over.typ.may(list | bytes) {
		c.problem(n.Arguments[0], fmt.Sprintf("%s takes a list, this is %s", n.Name, over.typ),
			l.about.Signature)
		return broken()
	}
	elem := over.typ.element()
	if !over.typ.is(list | bytes) {
		elem = Any
	}
	items := c.call("elements", n.Arguments[0], over.node)
	if n.Name == "count" && len(n.Arguments) == 1 {
		return checked{node: c.call("len", n, items), typ: Natural, sure: true}
	}
	if n.Name == "sum" && len(n.Arguments) == 1 {
		return c.sum(n, elem, items)
	}
	var rest []checked
	for _, arg := range n.Arguments[2:] {
		rest = append(rest, c.check(arg))
	}
	c.elements = append(c.elements, element{typ: elem, reduce: n.Name == "reduce"})
	body := c.body(n, l.test)
	c.elements = c.elements[:len(c.elements)-1]
	typ := l.yields(elem, body.typ)
	switch n.Name {
	case "sum":
		return c.sum(n, body.typ, loopNode("map", items, body.node))
	case "sortBy":
		return c.sortBy(n, items, body, rest, typ)
	}
	args := []ast.Node{items, body.node}
	for _, v := range rest {
		args = append(args, v.node)
	}
	node := loopNode(n.Name, args...)
	e := c.extent(n)
	loc := node.Location()
	loc.From, loc.To = e.from, e.to
	node.SetLocation(loc)
	return checked{node: node, typ: typ, sure: n.Name != "find" && n.Name != "reduce"}
}

func loopNode(name string, args ...ast.Node) *ast.BuiltinNode {
	return &ast.BuiltinNode{Name: name, Arguments: args}
}

// body is what a loop does for each element: it is counted, for a loop must end.
func (c *checker) body(n *ast.BuiltinNode, test bool) checked {
	node := n.Arguments[1]
	if p, ok := node.(*ast.PredicateNode); ok {
		node = p.Node
	}
	leave := c.recorder.enter(c, n, node)
	v := c.check(node)
	if test {
		v.node = c.truth(v)
	}
	v.node = leave(c.call("tick", node, v.node))
	return v
}

func (c *checker) sum(n *ast.BuiltinNode, elem Type, items ast.Node) checked {
	if !elem.may(number | duration) {
		c.problem(n, fmt.Sprintf("sum adds numbers or durations, these are %s", elem), "")
		return broken()
	}
	typ := Type{kinds: elem.set() & (number | duration)}
	return checked{node: c.call("total", n, items), typ: typ, sure: true}
}

// sortBy is made of a map and a sort of the list by the values that gave.
func (c *checker) sortBy(n *ast.BuiltinNode, items ast.Node, key checked, rest []checked,
	typ Type) checked {
	order := ast.Node(&ast.ConstantNode{Value: "asc"})
	if len(rest) > 0 {
		order = rest[0].node
		word, ok := rest[0].from.(*ast.StringNode)
		if !rest[0].typ.may(text) || ok && word.Value != "asc" && word.Value != "desc" {
			c.problem(rest[0].from, `the order is "asc" or "desc"`, "")
		}
	}
	if !key.typ.may(number | chars | duration) {
		c.problem(n.Arguments[1], fmt.Sprintf("%s has no order", key.typ), "")
	}
	name := fmt.Sprintf("%s%d", hidden, c.extent(n).from)
	keys := loopNode("map", &ast.IdentifierNode{Value: name}, key.node)
	sorted := c.call("sorted", n, &ast.IdentifierNode{Value: name}, keys, order)
	node := &ast.VariableDeclaratorNode{Name: name, Value: items, Expr: sorted}
	return checked{node: node, typ: typ, sure: true}
}

// hidden starts names that no source can hold.
const hidden = "\x00"

// words are the names that may stand where a name of the scope may.
func (l *Language) words() []string {
	among := l.calls()
	for name := range l.constants {
		among = append(among, name)
	}
	return among
}

// calls are the names of all functions.
func (l *Language) calls() []string {
	var among []string
	for name, f := range l.functions {
		if f.Name != "" {
			among = append(among, name)
		}
	}
	for name := range loops {
		among = append(among, name)
	}
	return among
}

// shorten cuts a text for a message to about n characters.
func shorten(s string, n int) string {
	runes := []rune(s)
	if len(runes) <= n {
		return s
	}
	return strings.TrimSpace(string(runes[:n-1])) + "…"
}
