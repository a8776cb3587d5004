package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/spf13/pflag"

	"netscene/runner"
	"netscene/schema"
)

// scenario is a file that was asked for: a plan, or what is wrong with it.
type scenario struct {
	file  string
	name  string // this and the tags as far as they are known when something is wrong
	tags  []string
	plan  *runner.Plan   // nil when something is wrong
	plans []*runner.Plan // the same for each of its rows
	wrong schema.Diagnostics
	// library says that the file holds what scenarios use, and is none that can run.
	library bool
	vars    []string // that it declares
	unread  bool     // it could not be read, so nobody knows what it declares
}

// variables are the flags that give scenario variables.
type variables struct {
	given []string // name=value
	files []string
}

func (v *variables) flags(fs *pflag.FlagSet) {
	fs.StringArrayVar(&v.given, "var", nil, "give a scenario variable, as `name=value` (repeatable)")
	fs.StringArrayVar(&v.files, "var-file", nil,
		"give the variables that a YAML or JSON `file` holds (repeatable)")
}

// read collects the variables; what --var says wins over files, and what comes later over what
// comes before.
func (v *variables) read(stdin io.Reader) (runner.Vars, error) {
	vars := runner.Vars{Text: map[string]string{}, Values: map[string]any{}, Env: os.LookupEnv}
	for _, file := range v.files {
		src, wrong := schema.Read(file, stdin)
		if len(wrong) == 0 {
			var values map[string]any
			values, wrong = schema.ParseVars(src)
			maps.Copy(vars.Values, values)
		}
		if len(wrong) > 0 {
			return vars, fmt.Errorf("--var-file: %s: %s", wrong[0].Span, wrong[0].Summary)
		}
	}
	for _, text := range v.given {
		name, value, ok := strings.Cut(text, "=")
		if !ok {
			return vars, fmt.Errorf("--var %s: write it as name=value", text)
		}
		if !schema.Identifier(name) {
			return vars, fmt.Errorf("--var %s: %q cannot be the name of a variable", text, name)
		}
		vars.Text[name] = value
	}
	return vars, nil
}

// load reads and compiles everything that the arguments name. Files of definitions are kept for
// check, and where they are named by mistake; in a directory they are none of those that run. An
// error is a mistake in the command line; what is wrong with a file is in its scenario.
func load(args []string, stdin io.Reader, v *variables, check bool) ([]scenario, error) {
	vars, err := v.read(stdin)
	if err != nil {
		return nil, err
	}
	files := findFiles(args)
	all, declared, unread := make([]scenario, len(files)), map[string]bool{}, false
	each(len(files), func(i int) { all[i] = compile(files[i], vars, stdin, check) })
	for _, s := range all {
		unread = unread || s.unread
		for _, name := range s.vars {
			declared[name] = true
		}
	}
	if !check {
		all = runnable(all)
	}
	if !unread {
		err = undeclared(vars, slices.Sorted(maps.Keys(declared)))
	}
	return all, err
}

// runnable gives what of the files can run, or should: without those that hold definitions, and
// each row of a scenario by itself.
func runnable(files []scenario) []scenario {
	var all []scenario
	for _, s := range files {
		switch {
		case s.plan != nil:
			for _, plan := range s.plans {
				s.plan, s.name = plan, plan.Name
				all = append(all, s)
			}
		case !s.library || s.wrong != nil:
			all = append(all, s)
		}
	}
	return all
}

// each calls do for every index, on all processors.
func each(n int, do func(i int)) {
	var workers sync.WaitGroup
	var next atomic.Int64
	for range min(n, runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				do(i)
			}
		})
	}
	workers.Wait()
}

// compile makes a plan of a file, or finds what is wrong with it.
func compile(f found, vars runner.Vars, stdin io.Reader, check bool) scenario {
	s := scenario{file: f.name}
	if f.wrong != nil {
		s.wrong = f.diagnostics()
		return s
	}
	doc, wrong := parse(f.name, stdin)
	if doc != nil {
		s.file, s.name, s.tags = doc.Source.Name, doc.Name, doc.Tags
		for _, v := range doc.Vars {
			s.vars = append(s.vars, v.Name.Text)
		}
		if s.library = doc.Library && (check || f.listed); s.library {
			s.wrong = append(wrong, runner.CheckLibrary(doc)...)
			s.wrong.Sort()
			return s
		}
		plans, more := runner.Compile(doc, vars)
		if wrong = append(wrong, more...); len(wrong) == 0 {
			s.plans, s.plan = plans, plans[0]
		}
		if f.listed && len(doc.Actors) == 0 && len(wrong) > 0 {
			wrong[0].Detail += "\na file that is no scenario can stand in a folder called testdata"
		}
	}
	s.unread = doc == nil
	wrong.Sort()
	s.wrong = wrong
	return s
}

func parse(name string, stdin io.Reader) (*schema.Document, schema.Diagnostics) {
	src, wrong := schema.Read(name, stdin)
	if len(wrong) > 0 {
		return nil, wrong
	}
	return schema.Parse(src, runner.Words())
}

// undeclared refuses variables that no scenario knows.
func undeclared(vars runner.Vars, declared []string) error {
	given := slices.Concat(slices.Sorted(maps.Keys(vars.Text)), slices.Sorted(maps.Keys(vars.Values)))
	for _, name := range given {
		if slices.Contains(declared, name) {
			continue
		}
		if near := schema.Suggest(name, declared); near != "" {
			return fmt.Errorf("no scenario declares the variable %s: did you mean %s?", name, near)
		}
		if len(declared) == 0 {
			return fmt.Errorf("no scenario declares the variable %s, nor any other", name)
		}
		return fmt.Errorf("no scenario declares the variable %s; declared are %s", name,
			strings.Join(declared, ", "))
	}
	return nil
}
