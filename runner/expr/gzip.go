package expr

import (
	stdbytes "bytes"
	"compress/gzip"
	"errors"
	"io"
)

var gzipFunctions = []function{
	digest("gzip", "bytes", "bytes, compressed by gzip", `gunzip(gzip(data)) == data`,
		func(b []byte) (any, error) {
			var out stdbytes.Buffer
			w := gzip.NewWriter(&out)
			_, err := w.Write(b)
			err = errors.Join(err, w.Close())
			return out.Bytes(), err
		}),
	{Function: Function{"gunzip", "gunzip(bytes) -> bytes",
		"the bytes that gzip compressed; more than 64 MiB are an error", `gunzip(data) == "hello"`},
		params: []kind{chars}, result: gives(Bytes), metered: true, run: gunzip},
}

// gunzip counts what comes out: a few bytes can stand for many.
func gunzip(m *meter, a []any) (any, error) {
	r, err := gzip.NewReader(stdbytes.NewReader(toBytes(a[0])))
	if err != nil {
		return nil, errors.New("this is not gzip: " + err.Error())
	}
	var out []byte
	part := make([]byte, 1<<16)
	for {
		n, err := r.Read(part)
		out = append(out, part[:n]...)
		if spent := m.spend(2 * n); spent != nil {
			return nil, spent
		}
		switch {
		case len(out) > MaxText:
			return nil, tooLong(len(out))
		case err == io.EOF:
			return out, nil
		case err != nil:
			return nil, errors.New("this is not gzip: " + err.Error())
		}
	}
}
