package message_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"netscene/actions/message"
	"netscene/schema"
)

// FuzzParse reads any bytes as any message. What parses is built again to the same value; what is
// cut short says so.
func FuzzParse(f *testing.F) {
	types := set(f)
	names := slices.Sorted(maps.Keys(types))
	for i, name := range names {
		f.Add(i, []byte("\x05\x01\x00\x03\x03abc"))
		if data, _, err := types[name].Build(sample(types[name].Given(), &source{})); err == nil {
			f.Add(i, data)
		}
	}
	f.Fuzz(func(t *testing.T, which int, data []byte) {
		typ := types[names[uint(which)%uint(len(names))]]
		value, size, err := typ.Parse(data, true)
		typ.Dump(data, true, nil)
		early, least, unsure := typ.Parse(data, false)
		var short *message.Short
		switch {
		case errors.As(unsure, &short):
			if short.Need <= len(data) {
				t.Fatalf("needs %d of %d bytes", short.Need, len(data))
			}
		case (unsure == nil) != (err == nil) || least != size || !reflect.DeepEqual(early, value):
			t.Fatalf("at the end %v, %d, %v; before %v, %d, %v", value, size, err, early, least, unsure)
		}
		if err != nil {
			if e, ok := err.(*message.Error); !ok || e.At < 0 || e.At > len(data) {
				t.Fatalf("%v in %d bytes", err, len(data))
			}
			return
		}
		again, _, err := typ.Build(value)
		if err != nil {
			t.Fatalf("%x is %v, which cannot be built: %v", data[:size], value, err)
		}
		got, err := typ.ParseAll(again)
		if (err != nil || !reflect.DeepEqual(got, value)) && !dotted(value) {
			t.Fatalf("%x is %v; that is built to %x, which is %v, %v", data[:size], value, again, got,
				err)
		}
	})
}

// dotted says whether a value has a compressed name: written in full, lengths around it differ.
func dotted(v any) bool {
	m, _ := v.(map[string]any)
	return m["qdcount"] != nil || m["message"] != nil
}

// FuzzBuild builds messages of values that fit, mostly, and parses them again.
func FuzzBuild(f *testing.F) {
	types := set(f)
	names := slices.Sorted(maps.Keys(types))
	for i := range names {
		f.Add(i, []byte("some bytes of which values are made, one after the other"))
	}
	f.Fuzz(func(t *testing.T, which int, seed []byte) {
		typ := types[names[uint(which)%uint(len(names))]]
		given := sample(typ.Given(), &source{bytes: seed})
		data, built, err := typ.Build(given)
		if err != nil {
			return
		}
		got, err := typ.ParseAll(data)
		if err == nil && !reflect.DeepEqual(got, built) {
			t.Fatalf("%v is built to %x, which is %v", built, data, got)
		}
		if err != nil {
			t.Fatalf("%v is built to %x, which does not parse: %v\n%s", given, data, err,
				typ.Dump(data, true, nil))
		}
	})
}

// source gives numbers from bytes, zeroes when they have run out.
type source struct{ bytes []byte }

func (s *source) next(below int) int {
	if len(s.bytes) == 0 || below <= 0 {
		return 0
	}
	b := int(s.bytes[0])
	s.bytes = s.bytes[1:]
	return b % below
}

// sample makes values for fields, only those that must be given and some others.
func sample(given []schema.Field, s *source) fields {
	out := fields{}
	for _, f := range given {
		if f.Required || s.next(3) == 1 && !computed[f.Name] {
			out[f.Name] = value(f, s, 5)
		}
	}
	return out
}

// computed are the fields of the protocols that the codec computes, which a sample leaves to it.
var computed = map[string]bool{"length": true, "remaining": true, "qdcount": true, "ancount": true,
	"nscount": true, "arcount": true, "count": true, "size": true, "crc": true, "sum": true,
	"end": true, "x": true, "packet": true, "reserved": true, "version": true, "unused": true,
	"username_flag": true, "password_flag": true, "will_flag": true}

func value(f schema.Field, s *source, depth int) any {
	if depth == 0 {
		return nil
	}
	switch f.Kind {
	case schema.Bool:
		return s.next(2) == 1
	case schema.Int, schema.Choice:
		if len(f.Choices) > 0 {
			return f.Choices[s.next(len(f.Choices))].Name
		}
		return s.next(256)
	case schema.Float:
		return float64(s.next(256)) / 4
	case schema.String:
		return []string{"x", "", "127.0.0.1", "::1", "a.b", "é\r\n",
			strings.Repeat("long", 80)}[s.next(7)]
	case schema.Bytes:
		return []byte(strings.Repeat("\xff\x00", s.next(200)))
	case schema.List:
		list := []any{}
		for range s.next(4) {
			list = append(list, value(*f.Elem, s, depth-1))
		}
		return list
	case schema.Map:
		out := fields{}
		for _, one := range f.Fields {
			if (one.Required || s.next(3) == 1) && !computed[one.Name] {
				out[one.Name] = value(one, s, depth-1)
			}
		}
		return out
	}
	switch s.next(4) { // of any kind
	case 0:
		return nil
	case 1:
		return s.next(256)
	case 2:
		return "text"
	}
	return fields{"data": []byte("x"), "preference": 1}
}

// FuzzDescribe compiles any descriptions, and uses those that are right.
func FuzzDescribe(f *testing.F) {
	f.Add(protocols, []byte("\x01\x02\x00\x00"))
	for _, part := range strings.Split(protocols, "\n\n") {
		f.Add("messages:\n"+strings.TrimPrefix(part, "\nmessages:\n"), []byte("$3\r\nabc\r\n"))
	}
	f.Add("messages:\n  a: [{x: b}, {y: a}]\n  b: c\n  c: b\n", []byte("x"))
	f.Fuzz(func(t *testing.T, text string, data []byte) {
		types, found := describe(text)
		for _, d := range found {
			if d.Summary == "" {
				t.Fatal("a finding without words")
			}
		}
		for _, typ := range types {
			typ.Given()
			typ.Gives()
		}
		if len(found) > 0 || len(text) > 4000 {
			return
		}
		for _, typ := range types {
			_, _, _ = typ.Build(sample(typ.Given(), &source{bytes: data}))
			_, _, _ = typ.Parse(data, len(data)%2 == 0)
			typ.Dump(data, true, nil)
		}
	})
}
