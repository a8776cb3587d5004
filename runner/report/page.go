package report

import (
	"bytes"
	"fmt"
	"strings"

	"netscene/actions"
	"netscene/actions/gate"
	"netscene/runner/expr"
	"netscene/schema"
)

// The ANSI colours of a report.
const (
	plain  = ""
	bold   = "\x1b[1m"
	dim    = "\x1b[2m"
	red    = "\x1b[31m"
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	reset  = "\x1b[0m"
)

// page lays out lines.
type page struct{ TextOptions }

func (p page) paint(color, text string) string {
	if !p.Color || text == "" || color == plain {
		return text
	}
	return color + text + reset
}

// line writes an indented line without trailing space.
func (p page) line(out *bytes.Buffer, depth int, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	out.WriteString(strings.TrimRight(strings.Repeat("  ", depth)+text, " "))
	out.WriteByte('\n')
}

// pad fills a text up to a width in cells.
func pad(text string, cells int) string {
	return text + strings.Repeat(" ", max(0, cells-schema.Width(text)))
}

// invalid is what a report says of a file that could not be run.
const invalid actions.Status = "invalid"

// marks are how a report shows how a scenario ended.
var marks = map[actions.Status]struct{ text, color string }{
	actions.Passed:  {"ok", green},
	actions.Failed:  {"FAIL", red},
	actions.Errored: {"error", red},
	actions.Skipped: {"skip", yellow},
	invalid:         {"invalid", red},
}

// markCells is the width of the longest mark.
const markCells = len("invalid")

// headline writes the one line of a scenario.
func (p page) headline(out *bytes.Buffer, s actions.Status, file, name, behind string) {
	m := marks[s]
	mark := p.paint(m.color, m.text) + strings.Repeat(" ", markCells-len(m.text))
	file = pad(schema.Visible(file), p.File)
	name = pad(schema.Visible(name), p.Name)
	p.line(out, 0, "%s  %s  %s  %s", mark, file, name, p.paint(dim, behind))
}

// finding writes a diagnostic below the line of its scenario.
func (p page) finding(out *bytes.Buffer, d schema.Diagnostic) {
	var rendered bytes.Buffer
	schema.Render(&rendered, d, schema.Style{Color: p.Color})
	for line := range strings.Lines(rendered.String()) {
		p.line(out, 1, "%s", strings.TrimSuffix(line, "\n"))
	}
}

// wordCells is the width of the column of words: the longest action has 17 letters.
const wordCells = 17

// step writes a line about a step that has ended.
func (p page) step(out *bytes.Buffer, actors int, e *actions.Event) {
	word := e.Step.Word
	if len(e.Rounds) > 0 {
		word += " [" + rounds(e.Rounds) + "]"
	}
	p.line(out, 1, "%s  %4d  %s  %s  %s", pad(e.Actor, actors), e.Step.Span.Start.Line,
		pad(word, wordCells), p.paint(dim, fmt.Sprintf("%6s", elapsed(e.Outcome.Elapsed))),
		p.came(e.Outcome))
}

// came says in a few words what came of a step.
func (p page) came(o *actions.Outcome) string {
	var words []string
	switch o.Status {
	case actions.Failed, actions.Errored:
		words = append(words, p.paint(red, string(o.Status)))
	case actions.Skipped, actions.NotReached, actions.Unfinished:
		words = append(words, p.paint(yellow, string(o.Status)+":"), schema.Visible(o.Reason))
	}
	for _, f := range o.Fields {
		words = append(words, schema.Visible(f.Text)+"="+schema.Visible(f.Value))
	}
	return strings.Join(words, " ")
}

// history writes what the actors did before one of them failed.
func (p page) history(out *bytes.Buffer, actor string, events []actions.Event) {
	if len(events) == 0 {
		return
	}
	width, alone := 0, true
	for i := range events {
		width = max(width, schema.Width(events[i].Actor))
		alone = alone && events[i].Actor == actor
	}
	if alone {
		p.line(out, 1, "  the last calls of %s:", actor)
	} else {
		p.line(out, 1, "  the last calls of each, as they returned:")
	}
	for i := range events {
		e := &events[i]
		who := ""
		if !alone {
			who = e.Actor + strings.Repeat(" ", width-schema.Width(e.Actor)+1)
		}
		at := fmt.Sprintf("%s%4d |", who, e.Step.Span.Start.Line)
		when := fmt.Sprintf("%7s", elapsed(e.At))
		p.line(out, 1, "  %s %s %s", p.paint(dim, when), p.paint(dim, at),
			schema.Visible(happened(e)))
	}
}

// dataShown is how many bytes of the data of a call a history shows.
const dataShown = 32

// happened tells of a system call or a wait.
func happened(e *actions.Event) string {
	switch {
	case e.Wait != nil && e.Wait.FD >= 0:
		return fmt.Sprintf("waits for fd %d", e.Wait.FD)
	case e.Wait != nil && e.Wait.Kind == gate.Branches.String():
		return "waits for its branches"
	case e.Wait != nil:
		return "waits for a " + e.Wait.Kind
	case e.Call == nil:
		return string(e.Kind)
	}
	text := e.Call.String()
	data := e.Call.Data
	if len(data) == 0 || strings.HasSuffix(e.Call.Name, "sockopt") {
		return text
	}
	text += "  " + expr.Format(data[:min(len(data), dataShown)], 0)
	if len(data) > dataShown {
		text += "…"
	}
	return text
}
