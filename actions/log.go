package actions

import "netscene/schema"

// Level is how important a logged line is.
type Level int

// The levels, as charmbracelet/log orders them.
var levels = []schema.Name{{Name: "info", Value: 0}, {Name: "debug", Value: 1},
	{Name: "warn", Value: 2}, {Name: "error", Value: 3}}

func (Level) kind(f *schema.Field) { f.Kind, f.Choices = schema.Choice, levels }

func (l Level) String() string {
	for _, n := range levels {
		if n.Value == int(l) {
			return n.Name
		}
	}
	return "info"
}

type logParams struct {
	Message string `param:"message,required" doc:"the line"`
	Level   Level  `param:"level" default:"info" doc:"debug, info, warn or error"`
}

var _ = define("log", help{
	About:   "write a line to the log",
	Main:    "message",
	Example: "- log: the server is at $(server.listen.address)",
}, func(c *Call, p logParams) (none, error) {
	c.Log(p.Level.String(), p.Message)
	return none{}, nil
})
