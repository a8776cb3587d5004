package main

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"netscene/runner/expr"
	"netscene/schema"
)

// filter holds the flags that select scenarios.
type filter struct {
	run, tags string
}

func (f *filter) flags(fs *pflag.FlagSet) {
	fs.StringVar(&f.run, "run", "", "only scenarios whose name or path matches the `regexp`")
	fs.StringVar(&f.tags, "tags", "",
		"only scenarios for which the `expression` over tags holds: \"tcp and not slow\"")
}

// selected gives the scenarios that the flags select, and how many they leave out. What is wrong
// with a flag goes to w, with its place. Files that cannot run are always selected: whether they
// would be is not known, and a mistake that makes a filter pass over its file must not go unseen.
func (f *filter) selected(all []scenario, w io.Writer) ([]scenario, int, error) {
	name, err := regexp.Compile(f.run)
	if err != nil {
		return nil, 0, refuse(w, "--run", f.run, wrongRegexp(f.run, err))
	}
	tags, problems := newTagFilter(f.tags, all)
	if problems != nil {
		return nil, 0, refuse(w, "--tags", f.tags, problems)
	}
	var kept []scenario
	for _, s := range all {
		holds, err := tags.holds(s.tags)
		if err != nil {
			return nil, 0, fmt.Errorf("--tags %s: %s: %w", f.tags, s.file, err)
		}
		if s.plan == nil || holds && (name.MatchString(s.name) || name.MatchString(s.file)) {
			kept = append(kept, s)
		}
	}
	if len(kept) == 0 && len(all) > 0 {
		return nil, 0, f.nothing(all, w)
	}
	return kept, len(all) - len(kept), nil
}

// nothing says that no scenario is selected, and what there was.
func (f *filter) nothing(all []scenario, w io.Writer) error {
	const most = 20
	fmt.Fprintf(w, "netscene: %s selects none of %s:\n", f, plural(len(all), "scenario"))
	list(all[:min(len(all), most)]).WriteTo(w)
	if len(all) > most {
		fmt.Fprintf(w, "and %d more; see --list\n", len(all)-most)
	}
	return exit{code: exitInvalid}
}

// String gives the flags as they were written.
func (f *filter) String() string {
	var flags []string
	if f.run != "" {
		flags = append(flags, "--run "+schema.Visible(f.run))
	}
	if f.tags != "" {
		flags = append(flags, "--tags "+schema.Visible(f.tags))
	}
	return strings.Join(flags, " with ")
}

// refuse reports what is wrong with the text of a flag, and gives the exit.
func refuse(w io.Writer, flag, text string, problems []expr.Problem) error {
	src := schema.NewSource(flag, []byte(text))
	for _, p := range problems {
		found := schema.Diagnostics{{Span: src.Span(p.From, p.To), Summary: p.Summary, Detail: p.Detail}}
		found.Quote(src)
		schema.Render(w, found[0], schema.Style{})
	}
	return exit{code: exitInvalid}
}

// wrongRegexp says where a regular expression is wrong. The parser tells the part that it could not
// take, not its place: that is the first such part which ends behind the longest beginning that is
// right by itself.
func wrongRegexp(text string, err error) []expr.Problem {
	p := expr.Problem{To: len(text), Summary: err.Error()}
	wrong, ok := err.(*syntax.Error)
	if !ok {
		return []expr.Problem{p}
	}
	p.Summary = wrong.Code.String()
	for end := range text {
		if _, err := syntax.Parse(text[:end], syntax.Perl); err == nil {
			p.From = end
		}
	}
	for from := range text {
		to := from + len(wrong.Expr)
		if strings.HasPrefix(text[from:], wrong.Expr) && to > p.From && to-from < len(text) {
			p.From, p.To = from, to
			break
		}
	}
	return []expr.Problem{p}
}

// tagFilter is an expression over tags: each tag of any scenario is a name that is true for the
// scenarios that have it.
type tagFilter struct {
	program *expr.Program // nil selects everything
	known   []string
}

// allTags is the name of the list of a scenario's tags, for those that cannot be names themselves.
const allTags = "tags"

func newTagFilter(text string, all []scenario) (t tagFilter, problems []expr.Problem) {
	if text == "" {
		return t, nil
	}
	for _, s := range all {
		t.known = append(t.known, s.tags...)
	}
	slices.Sort(t.known)
	t.known = slices.Compact(t.known)
	names := expr.Names{allTags: expr.List(expr.String)}
	for _, tag := range t.known {
		names[tag] = expr.Bool
	}
	t.program, problems = expr.New(nil).Compile(text, names, expr.Bool)
	if problems == nil && t.program.Constant() {
		problems = []expr.Problem{{To: len(text), Summary: "the expression names no tag"}}
	}
	for i := range problems {
		p := &problems[i]
		if p.Detail == "" && !strings.HasSuffix(p.Summary, "?") && len(t.known) > 0 {
			p.Detail = "tags are " + strings.Join(t.known, ", ")
		}
	}
	return t, problems
}

// holds says whether a scenario with these tags is selected.
func (t tagFilter) holds(tags []string) (bool, error) {
	if t.program == nil {
		return true, nil
	}
	env, own := map[string]any{}, []any{}
	for _, tag := range tags {
		own = append(own, tag)
	}
	env[allTags] = own
	for _, tag := range t.known {
		env[tag] = slices.Contains(tags, tag)
	}
	v, err := t.program.Run(env)
	return v == true, err
}

// list gives the scenarios in lines, each with its file, name and tags.
func list(all []scenario) *bytes.Buffer {
	var laidOut, out bytes.Buffer
	rows := table(&laidOut)
	for _, s := range all {
		fmt.Fprintf(rows, "%s\t%s\t%s\n", schema.Visible(s.file), schema.Visible(s.name),
			schema.Visible(strings.Join(s.tags, ", ")))
	}
	rows.Flush()
	for line := range strings.Lines(laidOut.String()) {
		out.WriteString(strings.TrimRight(line, " \n") + "\n")
	}
	return &out
}
