package actions

import (
	"fmt"
	"reflect"
	"time"

	"netscene/actions/socket"
	"netscene/schema"
)

// kinded is implemented by parameter types that say themselves what may be written for them.
type kinded interface{ kind(f *schema.Field) }

// setter is implemented by parameter types that take a decoded value apart themselves.
type setter interface{ set(v any) error }

// plainer is implemented by result types that are plain data in another form.
type plainer interface{ plain() any }

var goKinds = map[reflect.Type]schema.Kind{
	reflect.TypeFor[bool]():             schema.Bool,
	reflect.TypeFor[int]():              schema.Int,
	reflect.TypeFor[float64]():          schema.Float,
	reflect.TypeFor[string]():           schema.String,
	reflect.TypeFor[[]byte]():           schema.Bytes,
	reflect.TypeFor[time.Duration]():    schema.Duration,
	reflect.TypeFor[any]():              schema.Any,
	reflect.TypeFor[socket.Address]():   schema.Address,
	reflect.TypeFor[*socket.Socket]():   schema.Handle,
	reflect.TypeFor[[]*socket.Socket](): schema.List,
}

// kindOf fills in what a field may hold from its Go type.
func kindOf(t reflect.Type, f *schema.Field) {
	if t.Kind() == reflect.Pointer && t != reflect.TypeFor[*socket.Socket]() {
		t = t.Elem()
	}
	if k, ok := reflect.New(t).Interface().(kinded); ok {
		k.kind(f)
		return
	}
	kind, ok := goKinds[t]
	if !ok {
		panic("actions: field " + f.Name + ": no kind for " + t.String())
	}
	f.Kind = kind
	if kind == schema.List {
		f.Elem = &schema.Field{Kind: schema.Handle}
	}
}

// set stores a decoded value in a field of a parameter struct.
func set(field reflect.Value, v any) error {
	if _, ok := field.Interface().(*socket.Socket); ok {
		s, given := v.(*socket.Socket)
		if !given {
			return fmt.Errorf("%v is no socket", v)
		}
		field.Set(reflect.ValueOf(s))
		return nil
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	if s, ok := field.Addr().Interface().(setter); ok {
		return s.set(v)
	}
	if v == nil {
		field.SetZero()
		return nil
	}
	value := reflect.ValueOf(v)
	if !value.Type().ConvertibleTo(field.Type()) {
		return fmt.Errorf("%T does not fit", v)
	}
	field.Set(value.Convert(field.Type()))
	return nil
}

// get reads a field of a result struct as plain data; a socket stays what it is.
func get(field reflect.Value) any {
	switch v := field.Interface().(type) {
	case socket.Address:
		return v.String()
	case plainer:
		return v.plain()
	default:
		return v
	}
}

const maxBuffer = 64 << 20

// Size is a number of bytes that a call may give, up to 64 MiB unless its field says otherwise: a
// buffer of that size is made for each call.
type Size int

func (Size) kind(f *schema.Field) {
	f.Kind = schema.Size
	if f.Max == 0 {
		f.Max = maxBuffer
	}
}

// Endpoint is an address as it was written, with a name that may still have to be resolved.
type Endpoint struct{ socket.Endpoint }

func (Endpoint) kind(f *schema.Field) { f.Kind, f.Fields = schema.Address, socket.AddressKeys() }

// addressForms says how an address is written, for the actions that are given one.
var addressForms = "An address is text or a mapping:\n\n" + socket.AddressForms() +
	"\nIn Unix names \\xNN is any byte. An address that does not go with the socket's family is refused\n" +
	"as bad_address, before any call; raw: and the bytes of a struct sockaddr in hexadecimal go to the\n" +
	"kernel as they are."

func (e *Endpoint) set(v any) (err error) {
	e.Endpoint, err = socket.ParseEndpoint(v)
	return err
}

// Timeout is a number of seconds or a duration; null for none.
type Timeout struct{ socket.Timeout }

func (Timeout) kind(f *schema.Field) { f.Kind, f.Null = schema.Duration, true }

func (t *Timeout) set(v any) error {
	if v == nil {
		t.Timeout = socket.Timeout{}
		return nil
	}
	t.Timeout = socket.TimeoutAfter(v.(time.Duration))
	return nil
}

// Family is an address family, AF_INET unless given.
type Family int

func (Family) kind(f *schema.Field) { f.Kind, f.Choices = schema.Choice, socket.Families() }

// SocketType is a socket type, SOCK_STREAM unless given.
type SocketType int

func (SocketType) kind(f *schema.Field) { f.Kind, f.Choices = schema.Flags, socket.Types() }

// AcceptFlags are the flags of accept4, which are those that may stand beside a socket's type.
type AcceptFlags int

func (AcceptFlags) kind(f *schema.Field) { f.Kind, f.Choices = schema.Flags, socket.AcceptFlags() }

// Protocol is a protocol within a family, 0 for the family's own choice.
type Protocol int

func (Protocol) kind(f *schema.Field) { f.Kind, f.Choices = schema.Choice, socket.Protocols() }

// MessageFlags are flags of a send or receive call, ORed.
type MessageFlags int

func (MessageFlags) kind(f *schema.Field) {
	f.Kind, f.Choices = schema.Flags, socket.MessageFlags()
}

// How is which directions a shutdown ends.
type How int

func (How) kind(f *schema.Field) { f.Kind, f.Choices = schema.Choice, socket.Hows() }
