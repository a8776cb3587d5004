package socket

import (
	"errors"
	"os"
	"time"

	"netscene/actions/gate"
)

// Caller is one actor's hands: every method of a Socket takes it. It holds what a call needs, so
// that calls allocate nothing, and must not be copied or used by two goroutines at once.
type Caller struct {
	gate.Caller
	// Trace is told of each effective system call before its method returns; nil when nobody
	// listens. A call that waits is told once, with what came of it. The Call is lent.
	Trace func(*Call)
	// User is whose credentials the system calls are made with; nil for the process's own.
	User *User

	op   operation
	call Call
	last Address // the one that recvfrom gave last
}

// verb is which system call an operation makes.
type verb uint8

const (
	sending verb = iota
	sendingFile
	receiving
	receivingFrom
	receivingMessage
	sendingMessage
	accepting
	connecting
)

// request is what an operation is asked for.
type request struct {
	verb  verb
	name  string // the system call, for errors and traces
	buf   []byte
	flags int
	to    Address
	msg   *message // sendmsg and recvmsg
	part  *section // of a file

	need    int  // the call is complete with so many bytes
	reserve int  // waiting, the kernel is asked only when so many bytes are there; 0 for any
	whole   bool // fewer bytes than need are a failure
	patience
}

// patience is how a call may wait.
type patience struct {
	waits   bool
	limit   time.Duration // 0 for no limit
	expired Errno         // what the call gives when the limit has passed; 0 for a timeout
	python  bool          // the limit is settimeout's, under which a descriptor does not block
}

// operation is a request in progress. It is its own gate.Target.
type operation struct {
	request
	caller *Caller
	sock   *Socket
	from   sockaddr

	done  int    // bytes moved; the descriptor that accept gave
	errno Errno  // of the last attempt
	creds string // joining parts of a Unix stream: the sender's, as its ancillary data

	wait        gate.Wait
	deadline    time.Time // fixed at the first wait
	armed       bool      // the descriptor's deadline is this operation's
	parked      bool
	begun       bool               // connect: the attempt on its way is the one to wait for
	calledOff   int32              // what the socket had counted when that began
	freed       int64              // what the Table had counted before the last attempt
	interrupted bool               // set by Interrupt, read after Resume
	again       func(uintptr) bool // proceed, bound once
}

// patience gives how long a call of the socket in a direction may wait.
func (s *Socket) patience(flags int, dir gate.Direction) patience {
	t := s.timeout.load()
	nonBlocking := s.nonBlocking.Load()
	if nonBlocking && !t.limited { // one may be of before a settimeout, the other of after it
		s.mode.Lock()
		t, nonBlocking = s.timeout.load(), s.nonBlocking.Load()
		s.mode.Unlock()
	}
	switch {
	case flags&(MsgDontWait|MsgErrQueue) != 0:
		// The kernel never waits for the error queue.
		return patience{}
	case t.limited && t.limit > 0:
		return patience{waits: true, limit: t.limit, python: true}
	case nonBlocking:
		return patience{}
	}
	limit := s.played.send.Load()
	if dir == gate.Read {
		limit = s.played.receive.Load()
	}
	return patience{waits: true, limit: time.Duration(limit), expired: EAGAIN}
}

func (o *operation) direction() gate.Direction {
	switch o.verb {
	case receiving, receivingFrom, receivingMessage, accepting:
		return gate.Read
	}
	return gate.Write
}

// perform makes a call: once if it must not wait, and else until it is decided.
func (s *Socket) perform(c *Caller, r request) (*operation, error) {
	o := &c.op
	if o.again == nil {
		o.caller, o.again = c, o.proceed
	}
	o.request, o.sock = r, s
	o.done, o.errno, o.deadline = 0, 0, time.Time{}
	o.armed, o.begun, o.interrupted, o.creds = false, false, false, ""
	if !s.enter() {
		return o, errnoError(r.name, r.target(), EBADF)
	}
	var err error
	if errno := s.takeDeferred(r.verb); errno != 0 {
		o.errno = errno
	} else {
		err = o.run()
	}
	err = o.finish(err)
	_ = s.leave(c)
	return o, err
}

// takeDeferred gives the error that an earlier call met and could not tell.
func (s *Socket) takeDeferred(v verb) Errno {
	if v == accepting || v == connecting || s.deferred.Load() == 0 {
		return 0
	}
	return Errno(s.deferred.Swap(0))
}

// run returns nil when the kernel has decided, else os.ErrDeadlineExceeded or the cause of the
// cancellation.
func (o *operation) run() error {
	if !o.waits {
		o.attempt()
		return nil
	}
	if !o.pollable() {
		if o.attempt() {
			return nil
		}
		return o.retry()
	}
	token := o.sock.token(o.direction())
	select {
	case <-token.free:
	default:
		if o.attempt() {
			return nil
		}
		if err := o.caller.Await(o.describe(gate.Queue), token.free); err != nil {
			return err
		}
	}
	token.held.Store(true)
	err := o.poll()
	token.held.Store(false)
	token.free <- struct{}{}
	if errors.Is(err, errUnpollable) {
		return o.retry()
	}
	return err
}

// pollable says whether the poller learns when the call could go on. It does not for a Unix
// connect to a full backlog, and for a Unix datagram to a full queue it is woken by every send
// that fails. RDS is ready to send to the others while one destination is congested.
func (o *operation) pollable() bool {
	switch o.sock.family {
	case Unix:
		return o.verb != connecting && (o.sock.typ == Stream || o.to.IsZero())
	case rds:
		return !o.verb.writes()
	}
	return true
}

// attempt makes the system call, more than once where it has to move more bytes, and says whether
// that decides the operation. If not, it is worth waiting.
func (o *operation) attempt() bool {
	for {
		if o.reserve > 0 && o.waits && !o.reserved() {
			o.errno = EAGAIN
			return false
		}
		if o.joins() && o.cut() {
			return !o.pending()
		}
		var n int
		if o.caller.User == nil {
			n, o.errno = o.invoke()
		} else {
			n, o.errno = o.invokeAs()
		}
		switch {
		case o.errno == EINTR:
			continue
		case o.errno == EINPROGRESS && o.waits && !o.begun:
			o.begun = true
			continue // on this machine the connection is mostly there at once
		case o.errno == EALREADY && o.waits && !o.python:
			o.begun = true // a blocking connect joins the attempt
			return false
		case o.errno == EAGAIN && o.shutDown():
			o.errno = 0
			return true
		case o.errno != 0:
			return !o.pending()
		case o.verb == accepting, o.verb == connecting:
			o.done = n
			return true
		}
		if o.sock.family == rds && o.direction() == gate.Read {
			o.sock.table.freed.Add(1)
		}
		o.done += n
		if n == 0 || o.done >= o.need {
			return true
		}
	}
}

// invokeAs makes the system call as the caller's user. Only this one is: while the call waits, its
// thread does other work.
func (o *operation) invokeAs() (n int, errno Errno) {
	errno = o.caller.As(func() (errno Errno) {
		n, errno = o.invoke()
		return errno
	})
	return n, errno
}

func (o *operation) invoke() (int, Errno) {
	fd := o.sock.fd
	o.freed = o.sock.table.freed.Load()
	switch o.verb {
	case sending, sendingMessage:
		flags := o.flags | MsgNoSignal
		if o.sock.family == rds {
			flags = o.flags // RDS refuses it, and has no SIGPIPE
		}
		if o.msg != nil {
			return o.sendMessage(flags)
		}
		return sysSend(fd, o.buf[o.done:], flags, o.to.raw)
	case sendingFile:
		return sysSendFile(fd, o.part)
	case receiving, receivingFrom:
		if o.joins() && o.sock.family == Unix {
			return o.receivePart()
		}
		if o.verb == receivingFrom {
			return sysRecvFrom(fd, o.buf[o.done:], o.flags, &o.from)
		}
		return sysRecv(fd, o.buf[o.done:], o.flags)
	case receivingMessage:
		return o.receiveMessage()
	case accepting:
		return sysAccept(fd, o.flags, &o.from)
	}
	return 0, o.connect()
}

// connect begins to connect, or says how the attempt that is on its way has ended. TCP tells that
// to whoever connects again, but begins anew where a shutdown has called the attempt off; SCTP and
// VM sockets do so whenever it has failed, and give EISCONN where it has not.
func (o *operation) connect() Errno {
	if !o.begun {
		o.calledOff = o.sock.calledOff.Load()
	}
	anew := o.begun && (!o.sock.ip() || o.sock.proto == protocolSCTP)
	if anew || o.calledOff != o.sock.calledOff.Load() {
		if errno := sysError(o.sock.fd); errno != 0 {
			return errno
		}
	}
	errno := sysConnect(o.sock.fd, o.to.raw)
	if anew && errno == EISCONN {
		return 0
	}
	return errno
}

// shutDown says whether the call is a receive that a blocking descriptor would end with nothing,
// for its socket receives no more. To one that does not block the kernel says so of streams and
// records alone, and EAGAIN of datagrams (__skb_wait_for_more_packets in net/core/datagram.c).
func (o *operation) shutDown() bool {
	return o.waits && !o.python && o.direction() == gate.Read && o.verb != accepting &&
		o.sock.typ != Stream && sysShutDown(o.sock.fd)
}

// pending says whether the error of the last attempt tells only that the call has to wait.
func (o *operation) pending() bool {
	if o.verb != connecting {
		// A descriptor that blocks waits for the end of congestion (rds_cong_wait in net/rds/cong.c).
		congested := o.errno == ENOBUFS && o.sock.family == rds && o.verb.writes() && !o.python
		return o.errno == EAGAIN || congested
	}
	switch o.errno {
	case EINPROGRESS:
		return true
	case EALREADY:
		return o.begun // otherwise it is an error
	case EAGAIN:
		return o.sock.family == Unix && !o.python
	}
	return false
}

// reserved says whether enough bytes are there, or all that will come.
func (o *operation) reserved() bool {
	if sysUnread(o.sock.fd) >= o.reserve {
		return true
	}
	readable, _, ended := sysPoll(o.sock.fd, o.sock.errorQueue.Load())
	// TCP counts SO_RCVLOWAT itself, and is readable with less when its memory is full.
	return ended || readable && o.flags&MsgPeek == 0 && o.sock.family != Unix
}

// until gives when the operation's limit passes; zero for never.
func (o *operation) until() time.Time {
	if o.deadline.IsZero() && o.limit > 0 {
		o.deadline = time.Now().Add(o.limit)
	}
	return o.deadline
}

// describe fills in the wait of the operation.
func (o *operation) describe(kind gate.Kind) *gate.Wait {
	o.wait = gate.Wait{Kind: kind, FD: o.sock.fd, Direction: o.direction(), Deadline: o.until(),
		Target: o}
	return &o.wait
}

var errUnpollable = errors.New("the poller does not wait for the descriptor")

// poll makes attempts whenever the poller says that one is worth it. The caller holds the
// direction's token.
func (o *operation) poll() error {
	for {
		var err error
		if o.direction() == gate.Read {
			err = o.sock.raw.Read(o.again)
		} else {
			err = o.sock.raw.Write(o.again)
		}
		o.resume()
		if err == nil {
			return nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			// After a bare EPOLLERR the poller refuses to wait until another event comes.
			return errUnpollable
		}
		if o.interrupted {
			o.interrupted = false
			if cause := o.caller.Err(); cause != nil {
				return cause
			}
		}
		if !o.deadline.IsZero() && !time.Now().Before(o.deadline) {
			return err
		}
		// A deadline that an earlier call left, or an interruption that was lifted.
		o.armed = false
		o.sock.setDeadline(o.direction(), time.Time{})
	}
}

// proceed is called by the poller: at first, and whenever the descriptor may be ready.
func (o *operation) proceed(uintptr) bool {
	o.resume()
	if o.attempt() {
		return true
	}
	o.park()
	return false
}

func (o *operation) park() {
	kind := gate.Descriptor
	if o.verb == connecting && o.sock.family != familyTIPC { // of which accept is a part
		kind = gate.Connect
	}
	w := o.describe(kind)
	if !o.armed && !o.deadline.IsZero() {
		o.sock.setDeadline(o.direction(), o.deadline)
		o.armed = true
	}
	o.parked = true
	o.caller.Park(w)
}

func (o *operation) resume() {
	if !o.parked {
		return
	}
	o.parked = false
	o.caller.Resume(&o.wait)
}

// retry tries again after a while, and again.
func (o *operation) retry() error {
	return backoff(o.caller, o.describe(gate.Retry), o, o.attempt)
}

// backoff calls done after 50 µs and then ever less often, down to every 5 ms, until it says yes.
func backoff(c *Caller, w *gate.Wait, target gate.Target, done func() bool) error {
	for pause := 50 * time.Microsecond; ; pause = min(2*pause, 5*time.Millisecond) {
		tick := make(chan struct{})
		timer := time.AfterFunc(pause, func() { close(tick) })
		w.Target = target
		err := c.Await(w, tick)
		timer.Stop()
		if err != nil {
			return err
		}
		if done() {
			return nil
		}
	}
}
