package actions

type bindParams struct {
	Address Endpoint `param:"address,required" doc:"the address to take; port 0 lets the kernel choose"`
}

var _ = define("bind", help{
	About: "give the socket its own address",
	Doc: "The result is the address that the socket got, with the port or the name that the kernel\n" +
		"chose: a Unix socket gets one when it is bound to unix:.\n" + addressForms,
	Main:    "address",
	Uses:    Current,
	Example: "- bind: 127.0.0.1:0",
}, func(c *Call, p bindParams) (name, error) {
	a, err := c.Address(p.Address, ToBind)
	if err != nil {
		return name{}, err
	}
	if err := c.Socket.Bind(c.Caller(), a); err != nil {
		return name{}, err
	}
	return ownName(c)
})
