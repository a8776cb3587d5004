package runner

import (
	"fmt"
	"sync"

	"netscene/actions"
	"netscene/actions/gate"
	"netscene/schema"
)

// accept is what a serve does for each connection.
var accept = actions.Lookup("accept")

// connection puts a step before those of a serve that stands for the connection.
func (a *actor) connection(serve *step, body *block) {
	doc := &schema.Step{Actor: serve.doc.Actor, Order: -1, Span: serve.doc.Word.Span,
		Word: schema.Word{Text: "connection", Span: serve.doc.Word.Span}}
	s := &step{doc: doc, name: "connection", key: "connection",
		place: place{index: len(a.steps), actor: a.index, block: body, last: len(a.steps)}}
	s.flow, s.action, s.shape = flowConnection, accept, accept.Shape
	s.params = &params{shape: accept.Shape}
	s.kept = true
	s.ref = &actions.Step{Index: s.index, Word: "connection", Name: "connection",
		Span: doc.Span, Excerpt: serve.ref.Excerpt, Via: serve.ref.Via}
	a.steps = append(a.steps, s)
	body.steps = append(body.steps, s)
	body.named["connection"] = []*step{s}
}

func (c *compiler) serve(s *step) {
	s.params = c.params(s, s.doc.Args, s.doc.Word.Span, s.shape)
	if b := s.branch(); b != nil && s.endless() {
		c.report(s.doc.Word.Span, "give `connections`",
			"inside a %s a serve would never end", b.doc.Word.Text)
	}
}

// endless says whether a serve goes on until nobody is left to connect.
func (s *step) endless() bool {
	return s.flow == flowServe && s.params.given("connections") == nil
}

// serves says whether an actor has a serve that goes on until the others have ended.
func (a *actor) serves() bool {
	for _, s := range a.steps {
		if s.endless() {
			return true
		}
	}
	return false
}

// service is what is known of a serve while it goes on.
type service struct {
	mu    sync.Mutex
	crew  *crew
	stop  *halt            // the first that a connection's steps came to
	try   *attempt         // which that ended; nil outside one
	each  []map[string]any // by connection: the results of its steps
	begun int
}

// serve accepts connections and plays its steps for each.
func (p *player) serve(s *step, out *outcome) *halt {
	values, err := p.values(s.params)
	if err != nil {
		return p.halted(s, err)
	}
	limit, _ := values[0].Value.(int)
	v := &service{crew: newCrew()}
	stop := p.accepts(s, v, limit)
	p.join(v.crew)
	p.enter(s)
	if stop != nil {
		return stop
	}
	if err := p.caller.Err(); err != nil {
		return p.halted(s, err)
	}
	if v.stop != nil {
		if p.try != nil {
			*p.try = *v.try
		}
		return v.stop
	}
	list := make([]any, len(v.each))
	for i, results := range v.each {
		list[i] = results
	}
	out.plain["connections"] = list
	return nil
}

// accepts takes connections until there are enough, or nobody is left to connect.
func (p *player) accepts(s *step, v *service, limit int) *halt {
	for limit == 0 || v.begun < limit {
		listener, err := p.socketOf(s)
		if err != nil {
			return p.halted(s, err)
		}
		if limit == 0 && p.run.guests.gone() && !listener.Ready(gate.Read) {
			return nil
		}
		bound, _ := accept.Bind(make([]actions.Param, len(accept.Shape.Params)), false)
		p.call = actions.Call{Env: (*env)(p), Socket: listener}
		p.run.guests.await(p, limit == 0)
		result, err := accept.Run(&p.call, bound)
		p.run.guests.await(p, false)
		if p.caller.Err() == errDeserted {
			p.caller.Lift()
			p.recancel()
			if err != nil {
				continue
			}
		}
		if err != nil {
			out := &outcome{s: s, err: err, socket: listener}
			return p.judge(out)
		}
		p.begin(s, v, result)
	}
	return nil
}

// begin plays the steps for a connection.
func (p *player) begin(s *step, v *service, accepted any) {
	i := v.begun
	v.begun++
	body := s.bodies[0]
	b := p.fork(body, fmt.Sprintf("%s/%d", p.name, i))
	b.opened = nil
	b.connection = outcome{s: body.steps[0], result: accepted, plain: map[string]any{"index": i}}
	b.adopt(&b.connection)
	if s.kept {
		v.mu.Lock()
		v.each = append(v.each, nil)
		v.mu.Unlock()
	}
	v.crew.start(b, func(stop *halt) {
		b.closeAll()
		v.mu.Lock()
		if v.stop == nil {
			v.stop, v.try = stop, b.try
		}
		if s.kept {
			v.each[i] = b.last(s)
		}
		v.mu.Unlock()
	})
}

// closeAll closes what the steps for a connection left open.
func (p *player) closeAll() {
	if p.run.over() != nil {
		return // the run closes it
	}
	for _, s := range p.opened {
		if !s.Closed() {
			s.Close(&p.caller) // it may be another's by now; nobody is left who could be told
		}
	}
}
