package runner

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"netscene/actions/gate"
)

// draw tells in lines who waits for what and for whom, who has ended, and what those left open.
func (r *run) draw(all []standing) string {
	var b strings.Builder
	for _, a := range r.plan.actors {
		i := slices.IndexFunc(all, func(s standing) bool { return s.actor == a.index })
		if i < 0 {
			fmt.Fprintf(&b, "%s has ended%s\n", a.name, r.leftOpen(a.name))
			continue
		}
		at, s := all[i], r.at(a.index)
		where := fmt.Sprintf("%s (line %d)", s.doc.Word.Text, s.line())
		switch {
		case at.kind == gate.Turn:
			fmt.Fprintf(&b, "%s has not begun %s\n", a.name, where)
		case at.what == "":
			fmt.Fprintf(&b, "%s is in %s\n", a.name, where)
		default:
			fmt.Fprintf(&b, "%s is in %s: waits for %s (for %v so far)\n", a.name, where, at.what,
				time.Since(at.since).Round(time.Millisecond))
			if who := r.couldMove(a, at); who != "" {
				fmt.Fprintf(&b, "  %s\n", who)
			}
		}
	}
	return b.String()
}

// couldMove tells who has the other end of the socket that an actor waits for.
func (r *run) couldMove(a *actor, at standing) string {
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
		return fmt.Sprintf("the other end was closed by %s (line %d)", other.closedBy.actor,
			other.closedBy.line())
	case by.actor == a.name:
		return fmt.Sprintf("%s itself has the other end, opened in line %d", a.name, by.line())
	}
	return fmt.Sprintf("%s has the other end, opened in line %d", by.actor, by.line())
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
		names = append(names, strings.TrimSpace(fmt.Sprintf("%s %s (line %d)", e.socket,
			e.socket.Describe(), e.owner().line())))
	}
	if len(open) > mostOpen {
		names = append(names, fmt.Sprintf("%d more", len(open)-mostOpen))
	}
	return "; it left open " + strings.Join(names, ", ")
}
