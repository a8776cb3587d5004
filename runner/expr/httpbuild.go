package expr

import (
	stdbytes "bytes"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

var httpBuilders = []function{
	{Function: Function{"to_http_request", "to_http_request(map) -> bytes",
		"an HTTP/1 request of method (GET), target (/), version (HTTP/1.1), headers (a map of texts, " +
			"numbers or lists of them), body, or chunks, a list; Content-Length or Transfer-Encoding is " +
			"added where the headers have neither",
		`to_http_request({target: "/x", headers: {Host: "a.example"}})`},
		params: []kind{mapping}, result: gives(Bytes), metered: true, run: buildRequest},
	{Function: Function{"to_http_response", "to_http_response(map) -> bytes",
		"an HTTP/1 response of status (200), reason (what the status means), and version, headers, body " +
			"and chunks as to_http_request has them",
		`to_http_response({status: 404, body: "nothing here"})`},
		params: []kind{mapping}, result: gives(Bytes), metered: true, run: buildResponse},
}

var messageKeys = []string{"version", "headers", "body", "chunks"}

func buildRequest(m *meter, a []any) (any, error) {
	var err error
	f := newForm("the request", a[0], slices.Concat([]string{"method", "target"}, messageKeys), &err)
	method, target := f.token("method", "GET"), f.text("target", "/")
	blank := func(r rune) bool { return r <= ' ' || r == 0x7f }
	if target == "" || strings.ContainsFunc(target, blank) {
		f.wrong("target", "text without blanks")
	}
	needed := slices.Contains([]string{"POST", "PUT", "PATCH"}, method)
	return f.message(m, method+" "+target+" "+f.version(), needed)
}

func buildResponse(m *meter, a []any) (any, error) {
	var err error
	f := newForm("the response", a[0], slices.Concat([]string{"status", "reason"}, messageKeys), &err)
	status := f.number("status", http.StatusOK, 999)
	if status < 100 {
		f.wrong("status", "a number from 100 to 999")
	}
	reason := f.text("reason", http.StatusText(status))
	if !lineSafe(reason) {
		f.wrong("reason", "one line of text")
	}
	bodiless := status < 200 || status == http.StatusNoContent || status == http.StatusNotModified
	return f.message(m, fmt.Sprintf("%s %03d %s", f.version(), status, reason), !bodiless)
}

// message writes a message with its first line; with counted it has a Content-Length even where it
// has no body.
func (f *form) message(m *meter, line string, counted bool) ([]byte, error) {
	var head, body stdbytes.Buffer
	head.WriteString(line + "\r\n")
	given := f.headers(&head)
	chunks := f.list("chunks")
	switch {
	case f.m["chunks"] != nil:
		if f.m["body"] != nil {
			f.fail("%s has a body and chunks; it can have one of them", f.of)
		}
		f.chunks(&body, chunks)
		if !given["transfer-encoding"] {
			head.WriteString("Transfer-Encoding: chunked\r\n")
		}
	default:
		body.WriteString(f.text("body", ""))
		framed := given["content-length"] || given["transfer-encoding"]
		if !framed && (counted || body.Len() > 0) {
			fmt.Fprintf(&head, "Content-Length: %d\r\n", body.Len())
		}
	}
	if *f.err != nil {
		return nil, *f.err
	}
	head.WriteString("\r\n")
	head.Write(body.Bytes())
	if head.Len() > MaxText {
		return nil, tooLong(head.Len())
	}
	return head.Bytes(), m.spend(2 * head.Len())
}

// headers writes the headers, Host first as RFC 9110 advises, and tells which there are.
func (f *form) headers(out *stdbytes.Buffer) map[string]bool {
	given := map[string]bool{}
	if f.m["headers"] == nil {
		return given
	}
	headers, ok := f.m["headers"].(map[string]any)
	if !ok {
		f.wrong("headers", "a map")
		return given
	}
	names := sortedKeys(headers)
	slices.SortStableFunc(names, func(a, b string) int {
		return rank(a) - rank(b)
	})
	for _, name := range names {
		values, ok := headers[name].([]any)
		if !ok {
			values = []any{headers[name]}
		}
		if !isToken(name) {
			f.fail("%s is not the name of a header", Format(name, 40))
		}
		for _, v := range values {
			text, err := textForm(v)
			if err != nil || !lineSafe(text) {
				f.fail("the header %s is %s, not one line of text", name, Format(v, 40))
			}
			out.WriteString(name + ": " + text + "\r\n")
		}
		given[strings.ToLower(name)] = true
	}
	return given
}

// rank is 0 for the header that comes first.
func rank(name string) int {
	if strings.EqualFold(name, "host") {
		return 0
	}
	return 1
}

// chunks writes a body in chunks. An empty one would end it.
func (f *form) chunks(out *stdbytes.Buffer, chunks []any) {
	for i, chunk := range chunks {
		if kindOf(chunk)&chars == 0 || size(chunk) == 0 {
			f.fail("chunk %d of %s is %s, not some bytes", i, f.of, Format(chunk, 40))
			return
		}
		out.WriteString(strconv.FormatInt(int64(size(chunk)), 16) + "\r\n")
		out.Write(toBytes(chunk))
		out.WriteString("\r\n")
	}
	out.WriteString("0\r\n\r\n")
}

func (f *form) version() string {
	version := f.text("version", "HTTP/1.1")
	if version != "HTTP/1.1" && version != "HTTP/1.0" {
		f.wrong("version", "HTTP/1.0 or HTTP/1.1")
	}
	return version
}

func (f *form) token(key, otherwise string) string {
	token := f.text(key, otherwise)
	if !isToken(token) {
		f.wrong(key, "a token of HTTP")
	}
	return token
}

// isToken says whether text is a token, as methods and names of headers are (RFC 9110, 5.6.2).
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' ||
			strings.ContainsRune("!#$%&'*+-.^_`|~", r))
	})
}

// lineSafe says whether text stays on its line.
func lineSafe(s string) bool { return !strings.ContainsAny(s, "\r\n\x00") }
