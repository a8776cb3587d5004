package actions

import "netscene/actions/socket"

type sendmsgParams struct {
	Buffers   pieces       `param:"buffers,required" doc:"a list of data, which is sent in a row"`
	Ancillary ancillary    `param:"ancillary" doc:"a list of messages such as {type: SCM_RIGHTS, sockets: [$(accept.socket)]}; see above"`
	Flags     MessageFlags `param:"flags" default:"0" doc:"MSG_DONTWAIT, MSG_OOB and their like, ORed as a list"`
	Address   *Endpoint    `param:"address" doc:"where to; none on a connected socket"`
}

var _ = define("sendmsg", help{
	About: "send several buffers and ancillary data as one message",
	Doc: "A message of `ancillary` has a `type`, by name, or by number and then with its `level`, and its\n" +
		"parts: SCM_RIGHTS `sockets`, a list of sockets or numbers of descriptors; SCM_CREDENTIALS `pid`,\n" +
		"`uid` and `gid`, this process's own unless given; IP_TTL, IP_TOS, IPV6_HOPLIMIT, IPV6_TCLASS,\n" +
		"UDP_SEGMENT, SO_MARK, SO_TIMESTAMPING and SCM_TXTIME `value`; IP_PKTINFO and IPV6_PKTINFO\n" +
		"`interface` (its name or number) and `source`. For every type there is `data` instead, the bytes\n" +
		"as they are.",
	Main: "buffers",
	Uses: Current,
	Example: "- sendmsg: [head, er]\n- sendmsg: {buffers: [x], ancillary: [{type: SCM_RIGHTS, " +
		"sockets: [0]}]}\n  as: passes",
}, func(c *Call, p sendmsgParams) (sent, error) {
	var to socket.Address
	if p.Address != nil {
		var err error
		if to, err = c.Address(*p.Address, ToSend); err != nil {
			return sent{}, err
		}
	}
	n, err := c.Socket.SendMsg(c.Caller(), socket.Outgoing{Buffers: p.Buffers,
		Ancillary: p.Ancillary, Flags: int(p.Flags), To: to})
	return sent{Sent: n}, err
})
