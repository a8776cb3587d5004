package host

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"netscene/actions/socket"
)

// answer is our side of player.
func answer(t *testing.T, q question) string {
	var got string
	var err error
	h := host()
	text := func(i int) *string {
		switch v := q.Args[i].(type) {
		case string:
			return &v
		case int:
			s := strconv.Itoa(v)
			return &s
		}
		return nil
	}
	switch q.Call {
	case "getaddrinfo":
		got, err = addrInfoAnswer(h, AddrInfoQuery{Host: text(0), Service: text(1),
			Family: q.Args[2].(int), Type: q.Args[3].(int), Proto: q.Args[4].(int),
			Flags: q.Args[5].(int)})
	case "getnameinfo":
		infos, failed := h.GetAddrInfo(AddrInfoQuery{Host: text(0), Service: text(1)})
		if failed != nil {
			t.Fatal(failed)
		}
		var name, service string
		name, service, err = h.GetNameInfo(infos[0].Address, q.Args[2].(int))
		got = name + " " + service
	case "if_nameindex":
		var list []Interface
		list, err = h.IfNameIndex()
		var parts []string
		for _, one := range list {
			parts = append(parts, fmt.Sprintf("%d/%s", one.Index, one.Name))
		}
		got = strings.Join(parts, " ")
	default:
		got, err = simpleAnswer(h, q)
	}
	if err != nil {
		return fmt.Sprintf("error %d", socket.AsError(err).Errno)
	}
	return got
}

func addrInfoAnswer(h Host, q AddrInfoQuery) (string, error) {
	found, err := h.GetAddrInfo(q)
	var parts []string
	for _, f := range found {
		part := fmt.Sprintf("%d/%d/%d/%s/%s#%d", f.Family, f.Type, f.Proto, f.CanonName,
			f.Address.Host(), f.Address.Port())
		if scope := f.Address.Scope(); scope != 0 {
			part += fmt.Sprintf("%%%d", scope)
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " "), err
}

func simpleAnswer(h Host, q question) (string, error) {
	number := func(n int, err error) (string, error) { return strconv.Itoa(n), err }
	if len(q.Args) == 0 {
		return h.GetHostName()
	}
	name, _ := q.Args[0].(string)
	n, _ := q.Args[0].(int)
	switch q.Call {
	case "gethostbyname":
		return h.GetHostByName(name)
	case "gethostbyaddr":
		found, err := h.GetHostByAddr(name)
		return found.String(), err
	case "getfqdn":
		return h.GetFQDN(name)
	case "getservbyname":
		return number(h.GetServByName(name, nil))
	case "getservbyport":
		return h.GetServByPort(n, nil)
	case "getprotobyname":
		return number(h.GetProtoByName(name))
	case "if_nametoindex":
		return number(h.IfNameToIndex(name))
	}
	return h.IfIndexToName(n)
}

// asked has Python answer questions.
func asked(t *testing.T, all []question) []string {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	cmd := exec.Command(python, "-c", player)
	input, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin = strings.NewReader(string(input))
	var failure strings.Builder
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err, failure.String())
	}
	var answers []string
	for line := range strings.Lines(string(out)) {
		var text string
		if err := json.Unmarshal([]byte(line), &text); err != nil {
			t.Fatal(err)
		}
		answers = append(answers, text)
	}
	if len(answers) != len(all) {
		t.Fatalf("%d answers to %d questions", len(answers), len(all))
	}
	return answers
}

// TestPython asks Python's socket module the same questions.
func TestPython(t *testing.T) {
	if err := Probe("netdb"); err != nil {
		t.Skip(err)
	}
	all := questions()
	wrong, answered := 0, 0
	for i, want := range asked(t, all) {
		got := answer(t, all[i])
		if !strings.HasPrefix(got, "error") {
			answered++
		}
		if all[i].Call == "if_nametoindex" && got == "error 19" {
			got = "error 0" // Python before 3.14 has no number for it
		}
		if got != want && wrong < 20 {
			wrong++
			t.Errorf("%s%v:\nours   %s\nPython %s", all[i].Call, all[i].Args, got, want)
		}
	}
	if len(all) < 1000 || answered < 500 {
		t.Errorf("only %d questions, %d with an answer", len(all), answered)
	}
	t.Logf("%d questions, %d with an answer", len(all), answered)
}
