// Command netscene runs network scenarios written as YAML on real sockets.
//
// This package is all that touches arguments, environment, standard streams and signals. Standard
// output is the report; diagnostics of the command itself and what scenarios log go to standard
// error.
package main

import "os"

//go:generate go test -run ^TestReferenceIsFresh$ . -update

func main() {
	outlivePipes()
	os.Exit(execute(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}
