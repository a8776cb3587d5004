// Package runner turns a Document into a Plan and plays it.
//
// Compile binds every name, type-checks every expression and decodes every literal, without I/O. A
// Plan never changes and may run many times at once. Run starts a goroutine for each actor, joins
// them all and closes every socket before it returns; it fails only through its Result.
//
// One run has these parts: the floor, where it is known who runs and who waits, and which is the
// Gate at the end of every wait; the board, where results are left for others; the stream, which
// numbers the events and hands them to the sinks; and a player for each actor. A player's fields
// belong to its goroutine; the floor, the board and the stream have locks of their own, and none of
// them is held while another is taken, except that a story asks the ledger under the floor's.
package runner
