package expr

import (
	"strings"
	"testing"
)

// formats are expressions about what libraries parse and write. They hold.
var formats = []string{
	`to_json({b: [1, 2.5, nil, "é<"], a: true}) == '{"a":true,"b":[1,2.5,null,"é<"]}'`,
	`json(to_json(headers)) == headers`, `to_json(elapsed) == "1.5"`, `to_json(b"hi") == '"hi"'`,
	`sha512("") startsWith "cf83e1357eefb8bd"`,
	// RFC 2202 and RFC 4231, the second test case
	`hmac("md5", "Jefe", "what do ya want for nothing?") == "750c783e6ab0b503eaa86e310a5db738"`,
	`hmac("sha1", "Jefe", "what do ya want for nothing?") ==
		"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"`,
	`hmac("sha256", b"Jefe", "what do ya want for nothing?") ==
		"5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"`,
	`hmac("sha512", "Jefe", "what do ya want for nothing?") startsWith "164b7a7bfcf819e2"`,
	`gunzip(gzip("hello")) == "hello"`, `gunzip(gzip("")) == ""`,
	`len(gzip(repeat("x", 100000))) < 1000`,
	`gunzip(gzip("a") + gzip("b")) == "ab"`,
	// what gzip -n made of "hello"
	`gunzip(unhex("1f8b0800000000000003cb48cdc9c9070086a6103605000000")) == "hello"`,
	`url("http://a:b@[::1]:8080/x%20y?q=1&q=2&r#top") == {scheme: "http", user: "a", password: "b",
		host: "::1", port: 8080, path: "/x y", query: {q: ["1", "2"], r: [""]},
		raw_query: "q=1&q=2&r", fragment: "top"}`,
	`[url("/x").host, url("/x").port] == ["", nil]`,
	`url(b"mailto:a@b.example").path == "a@b.example"`,
	`url("/?a=b").query.c == nil`, `url("/?a=b").query.a[0] == "b"`,
	`query_escape("a b&c/é") == "a+b%26c%2F%C3%A9"`, `query_unescape("a+b%26c") == "a b&c"`,
	`path_escape("a b/c") == "a%20b%2Fc"`, `path_unescape("a+b%2Fc") == "a+b/c"`,
	`parse_time("1970-01-01T01:00:00.5+01:00") == "500ms"`,
	`seconds(parse_time("Sun, 06 Nov 1994 08:49:37 GMT")) == 784111777`,
	`parse_time("Sunday, 06-Nov-94 08:49:37 GMT") == 784111777`,
	`parse_time("Sun Nov  6 08:49:37 1994") == 784111777`,
	`parse_time("Fri, 21 Nov 1997 09:55:06 -0600") == parse_time("1997-11-21T15:55:06Z")`,
	`format_time("http", 784111777) == "Sun, 06 Nov 1994 08:49:37 GMT"`,
	`format_time("rfc5322", 784111777) == "Sun, 06 Nov 1994 08:49:37 +0000"`,
	`format_time("rfc3339", duration("1.5s")) == "1970-01-01T00:00:01.5Z"`,
}

func TestFormats(t *testing.T) {
	for _, source := range formats {
		p, problems := language.Compile(source, scope(), Bool)
		if p == nil {
			t.Errorf("%s: %s", source, describe(source, problems))
			continue
		}
		if v, err := p.Run(values()); v != true {
			t.Errorf("%s is %v, %v\n%v", source, v, err, p.Explain(values()))
		}
	}
}

// TestMalformed has what no library takes, with a part of what is said about it.
func TestMalformed(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{`to_json(b"\xff")`, "not UTF-8"},
		{`to_json(1e308 * 10)`, "JSON has no number for +Inf"},
		{`to_json(reduce(1..1000, [#acc, #acc], [1]))`, "too"},
		{`json("{")`, "this is not JSON: unexpected EOF"},
		{`gunzip("hello")`, "this is not gzip: "},
		{`gunzip("")`, "this is not gzip: "},
		{`gunzip(gzip(repeat("x", 1000))[:-4])`, "this is not gzip: unexpected EOF"},
		{`gunzip(gzip("x") + "y")`, "this is not gzip: "},
		// a bomb of 80 MB: two streams in a row
		{`let bomb = gzip(repeat("x", 40000000)); len(gunzip(bomb + bomb))`, "more than 67108864"},
		{`hmac(["md4"][0], "k", "d")`, "none of the hashes"},
		{`url("http://[::1")`, "this is not a URL: "},
		{`url("http://a:99999/")`, "the port 99999 is too large"},
		{`url("http://a:b/")`, "this is not a URL: "},
		{`url("/?a=%zz")`, "this is not the query of a URL: "},
		{`query_unescape("%zz")`, "invalid URL escape"},
		{`parse_time("yesterday")`, `"yesterday" is not a date and time`},
		{`parse_time("9999-01-01T00:00:00Z")`, "too far from 1970"},
		{`format_time(["iso"][0], 1)`, "none of the formats"},
	} {
		p, problems := language.Compile(test.source, scope(), Any)
		if p == nil {
			t.Errorf("%s: %s", test.source, describe(test.source, problems))
			continue
		}
		if v, err := p.Run(values()); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s is %s, %v, want %s", test.source, Format(v, 60), err, test.want)
		}
	}
}
