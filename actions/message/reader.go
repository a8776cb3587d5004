package message

import "fmt"

// reader goes through the bytes of a message.
type reader struct {
	data   []byte
	at     int
	bits   uint // those of data[at] that were read already
	end    int  // where what is being read ends; -1 when only the end of the data tells
	final  bool // nothing comes behind the data
	origin int  // from where compressed names count
	depth  int
	nodes  int
	told   func(Span) // of each field with its bytes; nil when nobody listens
	path   []string   // only when somebody listens
}

// wrong makes an error about the next bytes.
func (r *reader) wrong(size int, format string, args ...any) error {
	return &Error{At: r.at, Size: size, Text: fmt.Sprintf(format, args...)}
}

// enter counts a value.
func (r *reader) enter() error {
	if r.nodes++; r.nodes > MaxNodes {
		return r.tooMany()
	}
	if r.depth++; r.depth > MaxDepth {
		return r.wrong(0, "the message is nested more than %d deep", MaxDepth)
	}
	return nil
}

func (r *reader) tooMany() error {
	return r.wrong(0, "the message has more than %d values", MaxNodes)
}

func (r *reader) leave() { r.depth-- }

// has says whether n more bytes are there.
func (r *reader) has(n int) error {
	switch {
	case n < 0:
		return r.wrong(0, "a length of %d is negative", n)
	case n > MaxSize-r.at:
		return r.wrong(0, "%d bytes more make the message longer than %d MiB", n, MaxSize>>20)
	case r.end >= 0 && n > r.end-r.at:
		return r.wrong(r.end-r.at, "it needs %s, of which %s there", plural(n, "byte"),
			are(r.end-r.at))
	case r.at+n <= len(r.data):
		return nil
	case r.final:
		return r.wrong(len(r.data)-r.at, "it needs %s, of which %s there", plural(n, "byte"),
			are(len(r.data)-r.at))
	}
	return &Short{Need: r.at + n}
}

// take gives the next n bytes.
func (r *reader) take(n int) ([]byte, error) {
	if err := r.has(n); err != nil {
		return nil, err
	}
	r.at += n
	return r.data[r.at-n : r.at : r.at], nil
}

// ahead gives all the bytes that are there for what is being read, and whether they are all.
func (r *reader) ahead() (b []byte, all bool) {
	if r.end >= 0 {
		return r.data[r.at:r.end], true
	}
	return r.data[r.at:], r.final
}

// more is the error of a read that wants more bytes than there are, but not how many.
func (r *reader) more() error {
	if len(r.data) >= MaxSize {
		return r.wrong(0, "the message is longer than %d MiB", MaxSize>>20)
	}
	return &Short{Need: len(r.data) + 1}
}

// within calls read for the next n bytes, which it must take all.
func (r *reader) within(n int, read func() (any, error)) (any, error) {
	if err := r.has(n); err != nil {
		return nil, err
	}
	before := r.end
	r.end = r.at + n
	v, err := read()
	if err == nil {
		err = r.used()
	}
	r.end = before
	return v, err
}

// used says whether all up to the end was read.
func (r *reader) used() error {
	if left := r.end - r.at; left > 0 {
		return r.wrong(left, "%s too many", plural(left, "byte"))
	}
	return nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func are(n int) string {
	if n == 1 {
		return "1 is"
	}
	return fmt.Sprintf("%d are", n)
}

// writer collects the bytes of a message.
type writer struct {
	out   []byte
	bits  uint64 // of a byte that is not complete
	count uint
	depth int
}

func (w *writer) add(b []byte) error {
	if len(b) > MaxSize-len(w.out) {
		return unbuildable("the message is longer than %d MiB", MaxSize>>20)
	}
	w.out = append(w.out, b...)
	return nil
}
