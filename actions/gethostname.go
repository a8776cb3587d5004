package actions

type gethostnameResult struct {
	Host string `result:"host" doc:"the machine's name"`
}

var _ = define("gethostname", help{
	About:   "ask for the name of this machine",
	Example: "- gethostname:\n  expect: host != \"\"",
}, func(c *Call, _ struct{}) (gethostnameResult, error) {
	found, err := c.Host().GetHostName()
	return gethostnameResult{Host: found}, err
})
