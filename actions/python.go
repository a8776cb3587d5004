package actions

// Difference is where an action does not do what Python's socket module does, on purpose.
type Difference struct {
	Name   string // under which the comparison with Python knows it
	Python string // what Python does
	Here   string // what the action does
	Why    string
}

var differences = []Difference{
	{"close_twice", "the second `close` of a socket does nothing",
		"it fails with EBADF, as close(2) does",
		"a scenario that closes twice has lost track of its sockets"},
	{"zero_size", "`recv(0)` gives nothing without a system call",
		"the system call is made: it takes a datagram away, and waits where nothing has come",
		"what the kernel does is what is to be seen; recvfrom does so in Python too"},
	{"waitall", "under a timeout MSG_WAITALL has no effect, for Python's socket is then non-blocking",
		"it waits for all bytes, as long as the timeout allows",
		"that is what the flag says; whether it works should not hang on a timeout"},
	{"poll_first", "under a timeout a call first waits until poll(2) has something, whatever its flags",
		"the call is tried first: MSG_DONTWAIT and MSG_ERRQUEUE never wait, and a send takes the room " +
			"that is left",
		"the flags say so, and the kernel's answer counts for more than poll's forecast"},
}

// PythonDifferences lists the deliberate differences from Python's socket module.
func PythonDifferences() []Difference { return differences }
