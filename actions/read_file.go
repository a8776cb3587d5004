package actions

import (
	"fmt"
	"io"

	"netscene/schema"
)

type readFileParams struct {
	Path string `param:"path,required" doc:"the file, below $(tmp) or relative to the scenario's file"`
}

type readFileResult struct {
	Data []byte `result:"data" doc:"what the file holds"`
	Size int    `result:"size" doc:"how many bytes that is"`
}

var _ = define("read_file", help{
	About: "read a file, such as one that a program wrote",
	Doc: "It holds 32 MiB at most. What a program has not written yet is not there: `eventually` waits\n" +
		"for it.",
	Main:    "path",
	Example: "- read_file: $(tmp)/access.log\n  expect: data contains \"GET /\"",
}, func(c *Call, p readFileParams) (readFileResult, error) {
	f, err := c.OpenFile(p.Path)
	if err != nil {
		return readFileResult{}, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.NewSectionReader(f, 0, schema.MaxData+1))
	if err == nil && len(data) > schema.MaxData {
		err = fmt.Errorf("read %s: more than the %d bytes that data may have", p.Path, schema.MaxData)
	}
	return readFileResult{Data: data, Size: len(data)}, err
})
