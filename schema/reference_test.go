package schema

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// section gives the part of a page under a heading; "" when there is none.
func section(page, title string) string {
	_, rest, _ := strings.Cut(page, "\n## "+title+"\n")
	text, _, _ := strings.Cut(rest, "\n## ")
	return text
}

var (
	codeForm    = regexp.MustCompile("`([^`]+)`")
	exampleForm = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$")
)

// mentioned gives what the prose of a section has in code marks.
func mentioned(text string) []string {
	var words []string
	for _, m := range codeForm.FindAllStringSubmatch(exampleForm.ReplaceAllString(text, ""), -1) {
		words = append(words, m[1])
	}
	return words
}

// entries gives what has a row of its own in the tables of a section.
func entries(text string) []string {
	var words []string
	for line := range strings.Lines(text) {
		if cell, ok := strings.CutPrefix(line, "| "); ok {
			cell, _, _ = strings.Cut(cell, " | ")
			words = append(words, mentioned(cell)...)
		}
	}
	return words
}

// shown says whether an example of a section uses a word as a key, or where it stands alone.
func shown(text, word string) bool {
	form := regexp.MustCompile(`(^|[\s{.])` + regexp.QuoteMeta(word) + `(:|\s|$)`)
	return slices.ContainsFunc(exampleForm.FindAllString(text, -1), form.MatchString)
}

// without gives the words that are not among those found.
func without(words, found []string) []string {
	return slices.DeleteFunc(slices.Clone(words), func(word string) bool {
		return slices.Contains(found, word)
	})
}

// TestReference compares README.md with what the grammar knows.
func TestReference(t *testing.T) {
	page, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	units := []string{"ns", "us", "ms", "s", "m", "h"}
	for unit := range sizeUnits {
		if unit != "" {
			units = append(units, unit)
		}
	}
	var words, params []string
	for _, shape := range Words() {
		if words = append(words, shape.Name); shape.Main == "" {
			params = append(params, names(shape.Params)...)
		}
	}
	// No scenario has steps beside actors that have steps.
	shownKeys := without(keyNames(), []string{"steps"})
	for _, test := range []struct {
		section                  string
		entries, examples, words []string // with a row, shown in an example, named at all
	}{
		{"Keys", keyNames(), shownKeys, varKinds},
		{"Actors and stories", names(actorKeys), names(actorKeys), nil},
		{"Definitions", names(definitionKeys), names(definitionKeys), nil},
		{"Modifiers", modifiers, modifiers, nil},
		{"Flow words", words, slices.Concat(words, params), params},
		{"Data", dataKeys, dataKeys, nil},
		{"Times and sizes", nil, nil, units},
		{"Results", nil, nil, reservedWords},
	} {
		text := section(string(page), test.section)
		if missing := without(test.entries, entries(text)); len(missing) > 0 {
			t.Errorf("the section %s has no row for %q", test.section, missing)
		}
		if missing := without(test.words, mentioned(text)); len(missing) > 0 {
			t.Errorf("the section %s does not name %q", test.section, missing)
		}
		for _, word := range test.examples {
			if !shown(text, word) {
				t.Errorf("the section %s has no example with %s", test.section, word)
			}
		}
	}
}
