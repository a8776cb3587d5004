package runner

import (
	"bytes"
	"encoding/binary"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"unsafe"
)

// resolverFiles are what the machine of TestPythonResolver has. Its own name is that of a host in
// the file, which gives it a domain.
var resolverFiles = map[string]string{
	"hosts": "127.0.0.1 localhost\n127.0.0.8 vm.lab.example vm\n" +
		"127.0.0.9 box.lab.example box crate\n",
	"resolv.conf":   "nameserver 127.0.0.1\noptions timeout:5 attempts:1\n",
	"nsswitch.conf": "hosts: files dns\n",
}

// TestPythonResolver compares what comes of names. It runs again, alone, in namespaces with files
// and a name server of its own.
func TestPythonResolver(t *testing.T) {
	const alone = "NETSCENE_TEST_RESOLVER"
	if os.Getenv(alone) == "" {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestPythonResolver$",
			"-test.v", "-test.timeout=3m")
		cmd.Env = append(os.Environ(), alone+"=1")
		root := []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}}
		rootGroup := []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}}
		cmd.SysProcAttr = &syscall.SysProcAttr{UidMappings: root, GidMappings: rootGroup,
			Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET |
				syscall.CLONE_NEWUTS}
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		if err := cmd.Start(); err != nil {
			t.Skip("no namespaces: ", err)
		}
		err := cmd.Wait()
		t.Log(out.String())
		switch {
		case err != nil:
			t.Error(err)
		case strings.Contains(out.String(), "--- SKIP: "+t.Name()):
			t.SkipNow()
		}
		return
	}
	if err := moveIn(t.TempDir()); err != nil {
		t.Skip(err)
	}
	names, err := net.ListenPacket("udp", "127.0.0.1:53")
	if err != nil {
		t.Skip(err)
	}
	defer names.Close()
	go serveNames(names)
	comparePython(t, readPythonCases(t, "resolver/*.txt"))
}

// moveIn gives the process's namespaces their files, their name and a loopback interface.
func moveIn(dir string) error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return os.NewSyscallError("mount", err)
	}
	for name, text := range resolverFiles {
		own := filepath.Join(dir, name)
		if err := os.WriteFile(own, []byte(text), 0o644); err != nil {
			return err
		}
		err := syscall.Mount(own, "/etc/"+name, "", syscall.MS_BIND, "")
		if err != nil && name != "nsswitch.conf" { // without which this is the order as well
			return os.NewSyscallError("mount /etc/"+name, err)
		}
	}
	if err := syscall.Sethostname([]byte("vm")); err != nil {
		return os.NewSyscallError("sethostname", err)
	}
	return loopbackUp()
}

func loopbackUp() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	defer syscall.Close(fd)
	request := [40]byte{'l', 'o', syscall.IFNAMSIZ: syscall.IFF_UP} // a struct ifreq
	_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS,
		uintptr(unsafe.Pointer(&request)))
	if errno != 0 {
		return os.NewSyscallError("ioctl", errno)
	}
	return nil
}

func serveNames(c net.PacketConn) {
	query := make([]byte, 512)
	for {
		n, from, err := c.ReadFrom(query)
		if err != nil {
			return
		}
		_, _ = c.WriteTo(answerName(query[:n]), from)
	}
}

// The types and answers of DNS that the name server knows; see RFC 1035 and RFC 3596.
const (
	recordA     = 1
	recordCNAME = 5
	recordPTR   = 12
	recordAAAA  = 28

	serverFailed = 2
	noSuchName   = 3
)

// addresses are those of the names that the name server knows, by type; it knows an alias too.
var addresses = map[string]map[int]net.IP{
	"four.example": {recordA: net.IPv4(127, 0, 0, 21).To4()},
	"six.example":  {recordAAAA: net.IPv6loopback},
	"both.example": {recordA: net.IPv4(127, 0, 0, 21).To4(), recordAAAA: net.IPv6loopback},
	"none.example": {},
}

// answerName answers a DNS query, which asks for one name.
func answerName(query []byte) []byte {
	var labels []string
	at := 12
	for query[at] != 0 {
		end := at + 1 + int(query[at])
		labels, at = append(labels, strings.ToLower(string(query[at+1:end]))), end
	}
	question := query[12 : at+5]
	kind := int(binary.BigEndian.Uint16(query[at+1:]))
	name, owner := strings.Join(labels, "."), []byte{0xc0, 12} // where the question has the name
	four := []byte("\x04four\x07example\x00")
	var answers []byte
	code, records := 0, 0
	add := func(kind int, data []byte) {
		answers = append(append(answers, owner...), 0, byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(data)))
		answers, records = append(answers, data...), records+1
	}
	if name == "alias.example" {
		add(recordCNAME, four)
		name, owner = "four.example", four
	}
	known, found := addresses[name]
	switch {
	case known[kind] != nil:
		add(kind, known[kind])
	case found:
	case name == "21.0.0.127.in-addr.arpa":
		add(recordPTR, four)
	case name == "broken.example", name == "66.0.0.127.in-addr.arpa":
		code = serverFailed
	default:
		code = noSuchName
	}
	head := []byte{query[0], query[1], 0x81, 0x80 | byte(code), 0, 1, 0, byte(records), 0, 0, 0, 0}
	return append(append(head, question...), answers...)
}
