package socket

import "golang.org/x/sys/unix"

func sysIoctl(fd, request int) (int, Errno) {
	n, err := unix.IoctlGetInt(fd, uint(request))
	return n, errnoOf(err)
}
