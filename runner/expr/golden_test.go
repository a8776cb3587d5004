package expr

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden runs every expression of a file, which stands there as a line that starts with "> ", and
// compares what comes out with the lines that follow it.
func golden(t *testing.T, name string, show func(source string) string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var after strings.Builder
	for line := range strings.Lines(string(before)) {
		source, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "> ")
		switch {
		case ok:
			fmt.Fprintf(&after, "> %s\n%s\n", source, strings.TrimRight(show(source), "\n"))
		case strings.HasPrefix(line, "#"):
			after.WriteString(line)
		}
	}
	if *update {
		if err := os.WriteFile(path, []byte(after.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if after.String() == string(before) {
		return
	}
	t.Errorf("%s has changed (go test -update rewrites it)", path)
	want, got := strings.Split(string(before), "\n"), strings.Split(after.String(), "\n")
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			t.Fatalf("line %d:\nwant %s\ngot  %s", i+1, want[i], got[i])
		}
	}
}

// TestProblems shows what is said about expressions that are wrong.
func TestProblems(t *testing.T) {
	golden(t, "problems.txt", func(source string) string {
		p, problems := language.Compile(source, scope(), Bool)
		if p != nil {
			t.Errorf("%s: no problem was found", source)
		}
		var out strings.Builder
		for _, p := range problems {
			if p.From < 0 || p.To < p.From || p.To > len(source) {
				t.Fatalf("%s: the problem is at %d to %d", source, p.From, p.To)
			}
			fmt.Fprintf(&out, "  at %q: %s\n", source[p.From:p.To], p.Summary)
			if p.Detail != "" {
				fmt.Fprintf(&out, "    %s\n", p.Detail)
			}
		}
		return out.String()
	})
}

// TestExplain shows the parts of expectations that are false or fail.
func TestExplain(t *testing.T) {
	golden(t, "explain.txt", func(source string) string {
		p := compile(t, source, Bool)
		var out strings.Builder
		v, err := p.Run(values())
		if err != nil {
			fmt.Fprintf(&out, "  error: %v\n", err)
		} else if v != false {
			t.Errorf("%s: is %v", source, v)
		}
		for _, part := range p.Explain(values()) {
			if !strings.HasPrefix(part.Text, "#index") && part.Text != "#" &&
				part.Text != source[part.From:part.To] {
				t.Errorf("%s: the part %s is at %q", source, part.Text, source[part.From:part.To])
			}
			fmt.Fprintf(&out, "  %s = %s\n", part.Text, Format(part.Value, 40))
		}
		if left, right, ok := p.Sides(values()); ok {
			fmt.Fprintf(&out, "  sides: %s, %s\n", Format(left, 40), Format(right, 40))
		}
		return out.String()
	})
}

// TestDiff shows the differences of values; the lines hold a list of two.
func TestDiff(t *testing.T) {
	golden(t, "diff.txt", func(source string) string {
		pair := run(t, source).([]any)
		return Diff(pair[0], pair[1])
	})
}

// TestFunctions keeps the reference: every function with what is said about it.
func TestFunctions(t *testing.T) {
	names := Names{"data": Bytes, "sent": Bytes, "port": Int, "elapsed": Duration, "flags": Int,
		"sizes": List(Int), "ports": List(Int), "lines": List(String), "names": List(String)}
	before := ""
	for _, f := range language.Functions() {
		if f.Name <= before || f.Doc == "" || !strings.HasPrefix(f.Signature, f.Name+"(") ||
			!strings.Contains(f.Example, f.Name+"(") {
			t.Errorf("%s is not described, or not in its place: %+v", f.Name, f)
		}
		before = f.Name
		if p, problems := language.Compile(f.Example, names, Any); p == nil {
			t.Errorf("example %s: %s", f.Example, describe(f.Example, problems))
		}
	}
}
