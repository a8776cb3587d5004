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
	var version bool
	root := &cobra.Command{
		Use:     "netscene",
		Short:   "Run network scenarios written as YAML on real sockets",
		Example: "  netscene run scenarios/\n  netscene check echo.yaml\n  netscene actions recv",
		Args:    noCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if version {
				return printVersion(s)
			}
			return cmd.Help()
		},
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.DisableDefaultCmd = true
	root.Flags().BoolVar(&version, "version", false, "print the version of netscene and of Go")
	root.InitDefaultHelpFlag() // or a command behind --help would be taken for its value
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelp())
	root.AddCommand(newRun(s), newCheck(s), newActions(s), newVersion(s))
	return root
}

// noCommand refuses arguments that begin with no command.
func noCommand(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case isScenario(args[0]):
		return fmt.Errorf("to run scenarios, write: netscene run %s", strings.Join(args, " "))
	}
	return unknown("command", args[0], subcommands(cmd), "netscene --help")
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
	if !ok {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	}
	name := missing.GetSpecifiedName()
	for _, c := range cmd.Commands() {
		if f := flagOf(c, name); f != "" {
			return fmt.Errorf("%s goes behind a command, as in %s %[1]s", f, c.CommandPath())
		}
	}
	if !strings.HasPrefix(err.Error(), "unknown flag") {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	}
	var known []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, "--"+f.Name) })
	return unknown("flag", "--"+name, known, cmd.CommandPath()+" --help")
}

// flagOf spells a flag of a command, given without its dashes; "" when the command has none such.
func flagOf(cmd *cobra.Command, name string) string {
	switch {
	case cmd.Flags().Lookup(name) != nil:
		return "--" + name
	case len(name) == 1 && cmd.Flags().ShorthandLookup(name) != nil:
		return "-" + name
	}
	return ""
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
