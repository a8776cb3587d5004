package socket

import (
	"math"
	"sync/atomic"
	"time"
)

// Timeout is how long a call on a socket may wait, as Python's settimeout has it: not limited
// (the zero value, None there), not at all (0), or a while.
type Timeout struct {
	limited bool
	limit   time.Duration
}

// TimeoutAfter makes a Timeout of d; 0 makes a socket non-blocking, less counts as 0.
func TimeoutAfter(d time.Duration) Timeout {
	return Timeout{limited: true, limit: min(max(d, 0), math.MaxInt64-1)}
}

// None says that calls wait without limit.
func (t Timeout) None() bool { return !t.limited }

// Duration gives the limit; 0 when there is none.
func (t Timeout) Duration() time.Duration { return t.limit }

// String gives "none" or the duration.
func (t Timeout) String() string {
	if !t.limited {
		return "none"
	}
	return t.limit.String()
}

// atomicTimeout is a Timeout that actors may set while others call. It holds one more than the
// limit, so that its zero value is none.
type atomicTimeout struct{ v atomic.Int64 }

func (a *atomicTimeout) store(t Timeout) {
	if t.limited {
		a.v.Store(int64(t.limit) + 1)
		return
	}
	a.v.Store(0)
}

func (a *atomicTimeout) load() Timeout {
	v := a.v.Load()
	return Timeout{limited: v != 0, limit: time.Duration(max(v-1, 0))}
}
