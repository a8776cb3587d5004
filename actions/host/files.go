package host

import (
	"fmt"
	"os"
	"path/filepath"
)

// maxFile is the largest file that a step may read, as much as data may have.
const maxFile = 32 << 20

// ReadFile reads a whole file of at most 32 MiB; a relative name is taken from dir.
func ReadFile(dir, name string) ([]byte, error) {
	if !filepath.IsAbs(name) {
		name = filepath.Join(dir, name)
	}
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("read %s: not a regular file", name)
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("read %s: %d bytes, more than the %d that data may have", name, info.Size(), maxFile)
	}
	return os.ReadFile(name)
}

// TempDir makes a directory of the run's own with a short name, so that the path of a Unix socket
// in it fits into its address. Other users come at what is in it only when it is shared: then its
// files themselves say who may do what.
func TempDir(shared bool) (string, error) {
	dir, err := os.MkdirTemp("", "ns")
	if err == nil && shared {
		err = os.Chmod(dir, 0o755)
	}
	return dir, err
}

// RemoveAll removes a directory that TempDir made.
func RemoveAll(dir string) error { return os.RemoveAll(dir) }
