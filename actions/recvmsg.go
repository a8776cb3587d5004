package actions

import (
	"errors"

	"netscene/actions/socket"
)

type recvmsgParams struct {
	Size       *Size        `param:"size" doc:"how many bytes at most"`
	Sizes      *sizes       `param:"sizes" doc:"instead of size: those of several buffers, which are filled in a row"`
	AncBufSize Size         `param:"ancbufsize" default:"0" doc:"room for ancillary data, in bytes, such as $(CMSG_SPACE(4)) for a message with an int or a descriptor; with 0 none comes"`
	Flags      MessageFlags `param:"flags" default:"0" doc:"MSG_PEEK, MSG_ERRQUEUE, MSG_WAITALL and their like, ORed as a list"`
}

func (p *recvmsgParams) check() *ParamError {
	if (p.Size == nil) == (p.Sizes == nil) {
		return &ParamError{"size", errors.New("either size or sizes says how much to receive")}
	}
	total := 0
	for _, n := range p.sizes() {
		if total += n; total > maxBuffer {
			return &ParamError{"sizes", errors.New("together they are more than 64 MiB")}
		}
	}
	return nil
}

func (p *recvmsgParams) sizes() sizes {
	if p.Sizes != nil {
		return *p.Sizes
	}
	return sizes{int(*p.Size)}
}

type recvmsgResult struct {
	msghdr
	Pieces pieces `result:"pieces" doc:"the data as it lies in each buffer"`
}

var _ = define("recvmsg", help{
	About: "receive data with its ancillary data, into one buffer or several",
	Doc: "What `ancillary` holds depends on the options that ask for it, such as SO_PASSCRED, SO_TIMESTAMP,\n" +
		"IP_PKTINFO, IP_RECVTTL, IP_RECVERR and TCP_INQ. A message has `level`, `type` and `data` (the bytes as\n" +
		"they are), its type's `name`, and these parts: SCM_RIGHTS `count`; SCM_CREDENTIALS `pid`, `uid`, `gid`;\n" +
		"SCM_TIMESTAMP and SCM_TIMESTAMPNS `timestamp`, since 1970; SCM_TIMESTAMPING `timestamps`, of software,\n" +
		"none, and of hardware; SCM_PIDFD `pid`, and its descriptor is closed; IP_TTL, IP_TOS, IPV6_HOPLIMIT, IPV6_TCLASS\n" +
		"and TCP_INQ `value`; IP_PKTINFO and IPV6_PKTINFO `interface`, a number,\n" +
		"`source` and `destination`; IP_RECVERR `error`\n" +
		"with `errno`, `origin`, `type`, `code`, `info`, `data` and `offender`. With too little room the kernel\n" +
		"gives less and says MSG_CTRUNC.\n\n" +
		"Sockets that came are `sockets`; the first is then the actor's current one. Other descriptors are\n" +
		"closed at once.",
	Main:    "size",
	Uses:    Current,
	Example: "- recvmsg: {size: 1024, ancbufsize: 24}\n  expect: ancillary[0].type == SCM_RIGHTS",
}, func(c *Call, p recvmsgParams) (recvmsgResult, error) {
	in := socket.Incoming{Sizes: p.sizes(), Control: int(p.AncBufSize), Flags: int(p.Flags)}
	total := 0
	for _, n := range in.Sizes {
		total += n
	}
	in.Data = make([]byte, total)
	m, err := receiveMessage(c, in)
	r := recvmsgResult{msghdr: m}
	for rest, i := m.Data, 0; i < len(in.Sizes); i++ {
		n := min(in.Sizes[i], len(rest))
		r.Pieces = append(r.Pieces, rest[:n])
		rest = rest[n:]
	}
	return r, err
})
