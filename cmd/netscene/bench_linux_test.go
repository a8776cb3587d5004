package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// handWritten is the same echo in Go, without netscene.
const handWritten = `package main

import "net"

func main() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	done := make(chan bool)
	go func() {
		c, err := l.Accept()
		if err != nil {
			panic(err)
		}
		buf := make([]byte, 64)
		n, _ := c.Read(buf)
		c.Write(buf[:n])
		c.Close()
		close(done)
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic(err)
	}
	c.Write([]byte("hello"))
	buf := make([]byte, 64)
	if n, _ := c.Read(buf); string(buf[:n]) != "hello" {
		panic(n)
	}
	c.Close()
	<-done
}
`

// BenchmarkProcess compares a process that runs one echo scenario, from its start to its end, with
// that of a program written by hand.
func BenchmarkProcess(b *testing.B) {
	dir := b.TempDir()
	byHand := filepath.Join(dir, "echo.go")
	if err := os.WriteFile(byHand, []byte(handWritten), 0o644); err != nil {
		b.Fatal(err)
	}
	b.Run("by hand", func(b *testing.B) { benchmarkProcess(b, byHand, dir) })
	b.Run("netscene", func(b *testing.B) {
		benchmarkProcess(b, ".", dir, "run", "../../scenarios/tcp/echo.yaml")
	})
}

func benchmarkProcess(b *testing.B, source, dir string, args ...string) {
	program := filepath.Join(dir, filepath.Base(b.Name()))
	if out, err := exec.Command("go", "build", "-o", program, source).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	var memory, processor int64
	for b.Loop() {
		cmd := exec.Command(program, args...)
		if out, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		state := cmd.ProcessState
		memory = max(memory, state.SysUsage().(*syscall.Rusage).Maxrss)
		processor += (state.UserTime() + state.SystemTime()).Microseconds()
	}
	b.ReportMetric(float64(memory)/1024, "MiB-max")
	b.ReportMetric(float64(processor)/float64(b.N)/1000, "cpu-ms/op")
}
