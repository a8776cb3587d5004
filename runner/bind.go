package runner

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
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
		if target := c.step(s, a.Step); target != nil {
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
		before := len(c.found)
		s.params = c.params(s, s.doc.Args, s.doc.Word.Span, s.shape)
		c.boundParams(s, len(c.found) > before)
	case flowRepeat:
		c.repeat(s)
	default:
		s.params = c.params(s, s.doc.Args, s.doc.Word.Span, s.shape)
		if name := s.flowName(); name != "" {
			switch s.flow {
			case flowSignal:
				c.plan.signals[name] = append(c.plan.signals[name], s)
			case flowBarrier:
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
	var until, collect schema.Arg
	for i, f := range s.shape.Params {
		switch f.Name {
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
	if s.body == nil {
		return
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
		return language.CompileFor(h.Expr.Source, names, h.Field)
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
func round(s *step) vantage  { return vantage{step: s, block: s.body, last: s.last} }

// program compiles an expression; nil when it is wrong.
func (c *compiler) program(v vantage, e *schema.Expr, want expr.Type) *program {
	if e == nil {
		return nil
	}
	return c.compiled(v, e, func(names expr.Names) (*expr.Program, []expr.Problem) {
		return language.Compile(e.Source, names, want)
	})
}

func (c *compiler) compiled(v vantage, e *schema.Expr,
	compile func(expr.Names) (*expr.Program, []expr.Problem)) *program {
	var prog *expr.Program
	var problems []expr.Problem
	c.inScope(v, func(names expr.Names) { prog, problems = compile(names) })
	for _, p := range problems {
		c.report(e.Place(p.From, p.To), p.Detail, "%s", p.Summary)
	}
	if prog == nil || len(problems) > 0 {
		return nil
	}
	p := &program{Program: prog, src: e}
	for _, ref := range prog.Refs() {
		c.reference(v, p, ref)
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
	var chain []*block
	for b := v.block; b != nil; b = b.outer() {
		chain = append(chain, b)
	}
	for _, b := range slices.Backward(chain) {
		for name, steps := range b.named {
			put(name, steps[0].result().whole)
		}
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

// reference finds out what a name means and notes it in the program.
func (c *compiler) reference(v vantage, p *program, ref expr.Ref) {
	root, at := ref.Path[0], p.src.Place(ref.From, ref.To)
	if _, own := v.step.result().fields[root]; own && v.result {
		if !slices.Contains(p.result, root) {
			p.result = append(p.result, root)
		}
		v.step.kept = v.step.kept || root == "last"
		return
	}
	for b := v.block; b != nil; b = b.outer() {
		if steps := b.named[root]; steps != nil {
			if c.unique(at, root, steps) && c.earlier(at, v, steps[0]) {
				p.note(steps[0], ref.Path, 1)
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
	case len(ref.Path) < 2:
		c.report(at, "name one of its steps, as "+root+".recv", "%s is an actor, not a value", root)
	default:
		steps := a.body.named[ref.Path[1]]
		if c.unique(at, root+"."+ref.Path[1], steps) && c.reachable(at, v, steps[0]) {
			steps[0].public = steps[0].public || a.index != v.step.actor
			p.note(steps[0], ref.Path, 2)
		}
	}
}

// note adds a result to those that the program reads. The first n names of the path lead to it;
// the next is a field.
func (p *program) note(target *step, path []string, n int) {
	target.kept = true
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
	p.reads = append(p.reads, read{step: target, path: path[:n], fields: fields})
}

// unique refuses a name that two steps share, and says which `as` to add.
func (c *compiler) unique(at schema.Span, name string, steps []*step) bool {
	if len(steps) < 2 {
		return len(steps) == 1
	}
	var lines []string
	for _, s := range steps {
		lines = append(lines, strconv.Itoa(s.line()))
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
	if target.actor == v.step.actor {
		return c.earlier(at, v, target)
	}
	if c.doc.Story && target.storyOrder() > v.step.storyOrder() {
		c.report(at, "move the step that is referred to above this one",
			"line %d refers to line %d, which comes later in the story", v.step.line(), target.line())
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
	case around && target.body != nil:
		what = "is the loop around this one, which has no result yet"
	case target == v.step:
		what = "is this one, which has no result yet"
	}
	c.report(at, "a step can use what the steps above it gave", "the step in line %d %s",
		target.line(), what)
	return false
}

// storyOrder is the place in the story of the step, or of the loop around it.
func (s *step) storyOrder() int {
	for s.block.parent != nil {
		s = s.block.parent
	}
	return s.doc.Order
}

// step finds the step that a word names: "step" of the same actor, or "actor.step".
func (c *compiler) step(s *step, w schema.Word) *step {
	name, rest, other := strings.Cut(w.Text, ".")
	var steps []*step
	var known []string
	if a := c.plan.byName[name]; other && a != nil {
		steps, known = a.body.named[rest], slices.Sorted(maps.Keys(a.body.named))
		name = rest
	} else if other {
		for _, a := range c.plan.actors {
			known = append(known, a.name)
		}
		c.report(w.Span, meant(name, known), "there is no actor %s", name)
		return nil
	} else {
		for b := s.block; b != nil && steps == nil; b = b.outer() {
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
	if s.action.Uses == actions.NoSocket {
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
		target.public = target.public || target.actor != s.actor
		s.on = &onRef{step: target, node: n}
	}
}
