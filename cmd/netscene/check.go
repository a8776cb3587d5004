package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"netscene/schema"
)

func newCheck(s streams) *cobra.Command {
	var vars variables
	var color colorFlags
	cmd := &cobra.Command{
		Use:   "check FILE|DIRECTORY|-...",
		Short: "Say what is wrong with scenarios, without running them",
		Args:  some("files, directories or - for standard input"),
		RunE: func(_ *cobra.Command, args []string) error {
			colored, err := color.wanted(s.out)
			if err != nil {
				return err
			}
			return check(args, s, &vars, schema.Style{Color: colored})
		},
	}
	vars.flags(cmd.Flags())
	color.flags(cmd.Flags())
	return cmd
}

func check(args []string, s streams, vars *variables, style schema.Style) error {
	all, err := load(args, s.in, vars, true)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	fine := 0
	for _, sc := range all {
		if sc.plan != nil || sc.library && len(sc.wrong) == 0 {
			fine++
		}
		for _, d := range sc.wrong {
			schema.Render(&out, d, style)
			out.WriteByte('\n')
		}
	}
	verb := "are"
	if fine == 1 || len(all) == 1 {
		verb = "is"
	}
	fmt.Fprintf(&out, "%d of %s %s fine\n", fine, plural(len(all), "file"), verb)
	if _, err := out.WriteTo(s.out); err != nil {
		return unwritable(err)
	}
	if fine < len(all) {
		return exit{code: exitInvalid}
	}
	return nil
}

func plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
