package socket

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

func sysSetFilter(fd, option int, instructions []byte) Errno {
	program := unix.SockFprog{Len: uint16(len(instructions) / instruction),
		Filter: (*unix.SockFilter)(bytesPointer(instructions))}
	_, _, errno := unix.Syscall6(unix.SYS_SETSOCKOPT, uintptr(fd), levelSocket, uintptr(option),
		uintptr(unsafe.Pointer(&program)), unsafe.Sizeof(program), 0)
	runtime.KeepAlive(instructions)
	return Errno(errno)
}

// sysGetFilter fills p with whole instructions and says how many bytes they are.
func sysGetFilter(fd int, p []byte) (int, Errno) {
	count := uint32(len(p) / instruction)
	_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), levelSocket, optAttachFilter,
		uintptr(bytesPointer(p)), uintptr(unsafe.Pointer(&count)), 0)
	return int(count) * instruction, Errno(errno)
}
