package message

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The shape of a dump.
const (
	rowBytes  = 8  // bytes of a field in a row
	mostRows  = 3  // rows of a field
	mostSpans = 60 // fields
	mostText  = 60 // characters of a value
)

// Dump shows data field by field: offset, bytes, the field and its value. Those that marked says
// yes to have a mark. What does not fit comes last, with the reason.
func (t *Type) Dump(data []byte, final bool, marked func(path string) bool) string {
	var out strings.Builder
	fmt.Fprintf(&out, "%s, %s\n", t.Name, plural(len(data), "byte"))
	wrong := t.misfit(data, final)
	rows := t.rows(data, wrong, marked)
	wide := 5
	for _, r := range rows {
		wide = max(wide, len(r.Path))
	}
	for _, r := range rows {
		if r.skipped > 0 {
			fmt.Fprintf(&out, "  … %d more\n", r.skipped)
			continue
		}
		row(&out, r.mark, data, r.At, r.Size, fmt.Sprintf("%-*s  %s", wide, r.Path, r.text), r.Bits)
	}
	return out.String()
}

// misfit finds what does not fit; nil for nothing.
func (t *Type) misfit(data []byte, final bool) *Error {
	_, size, err := t.Parse(data, final)
	if err == nil && size < len(data) {
		return leftOver(data, size)
	}
	var wrong *Error
	errors.As(err, &wrong)
	return wrong
}

// dumped is a row of a dump: a field, or how many are left out.
type dumped struct {
	Span
	mark    string
	text    string
	skipped int
}

// rows chooses what a dump shows: the first fields, all that are marked, and what does not fit.
func (t *Type) rows(data []byte, wrong *Error, marked func(path string) bool) []dumped {
	var rows []dumped
	shown := false
	for _, s := range t.Spans(data) {
		r := dumped{Span: s, mark: " "}
		if wrong != nil && s.Path == wrong.Path {
			r.mark, r.text, shown = ">", "  "+wrong.Text, true
		} else if marked != nil && marked(s.Path) {
			r.mark = ">"
		}
		last := len(rows) - 1
		switch {
		case len(rows) < mostSpans || r.mark == ">" && len(rows) < 2*mostSpans:
			r.text = short(s.Value) + r.text
			rows = append(rows, r)
		case rows[last].skipped > 0:
			rows[last].skipped++
		default:
			rows = append(rows, dumped{skipped: 1})
		}
	}
	if wrong != nil && !shown && wrong.At >= 0 {
		at := min(wrong.At, len(data))
		rows = append(rows, dumped{mark: ">", text: wrong.Text, Span: Span{Path: wrong.Path, At: at,
			Size: min(max(wrong.Size, 0), len(data)-at)}})
	}
	return rows
}

// row shows bytes and what they are, on more rows where they are many.
func row(out *strings.Builder, mark string, data []byte, at, size int, what string, bits bool) {
	if bits {
		size = max(size, 1) // a part of this byte
	}
	b := data[at:min(at+size, len(data))]
	line := func(at int, part []byte, mark, what string) {
		text := fmt.Sprintf("%s %04x  %-23s  %s", mark, at, strings.TrimSpace(fmt.Sprintf("% x", part)),
			what)
		out.WriteString(strings.TrimRight(text, " ") + "\n")
	}
	line(at, b[:min(len(b), rowBytes)], mark, what)
	for i := rowBytes; i < len(b); i += rowBytes {
		if i == rowBytes*mostRows {
			fmt.Fprintf(out, "        … %d bytes more\n", len(b)-i)
			return
		}
		line(at+i, b[i:min(len(b), i+rowBytes)], " ", "")
	}
}

// short prints a value on one line, cut where it is long.
func short(v any) string {
	text := printed(v)
	if runes := []rune(text); len(runes) > mostText {
		return string(runes[:mostText]) + "…"
	}
	return text
}

// printed prints a value.
func printed(v any) string {
	switch v := v.(type) {
	case string:
		return strconv.Quote(v)
	case []byte:
		return "b" + strconv.QuoteToASCII(string(v))
	case []any:
		return fmt.Sprintf("a list of %d", len(v))
	case map[string]any:
		return "nothing"
	}
	return fmt.Sprint(v)
}

func hexForm(n int) string { return fmt.Sprintf(" (0x%x)", n) }
