package expr

import "netscene/actions/host"

// hostFunctions ask the machine.
var hostFunctions = []function{
	{Function: Function{"sysctl", "sysctl(name) -> int, list or text",
		"a setting of the kernel: a number, a list of several numbers, or text; " +
			"an error where there is none of the name",
		`sysctl("net.ipv4.tcp_syncookies") == 1`},
		params: []kind{text}, machine: true, result: gives(Any),
		run: func(_ *meter, a []any) (any, error) { return host.Sysctl(a[0].(string)) }},
	{Function: Function{"limit", "limit(name) -> int",
		"how much of a resource this process may have, as nofile, the number of descriptors; " +
			"the largest int where there is no limit",
		`limit("nofile") > 10000`},
		params: []kind{text}, words: host.Limits(), machine: true, result: gives(Natural),
		run: func(_ *meter, a []any) (any, error) { return host.Limit(a[0].(string)) }},
	{Function: Function{"interface", "interface(name) -> bool",
		"that there is a network interface of a name, which is up; an error where there is none",
		`interface("vcan0")`},
		params: []kind{text}, machine: true, result: gives(Bool),
		run: func(_ *meter, a []any) (any, error) { return host.HasInterface(a[0].(string)) }},
	{Function: Function{"program", "program(name) -> bool",
		"that there is a program of a name on PATH, or at a path, in which * stands for any name; " +
			"an error where there is none",
		`program("nginx")`},
		params: []kind{text}, machine: true, result: gives(Bool),
		run: func(_ *meter, a []any) (any, error) { return host.HasProgram(a[0].(string)) }},
}
