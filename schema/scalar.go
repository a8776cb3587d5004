package schema

import (
	"bytes"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

var (
	decimal    = regexp.MustCompile(`^[-+]?(0|[1-9][0-9]*)$`)
	hexNumber  = regexp.MustCompile(`^[-+]?0x[0-9a-fA-F]+$`)
	float      = regexp.MustCompile(`^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
	leading    = regexp.MustCompile(`^[-+]?0[0-9]+$`)
	grouped    = regexp.MustCompile(`^[-+]?[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?$`)
	radix      = regexp.MustCompile(`^[-+]?0(o[0-7_]+|b[01_]+|x[0-9a-fA-F_]*_[0-9a-fA-F_]*)$`)
	notFinite  = regexp.MustCompile(`^([-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))$`)
	plainNull  = regexp.MustCompile(`^(|~|null|Null|NULL)$`)
	plainTrue  = regexp.MustCompile(`^(true|True|TRUE)$`)
	plainFalse = regexp.MustCompile(`^(false|False|FALSE)$`)
)

// resolve reads an unquoted scalar. What looks like a number but is read differently by different
// YAML versions or people gives its text and, as odd, what to write.
func resolve(text string) (value any, odd string) {
	switch {
	case plainNull.MatchString(text):
		return nil, ""
	case plainTrue.MatchString(text):
		return true, ""
	case plainFalse.MatchString(text):
		return false, ""
	case decimal.MatchString(text), hexNumber.MatchString(text):
		n, err := strconv.ParseInt(text, 0, strconv.IntSize)
		if err != nil {
			return text, "does not fit in 64 bits"
		}
		return int(n), ""
	case leading.MatchString(text):
		return text, zeroes(text)
	case grouped.MatchString(text):
		return text, "underscores in numbers are read differently by YAML's versions; write " +
			strings.ReplaceAll(text, "_", "")
	case radix.MatchString(text):
		if n, err := strconv.ParseInt(text, 0, 64); err == nil {
			return text, "write " + strconv.FormatInt(n, 10) + " or 0x" + strconv.FormatInt(n, 16)
		}
		return text, "write it in decimal or as 0x…"
	case notFinite.MatchString(text):
		return text, "is not a finite number"
	case float.MatchString(text):
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsInf(f, 0) {
			return text, "is too large for a number"
		}
		return f, ""
	}
	return text, ""
}

// zeroes says what a number with leading zeroes may have meant.
func zeroes(text string) string {
	digits := strings.TrimLeft(strings.TrimLeft(text, "+-"), "0")
	if digits == "" {
		digits = "0"
	}
	octal, err := strconv.ParseInt(digits, 8, 64)
	if err != nil || octal < 8 {
		return "a number has no leading zero; write " + digits
	}
	return "some read a leading zero as octal; write " + digits + " or, if octal was meant, " +
		strconv.FormatInt(octal, 10)
}

// align maps each byte of a scalar's value to its offset in the source, with one more entry for
// the end of its text. It returns the offset behind the scalar, quotes included.
func align(text []byte, at int, style yaml.Style, value string) (offsets []int, end int) {
	a := &aligner{text: text, at: at, value: value, offsets: make([]int, 0, len(value)+1)}
	switch {
	case style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		a.blockScalar()
		a.put(a.at, len(value)-len(a.offsets)+1)
		end = min(a.at, len(text))
		return a.offsets, at + len(bytes.TrimRight(text[min(at, end):end], " \t\r\n"))
	case style&yaml.DoubleQuotedStyle != 0:
		a.at++
		a.flowScalar('"')
	case style&yaml.SingleQuotedStyle != 0:
		a.at++
		a.flowScalar('\'')
	default:
		a.flowScalar(0)
	}
	a.put(a.at, len(value)-len(a.offsets)+1)
	if style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		a.at++
	}
	return a.offsets, min(a.at, len(text))
}

// aligner walks a scalar's source beside the value that YAML read from it.
type aligner struct {
	text    []byte
	at      int
	value   string
	offsets []int
}

// put says that the next n bytes of the value come from offset at.
func (a *aligner) put(at, n int) {
	for range min(n, len(a.value)+1-len(a.offsets)) {
		a.offsets = append(a.offsets, min(at, len(a.text)))
	}
}

// peek gives a byte of the source, 0 behind its end.
func (a *aligner) peek(ahead int) byte {
	if a.at+ahead < len(a.text) {
		return a.text[a.at+ahead]
	}
	return 0
}

func (a *aligner) flowScalar(quote byte) {
	for a.at < len(a.text) {
		c := a.peek(0)
		switch {
		case quote == 0 && len(a.offsets) >= len(a.value):
			return
		case quote == '\'' && c == '\'' && a.peek(1) == '\'':
			a.put(a.at, 1)
			a.at += 2
		case quote != 0 && c == quote:
			return
		case quote == '"' && c == '\\':
			a.escape()
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			a.space()
		default:
			a.put(a.at, 1)
			a.at++
		}
	}
}

// space passes white space: as it is inside a line, folded where it holds a line's end.
func (a *aligner) space() {
	start, breaks := a.at, 0
	for strings.IndexByte(" \t\r\n", a.peek(0)) >= 0 && a.at < len(a.text) {
		if a.peek(0) == '\n' {
			breaks++
		}
		a.at++
	}
	if breaks > 0 {
		a.put(start, max(1, breaks-1))
		return
	}
	for at := start; at < a.at; at++ {
		a.put(at, 1)
	}
}

// escape passes an escape sequence of a double-quoted scalar.
func (a *aligner) escape() {
	start, c := a.at, a.peek(1)
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	a.at += 2 + digits
	switch {
	case c == '\n' || c == '\r':
		for strings.IndexByte(" \t\r\n", a.peek(0)) >= 0 && a.at < len(a.text) {
			a.at++
		}
	case digits > 0:
		code := a.text[min(start+2, len(a.text)):min(a.at, len(a.text))]
		r, _ := strconv.ParseUint(string(code), 16, 32) // YAML has read it already
		a.put(start, max(1, utf8.RuneLen(rune(r))))
	case c == 'N' || c == '_':
		a.put(start, 2)
	case c == 'L' || c == 'P':
		a.put(start, 3)
	default:
		a.put(start, 1)
	}
}

// blockScalar passes a | or > scalar: its header, then line by line without the indentation.
func (a *aligner) blockScalar() {
	for a.at < len(a.text) && a.peek(0) != '\n' {
		a.at++
	}
	a.at++
	indent := a.indent()
	a.skip(indent)
	for len(a.offsets) < len(a.value) && a.at < len(a.text) {
		c, v := a.peek(0), a.value[len(a.offsets)]
		switch {
		case c == '\n':
			if v == '\n' || v == ' ' {
				a.put(a.at, 1)
			}
			a.at++
			a.skip(indent)
		case c == v:
			a.put(a.at, 1)
			a.at++
		case c == '\r' || c == ' ' || c == '\t':
			a.at++
		default:
			a.put(a.at, 1)
		}
	}
}

// indent is how far the lines of a block scalar are indented: what the first line of the source
// with text has more in front of it than the first line of the value with text.
func (a *aligner) indent() int {
	source := bytes.TrimLeft(a.text[min(a.at, len(a.text)):], "\r\n \t")
	before := a.text[min(a.at, len(a.text)) : len(a.text)-len(source)]
	line := len(before) - 1 - bytes.LastIndexByte(before, '\n')
	value := strings.TrimLeft(a.value, "\n \t")
	lead := a.value[:len(a.value)-len(value)]
	return max(0, line-(len(lead)-1-strings.LastIndexByte(lead, '\n')))
}

func (a *aligner) skip(indent int) {
	for n := 0; n < indent && a.peek(0) == ' '; n++ {
		a.at++
	}
}
