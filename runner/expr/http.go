package expr

import (
	"bufio"
	stdbytes "bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/textproto"
	"net/url"
	"strings"
)

// What a message of HTTP has, whichever it is; see RFC 9112.
var (
	requestLine = map[string]Type{"method": String, "target": String, "path": String,
		"query": lists, "version": String}
	statusLine  = map[string]Type{"version": String, "status": Natural, "reason": String}
	headerParts = map[string]Type{"headers": texts, "header_lists": lists}
	bodyParts   = map[string]Type{"body": Bytes, "trailers": texts, "rest": Bytes}
)

// texts is the type of a map of free keys to text.
var texts = Type{kinds: mapping, elem: new(Nullable(String))}

var httpFunctions = []function{
	{Function: Function{"http_request", "http_request(bytes) -> map",
		"an HTTP/1 request: method, target, path, query (the list of values of each name), version; " +
			"headers, with names in small letters and the values of one name joined by a comma; " +
			"header_lists, with the values of each name apart; body, without the marks of its chunks; " +
			"trailers; rest, the bytes behind the request",
		`http_request(data).headers.host == "example.com"`},
		params: []kind{chars}, result: gives(joined(requestLine, headerParts, bodyParts)),
		metered: true,
		run: func(m *meter, a []any) (any, error) {
			return readRequest(m, toBytes(a[0]))
		}},
	{Function: Function{"http_response", "http_response(bytes [, method]) -> map",
		"an HTTP/1 response to a request of a method, GET unless given: version, status, reason, and " +
			"what http_request has from headers on; a body that nothing ends goes on to the end of the " +
			"bytes",
		`http_response(data).status == 200`},
		params: []kind{chars, text}, optional: 1,
		result: gives(joined(statusLine, headerParts, bodyParts)), metered: true,
		run: func(m *meter, a []any) (any, error) {
			method := http.MethodGet
			if len(a) > 1 {
				method = a[1].(string)
			}
			return readResponse(m, toBytes(a[0]), method)
		}},
	{Function: Function{"http_head", "http_head(bytes) -> map",
		"the first line and the headers of an HTTP/1 message, whose body need not be there yet, as " +
			"http_request and http_response have them; and length, how many bytes the body has: -1 " +
			"where only its chunks or the end of the stream tell",
		`http_head(data).length == 5`},
		params: []kind{chars}, result: gives(headType()), metered: true,
		run: func(m *meter, a []any) (any, error) { return readHead(m, toBytes(a[0])) }},
}

func joined(parts ...map[string]Type) Type {
	fields := map[string]Type{}
	for _, part := range parts {
		for name, t := range part {
			fields[name] = t
		}
	}
	return Map(fields)
}

// headType is the type of a head, which has the parts of one first line or the other.
func headType() Type {
	t := joined(requestLine, statusLine, headerParts, map[string]Type{"length": Int})
	for _, line := range []map[string]Type{requestLine, statusLine} {
		for name := range line {
			if name != "version" {
				t.fields[name] = Nullable(line[name])
			}
		}
	}
	return t
}

// message is an HTTP message that is read.
type message struct {
	data  []byte
	left  *stdbytes.Reader
	buf   *bufio.Reader
	parts map[string]any
}

// mostOfHead bounds a head, as the server of net/http does.
const mostOfHead = 1 << 20

// newMessage reads the headers as they were sent: of some of them net/http makes something else.
func newMessage(m *meter, what string, data []byte) (*message, error) {
	head := data[:min(len(data), mostOfHead)]
	if err := m.spend(len(head)); err != nil {
		return nil, err
	}
	r := textproto.NewReader(bufio.NewReader(stdbytes.NewReader(head)))
	_, err := r.ReadLine()
	var header textproto.MIMEHeader
	if err == nil {
		header, err = r.ReadMIMEHeader()
	}
	if errors.Is(err, io.EOF) && len(head) == mostOfHead {
		return nil, fmt.Errorf("the head of the HTTP %s has more than %d bytes", what, mostOfHead)
	}
	if err != nil {
		return nil, noMessage(what, err)
	}
	left := stdbytes.NewReader(data)
	msg := &message{data: data, left: left, buf: bufio.NewReader(left), parts: map[string]any{}}
	msg.parts["headers"], msg.parts["header_lists"] = headersOf(http.Header(header))
	return msg, nil
}

// noMessage says what is wrong with the head of a message.
func noMessage(what string, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("this is not an HTTP %s: its head is not complete", what)
	}
	return fmt.Errorf("this is not an HTTP %s: %w", what, cause(err))
}

// headersOf gives headers by names in small letters, which are the same to HTTP.
func headersOf(header http.Header) (joined, lists map[string]any) {
	small := map[string][]string{}
	joined = map[string]any{}
	for name, values := range header {
		name = strings.ToLower(name)
		small[name] = values
		joined[name] = strings.Join(values, ", ")
	}
	return joined, listsOf(small)
}

// readBody reads up to the end of the message.
func (msg *message) readBody(m *meter, what string, body io.ReadCloser, trailer http.Header,
	length int64) error {
	got, err := io.ReadAll(body)
	if spent := m.spend(3 * len(got)); spent != nil {
		return spent
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) && length > 0:
		return fmt.Errorf("the HTTP %s is not complete: of %d bytes of its body there are %d", what,
			length, len(got))
	case errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the HTTP %s is not complete: its last chunk is missing", what)
	case err != nil:
		return fmt.Errorf("the body of the HTTP %s is malformed: %w", what, err)
	}
	msg.parts["body"] = got
	msg.parts["trailers"], _ = headersOf(trailer)
	msg.parts["rest"] = msg.data[len(msg.data)-msg.left.Len()-msg.buf.Buffered():]
	return nil
}

func readRequest(m *meter, data []byte) (any, error) {
	msg, err := newMessage(m, "request", data)
	if err != nil {
		return nil, err
	}
	r, err := msg.request()
	if err != nil {
		return nil, err
	}
	return msg.parts, msg.readBody(m, "request", r.Body, r.Trailer, r.ContentLength)
}

func (msg *message) request() (*http.Request, error) {
	r, err := http.ReadRequest(msg.buf)
	if err != nil {
		return nil, noMessage("request", err)
	}
	query, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, noMessage("request", err)
	}
	msg.parts["method"], msg.parts["target"] = r.Method, r.RequestURI
	msg.parts["path"], msg.parts["query"], msg.parts["version"] = r.URL.Path, query, r.Proto
	return r, nil
}

func readResponse(m *meter, data []byte, method string) (any, error) {
	msg, err := newMessage(m, "response", data)
	if err != nil {
		return nil, err
	}
	r, err := msg.response(method)
	if err != nil {
		return nil, err
	}
	return msg.parts, msg.readBody(m, "response", r.Body, r.Trailer, r.ContentLength)
}

func (msg *message) response(method string) (*http.Response, error) {
	r, err := http.ReadResponse(msg.buf, &http.Request{Method: method, URL: &url.URL{}})
	if err != nil {
		return nil, noMessage("response", err)
	}
	_, reason, _ := strings.Cut(r.Status, " ")
	msg.parts["version"], msg.parts["status"], msg.parts["reason"] = r.Proto, r.StatusCode, reason
	return r, nil
}

func readHead(m *meter, data []byte) (any, error) {
	what := "request"
	if stdbytes.HasPrefix(data, []byte("HTTP/")) {
		what = "response"
	}
	msg, err := newMessage(m, what, data)
	if err != nil {
		return nil, err
	}
	var length int64
	if what == "request" {
		r, err := msg.request()
		if err != nil {
			return nil, err
		}
		length = r.ContentLength
	} else {
		r, err := msg.response(http.MethodGet)
		if err != nil {
			return nil, err
		}
		length = r.ContentLength
	}
	msg.parts["length"] = int(length)
	return msg.parts, nil
}
