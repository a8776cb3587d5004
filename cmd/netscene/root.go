package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"netscene/schema"
)

// The exit codes; the first that applies in the order 130, 2, 3, 1, 0.
const (
	exitFailed      = 1   // a scenario failed
	exitInvalid     = 2   // a scenario or the command line is invalid
	exitError       = 3   // the harness could not do its part, or everything was skipped
	exitInterrupted = 130 // SIGINT or SIGTERM
)

// streams are the standard streams.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exit is an error that ends the command with a code. Without a cause everything was said already.
type exit struct {
	code  int
	cause error
}

func (e exit) Error() string {
	if e.cause == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.cause.Error()
}

// unwritable is the exit for output that cannot be written.
func unwritable(err error) error {
	if err == nil {
		return nil
	}
	return exit{exitError, fmt.Errorf("cannot write to standard output: %w", err)}
}

// execute runs the command with arguments and gives its exit code. All errors but an exit are
// mistakes in the command line.
func execute(args []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(args)
	err := root.Execute()
	if err == nil {
		return 0
	}
	code := exitInvalid
	if e, ok := errors.AsType[exit](err); ok {
		if code = e.code; e.cause == nil {
			return code
		}
	}
	fmt.Fprintln(s.err, "netscene: "+schema.Visible(err.Error()))
	return code
}

func newRoot(s streams) *cobra.Command {
	root := &cobra.Command{
		Use:   "netscene",
		Short: "Run network scenarios written as YAML on real sockets",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return unknown("command", args[0], subcommands(cmd), "netscene --help")
		},
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelp())
	root.AddCommand(newRun(s), newCheck(s), newActions(s), newVersion(s))
	return root
}

// newHelp replaces the framework's help command, which takes an unknown command for no mistake.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Describe a command",
		Args:  atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			if len(args) == 0 {
				return root.Help()
			}
			for _, c := range root.Commands() {
				if c.Name() == args[0] {
					return c.Help()
				}
			}
			return unknown("command", args[0], subcommands(root), "netscene --help")
		},
	}
}

// unknown is the error for a word that is not among those known.
func unknown(what, word string, known []string, help string) error {
	if near := schema.Suggest(word, known); near != "" {
		return fmt.Errorf("unknown %s %s: did you mean %s?", what, word, near)
	}
	return fmt.Errorf("unknown %s %s; see %s", what, word, help)
}

func subcommands(cmd *cobra.Command) []string {
	var names []string
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() || c.Name() == "help" {
			names = append(names, c.Name())
		}
	}
	return names
}

// flagError makes what is wrong with flags readable, with a suggestion for a mistyped one.
func flagError(cmd *cobra.Command, err error) error {
	missing, ok := errors.AsType[*pflag.NotExistError](err)
	if !ok || !strings.HasPrefix(err.Error(), "unknown flag") {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	return unknown("flag", "--"+missing.GetSpecifiedName(), known, cmd.CommandPath()+" --help")
}

// some refuses a command line without arguments.
func some(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > 0 {
			return nil
		}
		return fmt.Errorf("%s needs %s; see %s --help", cmd.Name(), what, cmd.CommandPath())
	}
}

// atMost refuses more arguments than a command takes.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) <= n {
			return nil
		}
		return fmt.Errorf("%s does not take %q; see %s --help", cmd.Name(), args[n],
			cmd.CommandPath())
	}
}
