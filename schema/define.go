package schema

import (
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// Definition is a list of steps with a name and parameters. A step that says the name plays them.
type Definition struct {
	Name Word
	// Shape says what a step gives to it: its parameters.
	Shape *Shape
	// Defaults are the values of the parameters that need none, by name.
	Defaults map[string]any

	steps *Node
	home  *library // what its own steps can use
	used  bool
}

// library is the definitions that the steps of a file can use: its own and those of the files that
// it uses.
type library struct {
	src  *Source
	defs map[string]*Definition
}

// names lists the definitions, sorted.
func (l *library) names() []string {
	var names []string
	for name := range l.defs {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// shelf is the definitions of a document while it is read.
type shelf struct {
	*library
	files   map[string]*library // by path; nil while a file is being read
	reading []Note              // where the files that are being read are used, outermost first
	uses    []*Step             // whose definitions are being read, outermost first
	made    int                 // how many steps of definitions were read
	full    bool                // there are too many

	described map[string]Span // the names of messages
}

// MostDefined is how many steps the uses of definitions may stand for.
const MostDefined = 100_000

// libraryKeys can stand in a file that others use.
var libraryKeys = []string{"netscene", "name", "about", "use", "messages", "define"}

// shelve reads the definitions of a file, and of those that it uses.
func (p *parser) shelve(root *Node, src *Source) *library {
	l := &library{src: src, defs: map[string]*Definition{}}
	if use := root.Get("use"); use != nil {
		for _, word := range p.words(use, "use") {
			p.bring(l, word)
		}
	}
	define := root.Get("define")
	if define == nil || define.broken {
		return l
	}
	if define.Kind != Mapping {
		p.report(define.Span, "define must be a mapping of names to lists of steps").Detail =
			"each name stands in a line of its own and ends in a colon, its steps below it"
		return l
	}
	for _, pair := range define.Pairs {
		if def := p.definition(pair); def != nil && p.free(l, def) {
			def.home = l
			l.defs[pair.Key] = def
		}
	}
	return l
}

// free says whether a definition's name is that of no other.
func (p *parser) free(l *library, def *Definition) bool {
	other := l.defs[def.Name.Text]
	if other == nil || other == def {
		return true
	}
	p.report(def.Name.Span, "%s is defined twice", def.Name.Text).Notes =
		[]Note{{Span: other.Name.Span, Text: "the other one"}}
	return false
}

// near gives the path of a file that another names, relative to itself.
func near(src *Source, file string) string {
	name := filepath.FromSlash(file)
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(filepath.Dir(src.Name), name)
}

// open reads a file that the scenario names; without it the source is nil.
func (p *parser) open(name string, file Word) *Source {
	src, wrong := Read(name, strings.NewReader("")) // "-" is no file here
	if len(wrong) == 0 && name != "-" {
		return src
	}
	why := "standard input is no file"
	if len(wrong) > 0 {
		why = wrong[0].Summary
	}
	p.report(file.Span, "cannot use %s: %s", file.Text, why)
	return nil
}

// bring adds the definitions of another file to those that a file can use.
func (p *parser) bring(l *library, file Word) {
	name := near(l.src, file.Text)
	brought, known := p.files[name]
	switch {
	case known && brought == nil:
		p.report(file.Span, "%s uses itself by way of others", file.Text).Detail =
			"what both need stands in a file that both use"
		return
	case !known:
		brought = p.read(name, file)
	}
	if brought == nil {
		return
	}
	for _, key := range brought.names() {
		if def := brought.defs[key]; l.defs[key] != nil && l.defs[key] != def {
			p.report(file.Span, "%s is defined twice", key).Notes = []Note{
				{Span: l.defs[key].Name.Span, Text: "here"}, {Span: def.Name.Span, Text: "and here"}}
		} else {
			l.defs[key] = def
		}
	}
}

// read reads a file that another one uses.
func (p *parser) read(name string, use Word) *library {
	src := p.open(name, use)
	if src == nil {
		return nil
	}
	p.doc.Sources = append(p.doc.Sources, src)
	p.files[name] = nil
	p.reading = append(p.reading, Note{Span: use.Span, Text: use.Text + " is used here"})
	before := len(p.list)
	root, found := load(src)
	p.list = append(p.list, found...)
	l := &library{src: src, defs: map[string]*Definition{}}
	switch {
	case root == nil || root.broken:
	case root.Kind != Mapping:
		p.report(root.Span, "a file of definitions is a mapping, not a %s", root.Kind).Detail =
			"it has define: with the definitions"
	default:
		p.libraryKeys(root)
		l = p.shelve(root, src)
		if n := root.Get("messages"); n != nil {
			p.messages(n)
		}
	}
	for i := before; i < len(p.list); i++ {
		p.list[i].Notes = append(p.list[i].Notes, p.reading[len(p.reading)-1])
	}
	p.reading = p.reading[:len(p.reading)-1]
	p.files[name] = l
	return l
}

// libraryKeys reports what cannot stand in a file that others use.
func (p *parser) libraryKeys(root *Node) {
	for _, pair := range root.Pairs {
		switch {
		case slices.Contains(libraryKeys, pair.Key):
		case slices.Contains(keyNames(), pair.Key):
			p.report(pair.At, "%s cannot stand in a file that others use", pair.Key).Detail =
				"such a file holds definitions and messages; its keys are " + strings.Join(libraryKeys, ", ")
		default:
			p.report(pair.At, "unknown key %s", show(pair.Key)).Detail =
				didYouMean(pair.Key, libraryKeys)
		}
	}
	if !slices.ContainsFunc(root.Pairs, func(pair Pair) bool {
		return pair.Key == "define" || pair.Key == "messages" || pair.Key == "use"
	}) {
		p.report(root.Span, "the file defines nothing").Detail =
			"it has define: with definitions, or messages: with descriptions of messages"
	}
}

// isLibrary says whether a file holds definitions or messages and no scenario.
func isLibrary(root *Node) bool {
	return (root.Get("define") != nil || root.Get("messages") != nil) &&
		root.Get("steps") == nil && root.Get("actors") == nil
}

// definition reads an entry of define: a list of steps, or a mapping with steps and parameters.
func (p *parser) definition(pair Pair) *Definition {
	name, n := pair.Key, pair.Value
	if !p.name(name, pair.At, "a definition", true) {
		return nil
	}
	if FlowWord(name) != nil || slices.Contains(p.known, name) || slices.Contains(modifiers, name) {
		p.report(pair.At, "%s is a word of the language", name).Detail =
			"a definition needs a name of its own"
		return nil
	}
	def := &Definition{Name: Word{Text: name, Span: pair.At}, Shape: &Shape{Name: name},
		Defaults: map[string]any{}, steps: n}
	if n.Kind == Mapping && !n.broken {
		def.steps = n.Get("steps")
		for _, entry := range n.Pairs {
			switch entry.Key {
			case "steps":
			case "about":
				def.Shape.About = p.title(entry.Value, "about", "")
			case "params":
				p.parameters(def, entry.Value)
			default:
				p.report(entry.At, "unknown key %s of definition %s", show(entry.Key), name).Detail =
					didYouMean(entry.Key, names(definitionKeys))
			}
		}
	}
	if def.steps == nil || def.steps.nothing() {
		p.report(pair.At, "definition %s has no steps", name).Detail = stepsHint
		return nil
	}
	return def
}

// parameters reads the parameters of a definition: each with its default, or {required: KIND}.
func (p *parser) parameters(def *Definition, n *Node) {
	for _, v := range p.variables(n, "params") {
		f := Field{Name: v.Name.Text, Kind: v.Kind, Required: v.Required}
		if !v.Required {
			switch v.Value.(type) {
			case bool:
				f.Kind = Bool
			case int:
				f.Kind = Int
			case float64:
				f.Kind = Float
			}
			def.Defaults[f.Name] = v.Value
		}
		def.Shape.Params = append(def.Shape.Params, f)
	}
	if len(def.Shape.Params) > 0 {
		def.Shape.Main = def.Shape.Params[0].Name
	}
}

// expand reads the steps of the definition that a step uses, for that step.
func (p *parser) expand(step *Step, def *Definition) *Step {
	p.holes(step.Args)
	if slices.ContainsFunc(p.uses, func(s *Step) bool { return s.Use == def }) {
		p.report(step.Word.Span, "%s uses itself", def.Name.Text).Detail =
			"there would be no end of steps; a loop is written with repeat"
		return step
	}
	before := len(p.list)
	p.unfold(step, def)
	for i := before; i < len(p.list); i++ {
		p.list[i].Notes = append(p.list[i].Notes, step.Used())
	}
	return step
}

// unfold reads the steps of a definition for a step.
func (p *parser) unfold(step *Step, def *Definition) {
	step.Use, def.used = def, true
	outer := p.library
	p.uses = append(p.uses, step)
	p.library = def.home
	step.Bodies = [][]*Step{p.inner(step, def.steps, "the steps of "+def.Name.Text)}
	p.library = outer
	p.uses = p.uses[:len(p.uses)-1]
}

// Used is the note that tells where a step uses a definition.
func (s *Step) Used() Note {
	return Note{Span: s.Word.Span, Text: s.Word.Text + " is used here"}
}

// room counts a step of a definition, and says whether there may be as many.
func (p *parser) room(n *Node) bool {
	if p.made++; p.made > MostDefined && !p.full {
		p.full = true
		p.report(n.Span, "the definitions stand for more than %d steps", MostDefined).Detail =
			"one that uses others several times, which do so too, grows fast; a loop does not"
	}
	return !p.full
}

// unused reads the steps of definitions that no step uses, so that what is wrong with them is told.
func (p *parser) unused() {
	for _, name := range p.library.names() {
		if def := p.defs[name]; !def.used {
			p.unfold(&Step{Actor: name, Word: def.Name, Order: -1}, def)
		}
	}
}

// shapeOf finds the shape of a flow word or a definition; nil for an action.
func (p *parser) shapeOf(word string) *Shape {
	if def := p.defs[word]; def != nil {
		return def.Shape
	}
	return FlowWord(word)
}
