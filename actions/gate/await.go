package gate

import (
	"os"
	"time"
)

// channel is the Target of a wait on a Go channel.
type channel struct {
	inner Target
	stop  chan struct{}
}

func (t *channel) Ready() bool    { return t.inner != nil && t.inner.Ready() }
func (t *channel) String() string { return t.inner.String() }
func (t *channel) Interrupt()     { close(t.stop) }

func await(c *Caller, w *Wait, ready <-chan struct{}) error {
	select {
	case <-ready:
		return nil
	default:
	}
	target := &channel{inner: w.Target, stop: make(chan struct{})}
	w.Target = target
	var expired <-chan time.Time
	if !w.Deadline.IsZero() {
		timer := time.NewTimer(time.Until(w.Deadline))
		defer timer.Stop()
		expired = timer.C
	}
	c.Park(w)
	var err error
	select {
	case <-ready:
	case <-expired:
		err = os.ErrDeadlineExceeded
	case <-target.stop:
		err = c.Err()
	}
	c.Resume(w)
	return err
}
