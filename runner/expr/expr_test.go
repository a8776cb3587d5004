package expr

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"netscene/schema"
)

var language = New(map[string]int{
	"ECONNREFUSED": 111, "EAGAIN": 11, "AF_INET": 2, "MSG_PEEK": 2, "MSG_TRUNC": 0x20,
})

// scope is like that of a recv of a client, beside a server.
func scope() Names {
	listen := Map(map[string]Type{"address": String, "host": String, "port": Int, "elapsed": Duration})
	return Names{
		"data": Bytes, "size": Natural, "eof": Bool, "elapsed": Duration, "address": String,
		"errno": Int, "value": Any, "ratio": Float, "socket": Socket,
		"sizes": List(Int), "lines": List(String), "headers": Open, "count": Int,
		"error": Map(map[string]Type{"errno": Int, "name": String, "text": String,
			"class": Words([]string{"", "timeout", "refused", "reset"})}),
		"vars": Map(map[string]Type{"greeting": String, "n": Int, "blob": Bytes}),
		"server": Map(map[string]Type{
			"listen": listen, "recv": Map(map[string]Type{"data": Bytes})}),
		"clients": List(Map(map[string]Type{"recv": Map(map[string]Type{"data": Bytes})})),
	}
}

func values() map[string]any {
	return map[string]any{
		"data": []byte("hello\r\n"), "size": 7, "eof": false, "elapsed": 1500 * time.Millisecond,
		"address": "127.0.0.1:80", "errno": 111, "value": []byte("hi"), "ratio": 0.5,
		"socket": Handle{"client", 1}, "sizes": []any{1, 2, 3}, "lines": []any{"a", "bb", "OK"},
		"headers": map[string]any{"host": "x", "n": 1}, "count": 2,
		"error": map[string]any{"errno": 111, "name": "ECONNREFUSED", "class": "refused", "text": "t"},
		"vars":  map[string]any{"greeting": "hello\r\n", "n": 7, "blob": []byte{0, 0xff}},
		"server": map[string]any{
			"listen": map[string]any{"address": "127.0.0.1:80", "host": "127.0.0.1", "port": 80,
				"elapsed": time.Second},
			"recv": map[string]any{"data": []byte("hi")}},
		"clients": []any{map[string]any{"recv": map[string]any{"data": []byte("c0")}}},
	}
}

// describe writes problems as the tests expect them: the part, the summary, the detail.
func describe(source string, problems []Problem) string {
	var all []string
	for _, p := range problems {
		s := fmt.Sprintf("[%s] %s", source[p.From:p.To], p.Summary)
		if p.Detail != "" {
			s += " | " + p.Detail
		}
		all = append(all, s)
	}
	return strings.Join(all, "\n")
}

func compile(t *testing.T, source string, want Type) *Program {
	t.Helper()
	p, problems := language.Compile(source, scope(), want)
	if p == nil {
		t.Fatalf("%s: %s", source, describe(source, problems))
	}
	return p
}

func run(t *testing.T, source string) any {
	t.Helper()
	v, err := compile(t, source, Any).Run(values())
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return v
}

func TestRefs(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{`data == vars.greeting`, "data@0-4 vars.greeting@8-21"},
		{`server.listen.address + server.listen.address == ""`, "server.listen.address@0-21"},
		{`"日" + address == server["listen"].host`, `address@8-15 server.listen.host@19-40`},
		{`clients[size].recv.data == ""`, "clients@0-7 size@8-12"},
		{`headers.a.b.c == 1`, "headers.a.b.c@0-13"},
		{`error?.class == ""`, "error.class@0-12"},
		{`headers[address] == 1`, "headers@0-7 address@8-15"},
		{`all(sizes, # == size)`, "sizes@4-9 size@16-20"},
		{`let x = size; x + x == 14`, "size@8-12"},
		{`5 < size < 6`, "size@4-8"},
		{`eof or errno == EAGAIN`, "eof@0-3 errno@7-12"},
		{`len("x") == EAGAIN`, ""},
		{`text(data) == text(data[1:])`, "data@5-9"},
	} {
		p := compile(t, test.source, Bool)
		var got []string
		for _, r := range p.Refs() {
			got = append(got, fmt.Sprintf("%s@%d-%d", strings.Join(r.Path, "."), r.From, r.To))
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: %s, want %s", test.source, got, test.want)
		}
		if p.Constant() != (test.want == "") {
			t.Errorf("%s: constant is %v", test.source, p.Constant())
		}
	}
}

// TestScopeWins has names that are those of functions and constants too.
func TestScopeWins(t *testing.T) {
	names := Names{"len": Int, "EAGAIN": String, "all": Map(map[string]Type{"x": Int}), "text": Bytes}
	env := map[string]any{"len": 3, "EAGAIN": "mine", "all": map[string]any{"x": 1},
		"text": []byte("t")}
	const source = `len == 3 and EAGAIN == "mine" and all.x == 1 and ` +
		`text(text) == "t" and len("ab") == len - 1`
	p, problems := language.Compile(source, names, Bool)
	if p == nil {
		t.Fatal(describe(source, problems))
	}
	if v, err := p.Run(env); v != true {
		t.Errorf("%v, %v", v, err)
	}
}

func TestWant(t *testing.T) {
	for _, test := range []struct {
		source string
		want   Type
		ok     bool
	}{
		{`data`, Printable, true}, {`elapsed`, Printable, true}, {`size`, Printable, true},
		{`sizes`, Printable, false}, {`server.listen`, Printable, false}, {`socket`, Printable, false},
		{`nil`, Printable, false}, {`value`, Printable, true}, {`value`, Bool, true},
		{`size`, Int, true}, {`ratio`, Int, false}, {`sizes`, List(Int), true}, {`headers`, Open, true},
		{`size`, Any, true}, {`socket`, Socket, true}, {`size == 5`, Bool, true},
	} {
		p, problems := language.Compile(test.source, scope(), test.want)
		if (p != nil) != test.ok {
			t.Errorf("%s as %v: %s", test.source, test.want, describe(test.source, problems))
		}
	}
	if _, err := compile(t, `value`, Bool).Run(values()); err == nil {
		t.Error("bytes were taken for a condition")
	}
}

func TestCompileFor(t *testing.T) {
	for _, test := range []struct {
		kind   schema.Kind
		takes  string
		leaves string
	}{
		{schema.Any, "data size sizes socket server", ""},
		{schema.Bool, "eof value", "size address"},
		{schema.Int, "size value", "ratio address data eof"},
		{schema.Float, "size ratio", "address elapsed"},
		{schema.String, "address", "data size server.listen"},
		{schema.Duration, "elapsed size ratio address", "data eof"},
		{schema.Size, "size address", "ratio data"},
		{schema.Bytes, "data address vars.greeting", "size sizes server.recv"},
		{schema.Address, "address headers value", "size data server.listen"},
		{schema.Choice, "size address", "ratio data sizes"},
		{schema.Flags, "size address sizes", "data ratio"},
		{schema.List, "sizes", "headers data"},
		{schema.Map, "headers server", "sizes data"},
		{schema.Handle, "socket size value", "data address eof"},
	} {
		for _, source := range strings.Fields(test.takes + " " + test.leaves) {
			p, problems := language.CompileFor(source, scope(), &schema.Field{Kind: test.kind})
			want := strings.Contains(" "+test.takes+" ", " "+source+" ")
			if (p != nil) != want {
				t.Errorf("kind %d, %s: %v %s", test.kind, source, p != nil, describe(source, problems))
			}
			if p == nil && len(problems) == 0 {
				t.Errorf("kind %d, %s: no problem", test.kind, source)
			}
		}
	}
	nullable := &schema.Field{Kind: schema.Int, Null: true}
	if p, _ := language.CompileFor("nil", scope(), nullable); p == nil {
		t.Error("nil is refused where null is allowed")
	}
	if p, _ := language.CompileFor("nil", scope(), &schema.Field{Kind: schema.Int}); p != nil {
		t.Error("nil is taken where null is not allowed")
	}
}

func TestFieldType(t *testing.T) {
	elem := schema.Field{Kind: schema.Handle}
	for _, test := range []struct {
		field schema.Field
		want  string
	}{
		{schema.Field{Kind: schema.Address}, "text"}, {schema.Field{Kind: schema.Bytes}, "bytes"},
		{schema.Field{Kind: schema.Size}, "int"}, {schema.Field{Kind: schema.Flags}, "int"},
		{schema.Field{Kind: schema.Float}, "float"}, {schema.Field{Kind: schema.Bool}, "bool"},
		{schema.Field{Kind: schema.Duration}, "duration"},
		{schema.Field{Kind: schema.Duration, Null: true}, "nothing or duration"},
		{schema.Field{Kind: schema.Any}, "anything"}, {schema.Field{Kind: schema.Handle}, "a socket"},
		{schema.Field{Kind: schema.List, Elem: &elem}, "list of a socket"},
		{schema.Field{Kind: schema.List}, "list"}, {schema.Field{Kind: schema.Map}, "map"},
	} {
		if got := FieldType(test.field).String(); got != test.want {
			t.Errorf("%+v is %s, want %s", test.field, got, test.want)
		}
	}
	fields := []schema.Field{{Name: "a", Kind: schema.Int}}
	names := Names{"m": FieldType(schema.Field{Kind: schema.Map, Fields: fields}),
		"o": FieldType(schema.Field{Kind: schema.Map, Elem: &fields[0]})}
	for source, ok := range map[string]bool{`m.a == 1`: true, `m.b == 1`: false, `o.b == 1`: true,
		`o.b == "x"`: false} {
		if p, _ := language.Compile(source, names, Bool); (p != nil) != ok {
			t.Errorf("%s: %v", source, p != nil)
		}
	}
}

func TestTypeOf(t *testing.T) {
	vars := TypeOf(map[string]any{"n": 1, "s": "x",
		"l": []any{1, 2.5}, "m": map[string]any{"a": true},
		"e": []any{}, "z": nil, "d": time.Second})
	names := Names{"vars": vars}
	for source, ok := range map[string]bool{
		`vars.n == 1`: true, `vars.n == "1"`: false, `vars.l[0] == 1`: true, `vars.l[0] == "x"`: false,
		`vars.m.a`: true, `vars.m.b`: false, `vars.e[0] == "x"`: true, `vars.z == 5`: true,
		`vars.d == "1s"`: true, `vars.x == 1`: false,
	} {
		if p, problems := language.Compile(source, names, Bool); (p != nil) != ok {
			t.Errorf("%s: %v", source, describe(source, problems))
		}
	}
}

func TestFormat(t *testing.T) {
	deep := any("end")
	for range 100 {
		deep = []any{deep}
	}
	for _, test := range []struct {
		value any
		limit int
		want  string
	}{
		{[]byte("hello\r\n"), 0, `b"hello\r\n"`}, {[]byte{0, 0xff, '"', '\\', '\t'},
			0, `b"\x00\xff\"\\\t"`},
		{[]byte("日本"), 0, `b"日本"`}, {[]byte("日本")[:4], 0, `b"日\xe6"`}, {"日\n\u200b", 0, `"日\n\u200b"`},
		{[]byte(strings.Repeat("A", 65536)), 10, `b"AAAAAAAAAA"… (65536 bytes)`},
		{strings.Repeat("é", 100), 10, `"ééééé"… (200 bytes)`},
		{strings.Repeat("日", 9), 10, `"日日日"… (27 bytes)`},
		{1500 * time.Millisecond, 0, "1.5s"}, {5, 0, "5"}, {0.5, 0, "0.5"}, {1e21, 0, "1e+21"},
		{true, 0, "true"},
		{nil, 0, "nil"}, {Handle{"server", 3}, 0, "socket 3 of server"}, {[]any{1, "a", nil},
			0, `[1, "a", nil]`},
		{map[string]any{"b": 1, "a b": []any{}}, 0, `{"a b": [], b: 1}`}, {map[string]any{}, 0, "{}"},
		{[]any{1, 2, 3, 4, 5, 6, 7, 8}, 8, "[1, 2, 3, … (8 elements)]"}, {"", 0, `""`}, {[]byte{},
			0, `b""`},
		{deep, 0, strings.Repeat("[", 51) + "… (1 elements)" + strings.Repeat("]", 51)},
	} {
		if got := Format(test.value, test.limit); got != test.want {
			t.Errorf("%s, want %s", got, test.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, test := range []struct {
		value any
		want  string
	}{
		{"a\nb", "a\nb"}, {[]byte("hé"), "hé"}, {5, "5"}, {1.5, "1.5"}, {true, "true"},
		{1500 * time.Millisecond, "1.5s"},
	} {
		if got, err := Text(test.value); got != test.want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, test.want)
		}
	}
	for _, v := range []any{nil, []byte{0xff}, []any{}, map[string]any{}, Handle{}} {
		if got, err := Text(v); err == nil {
			t.Errorf("%v has the text form %q", v, got)
		}
	}
}

// TestShared runs one program from many goroutines.
func TestShared(t *testing.T) {
	const source = `let s = sum(sizes); all(sizes, # < size) and s == 6 and data == vars.greeting`
	p := compile(t, source, Bool)
	env := values()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 200 {
				if v, err := p.Run(env); v != true {
					t.Errorf("%v, %v", v, err)
					return
				}
			}
			p.Explain(env)
			if q, _ := language.Compile(`all(sizes, # < size)`, scope(), Bool); q == nil {
				t.Error("it does not compile beside others")
			}
		})
	}
	wg.Wait()
	if len(env) != len(values()) {
		t.Error("a run left something in its environment")
	}
}

func TestRunError(t *testing.T) {
	const source = `"日" != address and sizes[ 7 ] == 1`
	_, err := compile(t, source, Bool).Run(values())
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("%v", err)
	}
	if part := source[e.From:e.To]; part != "sizes[ 7 ]" {
		t.Errorf("the error is at %q", part)
	}
}
