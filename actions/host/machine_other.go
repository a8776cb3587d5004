//go:build !linux

package host

import "errors"

func softLimit(int) (uint64, error) { return 0, errors.ErrUnsupported }
