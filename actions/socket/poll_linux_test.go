package socket

import (
	"fmt"
	"testing"
	"time"

	"netscene/actions/gate"
)

// TestPoll waits for two sockets, one of them twice: data wakes it, and each entry has its own
// events.
func TestPoll(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	other := w.caller()
	var told string
	other.Trace = func(call *Call) { told = call.String() }
	sockets := []Polled{{Socket: server, PollFD: PollFD{Events: PollIn}},
		{Socket: client, PollFD: PollFD{Events: PollIn}},
		{Socket: server, PollFD: PollFD{Events: PollPri}}}
	ended := make(chan error)
	var ready int
	poll := func(limit Timeout) {
		go func() {
			var err error
			ready, err = Poll(other, sockets, limit)
			ended <- err
		}()
	}
	poll(Timeout{})
	w.gate.waiting(other, gate.Descriptor)
	w.gate.inspect(other, func(wait *gate.Wait) {
		if wait.Target.Ready() || wait.FD != server.FD() {
			t.Errorf("it is ready before anything came, or waits for %d", wait.FD)
		}
	})
	w.send(client, "hello")
	w.must(<-ended)
	if ready != 1 || sockets[0].Returned != PollIn || sockets[1].Returned+sockets[2].Returned != 0 {
		t.Errorf("%d ready: %+v", ready, sockets)
	}
	want := fmt.Sprintf("poll([{fd %[1]d, POLLIN}, {fd %[2]d, POLLIN}, {fd %[1]d, POLLPRI}], -1) = 1, "+
		"[{fd %[1]d, POLLIN}]", server.FD(), client.FD())
	if told != want {
		t.Errorf("told\n%s\nwant\n%s", told, want)
	}
	sockets = sockets[1:]
	poll(TimeoutAfter(time.Millisecond))
	w.must(<-ended)
	if ready != 0 {
		t.Errorf("%d ready after the timeout: %+v", ready, sockets)
	}
	poll(TimeoutAfter(time.Hour))
	w.gate.waiting(other, gate.Descriptor)
	other.Cancel(nil)
	if err := <-ended; err != gate.ErrCancelled {
		t.Errorf("got %v", err)
	}
	other.Lift()
	w.must(server.Close(w.main)) // the client reads the end
	poll(Timeout{})
	w.fails(<-ended, "EBADF")
}

// TestPollClosing closes a socket that is polled: the poll goes on, as poll(2) does, and the
// descriptor is closed when it has ended.
func TestPollClosing(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	other := w.caller()
	ended := make(chan error)
	sockets := []Polled{{Socket: server, PollFD: PollFD{Events: PollIn}}}
	go func() {
		_, err := Poll(other, sockets, Timeout{})
		ended <- err
	}()
	w.gate.waiting(other, gate.Descriptor)
	w.must(server.Close(w.main))
	w.send(client, "x")
	w.must(<-ended)
	if sockets[0].Returned != PollIn {
		t.Errorf("got %+v", sockets)
	}
}
