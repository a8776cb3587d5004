package runner

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner/expr"
	"netscene/schema"
)

// veil hides the secrets of a scenario in what is told of its runs. All that is told are events, so
// it stands where they are handed to those who listen; and it hides secrets in values before they
// are laid out in rows or cut, which would leave pieces that nobody knows again. A nil veil hides
// nothing.
type veil struct {
	secrets [][]byte
	grams   map[string]bool // every piece of gram bytes of a secret in one of its forms
	short   []string        // forms that are shorter
}

const (
	gram   = 6 // pieces of secrets that are so long are hidden wherever they stand,
	edges  = 3 // and so long at the beginning or the end of data
	hidden = "***"
)

// newVeil makes the veil that hides the secrets; nil without any.
func newVeil(secrets []string) *veil {
	secrets = slices.DeleteFunc(slices.Clone(secrets), func(s string) bool { return s == "" })
	if len(secrets) == 0 {
		return nil
	}
	v := &veil{grams: map[string]bool{}}
	for _, secret := range secrets {
		v.secrets = append(v.secrets, []byte(secret))
		for _, form := range forms(secret) {
			if len(form) < gram {
				v.short = append(v.short, form)
			}
			for i := 0; i+gram <= len(form); i++ {
				v.grams[form[i:i+gram]] = true
			}
		}
	}
	slices.SortFunc(v.short, func(a, b string) int { return len(b) - len(a) })
	return v
}

// forms gives a secret as it may be printed.
func forms(secret string) []string {
	raw := []byte(secret)
	digits := hex.EncodeToString(raw)
	spaced := fmt.Sprintf("% x", raw)
	quoted, _ := json.Marshal(secret)
	all := []string{secret, digits, spaced, strings.ReplaceAll(spaced, " ", ":"),
		trimmed(expr.Format(raw, 0), 2), trimmed(expr.Format(secret, 0), 1),
		trimmed(strconv.Quote(secret), 1), trimmed(strconv.QuoteToASCII(secret), 1),
		trimmed(string(quoted), 1), url.QueryEscape(secret), url.PathEscape(secret)}
	for _, form := range all[1:4] {
		all = append(all, strings.ToUpper(form))
	}
	return append(all, inBase64(raw)...)
}

// inBase64 gives how a secret stands in base 64, after each number of bytes in the same group of
// three. The characters at its ends have bits of what stands beside it, so there are many of them.
func inBase64(raw []byte) []string {
	var all []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			seen := map[string]bool{}
			for beside := range 256 {
				around := slices.Concat(slices.Repeat([]byte{byte(beside)}, before), raw,
					[]byte{byte(beside), 0})
				from, to := 8*before/6, (8*(before+len(raw))+5)/6
				text := encoding.EncodeToString(around)[from:to]
				if !seen[text] {
					seen[text] = true
					all = append(all, text)
				}
			}
		}
	}
	return all
}

// trimmed takes the quotes off.
func trimmed(text string, lead int) string { return text[lead : len(text)-1] }

// text hides secrets in text.
func (v *veil) text(s string) string {
	if v == nil || len(s) == 0 {
		return s
	}
	var cover []bool
	mark := func(from, n int) {
		if cover == nil {
			cover = make([]bool, len(s))
		}
		for i := from; i < from+n; i++ {
			cover[i] = true
		}
	}
	for i := 0; i+gram <= len(s); i++ {
		if v.grams[s[i:i+gram]] {
			mark(i, gram)
		}
	}
	for _, form := range v.short {
		for i := 0; i+len(form) <= len(s); i++ {
			if s[i:i+len(form)] == form {
				mark(i, len(form))
			}
		}
	}
	return uncovered(s, cover)
}

// uncovered gives text with each part that is covered replaced.
func uncovered(s string, cover []bool) string {
	if cover == nil {
		return s
	}
	var out strings.Builder
	for i := range len(s) {
		switch {
		case !cover[i]:
			out.WriteByte(s[i])
		case i == 0 || !cover[i-1]:
			out.WriteString(hidden)
		}
	}
	return out.String()
}

// data hides secrets in data, and the pieces of one at its beginning and end: it may have come in
// parts.
func (v *veil) data(s string) string {
	if v == nil {
		return s
	}
	for _, secret := range v.secrets {
		text := string(secret)
		if len(s) >= min(edges, len(text)) && strings.Contains(text, s) {
			return hidden
		}
		for n := min(len(text), len(s)); n >= edges; n-- {
			if strings.HasPrefix(s, text[len(text)-n:]) {
				s = hidden + s[n:]
				break
			}
		}
		for n := min(len(text), len(s)); n >= edges; n-- {
			if strings.HasSuffix(s, text[:n]) {
				s = s[:len(s)-n] + hidden
				break
			}
		}
	}
	return v.text(s)
}

// value hides secrets in a value of a run.
func (v *veil) value(x any) any {
	if v == nil {
		return x
	}
	switch x := x.(type) {
	case string:
		return v.data(x)
	case []byte:
		return []byte(v.data(string(x)))
	case []any:
		list := make([]any, len(x))
		for i := range x {
			list[i] = v.value(x[i])
		}
		return list
	case map[string]any:
		entries := make(map[string]any, len(x))
		for name := range x {
			entries[v.text(name)] = v.value(x[name])
		}
		return entries
	}
	return x
}

// event gives an event without secrets; the event itself when there are none to hide.
func (v *veil) event(e *actions.Event) *actions.Event {
	if v == nil {
		return e
	}
	return v.copied(reflect.ValueOf(e)).Interface().(*actions.Event)
}

// findings hides secrets in findings.
func (v *veil) findings(found []schema.Diagnostic) []schema.Diagnostic {
	if v == nil {
		return found
	}
	return v.copied(reflect.ValueOf(found)).Interface().([]schema.Diagnostic)
}

var (
	addressType = reflect.TypeFor[socket.Address]()
	textType    = reflect.TypeFor[string]()
)

// copied copies a value with all that it points to, without secrets. A type of strings of its own
// is a word of ours.
func (v *veil) copied(x reflect.Value) reflect.Value {
	made := reflect.New(x.Type()).Elem()
	made.Set(x)
	switch {
	case x.Type() == addressType:
		if shown := x.Interface().(socket.Address).String(); v.text(shown) != shown {
			made.SetZero()
		}
	case x.Type() == textType:
		made.SetString(v.text(x.String()))
	case x.Kind() == reflect.Pointer && !x.IsNil():
		made.Set(reflect.New(x.Type().Elem()))
		made.Elem().Set(v.copied(x.Elem()))
	case x.Kind() == reflect.Slice && x.Type().Elem().Kind() == reflect.Uint8:
		made.SetBytes([]byte(v.data(string(x.Bytes()))))
	case x.Kind() == reflect.Slice && !x.IsNil():
		made.Set(reflect.MakeSlice(x.Type(), x.Len(), x.Len()))
		for i := range x.Len() {
			made.Index(i).Set(v.copied(x.Index(i)))
		}
	case x.Kind() == reflect.Struct:
		for i := range x.NumField() {
			if x.Type().Field(i).IsExported() {
				made.Field(i).Set(v.copied(x.Field(i)))
			}
		}
	}
	return made
}

// secrets takes the values that are to be hidden: of environment variables, and of variables that
// are given from outside.
func (c *compiler) secrets() {
	var texts []string
	for _, word := range c.doc.Secrets {
		i := slices.IndexFunc(c.doc.Vars, func(v schema.Var) bool { return v.Name.Text == word.Text })
		switch value, inEnv := c.plan.env[word.Text]; {
		case inEnv:
			texts = append(texts, value.(string))
		case i < 0:
			c.report(word.Span, "name it under env, or under vars as {required: string}",
				"there is no variable %s", word.Text)
		case !c.doc.Vars[i].Required || c.doc.Vars[i].Kind != schema.String:
			c.report(word.Span, "write {required: string}, and give it with --var or --var-file",
				"a secret does not stand in the scenario")
		default:
			text, _ := c.plan.vars[word.Text].(string)
			texts = append(texts, text)
		}
	}
	c.plan.veil = newVeil(texts)
}
