package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"netscene/schema"
)

// found is a file to read, or why there is none.
type found struct {
	name   string
	listed bool  // in a directory, not named by itself
	wrong  error // why an argument leads to no file
}

// findFiles turns arguments into files: a directory stands for the *.yaml and *.yml files in it and
// below, sorted, without those in hidden folders and folders called testdata. A file that is named
// twice is taken once.
func findFiles(args []string) []found {
	var all []found
	seen := map[string]bool{}
	for _, arg := range args {
		for _, f := range expand(arg) {
			if key := filepath.Clean(f.name); !seen[key] {
				seen[key] = true
				all = append(all, f)
			}
		}
	}
	return all
}

func expand(arg string) []found {
	info, err := os.Stat(arg)
	if arg == "-" || err != nil || !info.IsDir() {
		return []found{{name: arg}} // reading it says what is wrong with it
	}
	var files []found
	err = fs.WalkDir(os.DirFS(arg), ".", func(name string, d fs.DirEntry, err error) error {
		full := filepath.Join(arg, filepath.FromSlash(name))
		switch {
		case err != nil:
			files = append(files, found{name: full, wrong: cause(err)})
			return nil
		case d.IsDir() && name != "." && skipped(d.Name()):
			return fs.SkipDir
		case !d.IsDir() && !strings.HasPrefix(d.Name(), ".") && isYAML(name):
			files = append(files, found{name: full, listed: true})
		}
		return nil
	})
	if err != nil {
		files = append(files, found{name: arg, wrong: cause(err)})
	}
	if len(files) == 0 {
		wrong := errors.New("no scenario (*.yaml, *.yml) in this directory")
		return []found{{name: arg, wrong: wrong}}
	}
	return files
}

func skipped(dir string) bool { return dir == "testdata" || strings.HasPrefix(dir, ".") }

func isYAML(name string) bool {
	ext := path.Ext(name)
	return ext == ".yaml" || ext == ".yml"
}

// isScenario says whether an argument is meant as a scenario, or as several.
func isScenario(arg string) bool {
	_, err := os.Stat(arg)
	return arg == "-" || err == nil || isYAML(arg)
}

// cause drops the file's name from an error, as the finding shows it already.
func cause(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return errors.New("cannot read: " + e.Err.Error())
	}
	return err
}

func (f found) diagnostics() schema.Diagnostics {
	return schema.Diagnostics{{Span: schema.Span{File: f.name}, Summary: f.wrong.Error()}}
}
