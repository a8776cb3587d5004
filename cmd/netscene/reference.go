package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"netscene/actions"
	"netscene/actions/socket"
	"netscene/runner/expr"
	"netscene/schema"
)

// reference is the text of actions/README.md: everything that the registry and its like know.
func reference() string {
	var b strings.Builder
	b.WriteString("# What a step can do\n\n" +
		"This page is made from the registry by `go generate ./cmd/netscene`; a test fails when it is\n" +
		"stale. `netscene actions NAME` prints the same on a terminal. How a scenario is written is told in\n" +
		"[schema/README.md](../schema/README.md).\n\n")
	b.WriteString("| action | |\n| --- | --- |\n")
	for _, name := range actions.Names() {
		row(&b, fmt.Sprintf("[%s](#%s)", name, name), sentence(shape(name).About))
	}
	for _, word := range schema.Words() {
		row(&b, fmt.Sprintf("[%s](#%s)", word.Name, word.Name), sentence(word.About)+" (A flow word.)")
	}
	b.WriteString("\nThen: [modifiers](#modifiers), [the keys of a scenario](#the-keys-of-a-scenario), " +
		"[the keys of an actor](#the-keys-of-an-actor), " +
		"[the keys of a definition](#the-keys-of-a-definition), " +
		"[functions of expressions](#functions-of-expressions), [constants](#constants), " +
		"[errors](#errors), " +
		"[differences from Python](#differences-from-python).\n\n" +
		"## Actions\n\n" +
		"Every result also has `elapsed`, how long the call took, and `error` with `errno`, `name`,\n" +
		"`class`, `call` and `text` after a failure that the step expects.\n")
	for _, name := range actions.Names() {
		section(&b, shape(name))
	}
	b.WriteString("\n## Flow words\n\nThey steer the run and touch no socket.\n")
	for _, word := range schema.Words() {
		section(&b, word)
	}
	fields(&b, "Modifiers", schema.Modifiers())
	fields(&b, "The keys of a scenario", schema.Keys())
	fields(&b, "The keys of an actor", schema.ActorKeys())
	fields(&b, "The keys of a definition", schema.DefinitionKeys())
	functions(&b)
	constants(&b)
	failures(&b)
	differences(&b)
	return b.String()
}

// row writes a row of a table.
func row(b *strings.Builder, cells ...string) {
	for i := range cells {
		cells[i] = strings.ReplaceAll(strings.ReplaceAll(cells[i], "|", `\|`), "\n", " ")
	}
	b.WriteString("| " + strings.Join(cells, " | ") + " |\n")
}

// section describes one action or flow word.
func section(b *strings.Builder, s *schema.Shape) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n", s.Name, sentence(s.About))
	if s.Doc != "" {
		fmt.Fprintf(b, "%s\n", s.Doc)
	}
	if len(s.Params) > 0 {
		b.WriteString("\n| parameter | is | |\n| --- | --- | --- |\n")
		for i := range s.Params {
			f := &s.Params[i]
			row(b, "`"+f.Name+"`", kindOf(f), note(s, f)+choices(f))
		}
	}
	if len(s.Results) > 0 {
		b.WriteString("\n| result | is | |\n| --- | --- | --- |\n")
		for i := range s.Results {
			f := &s.Results[i]
			row(b, "`"+f.Name+"`", kindOf(f), note(s, f))
		}
	}
	if s.Table != nil {
		fmt.Fprintf(b, "\n%s:\n\n", s.Table.Title)
		row(b, s.Table.Head...)
		row(b, strings.Split(strings.Repeat("---,", len(s.Table.Head)-1)+"---", ",")...)
		for _, cells := range s.Table.Rows {
			row(b, slices.Clone(cells)...)
		}
	}
	if s.Example != "" {
		fmt.Fprintf(b, "\n```yaml\n%s\n```\n", s.Example)
	}
}

// choices lists the constants that a parameter knows, each by the first of its names.
func choices(f *schema.Field) string {
	const most = 16
	var names []string
	seen := map[int]bool{}
	for _, c := range f.Choices {
		if !seen[c.Value] {
			seen[c.Value] = true
			names = append(names, "`"+c.Name+"`")
		}
	}
	switch {
	case names == nil:
		return ""
	case len(names) > most:
		return " Known are " + strings.Join(names[:most], ", ") + " and [others](#constants)."
	}
	return " Known are " + strings.Join(names, ", ") + "."
}

// constants lists those that expressions and parameters can name.
func constants(b *strings.Builder) {
	b.WriteString("\n## Constants\n\n" +
		"Expressions know them all, and the errnos [below](#errors); their numbers are Linux's. Where a\n" +
		"parameter takes a constant, a number does too.\n\n| of | |\n| --- | --- |\n")
	for _, group := range socket.ConstantGroups() {
		var names []string
		for _, n := range group.Names {
			names = append(names, "`"+n.Name+"`")
		}
		row(b, group.Title, strings.Join(names, ", "))
	}
}

// fields lists keys of the grammar.
func fields(b *strings.Builder, title string, list []schema.Field) {
	b.WriteString("\n## " + title + "\n\n| key | is | |\n| --- | --- | --- |\n")
	top := &schema.Shape{Params: list}
	for i := range top.Params {
		f := &top.Params[i]
		row(b, "`"+f.Name+"`", kindOf(f), note(top, f))
	}
}

func functions(b *strings.Builder) {
	b.WriteString("\n## Functions of expressions\n\n" +
		"Beside them the operators of [expr-lang](https://expr-lang.org/docs/language-definition).\n\n" +
		"| function | | example |\n| --- | --- | --- |\n")
	for _, f := range expr.New(nil).Functions() {
		example := ""
		if f.Example != "" {
			example = "`" + f.Example + "`"
		}
		row(b, "`"+f.Signature+"`", sentence(f.Doc), example)
	}
}

// failures lists the errors by their classes.
func failures(b *strings.Builder) {
	b.WriteString("\n## Errors\n\n" +
		"`fails` and `may_fail` take an errno's name or a class, which means the same on every\n" +
		"system. A class without an errno is one that no system call gives. An errno that is given by no\n" +
		"call of this list comes from a protocol or device below the socket.\n\n" +
		"| class | errno | Linux, FreeBSD, macOS, Windows | | given by |\n| --- | --- | --- | --- | --- |\n")
	byClass := map[socket.Class][]string{}
	for _, name := range socket.ErrnoNames() {
		errno, _ := socket.LookupErrno(name)
		byClass[socket.ClassOf(errno)] = append(byClass[socket.ClassOf(errno)], name)
	}
	for _, class := range socket.Classes() {
		names := byClass[class]
		if len(names) == 0 {
			row(b, "`"+string(class)+"`", "", "", "", "")
		}
		for _, name := range names {
			errno, _ := socket.LookupErrno(name)
			row(b, "`"+string(class)+"`", "`"+name+"`", numbers(errno),
				sentence(socket.Meaning(errno)), strings.Join(socket.CallsGiving(errno), ", "))
		}
	}
}

// numbers lists what an error is on each system.
func numbers(errno socket.Errno) string {
	var all []string
	for _, n := range errno.Numbers() {
		if n == 0 {
			all = append(all, "–")
			continue
		}
		all = append(all, strconv.Itoa(n))
	}
	return strings.Join(all, ", ")
}

// differences lists where the actions deliberately part from Python.
func differences(b *strings.Builder) {
	b.WriteString("\n## Differences from Python\n\n" +
		"The actions do what the methods of Python's `socket` module do, with the same errors; a test\n" +
		"plays the same steps with both. On purpose they differ in this:\n\n" +
		"| Python | here | because |\n| --- | --- | --- |\n")
	for _, d := range actions.PythonDifferences() {
		row(b, d.Python, d.Here, d.Why)
	}
}
