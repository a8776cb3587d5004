package schema

import (
	"bytes"
	"fmt"
	"sort"
	"unicode/utf8"
)

// Pos is a place in a text. Line and Column count from 1, Column in runes; the zero Pos is
// "nowhere".
type Pos struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// Span is a part of a file, from Start up to but not including End. A span without a known end
// has End equal to Start.
type Span struct {
	File  string `json:"file"`
	Start Pos    `json:"start"`
	End   Pos    `json:"end"`
}

// String gives the place as editors and compilers write it: file:line:column.
func (s Span) String() string {
	if s.Start.Line == 0 {
		return s.File
	}
	return fmt.Sprintf("%s:%d:%d", s.File, s.Start.Line, s.Start.Column)
}

// Before orders spans of one file by where they start.
func (s Span) Before(t Span) bool {
	if s.Start.Line != t.Start.Line {
		return s.Start.Line < t.Start.Line
	}
	return s.Start.Column < t.Start.Column
}

// Source is a text with its name. It never changes after NewSource.
type Source struct {
	Name  string
	Text  []byte
	lines []int // offset at which each line starts
	marks []int // how many runes start before each block of the text
}

// block is how many bytes lie between two marks: places are found in that time, whatever the
// length of a line.
const block = 64

// NewSource makes a Source; text must not be changed afterwards. A byte order mark at its start
// is dropped, as editors do not count it.
func NewSource(name string, text []byte) *Source {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	s := &Source{Name: name, Text: text, lines: []int{0}}
	runes := 0
	for i, b := range text {
		if i%block == 0 {
			s.marks = append(s.marks, runes)
		}
		if utf8.RuneStart(b) {
			runes++
		}
		if b == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	s.marks = append(s.marks, runes)
	return s
}

// Lines is how many lines the text has; a text without a newline has one.
func (s *Source) Lines() int { return len(s.lines) }

// Line gives line n, counted from 1, without its end; "" when there is no such line.
func (s *Source) Line(n int) string {
	if n < 1 || n > len(s.lines) {
		return ""
	}
	return string(bytes.TrimSuffix(s.Text[s.lines[n-1]:s.end(n)], []byte("\r")))
}

// end is where line n ends, before its newline.
func (s *Source) end(n int) int {
	if n < len(s.lines) {
		return s.lines[n] - 1
	}
	return len(s.Text)
}

// runes counts the runes that start before a byte offset.
func (s *Source) runes(offset int) int {
	at := offset / block
	n := s.marks[at]
	for _, b := range s.Text[at*block : offset] {
		if utf8.RuneStart(b) {
			n++
		}
	}
	return n
}

// Pos gives the place of a byte offset. Offsets outside the text give its nearest end.
func (s *Source) Pos(offset int) Pos {
	offset = max(0, min(offset, len(s.Text)))
	line := sort.SearchInts(s.lines, offset+1)
	return Pos{Line: line, Column: s.runes(offset) - s.runes(s.lines[line-1]) + 1}
}

// Offset gives the byte offset of a place, the reverse of Pos. Places outside the text give its
// nearest end.
func (s *Source) Offset(p Pos) int {
	if p.Line < 1 {
		return 0
	}
	if p.Line > len(s.lines) {
		return len(s.Text)
	}
	start, end := s.lines[p.Line-1], s.end(p.Line)
	want := s.runes(start) + max(p.Column, 1) // counts the rune that is meant
	at := max(start, min(end, (sort.SearchInts(s.marks, want)-1)*block))
	for n := s.runes(at); at < end; at++ {
		if utf8.RuneStart(s.Text[at]) {
			if n++; n == want {
				return at
			}
		}
	}
	return end
}

// Span makes the span between two byte offsets.
func (s *Source) Span(from, to int) Span {
	return Span{File: s.Name, Start: s.Pos(from), End: s.Pos(to)}
}
