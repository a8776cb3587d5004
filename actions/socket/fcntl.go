package socket

import (
	"fmt"

	"netscene/schema"
)

// fcntl's commands for the status flags of an open file description.
const (
	getStatusFlags = 3
	setStatusFlags = 4
)

var fcntlNames = []schema.Name{{Name: "F_GETFD", Value: getDescriptorFlags},
	{Name: "F_SETFD", Value: setDescriptorFlags}, {Name: "F_GETFL", Value: getStatusFlags},
	{Name: "F_SETFL", Value: setStatusFlags}}

// descriptorFlagNames and statusFlagNames are numbered as Linux does on most machines. The way of
// access is no flag; a socket's is always O_RDWR.
var (
	descriptorFlagNames = []schema.Name{{Name: "FD_CLOEXEC", Value: closeOnExecFlag}}
	statusFlagNames     = []schema.Name{{Name: "O_RDWR", Value: 0x2}, {Name: "O_APPEND", Value: 0x400},
		{Name: "O_NONBLOCK", Value: NonBlocking}, {Name: "O_ASYNC", Value: 0x2000},
		{Name: "O_DIRECT", Value: 0x4000}, {Name: "O_NOATIME", Value: 0x40000}}
)

// FcntlCommands lists the commands that Fcntl takes by their names.
func FcntlCommands() []schema.Name { return prefixed("", fcntlNames) }

// FcntlFlags lists the flags of descriptors and descriptions by their names.
func FcntlFlags() []schema.Name {
	return append(prefixed("", descriptorFlagNames), statusFlagNames...)
}

// KnownFcntl says whether Fcntl takes a command.
func KnownFcntl(command int) bool {
	return command >= getDescriptorFlags && command <= setStatusFlags
}

// Fcntl reads or sets flags as fcntl(2) does with a known command. O_NONBLOCK is what calls on the
// socket go by: the kernel's own flag stays set.
func (s *Socket) Fcntl(c *Caller, command, flags int) (int, error) {
	value := 0
	call := Call{Name: "fcntl", Option: command, Flags: flags}
	err := s.now(c, call, func(call *Call) (errno Errno) {
		asked := flags
		if command == setStatusFlags {
			asked |= NonBlocking
		}
		value, errno = sysDescriptorFlags(s.fd, command, asked)
		switch {
		case errno != 0:
			return errno
		case command == setStatusFlags:
			s.nonBlocking.Store(flags&NonBlocking != 0)
		case command == getStatusFlags && !s.nonBlocking.Load():
			value &^= NonBlocking
		}
		call.Result = value
		return 0
	})
	if err != nil {
		return 0, err
	}
	return value, nil
}

// descriptorFlags spells the arguments of fcntl.
func (c *Call) descriptorFlags() []string {
	args := []string{nameOf("", fcntlNames, c.Option)}
	names := statusFlagNames
	switch c.Option {
	case getDescriptorFlags, getStatusFlags:
		return args
	case setDescriptorFlags:
		names = descriptorFlagNames
	}
	if c.Flags == 0 {
		return append(args, fmt.Sprint(c.Flags))
	}
	return append(args, flagNames("", names, c.Flags))
}
