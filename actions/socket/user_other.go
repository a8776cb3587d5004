//go:build !linux

package socket

func (u *User) act(func()) *Error { return errnoError("setresuid", "user "+u.Name, ENOSYS) }
