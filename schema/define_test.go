package schema

import (
	"fmt"
	"strings"
	"testing"
)

// TestDefinitionsAreBounded reads definitions that use each other twice: each doubles the steps.
func TestDefinitionsAreBounded(t *testing.T) {
	var text strings.Builder
	text.WriteString("define:\n  d0: [accept]\n")
	for i := range 40 {
		fmt.Fprintf(&text, "  d%d: [d%d, {d%d: , as: again}]\n", i+1, i, i)
	}
	text.WriteString("actors:\n  a:\n    - d40\n")
	_, found := check(NewSource("x", []byte(text.String())))
	if len(found) != 1 || !strings.Contains(found[0].Summary, "more than 100000 steps") {
		t.Error(render(found))
	}
}

// TestUseBelongsToItsStep reads a definition twice: its steps are different ones, of different
// actors.
func TestUseBelongsToItsStep(t *testing.T) {
	doc, found := check(NewSource("x", []byte("define:\n  d: [accept]\nactors:\n  a: [d]\n  b: [d]\n")))
	if len(found) > 0 {
		t.Fatal(render(found))
	}
	first, second := doc.Actors[0].Steps[0].Bodies[0][0], doc.Actors[1].Steps[0].Bodies[0][0]
	if first == second || first.Actor != "a" || second.Actor != "b" {
		t.Errorf("%+v and %+v", first, second)
	}
}
