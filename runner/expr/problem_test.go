package expr

import "testing"

func TestScratch(t *testing.T) {
	for _, s := range []string{
		`dta == "x"`, `server.lisen.address == "x"`, `error.clas == "x"`, `server.listen.adress == "x"`,
		`size == "5"`, `"5" == size`, `size == "ECONNREFUSED"`, `eof == "true"`, `eof == 1`, `sizes == 3`, `data == 5`,
		`elapsed == "1x"`, `elapsed < "soon"`, `size`, `size and eof`, `not size == 5`, `not data`, `data.foo()`, `sha255(data)`,
		`data(1)`, `len`, `len()`, `len(data, 1)`, `len(5)`, `data + 5`, `elapsed + "1s"`, `size + "x"`, `sizes + sizes`,
		`sizes contains 1`, `data == "\xff"`, `data matches "("`, `server.recv`, `server == 1`, `clients.recv`, `size.x`, `size[0]`,
		`data["x"]`, `headers[1]`, `now()`, `groupBy(sizes, #)`, `# == 1`, `all(sizes, #foo)`, `all(sizes, #acc == 1)`, `all(size, # > 1)`,
		`all(sizes, # + 1)`, `sizes in 1`, `"x" in sizes`, `socket == 1`, `len(socket)`, `let data = 1; true`, `1; true`,
		`size = 5`, `size == `, `(size == 5`, `size == 5)`, `"abc`, `'\q'`, `size & 5`, `a ? b`, `@`, `1x`, `$env.data`, `size === 5`,
		`日 == 1 and dta == 1`, `"日本語" == size`, ` `, `size < "x"`, `x.`, `all(sizes)`, `{a}`, `/* x`, `all(sizes, let x = #; x > 1)`, `size ?? 1 == 1`,
		`sum(lines)`, `sortBy(sizes, #, "up")`, `lines == [1]`, `ECONREFUSED == errno`, `size !== 5`, `size is 5`, `true == 99999999999999999999`,
		`"x" == eof`, `eof != "true"`, `sizes[“a”]`,
	} {
		p, problems := language.Compile(s, scope(), Bool)
		if p != nil {
			t.Logf("%-30s OK", s)
		} else {
			t.Logf("%-30s %s", s, describe(s, problems))
		}
	}
}
func TestScratch2(t *testing.T) {
	for _, s := range []string{
		`data == vars.greeting`, `data == "x" and size == 7`, `size == 8`, `size == 7 and data == "x"`, `eof or size > 10`, `not (size == 7)`,
		`not (size == 7 and data != "x")`, `all(sizes, # < 3)`, `all(sizes, # > 0) and size == 8`, `any(sizes, # > 3)`, `none(sizes, # == 2)`, `10 < size < 20`, `5 < size < 6`,
		`server.listen.address == "x"`, `clients[0].recv.data[0:1] == "d"`, `len(data) == 5`, `errno == EAGAIN`, `all(clients, .recv.data == "x")`,
		`all(1..3, all(1..3, # < 3))`, `sizes[5] == 1`, `size == 7 and sizes[5] == 1`, `let n = size; n == 8`, `(eof ? 1 : 2) == size`, `size / 0 == 1`, `size % 0 == 1`,
		`value == 5`, `value + 1 == 2`, `value and true`, `headers.n == "x"`, `json(data).x == 1`, `int(data) == 5`, `elapsed == value`, `be32(data, 5) == 1`,
		`headers.x.y == 1`, `reduce([], #) == 1`, `9223372036854775807 + size == 1`, `join(sizes) == "x"`, `text(vars.blob) == "x"`, `not any(sizes, # == 2)`,
		`find(sizes, # > 5) > 3`, `size in [1, 2]`, `address matches "^x"`, `sortBy([value, 1], #) == 1`, `(error.class == "x") == true`, `all(value, # > 200)`, `filter(sizes, # > 1) == [1]`,
	} {
		p, problems := language.Compile(s, scope(), Bool)
		if p == nil {
			t.Logf("%-30s %s", s, describe(s, problems))
			continue
		}
		v, err := p.Run(values())
		out := ""
		for _, x := range p.Explain(values()) {
			out += x.Text + "=" + Format(x.Value, 40) + "; "
		}
		l, r, ok := p.Sides(values())
		t.Logf("%-30s %v %v\n  %s  %v %v %v", s, v, err, out, Format(l, 0), Format(r, 0), ok)
	}
}
