package scenarios

import (
	"bufio"
	"os/exec"
	"strings"
	"testing"

	"netscene/runner"
)

// echoServer is a server that is not ours: Python's socketserver, which tells its address.
const echoServer = `
import socketserver

class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)

with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
    print("%s:%d" % server.server_address, flush=True)
    server.serve_forever()
`

// TestService runs the scenario about somebody else's server against a real one.
func TestService(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed: ", err)
	}
	server := exec.Command(python, "-c", echoServer)
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	defer server.Wait()
	defer server.Process.Kill()
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	vars := runner.Vars{Text: map[string]string{"addr": strings.TrimSpace(address)}}
	run(t, load(t, "service/echo_service.yaml", vars), runner.Options{})
}
