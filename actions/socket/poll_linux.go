package socket

import "golang.org/x/sys/unix"

// sysPollAll says, without waiting, which events each of the sockets has, and how many have some.
func sysPollAll(sockets []Polled) (int, Errno) {
	fds := make([]unix.PollFd, len(sockets))
	for i, e := range sockets {
		fds[i] = unix.PollFd{Fd: int32(e.FD), Events: int16(e.Events)}
	}
	for {
		n, err := unix.Poll(fds, 0)
		if err == unix.EINTR {
			continue
		}
		if err != nil {
			return 0, errnoOf(err)
		}
		for i := range sockets {
			sockets[i].Returned = int(fds[i].Revents)
		}
		return n, 0
	}
}

// sysEpoll makes a non-blocking descriptor that is readable when one of the sockets may have an
// event. The events of poll(2) and epoll(7) have the same numbers.
func sysEpoll(sockets []Polled) (int, Errno) {
	events := map[int]int{} // a socket may stand there twice, which epoll refuses
	for _, e := range sockets {
		events[e.FD] |= e.Events
	}
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return -1, errnoOf(err)
	}
	err = unix.SetNonblock(fd, true)
	for of, wanted := range events {
		if err == nil {
			event := unix.EpollEvent{Events: uint32(wanted), Fd: int32(of)}
			err = unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, of, &event)
		}
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, errnoOf(err)
	}
	return fd, 0
}
