package socket

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"netscene/schema"
)

var (
	// portKey has room for the ports of VM sockets.
	portKey   = schema.Field{Name: "port", Kind: schema.Int, Max: math.MaxUint32}
	hostKeys  = []schema.Field{{Name: "host", Kind: schema.String}, portKey}
	scopeKeys = []schema.Field{{Name: "scope", Kind: schema.Any},
		{Name: "flowinfo", Kind: schema.Int, Max: 0xfffff}}
)

var (
	_ = addFamily(addressFamily{family: INET, keys: hostKeys, from: parseHostMapping,
		forms: `127.0.0.1:80, :80 for any host`, text: hostText, parts: hostParts})
	_ = addFamily(addressFamily{family: INET6, keys: append(hostKeys[:2:2], scopeKeys...),
		forms: `"[::1%lo]:80" with an interface as scope`, from: parseHostMapping,
		text: hostText, parts: hostParts})
	_ = addFamily(addressFamily{family: Unspec, prefix: "unspec:", forms: "unspec:",
		read: func(rest string) (Endpoint, error) {
			if rest != "" {
				return Endpoint{}, errors.New("unspec: stands alone")
			}
			return fixedEndpoint(unspecified), nil
		},
		from:  func(map[string]any) (Endpoint, error) { return fixedEndpoint(unspecified), nil },
		text:  func(a Address) (string, bool) { return "", a == unspecified },
		parts: func(Address) map[string]any { return nil }})
)

// hostText writes an address as ParseEndpoint reads it; flow information is left out.
func hostText(a Address) (string, bool) {
	host := a.Host()
	if a.Scope() != 0 {
		host += "%" + strconv.Itoa(a.Scope())
	}
	if a.is(INET6, 28) {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(a.Port()), a.IP().IsValid()
}

func hostParts(a Address) map[string]any {
	parts := map[string]any{"host": a.Host(), "port": a.Port()}
	if a.Family() == INET6 {
		parts["scope"], parts["flowinfo"] = a.Scope(), a.FlowInfo()
	}
	return parts
}

func parseHostMapping(m map[string]any) (Endpoint, error) {
	family, _ := m["family"].(int)
	e := Endpoint{family: family}
	e.host, _ = m["host"].(string)
	if _, given := m["port"]; !given {
		return Endpoint{}, fmt.Errorf("the port is missing; write {family: %s, host: %q, port: 80}",
			lowerFamily(family), e.host)
	}
	if e.port, _ = m["port"].(int); e.port > math.MaxUint16 {
		return Endpoint{}, portRange(strconv.Itoa(e.port))
	}
	flowInfo, _ := m["flowinfo"].(int)
	e.flowInfo = uint32(flowInfo)
	return e.withScope(m["scope"])
}

// withScope settles the host's scope, which may also stand behind it.
func (e Endpoint) withScope(scope any) (Endpoint, error) {
	if host, inside, ok := strings.Cut(e.host, "%"); ok && scope == nil {
		e.host, scope = host, inside
	}
	if scope != nil {
		e.scope = fmt.Sprint(scope)
		if !validScope(e.scope) {
			return Endpoint{}, fmt.Errorf("%q is not the name or number of an interface", e.scope)
		}
	}
	if e.family == INET && e.scope != "" {
		return Endpoint{}, fmt.Errorf("only an inet6 address has a scope")
	}
	if !isIPv6(e.host) {
		return e, checkHost(e.host)
	}
	if e.family == INET {
		return Endpoint{}, fmt.Errorf("%s is not an address of family inet", e.host)
	}
	return e, nil
}
