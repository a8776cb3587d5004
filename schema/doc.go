// Package schema is the grammar of scenarios: it turns YAML text into a positioned, strictly
// checked Document, decodes the parameters of steps by the Shape of their action, and renders
// what it found.
//
// It knows no socket and no expression language: an expression is text with a place. All that it
// makes is plain data that never changes afterwards, so it can be shared between goroutines; no
// function here keeps state.
package schema
