package socket

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"math"

	"netscene/schema"
)

// Messages of netlink(7) begin with a struct nlmsghdr: the length with itself, the type, flags, a
// sequence number and the number of the socket that sends. What follows begins with a struct of the
// type's own and goes on with attributes, a struct nlattr before each (linux/netlink.h). Everything
// lies at multiples of 4 bytes, in this machine's byte order.
const (
	netlinkHead   = 16
	attributeHead = 4
	netlinkError  = 2 // types that are the same for all protocols
	netlinkDone   = 3
)

// netlinkMessage is one of the messages of a datagram.
type netlinkMessage struct {
	typ, flags, seq, pid int
	body                 []byte
}

var errNetlinkLength = errors.New("a message's length is not that of its bytes")

func aligned(n int) int { return (n + 3) &^ 3 }

// netlinkMessages goes over the messages of a datagram.
func netlinkMessages(b []byte) iter.Seq2[netlinkMessage, error] {
	return func(yield func(netlinkMessage, error) bool) {
		for len(b) > 0 {
			if len(b) < netlinkHead {
				yield(netlinkMessage{}, errNetlinkLength)
				return
			}
			length := binary.NativeEndian.Uint32(b)
			if length < netlinkHead || int(length) > len(b) {
				yield(netlinkMessage{}, errNetlinkLength)
				return
			}
			m := netlinkMessage{typ: int(binary.NativeEndian.Uint16(b[4:])),
				flags: int(binary.NativeEndian.Uint16(b[6:])),
				seq:   int(binary.NativeEndian.Uint32(b[8:])),
				pid:   int(binary.NativeEndian.Uint32(b[12:])), body: b[netlinkHead:length]}
			if !yield(m, nil) {
				return
			}
			b = b[min(aligned(int(length)), len(b)):]
		}
	}
}

// failure gives the error that a message of type NLMSG_ERROR or NLMSG_DONE tells of; 0 for none.
func (m *netlinkMessage) failure() Errno {
	if m.typ != netlinkError && m.typ != netlinkDone || len(m.body) < 4 {
		return 0
	}
	return Errno(-int32At(m.body, 0))
}

// attributes goes over attributes. Two bits of the type say how the data is to be read.
func attributes(b []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		for len(b) >= attributeHead {
			length := int(binary.NativeEndian.Uint16(b))
			if length < attributeHead || length > len(b) {
				return
			}
			typ := int(binary.NativeEndian.Uint16(b[2:])) & 0x3fff
			if !yield(typ, b[attributeHead:length]) {
				return
			}
			b = b[min(aligned(length), len(b)):]
		}
	}
}

// ParseNetlink takes a datagram of netlink apart, whose messages have so many bytes before their
// attributes.
func ParseNetlink(b []byte, header int) ([]any, error) {
	if header < 0 {
		return nil, fmt.Errorf("a header cannot have %d bytes", header)
	}
	list := []any{}
	for m, err := range netlinkMessages(b) {
		if err != nil {
			return nil, err
		}
		end := min(header, len(m.body))
		found := []any{}
		if m.typ != netlinkError && m.typ != netlinkDone {
			for typ, data := range attributes(m.body[min(aligned(header), len(m.body)):]) {
				found = append(found, map[string]any{"type": typ, "data": data})
			}
		} else {
			end = len(m.body)
		}
		list = append(list, map[string]any{"type": m.typ, "flags": m.flags, "seq": m.seq, "pid": m.pid,
			"errno": int(m.failure()), "header": m.body[:end], "attributes": found})
	}
	return list, nil
}

// NetlinkShape describes what ParseNetlink gives.
func NetlinkShape() schema.Field {
	attribute := schema.Field{Kind: schema.Map, Fields: []schema.Field{
		{Name: "type", Kind: schema.Int}, {Name: "data", Kind: schema.Bytes}}}
	message := schema.Field{Kind: schema.Map, Fields: []schema.Field{{Name: "type", Kind: schema.Int},
		{Name: "flags", Kind: schema.Int}, {Name: "seq", Kind: schema.Int},
		{Name: "pid", Kind: schema.Int}, {Name: "errno", Kind: schema.Int},
		{Name: "header", Kind: schema.Bytes},
		{Name: "attributes", Kind: schema.List, Elem: &attribute}}}
	return schema.Field{Kind: schema.List, Elem: &message}
}

// NetlinkMessage makes a message of what ParseNetlink gives for one, without its errno.
func NetlinkMessage(m map[string]any) ([]byte, error) {
	var numbers [4]int
	limits := []int{math.MaxUint16, math.MaxUint16, math.MaxUint32, math.MaxUint32}
	for i, name := range []string{"type", "flags", "seq", "pid"} {
		v, given := m[name]
		n, ok := v.(int)
		if given && !ok || n < 0 || n > limits[i] {
			return nil, fmt.Errorf("%s: %v is not a number from 0 to %d", name, v, limits[i])
		}
		numbers[i] = n
	}
	for name := range m {
		switch name {
		case "type", "flags", "seq", "pid", "errno", "header", "attributes":
		default:
			return nil, fmt.Errorf("a message has no %s; it has type, flags, seq, pid, header and "+
				"attributes", name)
		}
	}
	body, err := netlinkBody(m)
	if err != nil {
		return nil, err
	}
	b := binary.NativeEndian.AppendUint32(nil, uint32(netlinkHead+len(body)))
	b = binary.NativeEndian.AppendUint16(b, uint16(numbers[0]))
	b = binary.NativeEndian.AppendUint16(b, uint16(numbers[1]))
	b = binary.NativeEndian.AppendUint32(b, uint32(numbers[2]))
	b = binary.NativeEndian.AppendUint32(b, uint32(numbers[3]))
	return append(b, body...), nil
}

func netlinkBody(m map[string]any) ([]byte, error) {
	body, ok := octets(m["header"])
	if !ok {
		return nil, fmt.Errorf("header: %v is not bytes", m["header"])
	}
	list, ok := m["attributes"].([]any)
	if !ok && m["attributes"] != nil {
		return nil, fmt.Errorf("attributes: %v is not a list", m["attributes"])
	}
	body = append([]byte(nil), body...)
	for _, v := range list {
		a, known := only(v, "type", "data")
		typ, isInt := a["type"].(int)
		data, isData := octets(a["data"])
		if !known || !isInt || typ < 0 || typ > math.MaxUint16 || !isData ||
			len(data) > math.MaxUint16-attributeHead {
			return nil, fmt.Errorf("%v is not an attribute such as {type: 3, data: \"lo\"}", v)
		}
		body = append(body, make([]byte, aligned(len(body))-len(body))...)
		body = binary.NativeEndian.AppendUint16(body, uint16(attributeHead+len(data)))
		body = append(binary.NativeEndian.AppendUint16(body, uint16(typ)), data...)
	}
	if len(body) > maxNetlink {
		return nil, fmt.Errorf("a message of %d bytes is too large", len(body))
	}
	return body, nil
}

// maxNetlink bounds a message that is made here.
const maxNetlink = 1 << 20

func octets(v any) ([]byte, bool) {
	switch v := v.(type) {
	case nil:
		return nil, true
	case []byte:
		return v, true
	case string:
		return []byte(v), true
	}
	return nil, false
}
