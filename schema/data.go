package schema

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// MaxData is how long the data of one parameter may be, in bytes.
const MaxData = 32 << 20

// dataKeys are the keys of the mapping forms of data.
var dataKeys = []string{"hex", "base64", "file", "repeat", "count", "random", "seed", "crlf"}

// Data is what a parameter of kind Bytes was given: parts that are joined, some of them files that
// have yet to be read. It never changes.
type Data struct{ parts []part }

// part is one of: literal bytes, a file, data that is repeated, pseudo-random bytes.
type part struct {
	literal []byte
	file    string
	repeat  *Data
	count   int
	random  int // how many pseudo-random bytes
	seed    uint64
}

// Literal makes Data of bytes, which must not change afterwards.
func Literal(b []byte) Data { return Data{parts: []part{{literal: b}}} }

// Files names the files that the data is made of.
func (d Data) Files() []string {
	var files []string
	for _, p := range d.parts {
		switch {
		case p.file != "":
			files = append(files, p.file)
		case p.repeat != nil:
			files = append(files, p.repeat.Files()...)
		}
	}
	return files
}

// Bytes joins the parts, reading files with read, up to MaxData. The caller must not change the
// result.
func (d Data) Bytes(read func(name string) ([]byte, error)) ([]byte, error) {
	if len(d.parts) == 1 && d.parts[0].literal != nil {
		return d.parts[0].literal, nil
	}
	out := []byte{}
	for _, p := range d.parts {
		b, err := p.bytes(read)
		if err != nil {
			return nil, err
		}
		if len(out)+len(b) > MaxData {
			return nil, errData
		}
		out = append(out, b...)
	}
	return out, nil
}

var errData = fmt.Errorf("the data is longer than %d MiB, the limit", MaxData>>20)

func (p part) bytes(read func(name string) ([]byte, error)) ([]byte, error) {
	switch {
	case p.file != "":
		return read(p.file)
	case p.repeat != nil:
		unit, err := p.repeat.Bytes(read)
		if err != nil {
			return nil, err
		}
		if len(unit) > 0 && p.count > MaxData/len(unit) {
			return nil, errData
		}
		if len(unit) == 0 {
			return nil, nil
		}
		return bytes.Repeat(unit, p.count), nil
	case p.random > 0:
		return random(p.random, p.seed), nil
	}
	return p.literal, nil
}

// length is how long the data is without its files; more than MaxData stands for any such length.
func (d Data) length() int {
	total := 0
	for _, p := range d.parts {
		n := len(p.literal) + p.random
		if p.repeat != nil {
			if unit := p.repeat.length(); unit > 0 && p.count > MaxData/unit {
				n = MaxData + 1
			} else {
				n = unit * p.count
			}
		}
		total = min(total+n, MaxData+1)
	}
	return total
}

// random gives the first n bytes that SplitMix64 (Steele, Lea and Flood, 2014) makes of a seed,
// each number in little-endian order. The same seed gives the same bytes everywhere and always.
func random(n int, seed uint64) []byte {
	out := make([]byte, 0, n+8)
	for state := seed; len(out) < n; {
		state += 0x9e3779b97f4a7c15
		z := state
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		out = binary.LittleEndian.AppendUint64(out, z^z>>31)
	}
	return out[:n]
}

// bytes decodes data in any of its forms.
func (d *decoder) bytes(n *Node, f *Field) any {
	before, holes := len(d.list), len(d.holes)
	data := Data{parts: d.parts(n, f)}
	if len(d.list) > before || len(d.holes) > holes {
		return nil
	}
	if data.length() > MaxData {
		d.report(n.Span, "%v", errData)
		return nil
	}
	return data
}

func (d *decoder) parts(n *Node, f *Field) []part {
	switch {
	case n.broken:
		return nil
	case n.Text != nil:
		d.hole(n, f)
		return nil
	case n.odd != "":
		d.oddNumber(n, f)
		return nil
	case n.Kind == Sequence:
		var list []part
		for _, item := range n.Items {
			list = append(list, d.parts(item, f)...)
		}
		return list
	case n.Kind == Mapping:
		return d.form(n)
	}
	switch v := n.Value.(type) {
	case string:
		if d.escapes(n) {
			return nil
		}
		return []part{{literal: []byte(v)}}
	case []byte:
		return []part{{literal: v}}
	case Data:
		return v.parts
	}
	d.unquoted(n, f)
	return nil
}

// form decodes a mapping form of data.
func (d *decoder) form(n *Node) []part {
	var kind string
	for _, pair := range n.Pairs {
		switch pair.Key {
		case "hex", "base64", "file", "repeat", "random", "crlf":
			if kind != "" {
				d.report(pair.At, "data has one form, not %s and %s", kind, pair.Key).Detail =
					"a list joins data of several forms"
				return nil
			}
			kind = pair.Key
		}
	}
	beside := map[string]string{"repeat": "count", "random": "seed"}[kind]
	for _, pair := range n.Pairs {
		if pair.Key != kind && pair.Key != beside {
			found := d.report(pair.At, "data has no key %s here", show(pair.Key))
			found.Detail = didYouMean(pair.Key, dataKeys)
			if pair.Key == "count" || pair.Key == "seed" {
				found.Detail = "count belongs to repeat, seed to random"
			}
			return nil
		}
	}
	switch value := n.Get(kind); kind {
	case "":
		d.report(n.Span, "data needs one of hex, base64, file, repeat, random, crlf")
		return nil
	case "repeat":
		return d.repeated(n, value)
	case "random":
		p := part{}
		p.random, _ = d.value(value, &Field{Name: "random", Kind: Size, Min: 0, Max: MaxData}).(int)
		if seed := n.Get("seed"); seed != nil {
			v, _ := d.value(seed, &Field{Name: "seed", Kind: Int}).(int)
			p.seed = uint64(v)
		}
		return []part{p}
	default:
		return d.textForm(kind, value)
	}
}

func (d *decoder) repeated(n, value *Node) []part {
	count := n.Get("count")
	if count == nil {
		d.report(n.Span, "repeat needs count").Detail = "such as {repeat: A, count: 65536}"
		return nil
	}
	unit := Data{parts: d.parts(value, &Field{Name: "repeat", Kind: Bytes})}
	times, _ := d.value(count, &Field{Name: "count", Kind: Size, Min: 0, Max: MaxData}).(int)
	return []part{{repeat: &unit, count: times}}
}

// textForm decodes the forms that are text: hex, base64, file and crlf.
func (d *decoder) textForm(kind string, n *Node) []part {
	f := &Field{Name: kind, Kind: String}
	if kind == "hex" && n.Kind == Scalar && n.Plain && n.Text == nil && n.Raw != "" && !n.broken {
		// Digits are hex digits here, whatever number YAML would make of them.
		return d.hex(n, n.Raw)
	}
	text, ok := d.value(n, f).(string)
	if !ok {
		return nil
	}
	switch kind {
	case "hex":
		return d.hex(n, text)
	case "base64":
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil {
			d.report(n.Span, "base64: %s is not base64 with its padding", show(text))
			return nil
		}
		return []part{{literal: b}}
	case "file":
		if text == "" {
			d.report(n.Span, "file needs a name")
		}
		return []part{{file: text}}
	}
	if d.escapes(n) {
		return nil
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	return []part{{literal: []byte(text)}}
}

func (d *decoder) hex(n *Node, text string) []part {
	digits := strings.Join(strings.Fields(text), "")
	b, err := hex.DecodeString(digits)
	if err != nil {
		found := d.report(n.Span, "hex: %s is not pairs of hex digits", show(text))
		if len(digits)%2 == 1 {
			found.Detail = "the number of digits is odd: " + strconv.Itoa(len(digits))
		}
		return nil
	}
	return []part{{literal: b}}
}

var (
	uninterpreted = regexp.MustCompile(`\\(\\|[nrt0]|x[0-9a-fA-F]{2})`)
	anyEscape     = regexp.MustCompile(`\\(x[0-9a-fA-F]{2}|.)`)
	doubled       = regexp.MustCompile(`\\(x[89a-fA-F][0-9a-fA-F]|x[0-7][0-9a-fA-F]|[^x])`)
)

// escapes reports backslash escapes that do not mean what they seem to: where YAML does not
// interpret them, and \x80 and above, which YAML makes two bytes.
func (d *decoder) escapes(n *Node) bool {
	if n.src == nil || n.Kind != Scalar || !strings.Contains(n.Raw, `\`) {
		return false
	}
	if _, isText := n.Value.(string); !isText {
		return false
	}
	text, form := n.literal(), uninterpreted
	double := strings.HasPrefix(string(n.src.Text[n.at:]), `"`)
	if double {
		text, form = n.Raw, doubled
	}
	found, high := "", false
	for _, m := range form.FindAllString(text, -1) {
		isHigh := len(m) == 4 && strings.ContainsAny(m[2:3], "89abcdefABCDEF")
		if m == `\\` || double && !isHigh {
			continue
		}
		if found == "" || isHigh && !high {
			found = m
		}
		high = high || isHigh
	}
	switch {
	case found == "":
		return false
	case high:
		d.highByte(n, found, text)
	default:
		f := d.report(n.Span, "%s is a backslash and more here, no escape", found)
		f.Detail = "YAML interprets escapes in double quotes alone; a backslash there is \\\\"
		if len(text) < 200 && n.Text == nil {
			if strings.HasSuffix(text, "\\n\n") {
				text = text[:len(text)-1] // the line's end of a block scalar, written out as well
			}
			f.Mended = `"` + strings.NewReplacer(`"`, `\"`, "\n", `\n`).Replace(text) + `"`
		}
	}
	return true
}

// literal is a scalar's text without its expressions, in which backslashes mean what they mean
// there.
func (n *Node) literal() string {
	if n.Text == nil {
		return n.text
	}
	var text strings.Builder
	for _, piece := range n.Text {
		text.WriteString(piece.Literal)
	}
	return text.String()
}

// highByte reports an escape for a byte that text cannot hold.
func (d *decoder) highByte(n *Node, found, text string) {
	f := d.report(n.Span, "%s is not the byte 0x%s", found, strings.ToLower(found[2:]))
	f.Detail = "YAML makes it the character U+00" + strings.ToUpper(found[2:]) +
		", which is two bytes"
	if n.style == 0 || !strings.HasPrefix(string(n.src.Text[n.at:]), `"`) {
		f.Detail = "YAML does not interpret escapes here, and bytes above 0x7f are no text"
	}
	const most = 24
	meant := meantBytes(text)
	if n.Text != nil || len(meant) > most {
		f.Detail += "\nbytes are written {hex: \"" + strings.ToLower(found[2:]) +
			"\"}; a list joins text and bytes"
		return
	}
	f.Mended = `{hex: "` + hex.EncodeToString(meant) + `"}`
}

// meantBytes reads escapes as most languages do.
func meantBytes(text string) []byte {
	simple := map[string]string{`\n`: "\n", `\r`: "\r", `\t`: "\t", `\0`: "\x00", `\\`: `\`, `\"`: `"`}
	out := anyEscape.ReplaceAllFunc([]byte(text),
		func(m []byte) []byte {
			if b, err := hex.DecodeString(string(m[2:])); err == nil && len(m) == 4 {
				return b
			}
			if to, ok := simple[string(m)]; ok {
				return []byte(to)
			}
			return m
		})
	return out
}

// Plain gives a decoded value with the bytes of all Data in it, the Data of lists and mappings too.
func Plain(v any, read func(name string) ([]byte, error)) (any, error) {
	switch v := v.(type) {
	case Data:
		return v.Bytes(read)
	case []any:
		list := make([]any, len(v))
		for i, item := range v {
			var err error
			if list[i], err = Plain(item, read); err != nil {
				return nil, err
			}
		}
		return list, nil
	case map[string]any:
		entries := make(map[string]any, len(v))
		for key, item := range v {
			var err error
			if entries[key], err = Plain(item, read); err != nil {
				return nil, err
			}
		}
		return entries, nil
	}
	return v, nil
}
