package schema

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		f.Fatal("no test data", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte(whole1))
	f.Fuzz(func(t *testing.T, text []byte) {
		src := NewSource("x", text)
		doc, list := check(src)
		if doc == nil && len(list) == 0 {
			t.Error("neither a document nor a finding")
		}
		for _, d := range list {
			inside(t, src, d.Span)
			if d.Summary == "" || len(d.Excerpt) == 0 {
				t.Errorf("an empty finding: %+v", d)
			}
			for _, note := range d.Notes {
				inside(t, src, note.Span)
			}
			Render(io.Discard, d, Style{})
		}
		if doc == nil {
			return
		}
		for _, actor := range doc.Actors {
			inside(t, src, actor.Name.Span)
			insideSteps(t, src, actor.Steps)
		}
		ParseVars(src)
	})
}

// insideSteps checks the spans of steps, and fills their expressions.
func insideSteps(t *testing.T, src *Source, steps []*Step) {
	for _, step := range steps {
		inside(t, src, step.Span)
		inside(t, src, step.Word.Span)
		walk(step.Args, func(n *Node) { inside(t, src, n.Span) })
		for _, e := range exprsOf(step) {
			for from := range len(e.Source) {
				inside(t, src, e.Place(from, from+1))
			}
		}
		filled, err := step.Args.Fill(func(e *Expr) (any, error) { return e.Source, nil })
		if err != nil {
			t.Error(err)
		}
		DecodeValue(filled, &Field{Name: "f", Kind: Bytes})
		DecodeValue(filled, &Field{Name: "f", Kind: Any})
		for _, body := range step.Bodies {
			insideSteps(t, src, body)
		}
	}
}

func inside(t *testing.T, src *Source, span Span) {
	t.Helper()
	if span.File != src.Name { // a file that it uses
		return
	}
	for _, p := range []Pos{span.Start, span.End} {
		if p.Line < 1 || p.Line > src.Lines() || p.Column < 1 || src.Pos(src.Offset(p)) != p {
			t.Errorf("%v to %v lies outside the file", span, span.End)
		}
	}
	if span.End.before(span.Start) {
		t.Errorf("%v ends at %v, before it starts", span, span.End)
	}
}

func FuzzParseDuration(f *testing.F) {
	for _, text := range []string{"1s", "-1s", "1.5", "1h1m", "99999999999", "1e9", " 5 ms"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if d, err := ParseDuration(text); d < 0 || err != nil && d != 0 {
			t.Errorf("%q gives %v, %v", text, d, err)
		}
	})
}

func FuzzParseSize(f *testing.F) {
	for _, text := range []string{"1", "-1", "64 KiB", "1.5MiB", "9999999999999999999", "1 XB"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if n, err := ParseSize(text); n < 0 || err != nil && n != 0 {
			t.Errorf("%q gives %d, %v", text, n, err)
		}
	})
}

func FuzzParseVar(f *testing.F) {
	for _, text := range []string{"1", "010", ".inf", "0x", "1e999", "yes", "0b_"} {
		f.Add(text, uint8(0))
	}
	f.Fuzz(func(t *testing.T, text string, kind uint8) {
		v, err := ParseVar(text, Kind(kind%uint8(Steps)))
		if err != nil {
			return
		}
		if _, ok := v.(*Expr); ok || v == nil {
			return
		}
		fields := []Field{{Name: "value", Kind: Any}}
		b, err := EncodeJSON(fields, map[string]any{"value": v})
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if _, err := DecodeJSON(fields, b); err != nil {
			t.Fatalf("%q: %s: %v", text, b, err)
		}
	})
}
