package main

import (
	"fmt"
	"regexp"
	"testing"

	"netscene/schema"
)

func TestWrongRegexp(t *testing.T) {
	for text, want := range map[string]string{
		`a(b`:        `2: missing closing )`,
		`(a)b(c(d)`:  `5: missing closing )`,
		`a)b)`:       `2: unexpected )`,
		`\\y\y`:      `4: invalid escape sequence`,
		`(é\y`:       `3: invalid escape sequence`,
		`a**`:        `2: invalid nested repetition operator`,
		`*`:          `1: missing argument to repetition operator`,
		`x[z-a]`:     `3: invalid character class range`,
		`x[a`:        `2: missing closing ]`,
		`a{1001}`:    `2: invalid repeat count`,
		`a\`:         `2: trailing backslash at end of expression`,
		"(ok)\xff(b": `5: invalid UTF-8`,
	} {
		_, err := regexp.Compile(text)
		if err == nil {
			t.Fatalf("%s is right", text)
		}
		p := wrongRegexp(text, err)[0]
		at := schema.NewSource("", []byte(text)).Pos(p.From)
		if got := fmt.Sprintf("%d: %s", at.Column, p.Summary); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
		if p.From > p.To || p.To > len(text) {
			t.Errorf("%s: the part is %d to %d", text, p.From, p.To)
		}
	}
}

func TestProgressLine(t *testing.T) {
	files := []string{"scenarios/tcp/echo.yaml", "scenarios/世界.yaml", "x.yaml"}
	for _, test := range []struct {
		cells   int
		running []string
		want    string
	}{
		{80, files, "12/57  running: tcp/echo.yaml, scenarios/世界.yaml, x.yaml"},
		{58, files, "12/57  running: tcp/echo.yaml, scenarios/世界.yaml, x.yaml"},
		{57, files, "12/57  running: tcp/echo.yaml, scenarios/世界.yaml, …"},
		{33, files, "12/57  running: tcp/echo.yaml, …"},
		{31, files, "12/57"},
		{29, files[:1], "12/57  running: tcp/echo.yaml"},
		{28, files[:1], "12/57"},
		{80, []string{"a\x1b[2J.yaml"}, `12/57  running: a\x1b[2J.yaml`},
		{80, nil, "12/57"},
		{4, files, ""},
	} {
		got := progressLine(12, 57, test.running, test.cells)
		if got != test.want || schema.Width(got) > test.cells {
			t.Errorf("%d cells: got %q (%d cells), want %q", test.cells, got, schema.Width(got), test.want)
		}
	}
}
