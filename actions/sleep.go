package actions

import (
	"errors"
	"time"
)

type sleepParams struct {
	Duration time.Duration `param:"duration,required" doc:"how long: seconds or a duration"`
}

func (p *sleepParams) check() *ParamError {
	if p.Duration < 0 {
		return &ParamError{Param: "duration", Err: errors.New("cannot be negative")}
	}
	return nil
}

var _ = define("sleep", help{
	About: "let time pass",
	Doc: "To wait for another actor refer to its result, or use `after`, `signal` or `barrier`: that\n" +
		"is exact, and quicker.",
	Main:    "duration",
	Example: "- sleep: 100ms",
}, func(c *Call, p sleepParams) (none, error) {
	return none{}, c.Sleep(p.Duration)
})
