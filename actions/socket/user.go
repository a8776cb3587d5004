package socket

// User is somebody of the machine, as whom a Caller may make its system calls.
type User struct {
	Name     string // as it was written
	UID, GID int
	Groups   []int // the supplementary ones
}

// Check finds out whether this process may act as the user, which takes root. Its error is none of
// a system call of the actor's.
func (u *User) Check() error {
	if err := u.act(func() {}); err != nil {
		return err
	}
	return nil
}

// As makes a system call as the caller's user; without one as the process is. The call must not
// wait: nothing else may happen on its thread meanwhile. The Errno is that of the change of the
// user, without which the call is not made.
func (c *Caller) As(call func() Errno) Errno {
	if c.User == nil {
		return call()
	}
	errno := Errno(0)
	if err := c.User.act(func() { errno = call() }); err != nil {
		return err.Errno
	}
	return errno
}
