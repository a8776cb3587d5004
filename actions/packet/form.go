package packet

import (
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"netscene/schema"
)

// form reads the mapping of a layer that is to be built. It keeps the first mistake.
type form struct {
	layer string
	m     map[string]any
	err   *error
}

func (f *form) fail(field string, err error) {
	if *f.err == nil {
		*f.err = fmt.Errorf("%s.%s: %w", f.layer, field, err)
	}
}

// known refuses fields that a layer does not have.
func (f *form) known(fields []schema.Field) {
	names := make([]string, len(fields))
	for i, field := range fields {
		names[i] = field.Name
	}
	for name := range f.m {
		if known(name, names) {
			continue
		}
		if near := schema.Suggest(name, names); near != "" {
			f.fail(name, fmt.Errorf("unknown field: did you mean %s?", near))
		}
		f.fail(name, fmt.Errorf("unknown field; there are %v", names))
	}
}

func known(name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func (f *form) given(field string) bool { return f.m[field] != nil }

// number reads a number from 0 to most; the default where there is none.
func (f *form) number(field string, most, otherwise int) int {
	if !f.given(field) {
		return otherwise
	}
	n, ok := f.m[field].(int)
	if !ok || n < 0 || n > most {
		f.fail(field, fmt.Errorf("%v is not a number from 0 to %d", f.m[field], most))
	}
	return n
}

// required is number for a field that has no default.
func (f *form) required(field string, most int) int {
	if !f.given(field) {
		f.fail(field, errors.New("it is missing"))
	}
	return f.number(field, most, 0)
}

// named is number for one that may also be written as a name.
func (f *form) named(field string, most int, names map[string]int, otherwise int) int {
	if name, ok := f.m[field].(string); ok {
		n, found := names[name]
		if !found {
			f.fail(field, fmt.Errorf("unknown name %s", name))
		}
		return n
	}
	n := f.number(field, most, otherwise)
	if n < 0 {
		f.fail(field, errors.New("it is missing, and no layer tells it"))
	}
	return n
}

func (f *form) text(field, otherwise string) string {
	switch v := f.m[field].(type) {
	case nil:
		return otherwise
	case string:
		return v
	default:
		f.fail(field, fmt.Errorf("%v is not text", v))
		return ""
	}
}

func (f *form) bytes(field string) []byte {
	switch v := f.m[field].(type) {
	case nil:
	case []byte:
		return v
	case string:
		return []byte(v)
	default:
		f.fail(field, fmt.Errorf("%v is not bytes", v))
	}
	return nil
}

// hardware reads an address such as 02:00:00:00:00:01; zeros where there is none.
func (f *form) hardware(field string) net.HardwareAddr {
	text := f.text(field, "00:00:00:00:00:00")
	if text == "" {
		return nil
	}
	mac, err := hex.DecodeString(strings.ReplaceAll(text, ":", ""))
	if err != nil || len(text) != 3*len(mac)-1 {
		f.fail(field, fmt.Errorf("%q is not a hardware address such as 02:00:00:00:00:01", text))
	}
	return mac
}

// ip reads an IP address of so many bytes.
func (f *form) ip(field, otherwise string, size int) net.IP {
	text := f.text(field, otherwise)
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.BitLen() != 8*size || ip.Zone() != "" {
		f.fail(field, fmt.Errorf("%q is not an IP address of %d bytes", text, size))
		return make(net.IP, size)
	}
	return ip.AsSlice()
}

// flags reads a list of names, which stand for bits from the lowest on.
func (f *form) flags(names []string) (bits int) {
	list, ok := f.m["flags"].([]any)
	if name, isText := f.m["flags"].(string); isText {
		list, ok = []any{name}, true
	}
	if !ok && f.given("flags") {
		f.fail("flags", fmt.Errorf("%v is not a list of flags", f.m["flags"]))
	}
next:
	for _, v := range list {
		for i, name := range names {
			if v == name {
				bits |= 1 << i
				continue next
			}
		}
		f.fail("flags", fmt.Errorf("unknown flag %v; there are %v", v, names))
	}
	return bits
}
