// Package actions holds what a step of a scenario can do: a registry with one file for each action,
// and the seams through which an action touches the world.
//
// An action is defined by one call of define: a name, a sentence, a parameter struct, a result
// struct and a function. The structs' fields and tags make the Shape from which decoding, help and
// reference pages come, so nothing about an action is written down twice. An action reaches
// sockets, names, files and time only through its Call; it may block only in calls that take the
// actor's Caller.
//
// Actions never change after they are defined and may run in many goroutines at once.
package actions
