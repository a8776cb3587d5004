package expr

import (
	"errors"
	"net/url"
	"strconv"
)

// lists is the type of a map whose keys may come more than once: each has its values in order.
var lists = Type{kinds: mapping, elem: new(Nullable(List(String)))}

var urlFunctions = []function{
	{Function: Function{"url", "url(text) -> map",
		"the parts of a URL: scheme, user, password, host, port (an int, or nil), path, query (the list " +
			"of values of each name), raw_query, fragment; all but raw_query are unescaped",
		`url("http://a.example:80/x?q=1").query.q == ["1"]`},
		params: []kind{chars}, metered: true,
		result: gives(Map(map[string]Type{"scheme": String, "user": String, "password": String,
			"host": String, "port": Nullable(Int), "path": String, "query": lists, "raw_query": String,
			"fragment": String})),
		run: func(_ *meter, a []any) (any, error) { return parseURL(string(toBytes(a[0]))) }},
	escaping("query_escape", "text as it stands in the query of a URL",
		`query_escape("a b&c") == "a+b%26c"`,
		func(s string) (string, error) { return url.QueryEscape(s), nil }),
	escaping("query_unescape", "the text that stands escaped in the query of a URL",
		`query_unescape("a+b%26c") == "a b&c"`, url.QueryUnescape),
	escaping("path_escape", "text as it stands in a segment of the path of a URL",
		`path_escape("a b/c") == "a%20b%2Fc"`,
		func(s string) (string, error) { return url.PathEscape(s), nil }),
	escaping("path_unescape", "the text that stands escaped in the path of a URL",
		`path_unescape("a%20b%2Fc") == "a b/c"`, url.PathUnescape),
}

func escaping(name, doc, example string, run func(string) (string, error)) function {
	return edit(name, name+"(text) -> text", doc, example, 1, func(s []string) (string, error) {
		return run(s[0])
	})
}

func parseURL(text string) (any, error) {
	u, err := url.Parse(text)
	if err != nil {
		return nil, errors.New("this is not a URL: " + cause(err).Error())
	}
	query, err := parseQuery(u.RawQuery)
	if err != nil {
		return nil, err
	}
	password, _ := u.User.Password()
	parts := map[string]any{"scheme": u.Scheme, "user": u.User.Username(), "password": password,
		"host": u.Hostname(), "port": nil, "path": u.Path, "query": query, "raw_query": u.RawQuery,
		"fragment": u.Fragment}
	if u.Opaque != "" {
		parts["path"] = u.Opaque
	}
	if text := u.Port(); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return nil, errors.New("this is not a URL: the port " + text + " is too large")
		}
		parts["port"] = int(port)
	}
	return parts, nil
}

// parseQuery gives the values of each name.
func parseQuery(raw string) (map[string]any, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		return nil, errors.New("this is not the query of a URL: " + cause(err).Error())
	}
	return listsOf(values), nil
}

func listsOf(values map[string][]string) map[string]any {
	all := make(map[string]any, len(values))
	for name, texts := range values {
		list := make([]any, len(texts))
		for i, text := range texts {
			list[i] = text
		}
		all[name] = list
	}
	return all
}

// cause is an error without the text that was parsed, which may be long.
func cause(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
