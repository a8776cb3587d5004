package scenarios

import (
	"flag"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sync/atomic"
	"testing"

	"netscene/runner"
)

// times is how often the library runs under load.
var times = flag.Int("times", 1, "how often to run the library while the processors are busy")

// asLoad makes the test binary keep a processor busy until its standard input ends.
const asLoad = "SCENARIOS_TEST_AS_LOAD"

func TestMain(m *testing.M) {
	if os.Getenv(asLoad) == "" {
		m.Run()
		return
	}
	var ended atomic.Bool
	go func() {
		io.Copy(io.Discard, os.Stdin)
		ended.Store(true)
	}()
	for !ended.Load() {
		runtime.Gosched()
	}
}

// TestUnderLoad runs the library while other processes want every processor: no scenario relies on
// being quick.
func TestUnderLoad(t *testing.T) {
	for range runtime.NumCPU() {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asLoad+"=1")
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		defer cmd.Wait()
		defer in.Close()
	}
	for _, name := range files(t) {
		t.Run(name, func(t *testing.T) {
			plan := load(t, name, runner.Vars{})
			for i := range *times {
				run(t, plan, runner.Options{OneAtATime: i%2 == 1})
			}
		})
	}
}
