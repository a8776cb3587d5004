//go:build !linux

package socket

// As no socket is ever opened here, none of these is reached.

func sysSendMsg(int, [][]byte, []byte, int, string) (int, Errno) { return -1, ENOSYS }
func sysRecvMsg(int, int, [][]byte, []byte, int, *sockaddr) (n, size, got int, errno Errno) {
	return -1, 0, 0, ENOSYS
}
func appendControl(b []byte, _, _ int, _ []byte) []byte { return b }
func parseControl([]byte) []Ancillary                   { return nil }
func sysSetNonBlocking(int)                             {}
func sysOwnCredentials() (pid, uid, gid int)            { return 0, 0, 0 }
