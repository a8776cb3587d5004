//go:build !linux

package socket

func findTCP(*tcpQuestion) ([]tcpRecord, Errno) { return nil, ENOSYS }
