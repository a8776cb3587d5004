package socket

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// Messages that come in pieces cut anywhere are received one by one, each from its first byte to
// its last, whatever their lengths.
func TestWholeInPieces(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	rnd := rand.New(rand.NewPCG(1, 2))
	var stream []byte
	var messages []string
	for range 300 {
		m := strings.Repeat("\r", rnd.IntN(3)) + strings.Repeat("x", rnd.IntN(1000)) +
			strings.Repeat("\r\n\r", rnd.IntN(3)) + "\r\n\r\n"
		first := m[:strings.Index(m, "\r\n\r\n")+4]
		messages = append(messages, first)
		stream = append(stream, first...)
	}
	sender := w.caller()
	var sending sync.WaitGroup
	defer sending.Wait()
	sending.Go(func() {
		for left := stream; len(left) > 0; {
			n := min(1+rnd.IntN(200), len(left))
			if _, err := client.SendAll(sender, left[:n], 0); err != nil {
				t.Error(err)
			}
			left = left[n:]
		}
		_ = client.Shutdown(sender, ShutWrite)
	})
	for i, want := range messages {
		var got []byte
		var err error
		if i%3 == 0 {
			got, err = server.RecvExactly(w.main, len(want))
		} else {
			got, err = server.RecvUntil(w.main, []byte("\r\n\r\n"), len(want))
		}
		if err != nil || string(got) != want {
			t.Fatalf("message %d is %q, %v, want %q", i, got, err, want)
		}
	}
	got, err := server.RecvAll(w.main, 0)
	if err != nil || len(got) > 0 {
		t.Errorf("at the end came %q, %v", got, err)
	}
}

// What is long is received in a time that grows with its length, not with its square, and short
// lines do not make much be looked at again and again.
func TestWholeLooks(t *testing.T) {
	w := newWorld(t)
	a, b, err := w.table.Pair(w.main, Unix, Stream, 0)
	w.must(err)
	reader := w.caller()
	var looked, calls int
	reader.Trace = func(c *Call) {
		if calls++; c.Flags == MsgPeek {
			looked += c.Result
		}
	}
	line := []byte("a line of 20 bytes.\n")
	long := append(bytes.Repeat([]byte("x"), 4<<20), '\n')
	data := append(bytes.Repeat(line, 20_000), long...)
	sent := make(chan error, 1)
	go func() {
		_, err := a.SendAll(w.main, data, 0)
		sent <- err
	}()
	for range 20_000 {
		got, err := b.RecvUntil(reader, []byte("\n"), 100)
		if err != nil || !bytes.Equal(got, line) {
			t.Fatalf("%q, %v", got, err)
		}
	}
	if most := 20_000 * firstLook; looked > most || calls > 20_000*3 {
		t.Errorf("%d bytes were looked at in %d calls", looked, calls)
	}
	looked = 0
	got, err := b.RecvUntil(reader, []byte("\n"), 8<<20)
	if err != nil || !bytes.Equal(got, long) {
		t.Errorf("%d bytes came, %v", len(got), err)
	}
	if looked != len(long) {
		t.Errorf("of %d bytes %d were looked at", len(long), looked)
	}
	w.must(<-sent)
}

// The timeout is that of the whole message: bytes that come meanwhile do not put it off.
func TestWholeTimeout(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	server.SetTimeout(TimeoutAfter(30 * time.Millisecond))
	sender, stop, stopped := w.caller(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			case <-time.After(time.Millisecond):
				_, _ = client.Send(sender, []byte("x"), 0)
			}
		}
	}()
	for _, receive := range []func() ([]byte, error){
		func() ([]byte, error) { return server.RecvExactly(w.main, 1<<20) },
		func() ([]byte, error) { return server.RecvUntil(w.main, []byte("\n"), 1<<20) },
		func() ([]byte, error) { return server.RecvAll(w.main, 1<<20) },
	} {
		got, err := receive()
		w.fails(err, "timeout")
		if strings.Trim(string(got), "x") != "" {
			t.Errorf("got %q", got)
		}
	}
	close(stop)
	<-stopped
}

// A message goes on behind what ends a single receive: the mark of urgent data, descriptors.
func TestWholeGoesOn(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	w.send(client, "ab")
	_, err := client.Send(w.main, []byte("!"), MsgOOB)
	w.must(err)
	w.send(client, "cd\n")
	got, err := server.RecvUntil(w.main, []byte("\n"), 10)
	if err != nil || string(got) != "abcd\n" {
		t.Errorf("around urgent data came %q, %v", got, err)
	}
	a, b, err := w.table.Pair(w.main, Unix, Stream, 0)
	w.must(err)
	w.option(b, "SO_PASSCRED", 1)
	for _, part := range []string{"12", "34", "5\n"} {
		w.send(a, part)
	}
	got, err = b.RecvExactly(w.main, 3)
	if err != nil || string(got) != "123" {
		t.Errorf("with credentials came %q, %v", got, err)
	}
	got, err = b.RecvUntil(w.main, []byte("\n"), 10)
	if err != nil || string(got) != "45\n" {
		t.Errorf("with credentials came %q, %v", got, err)
	}
}

func TestWholeRefused(t *testing.T) {
	w := newWorld(t)
	a, b, err := w.table.Pair(w.main, Unix, Stream, 0)
	w.must(err)
	w.send(a, "hello\n")
	w.option(b, "SO_PEEK_OFF", 2)
	_, err = b.RecvUntil(w.main, []byte("\n"), 10)
	w.fails(err, "bad_argument")
	_, err = b.RecvAll(w.main, 10)
	w.fails(err, "bad_argument")
	got, err := b.RecvExactly(w.main, 6)
	if err != nil || string(got) != "hello\n" {
		t.Errorf("got %q, %v", got, err)
	}
	record, _, err := w.table.Pair(w.main, Unix, SeqPacket, 0)
	w.must(err)
	_, err = record.RecvExactly(w.main, 1)
	w.fails(err, "bad_argument")
	w.must(b.Close(w.main))
	_, err = b.RecvExactly(w.main, 0)
	w.fails(err, "EBADF")
}

// A message that tells its own length is received whole, however long it is; of one that is wrong
// what was looked at last is still there, and the end of the stream within one is told.
func TestFramed(t *testing.T) {
	w := newWorld(t)
	_, server, client := w.tcp()
	errWrong := errors.New("wrong")
	measure := func(got []byte) (int, bool, error) { // a length in three bytes, then so many
		if len(got) < 3 {
			return 3, false, nil
		}
		size := 3 + int(got[0])<<16 + int(got[1])<<8 + int(got[2])
		if size-3 == 7 {
			return 0, false, errWrong
		}
		return size, len(got) >= size, nil
	}
	long := append([]byte{0x30, 0, 0}, bytes.Repeat([]byte("x"), 0x300000)...)
	stream := append(append([]byte("\x00\x00\x00\x00\x00\x02ab"), long...), "\x00\x00\x07more"...)
	sender, sent := w.caller(), make(chan struct{})
	go func() {
		defer close(sent)
		if _, err := client.SendAll(sender, stream, 0); err != nil {
			t.Error(err)
		}
		_ = client.Shutdown(sender, ShutWrite)
	}()
	for _, want := range []int{3, 5, len(long)} {
		got, err := server.RecvFramed(w.main, measure)
		if err != nil || len(got) != want {
			t.Fatalf("%d bytes, %v, want %d", len(got), err, want)
		}
	}
	if got, err := server.RecvFramed(w.main, measure); err != errWrong || len(got) < 3 {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := server.RecvExactly(w.main, 7); err != nil || string(got) != "\x00\x00\x07more" {
		t.Errorf("behind the wrong one is %q, %v", got, err)
	}
	if _, err := server.RecvFramed(w.main, measure); AsError(err).Class != EndOfStream {
		t.Error(err)
	}
	<-sent
}
