package socket

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"netscene/schema"
)

// familyTIPC is AF_TIPC, whose sockets are found by what they serve, wherever in a cluster they
// are; see tipc(7).
const familyTIPC = 30

const tipcSize = 16 // bytes of struct sockaddr_tipc

// Kinds of TIPC addresses: an instance of a service or, to bind to, several in a row; and a socket.
const (
	tipcRange   = 1
	tipcService = 2
	tipcSocket  = 3
)

var (
	tipcTypes = twice("TIPC_ADDR_", []schema.Name{named(tipcRange, "NAMESEQ"),
		named(tipcService, "NAME"), named(tipcSocket, "ID")})
	tipcScopes = append(prefixed("TIPC_", []schema.Name{named(1, "ZONE_SCOPE"),
		named(tipcCluster, "CLUSTER_SCOPE"), named(3, "NODE_SCOPE")}),
		named(1, "zone"), named(tipcCluster, "cluster"), named(3, "node"))
)

// tipcCluster is how far a service is known unless it is said: everywhere.
const tipcCluster = 2

var _ = addFamily(addressFamily{
	family: familyTIPC, prefix: "tipc:",
	forms: "tipc:name:18888:17, tipc:nameseq:18888:0:99, tipc:id:0:1234 of a socket, " +
		"tipc:nameseq:18888:0:99:node with a scope",
	keys: []schema.Field{{Name: "addr_type", Kind: schema.Choice, Choices: tipcTypes},
		{Name: "v1", Kind: schema.Int, Max: math.MaxUint32},
		{Name: "v2", Kind: schema.Int, Max: math.MaxUint32},
		{Name: "v3", Kind: schema.Int, Max: math.MaxUint32}, {Name: "scope", Kind: schema.Any}},
	read: parseTIPCText, from: parseTIPCMapping, text: tipcText,
	parts: func(a Address) map[string]any {
		t, ok := tipcOf(a)
		if !ok {
			return nil
		}
		return map[string]any{"addr_type": t.kind, "v1": t.values[0], "v2": t.values[1],
			"v3": t.values[2], "scope": t.scope}
	},
})

// tipcAddress is a struct sockaddr_tipc. Its values have the order of Python's tuples: a service's
// type, instance and domain; its type, first and last instance; a socket's node and number.
type tipcAddress struct {
	kind   int
	values [3]int
	scope  int // below 0 it ends what bind with the same address began
}

// usualScope is the scope of an address that gives none. That of a socket's own does not matter.
func (t tipcAddress) usualScope() int {
	if t.kind == tipcSocket {
		return 0
	}
	return tipcCluster
}

func (t tipcAddress) address() Address {
	var b [tipcSize]byte
	binary.NativeEndian.PutUint16(b[:], familyTIPC)
	b[2], b[3] = byte(t.kind), byte(int8(t.scope))
	v := t.values
	if t.kind == tipcSocket {
		v[0], v[1] = v[1], v[0]
	}
	for i, n := range v {
		binary.NativeEndian.PutUint32(b[4+4*i:], uint32(n))
	}
	return AddressOf(b[:])
}

func tipcOf(a Address) (t tipcAddress, ok bool) {
	if !a.is(familyTIPC, tipcSize) {
		return t, false
	}
	b := []byte(a.raw)
	t.kind, t.scope = int(b[2]), int(int8(b[3]))
	for i := range t.values {
		t.values[i] = int(binary.NativeEndian.Uint32(b[4+4*i:]))
	}
	if t.kind == tipcSocket {
		t.values[0], t.values[1] = t.values[1], t.values[0]
	}
	return t, true
}

// parseTIPCText reads KIND:V1:V2[:V3[:SCOPE]].
func parseTIPCText(s string) (Endpoint, error) {
	parts := strings.Split(s, ":")
	var t tipcAddress
	var known bool
	if t.kind, known = namedNumber(parts[0], tipcTypes); !known || t.kind > math.MaxUint8 {
		return Endpoint{}, fmt.Errorf("%q is no kind of address; name, nameseq and id are", parts[0])
	}
	least := 3
	if t.kind == tipcRange {
		least = 4
	}
	if len(parts) < least || len(parts) > 5 {
		return Endpoint{}, fmt.Errorf("it is of none of the forms tipc:name:18888:17, " +
			"tipc:nameseq:18888:0:99 and tipc:id:0:1234")
	}
	for i, part := range parts[1:min(len(parts), 4)] {
		n, err := strconv.ParseUint(part, 0, 32)
		if err != nil {
			return Endpoint{}, fmt.Errorf("%q is not a number of 32 bits", part)
		}
		t.values[i] = int(n)
	}
	t.scope = t.usualScope()
	if len(parts) == 5 {
		var err error
		if t.scope, err = tipcScope(parts[4]); err != nil {
			return Endpoint{}, err
		}
	}
	return fixedEndpoint(t.address()), nil
}

// tipcScope reads a scope, by name or number.
func tipcScope(s string) (int, error) {
	for _, n := range tipcScopes {
		if n.Name == s {
			return n.Value, nil
		}
	}
	n, err := strconv.ParseInt(s, 0, 8)
	if err != nil {
		return 0, fmt.Errorf("%q is no scope; cluster, node and numbers of 8 bits are", s)
	}
	return int(n), nil
}

func parseTIPCMapping(m map[string]any) (e Endpoint, err error) {
	t := tipcAddress{kind: tipcService}
	if kind, given := m["addr_type"].(int); given {
		t.kind = kind
	}
	if t.kind < 0 || t.kind > math.MaxUint8 {
		return e, fmt.Errorf("addr_type is a number of 8 bits")
	}
	for i, key := range []string{"v1", "v2", "v3"} {
		t.values[i], _ = m[key].(int)
	}
	t.scope = t.usualScope()
	if scope := m["scope"]; scope != nil {
		if t.scope, err = tipcScope(fmt.Sprint(scope)); err != nil {
			return e, err
		}
	}
	return fixedEndpoint(t.address()), nil
}

func tipcText(a Address) (string, bool) {
	t, ok := tipcOf(a)
	text := strconv.Itoa(t.kind)
	for _, n := range tipcTypes {
		if n.Value == t.kind && n.Name == strings.ToLower(n.Name) {
			text = n.Name
		}
	}
	usual := t.scope == t.usualScope()
	text += fmt.Sprintf(":%d:%d", t.values[0], t.values[1])
	if t.kind == tipcRange || t.values[2] != 0 || !usual {
		text += fmt.Sprintf(":%d", t.values[2])
	}
	if !usual {
		text += fmt.Sprintf(":%d", t.scope)
	}
	return text, ok
}
