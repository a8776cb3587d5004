package runner

import (
	"fmt"
	"maps"

	"netscene/runner/board"
	"netscene/runner/expr"
	"netscene/schema"
)

// part names what an actor does in a loop of the story.
type part struct {
	loop  *schema.Loop
	actor int
}

// storyLoops finds how many rounds the loops of the story have, which the telling has to know.
func (c *compiler) storyLoops() {
	for _, l := range c.doc.Loops {
		times, at := 0, schema.Span{}
		for _, name := range []string{"times", "for"} {
			if n := l.Args.Get(name); n != nil {
				times, at = c.rounds(name, n), n.Span
			}
		}
		if at != (schema.Span{}) && times == 0 && len(c.found) == 0 && len(c.plan.missing) == 0 {
			c.report(at, "", "a loop of 0 rounds does nothing")
		}
		c.plan.loops = append(c.plan.loops, storyLoop{l.From, l.To, times})
	}
}

// rounds evaluates `times` or `for` before the run; 0 when it is wrong.
func (c *compiler) rounds(name string, n *schema.Node) int {
	f := schema.FlowWord("repeat").Param(name)
	args, found := schema.Decode(n, n.Span, &schema.Shape{Main: name, Params: []schema.Field{*f}})
	if len(found) > 0 {
		return 0 // the actors' parts say so
	}
	if len(args[0].Holes) > 0 && len(c.plan.missing) > 0 {
		return 0
	}
	node, err := n.Fill(c.known)
	if err != nil {
		c.report(n.Span, "how often is known before the run: write a number, a list, or an expression "+
			"of vars", "%s cannot be evaluated: %v", name, err)
		return 0
	}
	v, found := schema.DecodeValue(node, f)
	for _, d := range found {
		c.report(n.Span, d.Detail, "%s", d.Summary)
	}
	if list, ok := v.([]any); ok {
		return len(list)
	}
	times, _ := v.(int)
	return times
}

// seen gives the steps of another actor that a step knows by name: those of its list, and in a loop
// of the story those of the same round.
func (c *compiler) seen(a *actor, s *step) map[string][]*step {
	named := a.body.named
	var around []*block
	for b := s.block; b != nil; b = b.outer() {
		if b.parent != nil && b.parent.doc.Loop != nil {
			if inner := c.parts[part{b.parent.doc.Loop, a.index}]; inner != nil {
				around = append(around, inner)
			}
		}
	}
	for i := len(around) - 1; i >= 0; i-- {
		if i == len(around)-1 {
			named = maps.Clone(named)
		}
		maps.Copy(named, around[i].named)
	}
	return named
}

// others gives the types of the actors as a step in a loop of the story knows them.
func (c *compiler) others(s *step) expr.Names {
	if s.depth == 0 {
		return nil
	}
	names := expr.Names{}
	for _, a := range c.plan.actors {
		types := map[string]expr.Type{}
		for name, steps := range c.seen(a, s) {
			types[name] = steps[0].result().whole
		}
		names[a.name] = expr.Map(types)
	}
	return names
}

// key is where a step's result is left by whoever plays it. Readers are in the same round.
func (r *run) key(s *step, index int, rounds []int) board.Key {
	k := board.Key{Actor: r.plan.actors[s.actor].name, Instance: index, Step: s.key}
	if s.depth > 0 && len(rounds) >= s.depth {
		k.Loop = fmt.Sprint(rounds[:s.depth])
	}
	return k
}

// advance goes on to the next step of the story, which may be the first of a loop's next round.
func (s *story) advance() {
	at := s.next
	s.next++
	for i, l := range s.plan.loops { // inner ones first
		if l.to != at {
			continue
		}
		if s.rounds[i]++; s.rounds[i] < l.times {
			s.next = l.from
			return
		}
		s.rounds[i] = 0
	}
}
