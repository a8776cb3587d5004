package runner

import (
	"errors"

	"netscene/actions"
	"netscene/runner/expr"
	"netscene/schema"
)

// judge makes the step that stands for what the scenario as a whole expects. It is played by nobody
// of the scenario, after all have ended.
func (c *compiler) judge() {
	if len(c.doc.Expect) == 0 {
		return
	}
	at := c.doc.Expect[0].Span
	doc := &schema.Step{Actor: "scenario", Word: schema.Word{Text: "expect", Span: at}, Span: at,
		Order: len(c.doc.Steps)}
	a := &actor{index: len(c.plan.actors), name: doc.Actor, count: 1, vars: c.plan.vars,
		varTypes: c.names["vars"]}
	s := &step{doc: doc, name: "expect", key: "expect",
		place: place{actor: a.index, block: &block{}}, work: work{shape: &schema.Shape{}}}
	s.ref = &actions.Step{Word: "expect", Name: "expect", Span: at, Excerpt: c.plan.excerpt(at)}
	a.steps = []*step{s}
	for _, e := range c.doc.Expect {
		p := c.program(vantage{step: s, block: s.block, last: -1}, e, expr.Bool)
		switch {
		case p == nil:
		case p.Constant():
			c.report(e.Span, "name what came of a step, as client.recv.data",
				"this expectation checks nothing: it is always the same")
		default:
			s.check = append(s.check, p)
		}
	}
	c.plan.judge = a
}

// judge evaluates what the scenario as a whole expects. All actors have ended, so nothing is waited
// for: a result is there, or it will not come.
func (r *run) judge() {
	if r.plan.judge == nil || r.over() != nil {
		return
	}
	p := &player{run: r, actor: r.plan.judge, name: r.plan.judge.name}
	s := p.actor.steps[0]
	p.step = s
	o := &outcome{s: s, plain: map[string]any{}}
	var unmet []explanation
	for _, prog := range s.check {
		why, err := p.holds(prog, o)
		var missed *unreached
		switch {
		case errors.As(err, &missed):
			p.notReached(s, missed.cause)
			return
		case err != nil:
			p.halted(s, err)
			return
		case why != nil:
			unmet = append(unmet, why)
		}
	}
	p.endedWith(o, unmet)
}
