package socket

import (
	"encoding/json"
	"fmt"
	"maps"
	"os/exec"
	"strings"
	"testing"
)

// pythonConstants prints every integer of Python's socket module that is spelled like a constant of
// C.
const pythonConstants = `
import json, re, socket, sys
print(json.dumps({"MINOR_VERSION": sys.version_info.minor} |
                 {name: int(value) for name, value in vars(socket).items()
                  if isinstance(value, int) and re.match("[A-Z][A-Z0-9]*_|SOMAXCONN", name)}))
`

// newestPython is the last 3.x whose constants were looked at.
const newestPython = 15

// leftOut are the constants of Python that no call of a scenario could take, by their beginnings.
var leftOut = []struct{ prefix, why string }{
	{"BT_", "options of Bluetooth, which is there with a radio only"},
	{"L2CAP_", "the same"},
	{"SO_L2CAP_", "the same"},
	{"RFCOMM_", "the same"},
	{"SO_RFCOMM_", "the same"},
	{"SO_SCO_", "the same"},
	{"SOL_L2CAP", "the same"},
	{"SOL_RFCOMM", "the same"},
	{"SOL_SCO", "the same"},
	{"HCI_", "the same"},
	{"SOL_HCI", "the same"},
	{"SO_HCI_", "the same"},
	{"NI_IDN", "the look-ups here know no international names"},
	{"SOL_IPX", "the kernel has no IPX any more"},
	{"IPX_TYPE", "the same"},
	{"SOL_AX25", "amateur radio, which has no loopback"},
	{"SOL_ATALK", "the kernel has no AppleTalk any more"},
	{"SOL_NETROM", "amateur radio"},
	{"SOL_ROSE", "amateur radio"},
}

// TestPythonConstants: what Python's socket module calls a number is called so here.
func TestPythonConstants(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not there to be compared with")
	}
	out, err := exec.CommandContext(t.Context(), python, "-c", pythonConstants).Output()
	if err != nil {
		t.Fatal(err)
	}
	var theirs map[string]int
	if err := json.Unmarshal(out, &theirs); err != nil {
		t.Fatal(err)
	}
	if len(theirs) < 200 {
		t.Errorf("Python has %d constants: were they found?", len(theirs))
	}
	if theirs["MINOR_VERSION"] > newestPython {
		t.Log("this Python is newer than the test, and may know more")
		maps.DeleteFunc(theirs, func(name string, _ int) bool { _, ok := Constants()[name]; return !ok })
	}
	delete(theirs, "MINOR_VERSION")
	for _, complaint := range compareConstants(theirs) {
		t.Error(complaint)
	}
	theirs["SO_REUSEADDR"]++
	theirs["SO_NONSENSE"] = 1
	if got := compareConstants(theirs); len(got) != 2 {
		t.Errorf("two that are false: %q", got)
	}
}

// compareConstants says where others' constants are not those of this package.
func compareConstants(theirs map[string]int) []string {
	var complaints []string
	ours := Constants()
	for name, want := range theirs {
		got, known := ours[name]
		switch {
		case known && got != want:
			complaints = append(complaints, fmt.Sprintf("%s is %d, want %d", name, got, want))
		case !known && !isLeftOut(name):
			complaints = append(complaints, fmt.Sprintf("%s, which is %d, is not known", name, want))
		}
	}
	return complaints
}

func isLeftOut(name string) bool {
	for _, group := range leftOut {
		if strings.HasPrefix(name, group.prefix) {
			return true
		}
	}
	return false
}

// TestConstantsAgree: a name means one number, whichever list it stands in.
func TestConstantsAgree(t *testing.T) {
	seen := map[string]int{}
	for _, group := range ConstantGroups() {
		for _, n := range group.Names {
			if before, again := seen[n.Name]; again && before != n.Value {
				t.Errorf("%s is %d and %d", n.Name, before, n.Value)
			}
			seen[n.Name] = n.Value
		}
	}
	for _, list := range optionValues {
		for _, n := range list {
			if seen[n.Name] != n.Value {
				t.Errorf("%s is %d and %d", n.Name, n.Value, seen[n.Name])
			}
		}
	}
	for name := range optionValues {
		if _, ok := LookupOption(name); !ok {
			t.Errorf("%s has values and is no option", name)
		}
	}
	for name, fields := range optionFields {
		size := 4 * len(fields)
		if wide, mixed := wideFields[name]; mixed {
			size = 3*wide + len(fields)
		}
		if o, ok := LookupOption(name); !ok || o.Kind != FieldsOption || o.Size() != size {
			t.Errorf("%s has fields that do not fit", name)
		}
	}
}
