package expr

import (
	stdbytes "bytes"
	"cmp"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"netscene/schema"
)

// maxRange bounds the elements that .. and repeat make.
const maxRange = 1_000_000

// maxSteps bounds the elements that one comparison looks at, and that a result has.
const maxSteps = 5_000_000

// MaxText bounds, in bytes, the text and bytes that an expression makes.
const MaxText = 64 << 20

// equal compares two values by the rules of ==. Values that can never be equal because of what
// they are give an error, so that a comparison is not false without anybody noticing.
func equal(a, b any) (bool, error) {
	steps := maxSteps
	ok, err := equalIn(a, b, &steps)
	if steps < 0 {
		return false, errors.New("the values are too large to be compared")
	}
	return ok, err
}

// equalIn counts the elements it looks at: a small expression can make a list that holds itself
// twice, again and again.
func equalIn(a, b any, steps *int) (bool, error) {
	if *steps--; *steps < 0 {
		return false, nil
	}
	switch x := a.(type) {
	case []byte:
		switch y := b.(type) {
		case []byte:
			return stdbytes.Equal(x, y), nil
		case string:
			return string(x) == y, nil
		}
	case string:
		switch y := b.(type) {
		case string:
			return x == y, nil
		case []byte:
			return x == string(y), nil
		}
	case int:
		if y, ok := b.(int); ok {
			return x == y, nil
		}
	case bool:
		if y, ok := b.(bool); ok {
			return x == y, nil
		}
	case Handle:
		if y, ok := b.(Handle); ok {
			return x == y, nil
		}
	case []any:
		if y, ok := b.([]any); ok {
			return equalLists(x, y, steps), nil
		}
	case map[string]any:
		if y, ok := b.(map[string]any); ok {
			return equalMaps(x, y, steps), nil
		}
	}
	if a == nil || b == nil {
		return a == nil && b == nil, nil
	}
	order, comparable, err := numeric(a, b)
	if err != nil || comparable {
		return err == nil && order == 0, err
	}
	return false, fmt.Errorf("%s is %s and %s is %s: they are never equal",
		Format(a, 40), kindOf(a), Format(b, 40), kindOf(b))
}

// same is equal where values of different kinds are just not equal: inside lists and maps.
func same(a, b any, steps *int) bool {
	ok, err := equalIn(a, b, steps)
	return ok && err == nil
}

func equalLists(a, b []any, steps *int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !same(a[i], b[i], steps) {
			return false
		}
	}
	return true
}

func equalMaps(a, b map[string]any, steps *int) bool {
	if len(a) != len(b) {
		return false
	}
	for key, x := range a {
		y, ok := b[key]
		if !ok || !same(x, y, steps) {
			return false
		}
	}
	return true
}

// numeric compares numbers and durations. NaN is in no order with anything: then order is 2.
func numeric(a, b any) (order int, ok bool, err error) {
	ka, kb := kindOf(a), kindOf(b)
	if (ka|kb)&duration != 0 && (ka|kb)&^(duration|number|text) == 0 {
		x, err := toDuration(a)
		if err != nil {
			return 0, false, err
		}
		y, err := toDuration(b)
		return cmp.Compare(x, y), err == nil, err
	}
	if ka&number == 0 || kb&number == 0 {
		return 0, false, nil
	}
	if x, ok := a.(int); ok {
		if y, ok := b.(int); ok {
			return cmp.Compare(x, y), true, nil
		}
	}
	x, y := toFloat(a), toFloat(b)
	if math.IsNaN(x) || math.IsNaN(y) {
		return 2, true, nil
	}
	return cmp.Compare(x, y), true, nil
}

func toFloat(v any) float64 {
	if i, ok := v.(int); ok {
		return float64(i)
	}
	f, _ := v.(float64)
	return f
}

// toDuration takes a number as seconds and reads text.
func toDuration(v any) (time.Duration, error) {
	switch v := v.(type) {
	case time.Duration:
		return v, nil
	case string:
		d, err := schema.ParseDuration(v)
		if err != nil {
			return 0, fmt.Errorf("%s is not a duration", Format(v, 40))
		}
		return d, nil
	}
	seconds := toFloat(v)
	if math.Abs(seconds) >= math.MaxInt64/float64(time.Second) || math.IsNaN(seconds) {
		return 0, fmt.Errorf("%s seconds are too many for a duration", Format(v, 40))
	}
	if i, ok := v.(int); ok {
		return time.Duration(i) * time.Second, nil
	}
	return time.Duration(math.Round(seconds * float64(time.Second))), nil
}

// order compares two values by the rules of <.
func order(a, b any) (int, error) {
	if kindOf(a)&chars != 0 && kindOf(b)&chars != 0 {
		if x, ok := a.(string); ok {
			if y, ok := b.(string); ok {
				return cmp.Compare(x, y), nil
			}
		}
		return stdbytes.Compare(toBytes(a), toBytes(b)), nil
	}
	result, ok, err := numeric(a, b)
	if err == nil && !ok {
		err = fmt.Errorf("%s is %s and %s is %s: neither is before the other",
			Format(a, 40), kindOf(a), Format(b, 40), kindOf(b))
	}
	return result, err
}

// toBytes gives the bytes of text or bytes; those of bytes are not copied.
func toBytes(v any) []byte {
	if s, ok := v.(string); ok {
		return []byte(s)
	}
	b, _ := v.([]byte)
	return b
}

// arithmetic does + - * / % ** on values of any kind.
func arithmetic(op string, a, b any) (any, error) {
	ka, kb := kindOf(a), kindOf(b)
	switch result := outcome(op, ka, kb); {
	case result == 0:
		return nil, fmt.Errorf("%s does not work on %s and %s", op, ka, kb)
	case (op == "/" || op == "%") && kb&number != 0 && toFloat(b) == 0:
		return nil, fmt.Errorf("division by zero")
	case result == integer:
		return integers(op, a.(int), b.(int))
	case result&chars != 0:
		return joinChars(result, a, b)
	case (ka|kb)&duration != 0:
		return durations(op, a, b)
	}
	x, y := toFloat(a), toFloat(b)
	switch op {
	case "+":
		return x + y, nil
	case "-":
		return x - y, nil
	case "*":
		return x * y, nil
	case "/":
		return x / y, nil
	}
	return math.Pow(x, y), nil
}

func integers(op string, x, y int) (any, error) {
	var r int
	ok := true
	switch op {
	case "+":
		r = x + y
		ok = (r > x) == (y > 0)
	case "-":
		r = x - y
		ok = (r < x) == (y > 0)
	case "*":
		r = x * y
		ok = x == 0 || r/x == y && !(x == -1 && y == math.MinInt)
	case "%":
		r = x % y
	}
	if !ok {
		return nil, fmt.Errorf("the result of %d %s %d is too large for an int", x, op, y)
	}
	return r, nil
}

func joinChars(result kind, a, b any) (any, error) {
	if n := size(a) + size(b); n > MaxText {
		return nil, tooLong(n)
	}
	if result == text {
		return a.(string) + b.(string), nil
	}
	joined := make([]byte, 0, size(a)+size(b))
	return append(append(joined, toBytes(a)...), toBytes(b)...), nil
}

func tooLong(n int) error {
	return fmt.Errorf("the result has %d bytes, more than %d", n, MaxText)
}

// size is the bytes in text or bytes.
func size(v any) int {
	if s, ok := v.(string); ok {
		return len(s)
	}
	b, _ := v.([]byte)
	return len(b)
}

func durations(op string, a, b any) (any, error) {
	if op == "*" || op == "/" {
		d, isFirst := a.(time.Duration)
		e, isSecond := b.(time.Duration)
		var seconds float64
		switch {
		case isFirst && isSecond:
			if e == 0 {
				return nil, fmt.Errorf("division by zero")
			}
			return float64(d) / float64(e), nil
		case op == "/":
			seconds = d.Seconds() / toFloat(b)
		case isFirst:
			seconds = d.Seconds() * toFloat(b)
		default:
			seconds = e.Seconds() * toFloat(a)
		}
		return toDuration(seconds)
	}
	x, err := toDuration(a)
	if err != nil {
		return nil, err
	}
	y, err := toDuration(b)
	if err != nil {
		return nil, err
	}
	r, err := integers(op, int(x), int(y))
	if err != nil {
		return nil, fmt.Errorf("the result is too long for a duration")
	}
	return time.Duration(r.(int)), nil
}

// field reads a key of a map. An absent key is nil.
func field(base any, name string) (any, error) {
	switch m := base.(type) {
	case map[string]any:
		return m[name], nil
	case nil:
		return nil, fmt.Errorf("there is no value to take %s from", name)
	}
	return nil, fmt.Errorf("%s has no %s", kindOf(base), name)
}

// index reads an element; a negative index counts from the end.
func index(base, at any) (any, error) {
	if name, ok := at.(string); ok {
		return field(base, name)
	}
	i, ok := at.(int)
	if !ok {
		return nil, fmt.Errorf("an index is int, this is %s", kindOf(at))
	}
	n, err := length(base)
	if err != nil || kindOf(base) == mapping {
		return nil, fmt.Errorf("%s has no element %d", kindOf(base), i)
	}
	place := i
	if i < 0 {
		place += n
	}
	if place < 0 || place >= n {
		return nil, fmt.Errorf("there is no element %d: the length is %d", i, n)
	}
	switch v := base.(type) {
	case []byte:
		return int(v[place]), nil
	case []any:
		return v[place], nil
	}
	return cutText(base.(string), place, place+1), nil
}

// length is what len gives: bytes of bytes, characters of text, elements of a list or map.
func length(v any) (int, error) {
	switch v := v.(type) {
	case string:
		return utf8.RuneCountInString(v), nil
	case []byte:
		return len(v), nil
	case []any:
		return len(v), nil
	case map[string]any:
		return len(v), nil
	}
	return 0, fmt.Errorf("%s has no length", kindOf(v))
}

// slice cuts a part out; ends outside count as the nearest end, negative ones from the end.
func slice(base, from, to any) (any, error) {
	n, err := length(base)
	if err != nil || kindOf(base) == mapping {
		return nil, fmt.Errorf("%s has no parts", kindOf(base))
	}
	ends := [2]int{0, n}
	for i, v := range [2]any{from, to} {
		if v == nil {
			continue
		}
		at, ok := v.(int)
		if !ok {
			return nil, fmt.Errorf("an index is int, this is %s", kindOf(v))
		}
		if at < 0 {
			at += n
		}
		ends[i] = max(0, min(at, n))
	}
	ends[1] = max(ends[0], ends[1])
	switch v := base.(type) {
	case []byte:
		return v[ends[0]:ends[1]:ends[1]], nil
	case []any:
		return v[ends[0]:ends[1]:ends[1]], nil
	}
	return cutText(base.(string), ends[0], ends[1]), nil
}

// cutText cuts text by characters.
func cutText(s string, from, to int) string {
	start, end, n := len(s), len(s), 0
	for at := range s {
		if n == from {
			start = at
		}
		if n == to {
			end = at
			break
		}
		n++
	}
	return s[start:end]
}

// contains says whether in holds: an element of a list, a key of a map, a part of text or bytes.
func contains(base, item any) (bool, error) {
	switch v := base.(type) {
	case []any:
		return isAmong(v, item)
	case map[string]any:
		if name, ok := item.(string); ok {
			_, ok = v[name]
			return ok, nil
		}
	case string, []byte:
		if kindOf(item)&chars != 0 {
			return find("contains", base, item), nil
		}
	}
	return false, fmt.Errorf("in does not work on %s and %s", kindOf(item), kindOf(base))
}

func isAmong(items []any, item any) (bool, error) {
	steps := maxSteps
	for _, e := range items {
		if same(e, item, &steps) {
			return true, nil
		}
	}
	if steps < 0 {
		return false, errors.New("the values are too large to be compared")
	}
	return false, nil
}

// bounded says whether a value has at most as many elements, at all depths, as are left.
func bounded(v any, left *int) bool {
	*left--
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if *left < 0 || !bounded(e, left) {
				return false
			}
		}
	case map[string]any:
		for _, e := range v {
			if *left < 0 || !bounded(e, left) {
				return false
			}
		}
	}
	return *left >= 0
}

// find does contains, startsWith and endsWith on text and bytes.
func find(op string, base, part any) bool {
	if s, ok := base.(string); ok {
		if p, ok := part.(string); ok {
			switch op {
			case "contains":
				return strings.Contains(s, p)
			case "startsWith":
				return strings.HasPrefix(s, p)
			}
			return strings.HasSuffix(s, p)
		}
	}
	b, p := toBytes(base), toBytes(part)
	switch op {
	case "contains":
		return stdbytes.Contains(b, p)
	case "startsWith":
		return stdbytes.HasPrefix(b, p)
	}
	return stdbytes.HasSuffix(b, p)
}
