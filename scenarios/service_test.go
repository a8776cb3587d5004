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

// httpServer is Python's http.server, which tells its address.
const httpServer = `
import http.server, json, urllib.parse

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        url = urllib.parse.urlsplit(self.path)
        if url.path == "/chunks":
            return self.chunks()
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = json.dumps({"type": self.headers["Content-Type"], "body": body,
                             **urllib.parse.parse_qs(url.query)}).encode()
        self.send_response(200)
        self.send_header("Content-Length", len(answer))
        self.end_headers()
        self.wfile.write(answer)

    def chunks(self):
        parts = []
        while size := int(self.rfile.readline(), 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        self.send_response(200)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for part in b",".join(parts), b"":
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))

    def log_message(self, *args):
        pass

with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
    print("%s:%d" % server.server_address, flush=True)
    server.serve_forever()
`

// TestService runs the scenarios about somebody else's server against real ones.
func TestService(t *testing.T) {
	t.Run("echo", func(t *testing.T) { serve(t, echoServer, "service/echo_service.yaml") })
	t.Run("http", func(t *testing.T) { serve(t, httpServer, "service/http_service.yaml") })
}

// serve starts a server and runs a scenario against it.
func serve(t *testing.T, program, scenario string) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed: ", err)
	}
	server := exec.Command(python, "-c", program)
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
	run(t, load(t, scenario, vars), runner.Options{})
}
