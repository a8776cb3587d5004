// Package host is what a scenario needs of the machine beside sockets: names, files, and what the
// kernel and the user can do.
package host
