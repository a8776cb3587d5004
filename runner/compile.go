package runner

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"netscene/actions"
	"netscene/actions/message"
	"netscene/actions/socket"
	"netscene/runner/expr"
	"netscene/schema"
)

// Vars are values for scenario variables, given from outside.
type Vars struct {
	Text   map[string]string // as on a command line, to be read as the variable's kind
	Values map[string]any    // plain data, as from a file
	// Env finds an environment variable, as os.LookupEnv does; without it there are none.
	Env func(name string) (value string, found bool)
}

// has says whether a variable is given.
func (v Vars) has(name string) bool {
	_, text := v.Text[name]
	_, value := v.Values[name]
	return text || value
}

// language is the expression language with the constants of the socket API.
var language = expr.New(socket.Constants())

// Words lists everything that a step can start with.
func Words() []string {
	words := actions.Names()
	for _, s := range schema.Words() {
		words = append(words, s.Name)
	}
	slices.Sort(words)
	return words
}

// Load parses and compiles a scenario. It reports everything that is wrong, sorted; with findings
// the plan is nil. Of one with several rows it gives the first.
func Load(src *schema.Source, vars Vars) (*Plan, schema.Diagnostics) {
	plans, found := LoadAll(src, vars)
	if plans == nil {
		return nil, found
	}
	return plans[0], found
}

// LoadAll is Load for all rows of a scenario.
func LoadAll(src *schema.Source, vars Vars) ([]*Plan, schema.Diagnostics) {
	doc, found := schema.Parse(src, Words())
	if doc == nil {
		return nil, found
	}
	plans, more := Compile(doc, vars)
	found = append(found, more...)
	found.Sort()
	if len(found) > 0 {
		return nil, found
	}
	return plans, nil
}

// compile makes a plan of a document with the values of a row, nil for none.
func compile(doc *schema.Document, vars Vars, row *schema.Row) (*Plan, schema.Diagnostics) {
	c := &compiler{doc: doc, language: language, plan: &Plan{
		Name: doc.Name, File: doc.Source.Name, About: doc.About, Tags: doc.Tags,
		Exclusive: doc.Exclusive,
		sources:   doc.Sources, timeout: doc.Timeout, open: doc.Open,
		isStory: doc.Story, barriers: map[string][]int{}, signals: map[string][]*step{},
		byName: map[string]*actor{}, vars: map[string]any{},
	}}
	if doc.Library {
		c.report(doc.Source.Span(0, 0), "a scenario brings them with `use`",
			"the file holds definitions or messages and no scenario")
	}
	c.variables(vars)
	c.environment(vars.Env)
	c.secrets()
	c.values(row)
	c.parts = map[part]*block{}
	c.requires()
	c.messages()
	for _, a := range doc.Actors {
		c.actor(a)
	}
	c.storyLoops()
	for _, a := range c.plan.actors {
		for _, s := range a.steps {
			c.within(s.block, func() { c.bind(s) })
		}
	}
	c.judge()
	for _, a := range c.plan.actors {
		keepLast(a.body)
		c.sockets(a)
	}
	c.order()
	c.deserted()
	c.found = c.found.Compact()
	c.found.Quote(doc.Sources...)
	c.found.Sort()
	c.found = slices.CompactFunc(c.found, func(a, b schema.Diagnostic) bool { // of a loop's parts
		return a.Span == b.Span && a.Summary == b.Summary
	})
	return c.plan, c.plan.veil.findings(c.found)
}

// compiler makes a plan from a document and collects what is wrong.
type compiler struct {
	doc   *schema.Document
	plan  *Plan
	found schema.Diagnostics
	vars  map[string]expr.Type
	parts map[part]*block
	types message.Set // of messages
	// misdescribed says that the description of one is wrong.
	misdescribed bool
	// language has the functions that know these messages.
	language *expr.Language
	names    expr.Names // what every expression can name: vars, tmp, loopback, the actors
	// beforehand is what expressions can name that are evaluated before the run: vars and matrix.
	beforehand expr.Names
}

func (c *compiler) report(at schema.Span, detail, format string, args ...any) {
	c.found = append(c.found, schema.Diagnostic{Span: at, Summary: fmt.Sprintf(format, args...),
		Detail: detail})
}

// meant is a hint that names the nearest of the known words, or lists them.
func meant(word string, known []string) string {
	if near := schema.Suggest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	if len(known) > 12 {
		return ""
	}
	return "known are " + strings.Join(known, ", ")
}

// variables takes the scenario's variables, with what was given for them.
func (c *compiler) variables(given Vars) {
	types := map[string]expr.Type{}
	for _, v := range c.doc.Vars {
		name := v.Name.Text
		kind := v.Kind
		if !v.Required {
			kind = kindOf(v.Value)
		}
		value, err := v.Value, error(nil)
		if text, ok := given.Text[name]; ok {
			value, err = schema.ParseVar(text, kind)
		} else if plain, ok := given.Values[name]; ok {
			value, err = plain, suits(plain, kind)
		}
		isName := func(word schema.Word) bool { return word.Text == name }
		if err != nil && slices.ContainsFunc(c.doc.Secrets, isName) {
			err = fmt.Errorf("a secret is text")
		}
		if err != nil {
			c.report(v.Name.Span, "", "the value given for %s does not suit: %v", name, err)
		}
		if v.Required && !given.has(name) {
			c.plan.missing = append(c.plan.missing, v)
			types[name] = expr.FieldType(schema.Field{Kind: kind})
			continue
		}
		c.plan.vars[name] = value
		types[name] = typeOf(value)
	}
	c.names = expr.Names{"vars": expr.Map(types), "tmp": expr.String, "loopback": expr.String,
		"index": expr.Natural}
	c.vars = types
}

// ownVars adds the variables of an actor to those of the scenario.
func (c *compiler) ownVars(a *actor, doc *schema.Actor) {
	a.vars = c.plan.vars
	if len(doc.Vars) == 0 {
		return
	}
	types := maps.Clone(c.vars)
	a.vars = maps.Clone(c.plan.vars)
	for _, v := range doc.Vars {
		if v.Required {
			c.report(v.Name.Span, "let the scenario have it, under vars: at the top",
				"a variable of an actor cannot be required")
		}
		a.vars[v.Name.Text], types[v.Name.Text] = v.Value, typeOf(v.Value)
	}
	a.varTypes = expr.Map(types)
}

// kindOf gives the kind of plain data.
func kindOf(v any) schema.Kind {
	switch v.(type) {
	case bool:
		return schema.Bool
	case int:
		return schema.Int
	case float64:
		return schema.Float
	case string:
		return schema.String
	default:
		return schema.Any
	}
}

// suits says what is wrong with a value from a file for a variable of a kind.
func suits(v any, kind schema.Kind) error {
	field := &schema.Field{Name: "it", Kind: kind}
	_, found := schema.DecodeValue(schema.Wrap(v, schema.Span{}), field)
	if len(found) > 0 {
		return fmt.Errorf("%s", found[0].Summary)
	}
	return nil
}

// typeOf gives the type of plain data.
func typeOf(v any) expr.Type {
	switch v := v.(type) {
	case map[string]any:
		fields := map[string]expr.Type{}
		for name, value := range v {
			fields[name] = typeOf(value)
		}
		return expr.Map(fields)
	case []any:
		return expr.List(expr.Any)
	default:
		return expr.FieldType(schema.Field{Kind: kindOf(v)})
	}
}

// actor makes an actor with its steps; their expressions are bound later, when all names are known.
func (c *compiler) actor(doc *schema.Actor) {
	a := &actor{index: len(c.plan.actors), name: doc.Name.Text, line: doc.Name.Span.Start.Line,
		many:   doc.Count != nil,
		daemon: doc.Daemon, count: c.count(doc)}
	if slices.Contains(Words(), a.name) {
		c.report(doc.Name.Span, "an expression could not tell the actor from the step; "+
			"give it another name", "%s is the name of an action", a.name)
	}
	c.ownVars(a, doc)
	c.plan.actors = append(c.plan.actors, a)
	c.plan.byName[a.name] = a
	a.body = &block{named: map[string][]*step{}}
	c.block(a, a.body, doc.Steps)
	c.ambiguous(a.body)
	if c.doc.Story {
		for _, s := range a.steps {
			if s.doc.Order >= 0 {
				c.plan.story = append(c.plan.story, s)
			}
		}
		slices.SortFunc(c.plan.story, func(s, t *step) int { return s.doc.Order - t.doc.Order })
	}
	types := map[string]expr.Type{}
	for name, steps := range a.body.named {
		types[name] = steps[0].result().whole
	}
	c.names[a.name] = expr.Map(types)
	if a.many {
		c.names[a.name] = expr.Group(a.name, types)
	}
}

// block fills a block with its steps, and makes the blocks inside.
func (c *compiler) block(a *actor, b *block, docs []*schema.Step) {
	for _, doc := range docs {
		s := &step{doc: doc, place: place{index: len(a.steps), actor: a.index, block: b}}
		if b.parent != nil {
			s.depth = b.parent.depth
			if b.parent.doc.Loop != nil {
				s.depth++
			}
		}
		a.steps = append(a.steps, s)
		b.steps = append(b.steps, s)
		s.flow, s.action = flows[doc.Word.Text], actions.Lookup(doc.Word.Text)
		switch s.shape = schema.FlowWord(doc.Word.Text); {
		case doc.Use != nil:
			s.flow, s.shape = flowUse, doc.Use.Shape
		case s.action != nil:
			c.ofMessage(s)
			s.shape = s.action.Shape
		}
		s.name = doc.Word.Text
		if doc.As != nil {
			s.name = doc.As.Text
		}
		b.named[s.name] = append(b.named[s.name], s)
		s.ref = &actions.Step{Index: s.index, Word: doc.Word.Text, Name: s.name, Title: doc.Name,
			Span: doc.Span, Excerpt: c.plan.excerpt(doc.Word.Span), Via: b.via()}
		if s.key = s.name; s.ref.Via != nil {
			s.key = fmt.Sprintf("%s/%d", s.name, s.index)
		}
		for _, body := range doc.Bodies {
			inner := &block{parent: s, named: b.named}
			if !s.flow.transparent() {
				inner.named = map[string][]*step{}
			}
			s.bodies = append(s.bodies, inner)
			if doc.Loop != nil {
				c.parts[part{doc.Loop, a.index}] = inner
			}
			if s.flow == flowServe {
				a.connection(s, inner)
			}
			c.block(a, inner, body)
			if !s.flow.transparent() {
				c.within(inner, func() { c.ambiguous(inner) })
			}
		}
		s.last = len(a.steps) - 1
	}
}

// ambiguous reports an `as` that is given twice; two steps without one are an error only where
// somebody refers to them.
func (c *compiler) ambiguous(b *block) {
	for name, steps := range b.named {
		for i, s := range steps {
			if s.doc.As != nil && i > 0 {
				c.report(s.doc.As.Span, fmt.Sprintf("%s has the same name; "+
					"give one of them another", steps[0].where()),
					"%s names two steps", name)
			}
		}
	}
}

// flowFields gives the result fields of a flow word.
func (s *step) flowFields() map[string]expr.Type {
	fields := map[string]expr.Type{}
	switch s.flow {
	case flowConnection:
		fields = maps.Clone(actionResults["accept"].fields)
		fields["index"] = expr.Natural
		return fields
	case flowServe, flowRepeat, flowUse:
	case flowEventually:
		fields["attempts"] = expr.Natural
		return fields
	default:
		return fields
	}
	last := map[string]expr.Type{}
	for _, body := range s.bodies {
		for name, steps := range body.named {
			// It is absent when the last round did not come to it.
			last[name] = steps[len(steps)-1].result().whole
			if s.flow != flowUse || steps[len(steps)-1].doc.When != nil {
				last[name] = expr.Nullable(last[name])
			}
		}
	}
	switch s.flow {
	case flowUse:
		return last
	case flowServe:
		fields["connections"] = expr.List(expr.Map(last))
		return fields
	}
	fields["rounds"], fields["last"] = expr.Natural, expr.Map(last)
	if collect := argument(s, "collect"); collect != nil {
		for _, p := range collect.Pairs {
			fields[p.Key] = expr.List(expr.Any)
		}
	}
	return fields
}

// argument finds a parameter of a flow word as it was written; nil when it is not given.
func argument(s *step, name string) *schema.Node {
	if s.doc.Args == nil || s.doc.Args.Kind != schema.Mapping {
		return nil
	}
	return s.doc.Args.Get(name)
}

// keepLast keeps the results inside a loop whose own result somebody reads: they are its `last`.
func keepLast(b *block) {
	for _, s := range b.steps {
		for _, body := range s.bodies {
			for _, inner := range body.named {
				last := inner[len(inner)-1]
				last.kept = last.kept || s.kept && !s.flow.transparent()
			}
			keepLast(body)
		}
	}
}
