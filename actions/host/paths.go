package host

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"netscene/actions/socket"
)

// Paths are the files that a run may touch: those below the scenario's folder and below its
// temporary directory. A relative name is taken from the folder. No link leads out of the two.
type Paths struct {
	Caller    *socket.Caller
	Dir, Temp string // Temp is empty when the run has none
}

var (
	errOutside = errors.New("only files below $(tmp) and beside the scenario may be touched")
	errNoSock  = errors.New("outside $(tmp) only the file of a socket may be changed")
	errNotTemp = errors.New("only files below $(tmp) may be written")
	errFolder  = &fs.PathError{Op: "unlink", Err: syscall.EISDIR}
)

// within opens the directory in which a name lies, and gives the name below it.
func (p Paths) within(name string) (root *os.Root, below string, temporary bool, err error) {
	if !filepath.IsAbs(name) {
		root, err = os.OpenRoot(p.Dir)
		return root, name, false, err
	}
	dir, err := filepath.Abs(p.Dir)
	if err != nil {
		return nil, "", false, err
	}
	for _, top := range []string{p.Temp, dir} {
		below, err := filepath.Rel(top, name)
		if top != "" && err == nil && filepath.IsLocal(below) {
			root, err = os.OpenRoot(top)
			return root, below, top == p.Temp, err
		}
	}
	return nil, "", false, errOutside
}

// call makes a call about a file and traces it. One that changes something is made outside the
// temporary directory for the files of sockets only.
func (p Paths) call(call *socket.Call, changes bool, do func(*os.Root, string) error) error {
	var err error
	errno := p.Caller.As(func() socket.Errno {
		err = p.perform(call.Path, changes, do)
		return 0
	})
	if errno != 0 {
		err = syscall.Errno(errno)
	}
	return p.Caller.TraceFile(*call, err)
}

func (p Paths) perform(name string, changes bool, do func(*os.Root, string) error) error {
	root, below, temporary, err := p.within(name)
	if err == nil {
		defer root.Close()
		var info fs.FileInfo
		if changes && !temporary {
			info, err = root.Lstat(below)
		}
		if info != nil && info.Mode().Type() != fs.ModeSocket {
			err = errNoSock
		}
	}
	if err == nil {
		err = do(root, below)
	}
	return err
}

// Stat tells what is at a path; of a link, at its end.
func (p Paths) Stat(name string) (info fs.FileInfo, err error) {
	err = p.call(&socket.Call{Name: "stat", Path: name}, false, func(r *os.Root, below string) error {
		info, err = r.Stat(below)
		return err
	})
	return info, err
}

// Chmod sets the permissions of a file.
func (p Paths) Chmod(name string, mode fs.FileMode) error {
	call := &socket.Call{Name: "chmod", Path: name, Mode: socket.Permissions(mode)}
	return p.call(call, true, func(r *os.Root, below string) error { return r.Chmod(below, mode) })
}

// Unlink removes a name of a file; a directory is none.
func (p Paths) Unlink(name string) error {
	call := &socket.Call{Name: "unlink", Path: name}
	return p.call(call, true, func(r *os.Root, below string) error {
		if info, err := r.Lstat(below); err == nil && info.IsDir() {
			return errFolder
		}
		return r.Remove(below)
	})
}

// Write writes a file in the temporary directory, which gets the mode when it is not there yet.
func (p Paths) Write(name string, data []byte, mode fs.FileMode) error {
	call := &socket.Call{Name: "open", Path: name}
	return p.call(call, false, func(r *os.Root, below string) error {
		if r.Name() != p.Temp {
			return errNotTemp
		}
		const nonBlocking = syscall.O_NONBLOCK // a pipe that nobody reads is refused
		f, err := r.OpenFile(below, os.O_WRONLY|os.O_CREATE|os.O_TRUNC|nonBlocking, mode)
		if err != nil {
			return err
		}
		*call = socket.Call{Name: "write", Path: name, Size: len(data), Data: data}
		call.Result, err = f.Write(data)
		return errors.Join(err, f.Close())
	})
}

// Open opens a regular file for reading. What is no regular file could keep its reader waiting.
func (p Paths) Open(name string) (f socket.File, err error) {
	call := &socket.Call{Name: "open", Path: name}
	err = p.call(call, false, func(r *os.Root, below string) error {
		info, err := r.Stat(below)
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() {
			return errors.New("it is no regular file")
		}
		opened, err := r.Open(below)
		if err == nil {
			f, call.Result = opened, int(opened.Fd())
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}
