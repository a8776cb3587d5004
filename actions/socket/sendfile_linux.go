package socket

import "golang.org/x/sys/unix"

func sysSendFile(fd int, part *section) (int, Errno) {
	offset := part.offset
	n, err := unix.Sendfile(fd, int(part.file.Fd()), &offset, part.size)
	return n, errnoOf(err)
}
