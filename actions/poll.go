package actions

import (
	"errors"

	"netscene/actions/socket"
	"netscene/schema"
)

type pollParams struct {
	Sockets pollSockets `param:"sockets,required" doc:"a list of {socket: …, events: …}: the events that are waited for, of in, pri, out and rdhup, as in or [in, out], unless given in, pri and out; err and hup are always told"`
	Timeout *Timeout    `param:"timeout" default:"none" doc:"how long to wait: seconds or a duration, 0 for not at all, null without limit"`
}

type pollResult struct {
	Ready  int       `result:"ready" doc:"how many of the sockets have an event; 0 when the timeout has passed"`
	Events pollFound `result:"events" doc:"for each socket, in the order of the list, the events that it has, as [\"in\", \"hup\"]; [] for none"`
}

var _ = define("poll", help{
	About: "wait until one of several sockets is ready, as poll, select and epoll do",
	Doc: "`in`: there is something to receive or accept, or the end of the stream; `out`: there is room to\n" +
		"send, or a connect has ended; `pri`: urgent data; `err`: an error is pending; `hup`: both\n" +
		"directions have ended; `rdhup`: the peer sends no more. That the timeout passes is no failure:\n" +
		"`ready` is 0 then.",
	Main: "sockets",
	Example: "- poll:\n    sockets:\n      - {socket: $(server.accept.socket), events: in}\n    timeout: 1s\n" +
		"  expect: events[0] == [\"in\"]",
}, func(c *Call, p pollParams) (pollResult, error) {
	timeout := socket.Timeout{}
	if p.Timeout != nil {
		timeout = p.Timeout.Timeout
	}
	sockets := append([]socket.Polled(nil), p.Sockets...) // the parameters serve every round of a loop
	ready, err := socket.Poll(c.Caller(), sockets, timeout)
	if err != nil {
		return pollResult{}, err
	}
	found := pollFound{}
	for _, s := range sockets {
		names := []any{}
		for _, name := range socket.PollEventNames(s.Returned) {
			names = append(names, name)
		}
		found = append(found, names)
	}
	return pollResult{Ready: ready, Events: found}, nil
})

// pollSockets are the sockets of a poll with the events that are waited for.
type pollSockets []socket.Polled

func (pollSockets) kind(f *schema.Field) {
	f.Kind = schema.List
	f.Elem = &schema.Field{Name: "an item of sockets", Kind: schema.Map, Fields: []schema.Field{
		{Name: "socket", Kind: schema.Handle, Required: true, Doc: "the socket"},
		{Name: "events", Kind: schema.Flags, Choices: socket.PollEvents(), Doc: "what is waited for"},
	}}
}

func (p *pollSockets) set(v any) error {
	*p = nil
	list, _ := v.([]any)
	for _, item := range list {
		entry, _ := item.(map[string]any)
		s, ok := entry["socket"].(*socket.Socket)
		if !ok {
			return errors.New("an item has no socket")
		}
		events := socket.PollIn | socket.PollPri | socket.PollOut // as Python's register has it
		if given, ok := entry["events"].(int); ok {
			events = given
		}
		*p = append(*p, socket.Polled{Socket: s, PollFD: socket.PollFD{Events: events}})
	}
	return nil
}

// pollFound are the events that each socket of a poll has.
type pollFound []any

func (pollFound) kind(f *schema.Field) {
	f.Kind = schema.List
	f.Elem = &schema.Field{Kind: schema.List, Elem: &schema.Field{Kind: schema.String}}
}

func (f pollFound) plain() any { return []any(f) }
