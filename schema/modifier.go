package schema

import (
	"regexp"
	"slices"
	"strings"
)

// modify reads the modifiers of a step.
func (p *parser) modify(step *Step, n *Node, action *Pair) {
	for i := range n.Pairs {
		pair := &n.Pairs[i]
		if pair.Key == action.Key || !slices.Contains(modifiers, pair.Key) {
			continue
		}
		if pair.Value.broken || !p.fits(step, pair) {
			continue
		}
		p.modifier(step, pair)
	}
	if may := n.Get("may_fail"); may != nil && n.Get("fails") != nil {
		p.report(may.Span, "fails and may_fail contradict each other").Detail =
			"fails: it must fail so; may_fail: success is right too"
	}
}

// fits says whether a flow word can have a modifier.
func (p *parser) fits(step *Step, pair *Pair) bool {
	word := step.Word.Text
	if p.shapeOf(word) == nil {
		return true
	}
	allowed := []string{"as", "name", "when", "within", "after"}
	switch {
	case word == "repeat", word == "eventually", p.defs[word] != nil:
		allowed = append(allowed, "expect", "check")
	case word == "serve":
		allowed = append(allowed, "on", "expect", "check")
	}
	if slices.Contains(allowed, pair.Key) {
		return true
	}
	p.report(pair.At, "%s cannot have %s", word, pair.Key).Detail =
		"its modifiers are " + strings.Join(allowed, ", ")
	return false
}

func (p *parser) modifier(step *Step, pair *Pair) {
	n := pair.Value
	switch pair.Key {
	case "as":
		if text, ok := p.literal(n, &Field{Name: "as", Kind: String}).(string); ok &&
			p.name(text, n.Span, "a result", true) {
			step.As = &Word{Text: text, Span: n.Span}
		}
	case "name":
		step.Name = p.title(n, "name", "")
	case "on":
		step.On = p.on(n)
	case "expect":
		step.Expect = p.conditions(n, "expect")
	case "check":
		step.Check = p.conditions(n, "check")
	case "fails":
		step.Fails = p.failures(n, "fails")
	case "may_fail":
		step.MayFail = p.failures(n, "may_fail")
	case "within":
		step.Within = p.value(n, &Field{Name: "within", Kind: Duration})
	case "user":
		step.User = p.user(n)
	case "when":
		step.When = p.condition(n, "when")
	case "after":
		step.After = p.after(n)
	}
}

// value checks a value in which expressions may stand; nil when it is wrong.
func (p *parser) value(n *Node, f *Field) *Node {
	p.holes(n)
	if n.broken {
		return nil
	}
	_, found := DecodeValue(n, f)
	p.list = append(p.list, found...)
	if len(found) > 0 {
		return nil
	}
	return n
}

// user reads a user's name or number.
func (p *parser) user(n *Node) *Node {
	_, isNumber := n.Value.(int)
	_, isText := n.Value.(string)
	if !n.broken && (n.Kind != Scalar || !isNumber && !isText) {
		p.report(n.Span, "user must be a name, a number, or user:group").Detail =
			"such as nobody, 65534 or nobody:daemon"
		return nil
	}
	return p.value(n, &Field{Name: "user", Kind: Any})
}

// conditions reads an expression or a list of them.
func (p *parser) conditions(n *Node, what string) []*Expr {
	items := []*Node{n}
	if n.Kind == Sequence {
		items = n.Items
		if len(items) == 0 {
			p.report(n.Span, "%s is empty", what).Detail =
				"write an expression over the step's result, such as size > 0"
		}
	}
	var exprs []*Expr
	for _, item := range items {
		if e := p.condition(item, what); e != nil {
			exprs = append(exprs, e)
		}
	}
	return exprs
}

var failure = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// failures reads errno names and classes, at least one.
func (p *parser) failures(n *Node, what string) []Failure {
	if n.Kind == Mapping {
		p.report(n.Span, "%s must be an errno or a class, or a list of them", what).Detail =
			"such as ECONNREFUSED or refused"
		return nil
	}
	if v, ok := n.Value.(bool); ok && n.Kind == Scalar {
		p.report(n.Span, "%s must say how the step fails, not %t", what, v).Detail =
			"such as ECONNREFUSED or refused"
		return nil
	}
	if n.Kind == Scalar && n.Value == nil || n.Kind == Sequence && len(n.Items) == 0 {
		p.report(n.Span, "%s is empty", what).Detail =
			"name an errno or a class, such as ECONNREFUSED or refused"
		return nil
	}
	return slices.DeleteFunc(p.words(n, what), func(word Word) bool {
		return p.noFailure(word, what)
	})
}

var (
	failurePhrase = regexp.MustCompile(`^[A-Za-z0-9_]+( [A-Za-z0-9_]+)*$`)
	between       = regexp.MustCompile(`\s*[,;|/+&]\s*|\s+(or|and)\s+`)
)

// noFailure reports what can be no errno and no class, whichever there are. A phrase such as
// "connection refused" is left to whoever knows the names, and with them the nearest.
func (p *parser) noFailure(word Word, what string) bool {
	several := between.Split(word.Text, -1)
	if len(several) == 1 && failurePhrase.MatchString(word.Text) {
		return false
	}
	d := p.report(word.Span, "%s is no errno and no class", show(word.Text))
	d.Detail = "such as ECONNREFUSED or refused"
	if len(several) > 1 && !slices.ContainsFunc(several, func(s string) bool {
		return !failure.MatchString(s)
	}) {
		d.Detail = "several are a list"
		d.Mended = what + ": [" + strings.Join(several, ", ") + "]"
	}
	return true
}

var stepName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// on reads a step's name or an expression.
func (p *parser) on(n *Node) *Node {
	p.holes(n)
	text, ok := n.Value.(string)
	switch {
	case n.broken:
		return nil
	case n.Text.Single() != nil, n.Text == nil && ok && stepName.MatchString(text):
		return n
	}
	d := p.report(n.Span, "on must be a step's name or one $(…)")
	d.Detail = "such as server.listen or $(pair.sockets[1])"
	if n.Text == nil && ok && strings.ContainsAny(text, ".[(") && !strings.Contains(text, " ") {
		d.Mended = n.src.mend(n.at, n.src.Offset(n.Span.End), "$("+text+")")
	}
	return nil
}

// after reads what must have happened before: step, {parked: step}, or a list of those.
func (p *parser) after(n *Node) []After {
	items := []*Node{n}
	if n.Kind == Sequence {
		items = n.Items
	}
	var list []After
	for _, item := range items {
		if item.broken {
			continue
		}
		var a After
		name := item
		if item.Kind == Mapping {
			a.Parked = true
			name = item.Get("parked")
			if name == nil || len(item.Pairs) != 1 {
				p.report(item.Span, "after has only the key parked").Detail =
					"such as {parked: server.recv}"
				continue
			}
		}
		text, ok := name.Value.(string)
		if name.Kind != Scalar || !ok || !stepName.MatchString(text) {
			if !name.broken {
				p.report(name.Span, "after must name a step").Detail =
					"such as server.accept or {parked: server.recv}"
			}
			continue
		}
		a.Step = Word{Text: text, Span: name.Span}
		list = append(list, a)
	}
	if n.Kind == Sequence && len(items) == 0 {
		p.report(n.Span, "after is empty")
	}
	return list
}
