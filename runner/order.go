package runner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"netscene/schema"
)

// order checks what can be known before a run about who waits for whom: a wait for a signal that
// nobody gives, a barrier of one, a cycle of references.
func (c *compiler) order() {
	g := &graph{plan: c.plan}
	for _, a := range c.plan.actors {
		g.first = append(g.first, len(g.edges)/moments)
		g.edges = append(g.edges, make([][]edge, moments*len(a.steps))...)
	}
	c.meetings(g)
	for _, a := range c.plan.actors {
		g.block(a.body, node{})
		for _, s := range a.steps {
			c.waits(g, s)
		}
	}
	c.cycles(g)
}

// moment is a point in the life of a step.
type moment int

const (
	begun    moment = iota // it is its turn
	met                    // everybody has come to its barrier
	returned               // its call has returned, and its result is published
	done                   // its expectations have been evaluated
	moments  = iota
)

// node is a moment of a step; the zero node is the start of everything.
type node struct {
	step   *step
	moment moment
}

// edge says that a node comes after another. at is where the scenario says so; without it the
// order of steps does.
type edge struct {
	to node
	at *schema.Span
}

// graph holds for each node what must come before it.
type graph struct {
	plan  *Plan
	first []int // by actor: the number of its first step
	edges [][]edge
}

func (g *graph) id(n node) int {
	return moments*(g.first[n.step.actor]+n.step.index) + int(n.moment)
}

func (g *graph) add(from, to node, at *schema.Span) {
	if to.step != nil {
		g.edges[g.id(from)] = append(g.edges[g.id(from)], edge{to, at})
	}
}

// block adds the order of steps within a block that starts after prev, and returns its end.
func (g *graph) block(b *block, prev node) node {
	for _, s := range b.steps {
		g.add(node{s, begun}, prev, nil)
		g.add(node{s, returned}, node{s, begun}, nil)
		for _, body := range s.bodies {
			g.add(node{s, returned}, g.block(body, node{s, begun}), nil)
		}
		g.add(node{s, done}, node{s, returned}, nil)
		prev = node{s, done}
	}
	return prev
}

// waits adds what a step waits for.
func (c *compiler) waits(g *graph, s *step) {
	call, end := node{s, returned}, node{s, done}
	s.before(func(p *program) { g.reads(call, p) })
	s.behind(func(p *program) { g.reads(end, p) })
	if s.on != nil && s.on.step != nil {
		g.add(call, node{s.on.step, returned}, &s.on.node.Span)
	}
	start := call
	if s.flow != noFlow {
		start.moment = begun // the steps inside come behind it
	}
	for i := range s.after {
		a := &s.after[i]
		target := node{a.step, returned}
		if a.parked {
			target.moment = begun
		}
		g.add(start, target, &a.span)
	}
	if s.flow == flowWait {
		c.waitsForSignal(g, s)
	}
	if s.endless() {
		for _, a := range c.plan.actors {
			if n := len(a.body.steps); a.guest() && n > 0 {
				g.add(call, node{a.body.steps[n-1], done}, &s.doc.Word.Span)
			}
		}
	}
}

func (g *graph) reads(from node, p *program) {
	for _, r := range p.reads {
		if r.step != nil && apart(from.step, r.step) {
			g.add(from, node{r.step, returned}, &p.src.Span)
		}
	}
}

func (c *compiler) waitsForSignal(g *graph, s *step) {
	name := s.flowName()
	givers := c.plan.signals[name]
	if name != "" && len(givers) == 0 {
		known := slices.Sorted(maps.Keys(c.plan.signals))
		detail := fmt.Sprintf("add `- signal: %s` to the actor that has something to tell", name)
		if near := schema.Suggest(name, known); near != "" {
			detail = "did you mean " + near + "?"
		}
		c.report(s.doc.Word.Span, detail, "nobody gives the signal %s", name)
	}
	if len(givers) == 1 {
		g.add(node{s, returned}, node{givers[0], returned}, &s.doc.Word.Span)
	}
}

// meetings adds that nobody passes a barrier before all have come, by way of one node for each
// barrier. Where an actor comes to it several times the rounds cannot be told apart here.
func (c *compiler) meetings(g *graph) {
	steps := map[string][]*step{}
	for _, a := range c.plan.actors {
		for _, s := range a.steps {
			if s.flow == flowBarrier && s.flowName() != "" {
				steps[s.flowName()] = append(steps[s.flowName()], s)
			}
		}
	}
	for name, all := range steps {
		actors := 0
		for _, i := range c.plan.barriers[name] {
			actors += c.plan.actors[i].count
		}
		if actors < 2 {
			c.report(all[0].doc.Word.Span, "let another actor have a step `barrier: "+name+"` too",
				"only one actor takes part in the barrier %s", name)
		}
		if actors < 2 || len(all) > actors {
			continue
		}
		meeting := node{all[0], met}
		for _, s := range all {
			g.add(node{s, returned}, meeting, &s.doc.Word.Span)
			g.add(meeting, node{s, begun}, &s.doc.Word.Span)
		}
	}
}

// cycles reports every reference that waits for itself, by way of others.
func (c *compiler) cycles(g *graph) {
	state := make([]uint8, len(g.edges)) // 1: on the path, 2: finished
	var path []edge
	var visit func(e edge)
	visit = func(e edge) {
		id := g.id(e.to)
		path = append(path, e)
		switch state[id] {
		case 0:
			state[id] = 1
			for _, next := range g.edges[id] {
				visit(next)
			}
			state[id] = 2
		case 1:
			start := slices.IndexFunc(path, func(p edge) bool { return g.id(p.to) == id })
			c.cycle(path[start+1:])
		}
		path = path[:len(path)-1]
	}
	for _, a := range c.plan.actors {
		for _, s := range a.steps {
			if state[g.id(node{s, done})] == 0 {
				visit(edge{to: node{s, done}})
			}
		}
	}
}

// cycle reports a closed path of waits.
func (c *compiler) cycle(path []edge) {
	var says []string
	var at schema.Span
	from := path[len(path)-1].to.step
	for _, e := range path {
		if e.to.moment == met {
			continue // the next edge tells who has not come
		}
		if e.at != nil && from != e.to.step {
			if at.Start.Line == 0 {
				at = *e.at
			}
			says = append(says, fmt.Sprintf("%s (%s) waits for %s (%s)",
				from.where(), c.called(from), e.to.step.where(), c.called(e.to.step)))
		}
		from = e.to.step
	}
	if len(says) == 0 {
		return
	}
	c.report(at, strings.Join(says, ",\n")+";\nwithin an actor each step waits for the one above it",
		"these steps wait for each other, so none can start")
}

// called names a step as another actor would.
func (c *compiler) called(s *step) string { return c.plan.actors[s.actor].name + "." + s.name }
