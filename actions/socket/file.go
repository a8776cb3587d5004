package socket

import (
	"errors"
	"io"
	"io/fs"
	"syscall"
)

// File is an open file, as os.File is.
type File interface {
	io.ReaderAt
	io.Closer
	Fd() uintptr
	Stat() (fs.FileInfo, error)
}

// FileError makes the error of a call about a file; one that the kernel did not give is a refusal.
func FileError(call, path string, err error) *Error {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		return errnoError(call, path, Errno(errno))
	}
	return &Error{Call: call, Target: path, Class: Denied, Text: err.Error()}
}

// TraceFile tells the trace of a call about a file, and gives its error.
func (c *Caller) TraceFile(call Call, err error) error {
	var failed *Error
	if err != nil {
		failed = FileError(call.Name, call.Path, err)
		call.Result, call.Errno = -1, failed.Errno
	}
	if c.Trace != nil && (failed == nil || failed.Errno != 0) {
		call.FD = -1
		c.Trace(&call)
	}
	if failed == nil {
		return nil
	}
	return failed
}

// special are the permissions beside those of user, group and others, as POSIX numbers them.
var special = map[fs.FileMode]int{fs.ModeSetuid: 0o4000, fs.ModeSetgid: 0o2000,
	fs.ModeSticky: 0o1000}

// Permissions gives the permissions of a file as POSIX numbers them.
func Permissions(m fs.FileMode) int {
	n := int(m.Perm())
	for bit, number := range special {
		if m&bit != 0 {
			n |= number
		}
	}
	return n
}

// FileMode gives permissions that POSIX numbers so.
func FileMode(permissions int) fs.FileMode {
	m := fs.FileMode(permissions) & fs.ModePerm
	for bit, number := range special {
		if permissions&number != 0 {
			m |= bit
		}
	}
	return m
}
