package message

import (
	"math"

	"netscene/schema"
)

// mostGroups is how many groups of 7 bits a number of 64 bits can have.
const mostGroups = 10

// varint is a number in groups of 7 bits, of which all but the last have the eighth bit set: LEB128
// with the lowest group first (DWARF 5, section 7.6; MQTT 3.1.1, section 2.2.3), or with the
// highest first as in MIDI and ASN.1.
type varint struct {
	signed  bool
	highest bool // the highest group comes first
	most    int  // bytes
}

func (f *varint) parse(r *reader, _ *scope) (any, error) {
	var groups []byte
	start := r.at
	for more := true; more; {
		b, err := r.take(1)
		if err != nil {
			return nil, err
		}
		if len(groups) == f.most {
			r.at = start
			return nil, r.wrong(len(groups)+1, "it has more than %d bytes", f.most)
		}
		groups = append(groups, b[0]&0x7f)
		more = b[0] >= 0x80
	}
	u, fits := f.join(groups)
	if !fits {
		r.at = start
		return nil, r.wrong(len(groups), "it is too large for an int")
	}
	if shift := 64 - 7*len(groups); f.signed && shift > 0 {
		return int(int64(u<<shift) >> shift), nil
	}
	return int(u), nil
}

// join puts the groups together.
func (f *varint) join(groups []byte) (u uint64, fits bool) {
	if f.highest {
		for _, group := range groups {
			if u > math.MaxInt64>>7 {
				return 0, false
			}
			u = u<<7 | uint64(group)
		}
		return u, true
	}
	for i, group := range groups {
		if i == 9 && (f.signed && group != 0 && group != 0x7f || !f.signed && group != 0) {
			return 0, false
		}
		u |= uint64(group) << (7 * i)
	}
	return u, f.signed || u <= math.MaxInt64
}

func (f *varint) build(w *writer, _ *scope, v any) (any, error) {
	n, ok := v.(int)
	if !ok {
		return nil, misfit(v, "a whole number")
	}
	if n < 0 && !f.signed {
		return nil, unbuildable("%d is negative", n)
	}
	var groups []byte
	for rest := n; ; {
		groups = append(groups, byte(rest&0x7f))
		rest >>= 7
		if rest == 0 && (!f.signed || groups[len(groups)-1] < 0x40) ||
			f.signed && rest == -1 && groups[len(groups)-1] >= 0x40 {
			break
		}
	}
	if len(groups) > f.most {
		return nil, unbuildable("%d takes %d bytes, but it has at most %d", n, len(groups), f.most)
	}
	out := make([]byte, len(groups))
	for i, group := range groups {
		at := i
		if f.highest {
			at = len(groups) - 1 - i
		}
		out[at] = group | 0x80
	}
	out[len(out)-1] &= 0x7f
	return n, w.add(out)
}

func (f *varint) absent() (any, bool) { return 0, true }

func (f *varint) field(*expansion, bool) schema.Field {
	if f.signed {
		return schema.Field{Kind: schema.Int}
	}
	return schema.Field{Kind: schema.Int, Min: 0, Max: math.MaxInt}
}
