package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNoSIGPIPE sends to peers that have gone, by every call that sends, as a process: each gets
// EPIPE and the scenario goes on.
func TestNoSIGPIPE(t *testing.T) {
	const name = "testdata/pipes.yaml"
	out, err := process(t, "run", name).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "1 passed") {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestClosedOutput lets nobody read what the command prints: it ends in order, with its own exit
// code and nothing left behind.
func TestClosedOutput(t *testing.T) {
	for _, args := range [][]string{{"run", "-v", "testdata/pipes.yaml", "testdata/first.yaml"},
		{"check", "testdata/mistakes.yaml"}, {"actions", "recv"}, {"version"}} {
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		read.Close()
		tmp := t.TempDir()
		var said bytes.Buffer
		cmd := process(t, args...)
		cmd.Env = append(cmd.Env, "TMPDIR="+tmp)
		cmd.Stdout, cmd.Stderr = write, &said
		_ = cmd.Run()
		write.Close()
		if code := cmd.ProcessState.ExitCode(); code != exitError ||
			!strings.Contains(said.String(), "cannot write to standard output") ||
			!strings.Contains(said.String(), "broken pipe") {
			t.Errorf("%v: %v\n%s", args, cmd.ProcessState, &said)
		}
		if left, _ := filepath.Glob(tmp + "/*"); left != nil {
			t.Errorf("%v left %v", args, left)
		}
	}
}

// TestFewDescriptors runs a scenario that requires many in a process that may have only few.
func TestFewDescriptors(t *testing.T) {
	const name = "../../scenarios/descriptors/ten_thousand.yaml"
	cmd := process(t, "-c", `ulimit -n 500 && exec "$0" "$@"`, os.Args[0], "run", name)
	cmd.Path = "/bin/sh"
	out, _ := cmd.CombinedOutput()
	if code := cmd.ProcessState.ExitCode(); code != exitError || !strings.Contains(string(out),
		`it requires limit("nofile") > 10200: limit("nofile") is 500`) {
		t.Errorf("exit code %d\n%s", code, out)
	}
}
