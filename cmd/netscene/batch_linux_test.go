package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"netscene/runner"
)

// TestLibraryIsSteady runs the library three times with many jobs: the reports are the same.
func TestLibraryIsSteady(t *testing.T) {
	first := ""
	for range 3 {
		got := call("", "run", "--jobs", "8", "../../scenarios")
		if got.code != 0 {
			t.Fatalf("exit code %d\n%s%s", got.code, got.out, got.err)
		}
		if text := normal(got.out); first == "" {
			first = text
		} else if text != first {
			t.Errorf("this report differs:\n%s\nfrom the first:\n%s", text, first)
		}
	}
}

// guests is a listener for scenarios that connect, say who they are, and end when they get a reply.
type guests struct {
	net.Listener
	dir string
}

const guest = `
name: %[1]s
open: true
actors:
  guest:
    - create_connection: %[2]s
    - sendall: "%[1]s\n"
    - recv: 16
      expect: data == "go on"
`

func newGuests(t *testing.T) *guests {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return &guests{l, t.TempDir()}
}

// file writes the scenario of a guest.
func (g *guests) file(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join(g.dir, name+".yaml")
	text := fmt.Sprintf(guest, name, g.Addr())
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// accept takes the next guest.
func (g *guests) accept(t *testing.T) (name string, c net.Conn) {
	t.Helper()
	c, err := g.Accept()
	if err != nil {
		t.Fatal(err)
	}
	name, err = bufio.NewReader(c).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(name), c
}

// release lets a guest go on and waits until its run has closed the connection.
func release(t *testing.T, c net.Conn, reply string) {
	t.Helper()
	defer c.Close()
	if _, err := io.WriteString(c, reply); err != nil {
		t.Fatal(err)
	}
	io.Copy(io.Discard, c)
}

// started runs the command beside the test; lines is its report.
func started(args ...string) (lines *bufio.Scanner, ended <-chan int) {
	r, w := io.Pipe()
	done := make(chan int, 1)
	go func() {
		code := execute(args, streams{strings.NewReader(""), w, io.Discard})
		w.Close()
		done <- code
	}()
	return bufio.NewScanner(r), done
}

// TestJobs has three scenarios that can end only when all have begun, and end in reverse order.
func TestJobs(t *testing.T) {
	g := newGuests(t)
	names := []string{"ann", "bob", "cat"}
	args := []string{"run", "--jobs", "3"}
	for _, name := range names {
		args = append(args, g.file(t, name))
	}
	lines, ended := started(args...)
	here := map[string]net.Conn{}
	for range names {
		name, c := g.accept(t)
		here[name] = c
	}
	for _, name := range slices.Backward(names) {
		release(t, here[name], "go on")
	}
	for _, name := range names {
		if !lines.Scan() || !strings.Contains(lines.Text(), name+".yaml  "+name) {
			t.Errorf("instead of %s comes %q", name, lines.Text())
		}
	}
	if lines.Scan(); !strings.HasPrefix(lines.Text(), "3 passed, 0 failed, 0 skipped in ") {
		t.Errorf("the summary is %q", lines.Text())
	}
	if code := <-ended; code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestFailFast has one scenario fail while another runs, which is left to finish; a third does not
// start.
func TestFailFast(t *testing.T) {
	g := newGuests(t)
	lines, ended := started("run", "--jobs", "2", "--fail-fast", g.file(t, "ann"), g.file(t, "bob"),
		g.file(t, "cat"))
	here := map[string]net.Conn{}
	for range 2 {
		name, c := g.accept(t)
		here[name] = c
	}
	release(t, here["ann"], "go away")
	if !lines.Scan() || !strings.HasPrefix(lines.Text(), "FAIL ") {
		t.Errorf("instead of a failure comes %q", lines.Text())
	}
	// The report of the failure is written after nothing more may start.
	release(t, here["bob"], "go on")
	last := ""
	for lines.Scan() {
		last = lines.Text()
	}
	if !strings.HasPrefix(last, "1 passed, 1 failed, 0 skipped, 1 not run in ") {
		t.Errorf("the summary is %q", last)
	}
	if code := <-ended; code != exitFailed {
		t.Errorf("exit code %d", code)
	}
}

// TestExclusive runs many scenarios that share a port.
func TestExclusive(t *testing.T) {
	text, err := os.ReadFile("../../scenarios/tcp/fixed_port.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for i := range 12 {
		file := filepath.Join(dir, fmt.Sprintf("copy%d.yaml", i))
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got := call("", "run", "--jobs", "8", "--var", fmt.Sprint("port=", freePort(t)), dir)
	if got.code != 0 || !strings.Contains(got.out, "12 passed") {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

// freePort gives a port that nobody uses and that the kernel gives to nobody by itself: below
// those of ip_local_port_range.
func freePort(t *testing.T) int {
	t.Helper()
	for i := range 1000 {
		port := 20000 + (os.Getpid()+i)%10000
		if l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port)); err == nil {
			l.Close()
			return port
		}
	}
	t.Skip("no port is free")
	return 0
}

// TestQueue follows the order in which scenarios start that exclude each other.
func TestQueue(t *testing.T) {
	var all []scenario
	for _, name := range []string{"", "x", "x", "y", "x", ""} {
		all = append(all, scenario{plan: &runner.Plan{Exclusive: name}})
	}
	all = append(all, scenario{}) // invalid: never starts
	q := newQueue(all)
	expect := func(want ...int) {
		t.Helper()
		var got []int
		for {
			i, ok := q.next()
			if !ok {
				break
			}
			q.begin(i)
			got = append(got, i)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%v start, want %v", got, want)
		}
	}
	expect(0, 1, 3, 5)
	q.finish(3)
	expect()
	q.finish(1)
	expect(2)
	q.finish(0)
	expect()
	q.finish(2)
	expect(4)
	q.finish(4)
	q.finish(5)
	expect()
	if len(q.running)+len(q.pending)+len(q.busy) > 0 {
		t.Errorf("something is left: %+v", q)
	}
}
