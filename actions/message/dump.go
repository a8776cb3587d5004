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
	spans := t.Spans(data)
	wide := 5
	for _, s := range spans[:min(len(spans), mostSpans)] {
		wide = max(wide, len(s.Path))
	}
	_, size, err := t.Parse(data, final)
	var wrong *Error
	if err == nil && size < len(data) {
		wrong = leftOver(data, size)
	} else if !errors.As(err, &wrong) {
		wrong = nil
	}
	shown := false
	for i, s := range spans {
		if i == mostSpans {
			fmt.Fprintf(&out, "  … %d more\n", len(spans)-i)
			break
		}
		mark, text := " ", short(s.Value)
		if marked != nil && marked(s.Path) {
			mark = ">"
		}
		if wrong != nil && s.Path == wrong.Path {
			mark, text, shown = ">", text+"  "+wrong.Text, true
		}
		row(&out, mark, data, s.At, s.Size, fmt.Sprintf("%-*s  %s", wide, s.Path, text), s.Bits)
	}
	if wrong != nil && !shown && wrong.At >= 0 {
		size := min(max(wrong.Size, 0), len(data)-min(wrong.At, len(data)))
		row(&out, ">", data, min(wrong.At, len(data)), size, fmt.Sprintf("%-*s  %s", wide, wrong.Path,
			wrong.Text), false)
	}
	return out.String()
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
