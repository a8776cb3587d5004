package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"netscene/actions"
	"netscene/runner"
	"netscene/runner/report"
)

// maxHeld is how many bytes of finished reports may wait for those before them. While there are
// more, nothing starts but the scenario that all of them wait for.
const maxHeld = 16 << 20

// batch runs scenarios, at most jobs of them at once. The goroutine of its run starts them and
// alone writes: reports, logs and progress. Each scenario has a goroutine of its own, which leaves
// its ending in a channel.
type batch struct {
	*queue
	jobs     int
	failFast bool
	out      io.Writer
	logs     *logs
	progress *progress
	options  report.TextOptions

	tally       report.Tally
	interrupted bool
	reports     map[int][]byte // of those that ended; empty when nothing is to be said
	held        int            // bytes in reports
	written     int            // how many scenarios are reported: the place of the next
}

// ending is what came of a scenario.
type ending struct {
	scenario int
	report   []byte
	result   *runner.Result
}

// run plays the scenarios and writes the report of each as soon as all before it are written.
func (b *batch) run(interrupt context.Context) error {
	began := time.Now()
	ctx, cancel := context.WithCancel(interrupt)
	defer cancel()
	defer b.progress.stop()
	b.prepare()
	ended := make(chan ending)
	var broken error
	for {
		b.start(ctx, ended)
		if broken == nil {
			if broken = b.flush(); broken != nil {
				cancel() // nobody reads on
			}
		}
		if len(b.running) == 0 {
			break
		}
		select {
		case e := <-ended:
			b.end(e)
		case <-b.logs.more:
			b.say(b.logs.write)
		case <-b.progress.tick():
			b.draw()
		}
	}
	b.progress.clear()
	b.logs.write()
	b.interrupted = interrupt.Err() != nil && (b.interrupted || b.tally.NotRun > 0)
	b.tally.Elapsed = time.Since(began)
	if broken == nil {
		_, broken = fmt.Fprintln(b.out, b.tally.String())
	}
	if broken != nil {
		return unwritable(broken)
	}
	if code := b.code(); code != 0 {
		return exit{code: code}
	}
	return nil
}

// prepare lays out the report and takes the files that cannot run.
func (b *batch) prepare() {
	b.reports = map[int][]byte{}
	for i, s := range b.scenarios {
		b.options.Fit(s.file, s.name)
		if s.plan == nil {
			b.tally.Invalid++
			b.reports[i] = nil
		}
	}
	if b.failFast && b.tally.Invalid > 0 {
		b.stop()
	}
}

// stop gives up what has not started.
func (b *batch) stop() {
	b.tally.NotRun += len(b.pending)
	for _, i := range b.pending {
		b.reports[i] = nil
	}
	b.pending = nil
}

// start starts what may start now.
func (b *batch) start(ctx context.Context, ended chan<- ending) {
	if ctx.Err() != nil {
		b.stop()
	}
	for len(b.running) < b.jobs {
		i, ok := b.next()
		if !ok || b.held > maxHeld && i != b.written {
			return
		}
		b.begin(i)
		plan, text := b.scenarios[i].plan, report.NewText(b.options)
		go func() {
			result := plan.Run(ctx, runner.Options{Sinks: []actions.Sink{text, b.logs}})
			var out bytes.Buffer
			text.WriteTo(&out) // never fails
			ended <- ending{scenario: i, report: out.Bytes(), result: result}
		}()
	}
}

// end takes what came of a scenario.
func (b *batch) end(e ending) {
	b.finish(e.scenario)
	b.reports[e.scenario] = e.report
	b.held += len(e.report)
	b.tally.Add(e.result.Status)
	b.interrupted = b.interrupted || e.result.Interrupted
	if b.failFast && (b.tally.Failed > 0 || b.tally.Errors > 0) {
		b.stop()
	}
}

// flush writes the reports whose turn it is, after what was logged before they were made.
func (b *batch) flush() (err error) {
	if _, ready := b.reports[b.written]; !ready {
		return nil
	}
	b.say(func() {
		b.logs.write()
		for err == nil {
			text, ready := b.reports[b.written]
			if !ready {
				return
			}
			if s := b.scenarios[b.written]; s.plan == nil {
				err = report.WriteInvalid(b.out, b.options, s.file, s.wrong)
			} else {
				_, err = b.out.Write(text)
			}
			delete(b.reports, b.written)
			b.held -= len(text)
			b.written++
		}
	})
	return err
}

// say lets write print something where progress may stand.
func (b *batch) say(write func()) {
	shown := b.progress.clear()
	write()
	if shown {
		b.draw()
	}
}

// draw shows how far the run has come.
func (b *batch) draw() {
	files := make([]string, 0, len(b.running))
	for _, i := range b.running {
		files = append(files, b.scenarios[i].file)
	}
	b.progress.show(len(b.scenarios)-len(b.pending)-len(b.running), len(b.scenarios), files)
}

// code is the exit code of the invocation.
func (b *batch) code() int {
	t := b.tally
	switch {
	case b.interrupted:
		return exitInterrupted
	case t.Invalid > 0 || len(b.scenarios) == 0:
		return exitInvalid
	case t.Errors > 0 || t.Passed+t.Failed == 0:
		return exitError
	case t.Failed > 0:
		return exitFailed
	}
	return 0
}
