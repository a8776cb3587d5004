package socket

import (
	"slices"
	"strconv"
)

// Errno is an error number of the kernel, numbered as Linux numbers them on most machines
// (include/uapi/asm-generic/errno.h). 0 is no error.
type Errno int

// The numbers that this package itself decides by.
const (
	EINTR        Errno = 4
	EBADF        Errno = 9
	EAGAIN       Errno = 11
	EISDIR       Errno = 21
	EINVAL       Errno = 22
	EPIPE        Errno = 32
	ENOSYS       Errno = 38
	EAFNOSUPPORT Errno = 97
	ENOBUFS      Errno = 105
	EISCONN      Errno = 106
	EALREADY     Errno = 114
	EINPROGRESS  Errno = 115
)

// Class is what an error means, whatever the system calls it.
type Class string

// The classes.
const (
	Refused          Class = "refused"
	Reset            Class = "reset"
	Aborted          Class = "aborted"
	TimedOut         Class = "timeout"
	Unreachable      Class = "unreachable"
	InUse            Class = "in_use"
	WouldBlock       Class = "would_block"
	InProgress       Class = "in_progress"
	AlreadyConnected Class = "already_connected"
	NotConnected     Class = "not_connected"
	Closed           Class = "closed"
	Denied           Class = "denied"
	Unsupported      Class = "unsupported"
	BadAddress       Class = "bad_address"
	TooBig           Class = "too_big"
	NoResources      Class = "no_resources"
	NotFound         Class = "not_found"
	Invalid          Class = "invalid"
	BadArgument      Class = "bad_argument" // refused before any system call was made
	EndOfStream      Class = "eof"          // before a message was whole
	Interrupted      Class = "interrupted"
	Unresolved       Class = "unresolved" // a name that has no address
	Malformed        Class = "malformed"  // a message is not as it is described
	Other            Class = "other"
)

// Classes lists all classes.
func Classes() []Class {
	return []Class{Refused, Reset, Aborted, TimedOut, Unreachable, InUse, WouldBlock, InProgress,
		AlreadyConnected, NotConnected, Closed, Denied, Unsupported, BadAddress, TooBig, NoResources,
		NotFound, Invalid, BadArgument, EndOfStream, Interrupted, Unresolved, Malformed, Other}
}

// errnoAliases are second names of a number.
var errnoAliases = map[string]Errno{"EWOULDBLOCK": EAGAIN, "ENOTSUP": 95}

var errnoByName = func() map[string]Errno {
	m := make(map[string]Errno, len(errnos)+len(errnoAliases))
	for n, e := range errnos {
		m[e.name] = n
	}
	for name, n := range errnoAliases {
		m[name] = n
	}
	return m
}()

// ErrnoNames lists the names of all known numbers, second names among them, sorted.
func ErrnoNames() []string {
	names := make([]string, 0, len(errnoByName))
	for name := range errnoByName {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// LookupErrno finds a number by its name or one of its second names.
func LookupErrno(name string) (Errno, bool) {
	n, ok := errnoByName[name]
	return n, ok
}

// Name gives the name of the number, such as "ECONNREFUSED"; "errno 999" for one that has none.
func (e Errno) Name() string {
	if info, ok := errnos[e]; ok {
		return info.name
	}
	return "errno " + strconv.Itoa(int(e))
}

// String gives the number's short text, as strerror(3) does.
func (e Errno) String() string {
	if info, ok := errnos[e]; ok {
		return info.text
	}
	return "errno " + strconv.Itoa(int(e))
}

// ClassOf gives the class of a number.
func ClassOf(e Errno) Class {
	if info, ok := errnos[e]; ok {
		return info.class
	}
	return Other
}

// Meaning says in one sentence what a number tells the caller of a socket call; "" for none.
func Meaning(e Errno) string {
	if e == 0 {
		return ""
	}
	if info, ok := errnos[e]; ok {
		return info.meaning
	}
	return "the kernel gave a number that has no name here"
}
