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

// shown says whether an example of a section uses a word as a key, or where it stands alone.
func shown(text, word string) bool {
	form := regexp.MustCompile(`(^|[\s{.])` + regexp.QuoteMeta(word) + `(:|\s|$)`)
	return slices.ContainsFunc(exampleForm.FindAllString(text, -1), form.MatchString)
}

// undescribed gives the words that a section does not mention, or shows in no example.
func undescribed(text string, words []string, examples bool) []string {
	var missing []string
	for _, word := range words {
		if !slices.Contains(mentioned(text), word) || examples && !shown(text, word) {
			missing = append(missing, word)
		}
	}
	return missing
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
	var words []string
	for _, shape := range Words() {
		words = append(words, shape.Name)
		if shape.Main == "" {
			words = append(words, names(shape.Params)...)
		}
	}
	keys := slices.DeleteFunc(keyNames(), func(key string) bool { return key == "steps" })
	for _, test := range []struct {
		section  string
		words    []string
		examples bool
	}{
		{"Keys", keyNames(), false},
		{"Keys", keys, true}, // no scenario has steps beside actors with steps
		{"Keys", varKinds, false},
		{"Modifiers", modifiers, true},
		{"Flow words", words, true},
		{"Data", dataKeys, true},
		{"Times and sizes", units, false},
		{"Results", reservedWords, false},
	} {
		text := section(string(page), test.section)
		if missing := undescribed(text, test.words, test.examples); len(missing) > 0 {
			t.Errorf("the section %s does not describe %q", test.section, missing)
		}
		if missing := undescribed(text, []string{"nonesuch"}, false); len(missing) != 1 {
			t.Errorf("the section %s seems to describe what nobody knows", test.section)
		}
	}
}
