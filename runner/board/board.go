// Package board is where actors leave results for each other and wait for them.
package board

import (
	"sync"

	"netscene/runner/expr"
)

// Key names a place on the board. The zero value of a part means "there is only one".
type Key struct {
	Row      int // of the matrix
	Actor    string
	Instance int    // of an actor that is played several times
	Loop     string // the enclosing loop with its round
	Step     string // the step's name; signals and blocked calls have names of their own
}

// Signal is the key of a signal.
func Signal(name string) Key { return Key{Step: "signal " + name} }

// Blocked is the key under which it is told that a step has blocked.
func (k Key) Blocked() Key {
	k.Step = "blocked in " + k.Step
	return k
}

// Value is a result: plain data that survives JSON both ways.
type Value struct {
	Fields map[string]any `json:"fields"`
	Socket expr.Handle    `json:"socket"` // the step's socket; ID 0 for none
}

// Board holds what was published in a run. It is safe for concurrent use.
type Board interface {
	// Publish leaves the value of a key. Only the first Publish or Withdraw of a key counts.
	Publish(k Key, v Value)
	// Withdraw tells that the key will never have a value, and why.
	Withdraw(k Key, cause error)
	// Get gives an entry, which may not be settled yet.
	Get(k Key) *Entry
}

// Entry is what the board knows of a key. Its fields may be read once Settled is closed.
type Entry struct {
	Settled chan struct{}
	Value   Value
	Cause   error // why there will be no value; nil when there is one
}

// Done says, without waiting, whether the entry is settled.
func (e *Entry) Done() bool {
	select {
	case <-e.Settled:
		return true
	default:
		return false
	}
}

// Memory is a Board for actors of one process.
type Memory struct {
	mu      sync.Mutex
	entries map[Key]*Entry
}

// NewMemory makes an empty board.
func NewMemory() *Memory { return &Memory{entries: map[Key]*Entry{}} }

// Publish implements Board.
func (m *Memory) Publish(k Key, v Value) { m.settle(k, v, nil) }

// Withdraw implements Board.
func (m *Memory) Withdraw(k Key, cause error) { m.settle(k, Value{}, cause) }

// Get implements Board.
func (m *Memory) Get(k Key) *Entry {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entry(k)
}

func (m *Memory) entry(k Key) *Entry {
	e := m.entries[k]
	if e == nil {
		e = &Entry{Settled: make(chan struct{})}
		m.entries[k] = e
	}
	return e
}

func (m *Memory) settle(k Key, v Value, cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entry(k)
	if e.Done() {
		return
	}
	e.Value, e.Cause = v, cause
	close(e.Settled)
}
