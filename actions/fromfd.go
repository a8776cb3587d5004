package actions

type fromfdParams struct {
	FD     int        `param:"fd,required" doc:"a descriptor of the scenario, as fileno or detach gives it"`
	Family Family     `param:"family,required" doc:"the address family of the socket behind it"`
	Type   SocketType `param:"type,required" doc:"the socket's type"`
	Proto  Protocol   `param:"proto" default:"0" doc:"the protocol"`
}

var _ = define("fromfd", help{
	About: "make a socket of a duplicate of a descriptor",
	Doc: "The descriptor stays as it is. The new socket has no timeout, but is non-blocking where the\n" +
		"other is: that belongs to what both share. Family, type and protocol are taken as given.",
	Example: "- fileno\n- fromfd: {fd: $(fileno.fileno), family: inet, type: stream}",
}, func(c *Call, p fromfdParams) (socketResult, error) {
	return socketOf(c.Sockets().FromFD(c.Caller(), p.FD, int(p.Family), int(p.Type), int(p.Proto)))
})
