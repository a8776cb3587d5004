package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// colorFlags are the flags that say when to use colours.
type colorFlags struct {
	when string
	none bool
}

func (c *colorFlags) flags(fs *pflag.FlagSet) {
	fs.StringVar(&c.when, "color", "auto", "colours: `when` is auto (on a terminal), always or never")
	fs.BoolVar(&c.none, "no-color", false, "the same as --color never; NO_COLOR is respected too")
}

// wanted says whether text for w is to have colours.
func (c *colorFlags) wanted(w io.Writer) (bool, error) {
	switch c.when {
	case "always":
		return !c.none, nil
	case "never":
		return false, nil
	case "auto":
	default:
		return false, fmt.Errorf("--color %s: write auto, always or never", c.when)
	}
	if c.none || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false, nil
	}
	file, ok := w.(*os.File)
	return ok && term.IsTerminal(int(file.Fd())), nil
}
