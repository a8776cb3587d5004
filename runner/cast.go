package runner

import (
	"slices"
	"strings"
	"sync"
)

// cast is who plays in a run, by seat: the actors in their order, then those who play a part of
// what an actor does. Seats that were left are taken again.
type cast struct {
	mu    sync.RWMutex
	seats []*player
}

// seat gives a player its place.
func (r *run) seat(p *player) {
	r.cast.mu.Lock()
	defer r.cast.mu.Unlock()
	p.caller.Seat, p.born = r.floor.seat(p.actor.index)
	p.caller.For = p.caller.Seat
	if p.caller.Seat == len(r.seats) {
		r.seats = append(r.seats, nil)
	}
	r.seats[p.caller.Seat] = p
}

// unseat takes the place of a player that has ended back.
func (r *run) unseat(p *player) {
	r.cast.mu.Lock()
	defer r.cast.mu.Unlock()
	r.seats[p.caller.Seat] = nil
	r.floor.free(p.caller.Seat)
}

// picture tells who waits for what.
func (r *run) picture() []standing {
	all := r.floor.picture()
	r.cast.mu.RLock()
	defer r.cast.mu.RUnlock()
	for i := range all {
		all[i].player = r.seats[all[i].seat]
	}
	return slices.DeleteFunc(all, func(at standing) bool { return at.player == nil }) // gone meanwhile
}

// named gives a player by its name. What a part of an actor did that has ended is the actor's.
func (c *cast) named(name string) *player {
	whole, _, _ := strings.Cut(name, "/")
	var found *player
	for _, p := range c.all() {
		switch p.name {
		case name:
			return p
		case whole:
			found = p
		}
	}
	return found
}

// all lists the players. Who comes later is not in it.
func (c *cast) all() []*player {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.DeleteFunc(slices.Clone(c.seats), func(p *player) bool { return p == nil })
}
