package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestReports compares what run prints of every failing and every invalid scenario with the file
// beside it.
func TestReports(t *testing.T) {
	for folder, code := range map[string]int{"failing": exitFailed, "invalid": exitInvalid} {
		names, err := filepath.Glob("../../runner/testdata/" + folder + "/*.yaml")
		if err != nil || len(names) == 0 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			t.Run(filepath.Join(folder, filepath.Base(name)), func(t *testing.T) {
				got := call("", "run", name)
				if got.code == exitError && strings.HasPrefix(got.out, "skip ") {
					t.Skip(got.out) // it needs what the machine has not
				}
				if got.code != code {
					t.Errorf("exit code %d, want %d", got.code, code)
				}
				golden(t, strings.TrimSuffix(name, ".yaml")+".txt", normal(got.out))
			})
		}
	}
}
