package expr

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strings"
)

// packFunctions are those of Python's struct module.
var packFunctions = []function{
	{Function: Function{"pack", "pack(format, values…) -> bytes",
		"the values as C's structs have them; the format is one of Python's struct module: @ or nothing " +
			"for the sizes, alignment and byte order of this machine, = < > ! for sizes without gaps; " +
			"x c b B ? h H i I l L q Q n N f d s p P, each with a count before it",
		`data == pack("=IB3x8s", 0x123, 2, "hi")`},
		params: []kind{text, boolean | number | chars}, optional: 1, variadic: true, metered: true,
		result: gives(Bytes),
		run: func(m *meter, a []any) (any, error) {
			l, err := layoutOf(a[0].(string))
			if err != nil {
				return nil, err
			}
			if err := m.spend(l.size); err != nil {
				return nil, err
			}
			return l.pack(a[1:])
		}},
	{Function: Function{"unpack", "unpack(format, bytes) -> list",
		"the values in such bytes, of which there are as many as the format says",
		`unpack("=IB3x8s", data)[0] == 0x123`},
		params: []kind{text, bytes}, metered: true, result: gives(List(Any)),
		run: func(m *meter, a []any) (any, error) {
			l, err := layoutOf(a[0].(string))
			if err != nil {
				return nil, err
			}
			if err := m.spend(24 * l.values); err != nil {
				return nil, err
			}
			return l.unpack(a[1].([]byte))
		}},
	{Function: Function{"calcsize", "calcsize(format) -> int",
		"how many bytes such a format has", `calcsize("@3I4l2I0q") == 56`},
		params: []kind{text}, metered: true, result: gives(Natural),
		run: func(m *meter, a []any) (any, error) {
			format := a[0].(string)
			if err := m.spend(len(format)); err != nil {
				return nil, err
			}
			l, err := layoutOf(format)
			return l.size, err
		}},
}

// packSizes are the sizes of what a letter stands for: without gaps, and on this machine, where 64
// bits are a long and a pointer. Letters that only a machine has a size for have 0.
var packSizes = map[byte][2]int{'x': {1, 1}, 'c': {1, 1}, 'b': {1, 1}, 'B': {1, 1}, '?': {1, 1},
	'h': {2, 2}, 'H': {2, 2}, 'i': {4, 4}, 'I': {4, 4}, 'l': {4, 8}, 'L': {4, 8}, 'q': {8, 8},
	'Q': {8, 8}, 'n': {0, 8}, 'N': {0, 8}, 'f': {4, 4}, 'd': {8, 8}, 's': {1, 1}, 'p': {1, 1},
	'P': {0, 8}}

// packed is one letter of a format with its count; count bytes for s and p.
type packed struct {
	letter          byte
	count, size, at int
}

// layout is a format that was read.
type layout struct {
	order  binary.ByteOrder
	items  []packed
	size   int // in bytes
	values int
}

func layoutOf(format string) (l layout, err error) {
	native := true
	l.order = binary.NativeEndian
	if format != "" && strings.Contains("@=<>!", format[:1]) {
		native = format[0] == '@'
		switch format[0] {
		case '<':
			l.order = binary.LittleEndian
		case '>', '!':
			l.order = binary.BigEndian
		}
		format = format[1:]
	}
	count, counted := 1, false
	for i := range len(format) {
		c := format[i]
		switch {
		case '0' <= c && c <= '9':
			if !counted {
				count, counted = 0, true
			}
			if count = count*10 + int(c-'0'); count > MaxText {
				return l, errors.New("the format is too long")
			}
			continue
		case strings.IndexByte(" \t\r\n", c) >= 0 && !counted:
			continue
		}
		if err := l.add(c, count, native); err != nil {
			return l, err
		}
		count, counted = 1, false
	}
	if counted {
		return l, errors.New("the format ends with a count, which stands before a letter")
	}
	return l, nil
}

// add puts a letter at the end of a layout.
func (l *layout) add(letter byte, count int, native bool) error {
	sizes, known := packSizes[letter]
	size := sizes[0]
	if native {
		size = sizes[1]
	}
	if !known || size == 0 {
		return fmt.Errorf("a format has no %q here; see pack", letter)
	}
	if native {
		l.size = (l.size + size - 1) / size * size
	}
	l.items = append(l.items, packed{letter, count, size, l.size})
	if l.size += size * count; l.size > MaxText {
		return errors.New("the format is too long")
	}
	switch letter {
	case 'x':
	case 's', 'p':
		l.values++
	default:
		l.values += count
	}
	return nil
}

func (l layout) pack(values []any) ([]byte, error) {
	if len(values) != l.values {
		return nil, fmt.Errorf("the format takes %d values, here are %d", l.values, len(values))
	}
	b := make([]byte, l.size)
	for _, item := range l.items {
		at := b[item.at : item.at+item.size*item.count]
		switch item.letter {
		case 'x':
			continue
		case 's', 'p':
			if err := item.putText(at, values[0]); err != nil {
				return nil, err
			}
			values = values[1:]
			continue
		}
		for i := range item.count {
			if err := item.put(l.order, at[i*item.size:(i+1)*item.size], values[i]); err != nil {
				return nil, err
			}
		}
		values = values[item.count:]
	}
	return b, nil
}

// putText fills a string of fixed length; p has its length before it.
func (p packed) putText(at []byte, v any) error {
	if kindOf(v)&chars == 0 {
		return fmt.Errorf("%c takes bytes or text, this is %s", p.letter, kindOf(v))
	}
	text := toBytes(v)
	if p.letter == 'p' && len(at) > 0 {
		at[0] = byte(min(len(text), len(at)-1, math.MaxUint8))
		text, at = text[:at[0]], at[1:]
	}
	copy(at, text)
	return nil
}

func (p packed) put(order binary.ByteOrder, at []byte, v any) error {
	switch p.letter {
	case 'c':
		if b := toBytes(v); kindOf(v)&chars != 0 && len(b) == 1 {
			at[0] = b[0]
			return nil
		}
		return fmt.Errorf("c takes one byte, this is %s", Format(v, 40))
	case 'f', 'd':
		if kindOf(v)&number == 0 {
			return fmt.Errorf("%c takes a number, this is %s", p.letter, kindOf(v))
		}
		if p.letter == 'f' {
			order.PutUint32(at, math.Float32bits(float32(toFloat(v))))
		} else {
			order.PutUint64(at, math.Float64bits(toFloat(v)))
		}
		return nil
	}
	n, isInt := v.(int)
	if yes, isBool := v.(bool); isBool && p.letter == '?' {
		isInt = true
		if yes {
			n = 1
		}
	}
	if !isInt {
		return fmt.Errorf("%c takes a whole number, this is %s", p.letter, kindOf(v))
	}
	if low, high := p.bounds(); n < low || n > high {
		return fmt.Errorf("%d does not fit into %c, which goes from %d to %d", n, p.letter, low, high)
	}
	putNumber(order, at, uint64(n))
	return nil
}

// signed says whether a letter stands for a number that can be below 0.
func (p packed) signed() bool { return strings.IndexByte("bhilqn", p.letter) >= 0 }

// bounds are the numbers that a letter can hold, as far as an int can.
func (p packed) bounds() (low, high int) {
	bits := 8 * p.size
	switch {
	case p.letter == '?':
		return 0, 1
	case p.signed():
		return -1 << (bits - 1), 1<<(bits-1) - 1
	case bits == 64:
		return 0, math.MaxInt64
	}
	return 0, 1<<bits - 1
}

func putNumber(order binary.ByteOrder, at []byte, n uint64) {
	switch len(at) {
	case 1:
		at[0] = byte(n)
	case 2:
		order.PutUint16(at, uint16(n))
	case 4:
		order.PutUint32(at, uint32(n))
	case 8:
		order.PutUint64(at, n)
	}
}

func (l layout) unpack(b []byte) ([]any, error) {
	if len(b) != l.size {
		return nil, fmt.Errorf("the format has %d bytes, here are %d", l.size, len(b))
	}
	values := make([]any, 0, l.values)
	for _, item := range l.items {
		at := b[item.at : item.at+item.size*item.count]
		switch item.letter {
		case 'x':
			continue
		case 'p':
			if len(at) > 0 {
				at = at[1:min(len(at), 1+int(at[0]))]
			}
			values = append(values, at)
			continue
		case 's':
			values = append(values, at)
			continue
		}
		for i := range item.count {
			v, err := item.get(l.order, at[i*item.size:(i+1)*item.size])
			if err != nil {
				return nil, err
			}
			values = append(values, v)
		}
	}
	return values, nil
}

func (p packed) get(order binary.ByteOrder, at []byte) (any, error) {
	var n uint64
	switch len(at) {
	case 1:
		n = uint64(at[0])
	case 2:
		n = uint64(order.Uint16(at))
	case 4:
		n = uint64(order.Uint32(at))
	case 8:
		n = order.Uint64(at)
	}
	switch gap := 64 - 8*p.size; {
	case p.letter == 'c':
		return at, nil
	case p.letter == '?':
		return n != 0, nil
	case p.letter == 'f':
		return float64(math.Float32frombits(uint32(n))), nil
	case p.letter == 'd':
		return math.Float64frombits(n), nil
	case p.signed():
		return int(int64(n<<gap) >> gap), nil
	case n > math.MaxInt64:
		return nil, fmt.Errorf("%d is too large for an int", n)
	}
	return int(n), nil
}
