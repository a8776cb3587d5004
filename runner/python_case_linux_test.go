package runner

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"netscene/actions/socket"
)

// pythonCase is what both sides play. In the files of testdata/python it is a title and, indented,
// its steps:
//
//	[NAMES =] [SOCKET] CALL [ARGUMENT]... [&] [!DIFFERENCE: OUTCOME]
//
// NAMES are those of the sockets that the call opens. The arguments are in Python's order: numbers
// and constants, ORed with |; data as "text" or "x"*COUNT; addresses as scenarios write them, or
// @SOCKET for a socket's own, with Unix paths below a directory of the case; JSON, without blanks
// outside its mappings, for the rest: in ancillary data a socket that is sent is named.
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

	line    string
	differs string // the name of the difference
	here    string // what comes of the step here, where it differs
}

// pythonParams are the parameters of each call in Python's order, with the kinds of their
// arguments; ours have the same names.
var pythonParams = map[string]string{
	"socket": "family:word type:word proto:word", "accept": "", "bind": "address:address",
	"listen": "backlog:word", "connect": "address:address", "connect_ex": "address:address",
	"create_connection": "address:address timeout:json source_address:address",
	"disconnect":        "", "close": "", "shutdown": "how:word",
	"recv": "size:word flags:word", "recvfrom": "size:word flags:word",
	"send": "data:data flags:word", "sendall": "data:data flags:word",
	"recv_into":     "buffer:data nbytes:word flags:word",
	"recvfrom_into": "buffer:data nbytes:word flags:word",
	"recvmsg":       "size:word ancbufsize:word flags:word",
	"recvmsg_into":  "buffers:json ancbufsize:word flags:word",
	"socketpair":    "family:word type:word proto:word",
	"sendmsg":       "buffers:json ancillary:messages flags:word address:address",
	"sendto":        "data:data address:address flags:word", "getsockname": "", "getpeername": "",
	"setsockopt": "option:text value:json", "getsockopt": "option:text size:json",
	"settimeout": "timeout:json", "setblocking": "flag:json", "join": "",
}

func readPythonCases(t *testing.T) []*pythonCase {
	t.Helper()
	files, err := filepath.Glob("testdata/python/*.txt")
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
			}
		}
	}
	return cases
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
		if kind == "data" {
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
	text, err := strconv.Unquote(word[:quote+1])
	return hex.EncodeToString([]byte(text)) + word[quote+1:], err
}

// pythonScenario is a case as a scenario. Its steps are called s0, s1 and so on; those that go on
// aside each have an actor of their own.
type pythonScenario struct {
	c       *pythonCase
	dropped map[int]bool
	opened  map[string]string // the handle of each socket, as an expression of a step's name
	address map[string]string // its own address, likewise
	actors  []string
	bodies  map[string]*strings.Builder
}

// yaml gives the scenario without the steps that are dropped.
func (c *pythonCase) yaml(dropped map[int]bool) string {
	p := &pythonScenario{c: c, dropped: dropped, opened: map[string]string{},
		address: map[string]string{}, bodies: map[string]*strings.Builder{}}
	for i, s := range c.steps {
		if s.Call != "join" && !dropped[i] {
			p.step(i, s)
		}
	}
	text := "actors:\n"
	for _, actor := range p.actors {
		text += "  " + actor + ":\n" + p.bodies[actor].String()
	}
	return text
}

// pythonActor is who performs a step.
func (c *pythonCase) actor(i int) string {
	if c.steps[i].Aside {
		return fmt.Sprintf("w%d", i)
	}
	return "main"
}

// of names step i for an actor.
func (c *pythonCase) of(i int, actor string) string {
	if name := c.actor(i); name != actor {
		return fmt.Sprintf("%s.s%d", name, i)
	}
	return fmt.Sprintf("s%d", i)
}

func (p *pythonScenario) step(i int, s *pythonStep) {
	actor := p.c.actor(i)
	if p.bodies[actor] == nil {
		p.actors, p.bodies[actor] = append(p.actors, actor), &strings.Builder{}
	}
	b := p.bodies[actor]
	call := s.Call
	if call == "disconnect" {
		call = "connect"
	}
	fmt.Fprintf(b, "    - %s: {%s}\n      as: s%d\n", call, p.arguments(s, actor), i)
	fmt.Fprintf(b, "      may_fail: [%s]\n", strings.Join(allClasses(), ", "))
	if s.Socket != "" {
		fmt.Fprintf(b, "      on: $(%s)\n", from(p.opened[s.Socket], actor))
	}
	if after := p.after(i, actor); len(after) > 0 {
		fmt.Fprintf(b, "      after: [%s]\n", strings.Join(after, ", "))
	}
	for n, name := range s.Opens {
		p.opened[name] = p.c.of(i, "") + ".socket"
		if len(s.Opens) > 1 || s.Call == "recvmsg" {
			p.opened[name] = fmt.Sprintf("%s.sockets[%d]", p.c.of(i, ""), n)
		}
		if s.Call == "accept" || s.Call == "create_connection" {
			p.address[name] = p.c.of(i, "") + ".local"
		}
	}
	if p.address[s.Socket] == "" && s.Call == "bind" || s.Call == "getsockname" {
		p.address[s.Socket] = p.c.of(i, "") + ".address"
	}
}

func allClasses() []string {
	var names []string
	for _, class := range socket.Classes() {
		names = append(names, string(class))
	}
	return names
}

// from makes a reference to what an actor's step gave one that the actor itself can use.
func from(reference, actor string) string { return strings.TrimPrefix(reference, actor+".") }

// after lists what must have happened before a step: the one above it, and behind a join all that
// went on aside.
func (p *pythonScenario) after(i int, actor string) []string {
	var after []string
	joins := i > 0 && p.c.steps[i-1].Call == "join"
	above := false // what the step follows is found
	for n := i - 1; n >= 0 && (joins || !above); n-- {
		s := p.c.steps[n]
		of := p.c.of(n, actor)
		switch {
		case s.Call == "join" || p.dropped[n]:
		case s.Aside && joins:
			after = append(after, of)
		case s.Aside:
			return append(after, "{parked: "+of+"}")
		case !above:
			above = true
			if p.c.actor(n) != actor {
				after = append(after, of)
			}
		}
	}
	return after
}

func (p *pythonScenario) arguments(s *pythonStep, actor string) string {
	if s.Call == "disconnect" {
		return "address: {family: unspec}"
	}
	var args []string
	for i, arg := range s.Args {
		name, _, _ := strings.Cut(strings.Fields(pythonParams[s.Call])[i], ":")
		level, number, isNumber := strings.Cut(arg[1], "/")
		switch kind, text := arg[0], arg[1]; {
		case kind == "text" && isNumber:
			args = append(args, "level: "+level, "option: "+number)
		case kind == "word" && strings.Contains(text, "|"):
			args = append(args, name+": ["+strings.ReplaceAll(text, "|", ", ")+"]")
		case kind == "address":
			args = append(args, name+": "+p.endpoint(text, actor))
		case kind == "messages":
			args = append(args, name+": "+p.messages(text, actor))
		case kind == "data":
			fill, count, filled := strings.Cut(text, "*")
			args = append(args, fmt.Sprintf("%s: {hex: %q}", name, fill))
			if filled {
				args[len(args)-1] = fmt.Sprintf("%s: {repeat: {hex: %q}, count: %s}", name, fill, count)
			}
		default:
			args = append(args, name+": "+text)
		}
	}
	return strings.Join(args, ", ")
}

// socketName is a socket in a list of those that are sent.
var socketName = regexp.MustCompile(`([[,])"([a-z]+)"`)

// messages gives ancillary data, in which sockets are named.
func (p *pythonScenario) messages(text, actor string) string {
	return socketName.ReplaceAllStringFunc(text, func(found string) string {
		m := socketName.FindStringSubmatch(found)
		if p.opened[m[2]] == "" {
			return found // a key
		}
		return m[1] + `"$(` + from(p.opened[m[2]], actor) + `)"`
	})
}

func (p *pythonScenario) endpoint(text, actor string) string {
	if text[0] == '@' {
		return "$(" + from(p.address[text[1:]], actor) + ")"
	}
	if path, ok := strings.CutPrefix(text, "unix:/"); ok {
		text = "unix:$(tmp)/" + path
	} else if name, ok := strings.CutPrefix(text, "unix:@"); ok {
		text = "unix:@$(tmp)" + name
	}
	quoted, _ := json.Marshal(text)
	return string(quoted)
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

// uses lists the calls that a case makes.
func (c *pythonCase) uses() []string {
	var calls []string
	for _, s := range c.steps {
		if !slices.Contains(calls, s.Call) {
			calls = append(calls, s.Call)
		}
	}
	return calls
}
