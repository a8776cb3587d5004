//go:build !linux

package socket

func sysIoctl(int, int) (int, Errno) { return 0, ENOSYS }
