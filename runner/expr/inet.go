package expr

import (
	"fmt"

	inet "netscene/actions/socket"
)

// inetFunctions are those of arpa/inet.h, and of cmsg(3), with the meanings and errors that they
// have in Python's socket module.
var inetFunctions = []function{
	{Function: Function{"inet_aton", "inet_aton(text) -> bytes",
		"the 4 bytes of an IPv4 address in any form, as 127.1", `inet_aton("127.1") == data`},
		params: []kind{chars}, result: gives(Bytes),
		run: func(_ *meter, a []any) (any, error) { return inet.InetAton(string(toBytes(a[0]))) }},
	{Function: Function{"inet_ntoa", "inet_ntoa(bytes) -> text",
		"the text of an IPv4 address in 4 bytes", `inet_ntoa(data) == "127.0.0.1"`},
		params: []kind{bytes}, result: gives(String),
		run: func(_ *meter, a []any) (any, error) { return inet.InetNtoa(a[0].([]byte)) }},
	{Function: Function{"inet_pton", "inet_pton(family, text) -> bytes",
		"the bytes of an address of AF_INET or AF_INET6", `inet_pton(10, "::1") == data`},
		params: []kind{integer, chars}, result: gives(Bytes),
		run: func(_ *meter, a []any) (any, error) {
			return inet.InetPton(a[0].(int), string(toBytes(a[1])))
		}},
	{Function: Function{"inet_ntop", "inet_ntop(family, bytes) -> text",
		"the text of an address of AF_INET or AF_INET6", `inet_ntop(10, data) == "::1"`},
		params: []kind{integer, bytes}, result: gives(String),
		run: func(_ *meter, a []any) (any, error) {
			return inet.InetNtop(a[0].(int), a[1].([]byte))
		}},
	{Function: Function{"CMSG_LEN", "CMSG_LEN(int) -> int",
		"the length of a message of ancillary data with so many bytes", `CMSG_LEN(4) == 20`},
		params: []kind{integer}, result: gives(Int),
		run: func(_ *meter, a []any) (any, error) { return inet.ControlLen(a[0].(int)) }},
	{Function: Function{"CMSG_SPACE", "CMSG_SPACE(int) -> int",
		"the room that such a message needs: what ancbufsize is made of",
		`CMSG_SPACE(4) + CMSG_SPACE(12) == 56`},
		params: []kind{integer}, result: gives(Int),
		run: func(_ *meter, a []any) (any, error) { return inet.ControlSpace(a[0].(int)) }},
	{Function: Function{"sockaddr", "sockaddr(text) -> bytes",
		"the struct sockaddr of an address, to be changed and written after raw:",
		`hex(sockaddr("unix:")) == "0100"`},
		params: []kind{text}, result: gives(Bytes),
		run: func(_ *meter, a []any) (any, error) { return inet.SockAddr(a[0].(string)) }},
	swapper("htons", "a 16-bit number in network byte order", 16),
	swapper("ntohs", "a 16-bit number out of network byte order", 16),
	swapper("htonl", "a 32-bit number in network byte order", 32),
	swapper("ntohl", "a 32-bit number out of network byte order", 32),
}

// swapper makes a function that turns a number of so many bits between the byte orders of this
// machine and of the network.
func swapper(name, doc string, bits int) function {
	swap := inet.Swap32
	if bits == 16 {
		swap = inet.Swap16
	}
	return function{
		Function: Function{name, name + "(int) -> int", doc, name + "(port) == 80"},
		params:   []kind{integer}, result: gives(Int),
		run: func(_ *meter, a []any) (any, error) {
			n := a[0].(int)
			if n < 0 || n >= 1<<bits {
				return nil, fmt.Errorf("%d does not fit into %d bits", n, bits)
			}
			return swap(n), nil
		},
	}
}
