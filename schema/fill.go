package schema

import (
	"fmt"
	"reflect"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Fill makes the node anew with each expression replaced by its value. A scalar that is just one
// expression becomes its value, of whatever type; otherwise values join the text around them.
// Nothing is parsed again. The first error of eval, or of a value without a text form, is returned.
func (n *Node) Fill(eval func(*Expr) (any, error)) (*Node, error) {
	if n == nil {
		return nil, nil
	}
	if n.Kind == Scalar {
		return n.fillScalar(eval)
	}
	filled := *n
	filled.Items = slices.Clone(n.Items)
	for i, item := range n.Items {
		made, err := item.Fill(eval)
		if err != nil {
			return nil, err
		}
		filled.Items[i] = made
	}
	filled.Pairs = slices.Clone(n.Pairs)
	for i, pair := range n.Pairs {
		made, err := pair.Value.Fill(eval)
		if err != nil {
			return nil, err
		}
		filled.Pairs[i].Value = made
	}
	return &filled, nil
}

func (n *Node) fillScalar(eval func(*Expr) (any, error)) (*Node, error) {
	if n.Text == nil {
		return n, nil
	}
	if e := n.Text.Single(); e != nil {
		v, err := eval(e)
		if err != nil {
			return nil, err
		}
		return Wrap(v, n.Span), nil
	}
	var joined strings.Builder
	for _, piece := range n.Text {
		if piece.Expr == nil {
			joined.WriteString(piece.Literal)
			continue
		}
		v, err := eval(piece.Expr)
		if err != nil {
			return nil, err
		}
		text, err := textOf(v)
		if err != nil {
			return nil, fmt.Errorf("$(%s): %w", piece.Expr.Source, err)
		}
		joined.WriteString(text)
	}
	return Wrap(joined.String(), n.Span), nil
}

// textOf is how a value stands inside text.
func textOf(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	case bool:
		return strconv.FormatBool(v), nil
	case int:
		return strconv.Itoa(v), nil
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case time.Duration:
		return v.String(), nil
	case nil:
		return "", fmt.Errorf("nil has no text form")
	}
	w := Wrap(v, Span{})
	if w.Kind != Scalar {
		return "", fmt.Errorf("a %s has no text form", w.Kind)
	}
	if s, ok := v.(fmt.Stringer); ok {
		return s.String(), nil
	}
	if w.Value != v {
		return textOf(w.Value)
	}
	return "", fmt.Errorf("a value of type %T has no text form", v)
}

// Wrap makes a node of a value of a run. Lists and maps of any Go type become sequences and
// mappings, the latter sorted by key; numbers of any Go type become int and float64; other values
// stay as they are.
func Wrap(v any, at Span) *Node {
	n := &Node{Span: at, Value: v}
	switch v := v.(type) {
	case nil, bool, int, float64, string, []byte, time.Duration, Data:
		return n
	case fmt.Stringer:
		return n // a handle or an address: its own type, whatever it is made of
	case []any:
		n.Kind, n.Value = Sequence, nil
		for _, item := range v {
			n.Items = append(n.Items, Wrap(item, at))
		}
		return n
	case map[string]any:
		n.Kind, n.Value = Mapping, nil
		for key, value := range v {
			n.Pairs = append(n.Pairs, Pair{Key: key, At: at, Value: Wrap(value, at)})
		}
		sort.Slice(n.Pairs, func(i, j int) bool { return n.Pairs[i].Key < n.Pairs[j].Key })
		return n
	}
	return wrapOther(n, reflect.ValueOf(v), at)
}

func wrapOther(n *Node, v reflect.Value, at Span) *Node {
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		n.Kind, n.Value = Sequence, nil
		for i := range v.Len() {
			n.Items = append(n.Items, Wrap(v.Index(i).Interface(), at))
		}
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String {
			return n
		}
		plain := map[string]any{}
		for _, key := range v.MapKeys() {
			plain[key.String()] = v.MapIndex(key).Interface()
		}
		return Wrap(plain, at)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n.Value = int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		n.Value = int(v.Uint())
	case reflect.Float32:
		n.Value = v.Float()
	case reflect.String:
		n.Value = v.String()
	case reflect.Bool:
		n.Value = v.Bool()
	}
	return n
}
