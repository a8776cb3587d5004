package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	blockForm   = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")
	commandForm = regexp.MustCompile(`^\$ (?:go run \./cmd/)?netscene (.*)\n`)
	linkForm    = regexp.MustCompile(`\]\(([^)]+)\)`)
	headingForm = regexp.MustCompile(`(?m)^#+ (.*)$`)
	punctuation = regexp.MustCompile(`[^a-z0-9_ -]`)
)

// TestReadme runs the commands that README.md shows and compares their outputs; -update rewrites
// those that differ by more than ports and times. What it shows of scenarios is the text of files.
func TestReadme(t *testing.T) {
	t.Chdir("../..")
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	known := scenarioTexts(t)
	commands := 0
	fresh := blockForm.ReplaceAllStringFunc(string(text), func(block string) string {
		m := blockForm.FindStringSubmatch(block)
		switch m[1] {
		case "yaml":
			if known[m[2]] == "" {
				t.Errorf("no file holds this scenario:\n%s", m[2])
			}
		case "console":
			command := commandForm.FindStringSubmatch(m[2])
			if command == nil {
				t.Errorf("no command in\n%s", m[2])
				return block
			}
			commands++
			got := call("", words(command[1])...)
			shown := strings.TrimPrefix(m[2], command[0])
			if normal(shown) != normal(got.out+got.err) {
				return "```console\n" + command[0] + strings.TrimRight(got.out+got.err, "\n") + "\n```"
			}
		}
		return block
	})
	if commands < 3 {
		t.Errorf("only %d commands found", commands)
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(fresh), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if fresh != string(text) {
		t.Errorf("README.md is not what comes out (-update rewrites it); it would be:\n%s", fresh)
	}
}

// TestLinks follows the links of the pages to files and headings.
func TestLinks(t *testing.T) {
	t.Chdir("../..")
	for _, page := range []string{"README.md", "schema/README.md", "actions/README.md"} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		links := linkForm.FindAllStringSubmatch(string(text), -1)
		if len(links) < 3 {
			t.Errorf("%s: only %d links found", page, len(links))
		}
		for _, m := range links {
			if err := follow(page, m[1]); err != nil {
				t.Errorf("%s: the link %s leads nowhere: %v", page, m[1], err)
			}
		}
	}
}

// follow says why a link of a page leads nowhere.
func follow(page, link string) error {
	if strings.Contains(link, "://") {
		return nil
	}
	name, heading, _ := strings.Cut(link, "#")
	if name = path.Join(path.Dir(page), name); strings.HasPrefix(link, "#") {
		name = page
	}
	if heading == "" {
		_, err := os.Stat(name)
		return err
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	for _, m := range headingForm.FindAllStringSubmatch(string(text), -1) {
		words := punctuation.ReplaceAllString(strings.ToLower(m[1]), "")
		if strings.ReplaceAll(words, " ", "-") == heading {
			return nil
		}
	}
	return errors.New("no such heading")
}

// scenarioTexts gives the texts of all scenarios, with their files.
func scenarioTexts(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, dir := range []string{"scenarios", "cmd/netscene/testdata"} {
		err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || path.Ext(name) != ".yaml" {
				return err
			}
			text, err := os.ReadFile(filepath.Join(dir, name))
			texts[string(text)] = name
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return texts
}
