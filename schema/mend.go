package schema

import (
	"bytes"
	"regexp"
	"slices"
	"sort"
	"strings"
)

// edit replaces a part of a line.
type edit struct {
	from, to int
	text     string
}

// mend is a mistake that makes text no YAML, and how its line may have been meant.
type mend struct {
	summary, detail string
	find            func(src *Source, n int, line string) []edit
}

var (
	address    = regexp.MustCompile(`\[[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[A-Za-z0-9_.-]+)?\](:[0-9]+)?`)
	reserved   = regexp.MustCompile("(?:^|[:\\-,{\\[] +)([@`%][^\\s,}\\]]*)")
	noSpace    = regexp.MustCompile(`^(?:\s*- +|\s*)[A-Za-z_][\w.]*(:)[^\s:]`)
	keyed      = regexp.MustCompile(`^\s*(?:- +)*(?:[A-Za-z_][\w.]*: +|- +)`)
	indenting  = regexp.MustCompile(`^ *\t[ \t]*`)
	braced     = regexp.MustCompile(`\$\{([^{}]*)\}`)
	bang       = regexp.MustCompile(`(expect|check|when|until): +!\s*`)
	firstKey   = regexp.MustCompile(`^[A-Za-z_][\w.]*`)
	openQuote  = regexp.MustCompile(`(?:[:\-,{\[] +)(["'])`)
	unfinished = regexp.MustCompile(`[:{,] *[A-Za-z_]\w*(:)[^\s:/\[]`)
)

// unclosedQuote is tried first, on all lines.
var unclosedQuote = mend{"a quote is not closed", "", closeQuote}

// stepColons are tried next, on the line where YAML stumbles and the one above it: what stands
// below a step without a colon has no key to belong to.
var stepColons = []mend{
	{"a step with modifiers needs a colon after its action", "",
		insert(`^\s*- +[A-Za-z_][\w.]*(\s*)$`, ":")},
	{"a space is missing after the colon", "", insert(`^\s*- +[A-Za-z_][\w.]*(:)[^\s:]`, ": ")},
	{"a colon is missing after the action", "", insert(`^\s*- +[A-Za-z_][\w.]*( +)[^\s:#]`, ": ")},
}

// dash is tried next, on the lines above.
var dash = mend{"a step starts with -", "", startStep}

// keyColon is tried next, on all lines: YAML reads a list below a word on as the word's own text.
var keyColon = mend{"a colon is missing after the name", "", endKey}

// insert makes a function that replaces the group of a pattern.
func insert(pattern, text string) func(*Source, int, string) []edit {
	form := regexp.MustCompile(pattern)
	return func(_ *Source, _ int, line string) []edit {
		at := form.FindStringSubmatchIndex(line)
		if at == nil {
			return nil
		}
		return []edit{{at[2], at[3], text}}
	}
}

// startStep puts a dash in front of a line that stands where the dashes of the steps above it do. A
// modifier is rather indented wrongly.
func startStep(src *Source, n int, line string) []edit {
	have := indentation(line)
	word := firstKey.FindString(line[have:])
	if word == "" || slices.Contains(modifiers, word) {
		return nil
	}
	for above := n - 1; above >= 1; above-- {
		text := src.Line(above)
		if place := indentation(text); place > have || strings.TrimSpace(text) == "" {
			continue
		}
		if strings.HasPrefix(text[indentation(text):], "- ") && indentation(text) == have {
			return []edit{{have, have, "- "}}
		}
		return nil
	}
	return nil
}

// endKey puts a colon behind a lone word that has a list or a mapping below it.
func endKey(src *Source, n int, line string) []edit {
	text := strings.TrimRight(line, " \t")
	below := src.Line(n + 1)
	if !Identifier(text[indentation(text):]) || strings.TrimSpace(below) == "" {
		return nil
	}
	item := strings.HasPrefix(below[indentation(below):], "- ")
	if deep := indentation(below) - indentation(text); deep > 0 || deep == 0 && item {
		return []edit{{len(text), len(line), ":"}}
	}
	return nil
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// mends are tried in this order.
var mends = []mend{
	{"a tab in the indentation", "YAML is indented with spaces", tabs},
	{"an address in brackets is a list in YAML", "quote it", addresses},
	{"an expression is written $(…)", "", braces},
	{"an expression with YAML's own characters in it is not quoted",
		"quote an expression that holds a comma, brackets, braces, \": \" or \" #\"", expressions},
	{"an item of a list with YAML's own characters in it is not quoted",
		"quote an item that holds a comma, brackets, braces, \": \" or \" #\"", items},
	{"YAML reads ! as the start of a tag", "a negation is written not", negation},
	{"text that starts with @, % or ` is not quoted", "quote it", signs},
	{"a space is missing after the colon", "", spaces},
	{"a bracket is not closed", "", closeBracket},
	{"text with YAML's own characters in it is not quoted",
		"quote text that holds \": \" or \" #\" or starts with a quote, a bracket or a sign", value},
	{"the line is indented otherwise than its neighbours", "", reindent},
}

// tabs writes the tabs of an indentation as spaces, in all usual widths.
func tabs(_ *Source, _ int, line string) []edit {
	found := indenting.FindString(line)
	if found == "" {
		return nil
	}
	var edits []edit
	for _, width := range []string{"  ", "    ", "      ", "        "} {
		edits = append(edits, edit{0, len(found), strings.ReplaceAll(found, "\t", width)})
	}
	return edits
}

// addresses quotes what looks like [::1]:80.
func addresses(_ *Source, _ int, line string) []edit {
	return quoteEach(line, address.FindAllStringIndex(line, -1))
}

// braces writes ${x} as $(x).
func braces(_ *Source, _ int, line string) []edit {
	at := braced.FindStringSubmatchIndex(line)
	if at == nil {
		return nil
	}
	return []edit{{at[0], at[1], "$(" + line[at[2]:at[3]] + ")"}}
}

// negation writes ! in front of an expression as not.
func negation(_ *Source, _ int, line string) []edit {
	at := bang.FindStringIndex(line)
	if at == nil {
		return nil
	}
	from := strings.IndexByte(line[at[0]:], '!') + at[0]
	return []edit{{from, at[1], "not "}}
}

// signs quotes values that start with a sign that YAML reserves.
func signs(_ *Source, _ int, line string) []edit {
	var places [][]int
	for _, at := range reserved.FindAllStringSubmatchIndex(line, -1) {
		places = append(places, at[2:4])
	}
	return quoteEach(line, places)
}

// spaces puts a space behind the colon of a key.
func spaces(_ *Source, _ int, line string) []edit {
	var edits []edit
	for _, at := range [][]int{noSpace.FindStringSubmatchIndex(line),
		unfinished.FindStringSubmatchIndex(line)} {
		if at != nil {
			edits = append(edits, edit{at[2], at[3], ": "})
		}
	}
	return edits
}

func quoteEach(line string, places [][]int) []edit {
	var edits []edit
	for _, at := range places {
		edits = append(edits, edit{at[0], at[1], quoted(line[at[0]:at[1]])})
	}
	return edits
}

// expressions quotes each $(…) of a line that is not inside quotes.
func expressions(_ *Source, _ int, line string) []edit {
	var edits []edit
	for at := 0; at < len(line); {
		from := strings.Index(line[at:], "$(")
		if from < 0 {
			break
		}
		from += at
		end := closing(line, from+1)
		if end < 0 {
			break
		}
		if from == 0 || line[from-1] != '"' && line[from-1] != '\'' {
			edits = append(edits, edit{from, end, quoted(line[from:end])})
		}
		at = end
	}
	return edits
}

// items quotes the items of a list in flow style that go on in brackets or braces.
func items(_ *Source, _ int, line string) []edit {
	at := keyed.FindStringIndex(line)
	text := strings.TrimRight(line, " \t")
	if at == nil || at[1] >= len(text) || line[at[1]] != '[' || !strings.HasSuffix(text, "]") {
		return nil
	}
	var list []string
	found := false
	for _, item := range divide(text[at[1]+1 : len(text)-1]) {
		item = strings.TrimSpace(item)
		if i := strings.IndexAny(item, "[]{}"); i > 0 && !strings.ContainsAny(item[:1], "[{\"'") {
			item, found = quoted(item), true
		}
		list = append(list, item)
	}
	if !found {
		return nil
	}
	return []edit{{at[1], len(text), "[" + strings.Join(list, ", ") + "]"}}
}

// divide cuts text at the commas that are not inside quotes or brackets.
func divide(text string) []string {
	var parts []string
	depth, from := 0, 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"', '\'':
			end := stringEnd(text, i)
			if end < 0 {
				return nil
			}
			i = end
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case ',':
			if depth == 0 {
				parts = append(parts, text[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, text[from:])
}

// closeQuote ends a quoted value where its line or its flow mapping ends.
func closeQuote(_ *Source, _ int, line string) []edit {
	at := openQuote.FindAllStringSubmatchIndex(line, -1)
	if at == nil {
		return nil
	}
	last := at[len(at)-1]
	from, quote := last[2], line[last[2]:last[3]]
	if strings.Count(strings.ReplaceAll(line[from:], `\"`, ""), quote)%2 == 0 {
		return nil
	}
	text := strings.TrimRight(line[from:], " \t")
	inner := strings.TrimRight(text, "]} ")
	return []edit{
		{from, from + len(text), text + quote},
		{from, from + len(text), inner + quote + text[len(inner):]},
	}
}

// closeBracket puts in the brackets that a line in flow style lacks.
func closeBracket(_ *Source, _ int, line string) []edit {
	var open []byte // the brackets that are due, the next one last
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case '"', '\'':
			if i = stringEnd(line, i); i < 0 {
				return nil
			}
		case '[':
			open = append(open, ']')
		case '{':
			open = append(open, '}')
		case ']', '}':
			due := bytes.LastIndexByte(open, c)
			if due < 0 {
				return nil
			}
			if lacking := open[due+1:]; len(lacking) > 0 {
				slices.Reverse(lacking)
				return []edit{{i, i, string(lacking)}}
			}
			open = open[:due]
		}
	}
	slices.Reverse(open)
	return []edit{{len(line), len(line), string(open)}}
}

// value quotes all that follows a line's key.
func value(_ *Source, _ int, line string) []edit {
	at := keyed.FindStringIndex(line)
	if at == nil || at[1] >= len(line) {
		return nil
	}
	text := strings.TrimRight(line[at[1]:], " \t")
	if strings.ContainsAny(text[:1], "[{") && strings.ContainsAny(text[len(text)-1:], "]}") {
		return nil // a list or mapping, whatever is wrong with it
	}
	return []edit{{at[1], at[1] + len(text), quoted(text)}}
}

// reindent moves a line to where the lines above it, or what follows their dash, begin: the
// nearest first.
func reindent(src *Source, n int, line string) []edit {
	have := indentation(line)
	var places []int
	for above := n - 1; above >= max(1, n-10); above-- {
		text := src.Line(above)
		bare := strings.TrimLeft(text, " ")
		places = append(places, len(text)-len(bare))
		for strings.HasPrefix(bare, "- ") {
			bare = strings.TrimLeft(bare[1:], " ")
			places = append(places, len(text)-len(bare))
		}
	}
	sort.SliceStable(places, func(i, j int) bool {
		return max(places[i]-have, have-places[i]) < max(places[j]-have, have-places[j])
	})
	var edits []edit
	for _, place := range slices.Compact(places) {
		edits = append(edits, edit{0, have, strings.Repeat(" ", place)})
	}
	return edits
}
