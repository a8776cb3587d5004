package schema

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"unicode"
	"unicode/utf8"
)

// MaxFile is how long a file may be, in bytes.
const MaxFile = 4 << 20

// Read reads a scenario from disk, or from stdin when its name is "-". A finding about the file as
// a whole has a span without a line.
func Read(name string, stdin io.Reader) (*Source, Diagnostics) {
	text, err := readAll(name, stdin)
	if err == nil && len(text) > MaxFile {
		err = fmt.Errorf("the file has more than %d bytes, the limit for a scenario", MaxFile)
		if info, e := os.Stat(name); e == nil && name != "-" {
			err = fmt.Errorf("the file has %d bytes; the limit for a scenario is %d",
				info.Size(), MaxFile)
		}
	}
	if name == "-" {
		name = "<stdin>"
	}
	if err != nil {
		return nil, Diagnostics{{Span: Span{File: name}, Summary: err.Error()}}
	}
	return NewSource(name, text), nil
}

func readAll(name string, stdin io.Reader) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(stdin, MaxFile+1))
	}
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, errors.New("no such file")
	case err == nil && info.IsDir():
		return nil, errors.New("is a directory; a scenario is a file")
	case err == nil && !info.Mode().IsRegular():
		return nil, errors.New("is not a regular file")
	case err != nil:
		return nil, cause(err)
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, MaxFile+1))
	if err != nil {
		return nil, cause(err)
	}
	return text, nil
}

// cause drops the file's name from an error, as the finding shows it already.
func cause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("cannot read: %w", path.Err)
	}
	return err
}

// characters reports what may not stand in a scenario at all: bytes that are no UTF-8, control
// characters, and the line ends that YAML knows and editors do not. It reports one of each kind,
// the first few in full: a file that is no text at all has hundreds.
func (f *findings) characters(src *Source) bool {
	const most = 4
	found := map[string]bool{}
	var next Span // of the first that is not reported in full
	for at := 0; at < len(src.Text); {
		r, size := utf8.DecodeRune(src.Text[at:])
		what, detail := unwanted(src.Text, at, r, size)
		if what != "" && !found[what] {
			found[what] = true
			if len(found) <= most {
				f.report(src.Span(at, at+size), "%s", what).Detail = detail
			} else if len(found) == most+1 {
				next = src.Span(at, at+size)
			}
		}
		at += size
	}
	if more := len(found) - most; more > 0 {
		f.report(next, "and %d more that cannot stand in a scenario", more).Detail =
			"a scenario is a text file in UTF-8"
	}
	return len(found) == 0
}

func unwanted(text []byte, at int, r rune, size int) (what, detail string) {
	switch {
	case r == utf8.RuneError && size == 1:
		return fmt.Sprintf("byte 0x%02x at offset %d is not UTF-8", text[at], at),
			"save the file as UTF-8; bytes are written {hex: \"…\"}"
	case r == '\n' || r == '\t' || r == '\r' && at+1 < len(text) && text[at+1] == '\n':
		return "", ""
	case r == '\r':
		return "a carriage return that ends no line",
			`write "\r" in double quotes, and end lines with LF or CRLF`
	case r == '\u2028' || r == '\u2029' || r == '\u0085' || r == '\ufeff':
		return fmt.Sprintf("an invisible %U", r), fmt.Sprintf(`write "\u%04x" in double quotes`, r)
	case unicode.IsControl(r):
		return fmt.Sprintf("control character %U", r),
			fmt.Sprintf(`write "\x%02x" in double quotes`, r)
	case r&0xfffe == 0xfffe:
		return fmt.Sprintf("%U is no character", r), "bytes are written {hex: \"…\"}"
	}
	return "", ""
}
