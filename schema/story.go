package schema

import "slices"

func (p *parser) story(n *Node) {
	if n.Kind != Sequence {
		p.report(n.Span, "steps must be a list").Detail = "each step starts with - in its own line"
		return
	}
	for _, step := range p.told(n.Items) {
		actor := p.actor(Word{Text: step.Actor, Span: step.Word.Span})
		actor.Steps = append(actor.Steps, step)
	}
}

// told reads steps of a story, in their order. Of a loop it gives each actor's part.
func (p *parser) told(items []*Node) []*Step {
	var steps []*Step
	for _, item := range items {
		if n := item.Get("repeat"); n != nil {
			steps = append(steps, p.loop(item, n)...)
			continue
		}
		if step := p.step(item, scope{story: true}); step != nil {
			step.Order = len(p.doc.Steps)
			p.doc.Steps = append(p.doc.Steps, step)
			p.actor(Word{Text: step.Actor, Span: step.Word.Span}) // in the order of the story
			steps = append(steps, step)
		}
	}
	return steps
}

// loop reads a loop of a story.
func (p *parser) loop(item, n *Node) []*Step {
	at := item.Pairs[0].At
	if len(item.Pairs) > 1 {
		p.report(item.Pairs[1].At, "a loop of several actors has no modifiers").Detail =
			"give them to a step inside"
	}
	steps := n.Get("steps")
	if steps == nil || steps.Kind != Sequence || len(steps.Items) == 0 {
		p.report(at, "a loop needs steps: with at least one step").Mended =
			"- repeat: {times: 3, steps: [client.send: x, server.recv: 1]}"
		return nil
	}
	if (n.Get("times") == nil) == (n.Get("for") == nil) {
		p.report(at, "a loop of several actors needs times or for").Detail =
			"how often is known before the run; a loop of one actor, such as client.repeat, has more"
	}
	for _, pair := range n.Pairs {
		switch pair.Key {
		case "times", "for":
			p.holes(pair.Value)
		case "while", "until", "collect", "max":
			p.report(pair.At, "a loop of several actors has no %s", pair.Key).Detail =
				"whose results it would read is not known; use client.repeat"
		}
	}
	loop := &Loop{From: len(p.doc.Steps), Args: n, Span: at}
	inner := p.told(steps.Items)
	if loop.To = len(p.doc.Steps) - 1; len(inner) == 0 {
		return nil
	}
	p.doc.Loops = append(p.doc.Loops, loop)
	var parts []*Step
	for _, step := range inner {
		i := slices.IndexFunc(parts, func(part *Step) bool { return part.Actor == step.Actor })
		if i < 0 {
			i = len(parts)
			parts = append(parts, &Step{Actor: step.Actor, Word: Word{Text: "repeat", Span: at},
				Span: at, Order: -1, Args: n, Loop: loop, Bodies: [][]*Step{nil}})
		}
		parts[i].Bodies[0] = append(parts[i].Bodies[0], step)
	}
	return parts
}
