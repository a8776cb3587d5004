package expr

import (
	stdbytes "bytes"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// chores are the functions on text and bytes that give back what they were given: text for text,
// bytes for bytes.
var chores = []function{
	{Function: Function{"len", "len(text, bytes, list or map) -> int",
		"how many characters, bytes, elements or keys there are", `len(data) == 5`},
		params: []kind{chars | list | mapping}, result: gives(Natural),
		run: func(_ *meter, a []any) (any, error) { return length(a[0]) }},
	edit("upper", "upper(text) -> text", "with capital letters", `upper("ok") == "OK"`, 1,
		func(s []string) (string, error) { return strings.ToUpper(s[0]), nil }),
	edit("lower", "lower(text) -> text", "with small letters", `lower("OK") == "ok"`, 1,
		func(s []string) (string, error) { return strings.ToLower(s[0]), nil }),
	edit("trim", "trim(text [, characters]) -> text",
		"without the characters at both ends; without white space when none are given",
		`trim(data) == "hello"`, -2, func(s []string) (string, error) {
			if len(s) == 1 {
				return strings.TrimSpace(s[0]), nil
			}
			return strings.Trim(s[0], s[1]), nil
		}),
	edit("trimPrefix", "trimPrefix(text, prefix) -> text", "without the prefix, where it has it",
		`trimPrefix("v1", "v") == "1"`, 2,
		func(s []string) (string, error) { return strings.TrimPrefix(s[0], s[1]), nil }),
	edit("trimSuffix", "trimSuffix(text, suffix) -> text", "without the suffix, where it has it",
		`trimSuffix(data, "\r\n") == "OK"`, 2,
		func(s []string) (string, error) { return strings.TrimSuffix(s[0], s[1]), nil }),
	edit("replace", "replace(text, old, new) -> text", "with new wherever old was",
		`replace("a-b", "-", "+") == "a+b"`, 3, func(s []string) (string, error) {
			grown := len(s[0]) + (strings.Count(s[0], s[1]) * (len(s[2]) - len(s[1])))
			if grown > MaxText {
				return "", tooLong(grown)
			}
			return strings.ReplaceAll(s[0], s[1], s[2]), nil
		}),
	{Function: Function{"repeat", "repeat(text, count) -> text", "count times the text",
		`data == repeat("A", 1000)`}, params: []kind{chars, integer}, result: first, metered: true,
		run: repeat},
	{Function: Function{"split", "split(text, separator [, limit]) -> list",
		"the parts between separators, at most limit of them", `split("a,b", ",")[0] == "a"`},
		params: []kind{chars, chars, integer}, optional: 1, metered: true,
		result: func(args []Type) Type { return List(first(args)) }, run: split},
	{Function: Function{"join", "join(list [, separator]) -> text",
		"the elements in a row with a separator between; bytes when one of them is bytes",
		`join(["a", "b"], "-") == "a-b"`}, params: []kind{list, chars}, optional: 1, metered: true,
		result: func(args []Type) Type {
			if args[0].element().is(text) && (len(args) == 1 || args[1].is(text)) {
				return String
			}
			return Type{kinds: chars}
		}, run: joinList},
	{Function: Function{"indexOf", "indexOf(text, part) -> int",
		"where the part begins, in characters or bytes; -1 when it is not there",
		`indexOf(data, "\r\n") == 5`}, params: []kind{chars, chars}, result: gives(Int), metered: true,
		run: func(_ *meter, a []any) (any, error) {
			at := stdbytes.Index(toBytes(a[0]), toBytes(a[1]))
			if s, ok := a[0].(string); ok && at > 0 {
				at = utf8.RuneCountInString(s[:at])
			}
			return at, nil
		}},
}

// edit makes a function on texts that works on bytes too. A negative count leaves the last out.
func edit(name, signature, doc, example string, count int,
	run func([]string) (string, error)) function {
	optional := 0
	if count < 0 {
		count, optional = -count, 1
	}
	return function{
		Function: Function{name, signature, doc, example},
		params:   slices.Repeat([]kind{chars}, count), optional: optional, result: first, metered: true,
		run: func(_ *meter, a []any) (any, error) {
			texts := make([]string, len(a))
			for i := range a {
				texts[i] = string(toBytes(a[i]))
			}
			s, err := run(texts)
			return like(a[0], s), err
		},
	}
}

// like gives text as bytes where the model is bytes.
func like(model any, s string) any {
	if _, ok := model.([]byte); ok {
		return []byte(s)
	}
	return s
}

func repeat(m *meter, a []any) (any, error) {
	n, count := size(a[0]), a[1].(int)
	if count < 0 {
		return nil, errors.New("repeat takes a count of 0 or more")
	}
	if n > 0 && count > MaxText/n {
		return nil, fmt.Errorf("the result has more than %d bytes", MaxText)
	}
	if err := m.spend(n * count); err != nil {
		return nil, err
	}
	if n == 0 {
		return a[0], nil
	}
	return like(a[0], strings.Repeat(string(toBytes(a[0])), count)), nil
}

func split(m *meter, a []any) (any, error) {
	limit := -1
	if len(a) > 2 {
		limit = a[2].(int)
	}
	whole := string(toBytes(a[0]))
	if n := strings.Count(whole, string(toBytes(a[1]))); n >= maxRange {
		return nil, fmt.Errorf("the text has more than %d parts", maxRange)
	}
	parts := strings.SplitN(whole, string(toBytes(a[1])), limit)
	items := make([]any, len(parts))
	for i, part := range parts {
		items[i] = like(a[0], part)
	}
	return items, m.spend(len(parts) * 40)
}

func joinList(m *meter, a []any) (any, error) {
	items, separator := a[0].([]any), any("")
	if len(a) > 1 {
		separator = a[1]
	}
	n, kinds := 0, kindOf(separator)
	for i, item := range items {
		if kindOf(item)&chars == 0 {
			return nil, fmt.Errorf("join takes text and bytes, element %d is %s", i, kindOf(item))
		}
		kinds |= kindOf(item)
		if n += size(item) + size(separator); n > MaxText {
			return nil, tooLong(n)
		}
	}
	if err := m.spend(n); err != nil {
		return nil, err
	}
	joined := make([]byte, 0, n)
	for i, item := range items {
		if i > 0 {
			joined = append(joined, toBytes(separator)...)
		}
		joined = append(joined, toBytes(item)...)
	}
	if kinds&bytes != 0 {
		return joined, nil
	}
	return string(joined), nil
}

func elementOf(args []Type) Type { return join(args[0].element(), Type{kinds: null}) }

var listFunctions = []function{
	{Function: Function{"first", "first(list) -> any", "the first element, nil when there is none",
		"first([1, 2]) == 1"}, params: []kind{list}, result: elementOf,
		run: func(_ *meter, a []any) (any, error) { return end(a[0].([]any), 0), nil }},
	{Function: Function{"last", "last(list) -> any", "the last element, nil when there is none",
		"last([1, 2]) == 2"}, params: []kind{list}, result: elementOf,
		run: func(_ *meter, a []any) (any, error) {
			items := a[0].([]any)
			return end(items, len(items)-1), nil
		}},
	{Function: Function{"concat", "concat(list, …) -> list", "the elements of all lists in a row",
		"concat([1], [2]) == [1, 2]"}, params: []kind{list}, variadic: true, metered: true,
		result: func(args []Type) Type {
			t := args[0]
			for _, a := range args[1:] {
				t = join(t, a)
			}
			return List(t.element())
		}, run: concat},
	{Function: Function{"reverse", "reverse(list) -> list", "the elements from last to first",
		"reverse([1, 2]) == [2, 1]"}, params: []kind{list}, result: first, metered: true,
		run: func(m *meter, a []any) (any, error) {
			items := slices.Clone(a[0].([]any))
			slices.Reverse(items)
			return items, m.spend(len(items) * 16)
		}},
	{Function: Function{"sort", "sort(list) -> list", "the elements from least to greatest",
		"sort([2, 1]) == [1, 2]"}, params: []kind{list}, result: first, metered: true,
		run: func(m *meter, a []any) (any, error) {
			return sortedBy(m, []any{a[0], a[0], "asc"})
		}},
	{Function: Function{"uniq", "uniq(list) -> list", "the elements without repetitions",
		"uniq([1, 1, 2]) == [1, 2]"}, params: []kind{list}, result: first, metered: true, run: uniq},
	{Function: Function{"keys", "keys(map) -> list", "the keys of a map, sorted",
		"keys({b: 1, a: 2}) == [\"a\", \"b\"]"}, params: []kind{mapping}, result: gives(List(String)),
		run: func(_ *meter, a []any) (any, error) {
			m := a[0].(map[string]any)
			names := make([]any, 0, len(m))
			for _, name := range sortedKeys(m) {
				names = append(names, name)
			}
			return names, nil
		}},
	extreme("min", "the least", "min(3, 1) == 1", -1),
	extreme("max", "the greatest", "max(3, 1) == 3", 1),
	rounding("abs", "the number without its sign; of a duration too", "abs(-1) == 1", nil),
	rounding("floor", "the whole number at or below", "floor(1.7) == 1", math.Floor),
	rounding("ceil", "the whole number at or above", "ceil(1.2) == 2", math.Ceil),
	rounding("round", "the nearest whole number", "round(1.5) == 2", math.Round),
}

func end(items []any, i int) any {
	if len(items) == 0 {
		return nil
	}
	return items[i]
}

func concat(m *meter, a []any) (any, error) {
	n := 0
	for _, items := range a {
		n += len(items.([]any))
	}
	if n > maxRange {
		return nil, fmt.Errorf("the result has more than %d elements", maxRange)
	}
	if err := m.spend(n * 16); err != nil {
		return nil, err
	}
	all := make([]any, 0, n)
	for _, items := range a {
		all = append(all, items.([]any)...)
	}
	return all, nil
}

func uniq(m *meter, a []any) (any, error) {
	if kept, ok := uniqOf[int](a[0].([]any)); ok {
		return kept, nil
	}
	if kept, ok := uniqOf[string](a[0].([]any)); ok {
		return kept, nil
	}
	var kept []any
	for _, item := range a[0].([]any) {
		if err := m.spend(len(kept) * 16); err != nil {
			return nil, err
		}
		found, err := isAmong(kept, item)
		if err != nil {
			return nil, err
		}
		if !found {
			kept = append(kept, item)
		}
	}
	return append([]any{}, kept...), nil
}

// uniqOf is uniq of a list of which all elements are of one type that tells them apart; ok is false
// for another.
func uniqOf[T comparable](items []any) (kept []any, ok bool) {
	seen := make(map[T]bool, len(items))
	kept = []any{}
	for _, item := range items {
		v, is := item.(T)
		if !is {
			return nil, false
		}
		if !seen[v] {
			seen[v] = true
			kept = append(kept, item)
		}
	}
	return kept, true
}

// sortedBy sorts a list by keys of the same length, upwards or downwards. Equal ones keep their
// order.
func sortedBy(m *meter, a []any) (any, error) {
	items, ok := a[0].([]any)
	keys, isList := a[1].([]any)
	if !ok || !isList {
		return nil, fmt.Errorf("this is %s, not a list", kindOf(a[0]))
	}
	sign := 1
	switch a[2] {
	case "asc":
	case "desc":
		sign = -1
	default:
		return nil, errors.New(`the order is "asc" or "desc"`)
	}
	if err := m.spend(len(items) * 64); err != nil {
		return nil, err
	}
	places := make([]int, len(items))
	for i := range places {
		places[i] = i
	}
	var failed error
	slices.SortStableFunc(places, func(i, j int) int {
		r, err := order(keys[i], keys[j])
		if err != nil && failed == nil {
			failed = err
		}
		return sign * r
	})
	sorted := make([]any, len(items))
	for i, place := range places {
		sorted[i] = items[place]
	}
	return sorted, failed
}

// extreme makes min or max, of several values or of one list.
func extreme(name, doc, example string, sign int) function {
	return function{
		Function: Function{name, name + "(a, b, …) or " + name + "(list) -> any",
			doc + " of several values or of a list", example},
		params: []kind{number | chars | duration | list}, variadic: true, metered: true,
		result: func(args []Type) Type {
			if len(args) == 1 {
				return args[0].element()
			}
			t := args[0]
			for _, a := range args[1:] {
				t = join(t, a)
			}
			return t
		},
		run: func(_ *meter, a []any) (any, error) {
			if items, ok := a[0].([]any); ok && len(a) == 1 {
				a = items
			}
			if len(a) == 0 {
				return nil, errors.New(name + " needs at least one value")
			}
			best := a[0]
			for _, v := range a {
				r, err := order(v, best)
				if err != nil {
					return nil, err
				}
				if r == sign {
					best = v
				}
			}
			return best, nil
		},
	}
}

// rounding makes a function of one number; without a rule it is abs.
func rounding(name, doc, example string, rule func(float64) float64) function {
	f := function{Function: Function{name, name + "(number) -> number", doc, example},
		params: []kind{number | duration}, result: first}
	f.run = func(_ *meter, a []any) (any, error) {
		switch v := a[0].(type) {
		case int:
			if rule == nil && v < 0 {
				return integers("-", 0, v)
			}
		case time.Duration:
			return v.Abs(), nil
		case float64:
			if rule == nil {
				return math.Abs(v), nil
			}
			return toInt(rule(v))
		}
		return a[0], nil
	}
	if rule != nil {
		f.params, f.result = []kind{number}, gives(Int)
	}
	return f
}

// matches searches for a regular expression in text or bytes.
func matches(m *meter, a []any) (any, error) {
	if kindOf(a[0])&chars == 0 {
		return nil, fmt.Errorf("matches does not work on %s", kindOf(a[0]))
	}
	if err := m.spend(max(size(a[0])*8, 1<<12)); err != nil {
		return nil, err
	}
	re, ok := a[1].(*regexp.Regexp)
	if !ok {
		if kindOf(a[1])&chars == 0 {
			return nil, fmt.Errorf("a regular expression is text, this is %s", kindOf(a[1]))
		}
		pattern := string(toBytes(a[1]))
		if len(pattern) > MaxSource {
			return nil, errors.New("the regular expression is too long")
		}
		var err error
		if re, err = regexp.Compile(pattern); err != nil {
			return nil, errors.New("this is not a regular expression: " + patternError(err))
		}
	}
	if s, ok := a[0].(string); ok {
		return re.MatchString(s), nil
	}
	return re.Match(a[0].([]byte)), nil
}

// patternError takes Go's prefix off the message of regexp.Compile.
func patternError(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}
