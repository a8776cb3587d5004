package runner

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"netscene/actions"
	"netscene/runner/expr"
	"netscene/schema"
)

// reference finds out what a name means and notes it in the program.
func (c *compiler) reference(v vantage, p *program, ref expr.Ref) {
	root, at := ref.Path[0], p.src.Place(ref.From, ref.To)
	if _, own := v.step.result().fields[root]; own && v.result {
		c.alone(at, v, root)
		if !slices.Contains(p.result, root) {
			p.result = append(p.result, root)
		}
		v.step.kept = v.step.kept || root == "last" || root == "connections" ||
			v.step.flow == flowUse
		return
	}
	for b := v.block; b != nil; b = b.names() {
		if steps := b.named[root]; steps != nil {
			if c.unique(at, root, steps) && c.reachable(at, v, steps[0]) {
				p.note(v.step, steps[0], ref.Path, 1)
			}
			return
		}
	}
	a := c.plan.byName[root]
	switch {
	case a == nil:
		if !slices.Contains(p.scope, root) {
			p.scope = append(p.scope, root)
			c.plan.usesTmp = c.plan.usesTmp || root == "tmp"
		}
	case a.many && len(ref.Path) < 2:
		p.reads = append(p.reads, read{many: a, path: ref.Path})
	case a.many && a.index == v.step.actor:
		c.report(at, "name the step alone, as "+ref.Path[1], "%s cannot wait for all of its own kind",
			root)
	case len(ref.Path) < 2:
		c.report(at, "name one of its steps, as "+root+".recv", "%s is an actor, not a value", root)
	default:
		steps := c.seen(a, v.step)[ref.Path[1]]
		if c.unique(at, root+"."+ref.Path[1], steps) && c.reachable(at, v, steps[0]) {
			p.note(v.step, steps[0], ref.Path, 2)
			if a.many {
				p.ofMany(a)
			}
		}
	}
}

// alone refuses the name of a field of the step's own result where an actor has that name, too, or
// a step that was given it.
func (c *compiler) alone(at schema.Span, v vantage, field string) {
	what, where := "", ""
	if a := c.plan.byName[field]; a != nil {
		what, where = "actor", "line "+strconv.Itoa(a.line)
	}
	for b := v.block; b != nil; b = b.outer() {
		for _, s := range b.named[field] {
			if s.doc.As != nil {
				what, where = "step", s.where()
			}
		}
	}
	if what != "" {
		c.report(at, fmt.Sprintf("give the %s another name", what), "%s could be the field of this "+
			"step's result or the %s in %s", field, what, where)
	}
}

// note adds a result to those that the program reads. The first n names of the path lead to it;
// the next is a field.
func (p *program) note(reader, target *step, path []string, n int) {
	target.kept = true
	target.public = target.public || apart(reader, target)
	var fields []string
	if len(path) > n {
		fields = path[n : n+1]
	}
	for i := range p.reads {
		r := &p.reads[i]
		if !slices.Equal(r.path, path[:n]) {
			continue
		}
		if r.fields == nil || fields == nil {
			r.fields = nil
		} else if !slices.Contains(r.fields, fields[0]) {
			r.fields = append(slices.Clone(r.fields), fields[0])
		}
		return
	}
	p.reads = append(p.reads, read{step: target, await: apart(reader, target), path: path[:n],
		fields: fields})
}

// ofMany notes that what the program reads of an actor is a list.
func (p *program) ofMany(a *actor) {
	for i := range p.reads {
		if r := &p.reads[i]; len(r.path) == 2 && r.path[0] == a.name {
			r.many = a
		}
	}
}

// unique refuses a name that two steps share, and says which `as` to add.
func (c *compiler) unique(at schema.Span, name string, steps []*step) bool {
	if len(steps) < 2 {
		return len(steps) == 1
	}
	var lines []string
	for _, s := range steps {
		lines = append(lines, strconv.Itoa(s.ref.Span.Start.Line))
	}
	first := steps[0]
	c.report(at, fmt.Sprintf("add `as: %s_1` (or a better name) to the step in line %s, and refer "+
		"to that", first.name, lines[0]), "%s could be any of the steps in lines %s", name,
		strings.Join(lines, ", "))
	return false
}

// reachable refuses a step whose result cannot be there in time: a later one of the same actor,
// or, in a story, a later one of any.
func (c *compiler) reachable(at schema.Span, v vantage, target *step) bool {
	if !apart(v.step, target) {
		return c.earlier(at, v, target)
	}
	if target.actor == v.step.actor {
		return c.beside(at, v.step, target)
	}
	if c.doc.Story && target.storyOrder() > v.step.storyOrder() {
		c.report(at, "move the step that is referred to above this one",
			"%s refers to %s, which comes later in the story", v.step.where(), target.where())
		return false
	}
	return true
}

// earlier refuses a reference to a step of the same actor that has not run by then.
func (c *compiler) earlier(at schema.Span, v vantage, target *step) bool {
	around := target.covers(v.step.index) && !(target == v.step && v.result) && target.index <= v.last
	if target.index <= v.last && !around {
		return true
	}
	what := "comes after this one"
	switch {
	case around && target.bodies != nil:
		what = "is the one around this one, which has no result yet"
	case target == v.step:
		what = "is this one, which has no result yet"
	}
	c.report(at, "a step can use what the steps above it gave", "the step in %s %s",
		target.where(), what)
	return false
}

// elsewhere says of a name that means nothing where it stands what it means in another place; ""
// when it means nothing there, too.
func (c *compiler) elsewhere(v vantage, name string) string {
	if name == "" || v.step.actor >= len(c.plan.actors) { // the scenario's own expectations
		return ""
	}
	if collect := argument(v.step, "collect"); collect != nil && collect.Get(name) != nil {
		return "what collect gathers is there when the " + v.step.doc.Word.Text + " has ended"
	}
	if hint := c.enclosed(v, name); hint != "" {
		return hint
	}
	if hint := c.notGiven(v, name); hint != "" {
		return hint
	}
	for _, a := range c.plan.actors {
		if a.index != v.step.actor && len(c.seen(a, v.step)[name]) > 0 {
			return fmt.Sprintf("%s has a step of this name: write %s.%s", a.name, a.name, name)
		}
	}
	if actions.Lookup(name) != nil {
		return "it is an action: a step performs it, whose result expressions can name"
	}
	return ""
}

// enclosed says how the result of a step is reached that has a name and stands in the steps of
// another; "" when there is none.
func (c *compiler) enclosed(v vantage, name string) string {
	inside := map[flow]string{flowRepeat: ".last.", flowServe: ".connections[0].", flowUse: "."}
	use := v.block.use()
	for _, s := range c.plan.actors[v.step.actor].steps {
		if !s.partOf(use) {
			continue
		}
		around := s.block.parent
		for around != nil && inside[around.flow] == "" { // its steps are those of the block around it
			around = around.block.parent
		}
		if s.name != name || around == nil {
			continue
		}
		path := around.name + inside[around.flow]
		return fmt.Sprintf("the step in %s is inside the %s: outside it is %s%s",
			s.where(), around.doc.Word.Text, path, name)
	}
	return ""
}

// partOf says whether a step is of a use of a definition; all are when there is none.
func (s *step) partOf(use *step) bool {
	around := s.block.use()
	for around != nil && around != use {
		around = around.block.use()
	}
	return around == use
}

// notGiven says how the steps of a definition come to know a name that only those around its use
// know; "" when it is none of them.
func (c *compiler) notGiven(v vantage, name string) string {
	use := v.block.use()
	if use == nil {
		return ""
	}
	if use.shape.Param(name) != nil {
		return "it is a parameter: write params." + name
	}
	around := slices.ContainsFunc(c.plan.actors[v.step.actor].steps, func(s *step) bool {
		return s.name == name
	})
	if around || name == "item" || name == "connection" {
		return "the steps of a definition know what they are given: make it a parameter"
	}
	return ""
}

// storyOrder is the place in the story of the step, or of the loop around it.
func (s *step) storyOrder() int {
	for s.doc.Order < 0 && s.doc.Loop == nil && s.block.parent != nil {
		s = s.block.parent
	}
	if s.doc.Loop != nil {
		return s.doc.Loop.To
	}
	return s.doc.Order
}

// step finds the step that a word names: "step" of the same actor, or "actor.step".
func (c *compiler) step(s *step, w schema.Word) *step {
	name, rest, other := strings.Cut(w.Text, ".")
	var steps []*step
	var known []string
	if a := c.plan.byName[name]; other && a != nil {
		named := c.seen(a, s)
		steps, known = named[rest], slices.Sorted(maps.Keys(named))
		name = rest
	} else if other {
		for _, a := range c.plan.actors {
			known = append(known, a.name)
		}
		c.report(w.Span, meant(name, known), "there is no actor %s", name)
		return nil
	} else {
		for b := s.block; b != nil && steps == nil; b = b.names() {
			steps = b.named[name]
			known = append(known, slices.Sorted(maps.Keys(b.named))...)
		}
	}
	if len(steps) == 0 {
		c.report(w.Span, meant(name, known), "there is no step %s", w.Text)
		return nil
	}
	if !c.unique(w.Span, w.Text, steps) {
		return nil
	}
	if !c.reachable(w.Span, before(s), steps[0]) {
		return nil
	}
	return steps[0]
}

// bindOn finds the socket that `on` names.
func (c *compiler) bindOn(s *step) {
	n := s.doc.On
	if s.uses() == actions.NoSocket {
		c.report(n.Span, "leave `on` out", "%s acts on no socket", s.doc.Word.Text)
		return
	}
	if e := n.Text.Single(); e != nil {
		s.on = &onRef{prog: c.program(before(s), e, expr.Socket), node: n}
		return
	}
	name, ok := n.Value.(string)
	if !ok || n.Text != nil {
		c.report(n.Span, "write a step's name as server.listen, or $(…)",
			"`on` names a step or is one expression")
		return
	}
	if target := c.step(s, schema.Word{Text: name, Span: n.Span}); target != nil {
		target.kept = true
		target.public = target.public || apart(s, target)
		s.on = &onRef{step: target, await: apart(s, target), node: n}
	}
}
