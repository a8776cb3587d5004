package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruptible calls work with a context that the first SIGINT or SIGTERM cancels. At the second
// it does not wait for work any longer.
func interruptible(work func(context.Context) error) error {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- work(ctx) }()
	for {
		select {
		case err := <-done:
			return err
		case <-signals:
			if ctx.Err() != nil {
				return exit{code: exitInterrupted}
			}
			cancel()
		}
	}
}
