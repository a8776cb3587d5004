package message

import (
	"encoding/binary"
	"fmt"
	"math"

	"netscene/schema"
)

// form is how a value is laid out. parse reads one; build appends one and gives it as parse would.
type form interface {
	parse(r *reader, sc *scope) (any, error)
	build(w *writer, sc *scope, v any) (any, error)
	// absent is the value where none is given, if there is one.
	absent() (any, bool)
	// field describes the value for whoever gives it, or with read set for whoever gets it.
	field(x *expansion, read bool) schema.Field
}

// number is a whole number of some bits.
type number struct {
	bits   int
	signed bool
	little bool
	names  []schema.Name
}

// whole says whether the number has whole bytes.
func (n *number) whole() bool { return n.bits%8 == 0 && n.bits >= 8 }

// flag says whether the number is a single bit without names.
func (n *number) flag() bool { return n.bits == 1 && n.names == nil }

func (n *number) parse(r *reader, _ *scope) (any, error) {
	if !n.whole() || r.bits > 0 {
		return n.parseBits(r)
	}
	b, err := r.take(n.bits / 8)
	if err != nil {
		return nil, err
	}
	var u uint64
	for i := range b {
		c := b[i]
		if n.little {
			c = b[len(b)-1-i]
		}
		u = u<<8 | uint64(c)
	}
	if n.signed {
		return n.named(int(int64(u<<(64-n.bits)) >> (64 - n.bits))), nil
	}
	if u > math.MaxInt64 {
		r.at -= len(b)
		return nil, r.wrong(len(b), "%d is too large for an int; s64 reads it as negative", u)
	}
	return n.named(int(u)), nil
}

func (n *number) parseBits(r *reader) (any, error) {
	var u uint64
	for left := n.bits; left > 0; {
		if err := r.has(1); err != nil {
			return nil, err
		}
		some := min(8-int(r.bits), left)
		part := r.data[r.at] >> (8 - int(r.bits) - some) & (1<<some - 1)
		u = u<<some | uint64(part)
		left -= some
		if r.bits += uint(some); r.bits == 8 {
			r.bits, r.at = 0, r.at+1
		}
	}
	if n.flag() {
		return u == 1, nil
	}
	return n.named(int(u)), nil
}

// named gives the name of a value that has one.
func (n *number) named(v int) any {
	for _, name := range n.names {
		if name.Value == v {
			return name.Name
		}
	}
	return v
}

// value takes a number, a name, or for a single bit a bool.
func (n *number) value(v any) (int, error) {
	switch v := v.(type) {
	case int:
		lowest, highest := n.limits()
		if v < lowest || v > highest {
			return 0, unbuildable("%d does not fit into %s, which take %d to %d", v, n.width(), lowest,
				highest)
		}
		return v, nil
	case bool:
		if n.bits > 1 {
			break
		}
		if v {
			return 1, nil
		}
		return 0, nil
	case string:
		if n.names == nil {
			break
		}
		var known []string
		for _, name := range n.names {
			if name.Name == v {
				return name.Value, nil
			}
			known = append(known, name.Name)
		}
		if near := schema.Suggest(v, known); near != "" {
			return 0, unbuildable("%q is none of its names; did you mean %s?", v, near)
		}
		return 0, unbuildable("%q is none of its names", v)
	}
	return 0, misfit(v, "a whole number")
}

func (n *number) width() string {
	switch {
	case !n.whole():
		return fmt.Sprintf("%d bits", n.bits)
	case n.bits == 8:
		return "8 bits"
	}
	return fmt.Sprintf("%d bytes", n.bits/8)
}

func (n *number) limits() (lowest, highest int) {
	if n.signed {
		return -1 << (n.bits - 1), 1<<(n.bits-1) - 1
	}
	if n.bits >= 63 {
		return 0, math.MaxInt
	}
	return 0, 1<<n.bits - 1
}

func (n *number) build(w *writer, _ *scope, v any) (any, error) {
	i, err := n.value(v)
	if err != nil {
		return nil, err
	}
	if !n.whole() || w.count > 0 {
		for at := n.bits - 1; at >= 0; at-- {
			if err := w.bit(uint64(i) >> at & 1); err != nil {
				return nil, err
			}
		}
		if n.flag() {
			return i == 1, nil
		}
		return n.named(i), nil
	}
	var b [8]byte
	if n.little {
		binary.LittleEndian.PutUint64(b[:], uint64(i))
		return n.named(i), w.add(b[:n.bits/8])
	}
	binary.BigEndian.PutUint64(b[:], uint64(i))
	return n.named(i), w.add(b[8-n.bits/8:])
}

// bit appends one bit.
func (w *writer) bit(b uint64) error {
	w.bits = w.bits<<1 | b
	if w.count++; w.count < 8 {
		return nil
	}
	w.count = 0
	last := byte(w.bits)
	w.bits = 0
	return w.add([]byte{last})
}

func (n *number) absent() (any, bool) {
	if n.names == nil {
		return 0, true
	}
	v := n.named(0)
	_, named := v.(string)
	return v, named
}

func (n *number) field(_ *expansion, read bool) schema.Field {
	f := schema.Field{Kind: schema.Int}
	f.Min, f.Max = n.limits()
	switch {
	case n.flag():
		return schema.Field{Kind: schema.Bool}
	case n.names == nil:
	case read:
		f.Kind, f.Choices = schema.String, n.names
	default:
		f.Kind, f.Choices = schema.Choice, n.names
	}
	return f
}

// misfit says that a value is not of the kind that is wanted.
func misfit(v any, wanted string) error {
	switch v.(type) {
	case nil:
		return unbuildable("it must be given")
	case string:
		return unbuildable("text does not fit; it is %s", wanted)
	case []byte:
		return unbuildable("bytes do not fit; it is %s", wanted)
	case []any:
		return unbuildable("a list does not fit; it is %s", wanted)
	case map[string]any:
		return unbuildable("a mapping does not fit; it is %s", wanted)
	}
	return unbuildable("%v does not fit; it is %s", v, wanted)
}

// float is a floating-point number of 4 or 8 bytes.
type float struct {
	bits   int
	little bool
}

func (f *float) order() binary.ByteOrder {
	if f.little {
		return binary.LittleEndian
	}
	return binary.BigEndian
}

func (f *float) parse(r *reader, _ *scope) (any, error) {
	b, err := r.take(f.bits / 8)
	if err != nil {
		return nil, err
	}
	var v float64
	if f.bits == 32 {
		v = float64(math.Float32frombits(f.order().Uint32(b)))
	} else {
		v = math.Float64frombits(f.order().Uint64(b))
	}
	if math.IsNaN(v) || math.IsInf(v, 0) {
		r.at -= len(b)
		return nil, r.wrong(len(b), "it is no finite number")
	}
	return v, nil
}

func (f *float) build(w *writer, _ *scope, v any) (any, error) {
	var number float64
	switch v := v.(type) {
	case int:
		number = float64(v)
	case float64:
		number = v
	default:
		return nil, misfit(v, "a number")
	}
	b := make([]byte, f.bits/8)
	if f.bits == 32 {
		single := float32(number)
		if math.IsInf(float64(single), 0) {
			return nil, unbuildable("%v does not fit into 4 bytes", number)
		}
		f.order().PutUint32(b, math.Float32bits(single))
		return float64(single), w.add(b)
	}
	f.order().PutUint64(b, math.Float64bits(number))
	return number, w.add(b)
}

func (f *float) absent() (any, bool) { return 0.0, true }

func (f *float) field(*expansion, bool) schema.Field { return schema.Field{Kind: schema.Float} }
