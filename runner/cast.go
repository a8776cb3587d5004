package runner

import "sync"

// cast is who plays in a run, by seat: the actors in their order, then who came later.
type cast struct {
	mu    sync.RWMutex
	seats []*player
}

// seat gives a player its place.
func (r *run) seat(p *player) {
	p.caller.Seat = r.floor.seat(p.actor.index)
	r.cast.mu.Lock()
	defer r.cast.mu.Unlock()
	r.seats = append(r.seats, p)
}

// player gives who sits at a seat.
func (c *cast) player(seat int) *player {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.seats[seat]
}

// named gives a player by its name, which it must have.
func (c *cast) named(name string) *player {
	for _, p := range c.all() {
		if p.name == name {
			return p
		}
	}
	panic("runner: nobody is called " + name)
}

// all lists the players. Who comes later is not in it.
func (c *cast) all() []*player {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.seats
}
