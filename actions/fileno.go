package actions

var _ = define("fileno", help{
	About:   "tell the number of the socket's descriptor",
	Uses:    Current,
	Example: "- fileno:\n  expect: fileno >= 0",
}, func(c *Call, _ struct{}) (filenoResult, error) {
	return filenoResult{FileNo: c.Socket.FileNo()}, nil
})
