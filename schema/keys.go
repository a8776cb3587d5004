package schema

// Keys describes the keys at the top of a scenario, in the order in which they are usually
// written.
func Keys() []Field { return keys }

var keys = []Field{
	{Name: "name", Kind: String, Default: "the file's name",
		Doc: "What reports call the scenario."},
	{Name: "about", Kind: String, Doc: "What it shows, in a sentence or more."},
	{Name: "tags", Kind: List, Elem: &Field{Kind: String},
		Doc: "Words by which `run --tags` selects scenarios."},
	{Name: "requires", Kind: List, Elem: &Field{Kind: String},
		Doc: "What the machine must be able to do, such as ipv6 or root. " +
			"Without it the scenario is skipped."},
	{Name: "vars", Kind: Map, Elem: &Field{Kind: Any},
		Doc: "Variables with their values, or with {required: KIND}; `--var` gives them others."},
	{Name: "timeout", Kind: Duration, Default: "10s", Doc: "How long the scenario may take."},
	{Name: "open", Kind: Bool, Default: "false",
		Doc: "Whether someone outside takes part, so that a wait of all actors is no mistake."},
	{Name: "exclusive", Kind: String,
		Doc: "A name. Scenarios with the same one never run at the same time: " +
			"for those that share a fixed port or a file."},
	{Name: "actors", Kind: Map, Elem: &Field{Kind: Steps},
		Doc: "The actors, each with its own list of steps, which act side by side."},
	{Name: "steps", Kind: Steps,
		Doc: "Instead: one list for all actors, in the order in which things happen."},
	{Name: "netscene", Kind: Int, Default: "1", Doc: "The version of the language."},
}

// keyNames lists the keys, for hints.
func keyNames() []string {
	names := make([]string, 0, len(keys))
	for i := range keys {
		names = append(names, keys[i].Name)
	}
	return names
}
