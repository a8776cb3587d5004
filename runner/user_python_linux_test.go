package runner_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"netscene/actions"
	"netscene/runner"
)

// asUser are calls of another user: a statement in Python, in a process that is wholly that user,
// and the step here.
var asUser = []struct{ python, step string }{
	{"socket.socket(socket.AF_UNIX).connect(path)", "connect: unix:$(tmp)/s"},
	{"os.chmod(path, 0o666)", "chmod: {path: $(tmp)/s, mode: '0666'}"},
	{"os.unlink(path)", "unlink: $(tmp)/s"},
	{"socket.socket(socket.AF_UNIX).bind(path + '2')", "bind: unix:$(tmp)/s2"},
	{"os.stat(path)", "stat: $(tmp)/s"},
	{"socket.socket().bind(('127.0.0.1', 1023))", "create_server: 127.0.0.1:1023"},
	{"socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)", "socket: {type: raw, proto: 1}"},
	{"socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)", "socket: {family: packet, type: raw}"},
	{"a.setsockopt(1, socket.SO_PRIORITY, 7)", "setsockopt: {option: SO_PRIORITY, value: 7}"},
	{"a.setsockopt(1, 33, 7)", "setsockopt: {option: SO_RCVBUFFORCE, value: 7}"},
	{"a.setsockopt(1, socket.SO_RCVBUF, 9999)", "setsockopt: {option: SO_RCVBUF, value: 9999}"},
	{"a.sendmsg([b'x'], [(1, 2, struct.pack('3i', os.getpid(), 0, 0))])",
		"sendmsg: {buffers: [x], ancillary: [{type: SCM_CREDENTIALS, uid: 0, gid: 0}]}"},
	{"a.sendmsg([b'x'], [(1, 2, struct.pack('3i', os.getpid(), 65534, 65534))])",
		"sendmsg: {buffers: [x], ancillary: [{type: SCM_CREDENTIALS}]}"},
	{"a.sendmsg([b'x'], [(1, 2, struct.pack('3i', 1, 65534, 65534))])",
		"sendmsg: {buffers: [x], ancillary: [{type: SCM_CREDENTIALS, pid: 1}]}"},
}

const pythonAsUser = `
import errno, json, os, socket, struct, sys, tempfile
folder = tempfile.mkdtemp()
os.chmod(folder, 0o755)
path = folder + '/s'
listener = socket.socket(socket.AF_UNIX)
listener.bind(path)
listener.listen()
os.chmod(path, 0o600)
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
if os.fork() == 0:
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
    results = []
    for call in json.loads(sys.argv[1]):
        try:
            exec(call)
            results.append('')
        except OSError as e:
            results.append(errno.errorcode[e.errno])
    print(json.dumps(results))
    sys.stdout.flush()
    os._exit(0)
os.wait()
os.unlink(path)
os.rmdir(folder)
`

// TestUserAsInPython makes the calls of a whole process of another user with Python, and here the
// same as single steps of one that is root: the kernel must answer alike.
func TestUserAsInPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil || os.Getuid() != 0 {
		t.Skip("it takes python3 and root:", err)
	}
	var calls []string
	for _, c := range asUser {
		calls = append(calls, c.python)
	}
	list, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", pythonAsUser, string(list)).Output()
	var theirs []string
	if err == nil {
		err = json.Unmarshal(out, &theirs)
	}
	if err != nil || len(theirs) != len(calls) {
		t.Fatalf("%v\n%s", err, out)
	}
	var text strings.Builder
	text.WriteString("requires: root\nactors:\n  a:\n    - socket: {family: unix}\n      as: server\n" +
		"    - bind: unix:$(tmp)/s\n      as: at\n    - listen\n" +
		"    - chmod: {path: $(tmp)/s, mode: '0600'}\n      as: closed\n")
	refused := 0
	for i, c := range asUser {
		on := "socketpair: {type: dgram}"
		if word, _, _ := strings.Cut(c.step, ":"); word == "connect" || word == "bind" {
			on = "socket: {family: unix}"
		}
		fmt.Fprintf(&text, "    - %s\n      as: on_%d\n    - %s\n      as: step_%d\n      user: 65534\n",
			on, i, c.step, i)
		if theirs[i] != "" {
			refused++
			fmt.Fprintf(&text, "      fails: %s\n", theirs[i])
		}
	}
	if refused == 0 || refused == len(asUser) {
		t.Errorf("Python has %d of %d refused", refused, len(asUser))
	}
	r := compile(t, text.String()).Run(context.Background(), runner.Options{})
	switch r.Status {
	case actions.Passed:
	case actions.Skipped:
		t.Skip(r.Reason)
	default:
		t.Errorf("%v\n%s", theirs, render(r.Failures...))
	}
}
