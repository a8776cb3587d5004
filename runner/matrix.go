package runner

import (
	"fmt"
	"strings"

	"netscene/runner/expr"
	"netscene/schema"
)

// Compile binds and checks a document, without I/O: a plan for each of its rows, one when it has
// none. They are usable only without findings.
func Compile(doc *schema.Document, vars Vars) ([]*Plan, schema.Diagnostics) {
	if doc.Rows == nil {
		plan, found := compile(doc, vars, nil)
		return []*Plan{plan}, found
	}
	const enough = 20 // rows with something wrong
	type finding struct {
		at   schema.Span
		what string
	}
	var plans []*Plan
	var all schema.Diagnostics
	times := map[finding]int{} // in how many rows it is wrong
	for i, wrong := 0, 0; i < len(doc.Rows) && wrong < enough; i++ {
		row := &doc.Rows[i]
		plan, found := compile(doc, vars, row)
		plan.Name += " [" + rowName(row) + "]"
		plans = append(plans, plan)
		for _, d := range found {
			times[finding{d.Span, d.Summary}]++
			d.Notes = append(d.Notes, schema.Note{Span: row.Span, Text: "with " + rowName(row)})
			all = append(all, d)
		}
		if len(found) > 0 {
			wrong++
		}
	}
	all = all.Compact()
	for i := range all {
		if d := &all[i]; times[finding{d.Span, d.Summary}] == len(plans) { // whatever the row
			d.Notes = d.Notes[:len(d.Notes)-1]
		}
	}
	all.Sort()
	return plans, all
}

// rowName names a row by its values.
func rowName(row *schema.Row) string {
	const most = 40 // characters of a value
	var parts []string
	for _, name := range row.Names {
		text, ok := row.Values[name].(string)
		if !ok || len(text) > most || text == "" || strings.ContainsFunc(text, notShown) {
			text = expr.Format(row.Values[name], most)
		}
		parts = append(parts, fmt.Sprintf("%s=%s", name, text))
	}
	return strings.Join(parts, ", ")
}

// notShown says of a character that text which has it is quoted in a name.
func notShown(r rune) bool { return r < ' ' || strings.ContainsRune(`,[]"=`, r) }

// values takes the values of a row: expressions know them as matrix.
func (c *compiler) values(row *schema.Row) {
	c.beforehand = expr.Names{"vars": c.names["vars"], "env": c.names["env"]}
	if row == nil {
		return
	}
	c.plan.matrix = row.Values
	c.names["matrix"] = expr.TypeOf(row.Values)
	if row.Values == nil { // what is wrong with the rows is told already
		c.names["matrix"] = expr.Any
	}
	c.beforehand["matrix"] = c.names["matrix"]
}

// beforehand gives what expressions read that are evaluated before the run.
func (p *Plan) beforehand() map[string]any {
	return map[string]any{"vars": p.vars, "env": p.env, "matrix": p.matrix}
}
