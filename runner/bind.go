package runner

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner/expr"
	"netscene/schema"
)

// bind decodes and compiles everything that a step says.
func (c *compiler) bind(s *step) {
	c.bindWord(s)
	doc := s.doc
	for _, e := range doc.Expect {
		s.expect = append(s.expect, c.expectation(s, e))
	}
	for _, e := range doc.Check {
		s.check = append(s.check, c.expectation(s, e))
	}
	if doc.When != nil {
		s.when = c.program(before(s), doc.When, expr.Bool)
	}
	if doc.Within != nil {
		s.within = c.single(s, doc.Within, schema.Field{Name: "within", Kind: schema.Duration})
		if d, ok := s.within.args[0].Value.(time.Duration); ok && d <= 0 {
			c.report(doc.Within.Span, "leave it out for no limit", "within 0 leaves no time")
		}
	}
	if doc.User != nil {
		s.user = c.single(s, doc.User, schema.Field{Name: "user", Kind: schema.Any})
		c.plan.users = true
	}
	s.fails = c.failures(doc.Fails)
	s.mayFail = c.failures(doc.MayFail)
	s.timeout = len(s.fails) == 1 && s.fails[0] == string(socket.TimedOut)
	for _, a := range doc.After {
		target := c.step(s, a.Step)
		switch {
		case target == nil:
		case a.Parked && target.flow != noFlow:
			c.report(a.Step.Span, "name an action that blocks; of a flow word only its end can be "+
				"waited for", "%s blocks in no call, so it is never parked", target.doc.Word.Text)
		default:
			target.public = true
			target.watched = target.watched || a.Parked
			s.after = append(s.after, afterRef{step: target, parked: a.Parked, span: a.Step.Span})
		}
	}
	if doc.On != nil {
		c.bindOn(s)
	}
	s.expect = compact(s.expect)
	s.check = compact(s.check)
}

// compact drops the programs that did not compile.
func compact(ps []*program) []*program {
	return slices.DeleteFunc(ps, func(p *program) bool { return p == nil })
}

func (c *compiler) bindWord(s *step) {
	switch s.flow {
	case noFlow:
		if s.action.Formatted() && !s.action.Ready() {
			s.params = &params{shape: s.shape}
			return // which message it is about was reported
		}
		before := len(c.found)
		s.params = c.params(s, s.doc.Args, s.doc.Word.Span, s.shape)
		c.boundParams(s, len(c.found) > before)
	case flowRepeat:
		c.repeat(s)
	case flowServe:
		c.serve(s)
	case flowFinally:
		c.finally(s)
	case flowConnection:
	default:
		s.params = c.params(s, s.doc.Args, s.doc.Word.Span, s.shape)
		if name := s.flowName(); name != "" {
			switch s.flow {
			case flowSignal:
				c.plan.signals[name] = append(c.plan.signals[name], s)
			case flowBarrier:
				if p := s.branch(); p != nil {
					c.report(s.doc.Word.Span, "use `signal` and `wait`",
						"a barrier is between actors; it cannot stand inside a %s", p.doc.Word.Text)
				}
				if !slices.Contains(c.plan.barriers[name], s.actor) {
					c.plan.barriers[name] = append(c.plan.barriers[name], s.actor)
				}
			}
		}
	}
}

// flowName is the name that a signal, wait or barrier says.
func (s *step) flowName() string {
	for i, p := range s.shape.Params {
		if p.Name == "name" && i < len(s.params.args) {
			name, _ := s.params.args[i].Value.(string)
			return name
		}
	}
	return ""
}

func (c *compiler) repeat(s *step) {
	s.params = c.params(s, s.doc.Args, s.doc.Word.Span, s.shape)
	var while, until, collect schema.Arg
	for i, f := range s.shape.Params {
		switch f.Name {
		case "while":
			while = s.params.args[i]
		case "until":
			until = s.params.args[i]
		case "collect":
			collect = s.params.args[i]
		case "times":
			if n, ok := s.params.args[i].Value.(int); ok && n == 0 {
				c.report(s.params.args[i].Node.Span, "", "a loop of 0 rounds does nothing")
			}
		}
	}
	if s.bodies == nil {
		return
	}
	if e, ok := while.Value.(*schema.Expr); ok {
		v := before(s)
		v.result = true
		s.while = c.program(v, e, expr.Bool)
		s.kept = true
	}
	if e, ok := until.Value.(*schema.Expr); ok {
		s.until = c.program(round(s), e, expr.Bool)
	}
	wanted, _ := collect.Value.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(wanted)) {
		e, _ := wanted[name].(*schema.Expr) // nil when it is wrong, which is reported already
		if slices.Contains([]string{"rounds", "last", "elapsed"}, name) {
			c.report(collect.Node.Span, "choose another name", "%s is a result of every repeat", name)
		}
		if prog := c.program(round(s), e, expr.Any); prog != nil {
			s.gather = append(s.gather, gathered{name: name, prog: prog})
		}
	}
}

// params decodes arguments by their shape and compiles the expressions in them.
func (c *compiler) params(s *step, n *schema.Node, at schema.Span, shape *schema.Shape) *params {
	args, found := schema.Decode(n, at, shape)
	c.found = append(c.found, found...)
	p := &params{shape: shape, args: args, progs: map[*schema.Expr]*program{}}
	for _, arg := range args {
		for _, h := range arg.Holes {
			if prog := c.hole(s, h); prog != nil {
				p.progs[h.Expr] = prog
			}
		}
	}
	return p
}

// given gives the argument for a parameter; nil when there is none.
func (p *params) given(name string) *schema.Arg {
	for i, f := range p.shape.Params {
		if f.Name == name && i < len(p.args) && p.args[i].Node != nil {
			return &p.args[i]
		}
	}
	return nil
}

// single is params for a value that stands alone, as `within`.
func (c *compiler) single(s *step, n *schema.Node, f schema.Field) *params {
	return c.params(s, n, n.Span, &schema.Shape{Name: f.Name, Main: f.Name, Params: []schema.Field{f}})
}

func (c *compiler) hole(s *step, h schema.Hole) *program {
	v := before(s)
	if !h.Single {
		return c.program(v, h.Expr, expr.Printable)
	}
	return c.compiled(v, h.Expr, func(names expr.Names) (*expr.Program, []expr.Problem) {
		return c.language.CompileFor(h.Expr.Source, names, h.Field)
	})
}

// boundParams binds the parameters of an action as far as they are known, so that what they say
// wrong is found now; when all are known nothing is left to do at run time. Of parameters that were
// refused already, nothing more is said.
func (c *compiler) boundParams(s *step, refused bool) {
	p := s.params
	values := make([]actions.Param, len(p.args))
	partial := refused
	for i, arg := range p.args {
		value, err := schema.Plain(arg.Value, noFile)
		if errors.Is(err, errFile) {
			partial = true
			continue
		}
		if len(arg.Holes) > 0 || refused && value == nil {
			partial = true
			continue
		}
		values[i] = actions.Param{Given: arg.Node != nil, Value: value}
	}
	bound, wrong := s.action.Bind(values, partial)
	for _, w := range wrong {
		at := s.doc.Word.Span
		for i, f := range p.shape.Params {
			if f.Name == w.Param && p.args[i].Node != nil {
				at = p.args[i].Node.Span
			}
		}
		c.refused(at, w.Err)
	}
	if !partial && len(wrong) == 0 {
		p.bound = bound
	}
}

var errFile = errors.New("files are read when the step runs")

func noFile(string) ([]byte, error) { return nil, errFile }

// refused reports a value that an action does not take; a second line of the error is a hint.
func (c *compiler) refused(at schema.Span, err error) {
	var refusal *socket.Error
	text := err.Error()
	if errors.As(err, &refusal) && refusal.Text != "" {
		text = refusal.Text
	}
	summary, detail, _ := strings.Cut(text, "\n")
	c.report(at, detail, "%s", summary)
}

// failureNames are what `fails` can name.
var failureNames = socket.FailureNames()

// failures checks the names in `fails` and `may_fail`.
func (c *compiler) failures(words []schema.Failure) []string {
	var names []string
	for _, w := range words {
		if !slices.Contains(failureNames, w.Text) {
			c.report(w.Span, meant(w.Text, failureNames),
				"%s is neither an errno's name nor a class of errors", w.Text)
			continue
		}
		names = append(names, w.Text)
	}
	return names
}

// expectation compiles an expression that must hold after the step.
func (c *compiler) expectation(s *step, e *schema.Expr) *program {
	p := c.program(behind(s), e, expr.Bool)
	if p != nil && p.Constant() {
		c.report(e.Span, "name a field of the step's result: "+strings.Join(fieldNames(s), ", "),
			"this expectation checks nothing: it is always the same")
		return nil
	}
	return p
}

func fieldNames(s *step) []string {
	names := slices.Sorted(maps.Keys(s.result().fields))
	return names
}

// vantage is the place from which an expression looks: what it can name, and how far down.
type vantage struct {
	step   *step
	block  *block // whose steps, and those of the blocks around it, are names
	last   int    // the last step of its actor that has run
	result bool   // the fields of the step's own result are names too
}

// before is where parameters and `when` stand, behind where expectations do, and round where a
// repeat's `until` and `collect` do: after the last step of a round.
func before(s *step) vantage { return vantage{step: s, block: s.block, last: s.index - 1} }
func behind(s *step) vantage { return vantage{step: s, block: s.block, last: s.last, result: true} }
func round(s *step) vantage  { return vantage{step: s, block: s.bodies[0], last: s.last} }

// program compiles an expression; nil when it is wrong.
func (c *compiler) program(v vantage, e *schema.Expr, want expr.Type) *program {
	if e == nil {
		return nil
	}
	return c.compiled(v, e, func(names expr.Names) (*expr.Program, []expr.Problem) {
		return c.language.Compile(e.Source, names, want)
	})
}

func (c *compiler) compiled(v vantage, e *schema.Expr,
	compile func(expr.Names) (*expr.Program, []expr.Problem)) *program {
	var prog *expr.Program
	var problems []expr.Problem
	c.inScope(v, func(names expr.Names) { prog, problems = compile(names) })
	for _, p := range problems {
		if hint := c.elsewhere(v, p.Unknown); hint != "" {
			p.Summary, _, _ = strings.Cut(p.Summary, ": did you mean")
			p.Detail = hint
		}
		c.report(e.Place(p.From, p.To), p.Detail, "%s", p.Summary)
	}
	if prog == nil || len(problems) > 0 {
		return nil
	}
	p := &program{Program: prog, src: e}
	for _, ref := range prog.Refs() {
		c.reference(v, p, ref)
	}
	if len(p.reads) == 1 && len(p.reads[0].fields) == 1 {
		r := &p.reads[0]
		p.bare = e.Source == strings.Join(r.path, ".")+"."+r.fields[0]
	}
	return p
}

// inScope calls compile with the names that an expression can use: the step's own result, the
// steps of its actor, the actors, vars and the like, the first of these that has a name. The names
// are lent.
func (c *compiler) inScope(v vantage, compile func(expr.Names)) {
	type hidden struct {
		name string
		was  expr.Type
		had  bool
	}
	var undo []hidden
	put := func(name string, t expr.Type) {
		was, had := c.names[name]
		undo = append(undo, hidden{name, was, had})
		c.names[name] = t
	}
	if v.step.actor == len(c.plan.actors) {
		// It is the scenario's own.
	} else if own := c.plan.actors[v.step.actor]; len(own.vars) > len(c.plan.vars) ||
		own.varTypes.String() != expr.Any.String() {
		put("vars", own.varTypes)
	}
	for name, t := range c.others(v.step) {
		put(name, t)
	}
	var chain []*block
	for b := v.block; b != nil; b = b.names() {
		chain = append(chain, b)
	}
	for _, b := range slices.Backward(chain) {
		if b.parent != nil && b.parent.params.given("for") != nil {
			put("item", c.elem(b.parent))
		}
		for name, steps := range b.named {
			put(name, steps[0].result().whole)
		}
	}
	if use := v.block.use(); use != nil {
		put("params", use.given())
	}
	if v.result {
		for name, t := range v.step.result().fields {
			put(name, t)
		}
	}
	compile(c.names)
	for _, h := range slices.Backward(undo) {
		if h.had {
			c.names[h.name] = h.was
		} else {
			delete(c.names, h.name)
		}
	}
}

func (b *block) outer() *block {
	if b.parent == nil {
		return nil
	}
	return b.parent.block
}
