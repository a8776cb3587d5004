package expr

import (
	"testing"

	"netscene/schema"
)

// TestConstant has expressions that read names, and some whose value depends on none of them.
func TestConstant(t *testing.T) {
	for source, want := range map[string]bool{
		`true`: true, `len("x") == EAGAIN`: true, `all(1..3, # > 0)`: true, `let x = size; true`: true,
		`let x = size; let y = x; 5 == 6`: true, `let x = 5; let y = x; y > 4`: true,
		`eof`: false, `let x = size; x == 5`: false, `let x = size; let y = x + 1; y == 5`: false,
		`let x = 5; x == size`: false, `all(sizes, # > 0)`: false, `all(sizes, {let x = #; true})`: false,
		`count(data, {let x = #; x > 1}) == 0`: false, `all(1..3, # == size)`: false,
		`eof ? true : false`: false, `(eof ? 1 : 2) == 2`: false, `error?.class == ""`: false,
	} {
		if got := compile(t, source, Bool).Constant(); got != want {
			t.Errorf("%s: constant is %v", source, got)
		}
	}
}

// TestVaries has expectations that look like some that can never be false, and can be.
func TestVaries(t *testing.T) {
	names := scope()
	names["loop"] = Map(map[string]Type{"last": Map(map[string]Type{"recv": Nullable(
		Map(map[string]Type{"data": Bytes, "size": Natural}))})})
	names["errors"] = List(names["error"].fields["class"])
	for _, source := range []string{
		`headers.host != nil`, `value != nil`, `json(data).id != nil`, `first(sizes) != nil`,
		`find(sizes, # > 1) != nil`, `socket != nil`, `error?.class != nil`, `loop.last.recv != nil`,
		`loop.last.recv.data == "x"`,
		`upper(error.class) == "REFUSED"`, `error.class[0:3] == "ref"`, `error.class[0] == "r"`,
		`error.class + "!" == "reset!"`, `trim(error.class) == "x"`, `replace(error.class, "e", "")=="x"`,
		`split(error.class, "e")[0] == "r"`, `string(error.class) == "x"`, `error.class contains "ref"`,
		`(headers.a ?? error.class) == "x"`, `(eof ? error.class : address) == "x"`,
		`error.class == error.name`, `error.class in ["", address]`, `error.class startsWith "r"`,
		`min(error.class, "a") == "a"`, `join(errors) == "x"`, `errors[0] == "reset"`,
		`sort(errors) == ["reset"]`, `error.class == b"reset"`, `error.class in [b"reset"]`,
		`data contains " "`, `data == ""`, `data != b""`, `"" in headers`, `"" in lines`, `"" in value`,
		`size in [1]`, `data in ["x", ""]`, `address in {x: 1}`,
		`"a b" in [address] and "a  b" in [address]`, `float(data) == float(data)`, `ratio != ratio`,
		`[size] == [7]`, `data == b"data"`, `"data" == data`, `size == -size`, `size < size + 1`,
		`sizes[0] == sizes[1]`, `any(sizes, # == #index)`, `sizes | map(# + 1) == sizes`,
		`vars.n == size`, `server.recv.data == clients[0].recv.data`, `"x" == b"x" == eof`,
		`eof ? true : false`, `eof ? size > 1 : size > 2`, `if eof {size > 1} else {size > 10}`,
		`(eof ? 1 : 2) == size`, `let x = 5; size == x and eof`, `eof == true`, `not (size == 5)`,
		`all(1..3, # < size and # > 0)`, `all(sizes, eof or # > 0)`,
		`all(sizes, {let x = #; x > 1 or eof})`,
		`eof or data contains vars.greeting`, `all(sizes, not (# > 1))`,
		`size > 0`, `size <= 0`, `size >= 1`, `0 <= size < 10`, `size == 0`, `errno >= 0`, `vars.n >= 0`,
		`sizes[0] >= 0`, `-size >= 0`, `size - 1 >= 0`, `size * -1 < 0`, `min(size, vars.n) >= 0`,
		`(eof ? size : errno) < 0`, `(size ?? -1) >= 0`, `indexOf(data, "x") >= 0`, `len(data) - 1 >= 0`,
	} {
		if p, problems := language.Compile(source, names, Bool); p == nil {
			t.Errorf("%s: %s", source, describe(source, problems))
		} else if p.Constant() {
			t.Errorf("%s is taken for a constant", source)
		}
	}
}

// TestNatural asks of what a call counted, and of a number of a message, whether it is negative.
func TestNatural(t *testing.T) {
	counted := FieldType(schema.Field{Name: "size", Kind: schema.Int})
	signed := FieldType(schema.Field{Name: "size", Kind: schema.Int, Min: -8, Max: 7})
	for _, typ := range []Type{counted, signed} {
		p, _ := language.Compile("size >= 0", Names{"size": typ}, Bool)
		if refused := p == nil; refused != typ.natural {
			t.Errorf("natural is %v, and size >= 0 is refused: %v", typ.natural, refused)
		}
	}
	if !counted.natural || signed.natural {
		t.Error("what a call counted is never negative, what a message has may be")
	}
}
