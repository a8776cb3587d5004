// Package message builds and parses messages by a description of their wire format.
//
// A description is a list of fields in their order, each a name with its type; an item of the list
// may hold several. It serves both directions:
//
//	publish:
//	  - {packet: {b4: 3}, dup: b1, qos: b2, retain: b1}
//	  - remaining: {varint: rest}
//	  - topic: {string: u16}
//	  - id: {is: u16, if: qos > 0}
//	  - payload: bytes
//
// A type is a word, or a mapping with the word and what belongs to it, or a list of fields, or the
// name of another description; Words tells of all.
//
// What a number has as its argument is its value, computed when it is sent and verified when it is
// received: {u8: 5}, {u16: len(body)}, {u16: internet_checksum(whole)}, {u32: crc32(raw.body)}.
// There `raw` has the bytes of each field, `whole` those of the whole list of fields with this one
// as zeroes, and `rest` is the number of bytes behind this field, where the list of fields then
// ends. A mapping as the argument names values: {u8: {connect: 1, bind: 2}}; one name alone is a
// constant. A number that says the length or the count of a later field by its name alone is
// computed too. What is given for a field is sent, whatever was to be computed, so that wrong
// messages can be made.
//
// Values are plain data: int, float64, bool, string, []byte, []any, map[string]any. A named value
// is its name, or the number where it has none. Types never change once compiled, and may be used
// by any number of goroutines.
package message

import "fmt"

// Bounds of a message.
const (
	MaxSize  = 16 << 20 // bytes
	MaxDepth = 64       // of fields within fields
	MaxNodes = 1 << 18  // values, those in lists counted one by one
)

// Error is a value that cannot be built, or bytes that do not fit the description.
type Error struct {
	Path string // the field: answers[0].name; empty for the message as a whole
	At   int    // its offset; -1 when building
	Size int    // how many bytes are wrong; 0 when unknown
	Text string
}

// Error gives "path: text".
func (e *Error) Error() string {
	if e.Path == "" {
		return e.Text
	}
	return e.Path + ": " + e.Text
}

// Short says that the message goes on behind the bytes that there are: it has at least Need.
type Short struct{ Need int }

func (s *Short) Error() string { return fmt.Sprintf("the message has at least %d bytes", s.Need) }

// under puts a field before the path of an error.
func under(err error, name string) error {
	if e, ok := err.(*Error); ok {
		switch {
		case e.Path == "":
			e.Path = name
		case e.Path[0] == '[':
			e.Path = name + e.Path
		default:
			e.Path = name + "." + e.Path
		}
	}
	return err
}

func unbuildable(format string, args ...any) error {
	return &Error{At: -1, Text: fmt.Sprintf(format, args...)}
}
