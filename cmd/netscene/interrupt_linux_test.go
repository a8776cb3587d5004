package main

import (
	"bufio"
	"io"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// tallyForm is the last line of every report.
var tallyForm = regexp.MustCompile(`(?m)^\d+ passed, \d+ failed, \d+ skipped.* in \S+\n\z`)

// TestInterruptAtAnyMoment interrupts the library, which is followed by a scenario that waits for
// ever, at moments that no test has thought of: the report is complete, and nothing is left behind.
func TestInterruptAtAnyMoment(t *testing.T) {
	tmp := t.TempDir()
	for i := range 10 {
		cmd := process(t, "run", "../../scenarios", "testdata/waits.yaml")
		cmd.Env = append(cmd.Env, "TMPDIR="+tmp)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		reader := bufio.NewReader(out)
		first, err := reader.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		after := rand.N(200 * time.Millisecond) // any moment will do
		time.Sleep(after)
		signal := []os.Signal{os.Interrupt, syscall.SIGTERM}[i%2]
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		rest, _ := io.ReadAll(reader)
		cmd.Wait()
		text := first + string(rest)
		if code := cmd.ProcessState.ExitCode(); code != exitInterrupted {
			t.Errorf("%v after %v: exit code %d, want %d\n%s", signal, after, code, exitInterrupted, text)
		}
		told := strings.Contains(text, "interrupted") || strings.Contains(text, "not run")
		if !tallyForm.MatchString(text) || !told {
			t.Errorf("%v after %v: the report is incomplete:\n%s", signal, after, text)
		}
		if err := syscall.Kill(-cmd.Process.Pid, 0); err != syscall.ESRCH {
			t.Errorf("%v after %v: a process is left: %v", signal, after, err)
		}
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("temporary directories are left: %v %v", left, err)
	}
}
