package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// waiting starts the command with a scenario that waits for ever, followed by another, and returns
// when it waits.
func waiting(t *testing.T) (cmd *exec.Cmd, out *bytes.Buffer) {
	t.Helper()
	cmd, out = process(t, "run", "testdata/waits.yaml", "testdata/first.yaml"), &bytes.Buffer{}
	cmd.Stdout = out
	logs, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(logs).ReadString('\n')
	if !strings.Contains(line, "waiting at 127.0.0.1:") {
		t.Fatalf("the scenario does not log that it waits: %q, %v", line, err)
	}
	return cmd, out
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
		for _, want := range []string{"testdata/waits.yaml", "interrupted",
			"server is in accept (line 11)", "1 error, 1 not run"} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%v: %q is missing in\n%s", signal, want, out)
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
	err = interruptible(func(ctx context.Context) error {
		if err := self.Signal(os.Interrupt); err != nil {
			return err
		}
		<-ctx.Done()
		if err := self.Signal(os.Interrupt); err != nil {
			return err
		}
		<-ended
		return nil
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
