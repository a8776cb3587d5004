package expr

import (
	"fmt"
	"maps"
	"net/http"
	"net/mail"
	"slices"
	"time"
)

// A moment is the duration since 1970 began in UTC, so that the difference of two is a duration and
// the number of its seconds is Unix time. There is no function that gives the present: what an
// expression is depends on its names alone.

// moments are the ways to write one.
var moments = map[string]string{"http": http.TimeFormat, "rfc3339": time.RFC3339Nano,
	"rfc5322": "Mon, 02 Jan 2006 15:04:05 -0700"}

var timeFunctions = []function{
	{Function: Function{"parse_time", "parse_time(text) -> duration",
		"a date and time as HTTP, RFC 3339 or RFC 5322 write it, as the duration since 1970-01-01 UTC",
		`parse_time("Thu, 01 Jan 1970 00:01:00 GMT") == "1m"`},
		params: []kind{chars}, result: gives(Duration), metered: true,
		run: func(_ *meter, a []any) (any, error) { return parseTime(string(toBytes(a[0]))) }},
	{Function: Function{"format_time", "format_time(format, duration or number) -> text",
		"the date and time in UTC so long after 1970-01-01, a number is seconds; the format is http, " +
			"rfc3339 or rfc5322",
		`format_time("rfc3339", 86400) == "1970-01-02T00:00:00Z"`},
		params: []kind{text, duration | number}, words: slices.Sorted(maps.Keys(moments)),
		result: gives(String), run: func(_ *meter, a []any) (any, error) {
			layout, ok := moments[a[0].(string)]
			if !ok {
				return nil, fmt.Errorf("%s is none of the formats http, rfc3339 and rfc5322",
					Format(a[0], 40))
			}
			d, err := toDuration(a[1])
			return time.Unix(0, int64(d)).UTC().Format(layout), err
		}},
}

func parseTime(s string) (any, error) {
	for _, parse := range []func(string) (time.Time, error){
		func(s string) (time.Time, error) { return time.Parse(time.RFC3339, s) },
		http.ParseTime, mail.ParseDate,
	} {
		t, err := parse(s)
		if err != nil {
			continue
		}
		if d := time.Duration(t.UnixNano()); time.Unix(0, int64(d)).Equal(t) {
			return d, nil
		}
		return nil, fmt.Errorf("%s is too far from 1970 for a duration", Format(s, 60))
	}
	return nil, fmt.Errorf("%s is not a date and time of HTTP, RFC 3339 or RFC 5322", Format(s, 60))
}
