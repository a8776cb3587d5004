package schema

import (
	"regexp"
	"slices"
	"strings"
)

// scope is where a step stands.
type scope struct {
	actor *Actor // whose list it is in; nil in a story
	story bool
	loop  string // the actor of the flow word around it, "" outside one
}

// step reads a step: a bare word, or a mapping with one action and its modifiers.
func (p *parser) step(n *Node, in scope) *Step {
	if n.broken {
		return nil
	}
	step := &Step{Order: -1, Span: n.Span}
	switch text, isText := n.Value.(string); {
	case n.Kind == Scalar && isText && n.odd == "":
		step.Word = Word{Text: text, Span: n.Span}
		if p.oneWord(n, text) || !p.word(step, in) {
			return nil
		}
		return p.body(step, in)
	case n.Kind != Mapping:
		d := p.report(n.Span, "a step is a word or a mapping with one action")
		d.Detail = "such as - accept, or - recv: 16"
		return nil
	}
	action := p.action(n)
	if action == nil {
		return nil
	}
	step.Word = Word{Text: action.Key, Span: action.At}
	step.Span.Start = action.At.Start
	if step.Span.End.before(action.At.End) {
		step.Span.End = action.At.End
	}
	if !action.Value.nothing() {
		step.Args = action.Value
	}
	if !p.word(step, in) {
		return nil
	}
	p.modify(step, n, action)
	return p.body(step, in)
}

var glued = regexp.MustCompile(`^([A-Za-z_][\w.]*):(\S.*)$`)

// oneWord reports a bare word that is more than one.
func (p *parser) oneWord(n *Node, text string) bool {
	if m := glued.FindStringSubmatch(text); m != nil {
		d := p.report(n.Span, "a space is missing after the colon")
		d.Mended = n.src.mend(n.at, n.src.Offset(n.Span.End), m[1]+": "+m[2])
		return true
	}
	if word, rest, more := strings.Cut(text, " "); more &&
		!strings.Contains(text, "\n") && (!strings.Contains(text, ":") || p.isAction(word)) {
		d := p.report(n.Span, "%s is not one word", show(text))
		d.Mended = n.src.mend(n.at, n.src.Offset(n.Span.End),
			word+": "+strings.TrimSpace(rest))
		return true
	}
	return false
}

// isAction says whether a key names an action or a flow word, with or without an actor.
func (p *parser) isAction(key string) bool {
	if _, word, dotted := strings.Cut(key, "."); dotted {
		key = word
	}
	return p.shapeOf(key) != nil || slices.Contains(p.known, key)
}

// action finds the one action among the keys of a step and reports what else stands there.
func (p *parser) action(n *Node) *Pair {
	var actions, others []*Pair
	for i := range n.Pairs {
		pair := &n.Pairs[i]
		switch {
		case slices.Contains(modifiers, pair.Key):
		case p.isAction(pair.Key):
			actions = append(actions, pair)
		default:
			others = append(others, pair)
		}
	}
	if len(actions) == 0 {
		for i, pair := range others {
			if Suggest(pair.Key, modifiers) == "" || p.nearAction(pair.Key) {
				actions = []*Pair{pair} // a mistyped action, not a mistyped modifier
				others = slices.Delete(slices.Clone(others), i, i+1)
				break
			}
		}
	}
	if len(actions) == 1 && p.shallow(actions[0], others) {
		return p.taken(actions[0], others)
	}
	for _, pair := range others {
		p.unknownKey(pair, actions)
	}
	if len(actions) > 1 {
		d := p.report(actions[1].At, "a second action in one step: %s beside %s",
			show(actions[1].Key), show(actions[0].Key))
		d.Detail = "a step has one action; start a new step with -"
		d.Notes = []Note{{Span: actions[0].At, Text: "the first action"}}
	}
	if len(actions) == 0 {
		if len(others) == 0 {
			p.report(n.Span, "the step has no action").Detail =
				"a step is one action with its modifiers, such as recv: 16"
		}
		return nil
	}
	return actions[0]
}

// shallow says whether the unknown keys beside an action were meant as its parameters, which stand
// one level deeper.
func (p *parser) shallow(action *Pair, others []*Pair) bool {
	word := action.Key[strings.LastIndexByte(action.Key, '.')+1:]
	flow := p.shapeOf(word)
	alone := flow != nil && flow.Main == "" && action.Value.Kind == Scalar && !action.Value.broken
	return len(others) > 0 && p.isAction(action.Key) && (action.Value.nothing() || alone) &&
		!slices.ContainsFunc(others, func(pair *Pair) bool { return Suggest(pair.Key, modifiers) != "" })
}

// taken gives the action with its parameters. The decoder, which knows them, reports where they
// stand; so the steps of a loop are read, and nothing is said to be missing.
func (p *parser) taken(action *Pair, others []*Pair) *Pair {
	n := &Node{Kind: Mapping, Span: others[0].At, src: p.src, shallow: true}
	if flow := p.shapeOf(action.Key[strings.LastIndexByte(action.Key, '.')+1:]); flow != nil &&
		!action.Value.nothing() {
		if f := meantParam(action.Value, flow); f != nil {
			n.Pairs = append(n.Pairs, Pair{Key: f.Name, Value: action.Value})
		}
	}
	for _, pair := range others {
		n.Pairs = append(n.Pairs, *pair)
	}
	return &Pair{Key: action.Key, At: action.At, Value: n}
}

func (p *parser) nearAction(key string) bool {
	if _, word, dotted := strings.Cut(key, "."); dotted {
		key = word
	}
	return Suggest(key, p.known) != "" || Suggest(key, p.library.names()) != ""
}

// unknownKey reports a key that is no modifier, beside the action of a step.
func (p *parser) unknownKey(pair *Pair, actions []*Pair) {
	d := p.report(pair.At, "unknown modifier %s", show(pair.Key))
	near := Suggest(pair.Key, modifiers)
	switch {
	case pair.Key == "timeout":
		d.Detail = timeoutHint
	case len(actions) == 0 && habit(pair.Key, modifiers) != "":
		d.Detail = near + " is a modifier: it stands below an action, without a - of its own"
	case near != "":
		d.Detail = "did you mean " + near + "?"
	case len(actions) > 0 && actions[0].Value.nothing():
		d.Detail = deeper(actions[0].Key)
	case len(actions) > 0 && actions[0].Value.Kind == Scalar:
		d.Detail = "modifiers are " + strings.Join(modifiers, ", ") +
			"; several parameters stand in a mapping under " + actions[0].Key
	default:
		d.Detail = didYouMean(pair.Key, modifiers)
	}
}

const timeoutHint = "the limit for a step is within; for a socket's own timeout use the action " +
	"settimeout, or the timeout parameter of an action that has one"

// word splits actor and action and checks both.
func (p *parser) word(step *Step, in scope) bool {
	word := &step.Word
	who, what, dotted := strings.Cut(word.Text, ".")
	switch {
	case in.loop != "" && dotted && len(p.uses) > 0:
		p.report(word.Span, "a step of a definition names no actor").Detail =
			"whoever uses it plays all of its steps; write " + what
		return false
	case in.loop != "" && dotted:
		p.report(word.Span, "a step in a loop names no actor").Detail =
			"all steps of the loop are " + in.loop + "'s; write " + what
		return false
	case in.loop != "":
		step.Actor = in.loop
	case in.story && !dotted:
		p.noActor(step)
		return false
	case in.story:
		if !p.introduced(who) && !p.name(who, word.Span, "an actor", true) && !Identifier(who) {
			return false
		}
		step.Actor = who
		word.Text = what
	case dotted:
		p.report(word.Span, "a step in the list of %s names an actor", in.actor.Name.Text).Detail =
			"write " + what + "; steps of several actors in one order stand under steps:"
		return false
	default:
		step.Actor = in.actor.Name.Text
	}
	if len(p.known) == 0 || p.isAction(word.Text) && !strings.Contains(word.Text, ".") {
		return true
	}
	d := p.report(word.Span, "unknown action %s", show(word.Text))
	all := append(slices.Clone(p.known), p.library.names()...)
	for _, shape := range flowWords {
		all = append(all, shape.Name)
	}
	d.Detail = "`netscene actions` lists all actions"
	if near := Suggest(word.Text, all); near != "" {
		d.Detail = "did you mean " + near + "?"
	}
	return false
}

// noActor reports a step of a story without its actor; or with an action below the actor, which is
// a key and no part of the word then.
func (p *parser) noActor(step *Step) {
	who := step.Word.Text
	d := p.report(step.Word.Span, "step %s names no actor", show(who))
	inner, rest := "", ""
	if n := step.Args; n != nil && !n.broken && !p.isAction(who) {
		if text, ok := n.Value.(string); ok && n.Kind == Scalar {
			inner = text
		} else if n.Kind == Mapping && len(n.Pairs) > 0 {
			inner = n.Pairs[0].Key
			if v := n.Pairs[0].Value; v.Kind != Scalar {
				rest = ":"
			} else if !v.nothing() {
				rest = ": " + v.source()
			}
		}
	}
	if p.isAction(inner) && Identifier(inner) && Identifier(who) {
		d.Detail = "actor and action are one word"
		d.Mended = "- " + who + "." + inner + rest
		return
	}
	example := "client." + firstWord(who)
	if Identifier(who) && len(p.known) > 0 && !p.isAction(who) && !p.nearAction(who) {
		example = who + ".recv"
	}
	d.Detail = "under steps: each step says who acts, such as " + example
}

func firstWord(text string) string {
	if Identifier(text) && len(text) < 40 {
		return text
	}
	return "recv"
}

// body reads what belongs to flow words alone, and cuts the expressions of all arguments.
func (p *parser) body(step *Step, in scope) *Step {
	if def := p.defs[step.Word.Text]; def != nil {
		return p.expand(step, def)
	}
	shape := FlowWord(step.Word.Text)
	if shape == nil {
		p.holes(step.Args)
		return step
	}
	switch step.Word.Text {
	case "repeat", "serve", "eventually":
	case "finally":
		if step.Args != nil && step.Args.Kind == Sequence {
			step.Bodies = [][]*Step{p.inner(step, step.Args, "the steps of finally")}
			return step
		}
	case "parallel":
		return p.parallel(step)
	default:
		p.signalName(step)
		return step
	}
	if step.Args == nil || step.Args.Kind != Mapping {
		return step // the decoder reports that steps are missing
	}
	if step.Word.Text == "repeat" && !slices.ContainsFunc(step.Args.Pairs, func(pair Pair) bool {
		return slices.Contains([]string{"times", "for", "while", "until"}, pair.Key)
	}) {
		p.report(step.Word.Span, "repeat needs times, for, while or until").Detail =
			"how often, a list, or an expression that ends the loop when it is false or true"
	}
	for _, pair := range step.Args.Pairs {
		switch pair.Key {
		case "steps":
			step.Bodies = [][]*Step{p.inner(step, pair.Value, "the steps of "+step.Word.Text)}
		case "while", "until", "collect":
		default:
			p.holes(pair.Value)
		}
	}
	return step
}

// parallel reads the branches of a step.
func (p *parser) parallel(step *Step) *Step {
	n := step.Args
	if n != nil && n.Kind == Mapping {
		n = n.Get("branches")
	}
	if n == nil || n.broken {
		return step // the decoder reports that they are missing
	}
	if n.Kind != Sequence || len(n.Items) < 2 {
		p.report(n.Span, "parallel takes a list of at least two lists of steps").Mended =
			FlowWord("parallel").Example
		return step
	}
	for _, branch := range n.Items {
		step.Bodies = append(step.Bodies, p.inner(step, branch, "a branch"))
	}
	return step
}

// inner reads a list of steps inside a flow word.
func (p *parser) inner(step *Step, n *Node, what string) []*Step {
	if n.broken {
		return nil
	}
	if n.Kind != Sequence || len(n.Items) == 0 {
		p.report(n.Span, "%s must be a list with at least one step", what)
		return nil
	}
	var steps []*Step
	for _, item := range n.Items {
		if len(p.uses) > 0 && !p.room(item) {
			break
		}
		if s := p.step(item, scope{loop: step.Actor}); s != nil {
			steps = append(steps, s)
		}
	}
	return steps
}

// signalName checks the name of a signal or barrier, which is known before the run.
func (p *parser) signalName(step *Step) {
	n := step.Args
	if n != nil && n.Kind == Mapping {
		n = n.Get("name")
	}
	if n == nil || n.broken {
		return
	}
	text, ok := n.Value.(string)
	if !ok {
		return // the decoder reports it
	}
	if strings.Contains(text, "$(") {
		p.report(n.Span, "the name of a %s cannot be an expression", step.Word.Text).Detail =
			"who waits for whom is known before the run"
		return
	}
	if step.Word.Text == "barrier" {
		p.name(text, n.Span, "a barrier", false)
		return
	}
	p.name(text, n.Span, "a signal", false)
}
