package schema

import (
	"errors"
	"io"
	"regexp"
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
	if s.nearest(failing-1, stepColons) || s.nearest(failing-3, []mend{dash}) ||
		s.nearest(1, []mend{keyColon}) || s.nearest(failing-3, mends) {
		return
	}
	l.unread(failing, message)
}

// nearest tries mends on the lines from where YAML stumbles up to the first that may be meant.
func (s *search) nearest(first int, tries []mend) bool {
	for n := s.failing; n >= max(1, first); n-- {
		for _, try := range tries {
			if s.attempt(n, try) {
				return true
			}
		}
	}
	return false
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
	common := min(len(above)-len(strings.TrimLeft(above, " ")),
		len(line)-len(strings.TrimLeft(line, " ")))
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
