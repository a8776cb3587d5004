package packet

import (
	"encoding/binary"
	"fmt"

	"github.com/gopacket/gopacket/layers"
)

// tcpOptions are the options of TCP whose values are numbers: how many, and of how many bytes each.
// A list stands for more than one; SAck has as many as fit.
var tcpOptions = []struct {
	name         string
	count, bytes int
}{{"EOL", 0, 0}, {"NOP", 0, 0}, {"MSS", 1, 2}, {"WScale", 1, 1}, {"SAckOK", 0, 0}, {"SAck", -1, 4},
	6: {"", 0, 0}, 7: {"", 0, 0}, 8: {"Timestamp", 2, 4}}

// readOptions gives a list of the options; bytes behind their end are each an end.
func readOptions(l *layers.TCP, f *feedback) []any {
	options, size := []any{}, 20
	for _, o := range l.Options {
		options = append(options, readOption(int(o.OptionType), o.OptionData))
		size += 1 + len(o.OptionData)
		if o.OptionType > layers.TCPOptionKindNop {
			size++
		}
	}
	for range l.Padding {
		options = append(options, readOption(layers.TCPOptionKindEndList, nil))
		size++
	}
	if size != len(l.Contents) {
		f.wrong = "its options cannot be read"
	}
	return options
}

// readOption gives an option's value where its length is the one that it should have, and else its
// bytes.
func readOption(kind int, data []byte) map[string]any {
	option := map[string]any{"kind": kind, "name": ""}
	if kind >= len(tcpOptions) || tcpOptions[kind].name == "" {
		option["data"] = data
		return option
	}
	o := tcpOptions[kind]
	option["name"] = o.name
	count := o.count
	if count < 0 && len(data)%o.bytes == 0 {
		count = len(data) / o.bytes
	}
	if count < 0 || len(data) != count*o.bytes {
		option["data"] = data
		return option
	}
	values := make([]any, count)
	for i := range values {
		var wide [4]byte
		copy(wide[4-o.bytes:], data[i*o.bytes:(i+1)*o.bytes])
		values[i] = int(binary.BigEndian.Uint32(wide[:]))
	}
	switch {
	case o.count == 1:
		option["value"] = values[0]
	case o.count != 0:
		option["value"] = values
	}
	return option
}

// writeOption makes an option of a mapping with kind or name, and value or data.
func writeOption(f *form) layers.TCPOption {
	kind := f.number("kind", 0xff, -1)
	if name := f.text("name", ""); kind < 0 {
		for i, o := range tcpOptions {
			if o.name == name && name != "" {
				kind = i
			}
		}
		if kind < 0 {
			f.fail("name", fmt.Errorf("%q is no option with a name; give its kind", name))
		}
	}
	data := f.bytes("data")
	if v, ok := f.m["value"]; ok && kind >= 0 {
		data = f.optionValue(kind, v)
	}
	if len(data) > 38 {
		f.fail("data", fmt.Errorf("an option has at most 38 bytes of data, not %d", len(data)))
	}
	return layers.TCPOption{OptionType: layers.TCPOptionKind(kind), OptionData: data,
		OptionLength: uint8(len(data) + 2)}
}

func (f *form) optionValue(kind int, v any) []byte {
	values, isList := v.([]any)
	if !isList {
		values = []any{v}
	}
	if kind >= len(tcpOptions) || tcpOptions[kind].count == 0 ||
		tcpOptions[kind].count > 0 && tcpOptions[kind].count != len(values) {
		f.fail("value", fmt.Errorf("%v is not the value of option %d; give its bytes as data", v, kind))
		return nil
	}
	var data []byte
	for _, v := range values {
		n, ok := v.(int)
		size := tcpOptions[kind].bytes
		if !ok || n < 0 || n >= 1<<(8*size) {
			f.fail("value", fmt.Errorf("%v is not a number of %d bytes", v, size))
			return nil
		}
		data = append(data, binary.BigEndian.AppendUint32(nil, uint32(n))[4-size:]...)
	}
	return data
}
