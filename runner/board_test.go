package runner

import (
	"context"
	"encoding/json"
	"path/filepath"
	"sync/atomic"
	"testing"

	"netscene/actions"
	"netscene/runner/board"
	"netscene/runner/expr"
	"netscene/schema"
)

// posts is a Board whose values go through JSON, as they would to an actor on another machine.
type posts struct {
	*board.Memory
	t    *testing.T
	plan *Plan
	sent atomic.Int32
}

func (p *posts) Publish(k board.Key, v board.Value) {
	if a := p.plan.byName[k.Actor]; a != nil && a.body.named[k.Step] != nil {
		v = p.post(a.body.named[k.Step][0], v)
	}
	p.Memory.Publish(k, v)
}

func (p *posts) post(s *step, v board.Value) board.Value {
	fields := append([]schema.Field{{Name: "elapsed", Kind: schema.Duration},
		{Name: "error", Kind: schema.Map, Elem: &schema.Field{Kind: schema.Any}}}, s.shape.Results...)
	for _, g := range s.gather {
		fields = append(fields, schema.Field{Name: g.name, Kind: schema.List,
			Elem: &schema.Field{Kind: schema.Any}})
	}
	if s.flow == flowUse {
		for name := range s.result().fields {
			fields = append(fields, schema.Field{Name: name, Kind: schema.Map})
			if inner, ok := v.Fields[name].(map[string]any); ok {
				delete(inner, "socket") // a handle; that of the use is posted below
			}
		}
	}
	values, handles := map[string]any{}, map[string]any{}
	for name, value := range v.Fields {
		list, _ := value.([]any)
		if len(list) > 0 {
			value = list[0]
		}
		if _, ok := value.(expr.Handle); ok {
			handles[name] = v.Fields[name]
		} else {
			values[name] = v.Fields[name]
		}
	}
	b, err := schema.EncodeJSON(fields, values)
	if err != nil {
		p.t.Errorf("%s: %v", s.name, err)
		return v
	}
	got := board.Value{}
	if got.Fields, err = schema.DecodeJSON(fields, b); err != nil {
		p.t.Errorf("%s: %v: %s", s.name, err, b)
	}
	handle, _ := json.Marshal(v.Socket)
	if err := json.Unmarshal(handle, &got.Socket); err != nil {
		p.t.Error(err)
	}
	for name, value := range handles {
		got.Fields[name] = value
	}
	p.sent.Add(1)
	return got
}

// TestValuesSurviveJSON plays the library with a board that publishes by way of JSON.
func TestValuesSurviveJSON(t *testing.T) {
	names, _ := filepath.Glob("../scenarios/*/*.yaml")
	sent := 0
	for _, name := range names {
		src, _ := schema.Read(name, nil)
		plan, found := Load(src, Vars{})
		if len(found) > 0 {
			t.Fatal(found)
		}
		p := &posts{Memory: board.NewMemory(), t: t, plan: plan}
		if r := plan.Run(context.Background(), Options{board: p}); r.Status == actions.Failed {
			t.Errorf("%s: %v", name, r.Failures)
		}
		sent += int(p.sent.Load())
	}
	if sent < 20 {
		t.Errorf("only %d values were published", sent)
	}
}
