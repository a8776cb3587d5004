package actions

type unlinkParams struct {
	Path string `param:"path,required" doc:"the file, below $(tmp) or relative to the scenario's file"`
}

var _ = define("unlink", help{
	About: "remove a file, such as one that bind made for a Unix socket",
	Doc: "The socket does not notice, but nobody can connect to the path any more. Outside $(tmp) only\n" +
		"the files of sockets can be removed.",
	Main:    "path",
	Example: "- unlink: $(tmp)/server",
}, func(c *Call, p unlinkParams) (none, error) {
	return none{}, c.Unlink(p.Path)
})
