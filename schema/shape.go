package schema

// Kind is what a parameter or a result may hold.
type Kind uint8

// The kinds, with the Go value that the decoder gives for each and, behind a slash, what results
// hold where that differs.
const (
	Any        Kind = iota // nil, bool, int, float64, string, []byte, []any, map[string]any
	Bool                   // bool
	Int                    // int
	Float                  // float64
	String                 // string
	Duration               // time.Duration; written "1s", or a bare number of seconds
	Size                   // int; written as a number of bytes, or "64 KiB"
	Bytes                  // Data, which gives []byte; written in any of the data forms / []byte
	Address                // string, or map[string]any with a family / string
	Choice                 // int, written as one of Choices or a number
	Flags                  // int, several of Choices ORed, written as one, a list, or a number
	List                   // []any, each an Elem
	Map                    // map[string]any with Fields; without Fields any keys, each an Elem
	Handle                 // a socket: whatever the expression gave / a handle that names its owner
	Expression             // *Expr: the source of an expression, not evaluated by the decoder
	Steps                  // a list of steps; parsed with the document, never decoded
	Branches               // a list of such lists; likewise
)

// parsed says whether the parser has read values of this kind, which are not decoded then.
func (k Kind) parsed() bool { return k == Steps || k == Branches }

// Shape describes a word that a step can start with: an action or a flow word. Decoding, the JSON
// Schema and the reference pages are made from it.
type Shape struct {
	Name    string  // the word itself
	About   string  // what it does, one sentence
	Doc     string  // more about it, in paragraphs; may be empty
	Main    string  // the parameter that may stand alone as the value, or ""
	Params  []Field // in the order of the documentation
	Results []Field
	Example string // one or more steps in YAML, without the leading indentation
	Table   *Table // more about the values; nil for none
}

// Table is a part of the documentation.
type Table struct {
	Title string
	Head  []string
	Rows  [][]string
}

// Field describes a parameter, a result, or an entry of a mapping.
type Field struct {
	Name     string
	Doc      string
	Kind     Kind
	Required bool
	Null     bool    // null (None) is allowed
	Part     bool    // a result that is part of another, in which reports print it
	Default  string  // how the default is written, for the documentation; "" for none
	Min, Max int     // for Int and Size, when Max > Min; Choice and Flags by number too
	Choices  []Name  // for Choice and Flags; of a String in a result, which may be a number instead
	Elem     *Field  // for List, and for Map with free keys
	Fields   []Field // for Map; of an Any in a result, one of which it is
}

// Name is a constant that a parameter knows.
type Name struct {
	Name  string
	Value int
}

// Param finds a parameter by its name; nil when there is none.
func (s *Shape) Param(name string) *Field { return find(s.Params, name) }

// Result finds a result by its name; nil when there is none.
func (s *Shape) Result(name string) *Field { return find(s.Results, name) }

func find(fields []Field, name string) *Field {
	for i := range fields {
		if fields[i].Name == name {
			return &fields[i]
		}
	}
	return nil
}
