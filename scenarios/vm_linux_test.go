package scenarios

import (
	"bufio"
	"context"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"netscene/runner"
	"netscene/schema"
)

// everywhere are scenarios that need nothing; the machine plays them too, as others do.
var everywhere = []string{"tcp/echo.yaml", "udp/echo.yaml", "unix/stream.yaml"}

// lacking are the scenarios that the machine skips, with the reason why it may.
var lacking = map[string]string{
	"descriptors/ten_thousand.yaml": "it gives a process no more than 4096 descriptors",
	"names/services.yaml":           "it has no tables of services and protocols",
}

// TestMachine plays in a virtual machine what the scenarios of the library require of a kernel, as
// few kernels have it all. One machine plays them all, with the command itself.
func TestMachine(t *testing.T) {
	ctx := interruptible(t)
	parts := machineParts(t)
	names := demanding(t)
	report := machine{parts, initrd(ctx, t, parts, names)}.report(ctx, t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) { judge(t, report, name) })
	}
	if !strings.HasSuffix(report, "\nexit 0\n") && !t.Failed() {
		t.Errorf("each scenario has passed, but not the run:\n%s", report)
	}
}

// interruptible gives a context that ends when the tests are interrupted. They end then as well,
// but after what this test has made is gone.
func interruptible(t *testing.T) context.Context {
	t.Helper()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	t.Cleanup(func() {
		interrupted := ctx.Err() != nil
		stop()
		if interrupted {
			syscall.Kill(os.Getpid(), syscall.SIGTERM)
		}
	})
	return ctx
}

// machineParts gives the folder of the kernel and of what else a machine needs.
func machineParts(t *testing.T) string {
	t.Helper()
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip("no folder for what a virtual machine needs: ", err)
	}
	parts := filepath.Join(cache, "netscene", "vm")
	want, err := os.ReadFile("vm/setup")
	if err != nil {
		t.Fatal(err)
	}
	made, _ := os.ReadFile(filepath.Join(parts, "setup"))
	if _, err := exec.LookPath("qemu-system-x86_64"); err != nil || string(made) != string(want) {
		t.Skip("no virtual machine; scenarios/vm/setup fetches it (Debian on amd64)")
	}
	return parts
}

// demanding lists the scenarios that require something, and a few that do not.
func demanding(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(files(t), func(name string) bool {
		src, _ := schema.Read(name, nil)
		doc, _ := schema.Parse(src, runner.Words())
		return len(doc.Requires) == 0 && !slices.Contains(everywhere, name)
	})
}

// initrd packs what the machine finds in its file system: the parts, the command and scenarios.
func initrd(ctx context.Context, t *testing.T, parts string, names []string) string {
	t.Helper()
	root := t.TempDir()
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(root, "bin/netscene"),
		"../cmd/netscene")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	carry(t, "vm/init", filepath.Join(root, "init"))
	for _, name := range names {
		carry(t, name, filepath.Join(root, "scenarios", name))
	}
	packed := filepath.Join(t.TempDir(), "initrd")
	carry(t, filepath.Join(parts, "root.cpio"), packed)
	// The kernel unpacks one archive behind the other.
	out, err := os.OpenFile(packed, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	pack := exec.Command(filepath.Join(parts, "busybox"), "cpio", "-o", "-H", "newc", "-R", "0:0")
	pack.Dir, pack.Stdin, pack.Stdout = root, strings.NewReader(below(t, root)), out
	if err := pack.Run(); err != nil {
		t.Fatal(pack.Args, err)
	}
	return packed
}

// carry copies a file, which can be executed if its original can, into a folder that it makes.
func carry(t *testing.T, from, to string) {
	t.Helper()
	info, err := os.Stat(from)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, info.Mode()); err != nil {
		t.Fatal(err)
	}
}

// below lists what lies in a folder, a line for each.
func below(t *testing.T, root string) string {
	t.Helper()
	var names strings.Builder
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, _ fs.DirEntry, err error) error {
		names.WriteString(name + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names.String()
}

// machine is a virtual machine that plays scenarios when it boots.
type machine struct{ parts, initrd string }

const (
	bootLimit = 60 * time.Second  // an emulated boot stands still at times: it is tried again
	playLimit = 120 * time.Second // for all scenarios together
)

// report boots the machine and gives what the command said in it.
func (m machine) report(ctx context.Context, t *testing.T) string {
	t.Helper()
	for try := 0; try < 3 && ctx.Err() == nil; try++ {
		if report, booted := m.boot(ctx, t); booted {
			return report
		}
		t.Log("the machine has not booted")
	}
	t.FailNow()
	return ""
}

// boot is one try, which ends with the machine.
func (m machine) boot(ctx context.Context, t *testing.T) (report string, booted bool) {
	t.Helper()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	console := filepath.Join(t.TempDir(), "console")
	cmd := exec.CommandContext(ctx, "nice", "qemu-system-x86_64", "-accel", "tcg", "-cpu", "max",
		"-smp", "2", "-m", "512", "-nodefaults", "-no-user-config", "-display", "none",
		"-kernel", filepath.Join(m.parts, "kernel"), "-initrd", m.initrd,
		"-append", "console=ttyS0 quiet panic=-1", "-no-reboot", // a kernel that panics ends the machine
		"-serial", "file:"+console, "-chardev", "stdio,id=report,signal=off", "-serial", "chardev:report")
	// The machine does not outlive the test, whichever way that ends: its thread is kept for that.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	limit := time.AfterFunc(bootLimit, stop)
	defer limit.Stop()
	lines := bufio.NewReader(out)
	first, _ := lines.ReadString('\n')
	limit.Reset(playLimit)
	rest, _ := io.ReadAll(lines)
	err = cmd.Wait()
	said, _ := os.ReadFile(console)
	if ended := regexp.MustCompile(`(?m)^exit \d+\n\z`); first != "" && !ended.Match(rest) {
		t.Fatalf("the machine has not come to its end: %v\n%s\n%s", err, rest, said)
	}
	if first == "" {
		t.Logf("%v\n%s", err, said)
	}
	return string(rest), first != ""
}

// headline is how the report begins with a scenario.
var headline = regexp.MustCompile(`(?m)^(ok|FAIL|error|skip|invalid) +scenarios/(\S+).*\n`)

// judge takes from the report how a scenario ended.
func judge(t *testing.T, report, name string) {
	t.Helper()
	found := headline.FindAllStringSubmatchIndex(report, -1)
	i := slices.IndexFunc(found, func(at []int) bool { return report[at[4]:at[5]] == name })
	if i < 0 {
		t.Fatalf("not played:\n%s", report)
	}
	end := len(report)
	if i+1 < len(found) {
		end = found[i+1][0]
	}
	text := report[found[i][0]:end]
	switch why, may := lacking[name]; report[found[i][2]:found[i][3]] {
	case "ok":
	case "skip":
		if !may {
			t.Fatal(text)
		}
		t.Skip(why)
	default:
		t.Fatal(text)
	}
}
