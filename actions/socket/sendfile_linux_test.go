package socket

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// reluctant is a file of which sendfile(2) is told a descriptor that it cannot read.
type reluctant struct{ *os.File }

func (reluctant) Fd() uintptr { return ^uintptr(0) }

func openFile(t *testing.T, content []byte) *os.File {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestSendFile sends a file both ways. What it returns is what Python 3.11 returned.
func TestSendFile(t *testing.T) {
	content := bytes.Repeat([]byte("0123456789"), 3000)
	count := func(n int) *int { return &n }
	tests := []struct {
		offset int64
		count  *int
		sent   int
		at     int64
	}{
		{0, nil, 30000, 30000}, {5, count(10), 10, 15}, {29990, count(100), 10, 30000},
		{0, count(9000), 9000, 9000}, {20000, nil, 10000, 30000}, {40000, nil, 0, 0},
	}
	for _, test := range tests {
		w := newWorld(t)
		_, server, client := w.tcp()
		file := openFile(t, content)
		for _, f := range []File{file, reluctant{file}} {
			n, at, err := client.SendFile(w.main, f, test.offset, test.count)
			w.must(err)
			want := test.at
			if _, falls := f.(reluctant); falls && test.sent == 0 {
				want = test.offset // the file was moved there before it was read
			}
			if n != test.sent || at != want {
				t.Errorf("from %d: %d sent, then at %d; want %d, %d", test.offset, n, at, test.sent, want)
			}
			if n > 0 {
				part := content[test.offset : test.offset+int64(n)]
				w.want(<-w.start(w.main, server, n, MsgWaitAll), string(part))
			}
		}
	}
}

// TestSendFileRefused gives what Python refuses, and what the kernel does.
func TestSendFileRefused(t *testing.T) {
	w := newWorld(t)
	full, empty, zero := openFile(t, make([]byte, 10000)), openFile(t, nil), 0
	refused := func(s *Socket, f File, offset int64, count *int, at int64, names ...string) {
		t.Helper()
		_, stands, err := s.SendFile(w.main, f, offset, count)
		w.fails(err, names...)
		if stands != at {
			t.Errorf("the file stands at %d, want %d", stands, at)
		}
	}
	refused(w.open(INET, Dgram), full, 0, nil, 0, "bad_argument")
	s := w.open(INET, Stream)
	refused(s, full, 0, &zero, 0, "bad_argument")
	refused(s, full, -1, nil, 0, "EINVAL")
	refused(s, full, 5, nil, 5+8192, "EPIPE") // a piece was read to be sent
	w.must(s.SetTimeout(TimeoutAfter(0)))
	refused(s, full, 0, nil, 0, "bad_argument")
	if n, _, err := s.SendFile(w.main, empty, 0, nil); n != 0 || err != nil {
		t.Errorf("an empty file: %d, %v", n, err)
	}
}

// TestSendFileTimeout: what went before the timeout is told.
func TestSendFileTimeout(t *testing.T) {
	w := newWorld(t)
	_, _, client := w.tcp()
	w.must(client.SetTimeout(TimeoutAfter(10 * time.Millisecond)))
	n, at, err := client.SendFile(w.main, openFile(t, make([]byte, 32<<20)), 0, nil)
	w.fails(err, "timeout")
	if n == 0 || at != int64(n) {
		t.Errorf("%d sent, the file stands at %d", n, at)
	}
}

// TestFileError: only what the kernel said has a number.
func TestFileError(t *testing.T) {
	err := FileError("stat", "x", &fs.PathError{Err: syscall.ENOENT})
	if !err.Matches("ENOENT") || !err.Matches("not_found") {
		t.Errorf("got %v", err)
	}
	if err := FileError("stat", "x", errors.New("no")); !err.Matches("denied") || err.Errno != 0 {
		t.Errorf("got %v", err)
	}
}

// TestPermissions: every permission survives both ways.
func TestPermissions(t *testing.T) {
	for n := range 0o10000 {
		if back := Permissions(FileMode(n)); back != n {
			t.Fatalf("%#o came back as %#o", n, back)
		}
	}
}
