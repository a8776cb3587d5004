package main

import (
	"bytes"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"netscene/actions"
	"netscene/runner"
	"netscene/runner/expr"
	"netscene/schema"
)

func newActions(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "actions [NAME]",
		Short: "List what a step can do, or describe one action, flow word, modifier or function",
		Args:  atMost(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var out bytes.Buffer
			if len(args) == 0 {
				listActions(&out)
			} else if err := describe(&out, args[0]); err != nil {
				return err
			}
			_, err := out.WriteTo(s.out)
			return unwritable(err)
		},
	}
}

// shape finds the description of an action or a flow word; nil when there is none.
func shape(name string) *schema.Shape {
	if a := actions.Lookup(name); a != nil {
		return a.Shape
	}
	return schema.FlowWord(name)
}

func listActions(out *bytes.Buffer) {
	rows := table(out)
	for _, name := range actions.Names() {
		fmt.Fprintf(rows, "%s\t%s\n", name, sentence(shape(name).About))
	}
	rows.Flush()
	out.WriteString("\nFlow words:\n\n")
	for _, word := range schema.Words() {
		fmt.Fprintf(rows, "%s\t%s\n", word.Name, sentence(word.About))
	}
	rows.Flush()
	out.WriteString("\nModifiers, which stand beside the action of a step:\n\n")
	for _, m := range schema.Modifiers() {
		fmt.Fprintf(rows, "%s\t%s\n", m.Name, sentence(m.Doc))
	}
	rows.Flush()
}

func table(out *bytes.Buffer) *tabwriter.Writer { return tabwriter.NewWriter(out, 0, 0, 2, ' ', 0) }

// describe tells all about one action or flow word, and what a modifier is for.
func describe(out *bytes.Buffer, name string) error {
	s := shape(name)
	if s == nil {
		return describeOther(out, name)
	}
	fmt.Fprintf(out, "%s: %s\n", s.Name, sentence(s.About))
	if s.Doc != "" {
		fmt.Fprintf(out, "\n%s\n", s.Doc)
	}
	rows := table(out)
	for _, part := range []struct {
		title  string
		fields []schema.Field
	}{{"Parameters", s.Params}, {"Results", s.Results}} {
		if len(part.fields) == 0 {
			continue
		}
		fmt.Fprintf(out, "\n%s:\n", part.title)
		for i := range part.fields {
			f := &part.fields[i]
			fmt.Fprintf(rows, "  %s\t%s\t%s\n", f.Name, kindOf(f), note(s, f))
		}
		rows.Flush()
	}
	if s.Table != nil {
		fmt.Fprintf(out, "\n%s:\n", s.Table.Title)
		for _, cells := range s.Table.Rows {
			left, right := wrapped(cells[0]), wrapped(cells[1])
			for i := range max(len(left), len(right)) {
				fmt.Fprintf(rows, "  %s\t%s\n", lineAt(left, i), lineAt(right, i))
			}
		}
		rows.Flush()
	}
	if s.Example != "" {
		fmt.Fprintf(out, "\nExample:\n  %s\n", strings.ReplaceAll(s.Example, "\n", "\n  "))
	}
	return nil
}

// wrapped breaks text into lines that are short enough for two columns.
func wrapped(text string) []string {
	const width = 50
	lines := []string{""}
	for _, word := range strings.Fields(text) {
		last := &lines[len(lines)-1]
		switch {
		case *last == "":
			*last = word
		case len(*last)+1+len(word) > width:
			lines = append(lines, word)
		default:
			*last += " " + word
		}
	}
	return lines
}

func lineAt(lines []string, i int) string {
	if i < len(lines) {
		return lines[i]
	}
	return ""
}

// describeOther tells what a modifier or a function of expressions is for.
func describeOther(out *bytes.Buffer, name string) error {
	known := runner.Words()
	for _, m := range schema.Modifiers() {
		if m.Name == name {
			fmt.Fprintf(out, "%s: %s\n\nIt is a modifier: it stands beside the action of a step. "+
				"See schema/README.md, Modifiers.\n", name, sentence(m.Doc))
			return nil
		}
		known = append(known, m.Name)
	}
	for _, f := range expr.New(nil).Functions() {
		if f.Name == name {
			fmt.Fprintf(out, "%s\n\n%s\n\nIt is a function of expressions.\n", f.Signature,
				sentence(f.Doc))
			if f.Example != "" {
				fmt.Fprintf(out, "\nExample:\n  %s\n", f.Example)
			}
			return nil
		}
	}
	return unknown("action", name, known, "netscene actions")
}

// note says what a field is, whether it must be given, and what it is otherwise.
func note(s *schema.Shape, f *schema.Field) string {
	text := sentence(f.Doc)
	if s.Param(f.Name) == f && s.Main == f.Name {
		text += " It may stand alone as the value of " + s.Name + "."
	}
	if f.Required {
		text += " Required."
	}
	if f.Default != "" {
		text += " Default: " + f.Default + "."
	}
	return text
}

// sentence makes a sentence of a line of help.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if strings.HasSuffix(text, ".") {
		return text
	}
	return text + "."
}

var kindNames = map[schema.Kind]string{schema.Any: "any value", schema.Bool: "boolean",
	schema.Int: "integer", schema.Float: "number", schema.String: "text",
	schema.Duration: "time", schema.Size: "size", schema.Bytes: "data", schema.Address: "address",
	schema.Choice: "one of", schema.Flags: "flags", schema.List: "list", schema.Map: "mapping",
	schema.Handle: "socket", schema.Expression: "expression", schema.Steps: "steps",
	schema.Branches: "lists of steps"}

// kindOf names the kind of a field for people.
func kindOf(f *schema.Field) string {
	name := kindNames[f.Kind]
	switch {
	case f.Kind == schema.Choice:
		name = "constant"
	case f.Elem != nil:
		name += " of " + kindOf(f.Elem)
	}
	if f.Null {
		name += " or null"
	}
	return name
}
