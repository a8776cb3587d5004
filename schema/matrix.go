package schema

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
)

// Row is a set of values for which a scenario runs: `matrix` names them.
type Row struct {
	Names  []string // in the order in which they are written
	Values map[string]any
	Span   Span // where it, or all of them, are written
}

// MostRows is for how many sets of values a scenario may run.
const MostRows = 10_000

// matrix reads the rows of the scenario, and each combination of the values under matrix with each
// of them. What is wrong gives a row without values.
func (p *parser) matrix(root *Node) []Row {
	var all []Row
	n := root.Get("rows")
	if n != nil {
		if all = p.rows(n); len(all) == 0 {
			return []Row{{Span: n.Span}}
		}
	}
	m := root.Get("matrix")
	switch {
	case m == nil:
		return p.bounded(n, all)
	case m.broken:
		return []Row{{Span: m.Span}}
	}
	if m.Kind != Mapping || len(m.Pairs) == 0 {
		p.report(m.Span, "matrix must be a mapping of names to lists of values").Detail =
			"such as {family: [inet, inet6, unix]}"
		return []Row{{Span: m.Span}}
	}
	if all == nil {
		all = []Row{{Span: m.Span}}
	}
	for _, pair := range m.Pairs {
		if all = p.times(all, pair); len(all) > MostRows {
			break
		}
	}
	return p.bounded(m, all)
}

func (p *parser) bounded(n *Node, all []Row) []Row {
	if len(all) <= MostRows {
		return all
	}
	p.report(n.Span, "the scenario would run more than %d times", MostRows).Detail =
		"it runs once for each combination of the values"
	return []Row{{Span: n.Span}}
}

// times gives each row with each of the values of a name.
func (p *parser) times(rows []Row, pair Pair) []Row {
	n := pair.Value
	if !p.name(pair.Key, pair.At, "a value of the matrix", false) || n.broken {
		return rows
	}
	if n.Kind != Sequence || len(n.Items) == 0 {
		p.report(n.Span, "%s must be a list of values", pair.Key).Detail =
			"the scenario runs once for each of them"
		return rows
	}
	if len(rows) > 0 && slices.Contains(rows[0].Names, pair.Key) {
		p.report(pair.At, "the rows have %s already", pair.Key)
		return rows
	}
	values := make([]any, len(n.Items))
	for i, item := range n.Items {
		values[i] = p.data(item, pair.Key)
	}
	var all []Row
	for _, row := range rows {
		for _, v := range values {
			if len(all) > MostRows {
				return all
			}
			more := Row{Names: append(slices.Clone(row.Names), pair.Key), Span: row.Span,
				Values: map[string]any{pair.Key: v}}
			maps.Copy(more.Values, row.Values)
			all = append(all, more)
		}
	}
	return all
}

// rows reads a list of mappings, or the file that holds it.
func (p *parser) rows(n *Node) []Row {
	if name, ok := n.Value.(string); ok && n.Kind == Scalar && !n.broken {
		return p.rowsOf(Word{Text: name, Span: n.Span})
	}
	return p.listed(n)
}

// listed reads rows that are written as a list of mappings. All have the same names.
func (p *parser) listed(n *Node) []Row {
	if n.broken {
		return nil
	}
	if n.Kind != Sequence || len(n.Items) == 0 {
		p.report(n.Span, "rows must be a list of mappings, or the name of a file").Detail =
			"such as [{family: inet, size: 1}, {family: unix, size: 2}]"
		return nil
	}
	var rows []Row
	for _, item := range n.Items {
		if item.Kind != Mapping || len(item.Pairs) == 0 {
			if !item.broken {
				p.report(item.Span, "a row must be a mapping of names to values")
			}
			return nil
		}
		row := Row{Values: map[string]any{}, Span: item.Span}
		for _, pair := range item.Pairs {
			if p.name(pair.Key, pair.At, "a value of a row", false) && !pair.Value.broken {
				row.Names = append(row.Names, pair.Key)
				row.Values[pair.Key] = p.data(pair.Value, pair.Key)
			}
		}
		rows = append(rows, row)
	}
	first := slices.Sorted(maps.Keys(rows[0].Values))
	for _, row := range rows[1:] {
		if !slices.Equal(first, slices.Sorted(maps.Keys(row.Values))) {
			p.report(row.Span, "a row with other names than the first").Detail =
				"that has " + strings.Join(rows[0].Names, ", ")
		}
	}
	return rows
}

// rowsOf reads a file of rows, CSV or YAML.
func (p *parser) rowsOf(file Word) []Row {
	name := near(p.src, file.Text)
	src := p.open(name, file)
	if src == nil {
		return nil
	}
	p.doc.Sources = append(p.doc.Sources, src)
	if strings.HasSuffix(strings.ToLower(name), ".csv") {
		return p.table(src)
	}
	root, found := load(src)
	p.list = append(p.list, found...)
	if root == nil {
		return nil
	}
	return p.listed(root)
}

// table reads rows of comma-separated values, the first of which are their names.
func (p *parser) table(src *Source) []Row {
	in := csv.NewReader(bytes.NewReader(src.Text))
	in.TrimLeadingSpace = true
	var head []string
	var cells [][]string
	var rows []Row
	for {
		record, err := in.Read()
		var wrong *csv.ParseError
		switch {
		case errors.Is(err, io.EOF):
			return p.typed(src, head, cells, rows)
		case errors.As(err, &wrong):
			at := Pos{Line: wrong.Line, Column: 1}
			p.report(Span{File: src.Name, Start: at, End: at}, "%v", wrong.Err)
			return nil
		}
		line, _ := in.FieldPos(0)
		span := src.Span(src.lines[line-1], src.end(line))
		if head == nil {
			head = record
			for i, name := range head {
				if !p.name(name, span, "a column", false) {
					return nil
				}
				if slices.Contains(head[:i], name) {
					p.report(span, "two columns are named %s", name)
					return nil
				}
			}
			continue
		}
		cells = append(cells, record)
		rows = append(rows, Row{Names: head, Values: map[string]any{}, Span: span})
	}
}

// typed gives the values of a table their types: a column is of numbers or booleans when all in it
// are, and else text.
func (p *parser) typed(src *Source, head []string, cells [][]string, rows []Row) []Row {
	if len(rows) == 0 {
		p.report(src.Span(0, 0), "the file has no rows").Detail =
			"its first line has the names, each other line the values of a row"
	}
	for i, name := range head {
		isText := slices.ContainsFunc(cells, func(record []string) bool {
			v, odd := resolve(record[i])
			_, text := v.(string)
			return text || odd != "" || v == nil
		})
		for j, record := range cells {
			if rows[j].Values[name] = record[i]; !isText {
				rows[j].Values[name], _ = resolve(record[i])
			}
		}
	}
	return rows
}
