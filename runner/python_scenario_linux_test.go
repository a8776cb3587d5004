package runner

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"

	"netscene/actions/socket"
)

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

// yaml gives the scenario without the steps that are dropped; "" when there is nothing left.
func (c *pythonCase) yaml(dropped map[int]bool) string {
	p := &pythonScenario{c: c, dropped: dropped, opened: map[string]string{},
		address: map[string]string{}, bodies: map[string]*strings.Builder{}}
	for i, s := range c.steps {
		if s.Call != "join" && !dropped[i] {
			p.step(i, s)
		}
	}
	if len(p.actors) == 0 {
		return ""
	}
	text := "actors:\n"
	for _, actor := range p.actors {
		text += "  " + actor + ":\n" + p.bodies[actor].String()
	}
	return text
}

// actor is who performs a step: what a function refuses ends its actor.
func (c *pythonCase) actor(i int) string {
	if c.steps[i].Aside || pythonFunctions[c.steps[i].Call] != "" {
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
	call, arguments := s.action(), p.arguments(s, actor)
	if printed := pythonFunctions[s.Call]; printed != "" {
		arguments = "message: '$(" + fmt.Sprintf(printed, s.expression()) + ")'"
	}
	fmt.Fprintf(b, "    - %s: {%s}\n", call, arguments)
	fmt.Fprintf(b, "      may_fail: [%s]\n", strings.Join(allClasses(), ", "))
	if s.Socket != "" {
		fmt.Fprintf(b, "      on: $(%s)\n", from(p.opened[s.Socket], actor))
	}
	if after := p.after(i, actor); len(after) > 0 {
		fmt.Fprintf(b, "      after: [%s]\n", strings.Join(after, ", "))
	}
	fmt.Fprintf(b, "      as: s%d\n", i)
	for n, name := range s.Opens {
		switch p.opened[name] = p.c.of(i, "") + ".socket"; s.Call {
		case "recvmsg", "socketpair":
			p.opened[name] = fmt.Sprintf("%s.sockets[%d]", p.c.of(i, ""), n)
		case "detach", "fileno":
			p.opened[name] = p.c.of(i, "") + ".fileno"
		case "accept", "create_connection":
			p.address[name] = p.c.of(i, "") + ".local"
		case "create_server":
			p.address[name] = p.c.of(i, "") + ".address"
		}
	}
	if p.address[s.Socket] == "" && s.Call == "bind" || s.Call == "getsockname" {
		p.address[s.Socket] = p.c.of(i, "") + ".address"
	}
}

// action is the name of ours that performs a call.
func (s *pythonStep) action() string {
	switch {
	case pythonFunctions[s.Call] != "":
		return "log"
	case s.Call == "disconnect":
		return "connect"
	case s.Call == "take":
		return "socket"
	case s.Call == "select":
		return "poll"
	}
	return s.Call
}

// expression is the call of a function.
func (s *pythonStep) expression() string {
	var args []string
	for _, arg := range s.Args {
		if arg[0] == "data" {
			arg[1] = fmt.Sprintf("unhex(%q)", arg[1])
		}
		args = append(args, arg[1])
	}
	return s.Call + "(" + strings.Join(args, ", ") + ")"
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
	if pythonFunctions[p.c.steps[i].Call] != "" {
		return nil
	}
	joins := i > 0 && p.c.steps[i-1].Call == "join"
	above := false // what the step follows is found
	for n := i - 1; n >= 0 && (joins || !above); n-- {
		s := p.c.steps[n]
		of := p.c.of(n, actor)
		switch {
		case s.Call == "join" || p.dropped[n] || pythonFunctions[s.Call] != "":
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
		case kind == "polled":
			args = append(args, name+": "+p.polled(text, actor))
		case kind == "path":
			args = append(args, name+": $(tmp)"+text)
		case kind == "fd" && p.opened[text] != "":
			args = append(args, name+": $("+from(p.opened[text], actor)+")")
		case kind == "data":
			fill, count, filled := strings.Cut(text, "*")
			args = append(args, fmt.Sprintf("%s: {hex: %q}", name, fill))
			if filled {
				args[len(args)-1] = fmt.Sprintf("%s: {repeat: {hex: %q}, count: %s}", name, fill, count)
			}
		default:
			args = append(args, name+": "+cmp.Or(yamlNumbers[text], text))
		}
	}
	return strings.Join(args, ", ")
}

// yamlNumbers are those that JSON writes otherwise, where it has them at all.
var yamlNumbers = map[string]string{"NaN": ".nan", "Infinity": ".inf"}

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

// polled gives the sockets of a poll, each of which is a list of its name and its events.
func (p *pythonScenario) polled(text, actor string) string {
	var list [][]string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return text
	}
	var items []string
	for _, one := range list {
		item := `socket: "$(` + from(p.opened[one[0]], actor) + `)"`
		if len(one) > 1 {
			item += ", events: [" + strings.Join(one[1:], ", ") + "]"
		}
		items = append(items, "{"+item+"}")
	}
	return "[" + strings.Join(items, ", ") + "]"
}

func (p *pythonScenario) endpoint(text, actor string) string {
	switch text[0] {
	case '@':
		return "$(" + from(p.address[text[1:]], actor) + ")"
	case '{':
		return text
	}
	if path, ok := strings.CutPrefix(text, "unix:/"); ok {
		text = "unix:$(tmp)/" + path
	} else if name, ok := strings.CutPrefix(text, "unix:@"); ok {
		text = "unix:@$(tmp)" + name
	}
	quoted, _ := json.Marshal(text)
	return string(quoted)
}
