package message

// Words describes what can stand in a description: how it is written, and what it means.
func Words() [][]string {
	return [][]string{
		{"u8, u16, u24 … u64", "an unsigned number, big-endian; u16le is little-endian; s8, s16le and so on are signed"},
		{"f32, f64, f32le", "a number of IEEE 754"},
		{"b1, b2 … b63", "bits, the highest first; side by side they make whole bytes; b1 is true or false"},
		{"varint, svarint, vlq", "LEB128, unsigned as in MQTT, or signed; or with the highest group first; {varint: …, max: 4} has at most 4 bytes"},
		{"bytes, string", "up to the end, or with a length: {bytes: 4}, {bytes: length - 8}, or the type of a number before it: {string: u16}"},
		{"decimal, hexadecimal", "a number written as text, with a length like those"},
		{"ipv4, ipv6", "an address, as text"},
		{"dns_name", "a name of DNS, as text; one that comes may be compressed"},
		{"{list: T, count: n}", "n items of type T, where n is a number, an expression or the type of a number before them; to the end without a count"},
		{"{switch: f, a: T, else: U}", "T when the earlier field f is a"},
		{`{contents: "\r\n"}`, "always these bytes"},
		{"{message: T}", "a message of its own, from whose start compressed names count"},
		{"[fields], NAME", "fields within a field, here or described under that name"},
		{"{is: T}", "T, where something stands beside it"},
		{"if: expr", "beside a type: the field is there only when this holds"},
		{"default: v", "beside a type: the value when none is given"},
		{`until: "\r\n"`, "beside a text or a list: it ends there"},
		{"sized: n", "beside a type: so many bytes, where n is as for bytes"},
		{"value: expr", "beside a type: computed when it is sent, verified when it is received"},
		{"{u16: len(body)}, {u8: 5}", "the value of a number, computed and verified likewise"},
		{"{u8: {ask: 1, answer: 2}}", "values with names; a single name without a default is a constant"},
		{"raw.f, whole, rest", "in the value of a field: the bytes of f; those of all fields with this one as zeroes; how many bytes are behind it, where the message then ends"},
	}
}
