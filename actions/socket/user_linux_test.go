package socket

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"netscene/actions/gate"
)

var nobody = &User{Name: "nobody", UID: 65534, GID: 65534, Groups: []int{65533}}

// asRoot skips a test that changes the user where that is not allowed.
func asRoot(t *testing.T) {
	t.Helper()
	if err := nobody.Check(); err != nil {
		t.Skip(err)
	}
}

// credentialsIn gives the credentials that a thread has, as the kernel tells them.
func credentialsIn(t *testing.T, thread string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(thread, "status"))
	if err != nil {
		return "" // it has ended
	}
	var found []string
	for line := range strings.Lines(string(text)) {
		name, _, _ := strings.Cut(line, ":")
		switch name {
		case "Uid", "Gid", "Groups", "CapPrm", "CapEff", "CapInh", "CapAmb":
			found = append(found, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(found, "\n")
}

// allCredentials gives those of every thread of the process.
func allCredentials(t *testing.T) map[string]bool {
	t.Helper()
	threads, err := filepath.Glob("/proc/self/task/*")
	if err != nil || len(threads) == 0 {
		t.Fatal(threads, err)
	}
	all := map[string]bool{}
	for _, thread := range threads {
		if found := credentialsIn(t, thread); found != "" {
			all[found] = true
		}
	}
	return all
}

// onlyOwn checks that no thread has credentials that are not the process's own.
func onlyOwn(t *testing.T, own string) {
	t.Helper()
	if all := allCredentials(t); len(all) != 1 || !all[own] {
		t.Errorf("the threads have the credentials\n%s\nwant only\n%s",
			strings.Join(slices.Collect(maps.Keys(all)), "\n\n"), own)
	}
}

// TestUserCredentials looks at the thread while it makes a user's call, and behind it.
func TestUserCredentials(t *testing.T) {
	asRoot(t)
	own := credentialsIn(t, "/proc/self")
	c := &Caller{User: nobody}
	var during string
	errno := c.As(func() Errno {
		during = credentialsIn(t, "/proc/thread-self")
		return EADDRINUSE
	})
	want := "Uid: 65534 65534 65534 65534\nGid: 65534 65534 65534 65534\nGroups: 65533"
	if errno != EADDRINUSE || !strings.HasPrefix(during, want) ||
		!strings.Contains(during, "CapEff: 0000000000000000") {
		t.Errorf("%v with the credentials\n%s\nwant\n%s", errno, during, want)
	}
	onlyOwn(t, own)
}

// TestUserWaits parks calls of many users, whose threads then serve others.
func TestUserWaits(t *testing.T) {
	asRoot(t)
	w := newWorld(t)
	own := credentialsIn(t, "/proc/self")
	var calls sync.WaitGroup
	ends := map[*Caller]*Socket{}
	for i := range 50 {
		a, b, err := w.table.Pair(w.main, Unix, Stream, 0)
		w.must(err)
		c := w.caller()
		c.User = &User{Name: fmt.Sprint(i), UID: 1000 + i, GID: 2000 + i}
		ends[c] = b
		calls.Go(func() {
			if n, err := a.Recv(c, make([]byte, 16), 0); n != 1 || err != nil {
				t.Errorf("received %d, %v", n, err)
			}
		})
	}
	for c := range ends {
		w.gate.waiting(c, gate.Descriptor)
	}
	onlyOwn(t, own)
	for c, b := range ends {
		calls.Go(func() {
			sender := &Caller{Caller: gate.Caller{Seat: c.Seat + 1000, Gate: w.gate}, User: c.User}
			if _, err := b.Send(sender, []byte("x"), 0); err != nil {
				t.Error(err)
			}
		})
	}
	calls.Wait()
	onlyOwn(t, own)
}

// TestUserRefused: a user that the kernel does not know leaves everything as it was.
func TestUserRefused(t *testing.T) {
	own := credentialsIn(t, "/proc/self")
	c := &Caller{User: &User{Name: "none", UID: -1 << 31, GID: -1, Groups: []int{-1}}}
	called := false
	errno := c.As(func() Errno { called = true; return 0 })
	if errno == 0 || called {
		t.Errorf("%v, called: %v", errno, called)
	}
	onlyOwn(t, own)
}

// TestUserPanics: a call that panics leaves its thread as it was, too.
func TestUserPanics(t *testing.T) {
	asRoot(t)
	own := credentialsIn(t, "/proc/self")
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	func() {
		defer func() {
			if cause := recover(); cause != "as nobody" {
				t.Error(cause)
			}
		}()
		(&Caller{User: nobody}).As(func() Errno { panic("as nobody") })
	}()
	onlyOwn(t, own)
}
