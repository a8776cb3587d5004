package socket

import (
	"encoding/binary"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"netscene/schema"
)

// addressFamily says how the addresses of a family are written, and what they consist of. Each has
// a file of its own; addFamily is all that makes one known.
type addressFamily struct {
	family int
	prefix string         // that of its text form, as unix:; "" for a host, a colon and a port
	forms  string         // what its text form looks like, for people
	keys   []schema.Field // of its mapping form, beside the family
	// read reads what follows the prefix.
	read func(text string) (Endpoint, error)
	// from reads the mapping form, whose keys are those above and whose values are decoded.
	from func(m map[string]any) (Endpoint, error)
	// text is the inverse of read; false for an address that has no such form.
	text func(a Address) (string, bool)
	// parts is the inverse of from, without the family.
	parts func(a Address) map[string]any
	// scoped puts the number of an interface into an address of from or read, for which
	// scopedEndpoint has the interface; nil where the family has none.
	scoped func(a Address, index uint32) Address
}

// families are those whose addresses have a form, in the order of their names.
var families []*addressFamily

func addFamily(f addressFamily) struct{} {
	if familyOf(f.family) != nil {
		panic("socket: family " + FamilyName(f.family) + " is there twice")
	}
	families = append(families, &f)
	place := func(f *addressFamily) int {
		return slices.IndexFunc(familyNames, func(n schema.Name) bool { return n.Value == f.family })
	}
	slices.SortFunc(families, func(a, b *addressFamily) int { return place(a) - place(b) })
	return struct{}{}
}

// familyOf finds a family by its number; nil for one whose addresses have no form.
func familyOf(number int) *addressFamily {
	for _, f := range families {
		if f.family == number {
			return f
		}
	}
	return nil
}

// familyByPrefix finds the family of a text form, and what follows its prefix.
func familyByPrefix(s string) (*addressFamily, string) {
	for _, f := range families {
		if rest, ok := strings.CutPrefix(s, f.prefix); ok && f.prefix != "" {
			return f, rest
		}
	}
	return nil, ""
}

// numbersAddress makes an address that is two numbers of 32 bits, in the order of the machine.
func numbersAddress(family, size, first, second int) Address {
	b := make([]byte, size)
	binary.NativeEndian.PutUint16(b, uint16(family))
	binary.NativeEndian.PutUint32(b[4:], uint32(first))
	binary.NativeEndian.PutUint32(b[8:], uint32(second))
	return AddressOf(b)
}

// numbers takes apart what numbersAddress made.
func (a Address) numbers(family, size int) (first, second int, ok bool) {
	if !a.is(family, size) {
		return 0, 0, false
	}
	b := []byte(a.raw)
	return int(binary.NativeEndian.Uint32(b[4:])), int(binary.NativeEndian.Uint32(b[8:])), true
}

// Overhears says whether a socket of a family and a type is told what was not sent to it, what
// passes an interface or a bus, or what the kernel has to say; or, as VM sockets are, what a worker
// of the kernel hands over in its own time.
func Overhears(family, typ int) bool {
	return family == familyPacket || family == familyNetlink || family == familyCAN ||
		family == familyVsock || typ&^(NonBlocking|CloseOnExec) == rawType
}

// hostless says whether the addresses of a family have no host.
func hostless(family int) bool {
	f := familyOf(family)
	return f != nil && f.prefix != "" && family != Unspec
}

// AddressForms says how addresses are written, in a line for each family.
func AddressForms() string {
	var b strings.Builder
	for _, f := range families {
		mapping := "{family: " + lowerFamily(f.family)
		for _, k := range f.keys {
			mapping += ", " + k.Name
		}
		fmt.Fprintf(&b, "* %s, or %s}\n", f.forms, mapping)
	}
	return b.String()
}

// AddressKeys are the keys that mapping forms have. A key of several families is the same in each.
func AddressKeys() []schema.Field {
	keys := []schema.Field{{Name: "family", Kind: schema.Choice, Choices: Families(), Required: true}}
	for _, f := range families {
		for _, k := range f.keys {
			at := slices.IndexFunc(keys, func(o schema.Field) bool { return o.Name == k.Name })
			switch {
			case at < 0:
				keys = append(keys, k)
			case !reflect.DeepEqual(keys[at], k):
				panic("socket: two families have different keys " + k.Name)
			}
		}
	}
	return keys
}

// Parts gives an address as its mapping form, with the family; nil where there is no address.
func (a Address) Parts() map[string]any {
	if a.IsZero() {
		return nil
	}
	parts := map[string]any{"family": a.Family()}
	if f := familyOf(a.Family()); f != nil {
		maps.Copy(parts, f.parts(a))
	}
	return parts
}

// parseMapping reads the form with keys, whose values have been decoded: see package actions.
func parseMapping(m map[string]any) (Endpoint, error) {
	number, _ := m["family"].(int)
	f := familyOf(number)
	if f == nil {
		return Endpoint{}, fmt.Errorf("one of family %s is written as text, raw: and the bytes "+
			"of its struct sockaddr in hexadecimal", FamilyName(number))
	}
	var names []string
	for _, k := range f.keys {
		names = append(names, k.Name)
	}
	for _, key := range slices.Sorted(maps.Keys(m)) {
		if key == "family" || slices.Contains(names, key) {
			continue
		}
		has := "only its family"
		if names != nil {
			has = strings.Join(names, ", ")
		}
		return Endpoint{}, fmt.Errorf("family %s has no %s; it has %s", lowerFamily(number), key, has)
	}
	return f.from(m)
}

// scopedEndpoint is an endpoint whose interface, a name or a number, is found when the address is
// used; written is its text form.
func scopedEndpoint(a Address, scope any, written string) (Endpoint, error) {
	e := Endpoint{family: a.Family(), fixed: a, written: written}
	if scope == nil || scope == "" || scope == 0 {
		return e, nil
	}
	e.scope = fmt.Sprint(scope)
	if !validScope(e.scope) {
		return Endpoint{}, fmt.Errorf("%q is not the name or number of an interface", e.scope)
	}
	return e, nil
}

// whole gives the address of an endpoint without a host.
func (e Endpoint) whole() (Address, error) {
	f := familyOf(e.fixed.Family())
	if e.scope == "" || f == nil || f.scoped == nil {
		return e.fixed, nil
	}
	index, err := e.scopeNumber()
	if err != nil {
		return Address{}, err
	}
	return f.scoped(e.fixed, index), nil
}
