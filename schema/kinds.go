package schema

import (
	"math"
	"strconv"
	"strings"
	"time"
)

func (d *decoder) bool(n *Node, f *Field) any {
	if v, ok := n.Value.(bool); ok && n.Kind == Scalar {
		return v
	}
	found := d.wrong(n, f)
	if text, ok := n.Value.(string); ok {
		switch strings.ToLower(text) {
		case "yes", "on", "y", "true":
			found.Detail = "write true"
		case "no", "off", "n", "false":
			found.Detail = "write false"
		}
	}
	return nil
}

func (d *decoder) int(n *Node, f *Field) any {
	v, ok := n.Value.(int)
	if !ok || n.Kind != Scalar {
		found := d.wrong(n, f)
		found.Detail = unquote(n)
		if v, isFloat := n.Value.(float64); isFloat && v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			found.Detail = "write " + strconv.FormatFloat(v, 'f', -1, 64)
		}
		return nil
	}
	if f.Max > f.Min && (v < f.Min || v > f.Max) {
		d.wrong(n, f)
		return nil
	}
	return v
}

// unquote is the hint for a number in quotes.
func unquote(n *Node) string {
	text, ok := n.Value.(string)
	if v, odd := resolve(text); ok && !n.Plain && odd == "" {
		switch v.(type) {
		case int, float64:
			return "a number has no quotes: " + text
		}
	}
	return ""
}

func (d *decoder) float(n *Node, f *Field) any {
	switch v := n.Value.(type) {
	case int:
		return float64(v)
	case float64:
		return v
	}
	d.wrong(n, f).Detail = unquote(n)
	return nil
}

func (d *decoder) string(n *Node, f *Field) any {
	switch v := n.Value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	}
	d.unquoted(n, f)
	return nil
}

func (d *decoder) duration(n *Node, f *Field) any {
	var v time.Duration
	var err error
	switch t := n.Value.(type) {
	case time.Duration:
		v = t
		if t < 0 {
			err = errNegative
		}
	case int:
		v, err = seconds(float64(t))
	case float64:
		v, err = seconds(t)
	case string:
		v, err = ParseDuration(t)
	default:
		d.wrong(n, f)
		return nil
	}
	if err != nil {
		d.report(n.Span, "%s: %v", f.Name, err)
		return nil
	}
	return v
}

func (d *decoder) size(n *Node, f *Field) any {
	v, ok := n.Value.(int)
	if text, isText := n.Value.(string); isText {
		var err error
		if v, err = ParseSize(text); err != nil {
			d.report(n.Span, "%s: %v", f.Name, err)
			return nil
		}
		ok = true
	}
	switch {
	case !ok || n.Kind != Scalar:
		d.wrong(n, f)
		return nil
	case f.Max > f.Min && (v < f.Min || v > f.Max):
		d.report(n.Span, "%s must be from %d to %d bytes, not %d", f.Name, f.Min, f.Max, v)
		return nil
	case f.Max <= f.Min && v < 0:
		d.report(n.Span, "%s: %v", f.Name, errNegative)
		return nil
	}
	return v
}

func (d *decoder) address(n *Node, f *Field) any {
	switch v := n.Value.(type) {
	case string:
		if v == "" {
			d.wrong(n, f)
			return nil
		}
		return v
	case []byte:
		return string(v)
	}
	if n.Kind != Mapping {
		d.wrong(n, f)
		return nil
	}
	if n.Get("family") == nil {
		d.report(n.Span, "an address as a mapping needs family").Detail =
			"such as {family: inet, host: 127.0.0.1, port: 0}"
		return nil
	}
	return d.entries(n, f)
}

// number finds a constant, by its name or as a number.
func (d *decoder) number(n *Node, f *Field) (int, bool) {
	switch v := n.Value.(type) {
	case int:
		if f.Max <= f.Min && int(int32(v)) != v {
			d.report(n.Span, "%s: %d does not fit into 32 bits, as C's int", f.Name, v)
			return 0, false
		}
		if f.Max <= f.Min || v >= f.Min && v <= f.Max {
			return v, true
		}
		d.report(n.Span, "%s must be from %d to %d, not %d", f.Name, f.Min, f.Max, v)
		return 0, false
	case string:
		var known []string
		for _, c := range f.Choices {
			if c.Name == v {
				return c.Value, true
			}
			known = append(known, c.Name)
		}
		found := d.report(n.Span, "%s does not know %s", f.Name, show(v))
		found.Detail = unquote(n)
		if found.Detail == "" {
			found.Detail = didYouMean(v, known)
		}
		if found.Detail == "" {
			found.Detail = "known are " + choices(f)
		}
		return 0, false
	}
	d.wrong(n, f)
	return 0, false
}

func (d *decoder) choice(n *Node, f *Field) any {
	if v, ok := d.number(n, f); ok {
		return v
	}
	return nil
}

func (d *decoder) flags(n *Node, f *Field) any {
	if text, ok := n.Value.(string); ok && n.Kind == Scalar && strings.ContainsAny(text, "|,+") {
		d.report(n.Span, "%s: several flags are a list", f.Name).Mended = f.Name + ": [" +
			strings.Join(strings.FieldsFunc(text, func(r rune) bool {
				return strings.ContainsRune("|,+ ", r)
			}), ", ") + "]"
		return nil
	}
	if n.Kind != Sequence {
		return d.choice(n, f)
	}
	sum, good := 0, true
	for _, item := range n.Items {
		switch {
		case item.broken:
			good = false
		case item.Text != nil:
			d.hole(item, f)
		case item.Kind != Scalar || item.odd != "":
			d.wrong(item, f)
			good = false
		default:
			v, ok := d.number(item, f)
			sum |= v
			good = good && ok
		}
	}
	if !good {
		return nil
	}
	return sum
}

func (d *decoder) items(n *Node, f *Field) any {
	if n.Kind != Sequence {
		d.wrong(n, f)
		return nil
	}
	elem := f.Elem
	if elem == nil {
		elem = &Field{Name: "an item of " + f.Name, Kind: Any}
	}
	list := make([]any, 0, len(n.Items))
	before := len(d.list)
	for _, item := range n.Items {
		list = append(list, d.value(item, elem))
	}
	if len(d.list) > before {
		return nil // so that nobody finds fault with an item again
	}
	return list
}

func (d *decoder) entries(n *Node, f *Field) any {
	if n.Kind != Mapping {
		d.wrong(n, f)
		return nil
	}
	values := map[string]any{}
	for _, pair := range n.Pairs {
		field := find(f.Fields, pair.Key)
		switch {
		case field == nil && f.Fields != nil:
			d.report(pair.At, "%s has no key %s", f.Name, show(pair.Key)).Detail =
				didYouMean(pair.Key, names(f.Fields))
			continue
		case field == nil && f.Elem != nil:
			elem := *f.Elem
			elem.Name = pair.Key
			field = &elem
		case field == nil:
			field = &Field{Name: pair.Key, Kind: Any}
		}
		values[pair.Key] = d.value(pair.Value, field)
	}
	for i := range f.Fields {
		if field := &f.Fields[i]; field.Required && n.Get(field.Name) == nil {
			d.report(n.Span, "%s needs %s", f.Name, field.Name)
		}
	}
	return values
}

// handle takes a socket, which only an expression can give.
func (d *decoder) handle(n *Node, f *Field) any {
	if n.src == nil && n.Value != nil {
		return n.Value
	}
	if n.Kind == Scalar && n.Value == nil && f.Null {
		return nil
	}
	found := d.wrong(n, f)
	found.Detail = "a socket comes from an expression, such as $(server.accept.socket)"
	if text, ok := n.Value.(string); ok && n.src != nil && stepName.MatchString(text) {
		found.Mended = n.src.mend(n.at, n.src.Offset(n.Span.End), "$("+text+".socket)")
	}
	return nil
}

// any takes plain data. In a variable, and in a parameter that takes anything, the data forms that
// no string can be mistaken for are bytes.
func (d *decoder) any(n *Node, f *Field) any {
	switch n.Kind {
	case Sequence:
		return d.items(n, &Field{Name: f.Name, Kind: List})
	case Mapping:
		if dataForm(n) {
			data, ok := d.bytes(n, f).(Data)
			if !ok || len(d.holes) > 0 {
				return nil
			}
			b, err := data.Bytes(nil)
			if err != nil {
				d.report(n.Span, "%v", err)
			}
			return b
		}
		return d.entries(n, &Field{Name: f.Name, Kind: Map})
	}
	if d.plain && n.Kind == Scalar && d.escapes(n) {
		return nil
	}
	return n.Value
}

// dataForm says whether a mapping is data that needs no file.
func dataForm(n *Node) bool {
	keys := map[string]bool{}
	for _, pair := range n.Pairs {
		keys[pair.Key] = true
	}
	switch len(keys) {
	case 1:
		return keys["hex"] || keys["base64"] || keys["crlf"] || keys["random"]
	case 2:
		return keys["repeat"] && keys["count"] || keys["random"] && keys["seed"]
	}
	return false
}
