package schema

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// The keys of one-entry objects that stand for what JSON has no value for.
const (
	tagBytes   = "base64"  // {"base64": "…"}: bytes
	tagSeconds = "seconds" // {"seconds": 1.5}: a duration, where no field says that it is one
	tagText    = "text"    // {"text": "…"}: a string that is no UTF-8, in base64
	tagMap     = "map"     // {"map": {…}}: a map that would look like one of these
)

var tags = []string{tagBytes, tagSeconds, tagText, tagMap}

// EncodeJSON writes the values of a result as a JSON object, in the order of its fields; a field
// without a value is left out. Bytes, durations, whole and broken numbers, lists and maps come back
// from DecodeJSON with their types. A duration is a number of seconds where its field says so, and
// {"seconds": …} elsewhere; bytes are {"base64": …}.
func EncodeJSON(fields []Field, values map[string]any) ([]byte, error) {
	out := []byte{'{'}
	for i := range fields {
		v, ok := values[fields[i].Name]
		if !ok {
			continue
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = append(appendString(out, fields[i].Name), ':')
		var err error
		if out, err = appendField(out, &fields[i], v); err != nil {
			return nil, fmt.Errorf("%s: %w", fields[i].Name, err)
		}
	}
	for name := range values {
		if find(fields, name) == nil {
			return nil, fmt.Errorf("no field %s", show(name))
		}
	}
	return append(out, '}'), nil
}

func appendField(out []byte, f *Field, v any) ([]byte, error) {
	if d, ok := v.(time.Duration); ok && f.Kind == Duration {
		return appendSeconds(out, d), nil
	}
	return appendAny(out, v)
}

func appendString(out []byte, s string) []byte {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always has a JSON form
	}
	return append(out, text...)
}

func appendSeconds(out []byte, d time.Duration) []byte {
	sign, n := "", uint64(d)
	if d < 0 {
		sign, n = "-", -n
	}
	text := fmt.Sprintf("%s%d.%09d", sign, n/1e9, n%1e9)
	return append(out, strings.TrimSuffix(strings.TrimRight(text, "0"), ".")...)
}

func appendAny(out []byte, v any) ([]byte, error) {
	switch v := v.(type) {
	case nil:
		return append(out, "null"...), nil
	case bool:
		return strconv.AppendBool(out, v), nil
	case int:
		return strconv.AppendInt(out, int64(v), 10), nil
	case float64:
		return appendFloat(out, v)
	case string:
		if !utf8.ValidString(v) {
			return appendTag(out, tagText, appendBase64(nil, []byte(v))), nil
		}
		return appendString(out, v), nil
	case []byte:
		return appendTag(out, tagBytes, appendBase64(nil, v)), nil
	case time.Duration:
		return appendTag(out, tagSeconds, appendSeconds(nil, v)), nil
	case []any:
		return appendList(out, v)
	case map[string]any:
		return appendMap(out, v)
	}
	if w := Wrap(v, Span{}); w.Kind != Scalar || reflect.TypeOf(w.Value) != reflect.TypeOf(v) {
		return appendAny(out, w.plain())
	}
	return nil, fmt.Errorf("a value of type %T has no JSON form", v)
}

// plain gives back what Wrap was given, in the types of plain data.
func (n *Node) plain() any {
	switch n.Kind {
	case Sequence:
		list := make([]any, 0, len(n.Items))
		for _, item := range n.Items {
			list = append(list, item.plain())
		}
		return list
	case Mapping:
		m := map[string]any{}
		for _, pair := range n.Pairs {
			m[pair.Key] = pair.Value.plain()
		}
		return m
	}
	return n.Value
}

func appendFloat(out []byte, v float64) ([]byte, error) {
	if math.IsInf(v, 0) || math.IsNaN(v) {
		return nil, errors.New("a number that is not finite has no JSON form")
	}
	text := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(text, ".e") {
		text += ".0" // what has no fraction would come back as an int
	}
	return append(out, text...), nil
}

func appendBase64(out, b []byte) []byte {
	out = append(out, '"')
	out = base64.StdEncoding.AppendEncode(out, b)
	return append(out, '"')
}

func appendTag(out []byte, tag string, value []byte) []byte {
	out = append(append(out, `{"`...), tag...)
	out = append(append(out, `":`...), value...)
	return append(out, '}')
}

func appendList(out []byte, list []any) ([]byte, error) {
	out = append(out, '[')
	for i, item := range list {
		if i > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = appendAny(out, item); err != nil {
			return nil, err
		}
	}
	return append(out, ']'), nil
}

func appendMap(out []byte, m map[string]any) ([]byte, error) {
	keys := make([]string, 0, len(m))
	for key := range m {
		if !utf8.ValidString(key) {
			return nil, fmt.Errorf("key %s is not UTF-8", show(key))
		}
		keys = append(keys, key)
	}
	sort.Strings(keys)
	looksTagged := len(keys) == 1 && slices.Contains(tags, keys[0])
	if looksTagged {
		out = append(append(out, `{"`+tagMap+`":`...), '{')
	} else {
		out = append(out, '{')
	}
	for i, key := range keys {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(appendString(out, key), ':')
		var err error
		if out, err = appendAny(out, m[key]); err != nil {
			return nil, err
		}
	}
	if looksTagged {
		out = append(out, '}')
	}
	return append(out, '}'), nil
}

// DecodeJSON reads what EncodeJSON wrote.
func DecodeJSON(fields []Field, b []byte) (map[string]any, error) {
	in := json.NewDecoder(bytes.NewReader(b))
	in.UseNumber()
	var raw map[string]any
	if err := in.Decode(&raw); err != nil {
		return nil, fmt.Errorf("decode result: %w", err)
	}
	if in.More() {
		return nil, errors.New("decode result: text behind the object")
	}
	values := map[string]any{}
	for name, v := range raw {
		f := find(fields, name)
		if f == nil {
			return nil, fmt.Errorf("decode result: no field %s", show(name))
		}
		var err error
		if number, ok := v.(json.Number); ok && f.Kind == Duration {
			values[name], err = readSeconds(number.String())
		} else {
			values[name], err = readAny(v)
		}
		if err != nil {
			return nil, fmt.Errorf("decode result: %s: %w", name, err)
		}
	}
	return values, nil
}

func readAny(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		text := v.String()
		if strings.ContainsAny(text, ".eE") {
			return strconv.ParseFloat(text, 64)
		}
		return strconv.Atoi(text)
	case []any:
		for i := range v {
			var err error
			if v[i], err = readAny(v[i]); err != nil {
				return nil, err
			}
		}
		return v, nil
	case map[string]any:
		if len(v) == 1 {
			for _, tag := range tags {
				if inner, ok := v[tag]; ok {
					return readTag(tag, inner)
				}
			}
		}
		return readMap(v)
	}
	return v, nil
}

func readMap(m map[string]any) (any, error) {
	for key := range m {
		var err error
		if m[key], err = readAny(m[key]); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func readTag(tag string, v any) (any, error) {
	switch inner := v.(type) {
	case json.Number:
		if tag == tagSeconds {
			return readSeconds(inner.String())
		}
	case map[string]any:
		if tag == tagMap {
			return readMap(inner)
		}
	case string:
		b, err := base64.StdEncoding.DecodeString(inner)
		switch {
		case err != nil:
			return nil, err
		case tag == tagBytes:
			return b, nil
		case tag == tagText:
			return string(b), nil
		}
	}
	return nil, fmt.Errorf("no value for the tag %s", tag)
}

// readSeconds reads a decimal number of seconds exactly.
func readSeconds(text string) (time.Duration, error) {
	if strings.ContainsAny(text, "eE") {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || math.Abs(f) >= math.MaxInt64/1e9 {
			return 0, fmt.Errorf("%s is no duration", show(text))
		}
		return time.Duration(math.Round(f * 1e9)), nil
	}
	whole, fraction, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole+(fraction + "000000000")[:9], 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s is no duration", show(text))
	}
	return time.Duration(n), nil
}
