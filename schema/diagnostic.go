package schema

import (
	"fmt"
	"slices"
	"sort"
	"strconv"
	"unicode/utf8"
)

// Diagnostic is one finding about a scenario: a mistake in its text, or a failure of its run.
// It holds all that the renderer needs, so it can be stored and shown later.
type Diagnostic struct {
	// Span is where; its file may have no lines (a directory, a missing file).
	Span Span `json:"span"`
	// Summary says what is wrong, in one line, lower case, without a full stop.
	Summary string `json:"summary"`
	// Detail says what to do, in one or more lines. May be empty.
	Detail string `json:"detail,omitempty"`
	// Mended is the source as it was probably meant, one or more lines. May be empty.
	Mended string `json:"mended,omitempty"`
	// Excerpt is the source at Span: its line, or its first lines where it has several.
	Excerpt []Line `json:"excerpt,omitempty"`
	// Values are the parts of a failed expression with what they were.
	Values []Value `json:"values,omitempty"`
	// Body is preformatted text that belongs to the finding: a diff, an exchange.
	Body string `json:"body,omitempty"`
	// Notes are other places that have to do with it.
	Notes []Note `json:"notes,omitempty"`
}

// Line is a line of source, with its number.
type Line struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

// Value is a part of an expression and its value, both as they are printed.
type Value struct {
	Text  string `json:"text"`
	Value string `json:"value"`
}

// Note is a remark about another place.
type Note struct {
	Span Span   `json:"span"`
	Text string `json:"text"`
}

// Diagnostics is a list of findings. Functions that check return what they could make and all
// that they found; they do not stop at the first.
type Diagnostics []Diagnostic

// Sort orders the findings by file and place; findings at one place keep their order.
func (ds Diagnostics) Sort() {
	sort.SliceStable(ds, func(i, j int) bool {
		if ds[i].Span.File != ds[j].Span.File {
			return ds[i].Span.File < ds[j].Span.File
		}
		return ds[i].Span.Before(ds[j].Span)
	})
}

// Quote fills the excerpts of findings that have none and lie in one of these sources.
func (ds Diagnostics) Quote(sources ...*Source) {
	for _, src := range sources {
		lines := map[int]string{} // many findings can lie in one long line
		for i := range ds {
			if d := &ds[i]; d.Excerpt == nil && d.Span.File == src.Name {
				d.Excerpt = src.excerpt(d.Span, lines)
			}
		}
	}
}

// Compact drops what was found twice, as in a definition that is used twice.
func (ds Diagnostics) Compact() Diagnostics {
	type finding struct {
		at   Span
		what string
	}
	seen := map[finding]bool{}
	return slices.DeleteFunc(ds, func(d Diagnostic) bool {
		f := finding{d.Span, d.Summary}
		defer func() { seen[f] = true }()
		return seen[f]
	})
}

// Excerpt gives the lines of a span, at most three.
func (s *Source) Excerpt(span Span) []Line {
	return s.excerpt(span, map[int]string{})
}

func (s *Source) excerpt(span Span, known map[int]string) []Line {
	var lines []Line
	last := min(max(span.End.Line, span.Start.Line), span.Start.Line+2)
	if span.End.Line > span.Start.Line && span.End.Column <= 1 {
		last = min(last, span.End.Line-1)
	}
	for n := span.Start.Line; n >= 1 && n <= min(last, s.Lines()); n++ {
		text, ok := known[n]
		if !ok {
			text = s.Line(n)
			known[n] = text
		}
		lines = append(lines, Line{Number: n, Text: text})
	}
	return lines
}

// findings collects what is found on the way.
type findings struct{ list Diagnostics }

// report adds a finding and lends it, until the next one, for more to be filled in.
func (f *findings) report(at Span, format string, args ...any) *Diagnostic {
	f.list = append(f.list, Diagnostic{Span: at, Summary: fmt.Sprintf(format, args...)})
	return &f.list[len(f.list)-1]
}

// done sorts what was found and drops what was found twice, as text behind an alias is.
func (f *findings) done(sources ...*Source) Diagnostics {
	f.list.Sort()
	f.list = f.list.Compact()
	f.list.Quote(sources...)
	return f.list
}

// show quotes text of the user for a message; long text is cut.
func show(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) > most {
		return strconv.Quote(string([]rune(text[:min(len(text), 4*most)])[:most])) + "…"
	}
	return strconv.Quote(text)
}
