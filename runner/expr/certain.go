package expr

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// certain reports an operation that comes out the same whatever the values are, and says whether it
// did. An expectation that cannot be false would pass although nothing was checked.
func (c *checker) certain(n *ast.BinaryNode, left, right checked) bool {
	found := len(c.problems)
	switch n.Operator {
	case "and", "&&", "or", "||":
		c.varies(left)
		c.varies(right)
	case "==", "!=":
		c.neverNil(n, left, right)
		c.neverNil(n, right, left)
		c.known(left, right.from)
		c.known(right, left.from)
		c.different(n, left)
	case "<", "<=", ">", ">=":
		c.negative(n, left)
		c.different(n, left)
	case "in":
		c.among(left, right)
	case "contains", "startsWith", "endsWith", "matches":
		if isEmpty(n.Right) {
			c.problem(n, fmt.Sprintf("%s %s holds for every text", n.Operator, c.cut(n.Right)),
				fmt.Sprintf("write len(%[1]s) > 0, or len(%[1]s) == 0", c.cut(n.Left)))
		} else if n.Operator != "matches" {
			c.different(n, left)
		}
	}
	return len(c.problems) > found
}

// varies reports a part of a condition that depends on no name.
func (c *checker) varies(v checked) {
	if v.fixed {
		c.problem(v.from, c.cut(v.from)+" is always the same",
			"leave it out, or name what it depends on")
	}
}

// neverNil reports a comparison with nil of what always has a value. A socket has none when the
// call that opens it failed.
func (c *checker) neverNil(n *ast.BinaryNode, v, other checked) {
	if !other.typ.is(null) || v.typ.may(null|socket) {
		return
	}
	name, detail := c.cut(v.from), ""
	_, isError := v.typ.fields["errno"]
	switch {
	case isError:
		detail = fmt.Sprintf("write %s.errno %s 0", name, n.Operator)
	case v.typ.is(number):
		detail = fmt.Sprintf("write %s %s 0", name, n.Operator)
	case v.typ.is(boolean):
		detail = fmt.Sprintf("write %s, or not %s", name, name)
	case v.typ.is(chars|list|mapping) && n.Operator == "!=":
		detail = fmt.Sprintf("write len(%s) > 0", name)
	case v.typ.is(chars | list | mapping):
		detail = fmt.Sprintf("write len(%s) == 0", name)
	}
	c.problem(n, name+" is never nil", detail)
}

// known reports text that is none of the words that a value can be.
func (c *checker) known(v checked, node ast.Node) {
	literal, ok := node.(*ast.StringNode)
	if ok && v.typ.words != nil && !slices.Contains(v.typ.words, literal.Value) {
		among := slices.DeleteFunc(slices.Clone(v.typ.words), func(w string) bool { return w == "" })
		c.missing(literal, fmt.Sprintf("%s is never %s", c.cut(v.from), c.cut(literal)),
			literal.Value, among)
	}
}

// different reports an operator with the same on both sides. NaN does not equal itself.
func (c *checker) different(n *ast.BinaryNode, v checked) {
	if c.alike(n.Left, n.Right) && !(v.typ.is(number) && v.typ.may(float)) {
		c.problem(n, "both sides are "+c.cut(n.Left), "compare it with something else")
	}
}

// alike says whether two parts are written the same. Expressions are pure: they give the same too.
func (c *checker) alike(a, b ast.Node) bool {
	x, y := c.extent(a), c.extent(b)
	return x.from < x.to && c.source.text[x.from:x.to] == c.source.text[y.from:y.to]
}

// negative reports a comparison that asks whether a count is less than 0. One with the 0 on the
// left is let pass: it begins a range, 0 <= size <= 9.
func (c *checker) negative(n *ast.BinaryNode, v checked) {
	zero, ok := n.Right.(*ast.IntegerNode)
	if ok && zero.Value == 0 && v.typ.natural && (n.Operator == ">=" || n.Operator == "<") {
		name := c.cut(n.Left)
		c.problem(n, name+" is never less than 0", fmt.Sprintf("write %s > 0, or %s == 0", name, name))
	}
}

// among looks at x in y.
func (c *checker) among(left, right checked) {
	switch y := right.from.(type) {
	case *ast.ArrayNode:
		if len(y.Nodes) == 0 {
			c.problem(y, "nothing is in []", "list what it may be")
		}
		for _, item := range y.Nodes {
			c.known(left, item)
		}
	case *ast.MapNode:
		if len(y.Pairs) == 0 {
			c.problem(y, "nothing is in {}", "list what it may be")
		}
	}
	if isEmpty(left.from) && right.typ.is(chars) {
		c.problem(left.from, c.cut(left.from)+" is in every text",
			fmt.Sprintf("write len(%[1]s) > 0, or len(%[1]s) == 0", c.cut(right.from)))
	}
}

// isEmpty says whether a part is text or bytes of no length.
func isEmpty(node ast.Node) bool {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value == ""
	case *ast.BytesNode:
		return len(n.Value) == 0
	}
	return false
}
