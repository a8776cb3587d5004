package socket

import (
	"errors"
	"io"

	"netscene/actions/gate"
)

// section is a part of a file that is sent.
type section struct {
	file   File
	offset int64
	size   int
}

// What one call of sendfile(2), and of send(2) in its place, moves at most in Python.
const (
	mostOfFile  = 1 << 30
	mostOfChunk = 8192
)

// SendFile sends a file from offset on, as Python's sendfile does: count bytes of it, or with nil
// all, but what is behind the file's end is not there to be sent. It uses sendfile(2), or send(2)
// when the first call of that fails. It returns how many bytes went, and where a file that is at
// its beginning when it is given stands afterwards. The timeout bounds each single call.
func (s *Socket) SendFile(c *Caller, f File, offset int64, count *int) (
	n int, at int64, err error) {
	if s.Closed() {
		return 0, 0, errnoError("sendfile", "", EBADF)
	}
	// Python looks at one bit of the type, which seqpacket and raw sockets have too.
	if s.typ&Stream == 0 {
		return 0, 0, refusedSendFile("only SOCK_STREAM type sockets are supported")
	}
	if count != nil && *count <= 0 {
		return 0, 0, refusedSendFile("count must be a positive integer")
	}
	info, err := f.Stat()
	if err != nil {
		return 0, 0, FileError("fstat", "", err)
	}
	if info.Size() == 0 {
		return 0, 0, nil
	}
	if t := s.Timeout(); !t.None() && t.Duration() == 0 {
		return 0, 0, refusedSendFile("non-blocking sockets are not supported")
	}
	whole := int(min(info.Size(), mostOfFile))
	if n, err = s.sendSections(c, f, offset, whole, count); n > 0 {
		return n, offset + int64(n), err
	}
	if e := AsError(err); e == nil || e.Errno == 0 {
		return 0, 0, err
	}
	return s.sendChunks(c, f, offset, count)
}

func refusedSendFile(text string) *Error {
	return &Error{Call: "sendfile", Class: BadArgument, Text: text}
}

// sendSections calls sendfile(2) until all is sent or the file ends.
func (s *Socket) sendSections(c *Caller, f File, offset int64, whole int, count *int) (int, error) {
	for sent := 0; ; {
		size := whole
		if count != nil {
			if size = min(*count-sent, mostOfFile); size <= 0 {
				return sent, nil
			}
		}
		o, err := s.perform(c, request{name: "sendfile", verb: sendingFile,
			part:     &section{file: f, offset: offset + int64(sent), size: size},
			patience: s.unhurried()})
		sent += o.moved()
		if err != nil || o.done == 0 {
			return sent, err
		}
	}
}

// sendChunks reads the file and sends what it read.
func (s *Socket) sendChunks(c *Caller, f File, offset int64, count *int) (int, int64, error) {
	if offset < 0 {
		return 0, 0, errnoError("lseek", "", EINVAL)
	}
	at, sent := offset, 0
	for {
		size := mostOfChunk
		if count != nil {
			size = min(*count-sent, size)
		}
		buf := make([]byte, size)
		n, err := f.ReadAt(buf, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return sent, at, FileError("read", "", err)
		}
		if n == 0 {
			return sent, at, nil
		}
		at += int64(n)
		o, err := s.perform(c, request{name: "send", verb: sending, buf: buf[:n], need: n, whole: true,
			patience: s.unhurried()})
		if sent += o.moved(); sent > 0 {
			at = offset + int64(sent)
		}
		if err != nil {
			return sent, at, err
		}
	}
}

// unhurried is the patience of a call that Python makes again when SO_SNDTIMEO has ended it.
func (s *Socket) unhurried() patience {
	p := s.patience(0, gate.Write)
	if !p.python {
		p = patience{waits: true}
	}
	return p
}
