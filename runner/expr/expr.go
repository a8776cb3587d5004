// Package expr compiles and runs the expressions of scenarios: expectations, conditions and $(…).
//
// The grammar and the machine are those of expr-lang. Between its parser and its compiler this
// package checks the types of everything that is read, so that messages speak the scenario's
// language, and replaces operators by functions that know bytes, durations and absent values. Those
// functions are bounded in what they make; loops are bounded in time. All are pure but those that
// ask the machine, which a run does not change.
//
// A Language and a Program never change and may be used by any number of goroutines.
package expr

import (
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/compiler"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"netscene/schema"
)

// Bounds of a source text.
const (
	MaxSource = 16 << 10 // bytes
	MaxDepth  = 100      // nested brackets
	MaxNodes  = 5000     // operators, names and values
)

// Names are the names that stand at one place, with their types.
type Names map[string]Type

// Problem is a mistake in an expression. From and To are byte offsets in its source.
type Problem struct {
	From, To int
	Summary  string // what is wrong
	Detail   string // what to do; may be empty
	Unknown  string // the name or function that is not there; "" for another mistake
}

// Ref is a chain of names that an expression reads: server.listen.address.
type Ref struct {
	Path     []string
	From, To int // byte offsets in the source
}

// Language is what all expressions of a program of ours share: functions and constants.
type Language struct {
	constants map[string]int
	functions map[string]*function
	table     conf.FunctionsTable // the same and the operators, as the machine knows them
	public    conf.FunctionsTable // what the parser must take for our functions
	disabled  map[string]bool     // expr-lang's own functions
	limit     time.Duration       // of one evaluation
}

// Program is a compiled expression.
type Program struct {
	language *Language
	source   *source
	names    Names
	want     Type
	have     Type // what the value is
	code     *vm.Program
	refs     []Ref
	constant bool
	metered  bool
	machines sync.Pool
}

// Compile checks and compiles an expression whose value must be of type want: Bool for an
// expectation, Any when everything will do, Printable inside other text. With problems there is no
// program. The names are lent.
func (l *Language) Compile(text string, names Names, want Type) (*Program, []Problem) {
	return l.compile(text, names, want, nil)
}

func (l *Language) compile(text string, names Names, want Type, param *schema.Field) (*Program,
	[]Problem) {
	src, tree, problems := l.parse(text)
	if problems != nil {
		return nil, problems
	}
	c := checker{language: l, source: src, names: names, tree: tree, param: param}
	root := c.root(want)
	return l.finish(&c, root, want)
}

// finish makes the program of a checked tree.
func (l *Language) finish(c *checker, root ast.Node, want Type) (*Program, []Problem) {
	src := c.source
	if len(c.problems) > 0 {
		slices.SortStableFunc(c.problems, func(a, b Problem) int { return a.From - b.From })
		return nil, slices.Compact(c.problems)
	}
	code, err := l.assemble(src, root)
	if err != nil {
		return nil, report(span{0, len(src.text)}, "the expression cannot be compiled")
	}
	p := &Program{language: l, source: src, names: c.names.of(c.refs), want: want, have: c.have,
		code: code, refs: c.refs, constant: c.fixed || len(c.refs) == 0 && !c.machine, metered: c.metered}
	p.machines.New = func() any { return new(vm.VM) }
	return p, nil
}

// of gives those of the names that are referred to.
func (n Names) of(refs []Ref) Names {
	used := make(Names, len(refs))
	for _, ref := range refs {
		used[ref.Path[0]] = n[ref.Path[0]]
	}
	return used
}

// CompileFor is Compile for an expression that gives a parameter its value. What the type leaves
// open (a number's range, the form of an address) is for the parameter's decoder.
func (l *Language) CompileFor(text string, names Names, f *schema.Field) (*Program, []Problem) {
	return l.compile(text, names, Type{kinds: suits(f)}, f)
}

// assemble hands a checked tree to expr-lang's compiler.
func (l *Language) assemble(src *source, root ast.Node) (*vm.Program, error) {
	config := &conf.Config{Functions: l.table, ShortCircuit: true}
	config.Env = conf.EnvWithCache(&config.NtCache, map[string]any{})
	return compiler.Compile(&parser.Tree{Node: root, Source: file.NewSource(src.text)}, config)
}

// Refs gives every chain of names that the expression may read, each as long as it is certain,
// and each once.
func (p *Program) Refs() []Ref { return p.refs }

// Type is the type of the value.
func (p *Program) Type() Type { return p.have }

// Constant says that the value depends on no name of the scope and asks nothing of the machine.
func (p *Program) Constant() bool { return p.constant }

// Run evaluates the expression. env holds at least the names of Refs, in nested map[string]any with
// plain values: nil, bool, int, float64, string, []byte, time.Duration, []any, Handle. The error is
// an *Error.
func (p *Program) Run(env map[string]any) (any, error) {
	if p.metered {
		env = withMeter(env, p.language.limit)
	}
	machine := p.machines.Get().(*vm.VM)
	value, err := machine.Run(p.code, env)
	if err != nil {
		return nil, p.source.runError(err)
	}
	p.machines.Put(machine)
	if left := maxSteps; p.metered && !bounded(value, &left) {
		return nil, &Error{To: len(p.source.text), Text: p.source.brief(span{0, len(p.source.text)}),
			Err: errors.New("the expression makes too much data")}
	}
	return value, nil
}
