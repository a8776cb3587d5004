package expr

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"netscene/schema"
)

// convert says how to come from a type to one that is wanted.
func (c *checker) convert(have, want Type) string {
	switch name := c.wantedField(have); {
	case name != "":
		return "write $(" + strings.TrimSpace(c.source.text) + "." + name + ")"
	case have.is(mapping) && len(have.fields) > 0:
		return "name one of its values: " + strings.Join(slices.Sorted(maps.Keys(have.fields)), ", ")
	case want.is(boolean):
		return "compare it with something"
	case have.is(bytes) && want.may(text):
		return "text(…) makes text of bytes"
	case have.is(chars) && want.may(integer):
		return "int(…) makes a number of text"
	case want.is(list) && !have.is(mapping|list):
		return "for a list of one, write [$(" + strings.TrimSpace(c.source.text) + ")]"
	case have.is(Printable.kinds) && want.may(text):
		return "string(…) makes text of a value"
	}
	return ""
}

// wantedField names the value of a step's result that a parameter was probably to get, "" when none
// stands out.
func (c *checker) wantedField(have Type) string {
	if c.param == nil || !have.is(mapping) || c.static(c.tree) == nil {
		return ""
	}
	usual := map[schema.Kind]string{schema.Address: "address", schema.Bytes: "data",
		schema.Handle: "socket", schema.Size: "size"}
	for _, name := range []string{c.param.Name, usual[c.param.Kind]} {
		if typ, ok := have.fields[name]; ok && typ.may(suits(c.param)) {
			return name
		}
	}
	return ""
}

func (c *checker) unknown(n *ast.IdentifierNode) {
	if f, ok := c.language.functions[n.Value]; ok && f.Name != "" || loops[n.Value].about.Name != "" {
		c.problem(n, fmt.Sprintf("%s is a function", n.Value), "write "+n.Value+"(…)")
		return
	}
	among := c.language.words()
	for name := range c.names {
		among = append(among, name)
	}
	for _, l := range c.lets {
		among = append(among, l.name)
	}
	before := len(c.problems)
	c.missing(n, "unknown name "+n.Value, n.Value, among)
	c.problems[before].Unknown = n.Value
	if _, ok := c.names["error"].fields[n.Value]; ok {
		c.problems[before].Detail = "an error that the step expects is error." + n.Value
		return
	}
	beside, operand := c.operands[n]
	if p := &c.problems[before]; operand && (beside || !strings.Contains(p.Summary, "?")) {
		p.Detail = "text is quoted: " + strconv.Quote(n.Value)
	}
}

// missing reports a name that is not there, with the nearest that is.
func (c *checker) missing(at ast.Node, summary, word string, among []string) {
	slices.Sort(among)
	detail := ""
	if near := schema.Suggest(word, among); near != "" {
		summary += ": did you mean " + near + "?"
	} else if len(among) > 0 && len(among) <= 12 {
		detail = "there are " + strings.Join(among, ", ")
	}
	c.problem(at, summary, detail)
}

// undeclared says of an unknown variable, the last problem, how there may be one.
func (c *checker) undeclared(base ast.Node) {
	p := &c.problems[len(c.problems)-1]
	if !slices.Equal(c.static(base), []string{"vars"}) || strings.Contains(p.Summary, "?") {
		return
	}
	if p.Detail != "" {
		p.Detail += "; "
	}
	p.Detail += "a variable is declared under vars: at the top"
}

// textOperands notes the operands that may be text without its quotes.
func (c *checker) textOperands(n *ast.BinaryNode) {
	switch n.Operator {
	case "==", "!=", "contains", "startsWith", "endsWith":
		c.mayBeText(n.Right, true)
		if right, isName := n.Right.(*ast.IdentifierNode); isName && c.static(right) != nil {
			c.mayBeText(n.Left, false)
		}
	}
}

// text says whether there is text to compare with.
func (names Names) text() bool {
	for _, t := range names {
		if t.is(chars) {
			return true
		}
	}
	return false
}

func (c *checker) mayBeText(node ast.Node, beside bool) {
	if c.operands == nil {
		c.operands = map[ast.Node]bool{}
	}
	c.operands[node] = beside
}
