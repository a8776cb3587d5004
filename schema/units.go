package schema

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var errNegative = errors.New("it must not be negative")

var durationForm = regexp.MustCompile(`^([0-9]+\.?[0-9]*|\.[0-9]+)$`)

// ParseDuration reads a time: "1s", "200ms", "1m30s", or a bare number of seconds.
func ParseDuration(text string) (time.Duration, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "-") {
		return 0, errNegative
	}
	if durationForm.MatchString(text) {
		f, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return 0, errTooLong
		}
		return seconds(f)
	}
	d, err := time.ParseDuration(strings.ReplaceAll(text, " ", ""))
	if err == nil {
		return d, nil
	}
	if unit := strings.TrimLeft(text, "+0123456789. "); unit != text && known(unit) {
		return 0, errTooLong
	}
	return 0, fmt.Errorf("%s is not a time; write it such as 200ms, 1.5s or 2m "+
		"(units ns, us, ms, s, m, h), or a number of seconds", show(text))
}

// known says whether a duration without its number is a unit.
func known(unit string) bool {
	_, err := time.ParseDuration("0" + unit)
	return err == nil
}

var errTooLong = errors.New("the time is too long; the longest is about 292 years")

func seconds(f float64) (time.Duration, error) {
	switch {
	case math.IsNaN(f) || f*1e9 >= math.MaxInt64:
		return 0, errTooLong
	case f < 0:
		return 0, errNegative
	}
	return time.Duration(math.Round(f * 1e9)), nil
}

var sizeForm = regexp.MustCompile(`^([0-9]+)(\.[0-9]+)? *([A-Za-z]*)$`)

var sizeUnits = map[string]int64{"": 1, "B": 1, "kB": 1000, "MB": 1000_000, "GB": 1000_000_000,
	"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}

// ParseSize reads a number of bytes: digits alone, or with B, kB, MB, GB (powers of 1000), KiB, MiB
// or GiB (powers of 1024).
func ParseSize(text string) (int, error) {
	text = strings.TrimSpace(text)
	if strings.HasPrefix(text, "-") {
		return 0, errNegative
	}
	m := sizeForm.FindStringSubmatch(text)
	if m == nil || m[2] != "" && m[3] == "" {
		return 0, fmt.Errorf("%s is not a size; write a number of bytes, or with a unit such as "+
			"64 KiB or 1 MB", show(text))
	}
	unit, ok := sizeUnits[m[3]]
	if !ok {
		return 0, fmt.Errorf("%s is no unit of size; the units are B, kB, MB, GB (of 1000) and "+
			"KiB, MiB, GiB (of 1024)", show(m[3]))
	}
	if m[2] == "" {
		n, err := strconv.ParseInt(m[1], 10, strconv.IntSize)
		if err != nil || n > math.MaxInt/unit {
			return 0, fmt.Errorf("%s is too large for a size", show(text))
		}
		return int(n * unit), nil
	}
	f, err := strconv.ParseFloat(m[1]+m[2], 64)
	if f *= float64(unit); err != nil || f >= 1<<53 {
		return 0, fmt.Errorf("%s is too large for a size", show(text))
	}
	if f != math.Trunc(f) {
		return 0, fmt.Errorf("%s is not a whole number of bytes", show(text))
	}
	return int(f), nil
}
