package expr

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

func gives(t Type) func([]Type) Type { return func([]Type) Type { return t } }

// first is the result of functions that give what they get, changed.
func first(args []Type) Type {
	t := args[0]
	t.words = nil
	return t
}

var conversions = []function{
	{Function: Function{"text", "text(bytes) -> text",
		"bytes that are UTF-8 as text; others are an error", `text(data) == "hello"`},
		params: []kind{chars}, result: gives(String), metered: true,
		run: func(_ *meter, a []any) (any, error) {
			s := string(toBytes(a[0]))
			if !utf8.ValidString(s) {
				return nil, errors.New("the bytes are not UTF-8")
			}
			return s, nil
		}},
	{Function: Function{"bytes", "bytes(text) -> bytes", "the bytes of text in UTF-8",
		`len(bytes("é")) == 2`}, params: []kind{chars}, result: gives(Bytes), metered: true,
		run: func(_ *meter, a []any) (any, error) { return []byte(string(toBytes(a[0]))), nil }},
	{Function: Function{"string", "string(value) -> text",
		"a value as it is printed inside other text", `string(port) + "/tcp"`},
		params: []kind{Printable.kinds}, result: gives(String), metered: true,
		run: func(_ *meter, a []any) (any, error) { return textForm(a[0]) }},
	{Function: Function{"int", "int(text, bytes or number) -> int",
		"a whole number: text is read as decimal, or with 0x, 0o, 0b; a float loses its fraction",
		`int(split(data, " ")[1]) == 200`}, params: []kind{number | chars}, result: gives(Int),
		run: func(_ *meter, a []any) (any, error) { return toInt(a[0]) }},
	{Function: Function{"float", "float(text, bytes or number) -> float", "a number with a fraction",
		`float("1.5") > 1`}, params: []kind{number | chars}, result: gives(Float),
		run: func(_ *meter, a []any) (any, error) {
			if kindOf(a[0])&number != 0 {
				return toFloat(a[0]), nil
			}
			f, err := strconv.ParseFloat(strings.TrimSpace(string(toBytes(a[0]))), 64)
			if err != nil {
				return nil, fmt.Errorf("%s is not a number", Format(a[0], 40))
			}
			return f, nil
		}},
	{Function: Function{"type", "type(value) -> text",
		"what a value is: nothing, bool, int, float, text, bytes, duration, list or map",
		`type(json(data).id) == "int"`}, params: []kind{every}, result: gives(String),
		run: func(_ *meter, a []any) (any, error) { return kindOf(a[0]).String(), nil }},
	{Function: Function{"duration", "duration(text or number) -> duration",
		"text such as 1.5s as a duration, or a number of seconds", `elapsed < duration("1s") * 2`},
		params: []kind{duration | number | text}, result: gives(Duration),
		run: func(_ *meter, a []any) (any, error) { return toDuration(a[0]) }},
	{Function: Function{"seconds", "seconds(duration) -> float", "a duration as a number of seconds",
		`seconds(elapsed) < 0.5`}, params: []kind{duration}, result: gives(Float),
		run: func(_ *meter, a []any) (any, error) { return a[0].(time.Duration).Seconds(), nil }},
}

func toInt(v any) (any, error) {
	switch v := v.(type) {
	case int:
		return v, nil
	case float64:
		if math.IsNaN(v) || v >= math.MaxInt64 || v <= math.MinInt64 {
			return nil, fmt.Errorf("%s is too large for an int", Format(v, 40))
		}
		return int(v), nil
	}
	s := strings.TrimSpace(string(toBytes(v)))
	base := 10
	if len(s) > 1 && s[0] == '0' && strings.ContainsAny(s[1:2], "xXoObB") {
		base = 0
	}
	i, err := strconv.ParseInt(s, base, 64)
	if err != nil {
		return nil, fmt.Errorf("%s is not a whole number", Format(v, 40))
	}
	return int(i), nil
}

var digests = []function{
	digest("hex", "text", "two hexadecimal digits for each byte", `hex(data) == "00ff"`,
		func(b []byte) (any, error) { return hex.EncodeToString(b), nil }),
	digest("unhex", "bytes", "the bytes that hexadecimal digits stand for; spaces are allowed",
		`data == unhex("00 ff")`, func(b []byte) (any, error) {
			digits := strings.Join(strings.Fields(string(b)), "")
			decoded, err := hex.DecodeString(digits)
			if err != nil {
				return nil, errors.New("this is not hexadecimal: two digits stand for a byte")
			}
			return decoded, nil
		}),
	digest("base64", "text", "bytes in base 64, with padding", `base64(data) == "aGVsbG8="`,
		func(b []byte) (any, error) { return base64.StdEncoding.EncodeToString(b), nil }),
	digest("unbase64", "bytes", "the bytes that text in base 64 stands for",
		`unbase64(data) == "hello"`, func(b []byte) (any, error) {
			decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
			if err != nil {
				return nil, errors.New("this is not base 64")
			}
			return decoded, nil
		}),
	digest("crc32", "int", "the CRC-32 checksum (IEEE)", `crc32(data) == 0x3610a686`,
		func(b []byte) (any, error) { return int(crc32.ChecksumIEEE(b)), nil }),
	digest("adler32", "int", "the Adler-32 checksum", `adler32("a") == 0x620062`,
		func(b []byte) (any, error) { return int(adler32.Checksum(b)), nil }),
	digest("internet_checksum", "int", "the checksum of IP, ICMP, UDP and TCP (RFC 1071)",
		`internet_checksum(unhex("0001 f203")) == 0x0dfb`,
		func(b []byte) (any, error) { return internetChecksum(b), nil }),
}

// internetChecksum is the complement of the ones' complement sum of all pairs of bytes.
func internetChecksum(b []byte) int {
	sum := 0
	for i, c := range b {
		sum += int(c) << (8 * (1 - i%2))
		sum = sum&0xffff + sum>>16
	}
	return ^sum & 0xffff
}

// digest makes a function of bytes.
func digest(name, gave, doc, example string, run func([]byte) (any, error)) function {
	results := map[string]Type{"text": String, "bytes": Bytes, "int": Int}
	return function{
		Function: Function{name, name + "(bytes or text) -> " + gave, doc, example},
		params:   []kind{chars}, result: gives(results[gave]), metered: true,
		run: func(_ *meter, a []any) (any, error) { return run(toBytes(a[0])) },
	}
}

var bitFunctions = []function{
	bitwise("bitand", "the bits that both have", "bitand(flags, MSG_TRUNC) != 0",
		func(a, b int) int { return a & b }),
	bitwise("bitor", "the bits that one of them has", "bitor(MSG_PEEK, MSG_TRUNC)",
		func(a, b int) int { return a | b }),
	bitwise("bitxor", "the bits in which they differ", "bitxor(5, 1) == 4",
		func(a, b int) int { return a ^ b }),
	bitwise("bitshl", "a, moved left by b bits", "bitshl(1, 4) == 16",
		func(a, b int) int { return a << (b & 63) }),
	bitwise("bitshr", "a, moved right by b bits", "bitshr(16, 4) == 1",
		func(a, b int) int { return a >> (b & 63) }),
	reader("be16", 2, "big-endian", be), reader("be32", 4, "big-endian", be),
	reader("be64", 8, "big-endian", be), reader("le16", 2, "little-endian", le),
	reader("le32", 4, "little-endian", le), reader("le64", 8, "little-endian", le),
}

func bitwise(name, doc, example string, run func(a, b int) int) function {
	return function{
		Function: Function{name, name + "(a, b) -> int", doc, example},
		params:   []kind{integer, integer}, result: gives(Int),
		run: func(_ *meter, a []any) (any, error) { return run(a[0].(int), a[1].(int)), nil },
	}
}

func be(b []byte) (v uint64) {
	for _, x := range b {
		v = v<<8 | uint64(x)
	}
	return v
}

func le(b []byte) (v uint64) {
	for i, x := range b {
		v |= uint64(x) << (8 * i)
	}
	return v
}

// reader makes a function that reads an unsigned number out of bytes.
func reader(name string, width int, order string, run func([]byte) uint64) function {
	doc := fmt.Sprintf("the unsigned %s number in %d bytes, from an offset on (0 when left out)",
		order, width)
	return function{
		Function: Function{name, name + "(bytes [, offset]) -> int", doc, name + "(data, 0) == 1"},
		params:   []kind{bytes, integer}, optional: 1, result: gives(Int),
		run: func(_ *meter, a []any) (any, error) {
			data, at := a[0].([]byte), 0
			if len(a) > 1 {
				at = a[1].(int)
			}
			if at < 0 || at > len(data)-width {
				return nil, fmt.Errorf("there are no %d bytes at offset %d: the length is %d",
					width, at, len(data))
			}
			v := run(data[at : at+width])
			if v > math.MaxInt64 {
				return nil, fmt.Errorf("%d is too large for an int", v)
			}
			return int(v), nil
		},
	}
}
