package schema

// Visible shows control and other hidden characters of a text escaped, so that nothing in it can
// act on a terminal or change the look of what stands round it.
func Visible(text string) string { return visible(text) }

// Width is how many cells a text takes on a terminal.
func Width(text string) int { return width(text) }
