package actions

import (
	"fmt"
	"io/fs"

	"netscene/actions/socket"
)

type statParams struct {
	Path string `param:"path,required" doc:"the file, below $(tmp) or relative to the scenario's file"`
}

type statResult struct {
	Type string `result:"kind" doc:"socket, file, directory, fifo or other"`
	Mode string `result:"mode" doc:"the permissions as chmod writes them, such as \"0755\""`
	Size int    `result:"size" doc:"how many bytes it holds"`
}

var _ = define("stat", help{
	About: "tell what is at a path",
	Doc: "Where nothing is, it fails with ENOENT: so `fails: ENOENT` says that a socket's file is gone. The\n" +
		"file that bind makes for a Unix socket stays when the socket is closed.",
	Main:    "path",
	Example: "- stat: $(tmp)/server\n  expect: kind == \"socket\"",
}, func(c *Call, p statParams) (statResult, error) {
	info, err := c.Stat(p.Path)
	if err != nil {
		return statResult{}, err
	}
	return statResult{Type: fileKind(info.Mode()), Size: int(info.Size()),
		Mode: fmt.Sprintf("%04o", socket.Permissions(info.Mode()))}, nil
})

func fileKind(m fs.FileMode) string {
	switch m.Type() {
	case fs.ModeSocket:
		return "socket"
	case fs.ModeDir:
		return "directory"
	case fs.ModeNamedPipe:
		return "fifo"
	case 0:
		return "file"
	}
	return "other"
}
