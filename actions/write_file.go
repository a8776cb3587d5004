package actions

import "io/fs"

type writeFileParams struct {
	Path string `param:"path,required" doc:"the file, below $(tmp)"`
	Data []byte `param:"data,required" doc:"what it is to hold"`
	Mode *Mode  `param:"mode" default:"0644" doc:"the permissions in octal digits, quoted, of a file that is not there yet"`
}

type writeFileResult struct {
	Path string `result:"path" doc:"the file"`
	Size int    `result:"size" doc:"how many bytes it holds"`
}

var _ = define("write_file", help{
	About: "write a file, such as the configuration of a program",
	Doc: "What the file held before is gone. A step that refers to this one's `path` waits for the\n" +
		"file.",
	Example: "- write_file: {path: $(tmp)/server.conf, data: \"listen $(loopback)\\n\"}",
}, func(c *Call, p writeFileParams) (writeFileResult, error) {
	mode := fs.FileMode(0o644)
	if p.Mode != nil {
		mode = fs.FileMode(*p.Mode)
	}
	err := c.WriteFile(p.Path, p.Data, mode)
	return writeFileResult{Path: p.Path, Size: len(p.Data)}, err
})
