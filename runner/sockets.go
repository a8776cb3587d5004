package runner

import (
	"fmt"

	"netscene/actions"
	"netscene/schema"
)

// sockets reports the first step of an actor that needs a socket although no step above it opens
// one.
func (c *compiler) sockets(a *actor) {
	for _, s := range a.steps {
		switch {
		case s.uses() == actions.CurrentIfAny,
			s.uses() == actions.NoSocket && (s.action == nil || !s.action.Opens()):
		case s.action != nil && s.action.Opens() && (s.uses() != actions.Current || s.doc.On != nil):
			return
		case s.uses() != actions.NoSocket && s.doc.On == nil:
			c.within(s.block, func() {
				c.report(s.doc.Word.Span, c.needsSocket(a),
					"%s has no socket for %s: no step above opens one", a.name, s.doc.Word.Text)
			})
			return
		}
	}
}

// needsSocket is a hint: another actor may have been meant.
func (c *compiler) needsSocket(a *actor) string {
	var others []string
	for _, b := range c.plan.actors {
		if b != a {
			others = append(others, b.name)
		}
	}
	if near := schema.Suggest(a.name, others); near != "" {
		return fmt.Sprintf("did you mean the actor %s?", near)
	}
	return "open one first, as `- socket`, or say which one with `on`"
}
