package runner

import (
	"fmt"

	"netscene/actions/host"
	"netscene/actions/socket"
)

// userOf gives the user as whom a step makes its system calls; nil when it says none. That the
// process may not act so is none of the failures that the step can expect; root in a user namespace
// may not either.
func (p *player) userOf(s *step) (*socket.User, error) {
	if s.user == nil {
		return nil, nil
	}
	values, err := p.values(s.user)
	if err != nil {
		return nil, err
	}
	at := s.doc.User.Span
	switch values[0].Value.(type) {
	case int, string:
	default:
		return nil, p.refuse(at, "", "user is a name or a number, not %s",
			p.run.plan.shown(values[0].Value))
	}
	u, err := host.User(fmt.Sprint(values[0].Value))
	if err != nil {
		return nil, p.refuse(at, "", "%s", err)
	}
	if err := u.Check(); err != nil {
		if p.requires("root") {
			return nil, &unfit{fmt.Sprintf("it requires root: %v", err)}
		}
		return nil, p.refuse(at, "that takes root; with `requires: root` at its top the scenario is "+
			"skipped without it", "%s cannot act as another user: %s", p.name, err)
	}
	return u, nil
}
