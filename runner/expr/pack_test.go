package expr

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os/exec"
	"strings"
	"testing"
)

// packings are formats of Python's struct module with values, as Python and as an expression has
// them.
var packings = []string{
	`"", `, `"4x", `, `"=IB3x8s", 0x123, 3, b"abc"`, `"@3I4l2I0q", 1, 2, 3, -4, 5, 6, 7, 8, 9`,
	`"b h i q", -1, -2, -3, -4`, `"=bhiq", -1, -2, -3, -4`, `">HIQ", 1, 2, 3`, `"<HIQ", 1, 2, 3`,
	`"!BL", 255, 4294967295`, `"3c?", b"a", b"b", b"c", 1`, `"<fd", 1.5, -0.25`, `"!fd", 2.5, 3.5`,
	`"5p2p1p", b"abcdefg", b"x", b"z"`, `"2s0s4s", b"abc", b"d", b"e"`, `"nNP", -1, 1, 2`,
	`"c0i", b"a"`, `"B0h2h0q", 1, 2, 3`, `"=B0h2h0q", 1, 2, 3`, `" 2H\n1b\t", 1, 2, 3`,
	`"300p", b"abc"`,
	`"q", 9223372036854775807`, `"<l", 2147483647`, `"i", -2147483648`,

	`"B", 256`, `"B", -1`, `"b", 128`, `"<l", 2147483648`, `"H"`, `"H", 1, 2`, `"=n", 1`, `"<P", 1`,
	`"y", 1`, `"2", 1`, `"c", b"ab"`, `"c", 1`, `"s", 1`, `"h", 1.5`, `"f", b"x"`, `"2 h", 1, 2`,
}

// TestPack compares with Python's struct module.
func TestPack(t *testing.T) {
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("no python3")
	}
	program := "import struct, json\nall = []\n" +
		"def one(f, *v):\n" +
		"  try:\n" +
		"    b = struct.pack(f, *v)\n" +
		"    v = [x.hex() if isinstance(x, bytes) else x for x in struct.unpack(f, b)]\n" +
		"    all.append([b.hex(), json.dumps(v), str(struct.calcsize(f))])\n" +
		"  except struct.error: all.append(['error'])\n"
	for _, p := range packings {
		program += "one(" + p + ")\n"
	}
	cmd := exec.Command("python3", "-c", program+"print(json.dumps(all))")
	out, err := cmd.CombinedOutput() // its error says what is wrong
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var want [][]string
	if err := json.Unmarshal(out, &want); err != nil || len(want) != len(packings) {
		t.Fatal(err, len(want))
	}
	for i, p := range packings {
		if got := packing(t, strings.ReplaceAll(p, ` b"`, ` "`)); fmt.Sprint(got) != fmt.Sprint(want[i]) {
			t.Errorf("%s:\ngot  %q\nwant %q", p, got, want[i])
		}
	}
}

// packing is what one gives in Python.
func packing(t *testing.T, p string) []string {
	t.Helper()
	format, _, _ := strings.Cut(p, ",")
	packed := "pack(" + strings.TrimSuffix(p, ", ") + ")"
	program, problems := language.Compile(
		fmt.Sprintf("[%s, unpack(%s, %[1]s), calcsize(%[2]s)]", packed, format), scope(), Any)
	if program == nil {
		t.Fatal(p, describe(p, problems))
	}
	result, err := program.Run(values())
	if err != nil {
		return []string{"error"}
	}
	got := result.([]any)
	list := got[1].([]any)
	for i, v := range list {
		if text, ok := v.([]byte); ok {
			list[i] = hex.EncodeToString(text)
		}
	}
	out, _ := json.Marshal(list)
	return []string{hex.EncodeToString(got[0].([]byte)),
		strings.ReplaceAll(string(out), ",", ", "), fmt.Sprint(got[2])}
}
