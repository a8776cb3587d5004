package message

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"netscene/schema"
)

// TestWords holds the page about descriptions to what can be described.
func TestWords(t *testing.T) {
	var text strings.Builder
	for _, row := range Words() {
		fmt.Fprintln(&text, row[0])
	}
	said := map[string]bool{}
	for _, word := range regexp.MustCompile(`\w+`).FindAllString(text.String(), -1) {
		said[word] = true
	}
	for word := range words {
		if !said[word] {
			t.Errorf("nothing is said of %s", word)
		}
	}
	for word := range heads {
		if !said[word] {
			t.Errorf("nothing is said of %s", word)
		}
		if examples[word] == "" && word != "is" {
			t.Errorf("%s has no example", word)
		}
	}
	for _, word := range append(beside, "until", "count", "raw", "whole", "rest", "else") {
		if !said[word] {
			t.Errorf("nothing is said of %s", word)
		}
	}
}

// TestBasic makes the form of each word, and of none that is like one.
func TestBasic(t *testing.T) {
	for word, want := range map[string]bool{"u8": true, "u24": true, "u64le": true, "s8": true,
		"s40le": true, "b1": true, "b63": true, "f32": true, "f64le": true, "vlq": true, "u7": false,
		"u72": false, "b64": false, "b8le": false, "f16": false, "u0": false, "u08": false, "": false,
		"u16be": false, "list": false} {
		if got := basic(word) != nil; got != want {
			t.Errorf("%s: %v", word, got)
		}
	}
}

// TestBounds: what a message says of itself takes neither memory nor time without end.
func TestBounds(t *testing.T) {
	empty := &structure{}
	many := &Type{Name: "many", structure: &structure{fields: []*field{
		{name: "x", form: &list{extent: extent{prefix: basic("u32")}, item: empty}}}}}
	if _, err := many.ParseAll([]byte{0xff, 0xff, 0xff, 0xff}); err == nil ||
		!strings.Contains(err.Error(), "more than 262144 values") {
		t.Error(err)
	}
	endless := &Type{Name: "endless", structure: &structure{fields: []*field{
		{name: "x", form: &list{item: empty}}}}}
	if _, err := endless.ParseAll([]byte{1}); err == nil ||
		!strings.Contains(err.Error(), "has no end") {
		t.Error(err)
	}
	long := &Type{Name: "long", structure: &structure{fields: []*field{
		{name: "x", form: &blob{extent: extent{prefix: basic("u32")}}}}}}
	if _, _, err := long.Parse([]byte{0xff, 0, 0, 0}, false); err == nil ||
		!strings.Contains(err.Error(), "longer than 16 MiB") {
		t.Error(err)
	}
	boundless := &Type{Name: "many", structure: &structure{fields: []*field{
		{name: "x", form: &list{extent: extent{prefix: basic("u32")}, item: basic("u8")}}}}}
	if _, _, err := boundless.Parse([]byte{0xff, 0, 0, 0}, false); err == nil ||
		!strings.Contains(err.Error(), "more than 262144 values") {
		t.Error(err)
	}
	if _, _, err := long.Build(map[string]any{"x": make([]byte, MaxSize)}); err == nil ||
		!strings.Contains(err.Error(), "longer than 16 MiB") {
		t.Error(err)
	}
	lines := &Type{Name: "lines", structure: &structure{fields: []*field{
		{name: "x", form: &list{extent: extent{until: []byte("\r\n")}, item: basic("u8")}}}}}
	for _, items := range [][]any{{13, 10}, {65, 13, 10, 66}} {
		if _, _, err := lines.Build(map[string]any{"x": items}); err == nil ||
			!strings.Contains(err.Error(), "which would end the list") {
			t.Error(items, err)
		}
	}
	if data, _, err := lines.Build(map[string]any{"x": []any{10, 13}}); err != nil ||
		string(data) != "\n\r\r\n" {
		t.Errorf("%q, %v", data, err)
	}
	dotted := &Type{Name: "dotted", structure: &structure{fields: []*field{
		{name: "x", form: &blob{extent: extent{until: []byte("..")}}}}}}
	if _, _, err := dotted.Build(map[string]any{"x": []byte("a.")}); err == nil ||
		!strings.Contains(err.Error(), "would end it") {
		t.Error(err)
	}
	if data, _, err := dotted.Build(map[string]any{"x": []byte(".a")}); err != nil ||
		string(data) != ".a.." {
		t.Errorf("%q, %v", data, err)
	}
	self := &named{name: "self"}
	self.inner = &list{extent: extent{prefix: basic("u8")}, item: self}
	deep := &Type{Name: "deep", structure: &structure{fields: []*field{{name: "x", form: self}}}}
	if _, err := deep.ParseAll([]byte(strings.Repeat("\x01", 200))); err == nil ||
		!strings.Contains(err.Error(), "nested more than 64 deep") {
		t.Error(err)
	}
	var nest any = []any{}
	for range 100 {
		nest = []any{nest}
	}
	if _, _, err := deep.Build(map[string]any{"x": nest}); err == nil ||
		!strings.Contains(err.Error(), "nested more than 64 deep") {
		t.Error(err)
	}
	if f := deep.Gives(); f.Fields[0].Elem.Elem.Kind != schema.Any {
		t.Errorf("written out as %v", f)
	}
}

// TestNumbers builds and parses the limits of numbers.
func TestNumbers(t *testing.T) {
	for _, test := range []struct {
		word, want string
		value      int
	}{
		{"u8", "ff", 255}, {"u16le", "0201", 258}, {"u24", "010203", 0x10203}, {"s8", "80", -128},
		{"s16le", "feff", -2}, {"s64", "8000000000000000", -1 << 63},
		{"u64", "7fffffffffffffff", 1<<63 - 1}, {"varint", "7f", 127}, {"varint", "8001", 128},
		{"varint", "ffffffffffffffff7f", 1<<63 - 1}, {"svarint", "7f", -1}, {"svarint", "8101", 129},
		{"svarint", "8080808080808080807f", -1 << 63}, {"svarint", "ffffffffffffffffff00", 1<<63 - 1},
		{"vlq", "8100", 128}, {"vlq", "ffffffffffffffff7f", 1<<63 - 1}, {"decimal", "2d3132", -12},
		{"hexadecimal", "6666", 255},
	} {
		f, w := basic(test.word), &writer{}
		if _, err := f.build(w, nil, test.value); err != nil || fmt.Sprintf("%x", w.out) != test.want {
			t.Errorf("%s %d is %x, %v, not %s", test.word, test.value, w.out, err, test.want)
		}
		r := &reader{data: w.out, end: -1, final: true}
		if v, err := f.parse(r, nil); err != nil || v != test.value || r.at != len(w.out) {
			t.Errorf("%s %x is %v, %v", test.word, w.out, v, err)
		}
	}
}
