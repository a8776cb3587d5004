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

// logs is a sink that writes what scenarios log. A run is not held up when standard error is slow:
// lines queue, and a goroutine that lives from start to stop writes them.
type logs struct {
	logger *log.Logger

	mu     sync.Mutex
	more   *sync.Cond
	queue  []logLine
	closed bool
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
	if !color {
		w = struct{ io.Writer }{w} // what is not a file is no terminal to the logger
	}
	l := &logs{logger: log.NewWithOptions(w, log.Options{Level: least})}
	l.more = sync.NewCond(&l.mu)
	return l, nil
}

// Wants implements actions.Sink.
func (l *logs) Wants(kind actions.EventKind) bool { return kind == actions.Logged }

// Event implements actions.Sink.
func (l *logs) Event(e *actions.Event) {
	line := logLine{level: e.Message.Level, text: e.Message.Text, actor: e.Actor}
	if e.Step != nil {
		line.place = fmt.Sprintf("%s:%d", e.Step.Span.File, e.Step.Span.Start.Line)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = append(l.queue, line)
	l.more.Signal()
}

// start begins to write; stop returns when everything is written.
func (l *logs) start() (stop func()) {
	l.closed = false
	var writing sync.WaitGroup
	writing.Go(l.write)
	return func() {
		l.mu.Lock()
		l.closed = true
		l.more.Signal()
		l.mu.Unlock()
		writing.Wait()
	}
}

func (l *logs) write() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		for len(l.queue) == 0 && !l.closed {
			l.more.Wait()
		}
		lines := l.queue
		l.queue = nil
		if len(lines) == 0 {
			return
		}
		l.mu.Unlock()
		for _, line := range lines {
			l.print(line)
		}
		l.mu.Lock()
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
