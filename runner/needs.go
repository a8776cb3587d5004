package runner

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"netscene/actions"
	"netscene/actions/host"
	"netscene/actions/socket"
	"netscene/runner/expr"
	"netscene/schema"
)

// requires checks what the scenario requires. An expression can ask the machine and read vars.
func (c *compiler) requires() {
	powers := host.Powers()
	for _, n := range c.doc.Requires {
		switch {
		case n.Expr != nil:
			c.condition(n.Expr)
		case slices.Contains(powers, n.Text):
			c.plan.requires = append(c.plan.requires, need{power: n.Text})
		default:
			hint := meant(strings.TrimPrefix(n.Text, "AF_"), powers)
			if hint == "" {
				hint = "known are " + strings.Join(powers, ", ")
			}
			c.report(n.Span, hint,
				"nothing is known of %s, which the scenario requires", n.Text)
		}
	}
}

// environment takes the environment variables that the scenario names.
func (c *compiler) environment(find func(string) (string, bool)) {
	types := map[string]expr.Type{}
	c.plan.env = map[string]any{}
	for _, word := range c.doc.Env {
		types[word.Text] = expr.String
		if find == nil {
			find = func(string) (string, bool) { return "", false }
		}
		value, found := find(word.Text)
		if !found {
			c.plan.unset = append(c.plan.unset, word.Text)
		}
		c.plan.env[word.Text] = value
	}
	c.names["env"] = expr.Map(types)
}

func (c *compiler) condition(e *schema.Expr) {
	prog, problems := language.Compile(e.Source, c.beforehand, expr.Bool)
	for _, p := range problems {
		c.report(e.Place(p.From, p.To), p.Detail, "%s", p.Summary)
	}
	switch {
	case prog == nil:
	case prog.Constant():
		c.report(e.Span, `ask the machine, as in limit("nofile") > 10000`,
			"this requirement asks nothing: it is always the same")
	default:
		c.plan.requires = append(c.plan.requires, need{prog: &program{Program: prog, src: e}})
	}
}

// lacks says what the scenario needs and does not have.
func (p *Plan) lacks() (string, error) {
	if len(p.missing) > 0 {
		var needs []string
		for _, v := range p.missing {
			needs = append(needs, fmt.Sprintf("--var %s=…", v.Name.Text))
		}
		return "it needs " + strings.Join(needs, " "), nil
	}
	if len(p.unset) > 0 {
		return "it needs the environment variable " + strings.Join(p.unset, " and "), nil
	}
	for _, n := range p.requires {
		if n.prog != nil {
			if reason, err := p.unfulfilled(n.prog); reason != "" || err != nil {
				return reason, err
			}
		} else if err := host.Probe(n.power); err != nil {
			return fmt.Sprintf("it requires %s: %v", n.power, err), nil
		}
	}
	return "", nil
}

// unfulfilled says why an expression that must hold before the run does not; "" when it does.
func (p *Plan) unfulfilled(prog *program) (string, error) {
	names := p.beforehand()
	source := oneLine(prog.src.Source)
	v, err := prog.Run(names)
	var missing *host.Missing
	switch {
	case errors.As(err, &missing):
		return fmt.Sprintf("it requires %s: %v", source, missing), nil
	case err != nil:
		at := prog.src.Span
		return "", fmt.Errorf("what it requires in line %d cannot be evaluated: %w", at.Start.Line, err)
	case v == true:
		return "", nil
	}
	var parts []string
	for _, v := range p.valuesOf(prog, names) {
		parts = append(parts, v.Text+" is "+v.Value)
	}
	return fmt.Sprintf("it requires %s: %s", source, strings.Join(parts, ", ")), nil
}

// lacking names what the machine may lack when a socket could not be opened, the likeliest first.
func (p *player) lacking(failure *socket.Error) []string {
	last := p.ring.events(p.name, 1)
	if !failure.Opens() || len(last) == 0 || last[0].Call == nil {
		return nil
	}
	c := last[0].Call
	if c.Name != failure.Call || c.User != "" { // another user may less than the machine can
		return nil
	}
	return host.Lacking(c.Family, c.Type, c.Protocol, c.Errno)
}

// lacks gives a reason to skip the scenario when an unexpected failure of a call tells that the
// machine has not what the scenario requires, although the probe did not find that out.
func (p *player) lacks(failure *socket.Error) string {
	for _, power := range p.lacking(failure) {
		if p.requires(power) {
			return fmt.Sprintf("it requires %s: %v", power, failure)
		}
	}
	return ""
}

// advise says what to require where the machine may lack it.
func (p *player) advise(failure *socket.Error) string {
	powers := p.lacking(failure)
	if powers == nil {
		return ""
	}
	return fmt.Sprintf("\nif this machine lacks it, `requires: %s` at the top of the scenario makes "+
		"that a skip", powers[0])
}

// requires says whether the scenario requires a power.
func (p *player) requires(power string) bool {
	return slices.ContainsFunc(p.run.plan.requires, func(n need) bool { return n.power == power })
}

// unfit is the error of a step that finds the machine without what the scenario requires.
type unfit struct{ reason string }

func (u *unfit) Error() string { return u.reason }

// skipped ends the run at a step for a reason that is nobody's failure.
func (p *player) skipped(o *outcome, reason string) *halt {
	p.run.skip(reason)
	p.ended(o.s, &actions.Outcome{Status: actions.Skipped, Elapsed: o.elapsed, Reason: reason})
	p.run.end(errStopped)
	return &halt{cause: errors.New(reason)}
}
