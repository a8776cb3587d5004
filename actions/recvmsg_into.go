package actions

import (
	"errors"

	"netscene/actions/socket"
)

type recvmsgIntoParams struct {
	Buffers    pieces       `param:"buffers,required" doc:"a list of data: what each buffer holds before"`
	Offset     Size         `param:"offset" default:"0" doc:"how many bytes of the buffers, counted in a row, to leave alone"`
	AncBufSize Size         `param:"ancbufsize" default:"0" doc:"room for ancillary data, as that of recvmsg"`
	Flags      MessageFlags `param:"flags" default:"0" doc:"MSG_PEEK and its like, ORed as a list"`
}

func (p *recvmsgIntoParams) check() *ParamError {
	total := 0
	for _, b := range p.Buffers {
		total += len(b)
	}
	switch {
	case total > maxBuffer:
		return &ParamError{"buffers", errors.New("together they are more than 64 MiB")}
	case int(p.Offset) > total:
		return &ParamError{"offset", errors.New("it lies behind the end of the buffers")}
	}
	return nil
}

type recvmsgIntoResult struct {
	msghdr
	Buffers pieces `result:"buffers" doc:"the buffers afterwards, with what the call left untouched"`
}

var _ = define("recvmsg_into", help{
	About: "receive data with its ancillary data into buffers that hold something already",
	Doc:   "It is recvmsg otherwise. With `offset` the first bytes of the buffers stay as they are.",
	Main:  "buffers",
	Uses:  Current,
	Example: "- recvmsg_into: [\"....\", \"....\"]\n" +
		"  expect: buffers[1] == \"o...\"",
}, func(c *Call, p recvmsgIntoParams) (recvmsgIntoResult, error) {
	var all []byte
	var r recvmsgIntoResult
	in := socket.Incoming{Control: int(p.AncBufSize), Flags: int(p.Flags)}
	skip := int(p.Offset)
	for _, b := range p.Buffers {
		all = append(all, b...)
		left := min(skip, len(b))
		skip -= left
		in.Sizes = append(in.Sizes, len(b)-left)
	}
	in.Data = all[p.Offset:]
	m, err := receiveMessage(c, in)
	r.msghdr = m
	for _, b := range p.Buffers {
		r.Buffers = append(r.Buffers, all[:len(b):len(b)])
		all = all[len(b):]
	}
	return r, err
})
