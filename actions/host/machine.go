package host

import (
	"errors"
	"fmt"
	"math"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Missing is the error of something that this machine does not have.
type Missing struct{ What string }

func (e *Missing) Error() string { return "this machine has no " + e.What }

// settingName is a name as sysctl(8) takes it; names of interfaces may be part of it.
var settingName = regexp.MustCompile(`^[\w-]+([./][\w@:-]+)*$`)

// Sysctl gives a setting of the kernel by its name, net.ipv4.tcp_syncookies or, where a part has a
// dot in it, net/ipv4/conf/eth0.1/forwarding: an int, several as []any, or text. A name that the
// kernel does not have is Missing.
func Sysctl(name string) (any, error) {
	if !settingName.MatchString(name) {
		return nil, fmt.Errorf("%q is not the name of a sysctl", name)
	}
	path := name
	if !strings.Contains(name, "/") {
		path = strings.ReplaceAll(name, ".", "/")
	}
	text, err := os.ReadFile(filepath.Join("/proc/sys", path))
	if errors.Is(err, os.ErrNotExist) {
		return nil, &Missing{"sysctl " + name}
	}
	if err != nil {
		return nil, fmt.Errorf("sysctl %s cannot be read: %w", name, errors.Unwrap(err))
	}
	return setting(strings.TrimSuffix(string(text), "\n")), nil
}

// setting reads the text of a sysctl.
func setting(text string) any {
	var numbers []any
	for _, field := range strings.Fields(text) {
		n, err := strconv.Atoi(field)
		if err != nil {
			return text
		}
		numbers = append(numbers, n)
	}
	switch len(numbers) {
	case 0:
		return text
	case 1:
		return numbers[0]
	}
	return numbers
}

// HasInterface says that there is a network interface of a name, which is up; else the error is
// Missing and tells how to get one, where that is known.
func HasInterface(name string) (bool, error) {
	found, err := net.InterfaceByName(name)
	switch {
	case err == nil && found.Flags&net.FlagUp != 0:
		return true, nil
	case err == nil:
		return false, &Missing{"interface " + name + " that is up; ip link set " + name + " up"}
	case strings.HasPrefix(name, "vcan"):
		return false, &Missing{"interface " + name + "; ip link add " + name + " type vcan"}
	}
	return false, &Missing{"interface " + name}
}

// HasProgram says that there is a program: by its name in a directory of PATH, or by its path,
// which may be a pattern: /usr/lib/postgresql/*/bin/postgres. Else the error is Missing.
func HasProgram(name string) (bool, error) {
	var paths []string
	if strings.Contains(name, "/") {
		var err error
		if paths, err = filepath.Glob(name); err != nil {
			return false, fmt.Errorf("%q is not the pattern of a path", name)
		}
	} else {
		for _, dir := range filepath.SplitList(os.Getenv("PATH")) {
			paths = append(paths, filepath.Join(dir, name))
		}
	}
	for _, path := range paths {
		info, err := os.Stat(path)
		if err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return true, nil
		}
	}
	return false, &Missing{"program " + name}
}

// resource is something of which a process may have only so much; see getrlimit(2).
type resource struct {
	name   string
	number int
}

// resources are numbered as Linux does on most machines, and named as prlimit(1) and ulimit(1) do.
var resources = []resource{{"cpu", 0}, {"fsize", 1}, {"data", 2}, {"stack", 3}, {"core", 4},
	{"rss", 5}, {"nproc", 6}, {"nofile", 7}, {"memlock", 8}, {"as", 9}, {"locks", 10},
	{"sigpending", 11}, {"msgqueue", 12}, {"nice", 13}, {"rtprio", 14}, {"rttime", 15}}

// Limits lists the names that Limit knows, sorted.
func Limits() []string {
	var names []string
	for _, r := range resources {
		names = append(names, r.name)
	}
	slices.Sort(names)
	return names
}

// Limit gives how much of a resource this process may have, by one of the names of Limits: the soft
// limit, which for descriptors is as high as the hard one, for the process has raised it.
// math.MaxInt stands for no limit.
func Limit(name string) (int, error) {
	for _, r := range resources {
		if r.name == name {
			most, err := softLimit(r.number)
			if err != nil {
				return 0, fmt.Errorf("limit %s cannot be read: %w", name, err)
			}
			return int(min(most, math.MaxInt)), nil
		}
	}
	return 0, fmt.Errorf("no limit is called %s; there are %s", name, strings.Join(Limits(), ", "))
}
