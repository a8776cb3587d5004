package runner

import (
	"fmt"

	"netscene/runner/expr"
	"netscene/schema"
)

// repeat plays a loop. A round's results are forgotten when the next begins.
func (p *player) repeat(s *step, out *outcome) *halt {
	b, err := p.bounds(s)
	if err != nil {
		return p.halted(s, err)
	}
	collected := make([][]any, len(s.gather))
	depth, items := len(p.rounds), len(p.items)
	defer func() { p.rounds, p.items = p.rounds[:depth], p.items[:items] }()
	p.rounds = append(p.rounds, 0)
	if b.items != nil {
		p.items = append(p.items, nil)
	}
	out.plain["rounds"], out.plain["last"] = 0, map[string]any{}
	for n := 0; ; n++ {
		if over, err := p.before(s, &b, n, out); err != nil {
			return p.halted(s, err)
		} else if over {
			break
		}
		p.rounds[depth] = n + 1
		if b.items != nil {
			p.items[items] = b.items[n]
		}
		if h := p.playRound(s); h != nil {
			return h
		}
		out.plain["rounds"] = n + 1
		if over, err := p.behind(s, collected); err != nil {
			return p.halted(s, err)
		} else if over {
			break
		}
	}
	p.enter(s)
	out.plain["last"] = p.last(s)
	for i, g := range s.gather {
		out.plain[g.name] = append([]any{}, collected[i]...)
	}
	return nil
}

// before says whether a loop is over before a round of which n came before.
func (p *player) before(s *step, b *bounds, n int, out *outcome) (over bool, err error) {
	if n == b.times {
		return true, nil
	}
	if s.while != nil {
		if n > 0 {
			out.plain["last"] = p.last(s)
		}
		holds, err := p.eval(s.while, out)
		if err != nil || holds == false {
			return true, err
		}
	}
	if n == b.most {
		return true, p.exhausted(s, b.most, out)
	}
	return false, nil
}

// behind takes what a round gives, and says whether it was the last.
func (p *player) behind(s *step, collected [][]any) (over bool, err error) {
	for i, g := range s.gather {
		v, err := p.eval(g.prog, nil)
		if err != nil {
			return true, err
		}
		collected[i] = append(collected[i], v)
	}
	if s.until == nil {
		return false, nil
	}
	holds, err := p.eval(s.until, nil)
	return holds == true, err
}

// exhausted says that a loop never came to its end, and what its condition was at last.
func (p *player) exhausted(s *step, most int, out *outcome) error {
	prog, what := s.until, "`until` did not hold within %d rounds"
	if prog == nil {
		prog, what = s.while, "`while` still holds after %d rounds"
	}
	d := schema.Diagnostic{Span: prog.src.Span, Detail: "give `max` if it may take more",
		Summary: fmt.Sprintf(what, most)}
	if names, err := p.names(prog, out); err == nil {
		d.Values = p.run.plan.valuesOf(prog, names)
	}
	return &wrong{d: d}
}

func (p *player) playRound(s *step) *halt {
	for i := s.index + 1; i <= s.last; i++ {
		*p.slot(i) = slot{}
	}
	for _, inner := range s.bodies[0].steps {
		if h := p.perform(inner); h != nil {
			return h
		}
	}
	p.enter(s)
	return nil
}

// last gives the results of the last round by the names of its steps.
func (p *player) last(s *step) map[string]any {
	last := map[string]any{}
	for name, steps := range s.bodies[0].named {
		if v := p.slot(steps[len(steps)-1].index); v.state == present {
			last[name] = v.out.value().Fields
		}
	}
	return last
}

// bounds say how many rounds a loop has.
type bounds struct {
	times int   // -1 for as many as it takes
	most  int   // as it may take; -1 for no end
	items []any // of `for`; nil without one
}

// defaultMost is how many rounds a loop may take that says nothing of it.
const defaultMost = 1000

// bounds evaluates how many rounds a loop has. One with a condition takes as many as it needs.
func (p *player) bounds(s *step) (bounds, error) {
	b := bounds{times: -1, most: defaultMost}
	values, err := p.values(s.params)
	if err != nil {
		return b, err
	}
	for i, f := range s.params.shape.Params {
		v := values[i]
		if !v.Given {
			continue
		}
		switch f.Name {
		case "times":
			b.times, _ = v.Value.(int)
		case "for":
			b.items, _ = v.Value.([]any)
			if b.items == nil {
				b.items = []any{}
			}
		case "max":
			b.most, _ = v.Value.(int)
		}
	}
	if b.items != nil && (b.times < 0 || len(b.items) < b.times) {
		b.times = len(b.items)
	}
	if b.times >= 0 {
		b.most = -1
	}
	return b, nil
}

// elem is the type of what `for` goes over.
func (c *compiler) elem(s *step) expr.Type {
	return s.params.typeOf(s.params.given("for")).Elem()
}
