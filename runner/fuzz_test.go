package runner_test

import (
	"os"
	"path/filepath"
	"testing"

	"netscene/runner"
	"netscene/schema"
)

// FuzzLoad compiles texts: an answer without panic, and every finding inside the file.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"../scenarios/*/*.yaml", "testdata/*/*.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			f.Fatal(pattern, err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		src := schema.NewSource("x.yaml", text)
		plan, found := runner.Load(src, runner.Vars{})
		if (plan == nil) != (len(found) > 0) {
			t.Errorf("plan %v with %d findings", plan != nil, len(found))
		}
		for _, d := range found {
			if d.Span.File != src.Name { // a file that it uses
				continue
			}
			for _, p := range []schema.Pos{d.Span.Start, d.Span.End} {
				if p.Line < 1 || p.Line > src.Lines() || src.Pos(src.Offset(p)) != p {
					t.Errorf("%s lies outside the file: %v", d.Summary, d.Span)
				}
			}
			if d.Summary == "" || len(d.Excerpt) == 0 {
				t.Errorf("an empty finding: %+v", d)
			}
		}
	})
}
