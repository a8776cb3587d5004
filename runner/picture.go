package runner

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"netscene/actions/gate"
)

// mostDrawn is how many players a picture shows one by one.
const mostDrawn = 20

// draw tells in lines who waits for what and for whom, who has ended, and what those left open.
func (r *run) draw(all []standing) string {
	var b strings.Builder
	b.WriteString(r.lines(all))
	ended := 0
	for _, p := range r.all() {
		if slices.ContainsFunc(all, func(s standing) bool { return s.player == p }) {
			continue
		}
		if ended++; ended <= mostDrawn {
			fmt.Fprintf(&b, "%s has ended%s\n", p.name, r.leftOpen(p.name))
		}
	}
	if more := ended - mostDrawn; more > 0 {
		fmt.Fprintf(&b, "%d more have ended\n", more)
	}
	return b.String()
}

// lines tells what actors do.
func (r *run) lines(all []standing) string {
	var b strings.Builder
	for i, at := range all {
		if i == mostDrawn {
			fmt.Fprintf(&b, "%d more have not ended\n", len(all)-i)
			break
		}
		p, s := at.player, at.current()
		where := fmt.Sprintf("%s (%s)", s.doc.Word.Text, s.where())
		switch {
		case at.kind == gate.Turn:
			fmt.Fprintf(&b, "%s has not begun %s\n", p.name, where)
			continue
		case at.what == "":
			fmt.Fprintf(&b, "%s is in %s\n", p.name, where)
			continue
		}
		fmt.Fprintf(&b, "%s is in %s and waits for %s%s\n", p.name, where, at.what, since(at))
		if who := r.couldMove(p, at); who != "" {
			fmt.Fprintf(&b, "  %s\n", who)
		}
		if next := p.actor.after(s); next != nil {
			fmt.Fprintf(&b, "  %s's next step is %s (%s)\n", p.name, next.doc.Word.Text, next.where())
		}
	}
	return b.String()
}

// since tells how long an actor has waited, if that is worth telling.
func since(at standing) string {
	d := time.Since(at.since).Round(time.Millisecond)
	if d < stillFor/2 {
		return ""
	}
	return fmt.Sprintf(", for %v so far", d)
}

// after gives the step that follows another in an actor's list; nil for the last.
func (a *actor) after(s *step) *step {
	if s.last+1 < len(a.steps) && a.steps[s.last+1].block == s.block {
		return a.steps[s.last+1]
	}
	return nil
}

// couldMove tells who has the other end of the socket that an actor waits for.
func (r *run) couldMove(p *player, at standing) string {
	if at.fd < 0 || at.kind != gate.Descriptor {
		return ""
	}
	e := r.ledger.byDescriptor(at.fd)
	if e == nil {
		return ""
	}
	if local, peer := e.ends(); peer.IsZero() || local.IsZero() {
		return ""
	}
	other := r.ledger.other(e)
	if other == nil {
		return "nobody of the scenario has the other end: it was never accepted, or is somebody else's"
	}
	by := other.owner()
	switch {
	case other.closedBy != nil:
		return fmt.Sprintf("the other end was closed by %s (%s)", other.closedBy.actor,
			other.closedBy.where())
	case by.actor == p.name:
		return fmt.Sprintf("%s itself has the other end, opened in %s", p.name, by.where())
	}
	return fmt.Sprintf("%s has the other end, opened in %s%s", by.actor, by.where(),
		r.lastSent(other))
}

// lastSent tells what was sent last by a socket.
func (r *run) lastSent(e *entry) string {
	p := r.named(e.owner().actor)
	for _, ev := range slices.Backward(p.ring.events(p.name, ringSize)) {
		if c := ev.Call; c != nil && c.Socket == e.socket.ID() && strings.HasPrefix(c.Name, "send") {
			return fmt.Sprintf("; it sent %d bytes last, in %s", max(c.Result, 0),
				ev.Step.Where())
		}
	}
	return "; it has sent nothing"
}

// mayBeOpen says whether all wait at sockets, one of them for data or a connection that nobody of
// the scenario has to bring: then it may have been meant to come from outside.
func (r *run) mayBeOpen(all []standing) bool {
	outside := false
	for _, at := range all {
		if at.kind != gate.Descriptor {
			return false
		}
		e := r.ledger.byDescriptor(at.fd)
		outside = outside || e == nil || r.ledger.other(e) == nil
	}
	return outside
}

// connecting are the actions that bring a connection to somebody who waits in accept.
var connecting = []string{"connect", "connect_ex", "create_connection"}

// unblocks names the first step told later in the story that would bring what a parked actor waits
// for.
func (r *run) unblocks(blocked int) string {
	r.floor.mu.Lock()
	left, fd := r.story.steps[r.story.next:], -1
	if w := r.floor.spots[blocked].wait; w != nil {
		fd = w.FD
	}
	r.floor.mu.Unlock()
	e := r.ledger.byDescriptor(fd)
	if e == nil {
		return "what unblocks it"
	}
	other := r.ledger.other(e)
	for _, s := range left {
		name := r.plan.actors[s.actor].name
		brings := other != nil && other.owner().actor == name && s.shape.Result("sent") != nil ||
			e.listened && slices.Contains(connecting, s.doc.Word.Text)
		if brings {
			return fmt.Sprintf("%s.%s (%s)", name, s.name, s.where())
		}
	}
	return "what unblocks it"
}

// mostOpen is how many of the sockets that an actor left open are named.
const mostOpen = 4

// leftOpen names the sockets that an actor opened and nobody closed.
func (r *run) leftOpen(actor string) string {
	open := r.ledger.open(actor)
	if len(open) == 0 {
		return ""
	}
	var names []string
	for _, e := range open[:min(len(open), mostOpen)] {
		names = append(names, strings.TrimSpace(fmt.Sprintf("%s %s (%s)", e.socket,
			e.socket.Describe(), e.owner().where())))
	}
	if len(open) > mostOpen {
		names = append(names, fmt.Sprintf("%d more", len(open)-mostOpen))
	}
	return "; it left open " + strings.Join(names, ", ")
}
