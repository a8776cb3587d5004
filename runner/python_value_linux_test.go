package runner

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"os"
	"slices"
	"strings"
	"time"

	"netscene/actions/socket"
)

// value gives of a step's result what Python gives.
func (s *pythonStep) value(fields map[string]any) any {
	switch s.Call {
	case "recv", "recvfrom":
		got := map[string]any{"size": fields["size"]}
		if len(s.Args) < 2 || !strings.Contains(s.Args[1][1], "MSG_TRUNC") {
			got["data"] = shownData(fields["data"].([]byte))
		}
		if s.Call == "recvfrom" {
			got["address"] = fields["address"]
		}
		return got
	case "recv_exactly", "recv_until", "recv_line", "recv_all", "read_file":
		return shownData(fields["data"].([]byte))
	case "recv_into", "recvfrom_into", "recvmsg", "recvmsg_into":
		return messageValue(fields)
	case "accept", "getsockname", "getpeername":
		return fields["address"]
	case "create_server":
		return fields["address"]
	case "dup", "take", "fromfd":
		return []any{fields["family"], fields["type"], fields["proto"]}
	case "sendfile":
		return []any{fields["sent"], fields["position"]}
	case "poll":
		return fields["events"]
	case "select":
		return s.selected(fields["events"].([]any))
	case "fileno", "detach":
		return fields["fileno"].(int) >= 0
	case "stat":
		return []any{fields["kind"], fields["mode"]}
	case "getaddrinfo":
		return foundValue(fields["results"].([]any))
	case "getnameinfo":
		return []any{fields["host"], fields["service"]}
	case "gethostbyname_ex", "gethostbyaddr":
		return []any{fields["canonname"], fields["aliases"], fields["hosts"]}
	case "if_nameindex":
		return foundValue(fields["interfaces"].([]any))
	case "sendmsg":
		return fields["sent"]
	case "send", "sendto":
		if fields["sent"] != s.length() {
			return "a part"
		}
		return fields["sent"]
	case "connect_ex":
		return fields["errno"]
	case "getsockopt", "ioctl", "fcntl":
		return optionValue(fields["value"])
	}
	if name := onlyResult[s.Call]; name != "" {
		return optionValue(fields[name])
	}
	return nil
}

// onlyResult names the result of actions that have one.
var onlyResult = map[string]string{"gettimeout": "timeout", "getblocking": "blocking",
	"get_inheritable": "inheritable", "gethostbyname": "host", "gethostname": "host",
	"getfqdn": "host", "getservbyname": "port", "getservbyport": "service",
	"getprotobyname": "proto", "if_nametoindex": "ifindex", "if_indextoname": "ifname",
	"tcp_info": "state", "write_file": "size"}

// selected gives the events of a poll as select(2) tells them: those that were asked for, where an
// error or the end makes a socket ready to receive, and an error to send.
func (s *pythonStep) selected(events []any) any {
	var asked [][]string
	if err := json.Unmarshal([]byte(s.Args[0][1]), &asked); err != nil {
		return err.Error()
	}
	meant := map[string][]any{"in": {"in", "hup", "err"}, "out": {"out", "err"}, "pri": {"pri"}}
	all := []any{}
	for i, one := range asked {
		ready := []any{}
		for _, event := range one[1:] {
			if slices.ContainsFunc(events[i].([]any), func(e any) bool {
				return slices.Contains(meant[event], e)
			}) {
				ready = append(ready, event)
			}
		}
		all = append(all, ready)
	}
	return all
}

// foundValue gives a list of mappings as one of lists, as Python has them.
func foundValue(list []any) any {
	all := []any{}
	for _, one := range list {
		m, row := one.(map[string]any), []any{}
		for _, name := range []string{"family", "type", "proto", "canonname", "address", "ifindex",
			"ifname"} {
			if v, has := m[name]; has {
				row = append(row, v)
			}
		}
		all = append(all, row)
	}
	return all
}

// messageValue gives what the receives have that recv and recvfrom have not.
func messageValue(fields map[string]any) any {
	got := map[string]any{"size": fields["size"]}
	for _, name := range []string{"address", "flags"} {
		if v, has := fields[name]; has {
			got[name] = v
		}
	}
	if buffer, has := fields["buffer"].([]byte); has {
		got["buffer"] = shownData(buffer)
	} else if list, has := fields["buffers"].([]any); has {
		all := []string{}
		for _, b := range list {
			all = append(all, shownData(b.([]byte)))
		}
		got["buffers"] = all
	} else {
		data := fields["data"].([]byte)
		got["data"], got["size"] = shownData(data), len(data) // which is all that Python gives
	}
	if messages, has := fields["ancillary"].([]any); has {
		all := []any{}
		for _, m := range messages {
			all = append(all, ancillaryValue(m.(map[string]any)))
		}
		got["ancillary"] = all
	}
	return got
}

// ancillaryValue gives a message of ancillary data without what differs from run to run.
func ancillaryValue(m map[string]any) any {
	value := any(hex.EncodeToString(m["data"].([]byte)))
	switch {
	case m["name"] == "SCM_RIGHTS":
		value = m["count"]
	case m["pid"] != nil:
		value = optionValue(map[string]any{"pid": m["pid"], "uid": m["uid"], "gid": m["gid"]})
	case m["level"] == socket.Constants()["SOL_SOCKET"]:
		value = len(m["data"].([]byte))
	}
	return []any{m["level"], m["type"], value}
}

// length is how many bytes the step sends.
func (s *pythonStep) length() int {
	fill, count, _ := strings.Cut(s.Args[0][1], "*")
	times := 1
	fmt.Sscan(count, &times)
	return len(fill) / 2 * times
}

func shownData(data []byte) string {
	if len(data) > 64 {
		return fmt.Sprint("crc ", crc32.ChecksumIEEE(data))
	}
	return hex.EncodeToString(data)
}

func optionValue(v any) any {
	switch v := v.(type) {
	case time.Duration:
		return v.Seconds()
	case []byte:
		return hex.EncodeToString(v)
	case map[string]any:
		if pid, isCred := v["pid"]; isCred {
			return map[string]any{"mine": pid == os.Getpid(), "uid": v["uid"], "gid": v["gid"]}
		}
	}
	return v
}
