package actions

import (
	"errors"
	"strconv"

	"netscene/actions/host"
	"netscene/actions/socket"
	"netscene/schema"
)

// HostName is the name or number of a host; nil for none, which C writes NULL.
type HostName struct{ text *string }

func (HostName) kind(f *schema.Field) { f.Kind, f.Null = schema.String, true }

func (h *HostName) set(v any) error {
	if s, ok := v.(string); ok {
		h.text = &s
	}
	return nil
}

// Service is the name of a service or the number of a port; nil for none.
type Service struct{ text *string }

func (Service) kind(f *schema.Field) { f.Kind, f.Null = schema.Any, true }

func (s *Service) set(v any) error {
	switch v := v.(type) {
	case nil:
	case int:
		text := strconv.Itoa(v)
		s.text = &text
	case string:
		s.text = &v
	default:
		return errors.New("a port is a number or the name of a service such as http")
	}
	return nil
}

// AddrInfoFlags are flags of getaddrinfo, ORed.
type AddrInfoFlags int

func (AddrInfoFlags) kind(f *schema.Field) {
	f.Kind, f.Choices = schema.Flags, socket.AddrInfoFlags()
}

// NameInfoFlags are flags of getnameinfo, ORed.
type NameInfoFlags int

func (NameInfoFlags) kind(f *schema.Field) {
	f.Kind, f.Choices = schema.Flags, socket.NameInfoFlags()
}

// addrInfos are the results of getaddrinfo.
type addrInfos []host.AddrInfo

func (addrInfos) kind(f *schema.Field) {
	f.Kind = schema.List
	f.Elem = &schema.Field{Kind: schema.Map, Fields: []schema.Field{
		{Name: "family", Kind: schema.Int}, {Name: "type", Kind: schema.Int},
		{Name: "proto", Kind: schema.Int}, {Name: "canonname", Kind: schema.String},
		{Name: "address", Kind: schema.Address}}}
}

func (list addrInfos) plain() any {
	all := make([]any, len(list))
	for i, a := range list {
		all[i] = map[string]any{"family": a.Family, "type": a.Type, "proto": a.Proto,
			"canonname": a.CanonName, "address": a.Address.String()}
	}
	return all
}

// words is a list of names.
type words []string

func (words) kind(f *schema.Field) {
	f.Kind, f.Elem = schema.List, &schema.Field{Kind: schema.String}
}

func (list words) plain() any {
	all := make([]any, len(list))
	for i, w := range list {
		all[i] = w
	}
	return all
}

// interfaces is a list of network interfaces.
type interfaces []host.Interface

func (interfaces) kind(f *schema.Field) {
	f.Kind = schema.List
	f.Elem = &schema.Field{Kind: schema.Map, Fields: []schema.Field{
		{Name: "ifindex", Kind: schema.Int}, {Name: "ifname", Kind: schema.String}}}
}

func (list interfaces) plain() any {
	all := make([]any, len(list))
	for i, one := range list {
		all[i] = map[string]any{"ifindex": one.Index, "ifname": one.Name}
	}
	return all
}
