package socket

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"netscene/schema"
)

// unixMax is how many bytes a Unix address has for a path with its final NUL, or for an abstract
// name with its leading one: sun_path of unix(7).
const unixMax = 108

var _ = addFamily(addressFamily{
	family: Unix, prefix: "unix:",
	forms: "unix:/path, unix:@name in the abstract namespace, unix: for no name",
	keys:  []schema.Field{{Name: "path", Kind: schema.Bytes}, {Name: "abstract", Kind: schema.Bytes}},
	read:  parseUnixText, from: parseUnixMapping, text: unixText, parts: unixParts,
})

// unixAddress makes the address of a path, which ends with a NUL where it is not full.
func unixAddress(path string) Address {
	return Address{raw: familyBytes(Unix) + path + "\x00"}
}

func abstractAddress(name string) Address {
	return Address{raw: familyBytes(Unix) + "\x00" + name}
}

// Path gives the path of a Unix address; "" for an unnamed or abstract one and for other families.
func (a Address) Path() string {
	if a.Family() != Unix || len(a.raw) <= 2 {
		return ""
	}
	path, _, _ := strings.Cut(a.raw[2:], "\x00")
	return path
}

// Abstract gives the name of an address in Linux's abstract namespace, which may be empty.
func (a Address) Abstract() (string, bool) {
	if a.Family() == Unix && len(a.raw) > 2 && a.raw[2] == 0 {
		return a.raw[3:], true
	}
	return "", false
}

// unixText is what follows the prefix. Bytes that do not print are written \xNN.
func unixText(a Address) (string, bool) {
	if name, ok := a.Abstract(); ok {
		return "@" + escape(name), true
	}
	path := a.Path()
	switch {
	case a.raw == familyBytes(Unix):
		return "", true
	case a != unixAddress(path) || path == "":
		return "", false
	case path[0] == '@': // not that of an abstract name
		return `\x40` + escape(path[1:]), true
	}
	return escape(path), true
}

func unixParts(a Address) map[string]any {
	if name, ok := a.Abstract(); ok {
		return map[string]any{"abstract": []byte(name)}
	}
	if path := a.Path(); path != "" {
		return map[string]any{"path": []byte(path)}
	}
	return nil
}

// parseUnixText reads what follows "unix:".
func parseUnixText(s string) (Endpoint, error) {
	abstract := strings.HasPrefix(s, "@")
	name, err := unescape(strings.TrimPrefix(s, "@"))
	if err != nil {
		return Endpoint{}, err
	}
	if abstract {
		return unixEndpoint("abstract name", name, abstractAddress), nil
	}
	if name == "" {
		return fixedEndpoint(Address{raw: familyBytes(Unix)}), nil
	}
	return pathEndpoint(name)
}

func pathEndpoint(path string) (Endpoint, error) {
	if path == "" {
		return Endpoint{}, fmt.Errorf("the path is empty")
	}
	if strings.Contains(path, "\x00") {
		return Endpoint{}, fmt.Errorf("a path cannot hold a NUL byte; a name in the abstract " +
			"namespace is written unix:@name, without its first NUL")
	}
	return unixEndpoint("path", path, unixAddress), nil
}

// unixEndpoint checks the length: one byte of the room is for a path's final or an abstract
// name's leading NUL. No socket gets a longer one, as in Python.
func unixEndpoint(what, name string, make func(string) Address) Endpoint {
	e := fixedEndpoint(make(name))
	if len(name) >= unixMax {
		e.refused = fmt.Sprintf("AF_UNIX path too long: the %s has %d bytes, and there is room for "+
			"%d", what, len(name), unixMax-1)
	}
	return e
}

func parseUnixMapping(m map[string]any) (Endpoint, error) {
	path, hasPath := m["path"]
	name, hasName := m["abstract"]
	switch {
	case hasPath && hasName:
		return Endpoint{}, fmt.Errorf("path and abstract exclude each other")
	case hasPath:
		return pathEndpoint(bytesOf(path))
	case hasName:
		return unixEndpoint("abstract name", bytesOf(name), abstractAddress), nil
	}
	return fixedEndpoint(Address{raw: familyBytes(Unix)}), nil
}

func bytesOf(v any) string {
	b, _ := v.([]byte)
	return string(b)
}

// escape writes bytes that would not survive in a line of text as \xNN, and a backslash twice.
func escape(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case r != utf8.RuneError && unicode.IsPrint(r):
			b.WriteString(s[i : i+size])
		default:
			for _, c := range []byte(s[i : i+size]) {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		}
		i += size
	}
	return b.String()
}

// unescape reads what escape wrote.
func unescape(s string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] != '\\':
			b.WriteByte(s[i])
		case strings.HasPrefix(s[i:], `\\`):
			b.WriteByte('\\')
			i++
		default:
			if !strings.HasPrefix(s[i:], `\x`) || len(s) < i+4 {
				return "", fmt.Errorf(`a backslash is written \\, any byte \xNN`)
			}
			c, err := strconv.ParseUint(s[i+2:i+4], 16, 8)
			if err != nil {
				return "", fmt.Errorf(`%q is not a byte; write two hexadecimal digits`, s[i:i+4])
			}
			b.WriteByte(byte(c))
			i += 3
		}
	}
	return b.String(), nil
}
