package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"netscene/actions"
	"netscene/runner"
	"netscene/runner/report"
)

// runFlags are the flags of run.
type runFlags struct {
	variables
	color   colorFlags
	level   string
	verbose bool
}

func newRun(s streams) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run FILE|DIRECTORY|-...",
		Short: "Run scenarios and report how they ended",
		Long: "Run scenarios and report how they ended. A directory stands for the *.yaml and *.yml files\n" +
			"in it and below, without those in hidden folders and in testdata; - is standard input.\n\n" +
			"Exit codes, the first that applies: 130 interrupted; 2 a scenario or the command line is\n" +
			"invalid; 3 an error, or everything was skipped; 1 a scenario failed; 0 all is well.",
		Example: "  netscene run scenarios/\n  netscene run -v echo.yaml --var greeting=hello",
		Args:    some("files, directories or - for standard input"),
		RunE:    func(_ *cobra.Command, args []string) error { return f.run(args, s) },
	}
	f.flags(cmd.Flags())
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "show every step with its results")
	cmd.Flags().StringVar(&f.level, "log-level", "info",
		"the least `level` of what scenarios log to show: debug, info, warn or error")
	f.color.flags(cmd.Flags())
	return cmd
}

func (f *runFlags) run(args []string, s streams) error {
	if runtime.GOOS != "linux" {
		return exit{exitError, errors.New("scenarios run on Linux only; check works everywhere")}
	}
	color, err := f.color.wanted(s.out)
	if err != nil {
		return err
	}
	colorLog, err := f.color.wanted(s.err)
	if err != nil {
		return err
	}
	logs, err := newLogs(s.err, f.level, colorLog)
	if err != nil {
		return err
	}
	all, err := load(args, s.in, &f.variables)
	if err != nil {
		return err
	}
	b := batch{scenarios: all, out: s.out, logs: logs,
		options: report.TextOptions{Color: color, Verbose: f.verbose}}
	return interruptible(b.run)
}

// batch is an invocation of run.
type batch struct {
	scenarios   []scenario
	out         io.Writer
	logs        *logs
	options     report.TextOptions
	tally       report.Tally
	interrupted bool
}

// run plays the scenarios one after another and writes the report of each when it has ended.
func (b *batch) run(ctx context.Context) error {
	began := time.Now()
	for _, s := range b.scenarios {
		name := ""
		if s.plan != nil {
			name = s.plan.Name
		}
		b.options.Fit(s.file, name)
	}
	for _, s := range b.scenarios {
		if err := unwritable(b.one(ctx, s)); err != nil {
			return err
		}
	}
	b.tally.Elapsed = time.Since(began)
	if _, err := fmt.Fprintln(b.out, b.tally.String()); err != nil {
		return unwritable(err)
	}
	if code := b.code(); code != 0 {
		return exit{code: code}
	}
	return nil
}

// one plays one scenario; its error is that of writing the report.
func (b *batch) one(ctx context.Context, s scenario) error {
	if s.plan == nil {
		b.tally.Invalid++
		return report.WriteInvalid(b.out, b.options, s.file, s.wrong)
	}
	if ctx.Err() != nil {
		b.tally.NotRun++
		return nil
	}
	text := report.NewText(b.options)
	stop := b.logs.start()
	result := s.plan.Run(ctx, runner.Options{Sinks: []actions.Sink{text, b.logs}})
	stop()
	b.tally.Add(result.Status)
	b.interrupted = b.interrupted || result.Interrupted
	_, err := text.WriteTo(b.out)
	return err
}

// code is the exit code of the invocation.
func (b *batch) code() int {
	t := b.tally
	switch {
	case b.interrupted || t.NotRun > 0:
		return exitInterrupted
	case t.Invalid > 0 || len(b.scenarios) == 0:
		return exitInvalid
	case t.Errors > 0 || t.Passed+t.Failed == 0:
		return exitError
	case t.Failed > 0:
		return exitFailed
	}
	return 0
}
