//go:build !linux

package socket

func sysSetFilter(int, int, []byte) Errno   { return ENOSYS }
func sysGetFilter(int, []byte) (int, Errno) { return 0, ENOSYS }
