package schema

import (
	"fmt"
	"strings"
	"testing"
)

// TestRowsAreBounded multiplies lists of ten values. One row stands for too many.
func TestRowsAreBounded(t *testing.T) {
	for names, want := range map[int]int{4: MostRows, 5: 1, 30: 1} {
		var text strings.Builder
		text.WriteString("actors: {a: [accept]}\nmatrix:\n")
		for i := range names {
			fmt.Fprintf(&text, "  n%d: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n", i)
		}
		doc, found := check(NewSource("x", []byte(text.String())))
		if len(doc.Rows) != want || (len(found) > 0) != (want == 1) {
			t.Errorf("%d names give %d rows: %s", names, len(doc.Rows), render(found))
		}
	}
}
