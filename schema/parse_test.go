package schema

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const whole1 = `name: A title
about: More.
tags: [a, b]
requires: ipv6
vars:
  n: 3
  must: {required: int}
timeout: 2.5
open: true
netscene: 1
actors:
  extra: {}
steps:
  - a.socket
  - b.recv: {size: 3}
    as: got
    on: a.socket
    expect: size == 3
    check: [eof, size > 0]
    fails: [ECONNRESET, reset]
    within: 2s
    when: vars.n == 3
    after: [a.socket, {parked: b.recv}]
    name: for people
  - a.repeat:
      times: 2
      steps:
        - recv: 1
        - close
    as: loop
`

func TestParse(t *testing.T) {
	doc, list := Parse(NewSource("dir/file.yaml", []byte(whole1)), nil)
	if len(list) > 0 {
		t.Fatal(render(list))
	}
	if doc.Name != "A title" || doc.About != "More." || len(doc.Tags) != 2 || !doc.Open ||
		!doc.Story || doc.Requires[0].Text != "ipv6" || doc.Timeout != 2500*time.Millisecond {
		t.Errorf("%+v", doc)
	}
	if v := doc.Vars; len(v) != 2 || v[0].Value != 3 || !v[1].Required || v[1].Kind != Int {
		t.Errorf("%+v", v)
	}
	if len(doc.Actors) != 3 || len(doc.Actors[1].Steps) != 2 || len(doc.Steps) != 3 {
		t.Fatalf("%+v", doc.Actors)
	}
	s := doc.Steps[1]
	if s.Actor != "b" || s.Word.Text != "recv" || s.Order != 1 || s.As.Text != "got" ||
		s.On.Value != "a.socket" || s.Expect[0].Source != "size == 3" || len(s.Check) != 2 ||
		s.Fails[1].Text != "reset" || s.Within.Value != "2s" || s.When.Source != "vars.n == 3" ||
		len(s.After) != 2 || !s.After[1].Parked || s.After[1].Step.Text != "b.recv" ||
		s.Name != "for people" {
		t.Errorf("%+v", s)
	}
	loop := doc.Steps[2]
	if body := loop.Bodies[0]; len(body) != 2 || body[0].Order != -1 || body[0].Actor != "a" {
		t.Errorf("%+v", loop)
	}
	if doc, _ := Parse(NewSource("dir/file.yaml", []byte("steps: [a.x]")), nil); doc.Name != "file" {
		t.Error(doc.Name)
	}
}

func TestAliases(t *testing.T) {
	text := "vars:\n  a: &a [1, &b {c: x}]\n  d: [*a, *b]\nsteps: [a.x]\n"
	doc, list := Parse(NewSource("x", []byte(text)), nil)
	if len(list) > 0 {
		t.Fatal(render(list))
	}
	if got := doc.Vars[1].Value.([]any); len(got) != 2 || got[1].(map[string]any)["c"] != "x" {
		t.Errorf("%#v", got)
	}
}

// TestBounds reads texts made to take long or much memory. Each must be answered, and quickly
// enough that the test does not run into the time limit of all tests.
func TestBounds(t *testing.T) {
	bomb := "vars:\n  a0: &a0 [x, x]\n"
	for i := 1; i < 40; i++ {
		bomb += fmt.Sprintf("  a%d: &a%d [*a%d, *a%d]\n", i, i, i-1, i-1)
	}
	half := MaxFile / 8
	for name, text := range map[string]string{
		"aliases":     bomb + "steps: [a.x]\n",
		"cycle":       "a: &a [*a]\nsteps: [a.x]\n",
		"brackets":    strings.Repeat("[", half),
		"braces":      strings.Repeat("{a: ", half/4),
		"dashes":      strings.Repeat("- ", half/2),
		"unknown":     strings.Repeat("steps:\n - a\n", 3000),
		"comments":    strings.Repeat("#\n", half/2),
		"long line":   "steps: [" + strings.Repeat("é, ", half/16) + "]",
		"long word":   "steps: [" + strings.Repeat("x", half) + "]",
		"many errors": "steps:\n" + strings.Repeat("  - {a.recv: 1, expekt: 2}\n", 8000),
		"parentheses": "steps: [a.send: $" + strings.Repeat("(", half) + "]",
		"dollars":     "steps:\n  - a.send: " + strings.Repeat("$(", half/4) + "\n",
		"quotes":      strings.Repeat("a: \"b\n", 20000),
		"nested": "steps:\n" + strings.Repeat(" ", 10) + "- a.repeat: " +
			strings.Repeat("{steps: [repeat: ", 5000),
	} {
		t.Run(name, func(t *testing.T) {
			if _, list := check(NewSource("x", []byte(text))); len(list) == 0 {
				t.Error("nothing was found wrong")
			} else if out := render(list[:1]); len(out) > 5000 {
				t.Errorf("a finding takes %d bytes", len(out))
			}
		})
	}
}

func TestRead(t *testing.T) {
	dir := t.TempDir()
	large := filepath.Join(dir, "large")
	if err := os.WriteFile(large, make([]byte, MaxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{dir: "directory",
		filepath.Join(dir, "none"): "no such file",
		large:                      "4194305 bytes; the limit for a scenario is 4194304", os.DevNull: "not a regular file"} {
		src, list := Read(name, nil)
		if src != nil || len(list) != 1 || !strings.Contains(list[0].Summary, want) {
			t.Errorf("%s: %s", name, render(list))
		}
	}
	src, list := Read("-", strings.NewReader("steps: [a.x]"))
	if src == nil || src.Name != "<stdin>" || len(list) > 0 {
		t.Error(src, list)
	}
}

func TestRender(t *testing.T) {
	d := Diagnostic{
		Span: Span{File: "a\x1b.yaml", Start: Pos{12, 3}, End: Pos{12, 5}}, Summary: "bad\x1b[31m",
		Detail: "one\ntwo", Mended: "m", Body: "b\n\nc\x07", Excerpt: []Line{{12, "\t世\x1b界\u202e"}},
		Values: []Value{{"data", "b\"\x1b\""}},
		Notes:  []Note{{Span{File: "n", Start: Pos{1, 2}}, "here"}},
	}
	want := `a\x1b.yaml:12:3: bad\x1b[31m
  12 |     世\x1b界\u202e
     |       ^^^^^^
     = data: b"\x1b"
  hint: one
        two
  write: m
  b

  c\x07
  see n:1:2: here
`
	if got := render(Diagnostics{d}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	var out bytes.Buffer
	Render(&out, d, Style{Color: true})
	plain := out.String()
	for _, color := range []string{colorBold, colorRed, colorDim, colorCyan, colorGreen, colorReset} {
		if !strings.Contains(plain, color) {
			t.Errorf("%q is not used", color)
		}
		plain = strings.ReplaceAll(plain, color, "")
	}
	if plain != want {
		t.Errorf("with colours got\n%s", plain)
	}
}
