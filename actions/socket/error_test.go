package socket

import (
	"strings"
	"testing"
)

// TestMeaning holds that every error says something beyond its own text, and that an address in use
// is explained by what kind of address it is.
func TestMeaning(t *testing.T) {
	for _, test := range []struct {
		err  *Error
		want string
	}{
		{errnoError("bind", "127.0.0.1:80", EADDRINUSE), "TIME_WAIT"},
		{errnoError("bind", "unix:/tmp/s", EADDRINUSE), "file stays"},
		{errnoError("bind", "unix:@name", EADDRINUSE), "abstract name"},
		{errnoError("recv", "", 107), "connect first"},
		{&Error{Call: "getaddrinfo", Class: Unresolved, Text: "no such host"}, "no resolver answered"},
		{&Error{Call: "recv", Class: TimedOut, Text: "timed out"}, "settimeout"},
		{&Error{Call: "setsockopt", Class: BadArgument, Text: "x"}, "before any system call"},
	} {
		if got := test.err.Meaning(); !strings.Contains(got, test.want) {
			t.Errorf("%v: got %q, want %q in it", test.err, got, test.want)
		}
	}
	for errno := range errnos {
		if e := errnoError("x", "", errno); e.Meaning() == "" || e.Meaning() == e.Text {
			t.Errorf("%s means %q", errno.Name(), e.Meaning())
		}
	}
}
