package schema

import (
	"regexp"
	"slices"
	"strings"
)

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Identifier says whether a name may be that of an actor, step, variable, signal or barrier.
func Identifier(name string) bool { return identifier.MatchString(name) }

// Keywords are the words of the expression language itself.
var Keywords = strings.Fields("true false nil and or not in let if else matches contains " +
	"startsWith endsWith")

var reservedWords = slices.Concat(Keywords, strings.Fields(`
	all any none one filter map count
	vars params env tmp loopback index matrix ports item connection`))

// Reserved says whether a name means something in expressions already, so that no actor and no
// result (`as`) can have it.
func Reserved(name string) bool { return slices.Contains(reservedWords, name) }

// habits are words that people bring from other languages and tools, and those that they stand for
// here.
var habits = map[string]string{
	"assert": "expect", "verify": "expect", "should": "expect",
	"receive": "recv", "recieve": "recv", "read": "recv", "get": "recv",
	"receive_from": "recvfrom", "recv_from": "recvfrom",
	"write": "sendall", "put": "sendall", "transmit": "sendall", "send_to": "sendto",
	"open": "socket", "create_socket": "socket", "new_socket": "socket",
	"connect_to": "connect", "dial": "create_connection", "disconnect": "close",
	"closesocket": "close", "setopt": "setsockopt", "set_option": "setsockopt",
	"getopt": "getsockopt", "get_option": "getsockopt",
	"delay": "sleep", "pause": "sleep", "wait_for": "sleep", "usleep": "sleep",
	"print": "log", "echo": "log", "printf": "log",
	"loop": "repeat", "for": "repeat", "while": "repeat", "foreach": "repeat",
	"notify": "signal", "emit": "signal", "await": "wait", "rendezvous": "barrier",
	"ipv4": "inet", "ip4": "inet", "ip": "inet", "ipv6": "inet6", "ip6": "inet6",
	"local": "unix", "af_local": "AF_UNIX", "tcp": "stream", "udp": "dgram",
	"datagram":  "dgram",
	"timed_out": "timeout", "broken_pipe": "EPIPE", "no_route_to_host": "EHOSTUNREACH",
	"permission": "denied", "not_permitted": "denied",
	"bufsize": "size", "nbytes": "size", "payload": "data", "both": "rdwr",
}

// habit gives the known word that an accustomed one stands for.
func habit(word string, among []string) string {
	if known := habits[word]; slices.Contains(among, known) {
		return known
	}
	return ""
}

// within gives the longest known or accustomed word that a phrase has in it: "in_use" of "address
// already in use".
func within(phrase string, among []string) string {
	whole, best, found := "_"+strings.Join(strings.Fields(phrase), "_")+"_", "", ""
	for _, known := range among {
		if strings.Contains(whole, "_"+strings.ToLower(known)+"_") && len(known) > len(best) {
			best, found = known, known
		}
	}
	for word := range habits {
		longer := len(word) > len(best) || len(word) == len(best) && word < best
		if known := habit(word, among); known != "" && longer &&
			strings.Contains(whole, "_"+word+"_") {
			best, found = word, known
		}
	}
	return found
}

// Suggest gives the word among those known that is nearest to a mistyped one, or "" when none is
// near. Words that others use for the same come first. Then it counts letters inserted, lost,
// changed and swapped; longer words may have more of them. A phrase is searched for a known word.
func Suggest(word string, among []string) string {
	const longest = 40
	if len(word) > longest {
		return ""
	}
	if known := habit(strings.ToLower(word), among); known != "" {
		return known
	}
	if strings.Contains(word, " ") {
		if known := within(strings.ToLower(word), among); known != "" {
			return known
		}
	}
	limit := 1
	switch n := len(word); {
	case n < 2:
		limit = 0
	case n > 9:
		limit = 3
	case n > 5:
		limit = 2
	}
	best, least := "", limit+1
	for _, known := range among {
		if len(known) > longest || known == word {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(known)); d < least {
			best, least = known, d
		}
	}
	if best == "" {
		return begun(word, among)
	}
	return best
}

// begun gives the one known word of which another is the beginning, or the other way round:
// "proto" of "protocol"; or its end behind a prefix: "peek" of "MSG_PEEK".
func begun(word string, among []string) string {
	const least = 4 // letters, of which both have to consist
	found := ""
	for _, known := range among {
		short, long := strings.ToLower(word), strings.ToLower(known)
		if len(short) > len(long) {
			short, long = long, short
		}
		part := strings.HasPrefix(long, short) || strings.HasSuffix(long, "_"+short)
		if len(short) < least || short == long || !part {
			continue
		}
		if found != "" {
			return ""
		}
		found = known
	}
	return found
}

// distance is the Damerau distance (optimal string alignment) of two words.
func distance(a, b string) int {
	var before, row, next [48]int
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		for j := 1; j <= len(b); j++ {
			change := 1
			if a[i-1] == b[j-1] {
				change = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+change)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}

// didYouMean is the hint that names the nearest word, or all when they are few.
func didYouMean(word string, among []string) string {
	if near := Suggest(word, among); near != "" {
		return "did you mean " + near + "?"
	}
	if len(among) > 0 && len(among) <= 24 {
		return "known are " + strings.Join(among, ", ")
	}
	return ""
}
