package socket

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Call is one effective system call: how it was made, and what came of it. Which fields hold
// something depends on the call. It survives JSON both ways.
type Call struct {
	Name     string  `json:"name"`              // as POSIX names it
	Socket   int     `json:"socket"`            // the socket's number in its Table; 0 for none
	FD       int     `json:"fd"`                // -1 for none
	Family   int     `json:"family,omitempty"`  // socket, socketpair
	Type     int     `json:"type,omitempty"`    // socket, socketpair
	Protocol int     `json:"proto,omitempty"`   // socket, socketpair
	Backlog  int     `json:"backlog,omitempty"` // listen
	How      int     `json:"how,omitempty"`     // shutdown
	Level    int     `json:"level,omitempty"`   // getsockopt, setsockopt
	Option   int     `json:"option,omitempty"`  // getsockopt, setsockopt; fcntl's command
	Size     int     `json:"size,omitempty"`    // bytes that were asked for or given
	Null     bool    `json:"null,omitempty"`    // setsockopt: a null pointer instead of Data
	Flags    int     `json:"flags,omitempty"`   // MSG_ flags as the caller gave them
	Address  Address `json:"address,omitzero"`  // the one given, or the one the kernel gave
	Data     []byte  `json:"data,omitempty"`    // what was sent or received; lent
	// Arguments are those of a call on no socket, such as getaddrinfo, and Answer what it gave.
	Arguments []string `json:"arguments,omitempty"`
	Answer    string   `json:"answer,omitempty"`

	Control   int    `json:"control,omitempty"`   // sendmsg, recvmsg: of ancillary data
	Ancillary string `json:"ancillary,omitempty"` // its messages, as "SCM_RIGHTS fd 7"
	Got       int    `json:"got,omitempty"`       // recvmsg: the MSG_ flags that the kernel gave

	Result   int    `json:"result"`             // what the call returned; -1 when it failed
	Accepted int    `json:"accepted,omitempty"` // accept, dup: the new socket's number in its Table
	Errno    Errno  `json:"errno,omitempty"`
	Unread   int    `json:"unread,omitempty"` // close: bytes that had come and were not received
	Pair     [2]int `json:"pair,omitzero"`    // socketpair: the two descriptors
	Ended    string `json:"ended,omitempty"`  // how a wait ended without the kernel: EndedTimeout …

	Polled []PollFD      `json:"polled,omitempty"` // poll: what was asked for, and what came
	Limit  time.Duration `json:"limit,omitempty"`  // poll: -1 for none
	Path   string        `json:"path,omitempty"`   // stat, chmod, unlink, open, write
	Mode   int           `json:"mode,omitempty"`   // chmod: the permissions
	User   string        `json:"user,omitempty"`   // whose credentials it had; "" for the process's
}

// How a wait can end without the kernel.
const (
	EndedTimeout   = "timeout"   // settimeout's limit
	EndedCancelled = "cancelled" // the actor was cancelled
	EndedNotFound  = "not found" // a table of the system has no such name
)

// String prints the call as strace would: "recv(fd 5, 1024, MSG_PEEK) = 5".
func (c *Call) String() string {
	as := ""
	if c.User != "" {
		as = " as " + c.User
	}
	return c.Name + "(" + strings.Join(c.arguments(), ", ") + ")" + as + " = " + c.outcome()
}

func (c *Call) arguments() []string {
	if c.Name == "socket" || c.Name == "socketpair" {
		base := flagNames("SOCK_", typeNames[len(typeNames)-2:], c.Type&(NonBlocking|CloseOnExec))
		typ := TypeName(c.Type &^ (NonBlocking | CloseOnExec))
		if c.Type&(NonBlocking|CloseOnExec) != 0 {
			typ += "|" + base
		}
		return []string{FamilyName(c.Family), typ, fmt.Sprint(c.Protocol)}
	}
	if c.Answer != "" || c.Arguments != nil {
		return c.Arguments
	}
	args := []string{fmt.Sprintf("fd %d", c.FD)}
	switch c.Name {
	case "bind", "connect":
		args = append(args, c.Address.String())
	case "listen":
		args = append(args, fmt.Sprint(c.Backlog))
	case "accept":
		if c.Flags != 0 {
			args = append(args, flagNames("SOCK_", typeNames[len(typeNames)-2:], c.Flags))
		}
	case "fcntl":
		args = append(args, c.descriptorFlags()...)
	case "shutdown":
		args = append(args, nameOf("SHUT_", howNames, c.How))
	case "getsockopt", "setsockopt":
		args = append(args, c.option())
		if c.Name == "setsockopt" {
			args = append(args, c.optionValue())
		}
	case "send", "sendto", "sendmsg", "recv", "recvfrom", "recvmsg":
		args = append(args, fmt.Sprint(c.Size))
		if c.Name == "recvmsg" && c.Control > 0 {
			args = append(args, fmt.Sprintf("control %d", c.Control))
		}
		if c.Name == "sendmsg" && c.Ancillary != "" {
			args = append(args, c.Ancillary)
		}
		if c.Flags != 0 {
			args = append(args, flagNames("MSG_", messageFlagNames, c.Flags))
		}
		if c.Name == "sendto" || c.Name == "sendmsg" && !c.Address.IsZero() {
			args = append(args, c.Address.String())
		}
	case "poll":
		args, _ = c.polled()
	case "open", "stat", "unlink":
		args = []string{strconv.Quote(c.Path)}
	case "chmod":
		args = []string{strconv.Quote(c.Path), fmt.Sprintf("%#04o", c.Mode)}
	case "write":
		args = []string{strconv.Quote(c.Path), fmt.Sprint(c.Size)}
	case "sendfile":
		args = append(args, fmt.Sprint(c.Size))
	case "ioctl":
		args = append(args, nameOf("", ioctlRequests, c.Option))
	}
	return args
}

func (c *Call) option() string {
	if name := optionName(c.Level, c.Option); name != "" {
		return name
	}
	return fmt.Sprintf("level %d, option %d", c.Level, c.Option)
}

// optionValue prints an option's value as a scenario would write it.
func (c *Call) optionValue() string {
	if c.Null {
		return fmt.Sprintf("NULL, %d", c.Size)
	}
	named, _ := LookupOption(optionName(c.Level, c.Option))
	o, ok := named.At(c.Level)
	if !ok {
		return fmt.Sprintf("%x", c.Data)
	}
	value := o.Decode(c.Data)
	if info, ok := value.(map[string]any); ok && o.Kind == TCPInfoOption {
		value = info["state"] // the first of dozens
	}
	return printed(value)
}

// printed writes an option's value as a scenario would: {on: true, seconds: 0}.
func printed(value any) string {
	var parts []string
	switch v := value.(type) {
	case []byte:
		return fmt.Sprintf("%x", v)
	case []any:
		for _, item := range v {
			parts = append(parts, printed(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, name+": "+printed(v[name]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	}
	return fmt.Sprint(value)
}

func (c *Call) outcome() string {
	failure := c.Ended
	if c.Errno != 0 {
		failure = c.Errno.Name()
	}
	switch {
	case failure != "" && c.Result > 0:
		return fmt.Sprintf("%d, then %s", c.Result, failure)
	case failure != "":
		return failure
	case c.Name == "socket", c.Name == "dup":
		return fmt.Sprintf("fd %d", c.Result)
	case c.Name == "accept":
		return fmt.Sprintf("fd %d, %s", c.Result, c.Address)
	case c.Pair != [2]int{}:
		return fmt.Sprintf("fd %d, fd %d", c.Pair[0], c.Pair[1])
	case c.Name == "getsockname", c.Name == "getpeername":
		return c.Address.String()
	case c.Name == "getsockopt":
		return c.optionValue()
	case c.Answer != "":
		return c.Answer
	case c.Name == "close" && c.Unread > 0:
		return fmt.Sprintf("%d, %d bytes unread", c.Result, c.Unread)
	case c.Name == "recvmsg":
		return c.message()
	case c.Name == "recvfrom" && !c.Address.IsZero():
		return fmt.Sprintf("%d, %s", c.Result, c.Address)
	}
	switch c.Name {
	case "poll":
		_, outcome := c.polled()
		return outcome
	case "ioctl":
		return c.requested()
	case "open":
		return fmt.Sprintf("fd %d", c.Result)
	}
	return fmt.Sprint(c.Result)
}

// message prints what recvmsg gave.
func (c *Call) message() string {
	parts := []string{fmt.Sprint(c.Result)}
	if !c.Address.IsZero() {
		parts = append(parts, c.Address.String())
	}
	if c.Ancillary != "" {
		parts = append(parts, c.Ancillary)
	}
	if c.Got != 0 {
		parts = append(parts, flagNames("MSG_", messageFlagNames, c.Got))
	}
	return strings.Join(parts, ", ")
}
