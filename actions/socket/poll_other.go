//go:build !linux

package socket

func sysPollAll([]Polled) (int, Errno) { return 0, ENOSYS }
func sysEpoll([]Polled) (int, Errno)   { return -1, ENOSYS }
