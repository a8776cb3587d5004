package runner

import (
	"errors"
	"fmt"
	"slices"

	"netscene/actions"
	"netscene/actions/gate"
	"netscene/actions/socket"
	"netscene/runner/board"
	"netscene/runner/expr"
	"netscene/schema"
)

// unreached is the error of a wait for something that can no longer come.
type unreached struct {
	step  *step // whose result it is; nil for a signal or a barrier
	cause error
}

func (u *unreached) Error() string { return u.cause.Error() }

func (u *unreached) Unwrap() error { return u.cause }

// wrong is a failure that is found before or after a step's call, with its place.
type wrong struct {
	d     schema.Diagnostic
	value bool // a parameter does not take its value
}

func (w *wrong) Error() string { return w.d.Summary }

func (p *player) refuse(at schema.Span, detail, format string, args ...any) error {
	return &wrong{d: schema.Diagnostic{Span: at, Summary: fmt.Sprintf(format, args...),
		Detail: detail}}
}

// refusal gives the error of a step whose parameter does not take a value that came out in the run,
// when the step expects that; else nil. To the step it is what the API refuses before any call.
func (s *step) refusal(err error) error {
	if err == nil || len(s.fails)+len(s.mayFail) == 0 {
		return nil
	}
	failure := &socket.Error{Call: s.doc.Word.Text, Class: socket.BadArgument}
	var found *wrong
	if !errors.As(err, &found) || !found.value ||
		!slices.ContainsFunc(slices.Concat(s.fails, s.mayFail), failure.Matches) {
		return nil
	}
	failure.Text = found.d.Summary
	return failure
}

// posted is the Target of a wait for an entry of the board.
type posted struct {
	entry *board.Entry
	text  string
}

func (t posted) Ready() bool    { return t.entry.Done() }
func (t posted) Interrupt()     {}
func (t posted) String() string { return t.text }

// await waits until a key of the board is settled.
func (p *player) await(k board.Key, of *step) (board.Value, error) {
	e := p.run.board.Get(k)
	if !e.Done() {
		w := gate.Wait{Kind: gate.Value, FD: -1, Target: posted{e, p.called(of)}}
		if err := p.caller.Await(&w, e.Settled); err != nil {
			return board.Value{}, err
		}
	}
	if e.Cause != nil {
		return board.Value{}, &unreached{step: of, cause: e.Cause}
	}
	return e.Value, nil
}

// own gives the result of a step of the actor itself.
func (p *player) own(s *step) (*outcome, error) {
	switch v := p.slot(s.index); v.state {
	case present:
		return &v.out, nil
	case absent:
		return nil, &unreached{step: s, cause: v.cause}
	default:
		return nil, &unreached{step: s, cause: fmt.Errorf("%s has not run", p.called(s))}
	}
}

// handleOf gives the socket of a step, waiting for it when somebody else plays it.
func (p *player) handleOf(s *step, await bool) (expr.Handle, error) {
	if await {
		v, err := p.await(p.run.key(s, 0, p.rounds), s)
		return v.Socket, err
	}
	o, err := p.own(s)
	if err != nil || o.socket == nil {
		return expr.Handle{}, err
	}
	return handle(o.socket), nil
}

// fields gives what an expression reads of a step's result, waiting for it when it is another
// actor's.
func (p *player) fields(r *read) (map[string]any, error) {
	if r.await {
		v, err := p.await(p.run.key(r.step, 0, p.rounds), r.step)
		return v.Fields, err
	}
	o, err := p.own(r.step)
	if err != nil {
		return nil, err
	}
	return o.some(r.fields), nil
}

// names gives an expression what it reads: the step's own result, results of others, which are
// waited for, and the scenario's variables.
func (p *player) names(prog *program, own *outcome) (map[string]any, error) {
	names := make(map[string]any, len(prog.result)+len(prog.reads)+len(prog.scope))
	for i := range prog.reads {
		r := &prog.reads[i]
		if r.many != nil {
			if err := p.several(names, r.many, r.step); err != nil {
				return nil, err
			}
			continue
		}
		fields, err := p.fields(r)
		if err != nil {
			return nil, err
		}
		if len(r.path) == 1 {
			names[r.path[0]] = fields
			continue
		}
		steps, ok := names[r.path[0]].(map[string]any)
		if !ok {
			steps = map[string]any{}
			names[r.path[0]] = steps
		}
		steps[r.path[1]] = fields
	}
	for _, name := range prog.scope {
		switch name {
		case "vars":
			names[name] = p.actor.vars
		case "index":
			names[name] = p.index
		case "item":
			names[name] = p.items[len(p.items)-1]
		case "env":
			names[name] = p.run.plan.env
		case "matrix":
			names[name] = p.run.plan.matrix
		case "params":
			names[name] = p.given[len(p.given)-1]
		case "tmp":
			names[name] = p.run.tmp
		case "loopback":
			names[name] = p.run.loopback
		}
	}
	for _, name := range prog.result {
		names[name] = own.field(name)
	}
	return names, nil
}

// several gives what an expression reads of an actor with many players: a list with the results of
// a step, which are waited for, beside those of other steps. Without a step it is as long.
func (p *player) several(names map[string]any, a *actor, s *step) error {
	list, ok := names[a.name].([]any)
	if !ok {
		list = make([]any, a.count)
		for i := range list {
			list[i] = map[string]any{}
		}
		names[a.name] = list
	}
	if s == nil {
		return nil
	}
	for i := range list {
		v, err := p.await(p.run.key(s, i, p.rounds), s)
		if err != nil {
			return err
		}
		list[i].(map[string]any)[s.name] = v.Fields
	}
	return nil
}

// eval evaluates an expression.
func (p *player) eval(prog *program, own *outcome) (any, error) {
	names, err := p.names(prog, own)
	if err != nil {
		return nil, err
	}
	v, err := prog.Run(names)
	if err != nil {
		return nil, &wrong{d: *p.broken(prog, names, err)}
	}
	return v, nil
}

// broken says where and why an expression could not be evaluated.
func (p *player) broken(prog *program, names map[string]any, err error) *schema.Diagnostic {
	d := &schema.Diagnostic{Span: prog.src.Span,
		Summary: "the expression cannot be evaluated: " + err.Error()}
	var at *expr.Error
	if errors.As(err, &at) {
		d.Span = prog.src.Place(at.From, at.To)
	}
	d.Values = p.run.plan.valuesOf(prog, names)
	p.quote(d)
	return d
}

// valuesOf gives the parts of an expression with what they were.
func (p *Plan) valuesOf(prog *program, names map[string]any) []schema.Value {
	var values []schema.Value
	for _, part := range prog.Explain(names) {
		values = append(values, schema.Value{Text: part.Text, Value: p.shown(part.Value)})
	}
	return values
}

// valueLimit is how many characters of a value a report shows.
const valueLimit = 120

// shown gives a value as reports print it, without secrets.
func (p *Plan) shown(v any) string { return formatValue(p.veil.value(v), valueLimit) }

func formatValue(v any, limit int) string { return expr.Format(v, limit) }

// bound gives the parameters of the step's action, evaluating what is not known yet.
func (p *player) bound(s *step) (any, error) {
	if s.params.bound != nil {
		return s.params.bound, nil
	}
	values, err := p.values(s.params)
	if err != nil {
		return nil, err
	}
	bound, refused := s.action.Bind(values, false)
	if len(refused) > 0 {
		r := refused[0]
		at := s.doc.Word.Span
		for i, f := range s.params.shape.Params {
			if f.Name == r.Param && s.params.args[i].Node != nil {
				at = s.params.args[i].Node.Span
			}
		}
		var refusal *socket.Error
		if errors.As(r, &refusal) {
			return nil, refusal
		}
		return nil, &wrong{d: schema.Diagnostic{Span: at, Summary: r.Err.Error()}, value: true}
	}
	return bound, nil
}

// values evaluates and decodes parameters.
func (p *player) values(ps *params) ([]actions.Param, error) {
	values := make([]actions.Param, len(ps.args))
	for i := range ps.args {
		arg := &ps.args[i]
		v, err := p.decoded(ps, arg, &ps.shape.Params[i])
		if err != nil {
			return nil, err
		}
		if v, err = schema.Plain(v, (*env)(p).ReadFile); err != nil {
			return nil, p.refuse(arg.Node.Span, "", "%s", err)
		}
		if len(arg.Holes) > 0 {
			if v, err = p.sockets(arg.Node.Span, v); err != nil {
				return nil, err
			}
		}
		values[i] = actions.Param{Given: arg.Node != nil, Value: v}
	}
	return values, nil
}

func (p *player) decoded(ps *params, arg *schema.Arg, f *schema.Field) (any, error) {
	if len(arg.Holes) == 0 {
		return arg.Value, nil
	}
	if h := &arg.Holes[0]; h.Single && h.Node == arg.Node && f.Kind == schema.Bytes {
		prog := ps.progs[h.Expr]
		if raw := p.passedOn(prog); raw != nil {
			return raw, nil
		}
		if v, err := p.eval(prog, nil); err != nil {
			return nil, err
		} else if raw, ok := v.([]byte); ok {
			return raw, nil // as it is, without the way through the decoder
		}
	}
	node, err := arg.Node.Fill(func(e *schema.Expr) (any, error) { return p.eval(ps.progs[e], nil) })
	if err != nil {
		return nil, err
	}
	v, found := schema.DecodeValue(node, f)
	if len(found) > 0 {
		d := found[0]
		d.Span = arg.Node.Span
		return nil, &wrong{d: d, value: true}
	}
	return v, nil
}

// passedOn gives the bytes that an expression does no more than name, in a result of the actor's
// own: what a loop that echoes does each round. Without any it gives nil.
func (p *player) passedOn(prog *program) []byte {
	if !prog.bare || prog.reads[0].step.actor != p.actor.index {
		return nil
	}
	r := &prog.reads[0]
	o, err := p.own(r.step)
	if err != nil {
		return nil
	}
	raw, _ := o.field(r.fields[0]).([]byte)
	return raw
}

// sockets puts the sockets of the run in the place of their handles, in data that was just made.
func (p *player) sockets(at schema.Span, v any) (any, error) {
	var err error
	switch v := v.(type) {
	case expr.Handle:
		if s := p.run.ledger.get(v.ID); s != nil {
			return s, nil // maybe closed: the call will say so
		}
		return nil, p.refuse(at, "", "there is no socket here")
	case []any:
		for i := range v {
			if v[i], err = p.sockets(at, v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for key := range v {
			if v[key], err = p.sockets(at, v[key]); err != nil {
				return nil, err
			}
		}
	}
	return v, nil
}
