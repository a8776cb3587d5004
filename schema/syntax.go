package schema

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// maxSearch is how long a text may be for the cause of a syntax error to be looked for, which
// reads it a few dozen times.
const maxSearch = 256 << 10

var errorLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// syntax reports text that is no YAML: with its likely cause and the mended line, where a mend is
// found after which YAML reads on.
func (l *loader) syntax(err error) {
	message := err.Error()
	if len(l.src.Text) > maxSearch {
		l.unread(reported(message), message)
		return
	}
	failing := l.failing(message)
	s := &search{loader: l, failing: failing, message: message}
	s.limit = string(l.src.Text[:l.src.end(failing)])
	_, s.before = parseYAML([]byte(s.limit))
	for n := 1; n <= failing; n++ { // YAML stumbles far below a quote that is not closed
		if s.attempt(n, unclosedQuote) {
			return
		}
	}
	for n := failing; n >= max(1, failing-3); n-- {
		for _, try := range mends {
			if s.attempt(n, try) {
				return
			}
		}
	}
	l.unread(failing, message)
}

// search looks for the edit after which YAML reads on.
type search struct {
	*loader
	failing int    // the line where YAML stumbles
	limit   string // the text up to and including it
	message string // what YAML says of the whole text
	before  error  // what it says of limit
	tries   int
}

const maxTries = 100

// attempt tries the edits of a mend on line n and reports the first that helps.
func (s *search) attempt(n int, try mend) bool {
	line := s.src.Line(n)
	for _, m := range try.find(s.src, n, line) {
		mended := line[:m.from] + m.text + line[m.to:]
		if mended == line || s.tries >= maxTries || !s.helps(n, mended) {
			continue
		}
		at := s.src.lines[n-1]
		d := s.report(s.src.Span(at+m.from, at+max(m.to, m.from+1)), "%s", try.summary)
		d.Detail = strings.TrimPrefix(try.detail+"\n", "\n") + restUnread
		d.Mended = strings.TrimSpace(mended)
		if m.from == 0 && n > 1 {
			d.Mended = below(s.src.Line(n-1), mended)
		}
		return true
	}
	return false
}

const restUnread = "the rest of the file was not read"

// unread reports a syntax error in the YAML module's words.
func (l *loader) unread(line int, message string) {
	line = min(max(line, 1), l.src.Lines())
	text := l.src.Line(line)
	from := l.src.lines[line-1] + len(text) - len(strings.TrimLeft(text, " \t"))
	message = message[len(errorLine.FindString(message)):]
	l.report(l.src.Span(from, l.src.lines[line-1]+len(text)), "not YAML: %s", message).Detail =
		"look at this line and the one above it\n" + restUnread
}

// reported is the line that the YAML module names. Its parser, other than its scanner, counts
// from 0.
func reported(message string) int {
	found := errorLine.FindStringSubmatch(message)
	if found == nil {
		return 1
	}
	line, _ := strconv.Atoi(found[1])
	rest := message[len(found[0]):]
	if strings.HasPrefix(rest, "did not find expected key") ||
		strings.HasPrefix(rest, "did not find expected '") ||
		strings.HasPrefix(rest, "did not find expected node") ||
		strings.HasPrefix(rest, "did not find expected ',") {
		line++
	}
	return max(line, 1)
}

// failing finds the line where YAML stumbles: the last of the shortest run of lines that gives the
// same error. The module itself names the place where the enclosing list or mapping begins.
func (l *loader) failing(message string) int {
	return 1 + sort.Search(l.src.Lines()-1, func(n int) bool {
		_, err := parseYAML(l.src.Text[:l.src.end(n+1)])
		return err != nil && err.Error() == message
	})
}

// below shows a line under the one above it, so that its indentation can be seen.
func below(above, line string) string {
	spaces := func(s string) int { return len(s) - len(strings.TrimLeft(s, " ")) }
	common := min(spaces(above), spaces(line))
	return above[common:] + "\n" + line[common:]
}

// helps says whether the text up to the failing line is YAML, or fails only below line n, with
// that line replaced.
func (s *search) helps(n int, line string) bool {
	s.tries++
	start := s.src.lines[n-1]
	end := min(s.src.end(n), len(s.limit))
	_, err := parseYAML([]byte(s.limit[:start] + line + s.limit[end:]))
	switch {
	case err == nil || errors.Is(err, errSecond):
		return true
	case errors.Is(err, io.EOF) || err.Error() == s.message:
		return false
	}
	return s.before == nil || s.before.Error() != err.Error() && reported(err.Error()) > n
}

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
	openQuote  = regexp.MustCompile(`(?:[:\-,{\[] +)(["'])`)
	unfinished = regexp.MustCompile(`[:{,] *[A-Za-z_]\w*(:)[^\s:/\[]`)
)

// unclosedQuote is tried first, on all lines.
var unclosedQuote = mend{"a quote is not closed", "", closeQuote}

// mends are tried in this order.
var mends = []mend{
	{"a tab in the indentation", "YAML is indented with spaces", func(_ *Source, _ int, line string) []edit {
		found := indenting.FindString(line)
		if found == "" {
			return nil
		}
		var edits []edit
		for _, width := range []string{"  ", "    ", "      ", "        "} {
			edits = append(edits, edit{0, len(found), strings.ReplaceAll(found, "\t", width)})
		}
		return edits
	}},
	{"an address in brackets is a list in YAML", "quote it", func(_ *Source, _ int, line string) []edit {
		return quoteEach(line, address.FindAllStringIndex(line, -1))
	}},
	{"an expression is written $(…)", "", func(_ *Source, _ int, line string) []edit {
		at := braced.FindStringSubmatchIndex(line)
		if at == nil {
			return nil
		}
		return []edit{{at[0], at[1], "$(" + line[at[2]:at[3]] + ")"}}
	}},
	{"an expression with YAML's own characters in it is not quoted",
		"quote an expression that holds a comma, brackets, braces, \": \" or \" #\"", expressions},
	{"YAML reads ! as the start of a tag", "a negation is written not", func(_ *Source, _ int, line string) []edit {
		at := bang.FindStringIndex(line)
		if at == nil {
			return nil
		}
		from := strings.IndexByte(line[at[0]:], '!') + at[0]
		return []edit{{from, at[1], "not "}}
	}},
	{"text that starts with @, % or ` is not quoted", "quote it", func(_ *Source, _ int, line string) []edit {
		var places [][]int
		for _, at := range reserved.FindAllStringSubmatchIndex(line, -1) {
			places = append(places, at[2:4])
		}
		return quoteEach(line, places)
	}},
	{"a space is missing after the colon", "", func(_ *Source, _ int, line string) []edit {
		var edits []edit
		for _, at := range [][]int{noSpace.FindStringSubmatchIndex(line),
			unfinished.FindStringSubmatchIndex(line)} {
			if at != nil {
				edits = append(edits, edit{at[2], at[3], ": "})
			}
		}
		return edits
	}},
	{"a bracket is not closed", "", closeBracket},
	{"text with YAML's own characters in it is not quoted",
		"quote text that holds \": \" or \" #\" or starts with a quote, a bracket or a sign", value},
	{"the line is indented otherwise than its neighbours", "", reindent},
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
	have := len(line) - len(strings.TrimLeft(line, " "))
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
