package message

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"netscene/schema"
)

// extent is how long something is: so many bytes or items, by a number before it or an expression;
// up to a terminator; or to the end.
type extent struct {
	prefix form        // the number stands before it
	size   *expression // or it follows from other fields
	until  []byte      // or it ends here
}

// length gives how many there are; known is false where only the end tells.
func (e *extent) length(r *reader, sc *scope) (n int, known bool, err error) {
	switch {
	case e.prefix != nil:
		v, err := e.prefix.parse(r, sc)
		if err != nil {
			return 0, false, err
		}
		n, _ = v.(int)
	case e.size != nil:
		if n, err = e.size.number(sc); err != nil {
			return 0, false, r.wrong(0, "its length cannot be computed: %v", err)
		}
	default:
		return 0, false, nil
	}
	if n < 0 {
		return 0, false, r.wrong(0, "a length of %d is negative", n)
	}
	return n, true, nil
}

// announce writes the number that stands before.
func (e *extent) announce(w *writer, n int) error {
	if e.prefix == nil {
		return nil
	}
	_, err := e.prefix.build(w, nil, n)
	return err
}

// read gives the bytes of an extent.
func (e *extent) read(r *reader, sc *scope) ([]byte, error) {
	n, known, err := e.length(r, sc)
	switch {
	case err != nil:
		return nil, err
	case known:
		return r.take(n)
	}
	b, all := r.ahead()
	if e.until == nil {
		if !all {
			return nil, r.more()
		}
		return r.take(len(b))
	}
	at := bytes.Index(b, e.until)
	switch {
	case at < 0 && all:
		return nil, r.wrong(len(b), "it has no end: %q does not come", e.until)
	case at < 0:
		return nil, r.more()
	}
	b, err = r.take(at)
	if err == nil {
		_, err = r.take(len(e.until))
	}
	return b, err
}

// agree refuses another length than an expression gives, unless it names a field that was given:
// then it is meant to be wrong.
func (e *extent) agree(sc *scope, n int, what string) error {
	if e.size == nil {
		return nil
	}
	says, err := e.size.number(sc)
	if err != nil {
		return unbuildable("%v", err)
	}
	if says != n && !slices.ContainsFunc(e.size.reads, sc.overridden) {
		return unbuildable("it has %s, not %d as %s says", plural(n, what), says, e.size.source)
	}
	return nil
}

// write appends bytes with what tells their length. When the length is wrong they are appended all
// the same, so that it can be computed.
func (e *extent) write(w *writer, sc *scope, b []byte) error {
	if e.until != nil && bytes.Index(slices.Concat(b, e.until), e.until) < len(b) {
		return unbuildable("%q stands in it, which would end it", e.until)
	}
	if err := e.announce(w, len(b)); err != nil {
		return err
	}
	if err := w.add(b); err != nil {
		return err
	}
	if err := w.add(e.until); err != nil {
		return err
	}
	return e.agree(sc, len(b), "byte")
}

// blobKind is what bytes of some length stand for.
type blobKind uint8

const (
	asBytes blobKind = iota
	asString
	asDecimal
	asHexadecimal
)

// blob is a value in bytes of some length.
type blob struct {
	extent
	kind blobKind
}

func (f *blob) parse(r *reader, sc *scope) (any, error) {
	start := r.at
	b, err := f.read(r, sc)
	if err != nil {
		return nil, err
	}
	v, err := f.decode(b)
	if err != nil {
		size := r.at - start
		r.at = start
		return nil, r.wrong(size, "%v", err)
	}
	return v, nil
}

func (f *blob) decode(b []byte) (any, error) {
	switch f.kind {
	case asBytes:
		return bytes.Clone(b[:len(b):len(b)]), nil
	case asString:
		if !utf8.Valid(b) {
			return nil, fmt.Errorf("it is not UTF-8; bytes takes it as it is")
		}
		return string(b), nil
	}
	base := 10
	if f.kind == asHexadecimal {
		base = 16
	}
	n, err := strconv.ParseInt(string(b), base, 64)
	if err != nil || b[0] == '+' {
		return nil, fmt.Errorf("%.40q is no whole number to base %d", b, base)
	}
	return int(n), nil
}

func (f *blob) build(w *writer, sc *scope, v any) (any, error) {
	var out []byte
	switch f.kind {
	case asBytes, asString:
		switch v := v.(type) {
		case string:
			out = []byte(v)
		case []byte:
			out = v
		default:
			return nil, misfit(v, "text or bytes")
		}
	default:
		n, ok := v.(int)
		if !ok {
			return nil, misfit(v, "a whole number")
		}
		out = f.digits(n, sc)
	}
	canonical, err := f.decode(out)
	if err != nil {
		return nil, unbuildable("%v", err)
	}
	return canonical, f.write(w, sc, out)
}

// digits writes a number, with zeroes before it where its length is fixed.
func (f *blob) digits(n int, sc *scope) []byte {
	width := 0
	if f.size != nil && f.size.fixed() {
		width, _ = f.size.number(sc)
	}
	if f.kind == asHexadecimal {
		return fmt.Appendf(nil, "%0*x", min(width, 20), n)
	}
	return fmt.Appendf(nil, "%0*d", min(width, 20), n)
}

func (f *blob) absent() (any, bool) {
	if f.kind == asDecimal || f.kind == asHexadecimal {
		return 0, true
	}
	return nil, false
}

func (f *blob) field(*expansion, bool) schema.Field {
	switch f.kind {
	case asBytes:
		return schema.Field{Kind: schema.Bytes}
	case asString:
		return schema.Field{Kind: schema.String}
	}
	return schema.Field{Kind: schema.Int}
}

// contents are bytes that are always the same.
type contents struct{ data []byte }

func (f *contents) parse(r *reader, _ *scope) (any, error) {
	there, all := r.ahead()
	for i, want := range f.data {
		if i < len(there) && there[i] != want || i >= len(there) && all {
			return nil, r.wrong(min(len(there), len(f.data)), "it is %q, not %q",
				there[:min(len(there), len(f.data))], f.data)
		}
	}
	b, err := r.take(len(f.data))
	return bytes.Clone(b), err
}

func (f *contents) build(w *writer, _ *scope, v any) (any, error) {
	switch v := v.(type) {
	case []byte:
		return v, w.add(v)
	case string:
		return []byte(v), w.add([]byte(v))
	}
	return nil, misfit(v, "bytes")
}

func (f *contents) absent() (any, bool) { return f.data, true }

func (f *contents) field(*expansion, bool) schema.Field { return schema.Field{Kind: schema.Bytes} }

// address is an IP address, as text.
type address struct{ size int }

func (f *address) parse(r *reader, _ *scope) (any, error) {
	b, err := r.take(f.size)
	if err != nil {
		return nil, err
	}
	a, _ := netip.AddrFromSlice(b)
	return a.String(), nil
}

func (f *address) build(w *writer, _ *scope, v any) (any, error) {
	text, ok := v.(string)
	if !ok {
		return nil, misfit(v, "an address as text")
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" || a.BitLen() != 8*f.size {
		return nil, unbuildable("%q is no address of IPv%d", text, 4+f.size/16*2)
	}
	return a.String(), w.add(a.AsSlice())
}

func (f *address) absent() (any, bool) { return nil, false }

func (f *address) field(*expansion, bool) schema.Field { return schema.Field{Kind: schema.String} }

// domain is a name of DNS (RFC 1035, sections 3.1 and 4.1.4), as text without the dot at its end;
// the root is ".".
type domain struct{}

// The limits of a name. As every pointer can lead to a label, more than maxName lead nowhere.
const (
	maxLabel = 63
	maxName  = 255
)

func (domain) parse(r *reader, _ *scope) (any, error) {
	var labels []string
	size := 1
	from := reader{data: r.data, at: r.at, end: r.end, final: r.final}
	jumps := 0
	for lowest := r.at; ; {
		b, err := from.take(1)
		if err != nil {
			return nil, err
		}
		n := int(b[0])
		switch {
		case n == 0:
			if jumps == 0 {
				r.at = from.at
			}
			if labels == nil {
				return ".", nil
			}
			return strings.Join(labels, "."), nil
		case n >= 0xc0:
			low, err := from.take(1)
			if err != nil {
				return nil, err
			}
			to := r.origin + n&0x3f<<8 + int(low[0])
			if to >= lowest || jumps == maxName {
				return nil, r.wrong(0, "its pointer to byte %d does not lead back", to)
			}
			if jumps == 0 {
				r.at = from.at
			}
			jumps, lowest = jumps+1, to
			from.at, from.end, from.final = to, lowestEnd(r, from.at), true
		case n > maxLabel:
			return nil, r.wrong(1, "its label starts with 0x%02x, neither a length nor a pointer", n)
		default:
			if size += n + 1; size > maxName {
				return nil, r.wrong(0, "it is longer than %d bytes", maxName)
			}
			label, err := from.take(n)
			if err != nil {
				return nil, err
			}
			labels = append(labels, escaped(label))
		}
	}
}

// lowestEnd is where the bytes end that a pointer may lead to.
func lowestEnd(r *reader, at int) int { return min(max(r.at, at), len(r.data)) }

// escaped writes a label as master files do (RFC 1035, section 5.1).
func escaped(label []byte) string {
	var out strings.Builder
	for _, c := range label {
		switch {
		case c == '.' || c == '\\':
			out.WriteString(`\` + string(rune(c)))
		case c <= ' ' || c >= 0x7f:
			fmt.Fprintf(&out, `\%03d`, c)
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

func (domain) build(w *writer, _ *scope, v any) (any, error) {
	text, ok := v.(string)
	if !ok {
		return nil, misfit(v, "a name as text")
	}
	var out, label []byte
	end := func() error {
		if len(label) == 0 || len(label) > maxLabel {
			return unbuildable("%q has a label of %d bytes; it has 1 to %d", text, len(label), maxLabel)
		}
		out = append(append(out, byte(len(label))), label...)
		label = nil
		return nil
	}
	for i := 0; i < len(text) && text != "."; i++ {
		switch c := text[i]; {
		case c == '.':
			if err := end(); err != nil {
				return nil, err
			}
			continue
		case c != '\\':
			label = append(label, c)
			continue
		}
		digits := text[i+1 : min(i+4, len(text))]
		if n, err := strconv.ParseUint(digits, 10, 8); err == nil && len(digits) == 3 {
			label, i = append(label, byte(n)), i+3
		} else if i+1 < len(text) {
			label, i = append(label, text[i+1]), i+1
		}
	}
	if len(label) > 0 || text == "" {
		if err := end(); err != nil {
			return nil, err
		}
	}
	if out = append(out, 0); len(out) > maxName {
		return nil, unbuildable("the name is longer than %d bytes", maxName)
	}
	canonical, err := domain{}.parse(&reader{data: out, end: len(out)}, nil)
	if err != nil {
		return nil, err
	}
	return canonical, w.add(out)
}

func (domain) absent() (any, bool) { return nil, false }

func (domain) field(*expansion, bool) schema.Field { return schema.Field{Kind: schema.String} }
