package expr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"

	"netscene/schema"
)

// checker walks expr-lang's tree once: it finds the type of every part, reports what cannot work,
// and makes the tree that is compiled. The parsed tree is left as it is, for a part of it may hang
// in two places (a < b < c).
type checker struct {
	language *Language
	source   *source
	names    Names
	tree     ast.Node
	have     Type // of the whole
	fixed    bool // the whole depends on no name
	problems []Problem
	refs     []Ref
	metered  bool
	machine  bool // something is asked of the machine
	lets     []local
	reads    int // how often a name of the scope or an element was read
	elements []element
	param    *schema.Field // takes the value; nil for other expressions
	// operands may have been meant as text: true where that is said beside the nearest name too.
	operands map[ast.Node]bool
	inner    bool      // inside a chain of names that is recorded as a whole
	optional bool      // inside a chain with ?.
	recorder *recorder // nil unless the values of the parts are wanted
	passing  ast.Node  // a part that is not recorded: clients[0] of clients[0].recv
	negated  bool      // inside an odd number of nots
}

// local is a name from let.
type local struct {
	name  string
	typ   Type
	fixed bool // its value depends on no name
}

// element is what # stands for.
type element struct {
	typ    Type
	reduce bool
}

// checked is a part of the expression after its check.
type checked struct {
	node ast.Node
	typ  Type
	sure bool // a value of this type and no other comes out when it runs
	from ast.Node

	fixed bool // without a problem, and depends on no name
}

// broken stands for a part in which a problem was found; it fits everywhere.
func broken() checked { return checked{node: new(ast.NilNode), typ: Any, from: new(ast.NilNode)} }

// root checks the whole expression.
func (c *checker) root(want Type) ast.Node {
	if want.is(boolean) && c.names.text() {
		c.mayBeText(c.tree, true)
	}
	v := c.check(c.tree)
	c.have, c.fixed = v.typ, v.fixed
	if !v.typ.may(want.set()) {
		c.problem(c.tree, fmt.Sprintf("this is %s, not %s", v.typ, want), c.convert(v.typ, want))
		return nil
	}
	if c.param != nil && c.param.Kind == schema.Address && v.typ.is(mapping) &&
		!v.typ.addresses() {
		c.problem(c.tree, "this map is not an address", c.convert(v.typ, String))
		return nil
	}
	if want.is(boolean) {
		return c.truth(v)
	}
	return v.node
}

func (c *checker) problem(at ast.Node, summary, detail string) {
	e := c.extent(at)
	c.problems = append(c.problems, Problem{From: e.from, To: e.to, Summary: summary, Detail: detail})
}

func (c *checker) extent(node ast.Node) span { return c.source.extent(node) }

// cut quotes a part in a message.
func (c *checker) cut(node ast.Node) string { return shorten(c.source.cut(c.extent(node)), 40) }

// check does one part with all that is below it.
func (c *checker) check(node ast.Node) checked {
	passing := node == c.passing
	reads, found := c.reads, len(c.problems)
	v := c.dispatch(node)
	v.from = node
	v.fixed = c.reads == reads && len(c.problems) == found
	if c.recorder != nil && !c.inner && !passing {
		v.node = c.recorded(node, v.node)
	}
	return v
}

func (c *checker) dispatch(node ast.Node) checked {
	switch n := node.(type) {
	case *ast.NilNode:
		return checked{node: new(ast.NilNode), typ: Type{kinds: null}, sure: true}
	case *ast.BoolNode:
		return checked{node: &ast.BoolNode{Value: n.Value}, typ: Bool, sure: true}
	case *ast.IntegerNode:
		return constant(n.Value)
	case *ast.FloatNode:
		return constant(n.Value)
	case *ast.BytesNode:
		return constant(n.Value)
	case *ast.StringNode:
		return c.literal(n)
	case *ast.IdentifierNode:
		return c.identifier(n)
	case *ast.ChainNode:
		return c.chain(n)
	case *ast.MemberNode:
		return c.member(n)
	case *ast.SliceNode:
		return c.slice(n)
	case *ast.UnaryNode:
		return c.unary(n)
	case *ast.BinaryNode:
		return c.binary(n)
	case *ast.CallNode:
		return c.callNode(n)
	case *ast.BuiltinNode:
		return c.loop(n)
	case *ast.PointerNode:
		return c.pointer(n)
	case *ast.ConditionalNode:
		return c.conditional(n)
	case *ast.VariableDeclaratorNode:
		return c.let(n)
	case *ast.SequenceNode:
		c.problem(n.Nodes[0], "the value of this part is not used", "an expression has one value")
		return broken()
	case *ast.ArrayNode:
		return c.array(n)
	case *ast.MapNode:
		return c.mapping(n)
	}
	c.problem(node, "this is not an expression", "")
	return broken()
}

func constant(v any) checked {
	return checked{node: &ast.ConstantNode{Value: v}, typ: Type{kinds: kindOf(v)}, sure: true}
}

// literal refuses "\xff", which would be the character ÿ, two bytes.
func (c *checker) literal(n *ast.StringNode) checked {
	e := c.extent(n)
	raw := c.source.text[e.from:e.to]
	if strings.Contains(raw, `\x`) && !strings.HasPrefix(raw, "`") {
		for _, r := range n.Value {
			if r >= 0x80 && r <= 0xff {
				c.problem(n, fmt.Sprintf(`\x%x in text is the character %c, which is two bytes`, r, r),
					fmt.Sprintf(`write b"…\x%x…" for the byte, \u00%x for the character`, r, r))
				return broken()
			}
		}
	}
	return constant(n.Value)
}

// call makes the node that calls a function or operator of ours.
func (c *checker) call(name string, at ast.Node, args ...ast.Node) ast.Node {
	e := c.extent(at)
	if c.language.functions[name].metered {
		c.metered = true
		args = append([]ast.Node{&ast.IdentifierNode{Value: meterName}}, args...)
	}
	node := &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
	node.SetLocation(file.Location{From: e.from, To: e.to})
	return node
}

// truth makes sure that a condition is true or false, and nothing else, when it runs.
func (c *checker) truth(v checked) ast.Node {
	if !v.typ.may(boolean) {
		c.problem(v.from, fmt.Sprintf("%s is %s, not bool", c.cut(v.from), v.typ),
			"compare it with something")
		return v.node
	}
	if v.sure && v.typ.is(boolean) {
		return v.node
	}
	return c.call("truth", v.from, v.node)
}

func (c *checker) identifier(n *ast.IdentifierNode) checked {
	for i := len(c.lets) - 1; i >= 0; i-- {
		if c.lets[i].name == n.Value {
			if !c.lets[i].fixed {
				c.reads++
			}
			return checked{node: &ast.IdentifierNode{Value: n.Value}, typ: c.lets[i].typ}
		}
	}
	if t, ok := c.names[n.Value]; ok {
		c.reads++
		if !c.inner {
			c.ref([]string{n.Value}, n)
		}
		return checked{node: &ast.IdentifierNode{Value: n.Value}, typ: t}
	}
	if value, ok := c.language.constants[n.Value]; ok {
		return constant(value)
	}
	c.unknown(n)
	return broken()
}

func (c *checker) ref(path []string, at ast.Node) {
	for _, r := range c.refs {
		if slices.Equal(r.Path, path) {
			return
		}
	}
	e := c.extent(at)
	c.refs = append(c.refs, Ref{Path: path, From: e.from, To: e.to})
}

// static gives a chain of plain names that starts in the scope.
func (c *checker) static(node ast.Node) []string {
	switch n := node.(type) {
	case *ast.IdentifierNode:
		for _, l := range c.lets {
			if l.name == n.Value {
				return nil
			}
		}
		if _, ok := c.names[n.Value]; ok {
			return []string{n.Value}
		}
	case *ast.ChainNode:
		return c.static(n.Node)
	case *ast.MemberNode:
		if name, ok := n.Property.(*ast.StringNode); ok && !n.Method {
			if path := c.static(n.Node); path != nil {
				return append(path, name.Value)
			}
		}
	}
	return nil
}

func (c *checker) chain(n *ast.ChainNode) checked {
	before := c.optional
	c.optional = true
	v := c.dispatch(n.Node)
	c.optional = before
	v.typ = join(v.typ, Type{kinds: null})
	return v
}

func (c *checker) member(n *ast.MemberNode) checked {
	if n.Method {
		c.problem(n, "a value has no functions of its own", "write them round it: len(data)")
		return broken()
	}
	path := c.static(n)
	outer := c.inner
	if path != nil && !outer {
		c.ref(path, n)
		c.inner = true
	}
	optional := c.optional
	if _, chain := n.Node.(*ast.MemberNode); chain && c.static(n.Node) == nil {
		c.passing = n.Node
	}
	base := c.check(n.Node)
	c.inner = outer
	c.optional = false
	defer func() { c.optional = optional }()
	if name, ok := n.Property.(*ast.StringNode); ok {
		return c.field(n, base, name.Value, optional)
	}
	c.inner = false
	index := c.check(n.Property)
	c.inner = outer
	return c.index(n, base, index, optional)
}

// field is base.name or base["name"].
func (c *checker) field(n *ast.MemberNode, base checked, name string, optional bool) checked {
	t := base.typ
	if !t.may(mapping) {
		detail := ""
		if t.may(list) {
			detail = fmt.Sprintf("choose an element: %s[0].%s", c.cut(n.Node), name)
		}
		c.problem(n, fmt.Sprintf("%s is %s: it has no %s", c.cut(n.Node), t, name), detail)
		return broken()
	}
	typ := t.element()
	if !t.is(mapping | null) {
		typ = Any
	} else if t.fields != nil {
		var ok bool
		if typ, ok = t.fields[name]; !ok {
			among := make([]string, 0, len(t.fields))
			for field := range t.fields {
				among = append(among, field)
			}
			c.missing(n.Property, fmt.Sprintf("unknown name %s in %s", name, c.cut(n.Node)), name, among)
			c.undeclared(n.Node)
			return broken()
		}
	}
	if t.group != "" {
		c.ref([]string{t.group, name}, n)
	}
	op := "."
	if optional {
		op = "?."
	}
	return checked{node: c.call(op, n, base.node, &ast.ConstantNode{Value: name}), typ: typ}
}

// index is base[index].
func (c *checker) index(n *ast.MemberNode, base, index checked, optional bool) checked {
	t := base.typ
	var typ Type
	switch {
	case t.may(list|chars) && index.typ.may(integer):
		typ = t.element()
		if !t.is(list | bytes | null) {
			typ = Any
		}
		if t.is(text) {
			typ = String
		}
	case t.may(mapping) && index.typ.may(text):
		typ = t.element()
	case t.may(list | chars):
		c.problem(n.Property, fmt.Sprintf("an index is int, this is %s", index.typ), "")
		return broken()
	case t.may(mapping):
		c.problem(n.Property, fmt.Sprintf("a key is text, this is %s", index.typ), "")
		return broken()
	default:
		c.problem(n, fmt.Sprintf("%s is %s: it has no elements", c.cut(n.Node), t), "")
		return broken()
	}
	op := "[]"
	if optional {
		op = "?[]"
	}
	return checked{node: c.call(op, n, base.node, index.node), typ: typ}
}

func (c *checker) slice(n *ast.SliceNode) checked {
	base := c.check(n.Node)
	if !base.typ.may(list | chars) {
		c.problem(n, fmt.Sprintf("%s is %s: it has no parts", c.cut(n.Node), base.typ), "")
		return broken()
	}
	ends := [2]ast.Node{new(ast.NilNode), new(ast.NilNode)}
	for i, end := range []ast.Node{n.From, n.To} {
		if end == nil {
			continue
		}
		v := c.check(end)
		if !v.typ.may(integer) {
			c.problem(end, fmt.Sprintf("an index is int, this is %s", v.typ), "")
		}
		ends[i] = v.node
	}
	typ := base.typ
	typ.kinds, typ.words = typ.set()&(list|chars), nil
	return checked{node: c.call("[:]", n, base.node, ends[0], ends[1]), typ: typ, sure: true}
}

func (c *checker) let(n *ast.VariableDeclaratorNode) checked {
	reads := c.reads
	value := c.check(n.Value)
	c.reads = reads // what counts is whether the name is read
	if _, ok := c.names[n.Name]; ok {
		c.problem(n, n.Name+" is a name of the scenario already", "take another name")
	}
	c.lets = append(c.lets, local{n.Name, value.typ, value.fixed})
	v := c.check(n.Expr)
	c.lets = c.lets[:len(c.lets)-1]
	node := &ast.VariableDeclaratorNode{Name: n.Name, Value: value.node, Expr: v.node}
	return checked{node: node, typ: v.typ, sure: v.sure}
}

func (c *checker) array(n *ast.ArrayNode) checked {
	nodes := make([]ast.Node, len(n.Nodes))
	elem := Any
	for i, item := range n.Nodes {
		v := c.check(item)
		nodes[i] = v.node
		if i == 0 {
			elem = v.typ
		} else {
			elem = join(elem, v.typ)
		}
	}
	return checked{node: &ast.ArrayNode{Nodes: nodes}, typ: List(elem), sure: true}
}

func (c *checker) mapping(n *ast.MapNode) checked {
	fields := map[string]Type{}
	closed := true
	pairs := make([]ast.Node, len(n.Pairs))
	for i, item := range n.Pairs {
		pair := item.(*ast.PairNode)
		value := c.check(pair.Value)
		var key ast.Node
		if name, ok := pair.Key.(*ast.StringNode); ok {
			fields[name.Value] = value.typ
			key = &ast.ConstantNode{Value: name.Value}
		} else {
			closed = false
			v := c.check(pair.Key)
			if !v.typ.may(text) {
				c.problem(pair.Key, fmt.Sprintf("a key is text, this is %s", v.typ), "")
			}
			key = c.call("key", pair.Key, v.node)
		}
		pairs[i] = &ast.PairNode{Key: key, Value: value.node}
	}
	typ := Open
	if closed {
		typ = Map(fields)
	}
	return checked{node: &ast.MapNode{Pairs: pairs}, typ: typ, sure: true}
}

func (c *checker) pointer(n *ast.PointerNode) checked {
	if len(c.elements) == 0 {
		c.problem(n, "an element (#) exists only inside all(), any(), map() and the like", "")
		return broken()
	}
	c.reads++
	top := c.elements[len(c.elements)-1]
	node := &ast.PointerNode{Name: n.Name}
	switch {
	case n.Name == "":
		return checked{node: node, typ: top.typ}
	case n.Name == "index":
		return checked{node: node, typ: Int, sure: true}
	case n.Name == "acc" && top.reduce:
		return checked{node: node, typ: Any}
	}
	c.problem(n, "unknown name #"+n.Name, "there are #, #index and, in reduce(), #acc")
	return broken()
}
