package socket

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestSystems compares the numbers of other systems with those that Go has in its source.
func TestSystems(t *testing.T) {
	ask := func(args ...string) string {
		out, err := exec.Command("go", args...).Output()
		if err != nil {
			t.Skip("no go command: ", err)
		}
		return strings.TrimSpace(string(out))
	}
	source := filepath.Join(ask("env", "GOROOT"), "src/syscall")
	module := ask("list", "-m", "-f", "{{.Dir}}", "golang.org/x/sys")
	for i, file := range []string{filepath.Join(source, "zerrors_freebsd_amd64.go"),
		filepath.Join(source, "zerrors_darwin_amd64.go"),
		filepath.Join(module, "windows/zerrors_windows.go")} {
		numbers := numbersIn(t, file)
		for _, name := range ErrnoNames() {
			errno, _ := LookupErrno(name)
			if errno < 0 || errno.Name() != name {
				continue // the resolver's, which Go does not have, and second names
			}
			if got := errno.Numbers()[i+1]; got != numbers[name] {
				t.Errorf("%s is %d on %s, not %d", name, numbers[name], systems[i], got)
			}
		}
	}
}

var numbered = regexp.MustCompile(`(?m)^\s(WSA)?(E\w+)\s.*?(?:Errno\(| = )(0x[0-9a-f]+|\d+)`)

// numbersIn reads a Go file with errnos; those of Windows count where they are Winsock's.
func numbersIn(t *testing.T, file string) map[string]int {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Skip("no source of Go: ", err)
	}
	windows := strings.Contains(file, "windows")
	names := map[string]string{}
	if windows {
		names["EWOULDBLOCK"], names["ECANCELLED"] = "EAGAIN", "ECANCELED"
	}
	all := map[string]int{}
	for _, m := range numbered.FindAllStringSubmatch(string(text), -1) {
		name := m[2]
		if names[name] != "" {
			name = names[name]
		}
		if n, err := strconv.ParseInt(m[3], 0, 0); err == nil && windows == (m[1] != "") {
			all[name] = int(n)
		}
	}
	if len(all) < 40 {
		t.Fatalf("%s: %d numbers", file, len(all))
	}
	return all
}

func TestSystemsInWords(t *testing.T) {
	for name, want := range map[string]string{
		"ECONNREFUSED": "111 on Linux, 61 on FreeBSD and macOS, 10061 on Windows",
		"EBADF":        "9 on Linux, FreeBSD and macOS, 10009 on Windows",
		"EOPNOTSUPP":   "95 on Linux, 45 on FreeBSD, 102 on macOS, 10045 on Windows",
		"ECOMM":        "70 on Linux",
	} {
		errno, _ := LookupErrno(name)
		if got := errno.Systems(); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
