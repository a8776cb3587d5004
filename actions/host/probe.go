package host

import "slices"

// probe finds out whether the machine has a power; its error says what is missing.
type probe struct {
	name string
	try  func() error
}

// Powers lists what `requires` can name, sorted.
func Powers() []string {
	var names []string
	for _, p := range probes {
		names = append(names, p.name)
	}
	slices.Sort(names)
	return names
}

// Probe tries whether the machine has a power, by doing what the power is for. The name is one of
// Powers; the error says what is missing.
func Probe(name string) error {
	for _, p := range probes {
		if p.name == name {
			return p.try()
		}
	}
	panic("host: no power is called " + name)
}
