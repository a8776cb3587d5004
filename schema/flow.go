package schema

// Words are the flow words: what a step can be that no action does. The set is closed.
func Words() []*Shape { return flowWords }

// FlowWord finds a flow word by its name; nil when there is none.
func FlowWord(name string) *Shape {
	for _, shape := range flowWords {
		if shape.Name == name {
			return shape
		}
	}
	return nil
}

var flowWords = []*Shape{
	{
		Name:    "signal",
		About:   "set a signal that other actors wait for; it stays set",
		Main:    "name",
		Params:  []Field{{Name: "name", Kind: String, Required: true, Doc: "The signal."}},
		Example: "- signal: ready",
	},
	{
		Name:    "wait",
		About:   "wait until a signal is set",
		Main:    "name",
		Params:  []Field{{Name: "name", Kind: String, Required: true, Doc: "The signal."}},
		Example: "- wait: ready",
	},
	{
		Name:  "barrier",
		About: "wait until every actor with this barrier has come to it",
		Main:  "name",
		Params: []Field{{Name: "name", Kind: String, Required: true,
			Doc: "The barrier."}},
		Example: "- barrier: start",
	},
	{
		Name:  "parallel",
		About: "perform lists of steps side by side",
		Doc: "Each list is a branch. They start with the actor's sockets, and the step ends when all " +
			"have ended. Their steps are the actor's: those below, other actors and the other " +
			"branches use their results by name. Below, the actor's current socket is the one that " +
			"was opened last by the last branch that opened one.",
		Main: "branches",
		Params: []Field{{Name: "branches", Kind: Branches, Required: true,
			Doc: "The lists, at least two."}},
		Example: "- parallel:\n    - - recv: 16\n    - - sendall: hello",
	},
	{
		Name:  "serve",
		About: "accept connections and perform steps for each, side by side",
		Doc: "It accepts so many connections; without a number, until the actors that do not serve so " +
			"have ended. In the steps `connection` is what accept gave, with an `index` from 0, and " +
			"its socket is the current one. After its steps a connection is closed, and what else " +
			"they left open. Without `on` it uses the socket that the actor last called listen on.",
		Params: []Field{
			{Name: "connections", Kind: Int, Min: 1, Max: 1 << 30, Doc: "How many to accept."},
			{Name: "steps", Kind: Steps, Required: true, Doc: "The steps for each connection."},
		},
		Results: []Field{
			{Name: "connections", Kind: List, Elem: &Field{Name: "connection", Kind: Map},
				Doc: "For each connection, in order of accept, the results of its steps by name, " +
					"`connection` among them."},
		},
		Example: "- serve:\n    connections: 2\n    steps:\n      - recv: 16\n      - sendall: $(recv.data)",
	},
	{
		Name:  "eventually",
		About: "perform steps until all of them come out as they should",
		Doc: "When a step fails or an expectation does not hold, what the steps opened is closed, and " +
			"after a pause, 10 ms at first and twice as long each time up to a second, they are " +
			"performed again from the first. When the time is over, the last failure is shown. The " +
			"steps are the actor's: those below use their results by name.",
		Params: []Field{
			{Name: "within", Kind: Duration, Default: "5s", Doc: "How long to try."},
			{Name: "steps", Kind: Steps, Required: true, Doc: "The steps."},
		},
		Results: []Field{{Name: "attempts", Kind: Int, Doc: "How often the steps were begun."}},
		Example: "- eventually:\n    within: 2s\n    steps:\n      - create_connection: 127.0.0.1:80",
	},
	{
		Name:  "finally",
		About: "perform steps at the actor's end, however it came",
		Doc: "It stands at the end of an actor's list, and is performed too when a step above has " +
			"failed, when the scenario is interrupted, or when its time is over. Then it has 5 s, or " +
			"what `within` gives it.",
		Main:    "steps",
		Params:  []Field{{Name: "steps", Kind: Steps, Required: true, Doc: "The steps."}},
		Example: "- finally:\n    - unlink: $(tmp)/socket",
	},
	{
		Name:  "repeat",
		About: "perform steps again and again",
		Doc: "A number of times, for each element of a list, while an expression is true before a " +
			"round, until one is true after it, or several of these, whichever ends first. Inside, a step's name means its result in this round; outside, only " +
			"the loop has a result.",
		Params: []Field{
			{Name: "times", Kind: Int, Min: 0, Max: 1 << 30, Doc: "How many rounds."},
			{Name: "for", Kind: List, Elem: &Field{Name: "item", Kind: Any},
				Doc: "A round for each element, which the steps know as `item`."},
			{Name: "while", Kind: Expression, Doc: "Ends the loop when it is false before a round; it " +
				"knows `rounds` and `last` as they are so far."},
			{Name: "until", Kind: Expression,
				Doc: "Ends the loop when it is true at the end of a round."},
			{Name: "max", Kind: Int, Min: 1, Max: 1 << 30, Default: "1000",
				Doc: "How many rounds while and until may take at most."},
			{Name: "collect", Kind: Map, Elem: &Field{Name: "value", Kind: Expression},
				Doc: "Lists to make: each name with an expression that gives one value a round."},
			{Name: "steps", Kind: Steps, Required: true, Doc: "The steps of a round."},
		},
		Results: []Field{
			{Name: "rounds", Kind: Int, Doc: "How many rounds were performed."},
			{Name: "last", Kind: Map, Elem: &Field{Name: "result", Kind: Any},
				Doc: "The results of the last round, by step."},
		},
		Example: "- repeat:\n    times: 3\n    steps:\n      - recv: 16",
	},
}
