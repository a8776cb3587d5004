//go:build !linux

package socket

func sysSetFilter(int, int, []byte) Errno   { return ENOSYS }
func sysGetFilter(int, []byte) (int, Errno) { return 0, ENOSYS }
func sysProcess(int) int                    { return -1 }
func sysSetNull(int, int, int, int) Errno   { return ENOSYS }
