package actions

type shutdownParams struct {
	How How `param:"how,required" doc:"SHUT_RD, SHUT_WR or SHUT_RDWR, or rd, wr, rdwr"`
}

var _ = define("shutdown", help{
	About:   "end one or both directions of a connection",
	Doc:     "After SHUT_WR the peer reads the end of the stream while this end can still receive.",
	Main:    "how",
	Uses:    Current,
	Example: "- shutdown: wr",
}, func(c *Call, p shutdownParams) (none, error) {
	return none{}, c.Socket.Shutdown(c.Caller(), int(p.How))
})
