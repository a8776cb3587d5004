package runner

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// pythonCase is what both sides play. In the files of testdata/python it is a title and, indented,
// its steps:
//
//	[NAMES =] [SOCKET] CALL [ARGUMENT]... [&] [!DIFFERENCE: OUTCOME]
//
// NAMES are those of the sockets that the call opens. The arguments are in Python's order: numbers
// and constants, ORed with |; data as "text" or "x"*COUNT; addresses as scenarios write them, or
// @SOCKET for a socket's own, or JSON mappings, with Unix paths below a directory of the case; JSON
// for the rest, without blanks outside its mappings: in ancillary data and in a poll sockets are
// named. An argument behind = is JSON as it is, for one of a wrong type. NAMES of detach and fileno
// are those of the numbers that they give, which are arguments too.
// With & another thread performs the step, and the next one begins when it waits in the call; join
// waits for all of those. DIFFERENCE names a deliberate one, which there must be, and OUTCOME is
// what comes here.
type pythonCase struct {
	title string
	steps []*pythonStep
}

type pythonStep struct {
	Socket string      `json:"socket"`
	Call   string      `json:"call"`
	Args   [][2]string `json:"args"` // kind and text
	Opens  []string    `json:"opens"`
	Aside  bool        `json:"aside"`
	Limit  float64     `json:"limit"` // the timeout in effect, in seconds; 0 for none

	line    string
	differs string // the name of the difference
	here    string // what comes of the step here, where it differs
}

// pythonParams are the parameters of each call in Python's order, with the kinds of their
// arguments; ours have the same names. What lacks an action of its name is another use of one.
var pythonParams = map[string]string{
	"socket": "family:word type:word proto:word", "accept": "", "bind": "address:address",
	"take":   "fileno:fd family:word type:word proto:word",
	"fromfd": "fd:fd family:word type:word proto:word",
	"listen": "backlog:word", "connect": "address:address", "connect_ex": "address:address",
	"create_connection": "address:address timeout:json source_address:address all_errors:json",
	"create_server": "address:address family:word backlog:json reuse_port:json " +
		"dualstack_ipv6:json",
	"disconnect": "", "close": "", "shutdown": "how:word", "dup": "", "detach": "", "fileno": "",
	"recv": "size:word flags:word", "recvfrom": "size:word flags:word",
	"send": "data:data flags:word", "sendall": "data:data flags:word",
	"recv_exactly": "size:json", "recv_until": "delimiter:data limit:json",
	"recv_line": "limit:json", "recv_all": "limit:json", "send_line": "line:data crlf:json",
	"recv_into":     "buffer:data nbytes:word flags:word",
	"recvfrom_into": "buffer:data nbytes:word flags:word",
	"recvmsg":       "size:word ancbufsize:word flags:word",
	"recvmsg_into":  "buffers:json ancbufsize:word flags:word",
	"socketpair":    "family:word type:word proto:word",
	"sendmsg":       "buffers:json ancillary:messages flags:word address:address",
	"sendto":        "data:data address:address flags:word", "getsockname": "", "getpeername": "",
	"sendfile":   "file:name offset:json count:json",
	"setsockopt": "option:text value:json optlen:json", "getsockopt": "option:text size:json",
	"settimeout": "timeout:json", "setblocking": "flag:json", "gettimeout": "", "getblocking": "",
	"get_inheritable": "", "set_inheritable": "inheritable:json",
	"fcntl": "cmd:word arg:word", "ioctl": "request:word", "tcp_info": "",
	"poll": "sockets:polled timeout:json", "select": "sockets:polled timeout:json",
	"stat": "path:path", "chmod": "path:path mode:json", "unlink": "path:path",
	"read_file": "path:path", "write_file": "path:path data:data",
	"getaddrinfo": "host:json port:json family:word type:word proto:word flags:word",
	"getnameinfo": "address:address flags:word", "gethostbyname": "host:json",
	"gethostbyname_ex": "host:json", "gethostbyaddr": "host:json", "getfqdn": "name:json",
	"gethostname": "", "getservbyname": "service:json protocol:json",
	"getservbyport": "port:json protocol:json", "getprotobyname": "protocol:json",
	"if_nameindex": "", "if_nametoindex": "ifname:json", "if_indextoname": "ifindex:json",
	"inet_aton": "text:json", "inet_ntoa": "packed:data", "inet_pton": "family:word text:json",
	"inet_ntop": "family:word packed:data", "htons": "x:json", "ntohs": "x:json", "htonl": "x:json",
	"ntohl": "x:json", "CMSG_LEN": "x:json", "CMSG_SPACE": "x:json",
	"join": "",
}

// pythonFunctions are the calls that are functions of expressions here, with how their result is
// printed.
var pythonFunctions = map[string]string{"inet_aton": "hex(%s)", "inet_pton": "hex(%s)",
	"inet_ntoa": "%s", "inet_ntop": "%s", "htons": "string(%s)", "ntohs": "string(%s)",
	"htonl": "string(%s)", "ntohl": "string(%s)", "CMSG_LEN": "string(%s)",
	"CMSG_SPACE": "string(%s)"}

// readPythonCases reads the files of testdata/python that match a pattern.
func readPythonCases(t *testing.T, pattern string) []*pythonCase {
	t.Helper()
	files, err := filepath.Glob("testdata/python/" + pattern)
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	var cases []*pythonCase
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(text), "\n") {
			switch trimmed := strings.TrimSpace(line); {
			case trimmed == "" || strings.HasPrefix(line, "#"):
			case line == trimmed:
				cases = append(cases, &pythonCase{title: line})
			default:
				step, err := parsePythonStep(trimmed)
				if err != nil {
					t.Fatalf("%s:%d: %s: %v", file, n+1, trimmed, err)
				}
				c := cases[len(cases)-1]
				c.steps = append(c.steps, step)
				c.limit(step)
			}
		}
	}
	return cases
}

// nameServer says whether one answers soon, and truthfully.
func nameServer() bool {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, err := net.DefaultResolver.LookupHost(ctx, "name.invalid")
	var failed *net.DNSError
	return errors.As(err, &failed) && failed.IsNotFound
}

// limit finds the timeout under which the case's last step is: the call's own, else that of its
// socket, else the kernel's.
func (c *pythonCase) limit(last *pythonStep) {
	switch last.Call {
	case "poll", "select", "create_connection":
		last.Limit = last.seconds(1)
		return
	}
	type timeouts struct {
		own, kernels float64
		none         bool // the socket has none of its own
	}
	of := map[string]timeouts{}
	for _, s := range c.steps {
		t, known := of[s.Socket]
		if !known {
			t.none = true
		}
		switch {
		case s == last && t.none:
			s.Limit = t.kernels
		case s == last:
			s.Limit = t.own
		case s.Call == "create_connection" && len(s.Opens) == 1:
			of[s.Opens[0]] = timeouts{own: s.seconds(1), none: s.seconds(1) == 0}
		case s.Call == "dup" && len(s.Opens) == 1:
			of[s.Opens[0]] = t
		case s.Call == "settimeout", s.Call == "setblocking":
			t.own, t.none = s.seconds(0), s.Args[0][1] == "null" || s.Args[0][1] == "true"
			of[s.Socket] = t
		case s.Call == "setsockopt" && strings.HasSuffix(s.Args[0][1], "TIMEO"):
			t.kernels = s.seconds(1)
			of[s.Socket] = t
		}
	}
}

// seconds gives an argument that is a number of seconds; 0 for another, or none.
func (s *pythonStep) seconds(i int) float64 {
	if i >= len(s.Args) {
		return 0
	}
	n, err := strconv.ParseFloat(s.Args[i][1], 64)
	if err != nil || n > 1e6 || n != n { // which no case waits for
		return 0
	}
	return n
}

func parsePythonStep(line string) (*pythonStep, error) {
	s := &pythonStep{line: line, Args: [][2]string{}}
	if names, rest, opens := strings.Cut(line, " = "); opens {
		s.Opens, line = strings.Fields(names), rest
	}
	line, differs, _ := strings.Cut(line, " !")
	s.differs, s.here, _ = strings.Cut(differs, ": ")
	words := pythonWords(line)
	if words[len(words)-1] == "&" {
		s.Aside, words = true, words[:len(words)-1]
	}
	if _, isCall := pythonParams[words[0]]; !isCall {
		s.Socket, words = words[0], words[1:]
	}
	if len(words) == 0 {
		return nil, fmt.Errorf("no call")
	}
	s.Call, words = words[0], words[1:]
	spec, known := pythonParams[s.Call]
	params := strings.Fields(spec)
	if !known || len(words) > len(params) {
		return nil, fmt.Errorf("no such call, or too many arguments")
	}
	for i, word := range words {
		_, kind, _ := strings.Cut(params[i], ":")
		if raw, asItIs := strings.CutPrefix(word, "="); asItIs {
			kind, word = "json", raw
		} else if kind == "data" {
			var err error
			if word, err = pythonData(word); err != nil {
				return nil, err
			}
		}
		s.Args = append(s.Args, [2]string{kind, word})
	}
	return s, nil
}

// pythonWords splits a line at blanks that stand outside quotes and braces.
func pythonWords(line string) []string {
	depth, quoted := 0, false
	return strings.FieldsFunc(line, func(r rune) bool {
		switch r {
		case '"':
			quoted = !quoted
		case '{':
			depth++
		case '}':
			depth--
		}
		return r == ' ' && !quoted && depth == 0
	})
}

// pythonData gives data in hexadecimal, with *COUNT where it is repeated.
func pythonData(word string) (string, error) {
	quote := strings.LastIndexByte(word, '"')
	if quote < 0 {
		return "", fmt.Errorf("%s is no data", word)
	}
	text, err := strconv.Unquote(word[:quote+1])
	return hex.EncodeToString([]byte(text)) + word[quote+1:], err
}

// indexAt gives the step that stands in a line of the scenario, by the name in the line below.
func indexAt(text string, line int) (int, bool) {
	lines := strings.Split(text, "\n")
	for _, l := range lines[min(line-1, len(lines)):] {
		if name, ok := strings.CutPrefix(strings.TrimSpace(l), "as: s"); ok {
			i, err := strconv.Atoi(name)
			return i, err == nil
		}
	}
	return 0, false
}
