package runner

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"netscene/actions"
	"netscene/actions/gate"
	"netscene/actions/socket"
)

// stream numbers the events of a run and hands them to the sinks, one at a time.
type stream struct {
	start time.Time
	seq   atomic.Int64
	wants map[actions.EventKind][]actions.Sink
	veil  *veil // what is told to the sinks has no secrets

	mu sync.Mutex
}

func newStream(sinks []actions.Sink, hide *veil) *stream {
	s := &stream{start: time.Now(), veil: hide, wants: map[actions.EventKind][]actions.Sink{}}
	for _, kind := range actions.EventKinds {
		for _, sink := range sinks {
			if sink.Wants(kind) {
				s.wants[kind] = append(s.wants[kind], sink)
			}
		}
	}
	return s
}

// listens says whether anybody wants events of a kind.
func (s *stream) listens(kind actions.EventKind) bool { return len(s.wants[kind]) > 0 }

func (s *stream) now() time.Duration { return time.Since(s.start) }

// emit numbers an event and hands it on.
func (s *stream) emit(e *actions.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e.Seq = s.seq.Add(1); e.At == 0 {
		e.At = s.now()
	}
	if len(s.wants[e.Kind]) == 0 {
		return
	}
	e = s.veil.event(e)
	for _, sink := range s.wants[e.Kind] {
		sink.Event(e)
	}
}

// ringSize is how many of its last events each actor keeps, and ringBytes how much of the data of
// each.
const (
	ringSize  = 64
	ringBytes = 64
)

// ring keeps the last system calls and waits of an actor, so that a failure can tell what led to
// it although nobody listened. It grows only as far as it is used.
type ring struct {
	mu      sync.Mutex
	moments []happening
	next    int
}

// happening is an entry of a ring: a system call, or a wait that began.
type happening struct {
	seq   int64
	at    time.Duration
	step  *actions.Step
	call  socket.Call // Name is empty for a wait
	data  [ringBytes]byte
	kind  gate.Kind
	fd    int
	waits bool
}

// slot gives the place for a new entry. The caller holds mu.
func (r *ring) slot() *happening {
	if len(r.moments) < ringSize {
		r.moments = append(r.moments, happening{})
		return &r.moments[len(r.moments)-1]
	}
	h := &r.moments[r.next]
	r.next = (r.next + 1) % ringSize
	return h
}

// last gives the newest entry; nil when there is none. The caller holds mu.
func (r *ring) last() *happening {
	switch n := len(r.moments); {
	case n == 0:
		return nil
	case n < ringSize || r.next == 0:
		return &r.moments[n-1]
	default:
		return &r.moments[r.next-1]
	}
}

// addCall keeps a copy of a system call with the beginning of its data.
func (r *ring) addCall(seq int64, at time.Duration, step *actions.Step, c *socket.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.slot()
	h.seq, h.at, h.step, h.waits = seq, at, step, false
	h.call = *c
	h.call.Polled, h.call.Arguments = slices.Clone(c.Polled), slices.Clone(c.Arguments)
	h.call.Data = h.data[:copy(h.data[:], c.Data)]
}

// addWait keeps that a wait began.
func (r *ring) addWait(seq int64, at time.Duration, step *actions.Step, w *gate.Wait) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last := r.last(); last != nil && last.waits && last.step == step && last.kind == w.Kind {
		return // it tries again
	}
	h := r.slot()
	h.seq, h.at, h.step, h.waits = seq, at, step, true
	h.kind, h.fd = w.Kind, w.FD
}

// events gives the last n entries, oldest first, without the waits that are over, as that the call
// after them was made tells as much, and without the addresses that an action asks for beside.
func (r *ring) events(actor string, n int) []actions.Event {
	r.mu.Lock()
	ordered := append(slices.Clone(r.moments[r.next:]), r.moments[:r.next]...)
	r.mu.Unlock()
	for i := len(ordered) - 2; i >= 0; i-- {
		if ordered[i].waits {
			ordered = slices.Delete(ordered, i, i+1)
		}
	}
	ordered = slices.DeleteFunc(ordered, func(h happening) bool {
		return !h.waits && h.call.Name == "getsockname" && h.step.Word != "getsockname"
	})
	var events []actions.Event
	for _, h := range ordered[max(0, len(ordered)-n):] {
		e := actions.Event{Seq: h.seq, At: h.at, Kind: actions.SystemCall, Actor: actor, Step: h.step}
		if h.waits {
			e.Kind = actions.Parked
			e.Wait = &actions.Waiting{Kind: h.kind.String(), FD: h.fd}
		} else {
			call := h.call
			call.Data = slices.Clone(h.data[:len(h.call.Data)])
			e.Call = &call
		}
		events = append(events, e)
	}
	return events
}
