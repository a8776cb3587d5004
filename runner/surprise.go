package runner

import (
	"fmt"

	"netscene/actions/socket"
	"netscene/schema"
)

// surprise explains an error by what the scenario itself did: those that look like flakes mostly
// have a cause a few lines above. Without one it gives the meaning of the error.
func (r *run) surprise(s *socket.Socket, e *socket.Error) (detail string, notes []schema.Note) {
	switch e.Class {
	case socket.Reset, socket.Aborted:
		detail, notes = r.whyReset(s)
	case socket.Closed:
		detail, notes = r.whyClosed(s, e)
	case socket.Refused:
		detail, notes = r.whyRefused(e)
	case socket.InUse:
		detail, notes = r.whyInUse(e)
	case socket.EndOfStream:
		notes = r.endOfStream(s)
	case socket.TimedOut:
		if e.Errno == 0 && s != nil {
			detail, notes = r.whyTimedOut(s)
		}
	}
	if detail == "" {
		detail = e.Meaning()
	}
	return detail, notes
}

func (o origin) note(text string) []schema.Note {
	return []schema.Note{{Span: o.step.Span, Text: o.actor + " " + text}}
}

func (o origin) where() string { return o.step.Where() }

// whyReset tells how the other end of a connection was closed.
func (r *run) whyReset(s *socket.Socket) (string, []schema.Note) {
	other := r.otherEnd(s)
	if other == nil || other.closedBy == nil {
		return "", nil
	}
	by := other.closedBy
	switch {
	case other.abortive:
		return fmt.Sprintf("%s closed its end (%s) with SO_LINGER on and 0 seconds, which sends "+
			"a reset instead of a FIN", by.actor, by.where()), by.note("closed its end here")
	case other.unread > 0:
		return fmt.Sprintf("%s closed its end (%s) with %d bytes unread; the kernel then sends a "+
				"reset instead of a FIN.\nLet %s read everything before it closes", by.actor, by.where(),
				other.unread, by.actor),
			by.note(fmt.Sprintf("closed its end here, with %d bytes unread", other.unread))
	}
	return fmt.Sprintf("%s had closed its end (%s) when this data came to it; the kernel "+
			"answers that with a reset", by.actor, by.where()),
		by.note("closed its end here")
}

// whyClosed tells who ended what the call needed: the socket itself, its sending direction, or the
// other end.
func (r *run) whyClosed(s *socket.Socket, e *socket.Error) (string, []schema.Note) {
	if s == nil {
		return "", nil
	}
	own := r.ledger.of(s)
	switch {
	case own == nil:
		return "", nil
	case own.closedBy != nil:
		by := own.closedBy
		return fmt.Sprintf("%s closed the socket before (%s)", by.actor, by.where()),
			by.note("closed it here")
	case e.Errno != socket.EPIPE:
		return "", nil
	case own.shutBy != nil:
		by := own.shutBy
		return fmt.Sprintf("%s shut the sending direction of this socket down before (%s)",
			by.actor, by.where()), by.note("shut it down here")
	}
	if other := r.otherEnd(s); other != nil && other.closedBy != nil {
		by := other.closedBy
		return fmt.Sprintf("%s closed the other end (%s). The first send after that is answered "+
				"with a reset, and each one after the reset gives EPIPE", by.actor, by.where()),
			by.note("closed the other end here")
	}
	return "", nil
}

func (r *run) otherEnd(s *socket.Socket) *entry {
	if s == nil {
		return nil
	}
	if own := r.ledger.of(s); own != nil {
		return r.ledger.other(own)
	}
	return nil
}

// address is the one that a call was made with; zero when it had none.
func address(e *socket.Error) socket.Address {
	end, err := socket.ParseEndpoint(e.Target)
	if err != nil {
		return socket.Address{}
	}
	a, resolved, err := end.Address(socket.Unspec)
	if err != nil || !resolved {
		return socket.Address{}
	}
	return a
}

// whyTimedOut tells whose limit has passed.
func (r *run) whyTimedOut(s *socket.Socket) (string, []schema.Note) {
	detail := fmt.Sprintf("the socket's timeout of %v has passed", s.Timeout())
	if e := r.ledger.of(s); e != nil && e.limitBy != nil {
		return fmt.Sprintf("%s, which %s set in %s", detail, e.limitBy.actor, e.limitBy.where()),
			e.limitBy.note("set the timeout here")
	}
	return detail, nil
}

// endOfStream tells who ended the stream of which a receive has met the end.
func (r *run) endOfStream(s *socket.Socket) []schema.Note {
	other := r.otherEnd(s)
	switch {
	case other == nil:
		return nil
	case other.shutBy != nil:
		return other.shutBy.note("ended its sending direction here; the receive met the end of the stream")
	case other.closedBy != nil:
		return other.closedBy.note("closed its end here; the receive met the end of the stream")
	}
	return nil
}

// whyRefused tells whether the address is one where somebody listened, or was to listen.
func (r *run) whyRefused(e *socket.Error) (string, []schema.Note) {
	for _, at := range r.ledger.at(address(e)) {
		switch by := at.closedBy; {
		case by != nil:
			return fmt.Sprintf("%s closed the socket that had this address (%s)", by.actor, by.where()),
				by.note("closed it here")
		case !at.listened && at.socket.Type() != socket.Dgram:
			by := at.address()
			return fmt.Sprintf("%s has a socket with this address (%s), but has not called listen",
				by.actor, by.where()), by.note("took it here")
		}
	}
	return "", nil
}

// whyInUse tells who has the address.
func (r *run) whyInUse(e *socket.Error) (string, []schema.Note) {
	for _, at := range r.ledger.at(address(e)) {
		if at.closedBy == nil {
			by := at.address()
			return fmt.Sprintf("%s took the address before (%s)", by.actor, by.where()),
				by.note("took it here")
		}
	}
	if a := address(e); a.IP().IsValid() && socket.TimeWait(a.Port()) {
		return "a connection of this port is in TIME_WAIT, for up to a minute after it was closed " +
			"from this side.\nSet SO_REUSEADDR before bind, on the earlier socket too, or bind to " +
			"port 0", nil
	}
	return "", nil
}
