package expr

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The shape of a diff.
const (
	rowBytes  = 8  // bytes on a row, on each side
	maxRows   = 6  // rows
	textLead  = 30 // characters before the first difference
	textTrail = 40 // characters after it
)

// Diff shows where two values differ, on at most about a dozen lines: bytes side by side in
// hexadecimal and as text, text with its escapes made visible, both with the difference marked;
// lists and maps by those of their parts that differ. It is "" when the values are equal, or of
// other kinds.
func Diff(want, got any) string {
	if k := kindOf(want) | kindOf(got); k == list || k == mapping {
		return diffParts(want, got)
	}
	if kindOf(want)&chars == 0 || kindOf(got)&chars == 0 {
		return ""
	}
	a, b := toBytes(want), toBytes(got)
	at := 0
	for at < len(a) && at < len(b) && a[at] == b[at] {
		at++
	}
	if at == len(a) && at == len(b) {
		return ""
	}
	x, isText := want.(string)
	y, bothText := got.(string)
	if isText && bothText && utf8.ValidString(x) && utf8.ValidString(y) {
		return diffText(x, y, at)
	}
	return diffBytes(a, b, at)
}

func diffBytes(want, got []byte, at int) string {
	var out strings.Builder
	fmt.Fprintf(&out, "first difference at byte %d, counted from 0%s\n", at, lengths(len(want), len(got)))
	fmt.Fprintf(&out, "%8s  %-35s  %s\n", "", "want", "got")
	start := max(0, at/rowBytes*rowBytes-rowBytes)
	longest := max(len(want), len(got))
	row := start
	for ; row < longest && row < start+maxRows*rowBytes; row += rowBytes {
		line := fmt.Sprintf("%08x  %s  %s", row, hexRow(want, row), hexRow(got, row))
		out.WriteString(strings.TrimRight(line, " ") + "\n")
		if marks := markRow(want, got, row); marks != "" {
			line = fmt.Sprintf("%8s  %-35s  %s", "", marks, marks)
			out.WriteString(strings.TrimRight(line, " ") + "\n")
		}
	}
	if row < longest {
		fmt.Fprintf(&out, "… %d more\n", longest-row)
	}
	return out.String()
}

// hexRow is 35 columns wide: 23 of hexadecimal, 2 between, 8 characters in bars.
func hexRow(b []byte, row int) string {
	var digits, signs strings.Builder
	for i := row; i < row+rowBytes && i < len(b); i++ {
		fmt.Fprintf(&digits, "%02x ", b[i])
		if b[i] >= 0x20 && b[i] < 0x7f {
			signs.WriteByte(b[i])
		} else {
			signs.WriteByte('.')
		}
	}
	if digits.Len() == 0 {
		return fmt.Sprintf("%-35s", "")
	}
	return fmt.Sprintf("%-35s", fmt.Sprintf("%-23s  |%s|", strings.TrimSpace(digits.String()),
		signs.String()))
}

// markRow marks the bytes of a row that differ, or that one side does not have.
func markRow(want, got []byte, row int) string {
	digits, signs := []byte(strings.Repeat(" ", 3*rowBytes+2)), []byte(strings.Repeat(" ", rowBytes))
	differs := false
	for i := range rowBytes {
		at := row + i
		inWant, inGot := at < len(want), at < len(got)
		if inWant && inGot && want[at] == got[at] || !inWant && !inGot {
			continue
		}
		digits[3*i], digits[3*i+1], signs[i], differs = '^', '^', '^', true
	}
	if !differs {
		return ""
	}
	return strings.TrimRight(string(digits)+string(signs), " ")
}

func diffText(want, got string, at int) string {
	for at > 0 && (at < len(want) && !utf8.RuneStart(want[at]) ||
		at < len(got) && !utf8.RuneStart(got[at])) {
		at--
	}
	before := want[:at]
	line := strings.Count(before, "\n") + 1
	column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
	lead, columns := leading(before)
	var out strings.Builder
	fmt.Fprintf(&out, "first difference at line %d, column %d\n", line, column)
	fmt.Fprintf(&out, "want  \"%s%s\n", lead, trailing(want[at:]))
	fmt.Fprintf(&out, "got   \"%s%s\n", lead, trailing(got[at:]))
	fmt.Fprintf(&out, "%s^\n", strings.Repeat(" ", 7+columns))
	return out.String()
}

// leading is the end of what two texts have in common, and how many columns it takes.
func leading(s string) (shown string, columns int) {
	start := len(s)
	for n := 0; start > 0 && n < textLead; n++ {
		_, width := utf8.DecodeLastRuneInString(s[:start])
		start -= width
	}
	if start > 0 {
		shown, columns = "…", 1
	}
	for at := start; at < len(s); {
		piece, width := escape(s[at:], false)
		shown += piece
		for _, r := range piece {
			columns += runeColumns(r)
		}
		at += width
	}
	return shown, columns
}

// trailing is the beginning of the rest of a text, with its closing quote.
func trailing(s string) string {
	var out strings.Builder
	for n := 0; len(s) > 0; n++ {
		if n == textTrail {
			return out.String() + "…"
		}
		piece, width := escape(s, false)
		out.WriteString(piece)
		s = s[width:]
	}
	return out.String() + `"`
}

// runeColumns is 2 for the wide characters of East Asian scripts and for emoji, as terminals show
// them (Unicode Standard Annex 11).
func runeColumns(r rune) int {
	switch {
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// lengths tells two lengths where they differ.
func lengths(want, got int) string {
	if want == got {
		return ""
	}
	return fmt.Sprintf("; want %d bytes, got %d", want, got)
}
