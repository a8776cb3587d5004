package actions

type sendParams struct {
	Data  []byte       `param:"data,required" doc:"what to send"`
	Flags MessageFlags `param:"flags" default:"0" doc:"MSG_DONTWAIT, MSG_MORE, MSG_OOB and their like, ORed as a list"`
}

type sent struct {
	Sent int `result:"sent" doc:"how many bytes went"`
}

var _ = define("send", help{
	About:   "send data in one call, which may take only a part of it",
	Main:    "data",
	Uses:    Current,
	Example: "- send: hello\n  expect: sent == 5",
}, func(c *Call, p sendParams) (sent, error) {
	n, err := c.Socket.Send(c.Caller(), p.Data, int(p.Flags))
	return sent{Sent: n}, err
})
