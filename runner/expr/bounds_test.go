package expr

import (
	"strings"
	"testing"
	"time"
)

// TestBounds has expressions that would take all memory or time if nothing stopped them.
func TestBounds(t *testing.T) {
	hasty := New(nil)
	hasty.limit = 100 * time.Millisecond
	for _, test := range []struct{ source, want string }{
		{`len(map(1..1000000, all(1..1000000, # > 0))) > 0`, "takes too long"},
		{`all(1..1000000, all(1..1000000, # > 0))`, "takes too long"},
		{`len(reduce(1..1000000, #acc + #acc, "ab")) > 0`, "o"},
		{`all(1..1000000, len(repeat("x", 1000000)) > 0)`, "too"},
		{`all(1..1000000, upper(repeat("x", 1000000)) != "")`, "too"},
		{`len(1..1000000000) > 0`, "has more than 1000000 elements"},
		{`len(-9223372036854775807..9223372036854775807) > 0`, "has more than 1000000 elements"},
		{`len(repeat("x", 100000000)) > 0`, "more than 67108864 bytes"},
		{`len(map(1..1000, 1..1000000)) > 0`, "too"},
		{`len(map(1..900000, #)) + len(map(1..900000, #)) > 0`, "too"},
		{`replace(repeat("x", 60000), "x", repeat("x", 60000)) == ""`, "more than 67108864"},
		{`reduce(1..1000000, concat(#acc, #acc), [1]) == 1`, "o"},
		{`reduce(1..1000000, [#acc, #acc], [1]) == [1]`, ""},
		{`all(1..1000000, repeat("ab", 100000 + #) matches "(a|b)*c" or # > 0)`, "too"},
		{`let a = repeat("x", 60000000); ` + strings.Repeat(`let b = a + "y"; `, 600) + `b == a`, "too"},
		{`reduce(1..1000, [#acc, #acc], [1]) == reduce(1..1000, [#acc, #acc], [2 - 1])`, "too large"},
		{`[[1]] in [reduce(1..1000, [#acc, #acc], [1])] or ` +
			`reduce(1..1000, [#acc, #acc], [1]) in [reduce(1..1000, [#acc, #acc], [1])]`, "too large"},
		{`uniq(map(1..1000000, # / 2)) == 1..3`, "too"},
		{`all(1..100000, repeat("a", 30000 + #) contains "b" or # > 0)`, "too"},
		{`all(1..100000, # in 100001..200000 or # > 0)`, "too"},
		{`let a = "GET / HTTP/1.1\r\n" + repeat("A: b\r\n", 10000) + "\r\n"; ` +
			`all(1..1000000, len(http_head(a)) > 0)`, "too"},
		{`let f = repeat("0i", 100000); all(1..1000000, calcsize(f) == 0)`, "too"},
	} {
		p, problems := hasty.Compile(test.source, scope(), Bool)
		if p == nil {
			t.Errorf("%.60s: %s", test.source, describe(test.source, problems))
			continue
		}
		start := time.Now()
		_, err := p.Run(values())
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%.60s: took %v", test.source, took)
		}
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%.60s: %v, want %s", test.source, err, test.want)
		}
	}
}

// TestLargeResult makes a value that is small in memory and endless when it is written down.
func TestLargeResult(t *testing.T) {
	p := compile(t, `reduce(1..1000, [#acc, #acc], [1])`, Any)
	if v, err := p.Run(values()); err == nil || len(Format(v, 100)) > 200 {
		t.Errorf("%T, %v", v, err)
	}
	v, err := compile(t, `reduce(1..20, [#acc, #acc], [1])`, Any).Run(values())
	if err != nil || len(Format(v, 100)) > 1000 {
		t.Errorf("%s, %v", Format(v, 100), err)
	}
}

func TestDeepSource(t *testing.T) {
	for _, source := range []string{
		strings.Repeat("(", 1_000_000), strings.Repeat("(", 16000),
		strings.Repeat("[", 16000), strings.Repeat("{a:", 5000),
		strings.Repeat("not ", 4000), strings.Repeat("-", 16000),
		strings.Repeat("1+", 8000) + "1", strings.Repeat("1**", 5000) + "1",
		strings.Repeat("a?", 8000), strings.Repeat("a?b:", 4000) + "c",
		strings.Repeat("!", 16000) + "eof", strings.Repeat("if eof {", 2000),
		strings.Repeat("eof ? ", 2500) + "1", strings.Repeat("x.", 8000) + "x",
		strings.Repeat("let a = ", 2000), strings.Repeat("all(1..2,", 1500),
		strings.Repeat("1<", 8000) + "1", strings.Repeat("1|a()|", 2000),
		strings.Repeat("#", 16000), strings.Repeat("1+", 2400) + "1",
		strings.Repeat("data+", 2400) + "data", strings.Repeat("size<", 1600) + "5",
		strings.Repeat("a ?? ", 3000) + "b", "1" + strings.Repeat(" ? 1", 4000),
		strings.Repeat(`"a"+`, 900) + `"a" == data`,
		strings.Repeat("sizes[", 99) + "0" + strings.Repeat("]", 99),
		strings.Repeat("if eof {1} else ", 1000) + "{1}",
		strings.Repeat("not ", 900) + "eof",
	} {
		start := time.Now()
		p, problems := language.Compile(source, scope(), Any)
		if p != nil {
			_, _ = p.Run(values())
			p.Explain(values())
		} else if len(problems) == 0 {
			t.Errorf("%.30s: neither a program nor a problem", source)
		}
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%.30s: took %v", source, took)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	names := scope()
	b.ReportAllocs()
	for b.Loop() {
		if p, _ := language.Compile(`data == vars.greeting`, names, Bool); p == nil {
			b.Fatal("does not compile")
		}
	}
}

func BenchmarkRun(b *testing.B) {
	p, _ := language.Compile(`data == vars.greeting`, scope(), Bool)
	env := values()
	b.ReportAllocs()
	for b.Loop() {
		if v, err := p.Run(env); v != true {
			b.Fatal(v, err)
		}
	}
}

func BenchmarkExplain(b *testing.B) {
	p, _ := language.Compile(`size == 8 and data == vars.greeting`, scope(), Bool)
	env := values()
	for b.Loop() {
		if len(p.Explain(env)) == 0 {
			b.Fatal("no parts")
		}
	}
}
