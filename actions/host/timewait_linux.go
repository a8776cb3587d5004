package host

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

// TimeWait says whether a TCP connection of a local port is in TIME_WAIT. The kernel lists them in
// /proc/net/tcp and tcp6 (proc_net_tcp.rst): the second field is the local address with its port
// in hexadecimal, the fourth the state, 06 for TIME_WAIT.
func TimeWait(port int) bool {
	for _, name := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(name)
		if err != nil {
			continue
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		for lines.Scan() {
			fields := strings.Fields(lines.Text())
			if len(fields) < 4 || fields[3] != "06" {
				continue
			}
			_, hex, _ := strings.Cut(fields[1], ":")
			if n, err := strconv.ParseUint(hex, 16, 16); err == nil && int(n) == port {
				return true
			}
		}
	}
	return false
}
