package schema

import (
	"fmt"
	"strings"
	"testing"
)

// TestRowsAreBounded multiplies lists of ten values.
func TestRowsAreBounded(t *testing.T) {
	for names, want := range map[int]int{4: MostRows, 5: 0, 30: 0} {
		var text strings.Builder
		text.WriteString("actors: {a: [accept]}\nmatrix:\n")
		for i := range names {
			fmt.Fprintf(&text, "  n%d: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]\n", i)
		}
		doc, found := check(NewSource("x", []byte(text.String())))
		if len(doc.Rows) != want || (len(found) > 0) != (want == 0) {
			t.Errorf("%d names give %d rows: %s", names, len(doc.Rows), render(found))
		}
	}
}
