package actions

import (
	"slices"
	"strings"
	"testing"

	"netscene/schema"
)

func TestEveryActionExplainsItself(t *testing.T) {
	if !slices.IsSorted(Names()) || len(Names()) < 20 {
		t.Fatal(Names())
	}
	for _, name := range Names() {
		shape := Lookup(name).Shape
		switch {
		case shape.About == "", strings.HasSuffix(shape.About, "."), shape.Example == "":
			t.Errorf("%s: about %q, example %q", name, shape.About, shape.Example)
		case !strings.Contains(shape.Example, name):
			t.Errorf("%s: the example does not show it", name)
		}
		for _, f := range append(slices.Clone(shape.Params), shape.Results...) {
			if f.Doc == "" || f.Name == "" {
				t.Errorf("%s: a field without name or doc: %+v", name, f)
			}
		}
	}
}

func TestDefineRefuses(t *testing.T) {
	run := func(*Call, struct{}) (none, error) { return none{}, nil }
	for what, define := range map[string]func(){
		"an empty name":        func() { define("", help{}, run) },
		"a name twice":         func() { define("recv", help{}, run) },
		"an unknown parameter": func() { define("other", help{Main: "size"}, run) },
	} {
		t.Run(what, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it was taken")
				}
			}()
			define()
		})
	}
}

// TestBind gives every action nothing, and every parameter values of every kind: they are taken or
// refused, without panic.
func TestBind(t *testing.T) {
	values := []any{nil, true, 7, -1, 1.5, "x", "127.0.0.1:1", []byte("x"), []any{1},
		map[string]any{"on": true}}
	for _, name := range Names() {
		a := Lookup(name)
		n := len(a.Shape.Params)
		if _, wrong := a.Bind(make([]Param, n), true); len(wrong) > 0 {
			t.Errorf("%s refuses nothing: %v", name, wrong)
		}
		for i, f := range a.Shape.Params {
			for _, v := range values {
				decoded, found := schema.DecodeValue(schema.Wrap(v, schema.Span{}), &f)
				if len(found) > 0 {
					continue
				}
				if data, ok := decoded.(schema.Data); ok {
					decoded, _ = data.Bytes(nil)
				}
				params := make([]Param, n)
				params[i] = Param{Given: true, Value: decoded}
				bound, wrong := a.Bind(params, true)
				if bound == nil || len(wrong) > 1 {
					t.Errorf("%s %s %v: %v", name, f.Name, v, wrong)
				}
			}
		}
	}
}
