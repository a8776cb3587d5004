package runner_test

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"netscene/actions"
	"netscene/actions/host"
	"netscene/runner"
	"netscene/schema"
)

const languagePage = "../schema/README.md"

// TestLanguagePage runs every example of the page about the language.
func TestLanguagePage(t *testing.T) {
	page, err := os.ReadFile(languagePage)
	if err != nil {
		t.Fatal(err)
	}
	examples := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllSubmatchIndex(page, -1)
	if len(examples) < 10 {
		t.Fatalf("only %d examples found", len(examples))
	}
	vars := runner.Vars{Text: map[string]string{"copies": "2"}, Env: os.LookupEnv}
	for _, at := range examples {
		// Empty lines above the example make the lines of findings those of the page.
		above := strings.Repeat("\n", strings.Count(string(page[:at[2]]), "\n"))
		src := schema.NewSource(languagePage, append([]byte(above), page[at[2]:at[3]]...))
		plans, found := runner.LoadAll(src, vars)
		if len(found) > 0 {
			t.Error(render(found...))
		}
		for _, plan := range plans {
			switch r := plan.Run(context.Background(), runner.Options{}); r.Status {
			case actions.Passed:
			case actions.Skipped:
				t.Logf("the example in line %d was skipped: %s", strings.Count(above, "\n")+1, r.Reason)
			default:
				t.Error(r.Status, r.Reason, render(r.Failures...))
			}
		}
	}
	for _, power := range host.Powers() {
		if !strings.Contains(string(page), "`"+power+"`") {
			t.Errorf("%s does not name %s, which a scenario can require", languagePage, power)
		}
	}
}
