package schema

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// stepOf parses one step and decodes it.
func stepOf(t *testing.T, step string, shape *Shape) Args {
	t.Helper()
	doc, list := Parse(NewSource("x", []byte("actors:\n  a:\n    - "+step+"\n")), nil)
	if len(list) > 0 {
		t.Fatal(render(list))
	}
	s := doc.Actors[0].Steps[0]
	args, list := Decode(s.Args, s.Word.Span, shape)
	if len(list) > 0 {
		t.Fatal(render(list))
	}
	return args
}

func TestDecodeKinds(t *testing.T) {
	cases := []struct {
		text  string
		param string
		want  any
	}{
		{"int: 0x10", "int", 16},
		{"int: -3", "int", -3},
		{"bool: true", "bool", true},
		{"float: 3", "float", 3.0},
		{"duration: 200ms", "duration", 200 * time.Millisecond},
		{"duration: 1.5", "duration", 1500 * time.Millisecond},
		{"size: 64 KiB", "size", 65536},
		{`string: "2024"`, "string", "2024"},
		{"string: 2024-01-02", "string", "2024-01-02"},
		{"string: $$(x)", "string", "$(x)"},
		{"choice: dgram", "choice", 2},
		{"choice: 7", "choice", 7},
		{"flags: [MSG_PEEK, MSG_OOB]", "flags", 3},
		{"flags: MSG_OOB", "flags", 1},
		{"list: [1, 2]", "list", []any{1, 2}},
		{"map: {color: 1}", "map", map[string]any{"color": 1}},
		{"address: unix:/x", "address", "unix:/x"},
		{"address: {family: inet, port: 1}", "address", map[string]any{"family": "inet", "port": 1}},
		{"any: {on: true, seconds: 0}", "any", map[string]any{"on": true, "seconds": 0}},
		{`any: {hex: "00 ff"}`, "any", []byte{0, 255}},
		{"any: [1, null, 1.5, x]", "any", []any{1, nil, 1.5, "x"}},
		{`"null": null`, "null", nil},
	}
	for _, c := range cases {
		args := stepOf(t, "probe: {"+c.text+"}", probe)
		arg := args[index(probe.Params, c.param)]
		if arg.Node == nil || !reflect.DeepEqual(arg.Value, c.want) {
			t.Errorf("%s gives %#v, want %#v", c.text, arg.Value, c.want)
		}
	}
}

func TestData(t *testing.T) {
	cases := []struct {
		text string
		want string
	}{
		{"hello", "hello"},
		{`"a\r\n\0"`, "a\r\n\x00"},
		{"{hex: 00ff 41}", "\x00\xffA"},
		{"{hex: 10}", "\x10"},
		{"{base64: AP8=}", "\x00\xff"},
		{"{repeat: ab, count: 3}", "ababab"},
		{"{random: 12}", "\xaf\xcd\x1d\x7b\x39\xa8\x20\xe2\xf4\x65\xb9\xa1"},
		{"{random: 8, seed: 1234567}", "\x85\xfc\x08\xfb\x17\xd0\x9e\x59"},
		{"[a, {hex: ff}, {file: f}, [b]]", "a\xff<f>b"},
		{"{repeat: [x, {file: g}], count: 2}", "x<g>x<g>"},
		{"{data: [a], flags: 1}", "a"},
		{`{hex: "41", flags: 1}`, "A"},
		{"|\n        a\n        b\n", "a\nb\n"},
		{"{crlf: \"a\\nb\\r\\n\"}", "a\r\nb\r\n"},
		{"''", ""},
	}
	read := func(name string) ([]byte, error) { return []byte("<" + name + ">"), nil }
	for _, c := range cases {
		data, ok := stepOf(t, "send: "+c.text, send)[0].Value.(Data)
		if !ok {
			t.Errorf("%s gives no data", c.text)
			continue
		}
		if got, err := data.Bytes(read); err != nil || string(got) != c.want {
			t.Errorf("%s gives %q, %v, want %q", c.text, got, err, c.want)
		}
	}
	data := stepOf(t, "send: [{file: a}, {repeat: {file: b}, count: 2}]", send)[0].Value.(Data)
	if got := data.Files(); !reflect.DeepEqual(got, []string{"a", "b"}) {
		t.Error("files:", got)
	}
	large := func(string) ([]byte, error) { return make([]byte, MaxData/2+1), nil }
	if _, err := data.Bytes(large); err == nil {
		t.Error("data longer than the limit is accepted")
	}
}

func TestFill(t *testing.T) {
	eval := func(e *Expr) (any, error) {
		values := map[string]any{"n": 42, "b": []byte("\xff\\n"),
			"s": "x\\n", "d": 1500 * time.Millisecond,
			"l": []any{"a", []byte{0}}, "m": map[string]any{"hex": "ff"}, "inj": "{hex: 00}", "nil": nil}
		v, ok := values[e.Source]
		if !ok {
			return nil, errors.New("no " + e.Source)
		}
		return v, nil
	}
	cases := []struct{ text, want string }{
		{"$(b)", "\xff\\n"},
		{"$(s)", "x\\n"},
		{"$(inj)", "{hex: 00}"},
		{"<$(n) $(s) $(d)>", "<42 x\\n 1.5s>"},
		{"[$(l), z]", "a\x00z"},
		{"$(m)", "\xff"},
		{"{hex: $(s2)}", ""},
		{"$(nil)-", ""},
		{"$(n)", ""},
	}
	for _, c := range cases {
		args := stepOf(t, "send: "+c.text, send)
		if len(args[0].Holes) == 0 || args[0].Value != nil {
			t.Errorf("%s: %+v", c.text, args[0])
		}
		n, err := args[0].Node.Fill(eval)
		if err != nil {
			if c.want != "" {
				t.Errorf("%s: %v", c.text, err)
			}
			continue
		}
		v, found := DecodeValue(n, &send.Params[0])
		if len(found) > 0 {
			if c.want != "" {
				t.Errorf("%s: %s", c.text, render(found))
			}
			continue
		}
		if got, err := v.(Data).Bytes(nil); err != nil || string(got) != c.want || c.want == "" {
			t.Errorf("%s gives %q, %v, want %q", c.text, got, err, c.want)
		}
	}
}

func TestHoles(t *testing.T) {
	args := stepOf(t, "probe: {int: $(a), list: [1, $(b)], string: x$(c), "+
		"bytes: {repeat: $(d), count: $(e)}}", probe)
	var got []string
	for _, arg := range args {
		for _, h := range arg.Holes {
			got = append(got, fmt.Sprint(h.Expr.Source, " ", h.Field.Name, " ", h.Field.Kind, " ", h.Single))
		}
	}
	want := []string{"a int 2 true", "c string 4 false", "b item 2 true", "d repeat 7 true",
		"e count 6 true"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("holes %q, want %q", got, want)
	}
}

func TestJSON(t *testing.T) {
	fields := []Field{{Name: "data", Kind: Bytes}, {Name: "elapsed", Kind: Duration},
		{Name: "size", Kind: Int}, {Name: "value", Kind: Any}, {Name: "none", Kind: Int}}
	values := map[string]any{
		"data": []byte("\x00\xff"), "elapsed": 1500*time.Millisecond + 1, "size": -7,
		"value": []any{nil, true, 1, 1.0, 1e300, "x", "\xff", []byte{}, time.Duration(-1),
			map[string]any{"base64": "x"}, map[string]any{"map": map[string]any{"seconds": 1}},
			map[string]any{}, []any{}, map[string]any{"a": []byte("b"), "c": time.Hour}},
	}
	text, err := EncodeJSON(fields, values)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), `{"data":{"base64":"AP8="},"elapsed":1.500000001,"size":-7`) {
		t.Error(string(text))
	}
	back, err := DecodeJSON(fields, text)
	if err != nil || !reflect.DeepEqual(back, values) {
		t.Errorf("%v\n%s\ngot  %#v\nwant %#v", err, text, back, values)
	}
	again, err := EncodeJSON(fields, back)
	if err != nil || !bytes.Equal(again, text) {
		t.Errorf("%v\n%s\n%s", err, text, again)
	}
	if _, err := EncodeJSON(fields, map[string]any{"nam": 1}); err == nil {
		t.Error("an unknown field is written")
	}
	if _, err := EncodeJSON(fields, map[string]any{"value": make(chan int)}); err == nil {
		t.Error("a channel is written")
	}
}

func TestParseVar(t *testing.T) {
	cases := []struct {
		text string
		kind Kind
		want any // nil for an error
	}{
		{"5", Int, 5}, {"010", Int, nil}, {"x", Int, nil}, {"5", String, "5"}, {"5", Float, 5.0},
		{"true", Bool, true}, {"yes", Bool, nil}, {"1s", Duration, time.Second},
		{"2", Duration, 2 * time.Second},
		{"a\\n", Bytes, []byte("a\\n")}, {"[::1]:0", Address, "[::1]:0"}, {"5", Any, 5}, {"x", Any, "x"},
		{"", Any, ""}, {"1_0", Any, nil}, {"", Int, nil}, {"$(x)", Any, "$(x)"},
	}
	for _, c := range cases {
		got, err := ParseVar(c.text, c.kind)
		if (err != nil) != (c.want == nil) || err == nil && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q as kind %d gives %#v, %v, want %#v", c.text, c.kind, got, err, c.want)
		}
	}
}

func TestParseVars(t *testing.T) {
	got, list := ParseVars(NewSource("x", []byte("n: 5\nb: {hex: ff}\nl: [a, 1.5]\n")))
	want := map[string]any{"n": 5, "b": []byte{255}, "l": []any{"a", 1.5}}
	if len(list) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%#v\n%s", got, render(list))
	}
	if _, list := ParseVars(NewSource("x", []byte("n: 010\n2: $(x)\nm: $(x)\n"))); len(list) != 3 {
		t.Error(render(list))
	}
}

func TestUnits(t *testing.T) {
	for text, want := range map[string]time.Duration{"1s": time.Second, "0": 0,
		"1.5":   1500 * time.Millisecond,
		"1.5 s": 1500 * time.Millisecond, "1m30s": 90 * time.Second,
		"-1s": -1, "1e3": -1, "s": -1, "": -1,
		"9999999999999": -1, "1 parsec": -1} {
		if got, err := ParseDuration(text); got != max(want, 0) || (err == nil) != (want >= 0) {
			t.Errorf("duration %q gives %v, %v", text, got, err)
		}
	}
	for text, want := range map[string]int{"0": 0, "12": 12, "64 KiB": 65536, "1kB": 1000,
		"1.5 MiB": 3 << 19,
		"1MiB":    1 << 20, "1.5": -1, "0.3 KiB": -1, "-1": -1, "1 XB": -1, "99999999999999999999": -1,
		"9223372036854775807 KiB": -1, "": -1} {
		if got, err := ParseSize(text); got != max(want, 0) || (err == nil) != (want >= 0) {
			t.Errorf("size %q gives %v, %v", text, got, err)
		}
	}
}

func TestSuggest(t *testing.T) {
	words := []string{"expect", "send", "sendall", "recv", "connect"}
	for word, want := range map[string]string{"expekt": "expect", "exepct": "expect", "rcev": "recv",
		"snd": "send", "sendal": "sendall", "EXPECT": "expect", "xyz": "", "": "",
		"s": "", "conect": "connect", "connection": "connect", "conn": "connect", "sendmany": "send"} {
		if got := Suggest(word, words); got != want {
			t.Errorf("%q suggests %q, want %q", word, got, want)
		}
	}
	if got := Suggest("recv", []string{"recvfrom_into", "recvmsg_into"}); got != "" {
		t.Errorf("the beginning of two words suggests %q", got)
	}
	if got := Suggest("PEEK", []string{"MSG_PEEK", "MSG_OOB"}); got != "MSG_PEEK" {
		t.Errorf("the end of MSG_PEEK suggests %q", got)
	}
}

func TestWrap(t *testing.T) {
	type port uint16
	n := Wrap(map[string]any{"b": []int{1, 2}, "a": map[string]int8{"x": 3}, "c": port(80),
		"d": []string{"y"}, "e": float32(0.5)}, Span{File: "f"})
	want := map[string]any{"b": []any{1, 2}, "a": map[string]any{"x": 3}, "c": 80,
		"d": []any{"y"}, "e": 0.5}
	got, found := DecodeValue(n, &Field{Name: "v", Kind: Any})
	if len(found) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%#v\n%s", got, render(found))
	}
	if n.Pairs[0].Key != "a" || n.Pairs[1].Value.Items[0].Span.File != "f" {
		t.Errorf("%+v", n)
	}
}

// TestOwnForm gives the main parameter in its mapping form among the other parameters.
func TestOwnForm(t *testing.T) {
	connect := &Shape{Name: "connect", Main: "address", Params: []Field{
		{Name: "address", Kind: Address, Required: true, Fields: []Field{
			{Name: "family", Kind: Choice, Choices: []Name{{"inet", 2}, {"unix", 1}}},
			{Name: "port", Kind: Int}, {Name: "path", Kind: Bytes}}},
		{Name: "timeout", Kind: Duration}}}
	args := stepOf(t, "connect: {family: inet, port: 80, timeout: 1}", connect)
	if want := map[string]any{"family": 2, "port": 80}; !reflect.DeepEqual(args[0].Value, want) ||
		args[1].Value != time.Second {
		t.Errorf("%#v", args)
	}
	args = stepOf(t, "connect: {address: {family: unix, path: /x}}", connect)
	want := map[string]any{"family": 1, "path": Literal([]byte("/x"))}
	if !reflect.DeepEqual(args[0].Value, want) {
		t.Errorf("%#v", args)
	}
	for _, text := range []string{"connect: {port: 80}", "connect: {family: inet, expect: eof}",
		"connect: {family: inet, prot: 80}", "connect: {family: inet, port: x}",
		"connect: {address: {port: 80}}"} {
		doc, _ := Parse(NewSource("x", []byte("actors: {a: ["+text+"]}")), nil)
		step := doc.Actors[0].Steps[0]
		if _, found := Decode(step.Args, step.Word.Span, connect); len(found) == 0 {
			t.Errorf("%s is accepted", text)
		}
	}
}

// TestRunValues decodes values that only a run has.
func TestRunValues(t *testing.T) {
	type socket struct{ fd int }
	s := &socket{3}
	cases := []struct {
		value any
		kind  Kind
		want  any // nil for a finding
	}{
		{s, Handle, s}, {time.Second, Duration, time.Second}, {-time.Second, Duration, nil},
		{2, Duration, 2 * time.Second}, {[]byte("a:1"), Address, "a:1"}, {5, String, nil},
		{"64 KiB", Size, 65536}, {-1, Size, nil}, {3.0, Int, nil}, {3, Float, 3.0}, {nil, Int, nil},
		{[]byte("x"), String, "x"}, {3, Bytes, nil}, {"eof", Expression, nil}, {s, Int, nil},
	}
	for _, c := range cases {
		got, found := DecodeValue(Wrap(c.value, Span{}), &Field{Name: "v", Kind: c.kind})
		if c.kind == Expression {
			if e, ok := got.(*Expr); !ok || e.Source != "eof" {
				t.Errorf("%#v", got)
			}
			continue
		}
		if (len(found) > 0) != (c.want == nil) || len(found) == 0 && !reflect.DeepEqual(got, c.want) {
			t.Errorf("%v as kind %d gives %#v, want %#v\n%s", c.value, c.kind, got, c.want, render(found))
		}
	}
}

// TestDollars holds what a $ stands for in text: a reference only as $(…), and one that looks like
// one of a shell is refused unless its $ is doubled.
func TestDollars(t *testing.T) {
	for text, want := range map[string]string{
		"$5.00":            "$5.00",
		"$HOME":            "$HOME",
		"$HOME.":           "$HOME.",
		"$":                "$",
		"$$":               "$$",
		"$$recv.data":      "$recv.data",
		"$${a.b} and $$(x": "${a.b} and $(x",
		"$$$recv.data":     "$$recv.data",
		"$recv.data":       "",
		"x ${a.b.c} y":     "",
	} {
		src := NewSource("x", []byte("steps:\n  - a.send: '"+text+"'\n"))
		doc, list := Parse(src, actionNames)
		if want == "" {
			if len(list) != 1 || !strings.Contains(list[0].Summary, "is text, no reference") {
				t.Errorf("%s: %s", text, render(list))
			}
			continue
		}
		if len(list) > 0 {
			t.Errorf("%s: %s", text, render(list))
		} else if got := doc.Steps[0].Args.Value; got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

// TestHabits holds the words that people bring with them, and phrases.
func TestHabits(t *testing.T) {
	known := []string{"recv", "recvfrom", "sendall", "inet", "refused", "in_use", "reset", "timeout",
		"ETIMEDOUT", "EHOSTUNREACH", "USE"}
	for word, want := range map[string]string{
		"Receive":                  "recv",
		"ipv4":                     "inet",
		"connection refused":       "refused",
		"Address already in use":   "in_use",
		"connection reset by peer": "reset",
		"operation timed out":      "timeout",
		"no route to host":         "EHOSTUNREACH",
		"reed":                     "",
		"quite another thing":      "",
		"dial":                     "",
	} {
		if got := Suggest(word, known); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}
