package expr

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"time"
)

// FuzzCompile looks for a source that makes the package panic or work without end, or that gives a
// place outside of itself.
func FuzzCompile(f *testing.F) {
	for _, name := range []string{"testdata/problems.txt", "testdata/explain.txt", "run_test.go"} {
		file, err := os.Open(name)
		if err != nil {
			f.Fatal(err)
		}
		lines := bufio.NewScanner(file)
		for lines.Scan() {
			if source, ok := strings.CutPrefix(lines.Text(), "> "); ok {
				f.Add(source)
			}
			for i, source := range strings.Split(lines.Text(), "`") {
				if i%2 == 1 {
					f.Add(source)
				}
			}
		}
		file.Close()
	}
	hasty := New(map[string]int{"EAGAIN": 11})
	hasty.limit = 50 * time.Millisecond
	names, env := scope(), values()
	f.Fuzz(func(t *testing.T, source string) {
		for _, want := range []Type{Bool, Any} {
			p, problems := hasty.Compile(source, names, want)
			if (p == nil) != (len(problems) > 0) {
				t.Fatalf("a program: %v, problems: %v", p != nil, problems)
			}
			for _, p := range problems {
				inside(t, source, p.From, p.To)
				if p.Summary == "" || strings.Contains(p.Summary+p.Detail, "interface {}") {
					t.Errorf("problem %q, %q", p.Summary, p.Detail)
				}
			}
			if p != nil {
				evaluate(t, p, source, env)
			}
		}
	})
}

func evaluate(t *testing.T, p *Program, source string, env map[string]any) {
	for _, r := range p.Refs() {
		inside(t, source, r.From, r.To)
	}
	v, err := p.Run(env)
	if err != nil {
		e, ok := err.(*Error)
		if !ok {
			t.Fatalf("%T: %v", err, err)
		}
		inside(t, source, e.From, e.To)
		if strings.Contains(err.Error(), "cannot be evaluated") {
			t.Errorf("an error without a reason")
		}
	}
	if len(Format(v, 100)) > 10000 {
		t.Error("a value was printed without bounds")
	}
	for _, part := range p.Explain(env) {
		inside(t, source, part.From, part.To)
	}
	p.Sides(env)
}

func inside(t *testing.T, source string, from, to int) {
	t.Helper()
	if from < 0 || to < from || to > len(source) {
		t.Fatalf("%d to %d is not in a source of %d bytes", from, to, len(source))
	}
}

// FuzzFormats gives the functions that parse what came from a peer any bytes. What is built of what
// they gave is read the same.
func FuzzFormats(f *testing.F) {
	for _, source := range formats {
		for i, text := range strings.Split(source, `"`) {
			if i%2 == 1 {
				f.Add([]byte(strings.NewReplacer(`\r`, "\r", `\n`, "\n").Replace(text)))
			}
		}
	}
	for _, source := range []string{
		`to_dns({questions: [{name: "a.example", type: "A"}], answers: [{name: "a.example", type: "A",
			address: "192.0.2.1"}, {type: "MX", exchange: "b.example"}, {type: "TXT", texts: ["x", "y"]}],
			additionals: [{type: "OPT", options: [{code: 1, data: "x"}]},
			{type: "SVCB", params: [{code: 1, data: "x"}]}]})`,
		`gzip("hello")`, `to_http_response({chunks: ["abc", "de"]})`,
	} {
		v, err := mustCompile(f, source).Run(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(v.([]byte))
	}
	parse := map[string]*Program{}
	for _, source := range []string{"json(data)", "gunzip(data)", "url(data)", "query_unescape(data)",
		"path_unescape(data)", "parse_time(data)", "http_request(data)", "http_response(data)",
		`http_response(data, "HEAD")`, "http_head(data)", "dns(data)"} {
		parse[source] = mustCompile(f, source)
	}
	again := map[string]*Program{
		"json(data)": mustCompile(f, "json(to_json(json(data))) == json(data)"),
		"dns(data)":  mustCompile(f, "dns(to_dns(dns(data))) == dns(data)"),
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		env := map[string]any{"data": data}
		for source, p := range parse {
			v, err := p.Run(env)
			if err != nil {
				if strings.Contains(err.Error(), "cannot be evaluated") {
					t.Errorf("%s: %v", source, err)
				}
				continue
			}
			if again[source] == nil || strings.Contains(Format(v, 0), "e+") {
				continue
			}
			if same, err := again[source].Run(env); same != true {
				t.Errorf("%s is %s, and built again %v, %v", source, Format(v, 500), same, err)
			}
		}
	})
}

func mustCompile(f *testing.F, source string) *Program {
	f.Helper()
	p, problems := language.Compile(source, Names{"data": Bytes}, Any)
	if p == nil {
		f.Fatal(source, describe(source, problems))
	}
	return p
}
