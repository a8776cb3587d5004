package schema

import "time"

// Document is one scenario as it was written: positioned, and checked as far as the grammar goes.
type Document struct {
	Source   *Source
	Sources  []*Source // the files it was read from, its own first
	Name     string    // the file's name without its ending where the scenario gives none
	About    string
	Tags     []string
	Requires []Need
	Vars     []Var
	Messages []Message     // formats of messages, its own and those of the files that it uses
	Rows     []Row         // the sets of values for which it runs, each by itself; nil for none
	Env      []Word        // the environment variables that it reads
	Secrets  []Word        // of Env and Vars, those that are told to nobody
	Expect   []*Expr       // what must hold when all actors have ended
	Timeout  time.Duration // 10 s unless given
	Open     bool          // someone outside the scenario takes part
	// Exclusive is a name that scenarios which cannot run at the same time share; empty for none.
	Exclusive string
	Actors    []*Actor // in the order in which they first appear
	Story     bool     // told as `steps:`, in one order
	Steps     []*Step  // the story; nil in the other form
	Loops     []*Loop  // of the story, inner ones first
	// Library says that the file holds definitions and messages for scenarios, and is none itself.
	Library bool
}

// Word is a name with its place.
type Word struct {
	Text string
	Span Span
}

// Need is something that the scenario requires: what a word names, or what an expression says.
type Need struct {
	Word
	Expr *Expr // nil for a word
}

// Var is a scenario variable: with a value, or required and then with its kind.
type Var struct {
	Name     Word
	Value    any  // plain data; nil when required
	Required bool // must be given from outside
	Kind     Kind // of a required one: Int, Float, String, Bool, Duration, Bytes, Address, Any
}

// Actor is someone who acts, with the steps that are its own: in a story, those of the story that
// it performs, in their order.
type Actor struct {
	Name   Word
	Steps  []*Step
	Count  *Node // how many play it, a whole number or a $(…); nil for one
	Daemon bool  // it ends when the others have ended
	Vars   []Var // variables of its own
}

// Step is one action or flow word with its modifiers.
type Step struct {
	Actor string
	Word  Word  // the action, flow word or definition
	Span  Span  // from the word to the end of the step
	Order int   // place in the story, from 0; -1 outside one and inside a flow word
	Args  *Node // the word's value; nil when nothing was given
	// Loop is the loop of the story of which this is one actor's part; nil for a repeat of its own.
	Loop *Loop
	// Use is the definition whose steps it plays; nil for an action or flow word.
	Use *Definition
	// Bodies are the lists of steps of a flow word: one of repeat, several of parallel; of a use,
	// those of its definition, read for it alone.
	Bodies [][]*Step

	As      *Word
	Name    string // for people: what the report calls the step
	On      *Node
	Expect  []*Expr
	Check   []*Expr
	Fails   []Failure
	MayFail []Failure
	Within  *Node // a duration or a $(…)
	User    *Node // a name, a number, user:group or a $(…)
	When    *Expr
	After   []After
}

// Loop is a repeat in a story that holds steps of several actors. Each actor has a repeat of its
// own with the steps that are its own.
type Loop struct {
	From, To int   // the places in the story of its first and last step
	Args     *Node // a mapping with times or for
	Span     Span
}

// Failure is an entry of `fails` or `may_fail`: an errno's name or a class.
type Failure = Word

// After is something that must have happened before the step starts.
type After struct {
	Parked bool // the step must have blocked there, not finished
	Step   Word // "step" of the same actor, or "actor.step"
}

// Message is the description of a message: its name, and its fields as they were written.
type Message struct {
	Name Word
	Node *Node // nil when something in it was found wrong
}
