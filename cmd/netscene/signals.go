package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible calls prepare and then the work that it gives, with a context that the first SIGINT
// or SIGTERM cancels. It waits for neither any longer at a signal while prepare runs, nor at the
// second one.
func interruptible(prepare func() (func(context.Context) error, error)) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done, begun := make(chan error, 1), make(chan struct{})
	go func() {
		work, err := prepare()
		if err == nil && work != nil {
			close(begun)
			err = work(ctx)
		}
		done <- err
	}()
	for {
		select {
		case err := <-done:
			return err
		case <-signals:
			if ctx.Err() != nil || !closed(begun) {
				return exit{code: exitInterrupted}
			}
			cancel()
		}
	}
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// outlivePipes makes a write to a standard stream that nobody reads fail, as it does elsewhere:
// SIGPIPE would kill the process in the middle of its runs. The signal is caught and not ignored,
// so that programs which are started have it as usual.
func outlivePipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
