package expr

import (
	"fmt"
	"strings"
)

// The shape of a diff of lists and maps.
const (
	maxParts  = 10 // that differ
	partWidth = 32 // characters of a value
)

// unequal is a part in which two values differ.
type unequal struct {
	path      string
	want, got string
}

// diffParts shows which parts of two lists or maps differ.
func diffParts(want, got any) string {
	var found []unequal
	n := 0
	differences("", want, got, func(u unequal) {
		if n++; n <= maxParts {
			found = append(found, u)
		}
	})
	if n == 0 {
		return ""
	}
	wide, broad := len("part"), len("want")
	for _, u := range found {
		wide, broad = max(wide, len(u.path)), max(broad, len([]rune(u.want)))
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%-*s  %-*s  %s\n", wide, "part", broad, "want", "got")
	for _, u := range found {
		fmt.Fprintf(&out, "%-*s  %-*s  %s\n", wide, u.path, broad, u.want, u.got)
	}
	if n > maxParts {
		fmt.Fprintf(&out, "… %d more\n", n-maxParts)
	}
	return out.String()
}

// differences finds the smallest parts that differ.
func differences(path string, want, got any, tell func(unequal)) {
	if same, err := equal(want, got); err == nil && same {
		return
	}
	a, isMap := want.(map[string]any)
	b, bothMaps := got.(map[string]any)
	if isMap && bothMaps {
		all := make(map[string]any, len(a))
		for _, m := range []map[string]any{a, b} {
			for name := range m {
				all[name] = nil
			}
		}
		for _, name := range sortedKeys(all) {
			differences(strings.TrimPrefix(path+"."+name, "."), part(a, name), part(b, name), tell)
		}
		return
	}
	x, isList := want.([]any)
	y, bothLists := got.([]any)
	if isList && bothLists {
		for i := range max(len(x), len(y)) {
			differences(fmt.Sprintf("%s[%d]", path, i), item(x, i), item(y, i), tell)
		}
		return
	}
	if path == "" {
		path = "all of it"
	}
	tell(unequal{path, brief(want), brief(got)})
}

// nothing stands for a part that is not there.
type nothing struct{}

func part(m map[string]any, name string) any {
	if v, ok := m[name]; ok {
		return v
	}
	return nothing{}
}

func item(list []any, i int) any {
	if i < len(list) {
		return list[i]
	}
	return nothing{}
}

func brief(v any) string {
	if _, absent := v.(nothing); absent {
		return "–"
	}
	return shorten(Format(v, partWidth), partWidth+16)
}
