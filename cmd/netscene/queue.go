package main

import "slices"

// queue says which scenario starts next. It names scenarios by their place in the list.
type queue struct {
	scenarios []scenario
	pending   []int           // not started, in order
	running   []int           // the one that started first stands first
	busy      map[string]bool // the names of `exclusive` that running scenarios hold
}

func newQueue(scenarios []scenario) *queue {
	q := &queue{scenarios: scenarios, busy: map[string]bool{}}
	for i, s := range scenarios {
		if s.plan != nil {
			q.pending = append(q.pending, i)
		}
	}
	return q
}

// next gives the first scenario that may start now. As they start in order, one that is held back
// waits for one before it.
func (q *queue) next() (int, bool) {
	for _, i := range q.pending {
		if !q.busy[q.scenarios[i].plan.Exclusive] {
			return i, true
		}
	}
	return 0, false
}

func (q *queue) begin(i int) {
	q.pending = remove(q.pending, i)
	q.running = append(q.running, i)
	if name := q.scenarios[i].plan.Exclusive; name != "" {
		q.busy[name] = true
	}
}

func (q *queue) finish(i int) {
	q.running = remove(q.running, i)
	delete(q.busy, q.scenarios[i].plan.Exclusive)
}

func remove(from []int, i int) []int {
	at := slices.Index(from, i)
	return slices.Delete(from, at, at+1)
}
