package expr

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

var language = New(map[string]int{
	"ECONNREFUSED": 111, "EAGAIN": 11, "AF_INET": 2, "MSG_PEEK": 2, "MSG_TRUNC": 0x20,
})

// scope is like that of a recv of a client, beside a server.
func scope() Names {
	listen := Map(map[string]Type{"address": String, "host": String, "port": Int, "elapsed": Duration})
	return Names{
		"data": Bytes, "size": Int, "eof": Bool, "elapsed": Duration, "address": String,
		"errno": Int, "value": Any, "ratio": Float, "socket": Socket,
		"sizes": List(Int), "lines": List(String), "headers": Open, "count": Int,
		"error": Map(map[string]Type{"errno": Int, "name": String, "class": String, "text": String}),
		"vars":  Map(map[string]Type{"greeting": String, "n": Int, "blob": Bytes}),
		"server": Map(map[string]Type{
			"listen": listen, "recv": Map(map[string]Type{"data": Bytes})}),
		"clients": List(Map(map[string]Type{"recv": Map(map[string]Type{"data": Bytes})})),
	}
}

func values() map[string]any {
	return map[string]any{
		"data": []byte("hello\r\n"), "size": 7, "eof": false, "elapsed": 1500 * time.Millisecond,
		"address": "127.0.0.1:80", "errno": 111, "value": []byte("hi"), "ratio": 0.5,
		"socket": Handle{"client", 1}, "sizes": []any{1, 2, 3}, "lines": []any{"a", "bb", "OK"},
		"headers": map[string]any{"host": "x", "n": 1}, "count": 2,
		"error": map[string]any{"errno": 111, "name": "ECONNREFUSED", "class": "refused", "text": "t"},
		"vars":  map[string]any{"greeting": "hello\r\n", "n": 7, "blob": []byte{0, 0xff}},
		"server": map[string]any{
			"listen": map[string]any{"address": "127.0.0.1:80", "host": "127.0.0.1", "port": 80,
				"elapsed": time.Second},
			"recv": map[string]any{"data": []byte("hi")}},
		"clients": []any{map[string]any{"recv": map[string]any{"data": []byte("c0")}}},
	}
}

// describe writes problems as the tests expect them: the part, the summary, the detail.
func describe(source string, problems []Problem) string {
	var all []string
	for _, p := range problems {
		s := fmt.Sprintf("[%s] %s", source[p.From:p.To], p.Summary)
		if p.Detail != "" {
			s += " | " + p.Detail
		}
		all = append(all, s)
	}
	return strings.Join(all, "\n")
}

func compile(t *testing.T, source string, want Type) *Program {
	t.Helper()
	p, problems := language.Compile(source, scope(), want)
	if p == nil {
		t.Fatalf("%s: %s", source, describe(source, problems))
	}
	return p
}

func run(t *testing.T, source string) any {
	t.Helper()
	v, err := compile(t, source, Any).Run(values())
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return v
}
