package message_test

import (
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"netscene/actions/message"
	"netscene/runner/expr"
	"netscene/schema"
)

var language = expr.New(nil)

// compile is what the runner gives the package.
func compile(e *schema.Expr, names map[string]schema.Field, want schema.Kind) (message.Program,
	[]string, schema.Diagnostics) {
	types := expr.Names{}
	for name, f := range names {
		types[name] = expr.FieldType(f)
	}
	program, problems := language.Compile(e.Source, types, expr.FieldType(schema.Field{Kind: want}))
	if program == nil {
		var found schema.Diagnostics
		for _, p := range problems {
			found = append(found, schema.Diagnostic{Span: e.Place(p.From, p.To), Summary: p.Summary,
				Detail: p.Detail})
		}
		return nil, nil, found
	}
	var reads []string
	for _, ref := range program.Refs() {
		reads = append(reads, ref.Path[0])
	}
	return program, reads, nil
}

// describe compiles descriptions.
func describe(text string) (message.Set, schema.Diagnostics) {
	src := schema.NewSource("test.yaml", []byte(text+"\nsteps:\n  - a.socket\n"))
	doc, found := schema.Parse(src, []string{"socket"})
	if len(found) > 0 {
		return nil, found
	}
	set, found := message.Compile(doc.Messages, compile)
	found.Quote(src)
	return set, found
}

func render(found schema.Diagnostics) string {
	var out strings.Builder
	for _, d := range found {
		schema.Render(&out, d, schema.Style{})
	}
	return out.String()
}

func set(t testing.TB) message.Set {
	t.Helper()
	types, found := describe(protocols)
	if len(found) > 0 {
		t.Fatal(render(found))
	}
	return types
}

type fields = map[string]any

func TestBuildAndParse(t *testing.T) {
	types := set(t)
	for _, test := range []struct {
		name  string
		given fields
		want  string // the bytes
	}{
		{"connect", fields{"client_id": "x"}, "10 0d 0004 4d515454 04 02 003c 0001 78"},
		{"connect", fields{"client_id": "", "username": "u", "password": []byte("p"),
			"clean_session": false, "keep_alive": 10},
			"10 12 0004 4d515454 04 c0 000a 0000 0001 75 0001 70"},
		{"connack", fields{"code": "bad_client_id"}, "20 02 00 02"},
		{"publish", fields{"topic": "a/b", "payload": "hi"}, "30 07 0003 612f62 6869"},
		{"publish", fields{"topic": "a", "payload": "", "qos": 1, "id": 258, "retain": true},
			"33 05 0001 61 0102"},
		{"publish", fields{"topic": "t", "payload": strings.Repeat("x", 200)},
			"30 cb01 0001 74" + strings.Repeat("78", 200)},
		{"publish", fields{"topic": "t", "payload": "x", "remaining": 9}, "30 09 0001 74 78"},
		{"greeting", fields{"methods": []any{"none", 9}}, "05 02 00 09"},
		{"request", fields{"command": "connect", "family": "domain", "host": "a.b", "port": 80},
			"05 01 00 03 03 612e62 0050"},
		{"request", fields{"command": 1, "family": 1, "host": "127.0.0.1", "port": 80},
			"05 01 00 01 7f000001 0050"},
		{"resp", fields{"kind": "bulk", "value": fields{"data": "hey"}}, hexOf("$3\r\nhey\r\n")},
		{"resp", fields{"kind": "bulk", "value": fields{"length": -1}}, hexOf("$-1\r\n")},
		{"resp", fields{"kind": "array", "value": fields{"items": []any{
			fields{"kind": "integer", "value": 7}, fields{"kind": "array"}}}},
			hexOf("*2\r\n:7\r\n*0\r\n")},
		{"dns", fields{"id": 1, "rd": true, "questions": []any{fields{"name": "a.bc", "type": "A"}}},
			"0001 0100 0001 0000 0000 0000 01 61 02 6263 00 0001 0001"},
		{"dns_tcp", fields{"message": fields{"id": 2, "answers": []any{fields{"name": ".", "type": "MX",
			"data": fields{"preference": 5, "exchange": "m"}}}}},
			"001c 0002 0000 0000 0001 0000 0000 00 000f 0001 00000000 0005 0005 01 6d 00"},
		{"odd", fields{"a": 1, "b": -2, "c": -3, "d": 1.5, "e": 0.25, "f": -130, "g": 300, "text": "é",
			"hexa": 255, "inner": fields{"x": 1, "y": "z"}, "lines": []any{"l"}, "tail": []any{1, 2}},
			"0100 fffffe fffffffffffffffd 3fc00000 000000000000d03f fe7e 822c 02 c3a9 30306666" +
				"017a 95a2a5f8 1b1b 6c0d0a 0d0a 0001 0002"},
	} {
		typ := types[test.name]
		data, built, err := typ.Build(test.given)
		if err != nil {
			t.Errorf("%s %v: %v", test.name, test.given, err)
			continue
		}
		want := strings.ReplaceAll(test.want, " ", "")
		if got := hex.EncodeToString(data); got != want && test.name != "odd" {
			t.Errorf("%s %v\ngot  %s\nwant %s", test.name, test.given, got, want)
		}
		if _, wrong := test.given["remaining"]; wrong {
			continue
		}
		parsed, err := typ.ParseAll(data)
		if err != nil {
			t.Errorf("%s %x: %v\n%s", test.name, data, err, typ.Dump(data, true, nil))
		} else if !reflect.DeepEqual(parsed, built) {
			t.Errorf("%s: built  %v\nparsed %v", test.name, built, parsed)
		}
		piecemeal(t, typ, data, built)
	}
}

// piecemeal lets a message arrive byte by byte: it is never complete before its end, and what it
// needs is never more than it has.
func piecemeal(t *testing.T, typ *message.Type, data []byte, want any) {
	t.Helper()
	closed := typ.Name != "odd" // which goes on to the end of the stream
	for n := range len(data) {
		_, _, err := typ.Parse(data[:n], false)
		short, ok := err.(*message.Short)
		if !ok || short.Need <= n || short.Need > len(data) && closed {
			t.Errorf("%s, %d of %d bytes: %v", typ.Name, n, len(data), err)
		}
	}
	more := append(append([]byte{}, data...), "more"...)
	if v, n, err := typ.Parse(more, false); closed && (err != nil || n != len(data) ||
		!reflect.DeepEqual(v, want)) {
		t.Errorf("%s with more behind it: %v, %d, %v", typ.Name, v, n, err)
	}
}

func hexOf(text string) string { return hex.EncodeToString([]byte(text)) }

func TestCompressedNames(t *testing.T) {
	types := set(t)
	data, _ := hex.DecodeString(strings.ReplaceAll("0001 8180 0001 0001 0000 0000"+
		"03777777 01 61 00 0001 0001 c00c 0005 0001 0000003c 0004 016d c010", " ", ""))
	got, err := types["dns"].ParseAll(data)
	if err != nil {
		t.Fatal(err)
	}
	answer := got["answers"].([]any)[0].(fields)
	if answer["name"] != "www.a" || answer["data"] != "m.a" {
		t.Errorf("got %v", answer)
	}
	framed := append([]byte{0, byte(len(data))}, data...)
	inner, err := types["dns_tcp"].ParseAll(framed)
	if err != nil || !reflect.DeepEqual(inner["message"], got) {
		t.Errorf("within a message: %v, %v", inner, err)
	}
	data[12+7+4+1] = 0x17 // a pointer to itself
	if _, err := types["dns"].ParseAll(data); err == nil ||
		!strings.Contains(err.Error(), "does not lead back") {
		t.Error(err)
	}
}

func TestBuildErrors(t *testing.T) {
	types := set(t)
	for _, test := range []struct {
		name, want string
		given      fields
	}{
		{"connect", "client_id: it must be given", fields{}},
		{"connect", "there is no field clinet_id; did you mean client_id?", fields{"clinet_id": "x"}},
		{"publish", "qos: 4 does not fit into 2 bits, which take 0 to 3",
			fields{"topic": "", "payload": "", "qos": 4}},
		{"publish", "id: it is given, but qos > 0 does not hold",
			fields{"topic": "", "payload": "", "id": 4}},
		{"connack", `code: "acepted" is none of its names; did you mean accepted?`,
			fields{"code": "acepted"}},
		{"dns", "questions[0].name: it must be given", fields{"questions": []any{fields{}}}},
		{"dns", `answers[0].data: "x" is no address of IPv4`, fields{"answers": []any{
			fields{"name": "a", "type": "A", "data": "x"}}}},
		{"request", "host: a list does not fit; it is text or bytes", fields{"command": "bind",
			"family": "domain", "host": []any{}}},
		{"request", "host: 300 does not fit into 8 bits, which take 0 to 255", fields{"command": "bind",
			"family": "domain", "host": strings.Repeat("x", 300)}},
		{"resp", `value: "\r\n" stands in it, which would end it`,
			fields{"kind": "simple", "value": "a\r\nb"}},
		{"resp", "value.data: it must be given", fields{"kind": "bulk"}},
	} {
		if _, _, err := types[test.name].Build(test.given); err == nil || err.Error() != test.want {
			t.Errorf("%s %v\ngot  %v\nwant %s", test.name, test.given, err, test.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	types := set(t)
	for _, test := range []struct {
		name, data, want string
		at               int
	}{
		{"connack", "30 02 00 00", "packet: it is 3, not 2", 0},
		{"connack", "20 03 00 00 00", "1 byte too many", 4},
		{"connack", "20 01 00", "code: it needs 1 byte, of which 0 are there", 3},
		{"connack", "20 80808080 01", "remaining: it has more than 4 bytes", 1},
		{"connack", "20 02 00 00 00", "1 byte too many", 4},
		{"connect", "10 0d 0004 4d515454 04 02 003c 0009 78",
			"client_id: it needs 9 bytes, of which 1 is there", 14},
		{"publish", "30 01", "remaining: it is 1, but 0 bytes follow", 1},
		{"greeting", "05 02 00", "methods[1]: it needs 1 byte, of which 0 are there", 3},
		{"request", "05 01 00 02", "host: there is no case for family = 2", 4},
		{"resp", hexOf("$3\r\nheyxx"), `value.end: it is "xx", not "\r\n"`, 7},
		{"resp", hexOf(":x\r\n"), `value: "x" is no whole number to base 10`, 1},
		{"resp", hexOf("*1\r\n?"), "value.items[0].value: there is no case for kind = 63", 5},
		{"resp", strings.Repeat(hexOf("*1\r\n"), 100), "nested more than 64 deep", -1},
	} {
		data, err := hex.DecodeString(strings.ReplaceAll(test.data, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		_, err = types[test.name].ParseAll(data)
		e, ok := err.(*message.Error)
		if !ok || !strings.HasSuffix(e.Error(), test.want) || test.at >= 0 && e.At != test.at {
			t.Errorf("%s %s\ngot  %v at %d\nwant %s at %d", test.name, test.data, err, at(e), test.want,
				test.at)
		}
	}
}

func at(e *message.Error) int {
	if e == nil {
		return -2
	}
	return e.At
}

func TestChecksum(t *testing.T) {
	odd := set(t)["odd"]
	data, _, err := odd.Build(fields{"text": "x", "inner": fields{"x": 1, "y": "z"}})
	if err != nil {
		t.Fatal(err)
	}
	for i := range data {
		bad := append([]byte{}, data...)
		bad[i] ^= 1
		if _, err := odd.ParseAll(bad); err == nil {
			t.Errorf("byte %d changed, and nothing is wrong:\n%s", i, odd.Dump(bad, true, nil))
		}
	}
}

func TestDump(t *testing.T) {
	types := set(t)
	got := types["connack"].Dump([]byte{0x20, 2, 3, 9}, true, func(path string) bool {
		return path == "code"
	})
	want := `connack, 4 bytes
  0000  20                       packet     2
  0000  20                       reserved   0
  0001  02                       remaining  2
> 0002  03                       unused     1  it is 1, not 0
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	items := make([]any, 200)
	for i := range items {
		items[i] = "none"
	}
	data, _, err := types["greeting"].Build(fields{"methods": items})
	if err != nil {
		t.Fatal(err)
	}
	got = types["greeting"].Dump(append(data, 7), true, func(path string) bool {
		return path == "methods[150]"
	})
	for _, line := range []string{"\n  … 92 more\n> 0098  00                       methods[150]  " +
		"\"none\"\n  … 49 more\n> 00ca  07 ", "1 byte too many\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("got\n%s\nwithout %q", got, line)
		}
	}
}
