package socket

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"netscene/schema"
)

// familyCAN is AF_CAN, whose sockets are on a controller area network: a bus of which an interface
// is a part; see Documentation/networking/can.rst, isotp.rst and j1939.rst of the kernel.
const familyCAN = 29

// The sizes of struct sockaddr_can as far as a protocol reads it, which is as far as the kernel
// gives it: the size tells the protocols apart. CAN_RAW and CAN_BCM have an interface; CAN_ISOTP
// has two identifiers with it, CAN_J1939 a name, a parameter group number and an address.
const (
	canSize   = 8
	isotpSize = 16
	j1939Size = 24
)

// What J1939 has where nothing is meant.
const (
	j1939NoName = 0
	j1939NoPGN  = 0x40000
	j1939NoAddr = 0xff
)

var _ = addFamily(addressFamily{
	family: familyCAN, prefix: "can:",
	forms: "can:vcan0, can:vcan0:0x123:0x321 with what CAN_ISOTP receives and sends, " +
		"can:vcan0:0:0x40000:0x20 with the name, the PGN and the address of CAN_J1939",
	keys: []schema.Field{{Name: "interface", Kind: schema.Any},
		{Name: "rx_id", Kind: schema.Int, Max: math.MaxUint32},
		{Name: "tx_id", Kind: schema.Int, Max: math.MaxUint32}, {Name: "name", Kind: schema.Any},
		{Name: "pgn", Kind: schema.Int, Max: math.MaxUint32},
		{Name: "addr", Kind: schema.Int, Max: math.MaxUint8}},
	read: parseCANText, from: parseCANMapping, text: canText, parts: canParts,
	scoped: func(a Address, index uint32) Address {
		b := a.Raw()
		binary.NativeEndian.PutUint32(b[4:], index)
		return AddressOf(b)
	},
})

// canAddress is a struct sockaddr_can of one of the three sizes, but for the interface.
func canAddress(numbers ...uint64) Address {
	b := make([]byte, canSize, j1939Size)
	binary.NativeEndian.PutUint16(b, familyCAN)
	switch len(numbers) {
	case 2:
		b = binary.NativeEndian.AppendUint32(b, uint32(numbers[0]))
		b = binary.NativeEndian.AppendUint32(b, uint32(numbers[1]))
	case 3:
		b = binary.NativeEndian.AppendUint64(b, numbers[0])
		b = binary.NativeEndian.AppendUint32(b, uint32(numbers[1]))
		b = append(b, byte(numbers[2]), 0, 0, 0)
	}
	return AddressOf(b)
}

// canOf takes an address apart: the interface, and the numbers that canAddress takes.
func canOf(a Address) (index int, numbers []uint64, ok bool) {
	b := []byte(a.raw)
	if a.Family() != familyCAN || !slices.Contains([]int{canSize, isotpSize, j1939Size}, len(b)) {
		return 0, nil, false
	}
	switch len(b) {
	case isotpSize:
		numbers = []uint64{uint64(binary.NativeEndian.Uint32(b[8:])),
			uint64(binary.NativeEndian.Uint32(b[12:]))}
	case j1939Size:
		numbers = []uint64{binary.NativeEndian.Uint64(b[8:]),
			uint64(binary.NativeEndian.Uint32(b[16:])), uint64(b[20])}
	}
	return int(binary.NativeEndian.Uint32(b[4:])), numbers, true
}

// parseCANText reads INTERFACE, INTERFACE:RX:TX or INTERFACE:NAME:PGN:ADDR.
func parseCANText(s string) (Endpoint, error) {
	parts := strings.Split(s, ":")
	bits := map[int][]int{1: nil, 3: {32, 32}, 4: {64, 32, 8}}
	sizes, known := bits[len(parts)]
	if !known {
		return Endpoint{}, fmt.Errorf("after can: comes an interface, with two identifiers for " +
			"CAN_ISOTP, with a name, a PGN and an address for CAN_J1939")
	}
	numbers := make([]uint64, len(sizes))
	for i, size := range sizes {
		n, err := strconv.ParseUint(parts[i+1], 0, size)
		if err != nil {
			return Endpoint{}, fmt.Errorf("%q is not a number of %d bits", parts[i+1], size)
		}
		numbers[i] = n
	}
	return scopedEndpoint(canAddress(numbers...), parts[0], "can:"+s)
}

func parseCANMapping(m map[string]any) (Endpoint, error) {
	given := func(keys ...string) (n int) {
		for _, key := range keys {
			if _, has := m[key]; has {
				n++
			}
		}
		return n
	}
	number := func(key string, otherwise int) uint64 {
		if n, has := m[key].(int); has {
			return uint64(n)
		}
		return uint64(otherwise)
	}
	var a Address
	switch ids, names := given("rx_id", "tx_id"), given("name", "pgn", "addr"); {
	case ids > 0 && names > 0:
		return Endpoint{}, fmt.Errorf("rx_id and tx_id are of CAN_ISOTP; name, pgn and addr of CAN_J1939")
	case ids == 1:
		return Endpoint{}, fmt.Errorf("an address of CAN_ISOTP has both rx_id and tx_id")
	case ids == 2:
		a = canAddress(number("rx_id", 0), number("tx_id", 0))
	case names > 0:
		name, err := j1939Name(m["name"])
		if err != nil {
			return Endpoint{}, err
		}
		a = canAddress(name, number("pgn", j1939NoPGN), number("addr", j1939NoAddr))
	default:
		a = canAddress()
	}
	device := m["interface"]
	_, numbers, _ := canOf(a)
	written := "can:" + canNumbers(numbers)
	if device != nil {
		written = "can:" + fmt.Sprint(device) + canNumbers(numbers)
	}
	return scopedEndpoint(a, device, written)
}

// j1939Name reads a number of 64 bits, which as text may be one that no int can be.
func j1939Name(v any) (uint64, error) {
	switch v := v.(type) {
	case nil:
		return j1939NoName, nil
	case int:
		if v >= 0 {
			return uint64(v), nil
		}
	case string:
		if n, err := strconv.ParseUint(v, 0, 64); err == nil {
			return n, nil
		}
	}
	return 0, fmt.Errorf("%v is not a name of CAN_J1939, which is a number of 64 bits; write one "+
		"above %#x as text", v, math.MaxInt64)
}

// canText names the interface by its number.
func canText(a Address) (string, bool) {
	index, numbers, ok := canOf(a)
	text := canNumbers(numbers)
	if index != 0 {
		text = strconv.Itoa(index) + text
	}
	return text, ok
}

func canNumbers(numbers []uint64) (text string) {
	for _, n := range numbers {
		text += fmt.Sprintf(":%#x", n)
	}
	return text
}

// canParts has what Python's tuples have.
func canParts(a Address) map[string]any {
	index, numbers, ok := canOf(a)
	if !ok {
		return nil
	}
	parts := map[string]any{"interface": sysInterfaceName(index)}
	switch len(numbers) {
	case 2:
		parts["rx_id"], parts["tx_id"] = int(numbers[0]), int(numbers[1])
	case 3:
		parts["name"], parts["pgn"], parts["addr"] = int(numbers[0]), int(numbers[1]), int(numbers[2])
		if numbers[0] > math.MaxInt64 {
			parts["name"] = fmt.Sprintf("%#x", numbers[0])
		}
	}
	return parts
}
