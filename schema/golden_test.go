package schema

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// probe has a parameter of every kind.
var probe = &Shape{Name: "probe", Params: []Field{
	{Name: "int", Kind: Int}, {Name: "bool", Kind: Bool}, {Name: "float", Kind: Float},
	{Name: "duration", Kind: Duration}, {Name: "size", Kind: Size}, {Name: "string", Kind: String},
	{Name: "choice", Kind: Choice, Max: 9, Choices: []Name{{"stream", 1}, {"dgram", 2}}},
	{Name: "flags", Kind: Flags, Choices: []Name{{"MSG_PEEK", 2}, {"MSG_OOB", 1}}},
	{Name: "handle", Kind: Handle}, {Name: "list", Kind: List, Elem: &Field{Name: "item", Kind: Int}},
	{Name: "map", Kind: Map, Fields: []Field{{Name: "color", Kind: Int, Required: true}}},
	{Name: "address", Kind: Address}, {Name: "until", Kind: Expression}, {Name: "any", Kind: Any},
	{Name: "bytes", Kind: Bytes}, {Name: "null", Kind: Float, Null: true},
}}

// send has data as its main parameter, recv a size.
var (
	send = &Shape{Name: "send", Main: "data", Params: []Field{
		{Name: "data", Kind: Bytes, Required: true, Doc: "What is sent."},
		{Name: "flags", Kind: Int},
	}}
	recv = &Shape{Name: "recv", Main: "size", Params: []Field{
		{Name: "size", Kind: Size, Min: 0, Max: MaxData}, {Name: "flags", Kind: Int},
	}}
)

// socket has choices and nothing that stands alone, setsockopt two parameters that must be given.
var (
	socketShape = &Shape{Name: "socket", Params: []Field{
		{Name: "family", Kind: Choice, Choices: []Name{{"inet", 2}, {"inet6", 10}, {"unix", 1}}},
		{Name: "type", Kind: Flags, Choices: []Name{{"stream", 1}, {"dgram", 2}}},
		{Name: "proto", Kind: Choice, Choices: []Name{{"tcp", 6}, {"udp", 17}}},
	}}
	setsockopt = &Shape{Name: "setsockopt", Params: []Field{
		{Name: "option", Kind: Any, Required: true}, {Name: "value", Kind: Any, Required: true},
		{Name: "level", Kind: Int},
	}}
)

var actionNames = []string{"probe", "send", "recv", "accept", "close", "listen", "bind", "connect",
	"socket", "setsockopt", "sendall", "sleep"}

func shapeOf(word string) *Shape {
	for _, shape := range append([]*Shape{probe, send, recv, socketShape, setsockopt}, Words()...) {
		if shape.Name == word {
			return shape
		}
	}
	return nil
}

// decodeAll decodes the arguments of all steps whose shape is known.
func decodeAll(steps []*Step) Diagnostics {
	var list Diagnostics
	for _, step := range steps {
		if shape := shapeOf(step.Word.Text); shape != nil {
			_, found := Decode(step.Args, step.Word.Span, shape)
			list = append(list, found...)
		}
		for _, body := range step.Bodies {
			list = append(list, decodeAll(body)...)
		}
	}
	return list
}

// check parses a source and decodes its steps.
func check(src *Source) (*Document, Diagnostics) {
	doc, list := Parse(src, actionNames)
	if doc == nil {
		return nil, list
	}
	for _, actor := range doc.Actors {
		list = append(list, decodeAll(actor.Steps)...)
	}
	list.Sort()
	list.Quote(doc.Source)
	return doc, list
}

func render(list Diagnostics) string {
	var out bytes.Buffer
	for _, d := range list {
		Render(&out, d, Style{})
	}
	return out.String()
}

func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no test data", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			src, list := Read(file, nil)
			if src != nil {
				_, list = check(src)
			}
			got, golden := render(list), strings.TrimSuffix(file, ".yaml")+".txt"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, want)
			}
		})
	}
}

func TestTwelveMistakesGiveTwelveFindings(t *testing.T) {
	src, _ := Read("testdata/twelve.yaml", nil)
	kinds := map[string]bool{}
	_, list := check(src)
	for _, d := range list {
		kinds[d.Summary] = true
	}
	if len(list) != 12 || len(kinds) != 12 {
		t.Errorf("%d findings of %d kinds:\n%s", len(list), len(kinds), render(list))
	}
}
