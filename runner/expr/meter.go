package expr

import (
	"errors"
	"maps"
	"time"
)

// meterName is where the environment of a run keeps its meter.
const meterName = hidden + "meter"

// Bounds of one evaluation.
const (
	maxTime   = time.Second
	maxMemory = 512 << 20 // bytes that functions make in all
)

// meter bounds what one evaluation takes. The clock is all that it reads from outside; nothing
// that it reads comes into a value.
type meter struct {
	started time.Time
	limit   time.Duration
	ticks   int
	made    int
}

func withMeter(env map[string]any, limit time.Duration) map[string]any {
	all := make(map[string]any, len(env)+1)
	maps.Copy(all, env)
	all[meterName] = &meter{started: time.Now(), limit: limit}
	return all
}

// spend is called before n bytes are made or read; ticks that are cheap look at the clock rarely.
func (m *meter) spend(n int) error {
	m.ticks++
	if n < 1<<12 && m.ticks&0x3f != 0 {
		m.made += n
		return nil
	}
	m.made += n
	if m.made > maxMemory {
		return errors.New("the expression makes too much data")
	}
	if time.Since(m.started) > m.limit {
		return errors.New("the expression takes too long: more than a second")
	}
	return nil
}
