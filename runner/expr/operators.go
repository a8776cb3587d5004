package expr

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"netscene/schema"
)

func (c *checker) unary(n *ast.UnaryNode) checked {
	if n.Operator == "not" || n.Operator == "!" {
		c.negated = !c.negated
		v := c.check(n.Node)
		c.negated = !c.negated
		if !v.typ.may(boolean) {
			detail := "compare it with something"
			if c.compared(n.Node) {
				detail = "not binds tighter than a comparison: write not (a == b)"
			}
			c.problem(n.Node, fmt.Sprintf("not needs bool, %s is %s", c.cut(n.Node), v.typ), detail)
			return broken()
		}
		c.varies(v)
		node := &ast.UnaryNode{Operator: "not", Node: c.truth(v)}
		return checked{node: node, typ: Bool, sure: true}
	}
	v := c.check(n.Node)
	if !v.typ.may(number | duration) {
		c.problem(n, fmt.Sprintf("%s needs a number, %s is %s", n.Operator, c.cut(n.Node), v.typ), "")
		return broken()
	}
	typ := Type{kinds: v.typ.set() & (number | duration)}
	return checked{node: c.call("sign"+n.Operator, n, v.node), typ: typ, sure: true}
}

// compared says whether a comparison follows the part.
func (c *checker) compared(node ast.Node) bool {
	rest := strings.TrimSpace(c.source.text[c.extent(node).to:])
	for _, op := range []string{"=", "!=", "<", ">", "in ", "contains ", "matches ", "startsWith ",
		"endsWith "} {
		if strings.HasPrefix(rest, op) {
			return true
		}
	}
	return false
}

func (c *checker) binary(n *ast.BinaryNode) checked {
	c.textOperands(n)
	found := len(c.problems)
	left, right := c.check(n.Left), c.check(n.Right)
	if len(c.problems) == found && c.certain(n, left, right) {
		return broken()
	}
	switch n.Operator {
	case "and", "&&", "or", "||":
		node := &ast.BinaryNode{Operator: n.Operator, Left: c.truth(left), Right: c.truth(right)}
		return checked{node: node, typ: Bool, sure: true}
	case "??":
		typ := join(left.typ, right.typ)
		if !right.typ.may(null) && !right.typ.is(null) && typ.set() != every {
			typ.kinds = typ.set() &^ null
		}
		node := &ast.BinaryNode{Operator: "??", Left: left.node, Right: right.node}
		return checked{node: node, typ: typ}
	case "==", "!=":
		return c.equality(n, left, right)
	case "<", ">", "<=", ">=":
		return c.order(n, left, right)
	case "in":
		return c.in(n, left, right)
	case "contains", "startsWith", "endsWith", "matches":
		return c.search(n, left, right)
	case "..":
		if !left.typ.may(integer) || !right.typ.may(integer) {
			return c.unfit(n, left, right)
		}
		return checked{node: c.call("..", n, left.node, right.node), typ: List(Int), sure: true}
	}
	return c.arithmetic(n, left, right)
}

func (c *checker) conditional(n *ast.ConditionalNode) checked {
	cond := c.check(n.Cond)
	c.varies(cond)
	a, b := c.check(n.Exp1), c.check(n.Exp2)
	if c.alike(n.Exp1, n.Exp2) {
		c.problem(n, "both outcomes are "+c.cut(n.Exp1), "write it without the condition")
	}
	node := &ast.ConditionalNode{Ternary: true, Cond: c.truth(cond), Exp1: a.node, Exp2: b.node}
	return checked{node: node, typ: join(a.typ, b.typ), sure: a.sure && b.sure}
}

// arithmetic is + - * / % ** and ^.
func (c *checker) arithmetic(n *ast.BinaryNode, left, right checked) checked {
	var typ kind
	op := n.Operator
	for _, a := range left.typ.set().each() {
		for _, b := range right.typ.set().each() {
			typ |= outcome(op, a, b)
		}
	}
	if typ == 0 {
		return c.unfit(n, left, right)
	}
	switch {
	case op == "^":
		op = "**"
	case op == "+" && typ&chars == 0:
		op = "plus"
	}
	return checked{node: c.call(op, n, left.node, right.node), typ: Type{kinds: typ}, sure: true}
}

// outcome is the kind of a op b, 0 when there is none.
func outcome(op string, a, b kind) kind {
	switch {
	case a&number != 0 && b&number != 0:
		return arithmeticOutcome(op, a, b)
	case op == "+" && a&chars != 0 && b&chars != 0:
		if a == text && b == text {
			return text
		}
		return bytes
	case op == "+" || op == "-":
		if a|b == duration || (a|b)&duration != 0 && (a|b)&number != 0 {
			return duration
		}
	case op == "*" && (a == duration && b&number != 0 || b == duration && a&number != 0):
		return duration
	case op == "/" && a == duration && b&number != 0:
		return duration
	case op == "/" && a == duration && b == duration:
		return float
	}
	return 0
}

func arithmeticOutcome(op string, a, b kind) kind {
	switch {
	case op == "/", op == "**", op == "^":
		return float
	case a|b == integer:
		return integer
	case op == "%":
		return 0
	}
	return float
}

// unfit reports operands that an operator does not take.
func (c *checker) unfit(n *ast.BinaryNode, left, right checked) checked {
	detail := ""
	kinds := left.typ.set() | right.typ.set()
	if kinds == every {
		kinds = 0
	}
	switch {
	case n.Operator == "+" && left.typ.may(list) && right.typ.may(list):
		detail = "write concat(a, b)"
	case kinds&text != 0 && kinds&duration != 0:
		detail = `write duration("1s") for a time, string(…) for text`
	case n.Operator == "+" && kinds&text != 0:
		detail = "string(…) makes text of a value"
	case n.Operator == "contains" && left.typ.may(list):
		detail = fmt.Sprintf("write %s in %s", c.cut(n.Right), c.cut(n.Left))
	}
	c.problem(n, fmt.Sprintf("%s does not work on %s and %s", n.Operator, left.typ, right.typ), detail)
	return broken()
}

func (c *checker) equality(n *ast.BinaryNode, left, right checked) checked {
	left, right = c.times(left, right)
	if !equatable(left.typ, right.typ) {
		return c.never(n, left, right, "they are never equal")
	}
	if c.recorder != nil {
		left.node, right.node = c.recorder.sides(c, n, left.node, right.node)
	}
	return checked{node: c.call(n.Operator, n, left.node, right.node), typ: Bool, sure: true}
}

// times reads text that is compared with a duration, once and for all.
func (c *checker) times(left, right checked) (checked, checked) {
	return c.time(left, right.typ), c.time(right, left.typ)
}

func (c *checker) time(v checked, other Type) checked {
	literal, ok := v.from.(*ast.StringNode)
	if !ok || !other.is(duration|null) || !other.may(duration) {
		return v
	}
	d, err := schema.ParseDuration(literal.Value)
	if err != nil {
		c.problem(literal, fmt.Sprintf("%s is not a duration", c.cut(literal)),
			`write "1.5s", "20ms", or a number of seconds`)
		return broken()
	}
	w := constant(d)
	w.from = v.from
	return w
}

func (c *checker) order(n *ast.BinaryNode, left, right checked) checked {
	left, right = c.times(left, right)
	const kinds = number | chars | duration
	a, b := left.typ.set()&kinds, right.typ.set()&kinds
	if !meet(a, b) && !meet(b, a) {
		return c.never(n, left, right, "neither is before the other")
	}
	return checked{node: c.call(n.Operator, n, left.node, right.node), typ: Bool, sure: true}
}

// never reports a comparison that its types decide.
func (c *checker) never(n *ast.BinaryNode, left, right checked, why string) checked {
	summary := fmt.Sprintf("%s is %s and %s is %s: %s",
		c.cut(n.Left), left.typ, c.cut(n.Right), right.typ, why)
	detail := c.advise(n, left, right)
	if detail == "" {
		detail = c.advise(n, right, left)
	}
	c.problem(n, summary, detail)
	return broken()
}

// advise says what to write for a comparison of a value with b, when b has the wrong type.
func (c *checker) advise(n *ast.BinaryNode, a, b checked) string {
	name := c.cut(a.from)
	literal, isLiteral := b.from.(*ast.StringNode)
	if _, both := a.from.(*ast.StringNode); both {
		return ""
	}
	switch {
	case isLiteral && a.typ.is(number):
		if _, err := strconv.ParseFloat(literal.Value, 64); err == nil {
			return fmt.Sprintf("write %s %s %s", name, n.Operator, literal.Value)
		}
		if _, ok := c.language.constants[literal.Value]; ok {
			return fmt.Sprintf("write %s %s %s", name, n.Operator, literal.Value)
		}
	case isLiteral && a.typ.is(boolean):
		if literal.Value != "true" && literal.Value != "false" {
			return fmt.Sprintf("write %s, or not %s", name, name)
		}
		if (literal.Value == "true") == (n.Operator == "==") {
			return "write " + name
		}
		return "write not " + name
	case a.typ.is(boolean) && b.typ.is(integer) && n.Operator == "==":
		return fmt.Sprintf("write %s, or not %s", name, name)
	case name == "error" && a.typ.is(mapping) && b.typ.is(integer):
		return fmt.Sprintf("write error.errno %s %s", n.Operator, c.cut(b.from))
	case a.typ.is(list) && b.typ.is(integer):
		return fmt.Sprintf("write len(%s) %s %s", name, n.Operator, c.cut(b.from))
	case a.typ.is(chars) && b.typ.is(integer):
		return fmt.Sprintf("write int(%s), or len(%s) for its length", name, name)
	}
	return ""
}

func (c *checker) in(n *ast.BinaryNode, left, right checked) checked {
	l, r := left.typ, right.typ
	fits := r.may(list) && equatable(l, r.element()) || r.may(mapping) && l.may(text) ||
		r.may(chars) && l.may(chars)
	if !fits {
		if r.may(list) {
			return c.never(n, left, right, "it is never one of them")
		}
		return c.unfit(n, left, right)
	}
	return checked{node: c.call("in", n, left.node, right.node), typ: Bool, sure: true}
}

// search is contains, startsWith, endsWith and matches.
func (c *checker) search(n *ast.BinaryNode, left, right checked) checked {
	if !left.typ.may(chars) || !right.typ.may(chars) {
		return c.unfit(n, left, right)
	}
	needle := right.node
	if literal, ok := n.Right.(*ast.StringNode); ok && n.Operator == "matches" {
		re, err := regexp.Compile(literal.Value)
		if err != nil {
			c.problem(n.Right, "this is not a regular expression", patternError(err))
			return broken()
		}
		needle = &ast.ConstantNode{Value: re}
	}
	return checked{node: c.call(n.Operator, n, left.node, needle), typ: Bool, sure: true}
}
