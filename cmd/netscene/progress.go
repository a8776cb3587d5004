package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"netscene/schema"
)

// What is over soon shows no progress; what is not shows it anew this often.
const (
	progressAfter = 300 * time.Millisecond
	progressEvery = 100 * time.Millisecond
)

// progress is a line on a terminal that says how far a run has come. It has no colours, and is
// cleared before anything else is printed.
type progress struct {
	terminal *os.File // nil when nothing is shown
	ticker   *time.Ticker
	shown    bool
}

// newProgress makes the progress of a run of n scenarios on w.
func newProgress(w io.Writer, n int) *progress {
	file, ok := w.(*os.File)
	if !ok || n < 2 || os.Getenv("TERM") == "dumb" || !term.IsTerminal(int(file.Fd())) {
		return &progress{}
	}
	return &progress{terminal: file, ticker: time.NewTicker(progressAfter)}
}

// tick gives the channel that says when to show progress.
func (p *progress) tick() <-chan time.Time {
	if p.terminal == nil {
		return nil
	}
	return p.ticker.C
}

func (p *progress) stop() {
	if p.terminal != nil {
		p.ticker.Stop()
	}
}

// clear removes the line and says whether there was one.
func (p *progress) clear() bool {
	shown := p.shown
	if p.shown = false; shown {
		io.WriteString(p.terminal, "\r\x1b[K")
	}
	return shown
}

// show writes the line in place of the one before.
func (p *progress) show(ended, all int, running []string) {
	cells := 80
	if width, _, err := term.GetSize(int(p.terminal.Fd())); err == nil && width > 0 {
		cells = width
	}
	// The last cell stays free: some terminals go to the next line when it is written.
	fmt.Fprintf(p.terminal, "\r%s\x1b[K", progressLine(ended, all, running, cells-1))
	if !p.shown {
		p.shown = true
		p.ticker.Reset(progressEvery)
	}
}

// progressLine says how many scenarios have ended, and names of those that run as many as fit.
func progressLine(ended, all int, running []string, cells int) string {
	line := fmt.Sprintf("%d/%d", ended, all)
	for i, file := range running {
		mark, more := ", ", ", …"
		if i == 0 {
			mark = "  running: "
		}
		if i == len(running)-1 {
			more = ""
		}
		name := mark + schema.Visible(brief(file))
		if schema.Width(line+name+more) > cells {
			if schema.Width(line+", …") <= cells && i > 0 {
				line += ", …"
			}
			break
		}
		line += name
	}
	if schema.Width(line) > cells {
		return ""
	}
	return line
}

// brief shortens a path to the file with its folder.
func brief(file string) string {
	parts := strings.Split(filepath.ToSlash(file), "/")
	return strings.Join(parts[max(0, len(parts)-2):], "/")
}
