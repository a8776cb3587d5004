package expr

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// String names the socket as reports do.
func (h Handle) String() string { return fmt.Sprintf("socket %d of %s", h.ID, h.Owner) }

// Text is the text form of a value, as it stands inside other text. Bytes must be UTF-8; nil,
// lists, maps and sockets have no text form.
func Text(v any) (string, error) { return textForm(v) }

func textForm(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []byte:
		if !utf8.Valid(v) {
			return "", errors.New("the bytes are not UTF-8: write hex(…) or base64(…)")
		}
		return string(v), nil
	case bool, int, float64, time.Duration:
		return Format(v, 0), nil
	case nil:
		return "", errors.New("there is no value")
	}
	return "", fmt.Errorf("%s has no text form", kindOf(v))
}

// Format gives a value as reports print it, on one line: b"hello\r\n", "text", 1.5s, [1, 2],
// {a: 1}. About limit characters of it are shown, all when limit is 0; the size of what was cut
// follows: b"AAAA"… (65536 bytes).
func Format(v any, limit int) string {
	f := formatter{limit: limit}
	if limit <= 0 {
		f.limit = int(^uint(0) >> 1)
	}
	f.value(v)
	return f.out.String()
}

type formatter struct {
	out   strings.Builder
	limit int
	depth int
}

func (f *formatter) full() bool { return f.out.Len() >= f.limit }

func (f *formatter) value(v any) {
	switch v := v.(type) {
	case nil:
		f.out.WriteString("nil")
	case string:
		f.quoted(`"`, v)
	case []byte:
		f.quoted(`b"`, v)
	case float64:
		f.out.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
	case []any:
		f.row("[", "]", len(v), "elements", func(i int) { f.value(v[i]) })
	case map[string]any:
		names := sortedKeys(v)
		f.row("{", "}", len(v), "keys", func(i int) {
			f.out.WriteString(f.key(names[i]) + ": ")
			f.value(v[names[i]])
		})
	default:
		fmt.Fprint(&f.out, v)
	}
}

func (f *formatter) key(name string) string {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return strconv.Quote(name)
		}
	}
	if name == "" {
		return `""`
	}
	return name
}

func (f *formatter) row(open, end string, n int, what string, item func(i int)) {
	f.out.WriteString(open)
	f.depth++
	for i := range n {
		if i > 0 {
			f.out.WriteString(", ")
		}
		if f.full() || f.depth > 50 {
			fmt.Fprintf(&f.out, "… (%d %s)", n, what)
			break
		}
		item(i)
	}
	f.depth--
	f.out.WriteString(end)
}

// quoted writes text or bytes with escapes. The type parameter is how v is held.
func (f *formatter) quoted(open string, v any) {
	var s string
	n := size(v)
	room := max(f.limit-f.out.Len(), 8)
	switch v := v.(type) {
	case string:
		s = v[:min(n, room)]
	case []byte:
		s = string(v[:min(n, room)])
	}
	if n > room {
		s = wholeRunes(s)
	}
	f.out.WriteString(open)
	at, before := 0, ""
	for written := 0; at < len(s) && written < room; {
		piece, width := escape(s[at:], open != `"`)
		if strings.HasPrefix(before, `\x`) && isHexDigit(s[at]) {
			piece = fmt.Sprintf(`\x%02x`, s[at]) // or it would seem to belong to the escape
		}
		before = piece
		f.out.WriteString(piece)
		written += utf8.RuneCountInString(piece)
		at += width
	}
	f.out.WriteByte('"')
	if at < n {
		fmt.Fprintf(&f.out, "… (%d bytes)", n)
	}
}

func isHexDigit(b byte) bool {
	return '0' <= b && b <= '9' || 'a' <= b && b <= 'f' || 'A' <= b && b <= 'F'
}

// wholeRunes takes a character that was cut in two off the end.
func wholeRunes(s string) string {
	for i := 1; i <= utf8.UTFMax && i <= len(s); i++ {
		if b := s[len(s)-i]; utf8.RuneStart(b) {
			if !utf8.FullRuneInString(s[len(s)-i:]) {
				return s[:len(s)-i]
			}
			break
		}
	}
	return s
}

// escape gives the first character of s as it stands in quotes, and how many bytes it has.
func escape(s string, isBytes bool) (piece string, width int) {
	r, width := utf8.DecodeRuneInString(s)
	switch {
	case r == utf8.RuneError && width == 1:
		return fmt.Sprintf(`\x%02x`, s[0]), 1
	case r == '"' || r == '\\':
		return `\` + string(r), width
	case r == '\n':
		return `\n`, width
	case r == '\r':
		return `\r`, width
	case r == '\t':
		return `\t`, width
	case r < 0x20 || r == 0x7f:
		return fmt.Sprintf(`\x%02x`, r), width
	case unicode.IsPrint(r):
		return string(r), width
	case isBytes:
		return fmt.Sprintf(`\x%02x`, s[0]), 1
	case r > 0xffff:
		return fmt.Sprintf(`\U%08x`, r), width
	}
	return fmt.Sprintf(`\u%04x`, r), width
}

func sortedKeys(m map[string]any) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
