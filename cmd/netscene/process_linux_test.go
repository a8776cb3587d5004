package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// waiting starts the command with two scenarios that wait for ever, followed by another, and
// returns when they wait.
func waiting(t *testing.T) (cmd *exec.Cmd, out *bytes.Buffer) {
	t.Helper()
	const waits = "testdata/waits.yaml"
	cmd = process(t, "run", "--jobs", "2", waits, copied(t, waits), "testdata/first.yaml")
	out = &bytes.Buffer{}
	cmd.Stdout = out
	logs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(logs)
	for range 2 {
		line, err := lines.ReadString('\n')
		if !strings.Contains(line, "waiting at 127.0.0.1:") || strings.Contains(line, "\r") {
			t.Fatalf("the scenario does not log that it waits: %q, %v", line, err)
		}
	}
	return cmd, out
}

// copied gives a copy of a file under another name: one that is named twice runs once.
func copied(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	name = filepath.Join(t.TempDir(), "copy.yaml")
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestInterrupt(t *testing.T) {
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd, out := waiting(t)
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
			t.Errorf("%v: exit code %d, want %d", signal, code, exitInterrupted)
		}
		for want, n := range map[string]int{"testdata/waits.yaml": 2, "copy.yaml": 2, "interrupted;": 2,
			"server is in ": 2, "2 errors, 1 not run": 1} { // in accept, or still in the log before it
			if strings.Count(out.String(), want) < n {
				t.Errorf("%v: %q is not %d times in\n%s", signal, want, n, out)
			}
		}
	}
}

// TestSecondInterrupt has work that does not heed its context: the second signal ends all the same.
func TestSecondInterrupt(t *testing.T) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	work := func(ctx context.Context) error {
		if err := self.Signal(os.Interrupt); err != nil {
			return err
		}
		<-ctx.Done()
		if err := self.Signal(os.Interrupt); err != nil {
			return err
		}
		<-ended
		return nil
	}
	err = interruptible(func() (func(context.Context) error, error) { return work, nil })
	close(ended)
	if e, ok := errors.AsType[exit](err); !ok || e.code != exitInterrupted {
		t.Errorf("got %v, want exit code %d", err, exitInterrupted)
	}
}

// TestInterruptWhileLoading: a signal ends a preparation that waits, for standard input perhaps.
func TestInterruptWhileLoading(t *testing.T) {
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	err = interruptible(func() (func(context.Context) error, error) {
		if err := self.Signal(os.Interrupt); err != nil {
			return nil, err
		}
		<-ended
		return nil, nil
	})
	close(ended)
	if e, ok := errors.AsType[exit](err); !ok || e.code != exitInterrupted {
		t.Errorf("got %v, want exit code %d", err, exitInterrupted)
	}
}

// TestBrokenPipe has a reader that has gone away.
func TestBrokenPipe(t *testing.T) {
	cmd := process(t, "run", "testdata/stuck.yaml", "testdata/stuck.yaml", "testdata/first.yaml",
		"testdata/folder")
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	defer w.Close()
	var text bytes.Buffer
	cmd.Stdout, cmd.Stderr = w, &text
	err = cmd.Run()
	code := cmd.ProcessState.ExitCode()
	if err == nil || code == exitFailed || strings.Contains(text.String(), "panic") {
		t.Errorf("it ended with %v\n%s", err, &text)
	}
}

func TestColor(t *testing.T) {
	const escape = "\x1b["
	tests := []struct {
		args, env []string
		want      bool
	}{
		{nil, nil, false}, // a pipe is no terminal
		{[]string{"--color", "always"}, nil, true},
		{[]string{"--color", "always"}, []string{"NO_COLOR=1"}, true},
		{[]string{"--color", "always", "--no-color"}, nil, false},
		{[]string{"--color", "never"}, nil, false},
	}
	for _, test := range tests {
		cmd := process(t, append([]string{"run", "testdata/first.yaml"}, test.args...)...)
		cmd.Env = append(cmd.Env, test.env...)
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(out, []byte(escape)); got != test.want {
			t.Errorf("%v %v: colours %v, want %v", test.args, test.env, got, test.want)
		}
	}
}

// TestTerminal runs the command on a terminal: colours by themselves, and none with NO_COLOR.
func TestTerminal(t *testing.T) {
	for _, test := range []struct {
		env  string
		want bool
	}{{"TERM=xterm", true}, {"NO_COLOR=1", false}, {"TERM=dumb", false}} {
		master, slave := terminal(t)
		cmd := process(t, "run", "testdata/first.yaml")
		cmd.Env = append(cmd.Env, "TERM=xterm", test.env)
		cmd.Stdout = slave
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		slave.Close()
		out, _ := io.ReadAll(master) // ends with EIO when the other side is closed
		if err := cmd.Wait(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if got := bytes.Contains(out, []byte("\x1b[")); got != test.want {
			t.Errorf("%s: colours %v, want %v\n%q", test.env, got, test.want, out)
		}
	}
}

// TestProgress watches the progress on a terminal, until it names what runs.
func TestProgress(t *testing.T) {
	for _, env := range []string{"NO_COLOR=", "NO_COLOR=1"} {
		shown := watched(t, env)
		if !strings.HasSuffix(shown, "\r\x1b[K") {
			t.Errorf("%s: it is not cleared at the end: %q", env, shown)
		}
		if strings.Contains(shown, "\x1b]") {
			t.Errorf("%s: the terminal, which may not answer, is asked something: %q", env, shown)
		}
		if env == "NO_COLOR=1" && strings.Contains(strings.ReplaceAll(shown, "\x1b[K", ""), "\x1b") {
			t.Errorf("it has colours: %q", shown)
		}
	}
}

// watched gives what a run writes on a terminal that is its standard error. When progress names the
// scenario that waits, the run is interrupted.
func watched(t *testing.T, env string) string {
	t.Helper()
	master, slave := terminal(t)
	cmd := process(t, "run", "--jobs", "2", "testdata/waits.yaml", "testdata/first.yaml")
	cmd.Env = append(cmd.Env, "TERM=xterm", env)
	cmd.Stderr = slave
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	slave.Close()
	var text strings.Builder
	seen := false
	for buf := make([]byte, 4096); ; {
		n, err := master.Read(buf)
		if err != nil { // EIO when the other side is closed
			break
		}
		text.Write(buf[:n])
		if !seen && strings.Contains(text.String(), "\r1/2  running: testdata/waits.yaml\x1b[K") {
			seen = true
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	cmd.Wait()
	if !seen {
		t.Errorf("%s: no progress is shown: %q", env, text.String())
	}
	return text.String()
}

// TestDescriptors runs a scenario that needs more descriptors than the soft limit allows: the Go
// runtime raises it to the hard one, and gives child processes back what there was.
func TestDescriptors(t *testing.T) {
	cmd := process(t)
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip(err)
	}
	cmd.Path = sh
	cmd.Args = []string{"sh", "-c", `ulimit -S -n 64 && exec "$0" run testdata/many_sockets.yaml`,
		os.Args[0]}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// terminal opens a pseudo-terminal, as pty(7) describes it.
func terminal(t *testing.T) (master, slave *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { master.Close() })
	const peer = 0x5441 // TIOCGPTPEER of <asm-generic/ioctls.h>: open the other side
	unlock := int32(0)
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), syscall.TIOCSPTLCK,
		uintptr(unsafe.Pointer(&unlock)))
	if errno != 0 {
		t.Skip(errno)
	}
	fd, _, errno := syscall.Syscall(syscall.SYS_IOCTL, master.Fd(), peer,
		syscall.O_RDWR|syscall.O_NOCTTY|syscall.O_CLOEXEC)
	if errno != 0 {
		t.Skip(errno)
	}
	return master, os.NewFile(fd, "pty")
}
