package main

import (
	"context"
	"errors"
	"runtime"
	"strconv"

	"github.com/spf13/cobra"

	"netscene/runner/report"
	"netscene/schema"
)

// runFlags are the flags of run.
type runFlags struct {
	variables
	filter
	color    colorFlags
	level    string
	verbose  bool
	list     bool
	jobs     jobs
	failFast bool
}

// jobs is a flag's number of scenarios that run at the same time; 0 stands for that of the CPUs.
type jobs int

// Set implements pflag.Value.
func (j *jobs) Set(text string) error {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return errors.New("write a number, 1 or more")
	}
	*j = jobs(n)
	return nil
}

func (j *jobs) String() string { return "number of CPUs" }

// Type implements pflag.Value.
func (j *jobs) Type() string { return "jobs" }

func newRun(s streams) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run FILE|DIRECTORY|-...",
		Short: "Run scenarios and report how they ended",
		Long: "Run scenarios and report how they ended. A directory stands for the *.yaml and *.yml files\n" +
			"in it and below, without those in hidden folders and in testdata; - is standard input.\n\n" +
			"Several run at the same time; the report is in the order of the files all the same. A file\n" +
			"that cannot run is reported whatever --run and --tags select.\n\n" +
			"Exit codes, the first that applies: 130 interrupted; 2 a scenario or the command line is\n" +
			"invalid; 3 an error, or everything was skipped; 1 a scenario failed; 0 all is well.",
		Example: "  netscene run scenarios/\n  netscene run -v echo.yaml --var greeting=hello",
		Args:    some("files, directories or - for standard input"),
		RunE:    func(_ *cobra.Command, args []string) error { return f.run(args, s) },
	}
	f.variables.flags(cmd.Flags())
	f.filter.flags(cmd.Flags())
	cmd.Flags().BoolVar(&f.list, "list", false, "print what would run, with names and tags, and run nothing")
	cmd.Flags().VarP(&f.jobs, "jobs", "j", "how `many` scenarios may run at the same time")
	cmd.Flags().BoolVar(&f.failFast, "fail-fast", false,
		"start no more scenarios once one has failed or is invalid")
	cmd.Flags().BoolVarP(&f.verbose, "verbose", "v", false, "show every step with its results")
	cmd.Flags().StringVar(&f.level, "log-level", "info",
		"the least `level` of what scenarios log to show: debug, info, warn or error")
	f.color.flags(cmd.Flags())
	return cmd
}

func (f *runFlags) run(args []string, s streams) error {
	if runtime.GOOS != "linux" && !f.list {
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
	return interruptible(func() (func(context.Context) error, error) {
		all, err := load(args, s.in, &f.variables, false)
		if err != nil {
			return nil, err
		}
		all, unselected, err := f.selected(all, s.err)
		if err != nil {
			return nil, err
		}
		if f.list {
			return nil, listed(all, s)
		}
		b := f.batch(all, unselected, s, logs)
		b.options = report.TextOptions{Color: color, Verbose: f.verbose}
		return b.run, nil
	})
}

// batch makes the invocation that plays the scenarios.
func (f *runFlags) batch(all []scenario, unselected int, s streams, logs *logs) *batch {
	b := &batch{queue: newQueue(all), jobs: int(f.jobs), failFast: f.failFast, out: s.out, logs: logs,
		progress: newProgress(s.err, len(all)), tally: report.Tally{NotSelected: unselected}}
	if b.jobs == 0 {
		b.jobs = runtime.GOMAXPROCS(0)
	}
	return b
}

// listed prints what would run; what is wrong with files goes to standard error.
func listed(all []scenario, s streams) error {
	var fine []scenario
	for _, sc := range all {
		for _, d := range sc.wrong {
			schema.Render(s.err, d, schema.Style{})
		}
		if sc.plan != nil {
			fine = append(fine, sc)
		}
	}
	if _, err := list(fine).WriteTo(s.out); err != nil {
		return unwritable(err)
	}
	if len(fine) < len(all) {
		return exit{code: exitInvalid}
	}
	return nil
}
