package actions

import (
	"errors"
	"fmt"

	"netscene/actions/socket"
	"netscene/schema"
)

// ancillary is what sendmsg sends beside data: a list of messages. Their names are those of what
// recvmsg gives.
type ancillary []socket.Ancillary

func (ancillary) kind(f *schema.Field) {
	f.Kind = schema.List
	f.Elem = &schema.Field{Name: "a message of " + f.Name, Kind: schema.Map, Fields: []schema.Field{
		{Name: "level", Kind: schema.Choice, Choices: socket.Levels()},
		{Name: "type", Kind: schema.Any, Required: true},
		{Name: "data", Kind: schema.Bytes},
		{Name: "sockets", Kind: schema.List},
		{Name: "pid", Kind: schema.Int},
		{Name: "uid", Kind: schema.Int},
		{Name: "gid", Kind: schema.Int},
		{Name: "value", Kind: schema.Int},
		{Name: "interface", Kind: schema.Any},
		{Name: "source", Kind: schema.String},
	}}
}

func (a *ancillary) set(v any) error {
	list, _ := v.([]any)
	*a = nil
	for _, item := range list {
		parts, _ := item.(map[string]any)
		m, err := ancillaryOf(parts)
		if err != nil {
			return err
		}
		*a = append(*a, m)
	}
	return nil
}

// ancillaryOf reads one message.
func ancillaryOf(given map[string]any) (socket.Ancillary, error) {
	m, err := ancillaryKind(given)
	if err != nil {
		return m, err
	}
	parts := map[string]any{}
	for name, v := range given {
		if name != "level" && name != "type" {
			parts[name] = v
		}
	}
	data, isData := given["data"]
	sockets, isRights := given["sockets"]
	switch {
	case isData && len(parts) > 1, isRights && len(parts) > 1:
		return m, errors.New("`data` and `sockets` each stand alone")
	case isData:
		m.Data, _ = data.([]byte)
	case isRights:
		list, _ := sockets.([]any)
		m.Rights, err = rightsOf(list)
	case socket.AncillaryName(m.Level, m.Type) == "SCM_RIGHTS":
		return m, errors.New("SCM_RIGHTS needs `sockets`")
	default:
		m.Parts = parts
		err = m.Check()
	}
	return m, err
}

// ancillaryKind finds a message's level and type.
func ancillaryKind(given map[string]any) (m socket.Ancillary, err error) {
	level, hasLevel := given["level"].(int)
	switch typ := given["type"].(type) {
	case string:
		known := false
		if m.Level, m.Type, known = socket.LookupAncillary(typ); !known {
			err = fmt.Errorf("unknown type %s: give a name such as SCM_RIGHTS, or a number and its "+
				"level", typ)
			if near := schema.Suggest(typ, socket.AncillaryNames()); near != "" {
				err = fmt.Errorf("unknown type %s: did you mean %s?", typ, near)
			}
		} else if hasLevel && level != m.Level {
			err = fmt.Errorf("%s belongs to another level; leave `level` out", typ)
		}
	case int:
		if m.Level, m.Type = level, typ; !hasLevel {
			err = errors.New("a type given by number needs `level`, such as SOL_SOCKET")
		}
	default:
		err = errors.New("a type is a name such as SCM_RIGHTS, or a number")
	}
	return m, err
}

func rightsOf(list []any) ([]socket.Right, error) {
	var rights []socket.Right
	for _, item := range list {
		switch v := item.(type) {
		case *socket.Socket:
			rights = append(rights, socket.Right{Socket: v})
		case int:
			rights = append(rights, socket.Right{FD: v})
		default:
			return nil, fmt.Errorf("what is sent is a socket, such as $(server.accept.socket), or "+
				"a descriptor's number, not %v", item)
		}
	}
	return rights, nil
}

// received messages, as expressions see them.
type messages []socket.Ancillary

func (messages) kind(f *schema.Field) {
	f.Kind = schema.List
	part := func(name string, kind schema.Kind) schema.Field {
		return schema.Field{Name: name, Kind: kind, Null: true}
	}
	extended := part("error", schema.Map)
	for _, name := range []string{"errno", "origin", "type", "code", "info", "data"} {
		extended.Fields = append(extended.Fields, schema.Field{Name: name, Kind: schema.Int})
	}
	extended.Fields = append(extended.Fields, schema.Field{Name: "offender", Kind: schema.Address})
	auxdata := part("auxdata", schema.Map)
	for _, name := range socket.AuxdataFields() {
		auxdata.Fields = append(auxdata.Fields, schema.Field{Name: name, Kind: schema.Int})
	}
	stamps := part("timestamps", schema.List)
	stamps.Elem = &schema.Field{Name: "timestamp", Kind: schema.Duration}
	f.Elem = &schema.Field{Name: "message", Kind: schema.Map, Fields: []schema.Field{
		{Name: "level", Kind: schema.Int}, {Name: "type", Kind: schema.Int},
		{Name: "name", Kind: schema.String}, {Name: "data", Kind: schema.Bytes},
		part("count", schema.Int), part("pid", schema.Int), part("uid", schema.Int),
		part("gid", schema.Int), part("value", schema.Int), part("timestamp", schema.Duration),
		stamps, part("mtu", schema.Int),
		part("interface", schema.Int), part("source", schema.String),
		part("destination", schema.String), part("address", schema.Address), extended, auxdata}}
}

func (m messages) plain() any {
	list := make([]any, len(m))
	for i, a := range m {
		parts := a.Decode()
		if parts == nil {
			parts = map[string]any{}
		}
		parts["level"], parts["type"], parts["data"] = a.Level, a.Type, a.Data
		parts["name"] = socket.AncillaryName(a.Level, a.Type)
		list[i] = parts
	}
	return list
}

// pieces are several buffers.
type pieces [][]byte

func (pieces) kind(f *schema.Field) {
	f.Kind = schema.List
	f.Elem = &schema.Field{Name: "a buffer of " + f.Name, Kind: schema.Bytes}
}

func (p *pieces) set(v any) error {
	list, _ := v.([]any)
	*p = pieces{}
	for _, item := range list {
		b, ok := item.([]byte)
		if !ok {
			return fmt.Errorf("a buffer is data, not %v", item)
		}
		*p = append(*p, b)
	}
	return nil
}

func (p pieces) plain() any {
	list := make([]any, len(p))
	for i, b := range p {
		list[i] = b
	}
	return list
}

// sizes are those of several buffers.
type sizes []int

func (sizes) kind(f *schema.Field) {
	f.Kind = schema.List
	f.Elem = &schema.Field{Name: "a size of " + f.Name, Kind: schema.Size, Max: maxBuffer}
}

func (s *sizes) set(v any) error {
	list, _ := v.([]any)
	*s = sizes{}
	for _, item := range list {
		n, ok := item.(int)
		if !ok {
			return fmt.Errorf("a size is a number of bytes, not %v", item)
		}
		*s = append(*s, n)
	}
	return nil
}

// flagNames are flags by their names.
type flagNames []string

func (flagNames) kind(f *schema.Field) {
	f.Kind, f.Elem = schema.List, &schema.Field{Name: "flag", Kind: schema.String}
}

func (n flagNames) plain() any {
	list := make([]any, len(n))
	for i, name := range n {
		list[i] = name
	}
	return list
}
