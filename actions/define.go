package actions

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strings"

	"netscene/actions/message"
	"netscene/actions/socket"
	"netscene/schema"
)

// Uses says which socket an action acts on when its step has no `on`.
type Uses uint8

// The sockets that an action can use.
const (
	NoSocket     Uses = iota
	Current           // the one its actor opened last and has not closed
	Listener          // the one its actor last called listen on
	CurrentIfAny      // the current one, where its actor has opened one at all
)

// Action is something that a step can do. It never changes.
type Action struct {
	Shape *schema.Shape
	Uses  Uses

	sends   bool          // the fields of a message are among its parameters
	message *message.Type // of which it is about; nil for an action in general

	params  *fields
	results *fields
	newP    func() any
	newR    func() any
	run     func(c *Call, params any) (any, error)
}

// help is what define needs to know of an action beside its types.
type help struct {
	About   string // what it does, one sentence
	Doc     string // more about it
	Main    string // the parameter that may stand alone
	Uses    Uses
	Sends   bool   // its other parameters are the fields of a message
	Example string // steps in YAML
	Table   *schema.Table
}

var registry = map[string]*Action{}

// define adds an action. P and R are structs whose fields are the parameters and results, named by
// their `param` and `result` tags, described by `doc`; see field for the others. The function gets
// its parameters by value and returns what the call did get even when it fails.
func define[P, R any](name string, h help, run func(c *Call, p P) (R, error)) struct{} {
	a := &Action{
		Uses:    h.Uses,
		sends:   h.Sends,
		params:  fieldsOf(reflect.TypeFor[P](), "param"),
		results: fieldsOf(reflect.TypeFor[R](), "result"),
		newP:    func() any { return new(P) },
		newR:    func() any { return new(R) },
		run: func(c *Call, params any) (any, error) {
			r, err := run(c, *params.(*P))
			return &r, err
		},
	}
	a.Shape = &schema.Shape{Name: name, About: h.About, Doc: h.Doc, Main: h.Main, Example: h.Example,
		Params: a.params.shape, Results: a.results.shape, Table: h.Table}
	switch {
	case name == "":
		panic("actions: an action without a name")
	case registry[name] != nil:
		panic("actions: " + name + " is defined twice")
	case h.Main != "" && a.Shape.Param(h.Main) == nil:
		panic("actions: " + name + ": its main parameter " + h.Main + " does not exist")
	}
	registry[name] = a
	return struct{}{}
}

// Lookup finds an action by its name; nil when there is none.
func Lookup(name string) *Action { return registry[name] }

// Names lists the actions, sorted.
func Names() []string {
	names := make([]string, 0, len(registry))
	for name := range registry {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// Param is a decoded value for a parameter, in the order of Shape.Params.
type Param struct {
	Given bool
	Value any // as package schema decodes it; a Bytes parameter as []byte
}

// ParamError is a value that a parameter does not take.
type ParamError struct {
	Param string
	Err   error
}

func (e *ParamError) Error() string { return e.Param + ": " + e.Err.Error() }

// Unwrap gives what is wrong with the value.
func (e *ParamError) Unwrap() error { return e.Err }

// checker is implemented by parameter structs whose parameters depend on each other.
type checker interface{ check() *ParamError }

// Bind makes the parameters of a call from decoded values. It reports every value that does not
// suit. With partial set some values are not known yet, and what depends on several is not checked.
func (a *Action) Bind(values []Param, partial bool) (any, []*ParamError) {
	p := a.newP()
	target := reflect.ValueOf(p).Elem()
	var wrong []*ParamError
	fields := map[string]any{}
	for i, v := range values {
		if !v.Given {
			continue
		}
		if a.params.index[i] == nil { // it is a field of the message
			fields[a.Shape.Params[i].Name] = v.Value
			continue
		}
		if err := set(target.FieldByIndex(a.params.index[i]), v.Value); err != nil {
			wrong = append(wrong, &ParamError{Param: a.Shape.Params[i].Name, Err: err})
		}
	}
	if f, ok := p.(formatted); ok {
		f.take(a.message, fields)
	}
	if c, ok := p.(checker); ok && len(wrong) == 0 && !partial {
		if err := c.check(); err != nil {
			wrong = append(wrong, err)
		}
	}
	return p, wrong
}

// Run performs the action with parameters that Bind made. The result is given even beside an error,
// with what the call did get.
func (a *Action) Run(c *Call, params any) (any, error) { return a.run(c, params) }

// Nothing gives the result of a call that was not made.
func (a *Action) Nothing() any { return a.newR() }

// Field gives one field of a result that Run returned.
func (a *Action) Field(result any, name string) any {
	i, ok := a.results.byName[name]
	if !ok {
		return nil
	}
	return get(reflect.ValueOf(result).Elem().FieldByIndex(a.results.index[i]))
}

// Values gives all fields of a result that Run returned, in the order of Shape.Results.
func (a *Action) Values(result any) []any {
	v := reflect.ValueOf(result).Elem()
	values := make([]any, len(a.results.index))
	for i, index := range a.results.index {
		values[i] = get(v.FieldByIndex(index))
	}
	return values
}

// Opens says whether the action opens sockets.
func (a *Action) Opens() bool { return len(a.results.handles) > 0 }

// Opened gives the sockets that a result holds, the one that is to be current last.
func (a *Action) Opened(result any) []*socket.Socket {
	var opened []*socket.Socket
	for _, i := range a.results.handles {
		v := reflect.ValueOf(result).Elem().FieldByIndex(a.results.index[i])
		if s, ok := v.Interface().(*socket.Socket); ok && s != nil {
			opened = append(opened, s)
		} else if list, ok := v.Interface().([]*socket.Socket); ok {
			opened = append(opened, list...)
		}
	}
	slices.Reverse(opened)
	return opened
}

// fields is the layout of a parameter or result struct.
type fields struct {
	shape   []schema.Field
	index   [][]int
	byName  map[string]int
	handles []int
}

func fieldsOf(t reflect.Type, tag string) *fields {
	f := &fields{byName: map[string]int{}}
	for _, sf := range reflect.VisibleFields(t) {
		name, ok := sf.Tag.Lookup(tag)
		if !ok {
			continue
		}
		field := fieldOf(name, sf)
		if field.Kind == schema.Handle || field.Elem != nil && field.Elem.Kind == schema.Handle {
			f.handles = append(f.handles, len(f.index))
		}
		f.byName[field.Name] = len(f.index)
		f.shape = append(f.shape, field)
		f.index = append(f.index, sf.Index)
	}
	return f
}

// fieldOf reads a struct field: its type gives the kind, its tags the rest. The param tag is the
// name, perhaps followed by ",required"; `default` is how the default is written, `range` is
// "min max", `part` marks a result that another one holds too, `doc` says what it is.
func fieldOf(tag string, sf reflect.StructField) schema.Field {
	name, option, _ := strings.Cut(tag, ",")
	f := schema.Field{Name: name, Doc: sf.Tag.Get("doc"), Required: option == "required",
		Default: sf.Tag.Get("default")}
	if f.Doc == "" {
		panic("actions: field " + sf.Name + " has no doc")
	}
	if text, ok := sf.Tag.Lookup("range"); ok {
		if _, err := fmt.Sscan(text, &f.Min, &f.Max); err != nil {
			panic("actions: field " + sf.Name + ": " + err.Error())
		}
	}
	_, f.Part = sf.Tag.Lookup("part")
	kindOf(sf.Type, &f)
	return f
}
