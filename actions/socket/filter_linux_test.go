package socket

import "testing"

// TestFilter attaches a filter and reads it back: into room for it, and into too little, where the
// kernel must write nothing behind the end.
func TestFilter(t *testing.T) {
	w := newWorld(t)
	s := w.open(INET, Dgram)
	attach, _ := LookupOption("SO_ATTACH_FILTER")
	var program []any
	for range 40 {
		program = append(program, []any{0x00, 0, 0, 7}) // load a constant
	}
	program = append(program, []any{0x06, 0, 0, 0xffffffff}) // accept all
	want, err := attach.Encode(program)
	w.must(err)
	w.must(s.SetOption(w.main, attach.Level, attach.Number, want))
	got, err := s.GetOption(w.main, attach.Level, attach.Number, attach.Size())
	w.must(err)
	if string(got) != string(want) {
		t.Errorf("read %x, set %x", got, want)
	}
	_, err = s.GetOption(w.main, attach.Level, attach.Number, 64)
	w.fails(err, "EINVAL")
	w.fails(s.SetOption(w.main, attach.Level, attach.Number, nil), "EINVAL")
}
