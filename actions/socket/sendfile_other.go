//go:build !linux

package socket

func sysSendFile(int, *section) (int, Errno) { return -1, ENOSYS }
