package runner

import (
	"fmt"
	"time"

	"netscene/actions"
	"netscene/runner/expr"
	"netscene/schema"
)

// Plan is a scenario that is ready to run. It never changes.
type Plan struct {
	Name  string
	File  string
	About string
	Tags  []string
	// Exclusive is a name of which only one plan may run at a time; empty when others do not matter.
	// Whoever runs several at once sees to it.
	Exclusive string

	sources  []*schema.Source // the scenario's file, and those that it uses
	requires []need
	missing  []schema.Var // variables that must be given and were not
	unset    []string     // environment variables that it reads and that are not set
	env      map[string]any
	veil     *veil // hides its secrets; nil without any
	vars     map[string]any
	matrix   map[string]any // the values of its row; nil without rows
	timeout  time.Duration
	open     bool
	isStory  bool
	usesTmp  bool // so that a run without need makes no directory
	users    bool // steps act as other users, who must come at what is in the directory
	actors   []*actor
	judge    *actor // with the step that stands for what the scenario expects; nil for nothing
	story    []*step
	loops    []storyLoop
	barriers map[string][]int   // the actors that take part in each
	signals  map[string][]*step // the steps that give each
	byName   map[string]*actor
}

// need is what the scenario requires: a power of the machine, or what an expression says.
type need struct {
	power string
	prog  *program
}

// actor is someone who acts.
type actor struct {
	index    int
	name     string
	line     int  // where it is named first
	many     bool // it says how many there are, so that its name is a list
	count    int  // how many there are
	daemon   bool // they end when the others have ended
	vars     map[string]any
	varTypes expr.Type // of an actor with variables of its own
	body     *block
	steps    []*step // all of them, those in loops included, by index
}

// player names one of those who play the actor.
func (a *actor) player(index int) string {
	if !a.many {
		return a.name
	}
	return fmt.Sprintf("%s[%d]", a.name, index)
}

// block is a list of steps: an actor's, or a loop's.
type block struct {
	steps  []*step
	parent *step // the flow word; nil for an actor's own list
	// named has steps by the name under which a result is published. The branches of a parallel
	// share that of the block around it: their steps are the actor's.
	named map[string][]*step
}

// flow is a flow word; noFlow for an action.
type flow uint8

const (
	noFlow flow = iota
	flowSignal
	flowWait
	flowBarrier
	flowRepeat
	flowParallel
	flowServe
	flowEventually
	flowFinally
	flowUse        // of a definition
	flowConnection // the first in the steps of a serve: the connection is there
)

var flows = map[string]flow{"signal": flowSignal, "wait": flowWait, "barrier": flowBarrier,
	"repeat": flowRepeat, "parallel": flowParallel,
	"serve": flowServe, "eventually": flowEventually, "finally": flowFinally}

// transparent says whether the steps inside a flow word are the actor's: they are played once, as
// far as others can see.
func (f flow) transparent() bool { return f == flowParallel || f == flowEventually }

// storyLoop is a loop of a story: how often its steps, from one to another, come.
type storyLoop struct{ from, to, times int }

// repeats says whether the steps inside a flow word may be played more than once.
func (f flow) repeats() bool {
	return f == flowRepeat || f == flowServe || f == flowEventually
}

// step is one step, bound and checked.
type step struct {
	doc  *schema.Step
	ref  *actions.Step
	name string // under which its result is published
	key  string // the same on the board, where no two steps of an actor share it
	place
	work
	rules
	yield
}

// place is where a step stands.
type place struct {
	actor int
	block *block
	index int // among the actor's steps
	depth int // how many loops of the story are around it
	last  int // index of the last step inside; its own when there is none
}

// work is what a step does: an action, or a flow word with what belongs to it.
type work struct {
	shape  *schema.Shape
	action *actions.Action // nil for a flow word
	flow   flow
	params *params
	bodies []*block   // the lists of steps in a flow word
	while  *program   // of a repeat
	until  *program   // of a repeat
	gather []gathered // of a repeat
}

// rules are the modifiers of a step.
type rules struct {
	on      *onRef
	when    *program
	after   []afterRef
	within  *params // one parameter, a duration
	user    *params // one parameter, a name or a number
	expect  []*program
	check   []*program
	fails   []string
	mayFail []string
	timeout bool // only time can end it as expected: `fails: timeout`
}

// yield is what a step gives, and who wants it.
type yield struct {
	typ     *resultType // found when first asked for
	kept    bool        // somebody refers to its result
	public  bool        // another actor does
	watched bool        // somebody waits until it blocks
}

// uses says which socket the step acts on when it has no `on`.
func (s *step) uses() actions.Uses {
	switch {
	case s.flow == flowServe:
		return actions.Listener
	case s.flow != noFlow:
		return actions.NoSocket
	}
	return s.action.Uses
}

// covers says whether a step of the same actor is this one or inside it.
func (s *step) covers(index int) bool { return s.index <= index && index <= s.last }

// where says where the step stands: line 5.
func (s *step) where() string { return s.ref.Where() }

// gathered is an entry of `collect`.
type gathered struct {
	name string
	prog *program
}

// onRef is the socket that a step names: that of another step, or an expression's.
type onRef struct {
	step  *step
	await bool // it is played by somebody else
	prog  *program
	node  *schema.Node
}

// afterRef is something that must have happened before a step.
type afterRef struct {
	step   *step
	parked bool
	span   schema.Span
}

// program is a compiled expression and what it reads.
type program struct {
	*expr.Program
	src    *schema.Expr
	result []string // fields of the step's own result
	reads  []read   // results of steps
	scope  []string // vars, tmp and their like
	bare   bool     // it is nothing but one field of a result, as recv.data
}

// read is a result that an expression reads, and where the expression finds it.
type read struct {
	step  *step
	await bool     // it is played by somebody else
	many  *actor   // it is played by all of these; the step may be missing then
	path  []string // [step] or [actor, step]
	// fields are those that it reads of the result; nil for the whole of it.
	fields []string
}

// params are a step's parameters: bound already, or with expressions still to evaluate.
type params struct {
	shape *schema.Shape
	args  schema.Args
	bound any                       // what Bind made, when everything is known
	progs map[*schema.Expr]*program // otherwise
}

// reads gives every result that the parameters read.
func (p *params) eachProgram(visit func(*program)) {
	if p == nil {
		return
	}
	for _, arg := range p.args {
		for _, h := range arg.Holes {
			if prog := p.progs[h.Expr]; prog != nil {
				visit(prog)
			}
		}
	}
}

// before calls visit for each program that is evaluated before the step's call.
func (s *step) before(visit func(*program)) {
	s.params.eachProgram(visit)
	s.within.eachProgram(visit)
	s.user.eachProgram(visit)
	if s.on != nil && s.on.prog != nil {
		visit(s.on.prog)
	}
	if s.when != nil {
		visit(s.when)
	}
	if s.while != nil {
		visit(s.while)
	}
}

// behind calls visit for each program that is evaluated after the step's call.
func (s *step) behind(visit func(*program)) {
	for _, p := range s.expect {
		visit(p)
	}
	for _, p := range s.check {
		visit(p)
	}
}

// excerpt gives the source at a place of the scenario's file, or of one that it uses.
func (p *Plan) excerpt(at schema.Span) []schema.Line {
	for _, src := range p.sources {
		if src.Name == at.File {
			return src.Excerpt(at)
		}
	}
	return nil
}

// actorOf gives the actor who plays a step.
func (p *Plan) actorOf(s *step) *actor {
	if s.actor == len(p.actors) {
		return p.judge
	}
	return p.actors[s.actor]
}
