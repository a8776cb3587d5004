package expr

import "testing"

// truths are expressions that hold.
var truths = []string{
	// bytes and text
	`data == "hello\r\n"`, `"hello\r\n" == data`, `data == b"hello\r\n"`, `data != "x"`,
	`data == vars.greeting`, `data < "i"`, `data <= "hello\r\n"`, `"a" < data`, `data > b"a"`,
	`"ell" in data`, `b"ell" in data`, `"ell" in vars.greeting`, `not ("x" in data)`,
	`"x" not in data`, `data in ["x", "hello\r\n"]`, `data contains "ell"`,
	`vars.greeting contains b"ell"`, `data startsWith "he"`, `data endsWith "\r\n"`,
	`not (data startsWith "x")`, `data not contains "x"`, `data matches "^h.*o"`,
	`vars.greeting matches "l+"`, `data + "!" == "hello\r\n!"`, `"!" + data == b"!hello\r\n"`,
	`type("a" + "b") == "text"`, `type(data + "b") == "bytes"`,
	`data[0] == 104`, `data[-1] == 10`, `data[0:2] == "he"`, `data[2:] == "llo\r\n"`,
	`data[:-2] == "hello"`, `data[0:100] == data`, `data[5:2] == ""`, `len(data) == 7`,
	`"日本語"[1] == "本"`, `"日本語"[1:] == "本語"`, `len("日本語") == 3`, `len(bytes("日本語")) == 9`,
	`vars.blob == b"\x00\xff"`, `b"\xff" in vars.blob`, `vars.blob[1] == 0xff`,
	`value == "hi"`, `"hi" == value`, `value + "!" == "hi!"`, `value in ["hi"]`, `value != "ho"`,
	`server.recv.data == value`, `clients[0].recv.data == "c0"`, `clients[-1]["recv"].data == "c0"`,
	// durations
	`elapsed == "1.5s"`, `elapsed > "1s"`, `"1s" < elapsed`, `elapsed < 2`, `elapsed == 1.5`,
	`elapsed >= 1`, `elapsed + elapsed == "3s"`, `elapsed - server.listen.elapsed == "500ms"`,
	`elapsed * 2 == 3`, `elapsed / 2 == "750ms"`, `elapsed / elapsed == 1`, `-elapsed < 0`,
	`"1s" < elapsed < "2s"`, `elapsed + 1 == "2.5s"`, `seconds(elapsed) == 1.5`,
	`duration("20ms") < elapsed`, `abs(-elapsed) == elapsed`,
	`max(elapsed, server.listen.elapsed) == "1.5s"`,
	// numbers
	`1 == 1.0`, `size == 7.0`, `size / 2 == 3.5`, `size % 2 == 1`, `2 ** 3 == 8`, `2 ^ 3 == 8`,
	`-size == -7`, `+size == 7`, `size - 1 == 6`, `size * 2 == 14`, `5 < size < 10`,
	`6 < size <= 7 < count + 6`,
	`ratio < 1`, `size in 1..10`, `size == vars.n and not eof`, `0x10 == 16`, `1_000 == 1000`,
	// constants and names
	`errno == ECONNREFUSED`, `error.errno == ECONNREFUSED`, `error.class in ["refused", "reset"]`,
	`error["class"] == "refused"`, `address == server.listen.address`, `AF_INET == 2`,
	`headers.host == "x"`, `headers.absent == nil`, `headers["n"] == 1`, `"host" in headers`,
	`"absent" not in headers`, `(headers.absent ?? 5) == 5`, `headers.absent?.x.y == nil`,
	`error?.class == "refused"`, `headers.host != nil`, `nil == headers.absent`,
	// logic
	`true`, `not eof`, `!eof`, `eof or size > 3`, `not (eof and size > 3)`, `eof || size == 7`,
	`size == 7 && !eof`, `eof ? false : true`, `if eof { false } else { true }`,
	`let n = size; n + n == 14`, `let n = size; let m = n * 2; m == 14`,
	`(eof ? "a" : "b") == "b"`, `eof == false`,
	// lists, maps and loops
	`sizes == [1, 2, 3]`, `sizes[1] == 2`, `sizes[1:] == [2, 3]`, `sizes[-1] == 3`, `2 in sizes`,
	`all(sizes, # > 0)`, `all(sizes, {# > 0})`, `any(sizes, # == 2)`, `none(sizes, # > 5)`,
	`one(sizes, # == 3)`, `filter(sizes, # > 1) == [2, 3]`, `map(sizes, # * 2) == [2, 4, 6]`,
	`map(sizes, #index) == [0, 1, 2]`, `count(sizes, # > 1) == 2`, `count(lines) == 3`,
	`sum(sizes) == 6`, `sum(sizes, # * 2) == 12`, `sum(map(1..2, elapsed)) == 3`, `sum([]) == 0`,
	`find(sizes, # > 1) == 2`, `find(sizes, # > 9) == nil`, `findIndex(sizes, # > 1) == 1`,
	`reduce(sizes, #acc + #) == 6`, `reduce(sizes, #acc + #, 10) == 16`,
	`sortBy(lines, -len(#))[0] in ["bb", "OK"]`, `sortBy(sizes, #, "desc") == [3, 2, 1]`,
	`sizes | map(# + 1) | sum() == 9`, `all(data, # < 128)`, `map(clients, .recv.data) == ["c0"]`,
	`all(1..3, all(1..#, # <= 3))`, `[1, find(sizes, # == 2), 3] == [1, 2, 3]`,
	`{a: 1, "b": 2} == {b: 2, a: 1}`, `{a: {b: 1}}.a.b == 1`, `{("k"): 1}.k == 1`,
	`[data, 1] == ["hello\r\n", 1]`, `1 in ["x", 1]`, `len({a: 1}) == 1`, `all([], false)`,
	`first(sizes) == 1`, `last(sizes) == 3`, `first([]) == nil`, `concat(sizes, [4])[3] == 4`,
	`reverse(sizes) == [3, 2, 1]`, `sort([3, 1, 2]) == sizes`, `sort(["b", "a"]) == ["a", "b"]`,
	`uniq([1, 1.0, 2]) == [1, 2]`, `keys(headers) == ["host", "n"]`, `min(sizes) == 1`,
	`max(1, 2.5) == 2.5`,
	// functions
	`text(data) == "hello\r\n"`, `bytes("hi") == value`, `hex("\x00\x0f") == "000f"`,
	`unhex("00 FF") == vars.blob`, `base64(value) == "aGk="`, `unbase64("aGk=") == value`,
	`hex(vars.blob) == "00ff"`, `sha256("") startsWith "e3b0c442"`, `sha1("") startsWith "da39a3ee"`,
	`md5("") startsWith "d41d8cd9"`, `crc32("hello") == 0x3610a686`,
	`json("{\"a\": [1, 2.5, null]}") == {a: [1, 2.5, nil]}`, `json(b"5") == 5`,
	`upper(data) == "HELLO\r\n"`, `type(upper(data)) == "bytes"`, `lower("ÄB") == "äb"`,
	`trim(data) == "hello"`, `trim("xax", "x") == "a"`, `trimPrefix(data, "he") == "llo\r\n"`,
	`trimSuffix(data, "\r\n") == "hello"`, `split(data, "l") == ["he", "", "o\r\n"]`,
	`split("a b c", " ", 2) == ["a", "b c"]`, `type(split(data, "l")[0]) == "bytes"`,
	`join(["a", "b"], "-") == "a-b"`, `type(join(["a", value])) == "bytes"`, `join([]) == ""`,
	`replace(data, "l", "L") == "heLLo\r\n"`, `repeat("ab", 3) == "ababab"`,
	`repeat(value, 2) == "hihi"`,
	`indexOf(data, "l") == 2`, `indexOf("日本", "本") == 1`, `indexOf(data, "x") == -1`,
	`int("42") == 42`, `int("0x10") == 16`, `int(b"010") == 10`, `int(2.9) == 2`,
	`float("1.5") == 1.5`,
	`string(size) == "7"`, `string(elapsed) == "1.5s"`, `string(true) == "true"`,
	`string(1.5) == "1.5"`,
	`type(nil) == "nothing"`, `type(sizes) == "list"`, `floor(1.7) == 1`, `ceil(1.2) == 2`,
	`round(-1.5) == -2`,
	`bitand(6, 3) == 2`, `bitor(MSG_PEEK, MSG_TRUNC) == 0x22`, `bitxor(5, 1) == 4`,
	`bitshl(1, 4) == 16`,
	`bitshr(16, 4) == 1`, `be16(b"\x01\x02") == 258`, `le16(b"\x01\x02", 0) == 513`,
	`be32(b"\x00\x00\x01\x00\x00", 1) == 65536`, `le32(b"\x01\x00\x00\x80") == 2147483649`,
	`be64(b"\x00\x00\x00\x00\x00\x00\x00\x09") == 9`, `le64(b"\x09\x00\x00\x00\x00\x00\x00\x00") == 9`,
}

func TestTrue(t *testing.T) {
	for _, source := range truths {
		p, problems := language.Compile(source, scope(), Bool)
		if p == nil {
			t.Errorf("%s: %s", source, describe(source, problems))
			continue
		}
		if v, err := p.Run(values()); v != true {
			t.Errorf("%s is %v, %v", source, v, err)
		}
	}
}
