package main

import (
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/charmbracelet/log"

	"netscene/actions"
	"netscene/schema"
)

var logLevels = []string{"debug", "info", "warn", "error"}

// logs is a sink that takes what scenarios log. A run is not held up when standard error is slow:
// lines queue until somebody writes them.
type logs struct {
	logger *log.Logger
	more   chan struct{} // there are lines to write

	mu    sync.Mutex
	queue []logLine
}

type logLine struct {
	level, text, actor, place string
}

func newLogs(w io.Writer, level string, color bool) (*logs, error) {
	if !slices.Contains(logLevels, level) {
		return nil, fmt.Errorf("--log-level %s: write debug, info, warn or error", level)
	}
	least, err := log.ParseLevel(level)
	if err != nil {
		return nil, err
	}
	// To the logger what is not a file is no terminal. It would ask a terminal for its colours, and
	// wait ten seconds for one that does not answer.
	logger := log.NewWithOptions(struct{ io.Writer }{w}, log.Options{Level: least})
	if color {
		logger.SetColorProfile(sixteenColors)
	}
	return &logs{logger: logger, more: make(chan struct{}, 1)}, nil
}

// sixteenColors is termenv.ANSI: the colours that every terminal with colours has.
const sixteenColors = 2

// Wants implements actions.Sink.
func (l *logs) Wants(kind actions.EventKind) bool { return kind == actions.Logged }

// Event implements actions.Sink.
func (l *logs) Event(e *actions.Event) {
	line := logLine{level: e.Message.Level, text: e.Message.Text, actor: e.Actor}
	if e.Step != nil {
		line.place = fmt.Sprintf("%s:%d", e.Step.Span.File, e.Step.Span.Start.Line)
	}
	l.mu.Lock()
	l.queue = append(l.queue, line)
	l.mu.Unlock()
	select {
	case l.more <- struct{}{}:
	default: // whoever writes knows already
	}
}

// write writes the lines that queue.
func (l *logs) write() {
	l.mu.Lock()
	lines := l.queue
	l.queue = nil
	l.mu.Unlock()
	for _, line := range lines {
		l.print(line)
	}
}

func (l *logs) print(line logLine) {
	level, err := log.ParseLevel(line.level)
	if err != nil {
		level = log.InfoLevel
	}
	l.logger.Log(level, schema.Visible(line.text), "actor", line.actor, "at",
		schema.Visible(line.place))
}
