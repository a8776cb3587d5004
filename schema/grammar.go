package schema

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// DefaultTimeout is a scenario's `timeout` where it gives none.
const DefaultTimeout = 10 * time.Second

// Version is the version of the language, which a scenario can give as `netscene: 1`.
const Version = 1

// Parse reads one scenario. known are the names of the actions, by which a mistyped action or
// modifier is told from a right one; without any, no action is refused. It returns the document as
// far as it could be read, nil when nothing could, and all findings, sorted and with excerpts. Only
// a document without findings may be run.
func Parse(src *Source, known []string) (*Document, Diagnostics) {
	root, list := load(src)
	p := &parser{src: src, known: known, findings: findings{list: list},
		shelf: shelf{library: &library{}, described: map[string]Span{}}}
	if root == nil || root.broken {
		return nil, p.done(src)
	}
	if root.Kind != Mapping {
		d := p.report(root.Span, "a scenario is a mapping, not a %s", root.Kind)
		d.Detail = "put the steps under steps: or actors:"
		return nil, p.done(src)
	}
	doc := &Document{Source: src, Sources: []*Source{src}, Timeout: DefaultTimeout}
	doc.Name = strings.TrimSuffix(path.Base(src.Name), path.Ext(src.Name))
	if foreign(root) {
		at := Span{File: src.Name, Start: root.Span.Start, End: root.Span.Start}
		p.report(at, "this is no scenario: it has neither steps nor actors").Detail =
			"the keys of a scenario are " + strings.Join(keyNames(), ", ")
		return doc, p.done(src)
	}
	p.doc = doc
	p.files = map[string]*library{filepath.Clean(src.Name): nil}
	p.library = p.shelve(root, src)
	for _, pair := range root.Pairs {
		p.top(pair)
	}
	doc.Rows = p.matrix(root)
	if doc.Library = isLibrary(root); doc.Library {
		p.libraryKeys(root)
	} else {
		p.acts(root)
	}
	p.unused()
	return doc, p.done(doc.Sources...)
}

// foreign says whether a mapping has only keys that no scenario has, not even mistyped.
func foreign(root *Node) bool {
	known := keyNames()
	return len(root.Pairs) > 0 && !slices.ContainsFunc(root.Pairs, func(pair Pair) bool {
		return slices.Contains(known, pair.Key) || Suggest(pair.Key, known) != ""
	})
}

// parser reads the grammar out of nodes.
type parser struct {
	findings
	src   *Source
	known []string
	doc   *Document
	shelf
}

// top reads a key of the scenario; actors and steps come later, whatever their order.
func (p *parser) top(pair Pair) {
	n, doc := pair.Value, p.doc
	switch pair.Key {
	case "name":
		doc.Name = p.title(n, "name", doc.Name)
	case "about":
		doc.About = p.title(n, "about", "")
	case "tags":
		if n.Kind == Scalar && !n.broken && n.Value != nil {
			p.report(n.Span, "tags must be a list").Mended = "tags: [" + n.Raw + "]"
			return
		}
		for _, word := range p.words(n, "tags") {
			doc.Tags = append(doc.Tags, word.Text)
		}
	case "requires":
		doc.Requires = p.needs(n)
	case "vars":
		doc.Vars = p.vars(n)
	case "messages":
		p.messages(n)
	case "timeout":
		if v, ok := p.literal(n, &Field{Name: "timeout", Kind: Duration}).(time.Duration); ok {
			if doc.Timeout = v; v == 0 {
				p.report(n.Span, "timeout must be longer than 0")
			}
		}
	case "open":
		doc.Open, _ = p.literal(n, &Field{Name: "open", Kind: Bool}).(bool)
	case "expect":
		doc.Expect = p.conditions(n, "expect")
	case "env":
		doc.Env = p.environment(n)
	case "secrets":
		doc.Secrets = p.words(n, "secrets")
	case "exclusive":
		doc.Exclusive = p.title(n, "exclusive", "")
	case "netscene":
		if n.Value != Version && !n.broken {
			p.report(n.Span, "netscene is the version of the language, which is %d", Version)
		}
	case "actors", "steps", "use", "define", "matrix", "rows":
	default:
		p.report(pair.At, "unknown key %s", show(pair.Key)).Detail =
			didYouMean(pair.Key, keyNames())
	}
}

// environment reads the names of environment variables.
func (p *parser) environment(n *Node) []Word {
	words := p.words(n, "env")
	for _, word := range words {
		p.name(word.Text, word.Span, "an environment variable", false)
	}
	return words
}

// literal decodes a value in which no expression may stand.
func (p *parser) literal(n *Node, f *Field) any {
	if n.Kind == Scalar && strings.Contains(n.text, "$(") && !n.broken {
		p.report(n.Span, "$(…) cannot stand in %s", f.Name)
		return nil
	}
	v, found := DecodeValue(n, f)
	p.list = append(p.list, found...)
	return v
}

// title reads text for people.
func (p *parser) title(n *Node, what, otherwise string) string {
	if text, ok := p.literal(n, &Field{Name: what, Kind: String}).(string); ok {
		if text = strings.TrimSpace(text); text != "" {
			return text
		}
		p.report(n.Span, "%s is empty", what)
	}
	return otherwise
}

// words reads a word or a list of words, at least one.
func (p *parser) words(n *Node, what string) []Word {
	var words []Word
	for _, item := range p.items(n, what) {
		if word, ok := p.entry(item, what); ok {
			words = append(words, word)
		}
	}
	return words
}

// items gives the entries of a list, or what stands instead of a list of one.
func (p *parser) items(n *Node, what string) []*Node {
	if n.broken {
		return nil
	}
	if n.Kind != Sequence && n.Value != nil {
		return []*Node{n}
	}
	switch {
	case n.Kind == Mapping && len(n.Pairs) > 0:
		p.report(n.Span, "%s must be a list of words, not a mapping", what)
	case len(n.Items) == 0:
		p.report(n.Span, "%s is empty", what).Detail = "leave it out, or give it a word"
	}
	return n.Items
}

func (p *parser) entry(item *Node, what string) (Word, bool) {
	text, ok := p.literal(item, &Field{Name: what, Kind: String}).(string)
	if ok && strings.TrimSpace(text) == "" {
		p.report(item.Span, "%s has an empty word", what)
		return Word{}, false
	}
	return Word{Text: text, Span: item.Span}, ok
}

// needs reads what the scenario requires. What has a call or a comparison in it is an expression.
func (p *parser) needs(n *Node) []Need {
	var needs []Need
	for _, item := range p.items(n, "requires") {
		if item.Kind == Scalar && strings.ContainsAny(item.text, "()<>=") {
			if e := p.condition(item, "requires"); e != nil {
				needs = append(needs, Need{Word: Word{Text: e.Source, Span: e.Span}, Expr: e})
			}
		} else if word, ok := p.entry(item, "requires"); ok {
			needs = append(needs, Need{Word: word})
		}
	}
	return needs
}

// acts reads actors and steps.
func (p *parser) acts(root *Node) {
	steps, actors := root.Get("steps"), root.Get("actors")
	p.doc.Story = steps != nil
	before := len(p.list)
	if actors != nil && !actors.broken {
		p.actors(actors)
	}
	if steps != nil && !steps.broken {
		p.story(steps)
	}
	total := 0
	for _, actor := range p.doc.Actors {
		total += len(actor.Steps)
	}
	broken := steps != nil && steps.broken || actors != nil && actors.broken
	if total == 0 && len(p.list) == before && !broken {
		at := Span{File: p.src.Name, Start: root.Span.Start, End: root.Span.Start}
		p.report(at, "the scenario has no steps").Detail = "write a list of steps under steps: " +
			"(client.recv: 16), or one for each actor under actors:"
	}
}

func (p *parser) actors(n *Node) {
	if n.Kind != Mapping {
		p.report(n.Span, "actors must be a mapping of names to lists of steps").Detail =
			"each name stands in a line of its own and ends in a colon, its steps below it"
		return
	}
	for _, pair := range n.Pairs {
		if !p.name(pair.Key, pair.At, "an actor", true) {
			continue
		}
		actor := p.actor(Word{Text: pair.Key, Span: pair.At})
		p.ownSteps(actor, pair)
	}
}

// ownSteps reads the list of one actor.
func (p *parser) ownSteps(actor *Actor, pair Pair) {
	n := pair.Value
	if n.Kind == Mapping && !n.broken {
		for _, entry := range n.Pairs {
			p.actorKey(actor, entry)
		}
		if n = n.Get("steps"); n == nil {
			n = &Node{Span: pair.Value.Span, src: p.src}
		}
	}
	switch {
	case n.broken:
	case n.Kind == Sequence && !p.doc.Story:
		for _, item := range n.Items {
			if step := p.step(item, scope{actor: actor}); step != nil {
				actor.Steps = append(actor.Steps, step)
			}
		}
		if len(n.Items) == 0 {
			p.report(n.Span, "actor %s has no steps", pair.Key).Detail = stepsHint
		}
	case p.doc.Story && (n.Kind == Scalar && n.Value == nil):
	case p.doc.Story:
		p.report(pair.At, "actor %s has steps of its own beside the story", pair.Key).Detail =
			"a scenario has steps: for all, or actors: with a list for each"
	case n.Kind == Scalar && n.Value == nil:
		p.report(pair.At, "actor %s has no steps", pair.Key).Detail = stepsHint
	default:
		p.report(n.Span, "actor %s must be a list of steps", pair.Key).Detail = stepsHint
	}
}

// actorKey reads what an actor says beside its steps.
func (p *parser) actorKey(actor *Actor, pair Pair) {
	n := pair.Value
	switch pair.Key {
	case "steps":
	case "count":
		actor.Count = p.value(n, &Field{Name: "count", Kind: Int, Min: 1, Max: MostPlayers})
		if p.doc.Story {
			p.report(pair.At, "in a story an actor is one").Detail =
				"count: needs actors: with a list of steps for each"
		}
	case "daemon":
		actor.Daemon, _ = p.literal(n, &Field{Name: "daemon", Kind: Bool}).(bool)
		if p.doc.Story {
			p.report(pair.At, "in a story nobody is a daemon").Detail =
				"it ends with its last step; daemon: needs actors: with a list of steps for each"
		}
	case "vars":
		actor.Vars = p.vars(n)
	default:
		d := p.report(pair.At, "unknown key %s of actor %s", show(pair.Key), actor.Name.Text)
		d.Detail = didYouMean(pair.Key, names(actorKeys))
	}
}

const stepsHint = "its steps stand below it, each in a line of its own that starts with -, " +
	"as - socket"

// introduced says whether an actor is known already, and its name was checked.
func (p *parser) introduced(name string) bool {
	return slices.ContainsFunc(p.doc.Actors, func(a *Actor) bool { return a.Name.Text == name })
}

// actor finds an actor of the scenario or adds it.
func (p *parser) actor(name Word) *Actor {
	for _, actor := range p.doc.Actors {
		if actor.Name.Text == name.Text {
			return actor
		}
	}
	actor := &Actor{Name: name}
	p.doc.Actors = append(p.doc.Actors, actor)
	return actor
}

// name checks the name of an actor, a result, a variable or a signal.
func (p *parser) name(name string, at Span, what string, refuse bool) bool {
	if !Identifier(name) {
		p.report(at, "%s cannot be the name of %s", show(name), what).Detail =
			"a name has letters, digits and _, and does not start with a digit"
		return false
	}
	if refuse && Reserved(name) {
		p.report(at, "%s cannot be the name of %s: it means something in expressions", name,
			what).Detail = "choose another name"
		return false
	}
	return true
}

// vars reads the scenario's variables.
func (p *parser) vars(n *Node) []Var { return p.variables(n, "vars") }

func (p *parser) variables(n *Node, what string) []Var {
	if n.Kind != Mapping {
		if !n.broken {
			p.report(n.Span, "%s must be a mapping of names to values", what)
		}
		return nil
	}
	var vars []Var
	for _, pair := range n.Pairs {
		v := Var{Name: Word{Text: pair.Key, Span: pair.At}}
		if !p.name(pair.Key, pair.At, "a variable", false) || pair.Value.broken {
			continue
		}
		if pair.Value.Get("required") != nil {
			p.required(&v, pair.Value)
		} else {
			v.Value = p.data(pair.Value, pair.Key)
		}
		vars = append(vars, v)
	}
	return vars
}

var varKinds = []string{"int", "float", "string", "bool", "duration", "bytes", "address", "any"}

// required reads {required: KIND}.
func (p *parser) required(v *Var, n *Node) {
	v.Required = true
	for _, pair := range n.Pairs {
		if pair.Key != "required" {
			p.report(pair.At, "unknown key %s beside required", show(pair.Key)).Detail =
				"a required variable has no value here; it is given by --var " + v.Name.Text + "=…"
			continue
		}
		word, _ := pair.Value.Value.(string)
		if !slices.Contains(varKinds, word) {
			p.report(pair.Value.Span, "required must name a kind").Detail = didYouMean(word, varKinds)
			continue
		}
		v.Kind = kindOf(word)
	}
}

func kindOf(word string) Kind {
	return map[string]Kind{"int": Int, "float": Float, "string": String, "bool": Bool,
		"duration": Duration, "bytes": Bytes, "address": Address, "any": Any}[word]
}

// data reads plain data.
func (p *parser) data(n *Node, name string) any {
	d := decoder{plain: true}
	before := len(p.list)
	p.literals(n, name)
	if len(p.list) > before {
		return nil
	}
	v := d.value(n, &Field{Name: name, Kind: Any})
	p.list = append(p.list, d.list...)
	return v
}

// literals reports each $(…) below n and turns $$( into $(.
func (p *parser) literals(n *Node, name string) {
	p.holes(n)
	walk(n, func(n *Node) {
		if n.Text != nil {
			p.report(n.Span, "variable %s holds an expression", name).Detail =
				"variables are plain data; a literal $( is written $$("
		}
	})
}

// walk visits a node and all below it.
func walk(n *Node, visit func(*Node)) {
	if n == nil {
		return
	}
	visit(n)
	for _, item := range n.Items {
		walk(item, visit)
	}
	for _, pair := range n.Pairs {
		walk(pair.Value, visit)
	}
}

// ParseVars reads a file of variables: a mapping of names to plain data, read as strictly as a
// scenario.
func ParseVars(src *Source) (map[string]any, Diagnostics) {
	root, list := load(src)
	p := &parser{src: src, findings: findings{list: list}, doc: &Document{Source: src}}
	if root == nil || root.broken {
		return nil, p.done(src)
	}
	if root.Kind != Mapping {
		p.report(root.Span, "a file of variables is a mapping of names to values")
		return nil, p.done(src)
	}
	values := map[string]any{}
	for _, pair := range root.Pairs {
		if p.name(pair.Key, pair.At, "a variable", false) && !pair.Value.broken {
			values[pair.Key] = p.data(pair.Value, pair.Key)
		}
	}
	return values, p.done(src)
}

// ParseVar reads the text of `--var name=text` as a value of a kind. Any reads it as an unquoted
// YAML scalar, strictly.
func ParseVar(text string, kind Kind) (any, error) {
	n := &Node{Value: text, Raw: text, Plain: true}
	switch kind {
	case String:
		return text, nil
	case Bytes:
		return []byte(text), nil
	case Bool, Int, Float, Any:
		n.Value, n.odd = resolve(text)
		if kind == Any && text == "" {
			n.Value = "" // a variable set to nothing is an empty text, as in a shell
		}
	}
	v, found := DecodeValue(n, &Field{Name: "the value", Kind: kind})
	if len(found) > 0 {
		if found[0].Detail != "" {
			return nil, fmt.Errorf("%s: %s", found[0].Summary, found[0].Detail)
		}
		return nil, fmt.Errorf("%s", found[0].Summary)
	}
	return v, nil
}
