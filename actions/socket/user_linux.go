package socket

import (
	"runtime"
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// credentials are those of a thread, as it has them and must get them back.
type credentials struct {
	uid, gid [3]int // real, effective, saved
	groups   []int
	caps     [2]unix.CapUserData
}

// act calls do on a thread that has the user's credentials, all of them: the kernel must find
// nothing of root's. In Linux credentials belong to the thread; the C library and Go change those
// of all threads, so the system calls are made here. What gets the thread its own credentials back
// are its permitted capabilities, which PR_SET_KEEPCAPS lets it keep and which allow nothing until
// they are made effective. A thread that cannot have them back must not serve another goroutine:
// the panic ends this one, and it is locked to the thread, which ends with it.
func (u *User) act(do func()) (failed *Error) {
	runtime.LockOSThread()
	own, failed := currentCredentials()
	if failed == nil {
		failed = u.instead(own, do)
	}
	runtime.UnlockOSThread()
	if failed != nil {
		failed.Target = "user " + u.Name
	}
	return failed
}

// instead calls do in place of the thread's own credentials, which come back however it ends.
func (u *User) instead(own *credentials, do func()) *Error {
	defer func() {
		if err := own.restore(); err != nil {
			panic("socket: the thread's own credentials are lost: " + err.Error())
		}
	}()
	err := u.assume(own)
	if err == nil {
		do()
	}
	return err
}

func (u *User) assume(own *credentials) *Error {
	if err := keepCapabilities(1); err != nil {
		return err
	}
	if err := changeGroups(u.Groups); err != nil {
		return err
	}
	if err := changeIDs("setresgid", unix.SYS_SETRESGID, [3]int{u.GID, u.GID, u.GID}); err != nil {
		return err
	}
	if err := changeIDs("setresuid", unix.SYS_SETRESUID, [3]int{u.UID, u.UID, u.UID}); err != nil {
		return err
	}
	if u.UID == 0 {
		return nil
	}
	without := own.caps // the kernel takes them itself from root only
	for i := range without {
		without[i].Effective = 0
	}
	return setCapabilities(&without)
}

// restore goes the way of assume back, from wherever that came to: without root, not far, and then
// setgroups is refused on the way back, too.
func (c *credentials) restore() *Error {
	usable := c.caps // those that are permitted still, made effective
	for i := range usable {
		usable[i].Effective = usable[i].Permitted
	}
	if err := setCapabilities(&usable); err != nil {
		return err
	}
	if err := changeIDs("setresuid", unix.SYS_SETRESUID, c.uid); err != nil {
		return err
	}
	if err := changeIDs("setresgid", unix.SYS_SETRESGID, c.gid); err != nil {
		return err
	}
	groups, _ := unix.Getgroups()
	if !slices.Equal(groups, c.groups) {
		if err := changeGroups(c.groups); err != nil {
			return err
		}
	}
	if err := setCapabilities(&c.caps); err != nil {
		return err
	}
	return keepCapabilities(0)
}

func currentCredentials() (*credentials, *Error) {
	c := &credentials{}
	c.uid[0], c.uid[1], c.uid[2] = unix.Getresuid()
	c.gid[0], c.gid[1], c.gid[2] = unix.Getresgid()
	groups, err := unix.Getgroups()
	if err != nil {
		return nil, errnoError("getgroups", "", errnoOf(err))
	}
	c.groups = groups
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	if err := unix.Capget(&header, &c.caps[0]); err != nil {
		return nil, errnoError("capget", "", errnoOf(err))
	}
	return c, nil
}

func setCapabilities(caps *[2]unix.CapUserData) *Error {
	header := unix.CapUserHeader{Version: unix.LINUX_CAPABILITY_VERSION_3}
	if err := unix.Capset(&header, &caps[0]); err != nil {
		return errnoError("capset", "", errnoOf(err))
	}
	return nil
}

func changeGroups(groups []int) *Error {
	numbers := make([]uint32, len(groups), len(groups)+1)
	for i, g := range groups {
		numbers[i] = uint32(g)
	}
	_, _, errno := unix.RawSyscall(unix.SYS_SETGROUPS, uintptr(len(numbers)),
		uintptr(unsafe.Pointer(unsafe.SliceData(numbers))), 0)
	return changed("setgroups", errno)
}

func changeIDs(name string, number uintptr, ids [3]int) *Error {
	_, _, errno := unix.RawSyscall(number, uintptr(ids[0]), uintptr(ids[1]), uintptr(ids[2]))
	return changed(name, errno)
}

func keepCapabilities(keep uintptr) *Error {
	_, _, errno := unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_KEEPCAPS, keep, 0)
	return changed("prctl", errno)
}

// changed gives the error of a call that changes the thread's credentials.
func changed(call string, errno syscall.Errno) *Error {
	if errno == 0 {
		return nil
	}
	return errnoError(call, "", Errno(errno))
}
