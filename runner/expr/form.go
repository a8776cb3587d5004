package expr

import (
	"fmt"
	"slices"
	"strings"

	"netscene/schema"
)

// form reads the map that a function builds something of. It keeps the first mistake.
type form struct {
	of  string // what is built, or a part of that
	m   map[string]any
	err *error
}

// newForm reads a value that has to be a map with no other keys than these.
func newForm(of string, v any, keys []string, err *error) *form {
	f := &form{of: of, err: err}
	m, ok := v.(map[string]any)
	if !ok {
		f.fail("%s is %s, not a map", of, kindOf(v))
		return f
	}
	f.m = m
	for _, name := range sortedKeys(m) {
		if slices.Contains(keys, name) {
			continue
		}
		if near := schema.Suggest(name, keys); near != "" {
			f.fail("%s has no %s: did you mean %s?", of, name, near)
		}
		f.fail("%s has no %s; it has %s", of, name, strings.Join(keys, ", "))
	}
	return f
}

func (f *form) fail(format string, args ...any) {
	if *f.err == nil {
		*f.err = fmt.Errorf(format, args...)
	}
}

// wrong is a value that a key does not take.
func (f *form) wrong(key, want string) {
	f.fail("the %s of %s is %s, not %s", key, f.of, Format(f.m[key], 40), want)
}

func (f *form) text(key, otherwise string) string {
	if f.m[key] == nil {
		return otherwise
	}
	if kindOf(f.m[key])&chars == 0 {
		f.wrong(key, "text")
	}
	return string(toBytes(f.m[key]))
}

func (f *form) bytes(key string) []byte { return []byte(f.text(key, "")) }

// number reads a number from 0 to most.
func (f *form) number(key string, otherwise, most int) int {
	if f.m[key] == nil {
		return otherwise
	}
	n, ok := f.m[key].(int)
	if !ok || n < 0 || n > most {
		f.wrong(key, fmt.Sprintf("a number from 0 to %d", most))
	}
	return n
}

func (f *form) flag(key string) bool {
	if f.m[key] == nil {
		return false
	}
	on, ok := f.m[key].(bool)
	if !ok {
		f.wrong(key, "true or false")
	}
	return on
}

func (f *form) list(key string) []any {
	if f.m[key] == nil {
		return nil
	}
	list, ok := f.m[key].([]any)
	if !ok {
		f.wrong(key, "a list")
	}
	return list
}
