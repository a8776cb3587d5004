package actions

import (
	"netscene/actions/socket"
	"netscene/schema"
)

// none is the result of an action that gives nothing but its success.
type none struct{}

// name is an address in its parts, as part of a result.
type name struct {
	Address  socket.Address `result:"address" doc:"the address as text; empty for none, unix: for a Unix socket without a name"`
	Family   int            `result:"family" part:"address" doc:"its family, as AF_INET; AF_UNSPEC for no address"`
	Host     string         `result:"host" doc:"its host; empty where the family has none, as for the others below"`
	Port     int            `result:"port" doc:"its port"`
	Scope    int            `result:"scope" part:"address" doc:"the number of the interface of an IPv6 address"`
	FlowInfo int            `result:"flowinfo" part:"address" doc:"the flow information of an IPv6 address"`
	Path     []byte         `result:"path" part:"address" doc:"the path of a Unix socket"`
	Abstract []byte         `result:"abstract" part:"address" doc:"the name of a Unix socket in the abstract namespace"`
	Parts    addressParts   `result:"parts" part:"address" doc:"the whole address as a mapping, which may stand where an address is written: parts.interface, parts.pkttype"`
}

func nameOf(a socket.Address) name {
	abstract, _ := a.Abstract()
	return name{Address: a, Family: a.Family(), Host: a.Host(), Port: a.Port(), Scope: a.Scope(),
		FlowInfo: a.FlowInfo(),
		Path:     []byte(a.Path()), Abstract: []byte(abstract),
		Parts: a.Parts()}
}

// addressParts is the mapping form of an address.
type addressParts map[string]any

func (addressParts) kind(f *schema.Field) {
	f.Kind, f.Null = schema.Map, true
	for _, key := range socket.AddressKeys() {
		f.Fields = append(f.Fields, schema.Field{Name: key.Name, Kind: key.Kind, Null: true})
	}
}

func (p addressParts) plain() any {
	if p == nil {
		return nil
	}
	return map[string]any(p)
}

// received is the result of a receive.
type received struct {
	Data []byte `result:"data" doc:"the bytes received"`
	Size int    `result:"size" doc:"what the call returned: the number of bytes, with MSG_TRUNC of the whole datagram"`
	EOF  bool   `result:"eof" doc:"the peer has ended the stream; an empty datagram is not the end"`
}

func receivedOf(s *socket.Socket, buf []byte, n int) received {
	return received{Data: buf[:min(n, len(buf))], Size: n, EOF: n == 0 && len(buf) > 0 && s.AtEnd()}
}

// msghdr is the result of receiving a message, with what recvmsg(2) tells of it.
type msghdr struct {
	received
	name
	Flags     int              `result:"flags" doc:"the flags that the kernel gave, as a number"`
	FlagNames flagNames        `result:"flag_names" doc:"these flags by name: MSG_TRUNC, MSG_CTRUNC, MSG_OOB, MSG_EOR and their like"`
	Ancillary messages         `result:"ancillary" doc:"the messages of ancillary data, each with level, type, name, data and its parts"`
	Sockets   []*socket.Socket `result:"sockets" doc:"those that came with SCM_RIGHTS"`
}

// receiveMessage receives into data, of which each buffer has so many bytes.
func receiveMessage(c *Call, in socket.Incoming) (msghdr, error) {
	got, err := c.Socket.RecvMsg(c.Caller(), in)
	m := msghdr{Sockets: got.Sockets}
	if err != nil {
		return m, err
	}
	m.received, m.name = receivedOf(c.Socket, in.Data, got.Size), nameOf(got.Address)
	m.EOF = m.EOF && in.Flags&socket.MsgErrQueue == 0
	m.Flags, m.Ancillary = got.Flags, got.Ancillary
	m.FlagNames = socket.MessageFlagNames(got.Flags)
	return m, nil
}

// connected is the result of a connection: the peer, and the address of this end.
type connected struct {
	name
	Local socket.Address `result:"local" doc:"the address of this end"`
}

// connectedOf asks the kernel for this end's address, of which some protocols, as CAN_BCM, have
// none. The peer is the one that was asked for.
func connectedOf(c *Call, s *socket.Socket, peer socket.Address) (connected, error) {
	local, err := s.GetSockName(c.Caller())
	if e := socket.AsError(err); e != nil && e.Errno.Name() == "EOPNOTSUPP" {
		err = nil
	}
	return connected{name: nameOf(peer), Local: local}, err
}

// ownName is the result of an action that gives the socket its address.
func ownName(c *Call) (name, error) {
	a, err := c.Socket.GetSockName(c.Caller())
	return nameOf(a), err
}
