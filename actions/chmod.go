package actions

import (
	"errors"
	"io/fs"
	"strconv"

	"netscene/actions/socket"
	"netscene/schema"
)

// Mode are the permissions of a file.
type Mode fs.FileMode

func (Mode) kind(f *schema.Field) { f.Kind = schema.String }

func (m *Mode) set(v any) error {
	text, _ := v.(string)
	n, err := strconv.ParseUint(text, 8, 32)
	if err != nil || n > 0o7777 {
		return errors.New("permissions are octal digits, quoted, such as \"0600\"")
	}
	*m = Mode(socket.FileMode(int(n)))
	return nil
}

type chmodParams struct {
	Path string `param:"path,required" doc:"the file, below $(tmp) or relative to the scenario's file"`
	Mode Mode   `param:"mode,required" doc:"the permissions in octal digits, quoted, such as \"0600\""`
}

var _ = define("chmod", help{
	About: "set the permissions of a file, such as one that bind made for a Unix socket",
	Doc: "Who may not write to a socket's file cannot connect to it: EACCES. Outside $(tmp) only the\n" +
		"files of sockets can be changed.",
	Example: "- chmod: {path: $(tmp)/server, mode: \"0600\"}",
}, func(c *Call, p chmodParams) (none, error) {
	return none{}, c.Chmod(p.Path, fs.FileMode(p.Mode))
})
