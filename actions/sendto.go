package actions

type sendtoParams struct {
	Data    []byte       `param:"data,required" doc:"what to send"`
	Address Endpoint     `param:"address,required" doc:"where to"`
	Flags   MessageFlags `param:"flags" default:"0" doc:"MSG_DONTWAIT and its like, ORed as a list"`
}

var _ = define("sendto", help{
	About:   "send a datagram to an address",
	Doc:     addressForms,
	Uses:    Current,
	Example: "- sendto: {data: hello, address: $(server.bind.address)}",
}, func(c *Call, p sendtoParams) (sent, error) {
	to, err := c.Address(p.Address, ToSend)
	if err != nil {
		return sent{}, err
	}
	n, err := c.Socket.SendTo(c.Caller(), p.Data, int(p.Flags), to)
	return sent{Sent: n}, err
})
