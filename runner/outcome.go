package runner

import (
	"errors"
	"slices"
	"time"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner/board"
	"netscene/runner/expr"
	"netscene/schema"
)

// outcome is what came of a step's call.
type outcome struct {
	s       *step
	result  any            // what the action returned
	plain   map[string]any // what a flow word gave
	failure *socket.Error  // an error that was expected
	err     error          // what the call returned
	wrong   string         // what did not come out, for a headline
	elapsed time.Duration
	socket  *socket.Socket // on which it acted, or which it opened
}

// field gives a field of the result by its name.
func (o *outcome) field(name string) any {
	switch {
	case name == "elapsed":
		return o.elapsed
	case name == "error":
		return errorFields(o.failure)
	case o.plain != nil && o.plain[name] != nil || o.s.action == nil:
		return o.plain[name]
	default:
		return plain(o.s.action.Field(o.result, name))
	}
}

// some gives fields of the result by their names; without names all of them.
func (o *outcome) some(names []string) map[string]any {
	if names == nil {
		return o.value().Fields
	}
	fields := make(map[string]any, len(names))
	for _, name := range names {
		fields[name] = o.field(name)
	}
	return fields
}

// value gives the whole result as it is published.
func (o *outcome) value() board.Value {
	fields := map[string]any{"elapsed": o.elapsed}
	for name, v := range o.plain {
		fields[name] = v
	}
	if o.s.action != nil {
		fields["error"] = errorFields(o.failure)
		values := o.s.action.Values(o.result)
		for i, f := range o.s.action.Shape.Results {
			fields[f.Name] = plain(values[i])
		}
	}
	v := board.Value{Fields: fields}
	if o.socket != nil {
		v.Socket = handle(o.socket)
	}
	return v
}

// plain turns the sockets in a result into handles; all else is plain data already.
func plain(v any) any {
	switch v := v.(type) {
	case *socket.Socket:
		if v == nil {
			return nil
		}
		return handle(v)
	case []*socket.Socket:
		handles := make([]any, len(v))
		for i, s := range v {
			handles[i] = handle(s)
		}
		return handles
	default:
		return v
	}
}

func handle(s *socket.Socket) expr.Handle {
	from, _ := s.Origin.(origin)
	return expr.Handle{Owner: from.actor, ID: s.ID()}
}

var noError = map[string]any{"errno": 0, "name": "", "class": "", "call": "", "text": ""}

// errorFields gives an error as expressions see it; without one all is empty and errno is 0.
func errorFields(e *socket.Error) map[string]any {
	if e == nil {
		return noError
	}
	return map[string]any{"errno": int(e.Errno), "name": e.Name(), "class": string(e.Class),
		"call": e.Call, "text": e.Error()}
}

// judge says whether the call ended as the step expects. An error that is expected becomes part of
// the result.
func (p *player) judge(o *outcome) *halt {
	s := o.s
	if o.err == nil {
		if len(s.fails) > 0 {
			return p.failed(o, func() *schema.Diagnostic { return p.unexpectedSuccess(o) })
		}
		return nil
	}
	if cause := p.caller.Err(); cause != nil && errors.Is(o.err, cause) {
		return p.halted(s, o.err)
	}
	var failure *socket.Error
	if errors.As(o.err, &failure) {
		if slices.ContainsFunc(s.fails, failure.Matches) ||
			slices.ContainsFunc(s.mayFail, failure.Matches) {
			o.failure = failure
			return nil
		}
		if reason := p.lacks(failure); reason != "" {
			return p.skipped(o, reason)
		}
		return p.failed(o, func() *schema.Diagnostic { return p.unexpectedError(o, failure) })
	}
	var param *actions.ParamError
	if errors.As(o.err, &param) {
		return p.halted(s, p.refuse(s.doc.Word.Span, "", "%s", param.Error()))
	}
	return p.halted(s, p.refuse(s.doc.Word.Span, "", "%s", o.err.Error()))
}

// finish publishes the result and evaluates what is expected of it.
func (p *player) finish(o *outcome) *halt {
	s := o.s
	if p.late(s) {
		return p.failed(o, known(tooLong(s)))
	}
	if s.kept || s.public {
		p.settle(s, slot{state: present, out: *o})
	}
	for _, prog := range s.expect {
		why, err := p.holds(prog, o)
		if err != nil {
			return p.halted(s, err)
		}
		if why != nil {
			o.wrong = unmetReason
			return p.failed(o, why)
		}
	}
	var unmet []explanation
	for _, prog := range s.check {
		why, err := p.holds(prog, o)
		if err != nil {
			return p.halted(s, err)
		}
		if why != nil {
			unmet = append(unmet, why)
		}
	}
	if len(unmet) > 0 && p.try != nil { // the attempt has failed
		o.wrong = unmetReason
		return p.failed(o, unmet[0])
	}
	p.endedWith(o, unmet)
	return nil
}

// unmetReason says of a step that its call is not what failed.
const unmetReason = "an expectation does not hold"

// holds evaluates an expectation. It gives nil when it holds, and else why not.
func (p *player) holds(prog *program, o *outcome) (explanation, error) {
	p.run.checks.Add(1)
	names, err := p.names(prog, o)
	if err != nil {
		return nil, err
	}
	v, err := prog.Run(names)
	if err != nil {
		return func() *schema.Diagnostic { return p.broken(prog, names, err) }, nil
	}
	if p.run.stream.listens(actions.Evaluated) {
		e := &actions.Evaluation{Source: prog.src.Source, Span: prog.src.Span, Holds: v == true}
		if !e.Holds {
			e.Values = p.run.plan.valuesOf(prog, names)
		}
		p.emit(&actions.Event{Kind: actions.Evaluated, Eval: e})
	}
	if v == true {
		return nil, nil
	}
	return func() *schema.Diagnostic { return p.unmet(prog, names, o) }, nil
}

// endedWith tells that a step has ended, and which of its checks do not hold.
func (p *player) endedWith(o *outcome, unmet []explanation) {
	if len(unmet) == 0 && !p.run.stream.listens(actions.StepEnded) {
		return
	}
	out := &actions.Outcome{Status: actions.Passed, Elapsed: o.elapsed, Fields: p.printed(o)}
	if len(unmet) > 0 {
		out.Status, out.Reason = actions.Failed, unmetReason
		p.account(o, out, unmet...)
	}
	p.ended(o.s, out)
}

// printed gives the result as reports print it.
func (p *player) printed(o *outcome) []schema.Value {
	var out []schema.Value
	add := func(name string, v any) {
		out = append(out, schema.Value{Text: name, Value: p.run.plan.shown(v)})
	}
	switch {
	case o.err != nil && o.failure == nil:
		if n, ok := o.sent(); ok && n > 0 {
			add("sent", n)
		}
	case o.s.action != nil && o.result != nil:
		values := o.s.action.Values(o.result)
		for i, f := range o.s.action.Shape.Results {
			if f.Kind != schema.Handle && !f.Part {
				add(f.Name, values[i])
			}
		}
	case o.s.flow == flowRepeat && o.plain != nil:
		add("rounds", o.plain["rounds"])
	}
	if o.failure != nil {
		out = []schema.Value{{Text: "error", Value: o.failure.Error()}}
	}
	return out
}

func (p *player) ended(s *step, out *actions.Outcome) {
	p.step = s
	p.emit(&actions.Event{Kind: actions.StepEnded, Outcome: out})
}
