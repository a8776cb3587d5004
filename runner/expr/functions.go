package expr

import (
	"fmt"
	"maps"
	"slices"

	"github.com/expr-lang/expr/builtin"
	"github.com/expr-lang/expr/conf"
)

// Function describes a function of the language.
type Function struct {
	Name      string
	Signature string // how it is called, and what it gives
	Doc       string
	Example   string // an expression
}

// function is a function, or an operator when it has no name of its own.
type function struct {
	Function
	params   []kind
	optional int      // how many of the last params may be left out
	variadic bool     // the last param may be repeated
	machine  bool     // asks the machine: it gives not always the same
	words    []string // those that the first param can be, when it is one of a few
	metered  bool     // takes as much time or memory as its arguments say
	result   func(args []Type) Type
	run      func(m *meter, args []any) (any, error)
}

// param is what argument i may be.
func (f *function) param(i int) kind { return f.params[min(i, len(f.params)-1)] }

// call checks the arguments of a run.
func (f *function) call(args ...any) (any, error) {
	var m *meter
	if f.metered {
		m, args = args[0].(*meter), args[1:]
	}
	for i, arg := range args {
		if f.params == nil {
			break
		}
		if k := kindOf(arg); k&f.param(i) == 0 {
			return nil, fmt.Errorf("%s takes %s, this is %s", f.Name, f.param(i), k)
		}
		if m != nil {
			if err := m.spend(size(arg)); err != nil {
				return nil, err
			}
		}
	}
	return f.run(m, args)
}

// New makes a language with the names and values of constants, such as ECONNREFUSED and AF_INET.
func New(constants map[string]int) *Language {
	l := &Language{
		constants: maps.Clone(constants),
		functions: map[string]*function{},
		table:     conf.FunctionsTable{},
		public:    conf.FunctionsTable{},
		disabled:  map[string]bool{},
		limit:     maxTime,
	}
	for name := range builtin.Index {
		l.disabled[name] = true
	}
	for _, group := range [][]function{conversions, jsonFunctions, digests, hashFunctions,
		gzipFunctions, urlFunctions, timeFunctions, httpFunctions, httpBuilders, dnsFunctions, chores,
		listFunctions, bitFunctions, inetFunctions, frameFunctions, packFunctions, hostFunctions,
		messageFunctions(noMessages{})} {
		for i := range group {
			l.add(group[i].Name, &group[i])
		}
	}
	for name, run := range operators {
		l.add(name, &function{run: run, metered: heavy[name]})
	}
	return l
}

func (l *Language) add(name string, f *function) {
	if l.functions[name] != nil {
		panic("expr: two functions with the name " + name)
	}
	entry := &builtin.Function{Name: name, Func: f.call}
	l.functions[name] = f
	l.table[name] = entry
	if f.Name != "" {
		l.public[name] = entry
	}
}

// Functions describes every function, sorted by name.
func (l *Language) Functions() []Function {
	var all []Function
	for _, f := range l.functions {
		if f.Name != "" {
			all = append(all, f.Function)
		}
	}
	for _, f := range loops {
		all = append(all, f.about)
	}
	slices.SortFunc(all, func(a, b Function) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return all
}

// heavy operators are counted by the meter.
var heavy = map[string]bool{"tick": true, "..": true, "elements": true, "matches": true, "+": true,
	"total": true, "sorted": true}

// operators are what the checked tree calls instead of expr-lang's operators.
var operators = map[string]func(m *meter, args []any) (any, error){
	"==": func(_ *meter, a []any) (any, error) { return equal(a[0], a[1]) },
	"!=": func(_ *meter, a []any) (any, error) {
		ok, err := equal(a[0], a[1])
		return !ok, err
	},
	"<":          ordered(func(r int) bool { return r == -1 }),
	"<=":         ordered(func(r int) bool { return r == -1 || r == 0 }),
	">":          ordered(func(r int) bool { return r == 1 }),
	">=":         ordered(func(r int) bool { return r == 1 || r == 0 }),
	"+":          add,
	"plus":       calculation("+"), // of what is neither text nor bytes
	"-":          calculation("-"),
	"*":          calculation("*"),
	"/":          calculation("/"),
	"%":          calculation("%"),
	"**":         calculation("**"),
	"sign+":      func(_ *meter, a []any) (any, error) { return sign("+", a[0]) },
	"sign-":      func(_ *meter, a []any) (any, error) { return sign("-", a[0]) },
	".":          func(_ *meter, a []any) (any, error) { return field(a[0], a[1].(string)) },
	"[]":         func(_ *meter, a []any) (any, error) { return index(a[0], a[1]) },
	"[:]":        func(_ *meter, a []any) (any, error) { return slice(a[0], a[1], a[2]) },
	"?.":         unlessNil(func(a []any) (any, error) { return field(a[0], a[1].(string)) }),
	"?[]":        unlessNil(func(a []any) (any, error) { return index(a[0], a[1]) }),
	"in":         func(_ *meter, a []any) (any, error) { return contains(a[1], a[0]) },
	"contains":   found("contains"),
	"startsWith": found("startsWith"),
	"endsWith":   found("endsWith"),
	"matches":    matches,
	"..":         interval,
	"truth":      truth,
	"key":        key,
	"tick":       tick,
	"elements":   elements,
	"total":      total,
	"sorted":     sortedBy,
	"record":     record,
	"enter":      enter,
}

func ordered(test func(r int) bool) func(*meter, []any) (any, error) {
	return func(_ *meter, a []any) (any, error) {
		r, err := order(a[0], a[1])
		return test(r), err
	}
}

func calculation(op string) func(*meter, []any) (any, error) {
	return func(_ *meter, a []any) (any, error) { return arithmetic(op, a[0], a[1]) }
}

func add(m *meter, a []any) (any, error) {
	if err := m.spend(size(a[0]) + size(a[1])); err != nil {
		return nil, err
	}
	return arithmetic("+", a[0], a[1])
}

func sign(op string, v any) (any, error) {
	if kindOf(v)&(number|duration) == 0 {
		return nil, fmt.Errorf("%s needs a number, this is %s", op, kindOf(v))
	}
	if op == "+" {
		return v, nil
	}
	if kindOf(v) == duration {
		return arithmetic("*", v, -1)
	}
	return arithmetic("*", -1, v)
}

func unlessNil(run func(a []any) (any, error)) func(*meter, []any) (any, error) {
	return func(_ *meter, a []any) (any, error) {
		if a[0] == nil {
			return nil, nil
		}
		return run(a)
	}
}

func found(op string) func(*meter, []any) (any, error) {
	return func(_ *meter, a []any) (any, error) {
		if kindOf(a[0])&chars == 0 || kindOf(a[1])&chars == 0 {
			return nil, fmt.Errorf("%s does not work on %s and %s", op, kindOf(a[0]), kindOf(a[1]))
		}
		return find(op, a[0], a[1]), nil
	}
}

func interval(m *meter, a []any) (any, error) {
	from, ok := a[0].(int)
	to, isInt := a[1].(int)
	if !ok || !isInt {
		return nil, fmt.Errorf(".. does not work on %s and %s", kindOf(a[0]), kindOf(a[1]))
	}
	if to < from {
		return []any{}, nil
	}
	if n := to - from; n < 0 || n >= maxRange {
		return nil, fmt.Errorf("%d..%d has more than %d elements", from, to, maxRange)
	}
	if err := m.spend((to - from) * 24); err != nil {
		return nil, err
	}
	items := make([]any, 0, to-from+1)
	for i := from; i <= to; i++ {
		items = append(items, i)
	}
	return items, nil
}

func truth(_ *meter, a []any) (any, error) {
	if _, ok := a[0].(bool); ok {
		return a[0], nil
	}
	return nil, fmt.Errorf("%s is %s, not bool", Format(a[0], 40), kindOf(a[0]))
}

func key(_ *meter, a []any) (any, error) {
	if _, ok := a[0].(string); ok {
		return a[0], nil
	}
	return nil, fmt.Errorf("a key is text, this is %s", kindOf(a[0]))
}

// tick passes the value of a loop's body on, and ends a loop that takes too long.
func tick(m *meter, a []any) (any, error) {
	return a[0], m.spend(24 + size(a[0]))
}

// elements gives the list that a loop runs over.
func elements(m *meter, a []any) (any, error) {
	switch v := a[0].(type) {
	case []any:
		return v, nil
	case []byte:
		if len(v) > maxRange {
			return nil, fmt.Errorf("a loop over %d bytes is too long", len(v))
		}
		if err := m.spend(len(v) * 24); err != nil {
			return nil, err
		}
		items := make([]any, len(v))
		for i, b := range v {
			items[i] = int(b)
		}
		return items, nil
	}
	return nil, fmt.Errorf("this is %s, not a list", kindOf(a[0]))
}

func total(m *meter, a []any) (any, error) {
	items, ok := a[0].([]any)
	if !ok {
		return nil, fmt.Errorf("this is %s, not a list", kindOf(a[0]))
	}
	if err := m.spend(len(items)); err != nil {
		return nil, err
	}
	var sum any = 0
	for i, item := range items {
		if kindOf(item)&(number|duration) == 0 {
			return nil, fmt.Errorf("element %d is %s: it cannot be added", i, kindOf(item))
		}
		if i == 0 {
			sum = item
			continue
		}
		var err error
		if sum, err = arithmetic("+", sum, item); err != nil {
			return nil, err
		}
	}
	return sum, nil
}
