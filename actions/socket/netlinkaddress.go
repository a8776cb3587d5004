package socket

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"netscene/schema"
)

// familyNetlink is AF_NETLINK, whose sockets talk with the kernel; see netlink(7).
const familyNetlink = 16

const netlinkSize = 12 // bytes of struct sockaddr_nl

var _ = addFamily(addressFamily{
	family: familyNetlink, prefix: "netlink:",
	forms: "netlink:0 for the kernel, netlink:0:0x1 with groups",
	keys: []schema.Field{{Name: "pid", Kind: schema.Int, Max: math.MaxUint32},
		{Name: "groups", Kind: schema.Int, Max: math.MaxUint32}},
	read: parseNetlinkText,
	from: func(m map[string]any) (Endpoint, error) {
		pid, _ := m["pid"].(int)
		groups, _ := m["groups"].(int)
		return fixedEndpoint(netlinkAddress(pid, groups)), nil
	},
	text: netlinkText,
	parts: func(a Address) map[string]any {
		pid, groups, ok := netlinkOf(a)
		if !ok {
			return nil
		}
		return map[string]any{"pid": pid, "groups": groups}
	},
})

func netlinkAddress(pid, groups int) Address {
	return numbersAddress(familyNetlink, netlinkSize, pid, groups)
}

func netlinkOf(a Address) (pid, groups int, ok bool) {
	return a.numbers(familyNetlink, netlinkSize)
}

// parseNetlinkText reads PID[:GROUPS].
func parseNetlinkText(s string) (Endpoint, error) {
	var numbers [2]int
	for i, part := range strings.SplitN(s, ":", 2) {
		n, err := strconv.ParseUint(part, 0, 32)
		if err != nil {
			return Endpoint{}, fmt.Errorf("%q is not a number; write netlink:0 for the kernel", part)
		}
		numbers[i] = int(n)
	}
	return fixedEndpoint(netlinkAddress(numbers[0], numbers[1])), nil
}

func netlinkText(a Address) (string, bool) {
	pid, groups, ok := netlinkOf(a)
	text := strconv.Itoa(pid)
	if groups != 0 {
		text += fmt.Sprintf(":%#x", groups)
	}
	return text, ok
}
