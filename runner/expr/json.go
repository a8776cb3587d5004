package expr

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

var jsonFunctions = []function{
	{Function: Function{"json", "json(text or bytes) -> any", "the value that a JSON text stands for",
		`json(data).status == "ok"`}, params: []kind{chars}, result: gives(Any), metered: true,
		run: func(_ *meter, a []any) (any, error) { return decodeJSON(a[0]) }},
	{Function: Function{"to_json", "to_json(value) -> text",
		"the JSON text of a value, with the keys of maps in order; bytes must be UTF-8, a duration is " +
			"its number of seconds",
		`to_json({id: 1, ok: true}) == '{"id":1,"ok":true}'`},
		params: []kind{every &^ socket}, result: gives(String), metered: true,
		run: func(m *meter, a []any) (any, error) {
			v, err := forJSON(m, a[0])
			if err != nil {
				return nil, err
			}
			var b strings.Builder
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			err = e.Encode(v)
			return strings.TrimSuffix(b.String(), "\n"), err
		}},
}

func decodeJSON(v any) (any, error) {
	d := json.NewDecoder(strings.NewReader(string(toBytes(v))))
	d.UseNumber()
	var decoded any
	if err := d.Decode(&decoded); err != nil {
		return nil, errors.New("this is not JSON: " + err.Error())
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("this is not JSON: there is more after the value")
	}
	return plain(decoded), nil
}

// plain turns what the JSON decoder gives for numbers into ours.
func plain(v any) any {
	switch v := v.(type) {
	case json.Number:
		if i, err := strconv.Atoi(v.String()); err == nil {
			return i
		}
		f, _ := v.Float64()
		return f
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]any:
		for name := range v {
			v[name] = plain(v[name])
		}
	}
	return v
}

// forJSON copies a value as the JSON encoder takes it. The meter counts all of it: a small value
// can hold the same list again and again.
func forJSON(m *meter, v any) (any, error) {
	if err := m.spend(16 + 2*size(v)); err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case []byte:
		if !utf8.Valid(v) {
			return nil, errors.New("the bytes are not UTF-8, so JSON cannot hold them: hex(…) and " +
				"base64(…) are text")
		}
		return string(v), nil
	case time.Duration:
		return v.Seconds(), nil
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, fmt.Errorf("JSON has no number for %v", v)
		}
	case []any:
		all := make([]any, len(v))
		for i := range v {
			var err error
			if all[i], err = forJSON(m, v[i]); err != nil {
				return nil, err
			}
		}
		return all, nil
	case map[string]any:
		all := make(map[string]any, len(v))
		for name, value := range v {
			var err error
			if all[name], err = forJSON(m, value); err != nil {
				return nil, err
			}
			if err := m.spend(len(name)); err != nil {
				return nil, err
			}
		}
		return all, nil
	case Handle:
		return nil, errors.New("a socket has no JSON form")
	}
	return v, nil
}
