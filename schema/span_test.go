package schema

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPosAndOffsetAreInverse(t *testing.T) {
	src := NewSource("x", []byte("\xef\xbb\xbfaé世🙂\r\n\n"+strings.Repeat("世界 a", 500)+"\nlast"))
	for at := 0; at < len(src.Text); at++ {
		if !utf8.RuneStart(src.Text[at]) {
			continue
		}
		line := strings.Count(string(src.Text[:at]), "\n") + 1
		column := utf8.RuneCount(src.Text[strings.LastIndex(string(src.Text[:at]), "\n")+1:at]) + 1
		pos := src.Pos(at)
		if pos != (Pos{line, column}) {
			t.Fatalf("offset %d is at %v, want %d:%d", at, pos, line, column)
		}
		if back := src.Offset(pos); back != at {
			t.Fatalf("offset %d is at %v, which is offset %d", at, pos, back)
		}
	}
	if src.Offset(Pos{9, 9}) != len(src.Text) || src.Offset(Pos{2, 7}) != 11+1 {
		t.Error("places outside the text have no nearest end", src.Offset(Pos{2, 7}))
	}
}

// TestPlaces marks parts of expressions with words that are there once, and looks where Place
// says that they are.
func TestPlaces(t *testing.T) {
	text := `vars: {é: 1}
actors:
  a:
    - send: é $(alpha.one) "x" $(bravo.two)
    - send: 'it''s 世 $(charlie.three("a"))'
    - send: "tab\té\u00e9\x41 \"$(delta.four + \"echo\")"
    - send: {data: "$(foxtrot(1, 2))", flags: $(golf)}
    - recv: 3
      expect: size == hotel and india
      check:
        - "juliet == \"kilo\" and lima"
        - 'mike == ''november'' and oscar'
        - |
          papa
          and quebec
        - >-
          romeo and
          sierra

          and tango
        - uniform and
          victor
      when: "whiskey and \
        xray"
`
	for _, ending := range []string{"\n", "\r\n"} {
		src := NewSource("x", []byte(strings.ReplaceAll(text, "\n", ending)))
		doc, list := Parse(src, nil)
		if doc == nil || len(list) != 1 { // é is no name
			t.Fatal(render(list))
		}
		words := 0
		for _, step := range doc.Actors[0].Steps {
			for _, e := range exprsOf(step) {
				words += checkPlaces(t, src, e)
			}
		}
		if want := 24; words != want {
			t.Errorf("%d words were found in expressions, not %d", words, want)
		}
	}
}

func exprsOf(step *Step) []*Expr {
	list := append(append([]*Expr{}, step.Expect...), step.Check...)
	if step.When != nil {
		list = append(list, step.When)
	}
	walk(step.Args, func(n *Node) {
		for _, piece := range n.Text {
			if piece.Expr != nil {
				list = append(list, piece.Expr)
			}
		}
	})
	return list
}

func checkPlaces(t *testing.T, src *Source, e *Expr) (words int) {
	names := "alpha bravo charlie delta echo foxtrot golf hotel india juliet kilo lima mike " +
		"november oscar papa quebec romeo sierra tango uniform victor whiskey xray"
	for _, word := range strings.Fields(names) {
		from := strings.Index(e.Source, word)
		if from < 0 {
			continue
		}
		words++
		span := e.Place(from, from+len(word))
		got := string(src.Text[src.Offset(span.Start):src.Offset(span.End)])
		if got != word {
			t.Errorf("%s in %q is said to be %q at %v", word, e.Source, got, span)
		}
	}
	return words
}
