package runner

import (
	"errors"

	"netscene/runner/expr"
	"netscene/schema"
)

// count finds how many players an actor has: a number, or an expression of vars.
func (c *compiler) count(doc *schema.Actor) int {
	if doc.Count == nil {
		return 1
	}
	shape := &schema.Shape{Main: "count", Params: []schema.Field{
		{Name: "count", Kind: schema.Int, Min: 1, Max: schema.MostPlayers}}}
	args, found := schema.Decode(doc.Count, doc.Count.Span, shape)
	if c.found = append(c.found, found...); len(found) > 0 {
		return 1
	}
	node := doc.Count
	if len(args[0].Holes) > 0 {
		if len(c.plan.missing)+len(c.plan.unset) > 0 {
			return 1 // the scenario will be skipped
		}
		var err error
		if node, err = node.Fill(c.known); err != nil {
			c.report(doc.Count.Span, "it is known before the run: a number, or an expression of vars",
				"count cannot be evaluated: %v", err)
			return 1
		}
	}
	v, found := schema.DecodeValue(node, &shape.Params[0])
	for _, d := range found {
		c.report(doc.Count.Span, d.Detail, "%s", d.Summary)
	}
	n, _ := v.(int)
	return max(n, 1)
}

// known evaluates an expression of what is known before the run.
func (c *compiler) known(e *schema.Expr) (any, error) {
	prog, problems := language.Compile(e.Source, c.beforehand, expr.Any)
	if len(problems) > 0 {
		return nil, errors.New(problems[0].Summary)
	}
	return prog.Run(c.plan.beforehand())
}
