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
	{"no_descriptor", "`fcntl`, `ioctl`, `poll`, `select` and `sendfile` refuse a closed socket before any " +
		"call, for its descriptor is -1",
		"they fail with EBADF, as the other calls on a closed socket do",
		"all calls on a closed socket have one error"},
	{"foreign_descriptor", "`socket` with `fileno`, and `fromfd`, take any descriptor of the process",
		"only descriptors of the scenario's sockets are taken; others fail with EBADF",
		"the others belong to the runner"},
	{"all_errors", "`create_connection` has the parameter `all_errors`, with which it raises a group " +
		"of exceptions",
		"there is no such parameter; `errors` always has the error of every attempt",
		"a result can hold both, the last error and all of them"},
	{"negative_backlog", "`listen` makes 0 of a negative backlog",
		"the kernel is given it: Linux takes it for the largest that is allowed",
		"what the kernel does is what is to be seen"},
	{"option_list", "`setsockopt` takes no list", "a list of numbers and constants is ORed",
		"flags can be written one by one, as they can elsewhere"},
	{"other_family", "an IPv4 address for an IPv6 socket is an error of the resolver, EAI_ADDRFAMILY",
		"it is refused as `bad_address`, before any call, as addresses of all other families are",
		"nothing has to be resolved, and the error can name both families"},
	{"cut_numbers", "a scope is cut to 32 bits, and a port of `getnameinfo` to 16",
		"such numbers are refused, or are the name of no interface",
		"the number that was meant is another"},
	{"strict_bool", "a number stands for a flag, as in `setblocking(0)`, and True for the number 1",
		"a flag is true or false, and a number is a number",
		"YAML has both, and a mix of them is more often a slip"},
	{"idna", "names of hosts are encoded with IDNA, and refused where they have no such form",
		"they are looked up as they are",
		"what the resolver is asked is then what was written"},
	{"nodata", "the resolver tells EAI_NODATA, of a name without an address, from EAI_NONAME",
		"both are EAI_NONAME", "the resolver that is asked does not tell them apart"},
	{"nofqdn", "with NI_NOFQDN `getnameinfo` takes away the domain that the resolver knows this " +
		"machine to have",
		"it takes away the domain in this machine's own name, where there is one",
		"the name is at hand without asking a server about it"},
	{"unix_name", "`getnameinfo` takes addresses of IPv4 and IPv6 only",
		"a Unix address gives EAI_FAMILY, as getnameinfo(3) has it",
		"it is an address like others, and the resolver's answer is worth a test"},
	{"expression", "`inet_pton` fails with EAFNOSUPPORT for another family",
		"the functions of expressions have errors in words, without a number",
		"they make no call, and a step whose expression fails is not performed"},
}

// PythonDifferences lists the deliberate differences from Python's socket module.
func PythonDifferences() []Difference { return differences }
