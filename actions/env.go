package actions

import (
	"io/fs"
	"time"

	"netscene/actions/gate"
	"netscene/actions/host"
	"netscene/actions/socket"
)

// Gate is told of every wait of a run; see package gate.
type Gate = gate.Gate

// Env is the world as one actor may touch it. Its methods are called from the actor's goroutine.
type Env interface {
	Network
	Clock
	Files
	// Log writes a line of the scenario's own to the event stream.
	Log(level, text string)
}

// Network opens sockets and turns addresses as written into addresses that may be used.
type Network interface {
	// Caller makes the actor's system calls and waits.
	Caller() *socket.Caller
	// Open opens a socket on the actor's host.
	Open(family, typ, proto int) (*socket.Socket, error)
	// Sockets holds the sockets of the run, which are found there by their descriptors.
	Sockets() *socket.Table
	// Host is asked for names and interfaces.
	Host() host.Host
	// Addresses resolves an endpoint for a family (AF_UNSPEC: any) and a use, at least one address
	// or an error. Names are resolved once: what comes back is checked, and is to be used as it is.
	Addresses(e socket.Endpoint, family int, use Use) ([]socket.Address, error)
}

// Files are files that a step may touch. Their names are relative to the scenario's folder.
type Files interface {
	// ReadFile reads a file.
	ReadFile(name string) ([]byte, error)
	// OpenFile opens a file for reading.
	OpenFile(name string) (socket.File, error)
	// Stat tells what is at a path beside the scenario or in its temporary directory.
	Stat(name string) (fs.FileInfo, error)
	// Chmod sets the permissions of such a file; outside the temporary directory only a socket's.
	Chmod(name string, mode fs.FileMode) error
	// WriteFile writes a file in the temporary directory; one that is not there gets the mode.
	WriteFile(name string, data []byte, mode fs.FileMode) error
	// Unlink removes such a file's name; outside the temporary directory only a socket's.
	Unlink(name string) error
}

// Clock is the time of a run.
type Clock interface {
	Now() time.Time
	// Sleep waits; it returns early with the cause when the actor is cancelled.
	Sleep(d time.Duration) error
}

// Use is what an address is for.
type Use uint8

// The uses of an address.
const (
	ToBind Use = iota
	ToConnect
	ToSend
	ToAsk // the kernel, about a socket that has it
)

// Call is one performance of an action.
type Call struct {
	Env
	// Socket is the one that the step acts on: nil when the action uses none.
	Socket *socket.Socket
}

// Address resolves an endpoint for the step's socket to a single address.
func (c *Call) Address(e Endpoint, use Use) (socket.Address, error) {
	found, err := c.Addresses(e.Endpoint, c.Socket.Family(), use)
	if err != nil {
		return socket.Address{}, err
	}
	return found[0], nil
}
