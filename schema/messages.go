package schema

import "strings"

// messages takes the descriptions of messages; what they say is for whoever builds messages.
func (p *parser) messages(n *Node) {
	if n.Kind != Mapping || len(n.Pairs) == 0 {
		if !n.broken {
			p.report(n.Span, "messages must be a mapping of names to lists of fields").Detail =
				"such as ping: [{id: u16, text: {string: u8}}]"
		}
		return
	}
	for _, pair := range n.Pairs {
		m := Message{Name: Word{Text: pair.Key, Span: pair.At}, Node: pair.Value}
		if before := len(p.list); !p.unfilled(pair.Value) || len(p.list) > before {
			m.Node = nil
		}
		if p.name(pair.Key, pair.At, "a message", false) && p.undescribed(m.Name) {
			p.doc.Messages = append(p.doc.Messages, m)
		}
	}
}

// undescribed says whether no file of the scenario has described a message of this name.
func (p *parser) undescribed(name Word) bool {
	other, described := p.described[name.Text]
	if described {
		p.report(name.Span, "the message %s is described twice", name.Text).Notes =
			[]Note{{Span: other, Text: "the other one"}}
		return false
	}
	p.described[name.Text] = name.Span
	return true
}

// unfilled says whether a description has no $(…) and nothing that was found wrong already.
func (p *parser) unfilled(n *Node) bool {
	good := true
	walk(n, func(n *Node) {
		if n.Kind == Scalar && strings.Contains(n.text, "$(") && !n.broken {
			p.report(n.Span, "$(…) cannot stand in the description of a message").Detail =
				"its expressions stand alone, as in {u16: len(body)}"
		}
		good = good && !n.broken
	})
	return good
}
