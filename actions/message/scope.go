package message

import (
	"fmt"
	"reflect"
	"slices"

	"netscene/schema"
)

// Program is a compiled expression.
type Program interface {
	Run(names map[string]any) (any, error)
}

// Compiler compiles an expression of a description. names are those that it can use, want is the
// kind of its value. reads are the names that it uses.
type Compiler func(e *schema.Expr, names map[string]schema.Field, want schema.Kind) (p Program,
	reads []string, found schema.Diagnostics)

// expression is a value that is known or has to be computed.
type expression struct {
	known   any
	program Program
	reads   []string
	source  string
}

// The names that stand for more than a field, where a value is computed.
const (
	nameRest  = "rest"
	nameRaw   = "raw"
	nameWhole = "whole"
)

// scope is what an expression can see: the fields of a structure that is being built or read, and
// those of the structure around in whose description it stands.
type scope struct {
	up     *scope
	values map[string]any
	given  map[string]any // building: those that are given, computed or not
	extra  map[string]any // rest, raw and whole
	noted  *[]noted       // what is looked up; nil when nobody asks
}

// noted is a name that was looked up, and what it was.
type noted struct {
	name  string
	value any
}

func (sc *scope) lookup(name string) any {
	if v, ok := sc.extra[name]; ok {
		return v
	}
	v, _ := sc.find(name)
	for at := sc; at != nil; at = at.up {
		if at.noted != nil {
			*at.noted = append(*at.noted, noted{name, v})
		}
		if _, found := at.values[name]; found {
			break
		}
	}
	return v
}

func (sc *scope) find(name string) (any, bool) {
	for at := sc; at != nil; at = at.up {
		if v, found := at.values[name]; found {
			return v, true
		}
	}
	return nil, false
}

// same says whether names are still what they were.
func (sc *scope) same(notes []noted) bool {
	for _, n := range notes {
		if v, _ := sc.find(n.name); !reflect.DeepEqual(v, n.value) {
			return false
		}
	}
	return true
}

// overridden says whether a field has the value that was given for it.
func (sc *scope) overridden(name string) bool {
	for at := sc; at != nil; at = at.up {
		if _, found := at.values[name]; found {
			return at.given[name] != nil
		}
	}
	return false
}

func (e *expression) eval(sc *scope) (any, error) {
	if e.program == nil {
		return e.known, nil
	}
	names := make(map[string]any, len(e.reads))
	for _, name := range e.reads {
		names[name] = sc.lookup(name)
	}
	return e.program.Run(names)
}

// fixed says whether the expression is the same in every message.
func (e *expression) fixed() bool { return len(e.reads) == 0 }

func (e *expression) uses(name string) bool { return slices.Contains(e.reads, name) }

// number evaluates a length or a count.
func (e *expression) number(sc *scope) (int, error) {
	v, err := e.eval(sc)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", e.source, err)
	}
	n, ok := v.(int)
	if !ok {
		return 0, fmt.Errorf("%s is no whole number", e.source)
	}
	return n, nil
}

// holds evaluates a condition.
func (e *expression) holds(sc *scope) (bool, error) {
	v, err := e.eval(sc)
	if err != nil {
		return false, fmt.Errorf("%s: %w", e.source, err)
	}
	return v == true, nil
}
