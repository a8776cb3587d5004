package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// asNobody runs the command as a user without privileges, in a directory with a file of the text.
func asNobody(t *testing.T, text string) (out string, code int) {
	t.Helper()
	dir := t.TempDir()
	name := filepath.Join(dir, "scenario.yaml")
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := process(t, "run", name)
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		cmd.Path = filepath.Join(dir, "netscene") // where it may be executed
		binary, err := os.ReadFile(os.Args[0])
		if err == nil {
			err = os.WriteFile(cmd.Path, binary, 0o755)
		}
		for _, d := range []string{dir, filepath.Dir(dir)} {
			if err == nil {
				err = os.Chmod(d, 0o755)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	b, _ := cmd.CombinedOutput()
	return string(b), cmd.ProcessState.ExitCode()
}

// TestUserWithoutRoot: a step as another user that the process may not be fails, and says what it
// takes; it is no failure of a system call that the step could expect. With that as a requirement
// the scenario is skipped.
func TestUserWithoutRoot(t *testing.T) {
	steps := "actors:\n  a:\n    - socket:\n      user: 1\n      may_fail: [EPERM, denied]\n"
	out, code := asNobody(t, steps)
	if code != exitFailed || !strings.Contains(out, "scenario.yaml:4:13: a cannot act as another "+
		"user: setgroups user 1: operation not permitted (EPERM)") ||
		!strings.Contains(out, "requires: root") {
		t.Errorf("exit code %d\n%s", code, out)
	}
	out, code = asNobody(t, "requires: root\n"+steps)
	if code != exitError || !strings.Contains(out, "it requires root: not run as root") {
		t.Errorf("exit code %d\n%s", code, out)
	}
}

// TestUserInNamespace: root of a user namespace with one user cannot be another. That is known at
// the step only, and is a skip where the scenario requires root.
func TestUserInNamespace(t *testing.T) {
	cmd := process(t, "run", "../../scenarios/unix/another_user.yaml")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Skip("no user namespace here:", err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != exitError ||
		!strings.Contains(out.String(), "it requires root: setgroups user 65534:") {
		t.Errorf("exit code %d\n%s", code, &out)
	}
}
