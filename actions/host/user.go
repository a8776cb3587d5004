package host

import (
	"errors"
	"fmt"
	"os/user"
	"strconv"
	"strings"

	"netscene/actions/socket"
)

// User finds a user of the machine: by name, with the user's groups; by number, which the database
// need not have, and then the group has the same number; or as USER:GROUP, each a name or a number,
// with that group alone.
func User(text string) (*socket.User, error) {
	who, group, grouped := strings.Cut(text, ":")
	u, err := lookUpUser(who)
	if err != nil {
		return nil, err
	}
	u.Name = text
	if grouped {
		u.Groups = nil
		u.GID, err = lookUpGroup(group)
	}
	return u, err
}

func lookUpUser(who string) (*socket.User, error) {
	find := user.Lookup
	n, isNumber := identifier(who)
	if isNumber {
		find = user.LookupId
	}
	found, err := find(who)
	var unknown user.UnknownUserIdError
	switch {
	case errors.As(err, &unknown):
		return &socket.User{UID: n, GID: n}, nil
	case err != nil:
		return nil, fmt.Errorf("this machine has no user %q", who)
	}
	groups, err := found.GroupIds()
	if err != nil {
		return nil, fmt.Errorf("the groups of user %s are not known: %w", who, err)
	}
	u := &socket.User{}
	u.UID, _ = identifier(found.Uid)
	u.GID, _ = identifier(found.Gid)
	for _, text := range groups {
		if g, ok := identifier(text); ok {
			u.Groups = append(u.Groups, g)
		}
	}
	return u, nil
}

func lookUpGroup(group string) (int, error) {
	if n, ok := identifier(group); ok {
		return n, nil
	}
	found, err := user.LookupGroup(group)
	if err != nil {
		return 0, fmt.Errorf("this machine has no group %q", group)
	}
	n, _ := identifier(found.Gid)
	return n, nil
}

// identifier reads the number of a user or a group. The largest is none: it stands for no change.
func identifier(text string) (int, bool) {
	n, err := strconv.ParseUint(text, 10, 32)
	return int(n), err == nil && n < 1<<32-1
}
