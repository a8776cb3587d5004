package actions

type sendfileParams struct {
	File   string `param:"file,required" doc:"the file's name, relative to the scenario's file; or below $(tmp)"`
	Offset int    `param:"offset" default:"0" doc:"where in the file to begin"`
	Count  *int   `param:"count" default:"all" doc:"how many bytes to send at most"`
}

type sendfileResult struct {
	Sent     int `result:"sent" doc:"how many bytes went"`
	Position int `result:"position" doc:"where the file stands, which was at its beginning: behind what went; unmoved when nothing did"`
}

var _ = define("sendfile", help{
	About: "send a file, or a part of one, with sendfile(2)",
	Doc: "Only what is there is sent, however large `count` is. When the first call of sendfile(2) fails,\n" +
		"send(2) is used, and its error counts. A datagram socket, one in non-blocking mode (unless the\n" +
		"file is empty) and a `count` that is not positive are refused before any call: `bad_argument`.\n" +
		"A timeout bounds each call, not the whole; SO_SNDTIMEO bounds nothing.",
	Main:    "file",
	Uses:    Current,
	Example: "- sendfile: {file: page.html, offset: 100, count: 50}",
}, func(c *Call, p sendfileParams) (sendfileResult, error) {
	f, err := c.OpenFile(p.File)
	if err != nil {
		return sendfileResult{}, err
	}
	defer f.Close()
	n, at, err := c.Socket.SendFile(c.Caller(), f, int64(p.Offset), p.Count)
	return sendfileResult{Sent: n, Position: int(at)}, err
})
