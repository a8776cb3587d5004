package socket

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
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

// sysProcess reads the number of the process that a descriptor stands for, which proc(5) tells.
func sysProcess(pidfd int) int {
	fd, err := unix.Open(fmt.Sprintf("/proc/self/fdinfo/%d", pidfd), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1
	}
	defer sysClose(fd)
	var b [512]byte
	n, _ := unix.Read(fd, b[:])
	_, after, _ := strings.Cut(string(b[:max(n, 0)]), "\nPid:")
	line, _, _ := strings.Cut(after, "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return -1
	}
	return pid
}

// sysSetNull sets an option with a null pointer for its value.
func sysSetNull(fd, level, option, size int) Errno {
	_, _, errno := unix.Syscall6(unix.SYS_SETSOCKOPT, uintptr(fd), uintptr(level), uintptr(option),
		0, uintptr(size), 0)
	return Errno(errno)
}
