//go:build !linux

package socket

// Sockets are opened on Linux only so far: elsewhere sysSocket fails, so that none of the other
// calls is ever reached; each gives the same error.

func sysSocket(int, int, int) (int, Errno)                 { return -1, ENOSYS }
func sysSocketPair(int, int, int) ([2]int, Errno)          { return [2]int{-1, -1}, ENOSYS }
func sysDup(int) (int, Errno)                              { return -1, ENOSYS }
func sysDescriptorFlags(int, int, int) (int, Errno)        { return -1, ENOSYS }
func sysClose(int)                                         {}
func sysBind(int, string) Errno                            { return ENOSYS }
func sysListen(int, int) Errno                             { return ENOSYS }
func sysConnect(int, string) Errno                         { return ENOSYS }
func sysError(int) Errno                                   { return 0 }
func sysAccept(int, int, *sockaddr) (int, Errno)           { return -1, ENOSYS }
func sysSend(int, []byte, int, string) (int, Errno)        { return -1, ENOSYS }
func sysRecv(int, []byte, int) (int, Errno)                { return -1, ENOSYS }
func sysRecvFrom(int, []byte, int, *sockaddr) (int, Errno) { return -1, ENOSYS }
func sysGetSockName(int, *sockaddr) Errno                  { return ENOSYS }
func sysGetPeerName(int, *sockaddr) Errno                  { return ENOSYS }
func sysGetOption(int, int, int, []byte) (int, Errno)      { return 0, ENOSYS }
func sysSetOption(int, int, int, []byte) Errno             { return ENOSYS }
func sysShutdown(int, int) Errno                           { return ENOSYS }
func sysPoll(int, bool) (readable, writable, ended bool)   { return false, false, false }
func sysShutDown(int) bool                                 { return false }
func sysAtMark(int) bool                                   { return false }
func sysUnread(int) int                                    { return 0 }
func sysUnsent(int) int                                    { return 0 }
func sysInterfaceName(int) string                          { return "" }
func sysInterfaceIndex(string) (int, Errno)                { return 0, ENOSYS }
func sysRoom(string) bool                                  { return false }
