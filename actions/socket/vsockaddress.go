package socket

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"netscene/schema"
)

// familyVsock is AF_VSOCK, whose sockets connect virtual machines with their host; see vsock(7).
const familyVsock = 40

const (
	vsockSize = 16 // bytes of struct sockaddr_vm
	vsockAny  = math.MaxUint32
)

// vsockCIDs are the names of contexts, which are machines.
var vsockCIDs = twice("VMADDR_CID_", []schema.Name{named(vsockAny, "ANY"), named(0, "HYPERVISOR"),
	named(1, "LOCAL"), named(2, "HOST")})

var _ = addFamily(addressFamily{
	family: familyVsock, prefix: "vsock:",
	forms: "vsock:3:1234, vsock:local:1234, vsock:any:any for a port of the kernel's choice",
	keys:  []schema.Field{{Name: "cid", Kind: schema.Choice, Choices: vsockCIDs}, portKey},
	read:  parseVsockText,
	from: func(m map[string]any) (Endpoint, error) {
		cid, port := vsockAny, vsockAny
		for key, part := range map[string]*int{"cid": &cid, "port": &port} {
			if n, given := m[key].(int); given {
				*part = n
			}
		}
		if cid < 0 || cid > vsockAny {
			return Endpoint{}, fmt.Errorf("%d is not a CID, which has 32 bits", cid)
		}
		return fixedEndpoint(vsockAddress(cid, port)), nil
	},
	text: vsockText,
	parts: func(a Address) map[string]any {
		cid, port, ok := vsockOf(a)
		if !ok {
			return nil
		}
		return map[string]any{"cid": cid, "port": port}
	},
})

func vsockAddress(cid, port int) Address {
	return numbersAddress(familyVsock, vsockSize, port, cid)
}

func vsockOf(a Address) (cid, port int, ok bool) {
	port, cid, ok = a.numbers(familyVsock, vsockSize)
	return cid, port, ok
}

// parseVsockText reads CID:PORT, of which each may be any.
func parseVsockText(s string) (Endpoint, error) {
	machine, number, found := strings.Cut(s, ":")
	if !found {
		return Endpoint{}, fmt.Errorf("the port is missing; write vsock:%s:1234, or any for the port", s)
	}
	cid, known := namedNumber(machine, vsockCIDs)
	if !known {
		return Endpoint{}, fmt.Errorf("%q is not a CID; any, local, host and numbers are", machine)
	}
	port, known := namedNumber(number, []schema.Name{named(vsockAny, "any")})
	if !known {
		return Endpoint{}, fmt.Errorf("%q is not a port of VM sockets; any and numbers of 32 bits are",
			number)
	}
	return fixedEndpoint(vsockAddress(cid, port)), nil
}

// namedNumber reads a number of 32 bits, or the name of one.
func namedNumber(s string, names []schema.Name) (int, bool) {
	for _, n := range names {
		if n.Name == s {
			return n.Value, true
		}
	}
	n, err := strconv.ParseUint(s, 0, 32)
	return int(n), err == nil
}

func vsockText(a Address) (string, bool) {
	cid, port, ok := vsockOf(a)
	word := func(n int) string {
		if n == vsockAny {
			return "any"
		}
		return strconv.Itoa(n)
	}
	return word(cid) + ":" + word(port), ok
}
