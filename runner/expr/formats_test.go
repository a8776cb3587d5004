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
	// RFC 6070, RFC 7914
	`hex(pbkdf2("sha1", "password", "salt", 4096)) == "4b007901b765489abead49d926f721d065a429c1"`,
	`hex(pbkdf2("sha256", b"passwd", "salt", 1)) startsWith "55ac046e56e3089fec1691c22544b605"`,
	`len(pbkdf2("md5", "", "", 1)) == 16`,
	`xor("ab", b"\x03\x03") == "ba"`, `xor("aaa", "a") == b"\x00\x00\x00"`, `xor("", "k") == ""`,
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
	// HTTP requests
	`http_request("GET /a%20b?q=1&q=2 HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nx-a: 2\r\n\r\nrest") ==
		{method: "GET", target: "/a%20b?q=1&q=2", path: "/a b", query: {q: ["1", "2"]},
		version: "HTTP/1.1", headers: {host: "x", "x-a": "1, 2"},
		header_lists: {host: ["x"], "x-a": ["1", "2"]}, body: "", trailers: {}, rest: "rest"}`,
	`http_request("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcd").body == "abc"`,
	`http_request("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabcd").rest == "d"`,
	`http_request("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTrailer: T\r\n\r\n" +
		"3\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\nGET").trailers.t == "v"`,
	`let r = http_request("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\nGET"); [r.body, r.rest] == ["abcde", "GET"]`,
	`http_request("OPTIONS * HTTP/1.1\r\n\r\n").target == "*"`,
	// responses
	`http_response("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nnoX") == {version: "HTTP/1.1",
		status: 404, reason: "Not Found", headers: {"content-length": "2"},
		header_lists: {"content-length": ["2"]}, body: "no", trailers: {}, rest: "X"}`,
	`http_response("HTTP/1.0 200 OK\r\n\r\nto the end").body == "to the end"`,
	`http_response("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD").body == ""`,
	`http_response("HTTP/1.1 204 No Content\r\n\r\nX").rest == "X"`,
	`http_response("HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 0\r\n" +
		"\r\n").header_lists["set-cookie"] == ["a=1", "b=2"]`,
	`gunzip(http_response("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip("hi")).body) == "hi"`,
	// heads
	`http_head("POST /x HTTP/1.1\r\nContent-Length: 7\r\n\r\nab").length == 7`,
	`http_head("GET /x HTTP/1.1\r\n\r\n").length == 0`,
	`let h = http_head("HTTP/1.1 200 OK\r\n\r\n"); [h.length, h.status, h.method] == [-1, 200, nil]`,
	`http_head("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").length == -1`,
	// and the other way
	`to_http_request({}) == "GET / HTTP/1.1\r\n\r\n"`,
	`to_http_request({method: "POST", target: "/x?y", headers: {Accept: ["a", "b"], Host: "h", N: 5},
		body: "hello"}) == "POST /x?y HTTP/1.1\r\nHost: h\r\nAccept: a\r\nAccept: b\r\nN: 5\r\n" +
		"Content-Length: 5\r\n\r\nhello"`,
	`to_http_request({method: "PUT"}) == "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"`,
	`to_http_response({}) == "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"`,
	`to_http_response({status: 204}) == "HTTP/1.1 204 No Content\r\n\r\n"`,
	`to_http_response({status: 299, version: "HTTP/1.0", reason: "why not",
		headers: {"content-length": 9}, body: "x"}) ==
		"HTTP/1.0 299 why not\r\ncontent-length: 9\r\n\r\nx"`,
	`to_http_response({chunks: ["abc", b"0123456789abcdefg"]}) == "HTTP/1.1 200 OK\r\n" +
		"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n11\r\n0123456789abcdefg\r\n0\r\n\r\n"`,
	`http_response(to_http_response({chunks: ["abc", "de"]})).body == "abcde"`,
	// DNS: a question as dig asks it, and an answer with a name that points back
	`to_dns({id: 0x1234, recursion_desired: true, questions: [{name: "a.example", type: "A"}]}) ==
		unhex("1234 0100 0001 0000 0000 0000 0161 076578616d706c65 00 0001 0001")`,
	`dns(unhex("1234 8583 0001 0001 0000 0000 0161 076578616d706c65 00 0001 0001" +
		"c00c 0001 0001 0000003c 0004 c0000201")) == {id: 0x1234, response: true, opcode: "QUERY",
		authoritative: true, truncated: false, recursion_desired: true, recursion_available: true,
		authentic_data: false, checking_disabled: false, rcode: "NXDOMAIN",
		questions: [{name: "a.example.", type: "A", class: "IN"}],
		answers: [{name: "a.example.", type: "A", class: "IN", ttl: 60, address: "192.0.2.1"}],
		authorities: [], additionals: []}`,
	`let m = {id: 1, response: true, opcode: "UPDATE", authoritative: false, truncated: true,
		recursion_desired: false, recursion_available: true, authentic_data: true,
		checking_disabled: true, rcode: "RCODE11", questions: [{name: ".", type: "TYPE99", class: "ANY"}],
		answers: [
			{name: "a.", type: "AAAA", class: "IN", ttl: 1, address: "2001:db8::1"},
			{name: "a.", type: "CNAME", class: "CH", ttl: 1, target: "b."},
			{name: "a.", type: "NS", class: "IN", ttl: 1, target: "ns.b."},
			{name: "a.", type: "PTR", class: "IN", ttl: 1, target: "c.b."},
			{name: "a.", type: "MX", class: "IN", ttl: 1, preference: 10, exchange: "mx.b."},
			{name: "a.", type: "TXT", class: "IN", ttl: 1, texts: ["one", b"\xff", ""]},
			{name: "a.", type: "SRV", class: "IN", ttl: 1, priority: 1, weight: 2, port: 80, target: "s."},
			{name: "a.", type: "HTTPS", class: "IN", ttl: 1, priority: 1, target: ".",
				params: [{code: 1, data: "\x02h2"}, {code: 3, data: b"\x01\xbb"}]},
			{name: "a.", type: "SVCB", class: "IN", ttl: 1, priority: 0, target: "t.", params: []},
			{name: "a.", type: "TYPE99", class: "CLASS7", ttl: 4294967295, data: b"\x00\xff"}],
		authorities: [{name: "a.", type: "SOA", class: "IN", ttl: 1, mname: "ns.a.", rname: "me.a.",
			serial: 5, refresh: 4, retry: 3, expire: 2, minimum: 1}],
		additionals: [{name: ".", type: "OPT", class: "CLASS1232", ttl: 0x8000, udp_size: 1232,
			options: [{code: 10, data: "cookie12"}]}]};
		dns(to_dns(m)) == m`,
	`dns(to_dns({rcode: "refused", answers: [{type: "type1", address: "1.2.3.4"}]})).answers[0].name ==
		"."`,
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
		{`let bomb = gzip(repeat("x", 40000000)); len(gunzip(bomb + bomb))`, "more than"},
		{`hmac(["md4"][0], "k", "d")`, "none of the hashes"},
		{`pbkdf2(["md4"][0], "k", "d", 1)`, "none of the hashes"},
		{`pbkdf2("md5", "k", "d", len([]))`, "the rounds are 0; there are 1 to"},
		{`pbkdf2("md5", "k", "d", 1000001)`, "the rounds are 1000001; there are 1 to"},
		{`xor("a", "")`, "the key has 0 bytes"},
		{`xor("a", "bc")`, "the key has 2 bytes, and the data 1"},
		{`url("http://[::1")`, "this is not a URL: "},
		{`url("http://a:99999/")`, "the port 99999 is too large"},
		{`url("http://a:b/")`, "this is not a URL: "},
		{`url("/?a=%zz")`, "this is not the query of a URL: "},
		{`query_unescape("%zz")`, "invalid URL escape"},
		{`parse_time("yesterday")`, `"yesterday" is not a date and time`},
		{`parse_time("9999-01-01T00:00:00Z")`, "too far from 1970"},
		{`format_time(["iso"][0], 1)`, "none of the formats"},
		{`http_request("")`, "not an HTTP request: its head is not complete"},
		{`http_request("GET / HTTP/1.1\r\nHost: x\r\n")`, "its head is not complete"},
		{`http_request("GET / HTTP/1.1\r\n" + repeat("a: b\r\n", 200000) + "\r\n")`,
			"the head of the HTTP request has more than 1048576 bytes"},
		{`http_request("GET /\r\n\r\n")`, "not an HTTP request: malformed HTTP request"},
		{`http_request("GET / HTTP/1.1\r\nno colon\r\n\r\n")`, "malformed MIME header"},
		{`http_request("GET /?a=%zz HTTP/1.1\r\n\r\n")`, "not an HTTP request: "},
		{`http_request("P / HTTP/1.1\r\nContent-Length: 5\r\n\r\nabc")`,
			"of 5 bytes of its body there are 3"},
		{`http_request("P / HTTP/1.1\r\nContent-Length: x\r\n\r\nabc")`, "bad Content-Length"},
		{`http_request("P / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")`,
			"its last chunk is missing"},
		{`http_request("P / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n")`, "is malformed"},
		{`http_response("HTTP/1.1 abc\r\n\r\n")`, "not an HTTP response: malformed HTTP status"},
		{`http_response("GET / HTTP/1.1\r\n\r\n")`, "not an HTTP response: "},
		{`http_head("HTTP/1.1 200 OK\r\n")`, "not an HTTP response: its head is not complete"},
		{`to_http_request({path: "/"})`, "the request has no path; it has method, target, "},
		{`to_http_request({metod: "GET"})`, "the request has no metod: did you mean method?"},
		{`to_http_request({method: "GET it"})`, `the method of the request is "GET it", not a token`},
		{`to_http_request({target: "/a b"})`, "text without blanks"},
		{`to_http_request({headers: {"a b": "x"}})`, "is not the name of a header"},
		{`to_http_request({headers: {a: "x\r\nb: y"}})`, "not one line of text"},
		{`to_http_request({headers: "a"})`, `the headers of the request is "a", not a map`},
		{`to_http_request({version: "HTTP/2"})`, "not HTTP/1.0 or HTTP/1.1"},
		{`to_http_response({status: 42})`, "not a number from 100 to 999"},
		{`to_http_response({status: "200"})`, "not a number from 0 to 999"},
		{`to_http_response({reason: "a\nb"})`, "not one line of text"},
		{`to_http_response({body: "a", chunks: ["b"]})`, "it can have one of them"},
		{`to_http_response({chunks: ["a", ""]})`, "chunk 1 of the response"},
		{`dns(b"")`, "this is not a DNS message: unpacking header"},
		{`dns(unhex("1234 8583 0001 0000 0000 0000 0161"))`, "not a DNS message: unpacking Question"},
		{`dns(unhex("1234 8583 0001 0000 0000 0000 c00c 0001 0001"))`, "too many pointers"},
		{`dns(repeat(b"\x00", 70000))`, "at most 65535 bytes, not 70000"},
		{`to_dns({questions: [{type: "A", clas: "IN"}]})`, "question 0 has no clas: did you mean class?"},
		{`to_dns({questions: [{name: "a"}]})`, "question 0 has no type"},
		{`to_dns({questions: ["a"]})`, "question 0 is text, not a map"},
		{`to_dns({id: 65536})`, "the id of the DNS message is 65536, not a number from 0 to 65535"},
		{`to_dns({rcode: "RCODE16"})`, "RCODE0 to RCODE15"},
		{`to_dns({response: 1})`, "the response of the DNS message is 1, not true or false"},
		{`to_dns({answers: [{type: "A", address: "::1"}]})`,
			"answers[0] is \"::1\", not an IPv4 address"},
		{`to_dns({answers: [{type: "AAAA", address: "1.2.3.4"}]})`, "not an IPv6 address"},
		{`to_dns({answers: [{type: "A", target: "b"}]})`, "of type A, which has address, not target"},
		{`to_dns({answers: [{type: "TYPE99", address: "b"}]})`, "of type TYPE99, which has data, not address"},
		{`to_dns({answers: [{type: "TXT", texts: [repeat("x", 256)]}]})`, "not of 0 to 255 bytes"},
		{`to_dns({questions: [{type: "A", name: "a..b"}]})`, "the DNS message cannot be: "},
		{`to_dns({questions: [{type: "A", name: repeat("x", 64)}]})`, "the DNS message cannot be: "},
		{`to_dns({questions: [{type: "A", name: repeat("x.", 200)}]})`, "a name has at most 255 bytes"},
		{`to_dns({answers: map(1..2000, ({type: "TYPE99", data: repeat("x", 100)}))})`,
			"at most 65535 bytes"},
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
