package host

import (
	"errors"
	"reflect"
	"slices"
	"testing"

	"netscene/actions/socket"
)

func TestSetting(t *testing.T) {
	for text, want := range map[string]any{"1": 1, "-1": -1, "4096\t131072\t6291456": []any{4096,
		131072, 6291456}, "cubic": "cubic", "": "", "reno cubic": "reno cubic", "1 x": "1 x"} {
		if got := setting(text); !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %#v, want %#v", text, got, want)
		}
	}
}

func TestSysctlNames(t *testing.T) {
	for _, name := range []string{"", ".", "..", "../../etc/passwd", "/etc/passwd", "kernel..ostype",
		"kernel/../kernel/ostype", "kernel.ostype/", "kernel ostype", "kernel.ostype\x00"} {
		var missing *Missing
		if v, err := Sysctl(name); err == nil || errors.As(err, &missing) {
			t.Errorf("%q: %v, %v", name, v, err)
		}
	}
}

func TestLacking(t *testing.T) {
	tests := []struct {
		family, typ, proto int
		errno              string
		want               []string
	}{
		{socket.INET, socket.Stream, 0, "EAFNOSUPPORT", nil},
		{socket.INET, socket.Stream, 0, "EMFILE", nil},
		{socket.INET6, socket.Stream, 0, "EAFNOSUPPORT", []string{"ipv6"}},
		{socket.INET6, socket.Stream, 99, "EPROTONOSUPPORT", nil},
		{socket.INET, 3, 1, "EPERM", []string{"raw", "root"}},
		{socket.INET, 3, 0, "EPROTONOSUPPORT", nil},
		{17, 3, 0, "EPERM", []string{"packet", "root"}},
		{17, socket.Stream, 0, "ESOCKTNOSUPPORT", []string{"packet"}},
		{21, socket.SeqPacket, 0, "EAFNOSUPPORT", []string{"rds"}},
		{29, 3, 1, "EAFNOSUPPORT", []string{"can"}},
		{29, socket.Dgram, 6, "EPROTONOSUPPORT", []string{"can"}},
		{40, socket.Stream, 0, "EAFNOSUPPORT", []string{"vsock", "vsock_loopback"}},
		{socket.INET, socket.Stream, 262, "EPROTONOSUPPORT", []string{"mptcp"}},
		{socket.INET6, socket.Stream, 262, "ENOPROTOOPT", []string{"mptcp"}},
		{socket.INET, socket.Stream, 132, "ESOCKTNOSUPPORT", []string{"sctp"}},
		{socket.Unix, socket.Stream, 0, "EPERM", []string{"root"}},
	}
	powers := Powers()
	for _, test := range tests {
		errno, ok := socket.LookupErrno(test.errno)
		if !ok {
			t.Fatal(test.errno)
		}
		got := Lacking(test.family, test.typ, test.proto, errno)
		if !slices.Equal(got, test.want) {
			t.Errorf("%v: %v", test, got)
		}
		for _, power := range got {
			if !slices.Contains(powers, power) {
				t.Errorf("%v: there is no power %s", test, power)
			}
		}
	}
}
