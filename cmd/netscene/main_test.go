package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

var update = flag.Bool("update", false, "rewrite golden and generated files")

// asCommand makes the test binary behave as the command, for tests that need a process.
const asCommand = "NETSCENE_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
	}
	os.Unsetenv("NO_COLOR")
	goleak.VerifyTestMain(m)
}

// ran is what a command did.
type ran struct {
	out, err string
	code     int
}

// call runs the command within the test.
func call(stdin string, args ...string) ran {
	var out, err bytes.Buffer
	code := execute(args, streams{strings.NewReader(stdin), &out, &err})
	return ran{out.String(), err.String(), code}
}

// process makes the command as a process of its own, which is killed when the test takes too long.
func process(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	// The race detector waits a second at the end of a process unless told otherwise.
	cmd.Env = append(os.Environ(), asCommand+"=1", "GORACE=atexit_sleep_ms=0")
	return cmd
}

var (
	portForm   = regexp.MustCompile(`((?:(?:127|0)\.[\d.]+:|\[::1\]:|port=|port: ))([1-9]\d{3,4})\b`)
	timeForm   = regexp.MustCompile(` *(\x1b\[2m|\b)\d+(\.\d+)?(µs|ms|s)\b`)
	socketForm = regexp.MustCompile(`\b(fd|socket) \d+\b`)
)

// normal replaces what differs from run to run: ports, times, descriptors, and who came first.
func normal(text string) string {
	text = tmpForm.ReplaceAllString(text, "/tmp/nsN")
	text = portForm.ReplaceAllString(text, "${1}PORT")
	text = timeForm.ReplaceAllString(text, "$1 TIME")
	return byActor(socketForm.ReplaceAllString(text, "$1 N"))
}

// tmpForm is a directory of a run's own.
var tmpForm = regexp.MustCompile(regexp.QuoteMeta(os.TempDir()) + `/ns\d+`)

var historyForm = regexp.MustCompile(`^ *(?:\x1b\[2m)? *TIME(?:\x1b\[0m)? +` +
	`(?:\x1b\[2m)?(?:(\w+) +)?\d+ \|`)

// byActor sorts the lines that tell what several actors did by the actors: how their calls
// interleave differs from run to run.
func byActor(text string) string {
	lines := strings.Split(text, "\n")
	for from := 0; from < len(lines); from++ {
		to := from
		for to < len(lines) && historyForm.MatchString(lines[to]) {
			to++
		}
		slices.SortStableFunc(lines[from:to], func(a, b string) int {
			return strings.Compare(historyForm.FindStringSubmatch(a)[1],
				historyForm.FindStringSubmatch(b)[1])
		})
		from = to
	}
	return strings.Join(lines, "\n")
}

// golden compares a text with the file that holds what it should be.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if got != string(want) {
		t.Errorf("%s is not what comes out (-update rewrites it):\n%s\nwant:\n%s", file, got, want)
	}
}

var wordForm = regexp.MustCompile(`'[^']*'|\S+`)

// words splits a command line as a shell does; 'one word' is one.
func words(line string) []string {
	split := []string{} // nil would stand for the arguments of the test itself
	for _, word := range wordForm.FindAllString(line, -1) {
		split = append(split, strings.Trim(word, "'"))
	}
	return split
}

// TestCommandLine compares whole outputs with testdata/cli/NAME.txt.
func TestCommandLine(t *testing.T) {
	first, err := os.ReadFile("testdata/first.yaml")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		code  int
		args  string
		stdin string
	}{
		{"pass", 0, "run testdata/first.yaml", ""},
		{"pass_stdin", 0, "run -", string(first)},
		{"fail", 1, "run testdata/wrong_greeting.yaml", ""},
		{"fail_color", 1, "run --color always testdata/wrong_greeting.yaml", ""},
		{"stuck", 1, "run testdata/stuck.yaml testdata/stuck_story.yaml", ""},
		{"not_reached", 1, "run testdata/not_reached.yaml", ""},
		{"skip", 3, "run testdata/needs.yaml", ""},
		{"skip_and_pass", 0, "run testdata/needs.yaml testdata/first.yaml", ""},
		{"var", 0, "run testdata/needs.yaml --var number=5 --log-level debug", ""},
		{"var_fail", 1, "run testdata/needs.yaml --var=number=4", ""},
		{"var_file", 0, "run testdata/needs.yaml --var-file testdata/vars.json", ""},
		{"var_over_file", 1, "run testdata/needs.yaml --var-file testdata/vars.json --var number=3", ""},
		{"var_kind", 2, "run testdata/needs.yaml --var number=x", ""},
		{"var_mistyped", 2, "run testdata/needs.yaml --var numbr=5", ""},
		{"var_nowhere", 2, "run testdata/first.yaml --var number=5", ""},
		{"var_malformed", 2, "run testdata/needs.yaml --var number", ""},
		{"var_nameless", 2, "run testdata/needs.yaml --var =5", ""},
		{"var_file_missing", 2, "run testdata/needs.yaml --var-file nowhere.yaml", ""},
		{"invalid", 2, "run testdata/mistakes.yaml", ""},
		{"invalid_stdin", 2, "run -", "name: x\nstpes: []\n"},
		{"folder", 2, "run testdata/folder", ""},
		{"named_twice", 0, "run testdata/first.yaml ./testdata/first.yaml", ""},
		{"hidden_named", 2, "run testdata/folder/.hidden", ""},
		{"missing", 2, "run nowhere.yaml", ""},
		{"missing_and_pass", 2, "run nowhere.yaml testdata/first.yaml", ""},
		{"no_argument", 2, "run", ""},
		{"flag_mistyped", 2, "run --verbos testdata/first.yaml", ""},
		{"flag_unlike", 2, "run --xyzzy testdata/first.yaml", ""},
		{"flag_short", 2, "run -x testdata/first.yaml", ""},
		{"flag_without_value", 2, "run testdata/needs.yaml --var", ""},
		{"color_wrong", 2, "run testdata/first.yaml --color sometimes", ""},
		{"level_wrong", 2, "run testdata/first.yaml --log-level loud", ""},
		{"command_mistyped", 2, "rnu testdata/first.yaml", ""},
		{"command_unlike", 2, "frobnicate", ""},
		{"command_left_out", 2, "testdata/first.yaml testdata/many", ""},
		{"command_left_out_missing", 2, "nowhere.yaml", ""},
		{"flag_before_command", 2, "--verbose testdata/first.yaml", ""},
		{"flag_short_before_command", 2, "-v run testdata/first.yaml", ""},
		{"help", 0, "", ""},
		{"help_run", 0, "help run", ""},
		{"help_before_command", 0, "--help check", ""},
		{"help_behind_command", 0, "check testdata/first.yaml -h", ""},
		{"help_mistyped", 2, "help chekc", ""},
		{"jobs", 1, "run --jobs 3 testdata/many testdata/first.yaml", ""},
		{"jobs_zero", 2, "run --jobs 0 testdata/first.yaml", ""},
		{"jobs_negative", 2, "run -j -1 testdata/first.yaml", ""},
		{"jobs_text", 2, "run --jobs=many testdata/first.yaml", ""},
		{"fail_fast", 1, "run --jobs 1 --fail-fast testdata/many", ""},
		{"fail_fast_invalid", 2, "run --fail-fast testdata/first.yaml testdata/exclusive.yaml", ""},
		{"list", 0, "run --list testdata/many testdata/first.yaml", ""},
		{"list_tags", 0, "run --list --tags tcp testdata/many testdata/first.yaml", ""},
		{"list_invalid", 2, "run --list testdata/exclusive.yaml testdata/first.yaml", ""},
		{"run_name", 0, "run --run '^A server' testdata/many", ""},
		{"run_path", 1, "run --run many/b_ testdata/many", ""},
		{"run_nothing", 2, "run --run nowhere testdata/many", ""},
		{"run_wrong", 2, "run --run '(many)/(b_' testdata/many", ""},
		{"tags", 0, "run --tags quick testdata/many", ""},
		{"tags_expression", 0, "run --tags 'tcp and not errors' testdata/many", ""},
		{"tags_in", 0, `run --tags '"half-done" in tags' testdata/many`, ""},
		{"tags_and_run", 2, "run --tags quick --run refused testdata/many", ""},
		{"tags_mistyped", 2, "run --tags 'tcp and not qiuck' testdata/many", ""},
		{"tags_unlike", 2, "run --tags everything testdata/many", ""},
		{"tags_syntax", 2, "run --tags tcp,udp testdata/many", ""},
		{"tags_constant", 2, "run --tags true testdata/many", ""},
		{"tags_broken", 2, `run --tags 'tags[1] == "errors"' testdata/many testdata/first.yaml`, ""},
		{"tags_invalid", 2, "run --tags quick testdata/many testdata/exclusive.yaml", ""},
		{"check", 2, "check testdata/mistakes.yaml testdata/first.yaml", ""},
		{"check_fine", 0, "check testdata/first.yaml testdata/needs.yaml", ""},
		{"check_folder", 2, "check testdata/folder", ""},
		{"check_messages", 2, "check ../../runner/testdata/library/formats.yaml", ""},
		{"check_nothing", 2, "check", ""},
		{"actions", 0, "actions", ""},
		{"actions_recv", 0, "actions recv", ""},
		{"actions_function", 0, "actions be32", ""},
		{"actions_repeat", 0, "actions repeat", ""},
		{"actions_expect", 0, "actions expect", ""},
		{"actions_modifier_mistyped", 2, "actions expcet", ""},
		{"actions_mistyped", 2, "actions recvfrm", ""},
		{"actions_two", 2, "actions recv send", ""},
		{"version_argument", 2, "version now", ""},
	}
	files := map[string]bool{}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := call(test.stdin, words(test.args)...)
			if got.code != test.code {
				t.Errorf("exit code %d, want %d\n%s%s", got.code, test.code, got.out, got.err)
			}
			text := fmt.Sprintf("$ netscene %s\n%s--- standard error\n%s--- exit code %d\n", test.args,
				got.out, got.err, got.code)
			golden(t, filepath.Join("testdata/cli", test.name+".txt"), normal(text))
		})
		files[test.name+".txt"] = true
	}
	entries, err := os.ReadDir("testdata/cli")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !files[e.Name()] {
			t.Errorf("testdata/cli/%s belongs to no test", e.Name())
		}
	}
}

func TestVerbose(t *testing.T) {
	got := call("", "run", "-v", "testdata/first.yaml", "testdata/not_reached.yaml")
	for _, want := range []string{`data=b"ping" size=4 eof=false`, "(ECONNREFUSED)", "sent=4",
		"sleep [1]", "not reached: server.getpeername (line 6) failed"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is missing in\n%s", want, got.out)
		}
	}
}

func TestVersion(t *testing.T) {
	form := regexp.MustCompile(`^netscene \S+ go1\.\S+ \w+/\w+\n$`)
	for _, arg := range []string{"version", "--version"} {
		if got := call("", arg); !form.MatchString(got.out) || got.code != 0 {
			t.Errorf("%s: got %q, exit code %d", arg, got.out, got.code)
		}
	}
}

func TestEmptyDirectory(t *testing.T) {
	got := call("", "run", t.TempDir())
	if got.code != exitInvalid || !strings.Contains(got.out, "no scenario") {
		t.Errorf("exit code %d\n%s%s", got.code, got.out, got.err)
	}
}

func TestReferenceIsFresh(t *testing.T) { golden(t, "../../actions/README.md", reference()) }

// unwritableStream is a standard output that is full.
type unwritableStream struct{}

func (unwritableStream) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestUnwritableReport(t *testing.T) {
	for _, args := range [][]string{{"run", "testdata/first.yaml"}, {"run", "testdata/mistakes.yaml"},
		{"check", "testdata/first.yaml"}, {"actions"}, {"version"}, {"--version"}} {
		var text bytes.Buffer
		code := execute(args, streams{strings.NewReader(""), unwritableStream{}, &text})
		if code != exitError || !strings.Contains(text.String(), "cannot write to standard output") {
			t.Errorf("%v: exit code %d, %s", args, code, &text)
		}
	}
}
