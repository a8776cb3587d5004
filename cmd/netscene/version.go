package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of netscene and of Go",
		Args:  atMost(0),
		RunE:  func(*cobra.Command, []string) error { return printVersion(s) },
	}
}

func printVersion(s streams) error {
	version := "(unknown)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	_, err := fmt.Fprintf(s.out, "netscene %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS,
		runtime.GOARCH)
	return unwritable(err)
}
