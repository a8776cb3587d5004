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
		Doc: "What the machine must have or be able to do, such as ipv6, root or " +
			`limit("nofile") > 10000. Without it the scenario is skipped.`},
	{Name: "vars", Kind: Map, Elem: &Field{Kind: Any},
		Doc: "Variables with their values, or with {required: KIND}; `--var` gives them others."},
	{Name: "messages", Kind: Map, Elem: &Field{Kind: Any},
		Doc: "Wire formats of messages by their names, for send_message and recv_message."},
	{Name: "env", Kind: List, Elem: &Field{Kind: String},
		Doc: "Names of environment variables, which the scenario knows as `env.NAME`. Without one it is " +
			"skipped."},
	{Name: "secrets", Kind: List, Elem: &Field{Kind: String},
		Doc: "Which of `env` and of the required `vars` are secrets: their values are hidden in all that " +
			"is told of the run."},
	{Name: "matrix", Kind: Map, Elem: &Field{Kind: List, Elem: &Field{Kind: Any}},
		Doc: "Lists of values. The scenario runs for each combination, which it knows as `matrix`."},
	{Name: "rows", Kind: List, Elem: &Field{Kind: Map, Elem: &Field{Kind: Any}},
		Doc: "Sets of values, or a CSV or YAML file that holds them. The scenario runs for each, which " +
			"it knows as `matrix`."},
	{Name: "timeout", Kind: Duration, Default: "10s", Doc: "How long the scenario may take."},
	{Name: "open", Kind: Bool, Default: "false",
		Doc: "Whether someone outside takes part, so that a wait of all actors is no mistake."},
	{Name: "exclusive", Kind: String,
		Doc: "A name. Scenarios with the same one never run at the same time: " +
			"for those that share a fixed port or a file."},
	{Name: "use", Kind: List, Elem: &Field{Kind: String},
		Doc: "Files whose definitions and messages the scenario can use, relative to this one."},
	{Name: "define", Kind: Map, Elem: &Field{Kind: Any},
		Doc: "Lists of steps with a name, which a step plays by saying it."},
	{Name: "actors", Kind: Map, Elem: &Field{Kind: Steps},
		Doc: "The actors, each with its own list of steps, which act side by side."},
	{Name: "steps", Kind: Steps,
		Doc: "Instead: one list for all actors, in the order in which things happen."},
	{Name: "expect", Kind: Expression,
		Doc: "What must hold when all actors have ended, one expression or a list."},
	{Name: "netscene", Kind: Int, Default: "1", Doc: "The version of the language."},
}

// keyNames lists the keys, for hints.
func keyNames() []string { return names(keys) }

// MostPlayers is the largest count of an actor.
const MostPlayers = 1 << 20

// ActorKeys describes the keys of an actor that is a mapping.
func ActorKeys() []Field { return actorKeys }

var actorKeys = []Field{
	{Name: "steps", Kind: Steps, Required: true, Doc: "What it does."},
	{Name: "count", Kind: Int, Min: 1, Max: MostPlayers, Default: "1",
		Doc: "How many of it act side by side. Each has an `index` from 0; elsewhere the actor is a " +
			"list: client[2].recv."},
	{Name: "daemon", Kind: Bool, Default: "false",
		Doc: "Whether it just ends when the other actors have ended."},
	{Name: "vars", Kind: Map, Elem: &Field{Kind: Any},
		Doc: "Variables of its own, beside those of the scenario."},
}

// DefinitionKeys describes the keys of a definition that is a mapping.
func DefinitionKeys() []Field { return definitionKeys }

var definitionKeys = []Field{
	{Name: "steps", Kind: Steps, Required: true, Doc: "What a step that says its name plays."},
	{Name: "params", Kind: Map, Elem: &Field{Kind: Any},
		Doc: "Its parameters, each with its default or {required: KIND}; the steps know them as " +
			"`params.NAME`."},
	{Name: "about", Kind: String, Doc: "What it does."},
}

// Modifiers describes the keys that stand beside the action of a step.
func Modifiers() []Field { return modifierKeys }

// modifiers are their names.
var modifiers = names(modifierKeys)

var modifierKeys = []Field{
	{Name: "as", Kind: String,
		Doc: "The name of the step's result; without it the action's name is."},
	{Name: "name", Kind: String, Doc: "What the step is called, for the reader."},
	{Name: "on", Kind: Handle,
		Doc: "The socket, as a step's name or an expression; without it the actor's current one."},
	{Name: "expect", Kind: Expression,
		Doc: "What must hold after the step, one expression or a list; its actor ends otherwise."},
	{Name: "check", Kind: Expression, Doc: "Like expect, but the actor goes on."},
	{Name: "fails", Kind: List, Elem: &Field{Kind: String},
		Doc: "How the call must fail: an errno or a class of errors, or a list of them."},
	{Name: "may_fail", Kind: List, Elem: &Field{Kind: String},
		Doc: "How the call may fail; that it succeeds is right too."},
	{Name: "within", Kind: Duration,
		Doc: "How long the step may take: the runner's limit, not a timeout of the socket."},
	{Name: "user", Kind: Any,
		Doc: "As whom the step makes its system calls: a name, a uid, or USER:GROUP; it takes root."},
	{Name: "when", Kind: Expression, Doc: "Whether to perform the step; otherwise it is skipped."},
	{Name: "after", Kind: Any,
		Doc: "What must have happened before: a step, or {parked: STEP} for one that has blocked."},
}
