package runner

import (
	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner/expr"
)

// errorType is what `error` holds; without an error its texts are empty.
var errorType = expr.Map(map[string]expr.Type{"errno": expr.Int,
	"name":  expr.Words(errorNames()),
	"class": expr.Words(append(classNames(), "")),
	"call":  expr.String, "text": expr.String})

// errorNames are the names that an error can have: of an errno with two names only the first, and
// the class where there is no errno.
func errorNames() []string {
	names := append(classNames(), "")
	for _, name := range socket.ErrnoNames() {
		if errno, _ := socket.LookupErrno(name); errno.Name() == name {
			names = append(names, name)
		}
	}
	return names
}

func classNames() []string {
	var names []string
	for _, class := range socket.Classes() {
		names = append(names, string(class))
	}
	return names
}

// resultType describes a step's result: its fields by name, and all of them as one type.
type resultType struct {
	fields map[string]expr.Type
	whole  expr.Type
}

func newResultType(fields map[string]expr.Type) *resultType {
	fields["elapsed"] = expr.Duration
	return &resultType{fields: fields, whole: expr.Map(fields)}
}

// actionResults are the result types of the actions: they are the same in every scenario.
var actionResults = func() map[string]*resultType {
	all := map[string]*resultType{}
	for _, name := range actions.Names() {
		all[name] = actionResult(actions.Lookup(name))
	}
	return all
}()

func actionResult(a *actions.Action) *resultType {
	fields := map[string]expr.Type{"error": errorType}
	for _, f := range a.Shape.Results {
		fields[f.Name] = expr.FieldType(f)
	}
	return newResultType(fields)
}

// result gives the type of the step's result. It is called when the steps inside are known.
func (s *step) result() *resultType {
	if s.typ == nil {
		switch {
		case s.action == nil || s.flow != noFlow:
			s.typ = newResultType(s.flowFields())
		case s.action.Formatted(): // its message has the fields of its type
			s.typ = actionResult(s.action)
		default:
			s.typ = actionResults[s.doc.Word.Text]
		}
	}
	return s.typ
}
