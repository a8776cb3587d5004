package schema

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// Style is how findings are shown.
type Style struct {
	Color bool // with ANSI colours, for a terminal
}

const (
	tabWidth   = 4
	lineWidth  = 96 // columns of source that are shown of a line
	colorReset = "\x1b[0m"
	colorBold  = "\x1b[1m"
	colorRed   = "\x1b[31m"
	colorDim   = "\x1b[2m"
	colorCyan  = "\x1b[36m"
	colorGreen = "\x1b[32m"
)

// widths measures characters the same way whatever the environment says about the terminal.
var widths = &runewidth.Condition{StrictEmojiNeutral: true}

// Render writes a finding: its place and summary, the source with the place underlined, the values
// of an expression, hints, and other places. Control characters of the source and of values are
// shown escaped, so nothing in a scenario can act on the terminal.
func Render(w io.Writer, d Diagnostic, o Style) {
	r := &renderer{Writer: bufio.NewWriter(w), style: o}
	defer r.Flush()
	fmt.Fprintf(r, "%s: %s\n", r.paint(colorBold, visible(d.Span.String())),
		r.paint(colorRed, message(d.Summary)))
	margin := 0
	if len(d.Excerpt) > 0 {
		margin = len(fmt.Sprint(d.Excerpt[len(d.Excerpt)-1].Number)) + 2
	}
	r.source(d, margin)
	for _, v := range d.Values {
		fmt.Fprintf(r, "%*s%s %s: %s\n", max(margin, 3)+1, "", r.paint(colorCyan, "="),
			visible(v.Text), visible(v.Value))
	}
	r.labelled("hint: ", colorCyan, d.Detail)
	r.labelled("write: ", colorGreen, d.Mended)
	if d.Body != "" {
		for line := range strings.Lines(d.Body) {
			fmt.Fprintln(r, strings.TrimRight("  "+visible(strings.TrimSuffix(line, "\n")), " "))
		}
	}
	for _, note := range d.Notes {
		fmt.Fprintf(r, "  %s%s: %s\n", r.paint(colorCyan, "see "), visible(note.Span.String()),
			visible(note.Text))
	}
}

type renderer struct {
	*bufio.Writer
	style Style
}

func (r *renderer) paint(color, text string) string {
	if !r.style.Color || text == "" {
		return text
	}
	return color + text + colorReset
}

// labelled writes lines, the first behind its label and the others below it.
func (r *renderer) labelled(label, color, text string) {
	if text == "" {
		return
	}
	lead := r.paint(color, label)
	for line := range strings.Lines(text) {
		fmt.Fprintf(r, "  %s%s\n", lead, message(strings.TrimSuffix(line, "\n")))
		lead = strings.Repeat(" ", len(label))
	}
}

// source writes the excerpt, with carets under its first line.
func (r *renderer) source(d Diagnostic, margin int) {
	for i, line := range d.Excerpt {
		from, to := 0, 0
		if line.Number == d.Span.Start.Line {
			from, to = d.Span.Start.Column, d.Span.End.Column
			if d.Span.End.Line > d.Span.Start.Line {
				to = utf8.RuneCountInString(line.Text) + 1
			}
		}
		shown, lead, carets := layout(line.Text, from, to)
		bar := r.paint(colorDim, fmt.Sprintf("%*d |", margin, line.Number))
		fmt.Fprintln(r, strings.TrimRight(bar+" "+shown, " "))
		if i == 0 && from > 0 {
			bar = r.paint(colorDim, fmt.Sprintf("%*s |", margin, ""))
			fmt.Fprintf(r, "%s %s%s\n", bar, strings.Repeat(" ", lead),
				r.paint(colorRed, strings.Repeat("^", carets)))
		}
	}
}

// layout makes a line of source fit to be shown: expanded, escaped, and cut round the columns
// from up to to. It says how many cells stand before them and how many they take, at least one.
func layout(text string, from, to int) (shown string, lead, carets int) {
	var cells []string // what is shown for each rune
	for _, c := range window(text, from) {
		cells = append(cells, cell(c))
	}
	start := windowStart(from)
	begin := max(from-1-start, 0)
	if begin > len(cells) {
		begin = len(cells)
	}
	end := max(min(to-1-start, len(cells)), begin)
	first, before := begin, 0 // how much of the line before the span is shown
	for first > 0 && before+width(cells[first-1]) <= lineWidth/2 {
		first--
		before += width(cells[first])
	}
	if first == 0 && start == 0 {
		shown = ""
	} else {
		shown, before = "…", before+1
	}
	last, used := first, 0
	for last < len(cells) && used+width(cells[last]) <= lineWidth {
		used += width(cells[last])
		last++
	}
	shown += strings.Join(cells[first:last], "")
	if last < len(cells) {
		shown += "…"
	}
	for i := begin; i < min(end, last); i++ {
		carets += width(cells[i])
	}
	return shown, before, max(carets, 1)
}

// reach is how many runes of a line are looked at on each side of where a span starts.
const reach = 4 * lineWidth

func windowStart(from int) int { return max(0, from-1-reach) }

// window gives the runes of a line round a column.
func window(text string, from int) []rune {
	start := windowStart(from)
	var runes []rune
	n := 0
	for _, c := range text {
		if n++; n <= start {
			continue
		}
		if runes = append(runes, c); len(runes) > 2*reach {
			break
		}
	}
	return runes
}

// cell is how a character of the source is shown.
func cell(c rune) string {
	if c == '\t' {
		return strings.Repeat(" ", tabWidth)
	}
	if hidden(c) {
		return escaped(c)
	}
	return string(c)
}

func width(cell string) int {
	return widths.StringWidth(cell)
}

// hidden says whether a character would act on the terminal, or change the order or look of the
// text round it, instead of being seen.
func hidden(c rune) bool {
	return unicode.IsControl(c) || c == utf8.RuneError || c == '\u2028' || c == '\u2029' ||
		unicode.Is(unicode.Cf, c)
}

func escaped(c rune) string {
	switch {
	case c < 0x100:
		return fmt.Sprintf(`\x%02x`, c)
	case c < 0x10000:
		return fmt.Sprintf(`\u%04x`, c)
	}
	return fmt.Sprintf(`\U%08x`, c)
}

// message makes a line of a message fit to be shown: words of the user in it may be very long.
func message(text string) string {
	const most = 500
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return visible(text)
}

// visible shows hidden characters of a text escaped.
func visible(text string) string {
	if strings.IndexFunc(text, hidden) < 0 {
		return text
	}
	var out strings.Builder
	for _, c := range text {
		switch {
		case c == '\t':
			out.WriteString("    ")
		case hidden(c):
			out.WriteString(escaped(c))
		default:
			out.WriteRune(c)
		}
	}
	return out.String()
}
