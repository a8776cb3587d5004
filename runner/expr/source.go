package expr

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/parser/lexer"

	"netscene/schema"
)

// source is the text of an expression with its tokens, which tell where each part of it ends:
// expr-lang's tree knows one token of a part.
type source struct {
	text   string
	tokens []token
	runes  []int       // byte offset of each rune; nil when all are single bytes
	at     map[int]int // index of the token that starts at a byte offset
	known  map[ast.Node]span
}

type token struct {
	from, to int // byte offsets
	open     bool
	mate     int // the matching bracket's token, -1 when this is none
	name     bool
}

// span is a part of the source in byte offsets.
type span struct{ from, to int }

// parse reads an expression as far as grammar goes, within bounds.
func (l *Language) parse(text string) (src *source, tree ast.Node, problems []Problem) {
	src = &source{text: text, known: map[ast.Node]span{}}
	whole := span{0, len(text)}
	if len(text) > MaxSource {
		return nil, nil, report(whole, fmt.Sprintf("the expression is longer than %d bytes", MaxSource))
	}
	if strings.TrimSpace(text) == "" {
		return nil, nil, report(whole, "the expression is empty")
	}
	defer func() {
		if recover() != nil {
			tree, problems = nil, report(whole, "this is not an expression")
		}
	}()
	src.index()
	tokens, err := lexer.Lex(file.NewSource(text))
	if err != nil {
		return nil, nil, []Problem{src.syntax(err)}
	}
	if deep, ok := src.match(tokens); !ok {
		return nil, nil, report(deep, fmt.Sprintf("brackets are nested more than %d deep", MaxDepth))
	}
	if at, ok := src.comment(); ok {
		return nil, nil, []Problem{{From: at.from, To: at.to, Summary: "// begins a comment here",
			Detail: "a quotient without its fraction is int(a / b)"}}
	}
	config := &conf.Config{Functions: l.public, Disabled: l.disabled, MaxNodes: MaxNodes}
	parsed, err := parser.ParseWithConfig(text, config)
	if err != nil {
		return nil, nil, []Problem{src.syntax(err)}
	}
	return src, parsed.Node, nil
}

func report(at span, summary string) []Problem {
	return []Problem{{From: at.from, To: at.to, Summary: summary}}
}

// index prepares the way from runes, in which expr-lang counts, to bytes.
func (s *source) index() {
	for i := 0; i < len(s.text); i++ {
		if s.text[i] >= 0x80 {
			s.runes = make([]int, 0, len(s.text)+1)
			for at := range s.text {
				s.runes = append(s.runes, at)
			}
			s.runes = append(s.runes, len(s.text))
			return
		}
	}
}

// span turns a location of expr-lang into byte offsets, and keeps it inside the text.
func (s *source) span(loc file.Location) span {
	from, to := s.offset(loc.From), s.offset(loc.To)
	return span{from, max(from, to)}
}

func (s *source) offset(rune int) int {
	if s.runes == nil {
		return max(0, min(rune, len(s.text)))
	}
	return s.runes[max(0, min(rune, len(s.runes)-1))]
}

// match pairs the brackets. When they are nested too deep it gives the one that is too much.
func (s *source) match(tokens []lexer.Token) (span, bool) {
	s.tokens = make([]token, 0, len(tokens))
	s.at = make(map[int]int, len(tokens))
	var open []int
	for i, t := range tokens {
		at := s.span(t.Location)
		tok := token{from: at.from, to: at.to, mate: -1, name: t.Kind == lexer.Identifier}
		if t.Kind == lexer.Bracket {
			if strings.Contains("([{", t.Value) {
				tok.open = true
				open = append(open, i)
				if len(open) > MaxDepth {
					return at, false
				}
			} else if len(open) > 0 {
				tok.mate = open[len(open)-1]
				s.tokens[tok.mate].mate = i
				open = open[:len(open)-1]
			}
		}
		if t.Kind != lexer.EOF {
			s.at[at.from] = i
		}
		s.tokens = append(s.tokens, tok)
	}
	return span{}, true
}

// comment finds what looks like a division to a reader of Python, and is a comment to expr-lang.
func (s *source) comment() (at span, ok bool) {
	end := 0
	for _, t := range s.tokens {
		for _, gap := range strings.Split(s.text[min(end, t.from):t.from], "*/") {
			gap = strings.TrimSpace(gap)
			if strings.HasPrefix(gap, "//") {
				from := end + strings.Index(s.text[end:], gap)
				return span{from, from + len("//")}, true
			}
		}
		end = t.to
	}
	return span{}, false
}

// extent is the whole part of the source that a node was made from, without parentheses round it.
func (s *source) extent(node ast.Node) span {
	at, ok := s.known[node]
	if !ok {
		at = s.balance(s.reach(node))
		s.known[node] = at
	}
	return at
}

// balance widens a part until every bracket in it has its mate.
func (s *source) balance(at span) span {
	first, ok := s.at[at.from]
	if !ok {
		return at
	}
	for i := first; i < len(s.tokens) && s.tokens[i].from < at.to; i++ {
		t := s.tokens[i]
		if t.mate < 0 {
			continue
		}
		mate := s.tokens[t.mate]
		at.from, at.to = min(at.from, mate.from), max(at.to, mate.to)
	}
	return at
}

// reach is what the tokens of a node and of the nodes below it cover.
func (s *source) reach(node ast.Node) span {
	at := s.span(node.Location())
	switch n := node.(type) {
	case *ast.UnaryNode:
		return s.cover(at, n.Node)
	case *ast.BinaryNode:
		return s.cover(at, n.Left, n.Right)
	case *ast.ChainNode:
		return s.extent(n.Node)
	case *ast.MemberNode:
		return s.cover(at, n.Node, n.Property)
	case *ast.SliceNode:
		return s.cover(at, n.Node, n.From, n.To)
	case *ast.CallNode:
		return s.call(s.cover(at, append([]ast.Node{n.Callee}, n.Arguments...)...), at)
	case *ast.BuiltinNode:
		return s.call(s.cover(at, n.Arguments...), at)
	case *ast.PredicateNode:
		return s.cover(at, n.Node)
	case *ast.ConditionalNode:
		return s.cover(s.extent(n.Cond), n.Exp1, n.Exp2)
	case *ast.VariableDeclaratorNode:
		return s.cover(at, n.Value, n.Expr)
	case *ast.SequenceNode:
		return s.cover(at, n.Nodes...)
	case *ast.PointerNode:
		return s.pointer(at)
	}
	return at
}

func (s *source) cover(at span, nodes ...ast.Node) span {
	for _, node := range nodes {
		if node == nil {
			continue
		}
		part := s.extent(node)
		at.from, at.to = min(at.from, part.from), max(at.to, part.to)
	}
	return at
}

// call takes in the parentheses of a call, which are not in the tree when there is no argument.
func (s *source) call(at, name span) span {
	if i, ok := s.at[name.from]; ok && i+1 < len(s.tokens) && s.tokens[i+1].open {
		if mate := s.tokens[i+1].mate; mate > 0 {
			at.to = max(at.to, s.tokens[mate].to)
		}
	}
	return at
}

// pointer takes in the name of #index.
func (s *source) pointer(at span) span {
	if i, ok := s.at[at.from]; ok && i+1 < len(s.tokens) {
		if next := s.tokens[i+1]; next.name && next.from == at.to && s.text[at.from] == '#' {
			at.to = next.to
		}
	}
	return at
}

// cut gives a part of the text on one line.
func (s *source) cut(at span) string {
	return strings.Join(strings.Fields(s.text[at.from:at.to]), " ")
}

// brief is cut, shortened for a message.
func (s *source) brief(at span) string { return shorten(s.cut(at), 60) }

// syntax puts a complaint of expr-lang's lexer or parser in our words.
func (s *source) syntax(err error) Problem {
	var e *file.Error
	if !errors.As(err, &e) {
		return Problem{To: len(s.text), Summary: "this is not an expression"}
	}
	at := s.span(e.Location)
	p := Problem{From: at.from, To: at.to}
	if strings.HasPrefix(e.Message, "unexpected token EOF") {
		for _, t := range s.tokens {
			if t.open && t.mate < 0 {
				return Problem{From: t.from, To: t.to, Summary: "the bracket is not closed"}
			}
		}
	}
	p.Summary, p.Detail = complaint(e.Message, s.text[at.from:at.to], s.text[:at.from])
	return p
}

// complaint gives our words for a message of expr-lang about a part of a text.
func complaint(message, part, before string) (summary, detail string) {
	has := func(prefix string) bool { return strings.HasPrefix(message, prefix) }
	switch {
	case has("unexpected token EOF"), has("unexpected end"):
		return "the expression ends too early", "something is missing at its end"
	case has("unexpected token"):
		return unexpected(part, before)
	case has("literal not terminated"):
		return "the text has no closing quote", ""
	case has("unclosed comment"):
		return "the comment is not closed", "end it with */"
	case has("invalid char escape"), strings.Contains(message, "unable to unescape"),
		strings.Contains(message, "unescape"):
		return "unknown escape in text", `the escapes are \n \r \t \\ \" \xhh \uhhhh; \\ is a backslash`
	case has("unrecognized character"):
		return fmt.Sprintf("%s has no meaning here", part), ""
	case has("bad number"):
		return "this is not a number", "a time is written as text, \"1.5s\""
	case has("invalid integer"), has("invalid float"), has("invalid hex"), has("invalid octal"),
		has("invalid binary"), has("integer literal"), has("float literal"):
		return "this is not a number, or too large", ""
	case has("Operator ("):
		return "?? stands beside another operator", "put parentheses round one of them"
	case has("expected name"):
		return "a name is missing after the dot", ""
	case has("expected at least"):
		return "an argument is missing", ""
	case has("a map key"):
		return "a map's key is missing", "{name: value}"
	case has("wrap predicate"):
		return "a condition of several parts needs braces", "all(list, {let x = #; x > 1})"
	case strings.Contains(message, "maximum allowed nodes"):
		return fmt.Sprintf("the expression has more than %d parts", MaxNodes), ""
	}
	return "this is not an expression", ""
}

// bareWord finds a word that ends a text and stands behind a comparison.
var bareWord = regexp.MustCompile(`(?:=|contains|startsWith|endsWith)\s*([A-Za-z_]\w*)$`)

// bodyBrace finds a brace behind the first argument of a function that goes through a list.
var bodyBrace = regexp.MustCompile(`,\s*\{\s*["'\w]+$`)

func unexpected(part, before string) (summary, detail string) {
	before = strings.TrimSpace(before)
	switch part {
	case "=", "==":
		detail = "write == to compare"
		if strings.HasSuffix(before, "!=") || strings.HasSuffix(before, "!") {
			detail = "write != to compare"
		}
	case ">":
		if strings.HasSuffix(before, "<") {
			detail = "write != to compare"
		}
	case "&":
		detail = "write and; for single bits bitand(a, b)"
	case "#", ".":
		detail = "an element (#) exists only inside all(), any(), map() and the like"
	case ":":
		if bodyBrace.MatchString(before) {
			detail = "these braces hold a condition or an expression; a map stands in parentheses: " +
				"map(list, ({size: #}))"
		}
	default:
		if m := bareWord.FindStringSubmatch(before); m != nil && schema.Identifier(part) {
			detail = fmt.Sprintf("text is quoted: \"%s %s\"", m[1], part)
		}
	}
	return fmt.Sprintf("unexpected %s", part), detail
}
