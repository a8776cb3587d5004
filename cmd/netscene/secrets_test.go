package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"netscene/actions"
	"netscene/runner"
	"netscene/runner/report"
	"netscene/schema"
)

// written gives a secret as it could be printed, and its beginning and end as those of rows.
func written(secret string) []string {
	all := []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
	for _, part := range []string{secret, secret[:8], secret[8:16], secret[len(secret)-8:]} {
		quoted, _ := json.Marshal(part)
		all = append(all, hex.EncodeToString([]byte(part)), fmt.Sprintf("% x", part),
			fmt.Sprintf("% X", part), strconv.Quote(part)[1:len(strconv.Quote(part))-1],
			strconv.QuoteToASCII(part)[1:len(strconv.QuoteToASCII(part))-1],
			string(quoted[1:len(quoted)-1]), part)
		for before := range 3 {
			text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", before) + part))
			all = append(all, text[(8*before+5)/6:(before+len(part))*8/6])
		}
	}
	return all
}

// leaked fails the test for each form of a secret that is in a text.
func leaked(t *testing.T, where, text string, secrets ...string) {
	t.Helper()
	low := strings.ToLower(text)
	for _, secret := range secrets {
		for _, form := range written(secret) {
			if at := strings.Index(low, strings.ToLower(form)); at >= 0 {
				t.Errorf("%s tells %q: %q", where, form, text[max(0, at-60):min(at+100, len(text))])
			}
		}
	}
}

// TestSecretsAreHidden runs a scenario that tells its secrets in every way, and looks for them in
// the report, the log, and the events of which all other reports are made.
func TestSecretsAreHidden(t *testing.T) {
	const token, password = "tök/\"Zq7+\\x4€n\tKw9?Jd2=Vb8", "correct-horse-9battery~staple"
	t.Setenv("NETSCENE_TEST_TOKEN", token)
	const file = "testdata/secrets/leaks.yaml"
	for _, flags := range [][]string{{"run"}, {"run", "-v"}, {"run", "-v", "--color", "always"}} {
		got := call("", append(flags, "--var", "password="+password, file)...)
		if got.code != exitFailed || !strings.Contains(got.err, "***") ||
			!strings.Contains(got.out, "***") {
			t.Fatalf("exit code %d, nothing to hide?\n%s%s", got.code, got.out, got.err)
		}
		leaked(t, "the report", got.out, token, password)
		leaked(t, "the log", got.err, token, password)
	}
	src, _ := schema.Read(file, nil)
	plan, found := runner.Load(src, runner.Vars{Text: map[string]string{"password": password},
		Env: func(string) (string, bool) { return token, true }})
	if len(found) > 0 {
		t.Fatal(found)
	}
	var record report.Record
	result := plan.Run(t.Context(), runner.Options{Sinks: []actions.Sink{&record}})
	events, err := json.Marshal(record.Events())
	if err != nil {
		t.Fatal(err)
	}
	leaked(t, "an event", string(events), token, password)
	leaked(t, "the result", fmt.Sprintf("%+v", result), token, password)
	for _, e := range record.Events() {
		if e.Call != nil {
			leaked(t, "a call", string(e.Call.Data)+e.Call.String(), token, password)
		}
	}
}

// TestSecretsAreHiddenBeforeTheRun looks for secrets in what is told of a scenario that cannot run:
// one of them is evaluated for the rounds of a loop, the other is given for a variable, too, that
// it does not suit.
func TestSecretsAreHiddenBeforeTheRun(t *testing.T) {
	const token, password = "Zq7+\\Kw9?Jd2=Vb8/tök", "correct-horse-9battery~staple"
	t.Setenv("NETSCENE_TEST_TOKEN", token)
	got := call("", "run", "--var", "password="+password, "--var", "number="+password,
		"testdata/secrets/invalid.yaml")
	for _, want := range []string{
		`invalid.yaml:3:38: the value given for number does not suit: the value must be ` +
			`a whole number, not the text "***"`,
		`invalid.yaml:7:14: times must be a whole number from 0 to 1073741824, not the text "***"`,
	} {
		if got.code != exitInvalid || !strings.Contains(got.out, want) {
			t.Errorf("exit code %d, want the report to tell %s\n%s", got.code, want, got.out)
		}
	}
	leaked(t, "the report", got.out+got.err, token, password)
}
