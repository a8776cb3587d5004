package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

const module = "netscene"

// layers are the folders from the lowest to the highest. A package imports only from layers below
// its own; of a folder within a folder the longer name counts.
var layers = []string{"schema", "actions/gate", "actions/socket", "actions/host", "actions/packet",
	"actions/message", "actions",
	"runner/expr", "runner/board", "runner", "runner/report", "cmd"}

// importers says which folders may import a module.
var importers = map[string][]string{
	"gopkg.in/yaml.v3":              {"schema"},
	"github.com/mattn/go-runewidth": {"schema"},
	"github.com/expr-lang/expr":     {"runner/expr"},
	"golang.org/x/net":              {"runner/expr"},
	"golang.org/x/sys":              {"actions/socket", "actions/host"},
	"github.com/gopacket/gopacket":  {"actions/packet"},
	"github.com/charmbracelet/log":  {"cmd"},
	"github.com/spf13/cobra":        {"cmd"},
	"github.com/spf13/pflag":        {"cmd"},
	"golang.org/x/term":             {"cmd"},
}

// The limits of style.
const (
	maxFunction = 80
	maxFile     = 500
	maxColumns  = 100
)

// sourceFile is a Go file of the module.
type sourceFile struct {
	name string // slashed, from the module's root
	text string
	fset *token.FileSet
	tree *ast.File
}

func parsed(name, text string) (*sourceFile, error) {
	f := &sourceFile{name: name, text: text, fset: token.NewFileSet()}
	var err error
	f.tree, err = parser.ParseFile(f.fset, name, text, parser.ParseComments)
	return f, err
}

func (f *sourceFile) test() bool { return strings.HasSuffix(f.name, "_test.go") }

func (f *sourceFile) line(at token.Pos) int { return f.fset.Position(at).Line }

// goFiles gives all Go files of the module.
func goFiles(t *testing.T) []*sourceFile {
	t.Helper()
	root := "../.."
	var files []*sourceFile
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			if name != "." && d != nil && skipped(d.Name()) {
				return fs.SkipDir
			}
			return err
		}
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		f, err := parsed(name, string(text))
		files = append(files, f)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 50 {
		t.Fatalf("only %d files found", len(files))
	}
	return files
}

// within says whether a path is another, or below it.
func within(name, top string) bool { return name == top || strings.HasPrefix(name, top+"/") }

// layer is the place of a folder among the layers; -1 when it is in none.
func layer(dir string) int {
	best := -1
	for i, l := range layers {
		if within(dir, l) && (best < 0 || len(l) > len(layers[best])) {
			best = i
		}
	}
	return best
}

// imports checks what a file imports.
func imports(f *sourceFile) (wrong []string) {
	dir := path.Dir(f.name)
	for _, spec := range f.tree.Imports {
		name, _ := strconv.Unquote(spec.Path.Value)
		if ours, ok := strings.CutPrefix(name, module+"/"); ok {
			from, to := layer(dir), layer(ours)
			if !f.test() && (from < 0 || to < 0 || to >= from) {
				wrong = append(wrong, fmt.Sprintf("%s imports %s, which is not below it", f.name, ours))
			}
			continue
		}
		for mod, dirs := range importers {
			allowed := slices.ContainsFunc(dirs, func(d string) bool { return within(dir, d) })
			if within(name, mod) && !f.test() && !allowed {
				wrong = append(wrong, fmt.Sprintf("%s imports %s; only %v may", f.name, mod, dirs))
			}
		}
		if dir == "actions" && !f.test() && (within(name, "os") || within(name, "net")) {
			wrong = append(wrong, fmt.Sprintf("%s imports %s; an action uses its Env", f.name, name))
		}
	}
	return wrong
}

// calls checks which functions of the standard library a file uses.
func calls(f *sourceFile) (wrong []string) {
	dir := path.Dir(f.name)
	clock := strings.Fields("time.Now time.Since time.Until time.Sleep time.After time.AfterFunc " +
		"time.NewTimer time.NewTicker time.Tick")
	ast.Inspect(f.tree, func(n ast.Node) bool {
		sel, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		base, ok := sel.X.(*ast.Ident)
		if !ok || base.Obj != nil { // a variable, not a package
			return true
		}
		what := base.Name + "." + sel.Sel.Name
		switch {
		case what == "os.Exit" && f.name != "cmd/netscene/main.go",
			what == "log.Fatal",
			strings.HasPrefix(what, "net.Dial") && !f.test(), // benchmarks compare with it
			dir == "actions" && !f.test() && slices.Contains(clock, what):
			wrong = append(wrong, fmt.Sprintf("%s:%d uses %s", f.name, f.line(n.Pos()), what))
		}
		return true
	})
	return wrong
}

// sizes checks the limits of style.
func sizes(f *sourceFile) (wrong []string) {
	lines := strings.Split(strings.TrimSuffix(f.text, "\n"), "\n")
	if len(lines) > maxFile {
		wrong = append(wrong, fmt.Sprintf("%s has %d lines", f.name, len(lines)))
	}
	for i, line := range lines {
		if n := utf8.RuneCountInString(line); n > maxColumns && !longText.MatchString(line) {
			wrong = append(wrong, fmt.Sprintf("%s:%d has %d columns", f.name, i+1, n))
		}
	}
	for _, d := range f.tree.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			n := f.line(fn.End()) - f.line(fn.Pos()) + 1
			if n > maxFunction && !f.test() {
				wrong = append(wrong, fmt.Sprintf("%s:%d: %s has %d lines", f.name, f.line(fn.Pos()),
					fn.Name.Name, n))
			}
		}
	}
	return wrong
}

// longText is a text in a line that is not broken, so that it can be searched for: a message, help
// in a tag.
var longText = regexp.MustCompile(`"[^"]{30,}"`)

// documented checks that exported names have a comment.
func documented(f *sourceFile) (wrong []string) {
	if f.test() || f.tree.Name.Name == "main" {
		return nil
	}
	note := func(name *ast.Ident, docs ...*ast.CommentGroup) {
		there := slices.ContainsFunc(docs, func(c *ast.CommentGroup) bool { return c != nil })
		if name.IsExported() && !there {
			wrong = append(wrong, fmt.Sprintf("%s:%d: %s has no comment", f.name, f.line(name.Pos()),
				name.Name))
		}
	}
	for _, d := range f.tree.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			known := slices.Contains([]string{"String", "Error"}, d.Name.Name) // as everywhere
			if d.Recv == nil || ast.IsExported(receiver(d.Recv.List[0].Type)) && !known {
				note(d.Name, d.Doc)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					note(spec.Name, d.Doc, spec.Doc)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						note(name, d.Doc, spec.Doc, spec.Comment)
					}
				}
			}
		}
	}
	return wrong
}

func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.Ident:
		return e.Name
	}
	return ""
}

func TestArchitecture(t *testing.T) {
	described := map[string]int{}
	for _, f := range goFiles(t) {
		for _, rule := range []func(*sourceFile) []string{imports, calls, sizes, documented} {
			for _, text := range rule(f) {
				t.Error(text)
			}
		}
		n := 0
		if f.tree.Doc != nil {
			n = 1
		}
		described[path.Dir(f.name)] += n
	}
	for dir, n := range described {
		if n != 1 {
			t.Errorf("%s has %d package comments, want 1", dir, n)
		}
	}
}

// TestArchitectureCanFail shows each rule a file that breaks it, and the same file where it does
// not.
func TestArchitectureCanFail(t *testing.T) {
	tests := []struct {
		rule             func(*sourceFile) []string
		text, bad, where string // bad: a place where it is wrong; where: one where it is right
	}{
		{imports, `import _ "netscene/runner"`, "actions/x.go", "cmd/netscene/x.go"},
		{imports, `import _ "netscene/actions"`, "actions/socket/x.go", "runner/x.go"},
		{imports, `import _ "netscene/runner/report"`, "runner/x.go", "cmd/netscene/x.go"},
		{imports, `import _ "netscene/schema"`, "schema/x.go", "actions/gate/x.go"},
		{imports, `import _ "gopkg.in/yaml.v3"`, "runner/x.go", "schema/x.go"},
		{imports, `import _ "github.com/expr-lang/expr/ast"`, "runner/x.go", "runner/expr/x.go"},
		{imports, `import _ "golang.org/x/sys/unix"`, "actions/x.go", "actions/socket/x.go"},
		{imports, `import _ "github.com/charmbracelet/log"`, "runner/x.go", "cmd/netscene/x.go"},
		{imports, `import _ "github.com/spf13/cobra"`, "runner/report/x.go", "cmd/netscene/x.go"},
		{imports, `import _ "os"`, "actions/x.go", "actions/host/x.go"},
		{imports, `import _ "net/netip"`, "actions/x.go", "actions/socket/x.go"},
		{calls, `import "time"; var a = time.Now()`, "actions/x.go", "runner/x.go"},
		{calls, `import "time"; var a = time.NewTimer`, "actions/x.go", "runner/x.go"},
		{calls, `import "os"; func f() { os.Exit(1) }`, "cmd/netscene/x.go", "cmd/netscene/main.go"},
		{sizes, "func f() {" + strings.Repeat("\n", maxFunction) + "}", "schema/x.go", "x_test.go"},
		{documented, "func Name() {}", "runner/x.go", "runner/x_test.go"},
	}
	for _, test := range tests {
		for name, want := range map[string]bool{test.bad: true, test.where: false} {
			f, err := parsed(name, "package p\n"+test.text)
			if err != nil {
				t.Fatal(err)
			}
			if wrong := test.rule(f); (len(wrong) > 0) != want {
				t.Errorf("%s with %s: findings %v, want some: %v", name, test.text, wrong, want)
			}
		}
	}
	// These are wrong wherever they are.
	for text, rule := range map[string]func(*sourceFile) []string{
		"// " + strings.Repeat("x", maxColumns):                sizes,
		strings.Repeat("//\n", maxFile):                        sizes,
		`import "net"; var a, b = net.DialTimeout("", "", 0)`:  calls,
		`import "net"; var a = net.Dialer{}`:                   calls,
		`import "log"; func f() { log.Fatal("gone") }`:         calls,
		`import "netscene/nowhere"; var a = nowhere.Something`: imports,
	} {
		f, err := parsed("runner/x.go", "package p\n"+text)
		if err != nil {
			t.Fatal(err)
		}
		if wrong := rule(f); len(wrong) != 1 {
			t.Errorf("%.40s: findings %v, want one", text, wrong)
		}
	}
}
