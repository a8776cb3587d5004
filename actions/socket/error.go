package socket

import (
	"errors"
	"strings"
)

// Error is a socket call that failed, or was refused.
type Error struct {
	Call   string // the system call, or what else was tried
	Target string // what it was tried with: an address, an option; may be empty
	Errno  Errno  // 0 where the kernel gave none
	Class  Class
	Text   string // what is wrong, for people
}

// errnoError makes the error of a call to which the kernel gave a number.
func errnoError(call, target string, errno Errno) *Error {
	return &Error{Call: call, Target: target, Errno: errno, Class: ClassOf(errno),
		Text: errno.String()}
}

// Error gives "call target: text (ERRNO)", without the parts that there are not.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Call)
	if e.Target != "" {
		b.WriteString(" " + e.Target)
	}
	b.WriteString(": " + e.Text)
	if e.Errno != 0 {
		b.WriteString(" (" + e.Errno.Name() + ")")
	}
	return b.String()
}

// Name gives the errno's name, or the class where the kernel gave no number.
func (e *Error) Name() string {
	if e.Errno != 0 {
		return e.Errno.Name()
	}
	return string(e.Class)
}

// Meaning says in one sentence what the error tells the caller, and what may be done about it.
func (e *Error) Meaning() string {
	if e.Errno == EADDRINUSE && strings.HasPrefix(e.Target, "unix:@") {
		return "another socket has this abstract name; it is free when that socket is closed"
	}
	if e.Errno == EADDRINUSE && strings.HasPrefix(e.Target, "unix:") {
		return "there is a file at this path: a socket's file stays when the socket is closed; " +
			"use a path below $(tmp), or remove the file"
	}
	if e.Errno == EBADF && e.Call == "sendmsg" {
		return "a socket was closed before the call: this one, or one that was to be sent"
	}
	if e.Errno != 0 {
		return Meaning(e.Errno)
	}
	return meanings[e.Class]
}

// Fields gives the error as plain data.
func (e *Error) Fields() map[string]any {
	return map[string]any{"errno": int(e.Errno), "name": e.Name(), "class": string(e.Class),
		"call": e.Call, "text": e.Error()}
}

// Opens says whether the call that failed was to open a socket.
func (e *Error) Opens() bool { return e.Call == "socket" || e.Call == "socketpair" }

// Matches says whether name is the error's errno, by any of its names, or its class.
func (e *Error) Matches(name string) bool {
	if string(e.Class) == name {
		return true
	}
	errno, ok := errnoByName[name]
	return ok && errno == e.Errno
}

// AsError finds the Error in a chain of errors; nil when there is none.
func AsError(err error) *Error {
	var e *Error
	errors.As(err, &e)
	return e
}
