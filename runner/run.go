package runner

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"netscene/actions"
	"netscene/actions/host"
	"netscene/actions/socket"
	"netscene/runner/board"
	"netscene/schema"
)

// Options are what a run can be told beside its plan.
type Options struct {
	// Sinks listen to the run.
	Sinks []actions.Sink
	// OneAtATime lets one actor run at a time: slower, with the same verdicts.
	OneAtATime bool

	board board.Board // where results are left; one in memory when nil
}

// Result is how a run ended.
type Result struct {
	Status      actions.Status
	Reason      string              // of a skip
	Failures    []schema.Diagnostic // those that are explained
	Failed      int                 // how many there are in all
	Interrupted bool
	Elapsed     time.Duration
}

// The causes for which a run ends its actors' waits.
var (
	errInterrupted = errors.New("the run was interrupted")
	errTimeout     = errors.New("the scenario took longer than its timeout")
	errStopped     = errors.New("the scenario had ended")
	errStuck       = errors.New("nobody could go on")
)

// run is one performance of a plan.
type run struct {
	plan     *Plan
	board    board.Board
	stream   *stream
	barriers map[string]*barrier
	stage
	world
	books
}

// stage is who plays, where they stand, and who goes next.
type stage struct {
	cast
	guests *company // whose end ends a serve without a number
	others *company // whose end ends the daemons
	floor  *floor
	story  *story // nil in the other form
}

// world is what the actors of a run share and nobody else has.
type world struct {
	table    *socket.Table
	ledger   ledger
	tmp      string
	loopback string

	territory
	foreign atomic.Bool // what no actor does may still move the run
}

// books are what is known of how the run goes. All below mu is guarded by it.
type books struct {
	steps, checks atomic.Int64 // performed; evaluated
	halts         atomic.Int64 // failures that ended an actor

	mu       sync.Mutex
	ended    error // why the run's waits were ended; nil while it goes on
	status   actions.Status
	reason   string
	failures []schema.Diagnostic
	failed   int                // how many failures there are, explained or not
	failing  int                // of how many steps
	missed   *schema.Diagnostic // the first step that was not reached
	whole    *schema.Diagnostic // a failure of the scenario as a whole; set once, by end
	before   []actions.Event    // what happened before it
	silent   map[giver]bool     // who will not give a signal any more
}

// Run plays the plan. It returns when every actor has ended and every socket is closed; what goes
// wrong is in the Result. Cancelling ctx interrupts it.
func (p *Plan) Run(ctx context.Context, o Options) *Result {
	r := &run{plan: p, stream: newStream(o.Sinks, p.veil), books: books{status: actions.Passed}}
	r.emitStart()
	if reason, err := p.lacks(); err != nil {
		r.status, r.reason = actions.Errored, err.Error()
	} else if reason != "" {
		r.status, r.reason = actions.Skipped, reason
	} else if err := r.prepare(o); err != nil {
		r.status, r.reason = actions.Errored, err.Error()
	} else {
		r.play(ctx)
	}
	return r.result()
}

// loopbacks counts the runs of the process from a number of the process's own, so that each run
// has a loopback address of its own and ports in TIME_WAIT do not fill one of them.
var loopbacks atomic.Uint32

func init() { loopbacks.Store(rand.Uint32()) }

func nextLoopback() string {
	n := loopbacks.Add(1)
	return fmt.Sprintf("127.%d.%d.%d", 1+n/(250*250)%250, 1+n/250%250, 1+n%250)
}

func (r *run) prepare(o Options) error {
	p := r.plan
	var err error
	if p.usesTmp {
		if r.tmp, err = host.TempDir(p.users); err != nil {
			return err
		}
	}
	r.loopback = nextLoopback()
	if r.board = o.board; r.board == nil {
		r.board = board.NewMemory()
	}
	r.table = socket.NewTable()
	r.floor = newFloor()
	switch {
	case p.isStory:
		r.story = &story{floor: r.floor, steps: p.story, come: make([]chan struct{}, len(p.actors)),
			rounds: make([]int, len(p.loops)), plan: p, foreign: r.outside, inFlight: r.ledger.inFlight}
		r.floor.pick = r.story.pick
	case o.OneAtATime:
		r.floor.pick = r.floor.oneAtATime
	}
	r.guests = newCompany(p, errDeserted, (*actor).guest)
	r.others = newCompany(p, errAlone, func(a *actor) bool { return !a.daemon })
	r.barriers = map[string]*barrier{}
	for name := range p.barriers {
		r.barriers[name] = newBarrier(name, p)
	}
	for _, a := range p.actors {
		for i := range a.count {
			r.seat(newPlayer(r, a, i))
		}
	}
	return nil
}

// play starts the actors, watches over them and joins them.
func (r *run) play(ctx context.Context) {
	defer func() {
		r.end(errStopped)
		if err := errors.Join(r.table.Close(), host.RemoveAll(r.tmp)); err != nil {
			d := &schema.Diagnostic{Summary: err.Error(), Span: schema.Span{File: r.plan.File}}
			if r.fail(actions.Errored, d); r.whole == nil {
				r.whole = d
			}
		}
	}()
	var actors, watch sync.WaitGroup
	finished := make(chan struct{})
	watch.Go(func() { r.watch(ctx, finished) })
	for _, p := range r.all() {
		actors.Go(p.play)
	}
	actors.Wait()
	r.judge()
	close(finished)
	watch.Wait()
}

// watch ends the run when it is interrupted, takes too long, or can go no further.
func (r *run) watch(ctx context.Context, finished <-chan struct{}) {
	limit := time.NewTimer(r.plan.timeout)
	defer limit.Stop()
	interrupted := ctx.Done()
	again := time.NewTimer(time.Hour)
	defer again.Stop()
	var seen sight
	for {
		select {
		case <-finished:
			return
		case <-interrupted:
			interrupted = nil
			r.end(errInterrupted)
		case <-limit.C:
			r.end(errTimeout)
		case <-r.floor.idle:
			seen = sight{}
			again.Reset(r.patience())
		case <-again.C:
			if pause := r.look(&seen); pause > 0 {
				again.Reset(pause)
			}
		}
	}
}

// How long nobody may run before the watcher looks at it, and how long nobody may move then before
// the run is called stuck: a wake-up may be on its way.
const (
	firstLook = 20 * time.Millisecond
	stillFor  = 50 * time.Millisecond
)

// patience is how long the watcher waits before it looks. A story knows itself when it is stuck.
func (r *run) patience() time.Duration {
	if r.story != nil {
		return 0
	}
	return firstLook
}

// sight is what the watcher saw when it looked last.
type sight struct {
	still bool
	moves uint64
}

// look ends the run when nobody can move, as seen twice. It gives when to look again; 0 for not
// before it is told that nobody runs.
func (r *run) look(seen *sight) time.Duration {
	if r.over() != nil {
		return 0
	}
	if r.story != nil {
		stuck, pause := r.story.look()
		if stuck {
			r.end(errStuck)
		}
		return pause
	}
	calm, moves := r.calm()
	switch {
	case calm == moving || r.outside():
		if r.floor.aside(moves) {
			return 0
		}
		return firstLook
	case calm == still && seen.still && seen.moves == moves:
		r.end(errStuck)
		return 0
	}
	*seen = sight{calm == still, moves}
	return stillFor
}

// calm tells how still the run is, with the number of moves so far.
func (r *run) calm() (stillness, uint64) {
	s, moves := r.floor.calm()
	if s == still && r.ledger.inFlight() {
		s = stirring
	}
	return s, moves
}

// outside says whether somebody who is not of the scenario may still do something.
func (r *run) outside() bool { return r.plan.open || r.foreign.Load() }

func (r *run) stuckStory() bool {
	if r.story == nil {
		return false
	}
	r.floor.mu.Lock()
	defer r.floor.mu.Unlock()
	return r.story.stuck != nil
}

// end ends every wait of the run, once, and tells why.
func (r *run) end(cause error) {
	r.mu.Lock()
	first := r.ended == nil
	already := r.halts.Load() > 0 || r.missed != nil
	if first {
		r.ended = cause
	}
	r.mu.Unlock()
	if !first {
		return
	}
	if r.whole, r.before = r.explain(cause, already); r.whole != nil {
		status := actions.Failed
		if cause == errInterrupted {
			status = actions.Errored
		}
		r.fail(status, r.whole)
	}
	for _, p := range r.all() {
		p.dismiss(cause)
	}
	r.floor.openAll()
}

// over gives why the run was ended; nil while it goes on.
func (r *run) over() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ended
}

// fail notes a failure of the scenario. The gravest status stays.
func (r *run) fail(status actions.Status, d *schema.Diagnostic) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status == actions.Skipped {
		return
	}
	if r.status != actions.Errored {
		r.status = status
	}
	r.failed++
	r.failures = append(r.failures, *d)
}

// mostExplained is of how many steps it is explained why they failed. Those after them, in loops or
// of many actors, are counted: no report shows as many.
const mostExplained = 20

// count counts the failures of a step, and says whether they are to be explained.
func (r *run) count(n int) (explain bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status != actions.Errored {
		r.status = actions.Failed
	}
	r.failed += n
	r.failing++
	return r.failing <= mostExplained
}

// note keeps the explanations of failures that were counted.
func (r *run) note(found []schema.Diagnostic) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, found...)
}

// skip makes the run a skip, unless it has failed already. What goes wrong as it ends counts no
// more.
func (r *run) skip(reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.status == actions.Passed {
		r.status, r.reason = actions.Skipped, reason
	}
}

// result closes the books: no actor runs any more.
func (r *run) result() *Result {
	if r.status == actions.Passed && r.missed == nil && r.steps.Load() == 0 {
		r.status, r.reason = actions.Skipped, "every step was skipped: each `when` is false"
	}
	if r.status == actions.Passed && r.missed != nil {
		r.fail(actions.Failed, r.missed)
	}
	elapsed := r.stream.now()
	res := &Result{Status: r.status, Reason: r.plan.veil.text(r.reason),
		Failures: r.plan.veil.findings(r.failures), Failed: r.failed,
		Elapsed: elapsed, Interrupted: r.ended == errInterrupted}
	v := &actions.Verdict{Status: r.status, Elapsed: elapsed, Reason: r.reason,
		Steps: int(r.steps.Load()), Checks: int(r.checks.Load()), Interrupted: res.Interrupted,
		Failure: r.whole, History: r.before}
	r.stream.emit(&actions.Event{Kind: actions.ScenarioEnded, At: elapsed, Verdict: v})
	return res
}

func (r *run) emitStart() {
	s := &actions.Scenario{Name: r.plan.Name, File: r.plan.File, About: r.plan.About,
		Tags: r.plan.Tags}
	for _, a := range r.plan.actors {
		s.Actors = append(s.Actors, a.name)
	}
	r.stream.emit(&actions.Event{Kind: actions.ScenarioStarted, Scenario: s})
}

// dir is the folder of the scenario's file.
func (p *Plan) dir() string { return filepath.Dir(p.File) }
