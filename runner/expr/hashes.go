package expr

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"hash"
)

// mostRounds is how often pbkdf2 may hash: about half a second's work.
const mostRounds = 1_000_000

// hashWords are the hashes that functions know by name.
var hashWords = []string{"md5", "sha1", "sha256", "sha512"}

// hashFunctions are digests of data, and what login protocols make of them.
var hashFunctions = []function{
	digest("sha256", "text", "the SHA-256 digest, in hexadecimal digits",
		`sha256(data) == sha256(sent)`,
		func(b []byte) (any, error) { s := sha256.Sum256(b); return hex.EncodeToString(s[:]), nil }),
	digest("sha1", "text", "the SHA-1 digest, in hexadecimal digits", `sha1(data) == sha1(sent)`,
		func(b []byte) (any, error) { s := sha1.Sum(b); return hex.EncodeToString(s[:]), nil }),
	digest("md5", "text", "the MD5 digest, in hexadecimal digits", `md5(data) == md5(sent)`,
		func(b []byte) (any, error) { s := md5.Sum(b); return hex.EncodeToString(s[:]), nil }),
	digest("sha512", "text", "the SHA-512 digest, in hexadecimal digits",
		`sha512(data) == sha512(sent)`,
		func(b []byte) (any, error) { s := sha512.Sum512(b); return hex.EncodeToString(s[:]), nil }),
	{Function: Function{"hmac", "hmac(hash, key, data) -> text",
		"the HMAC of data under a key, in hexadecimal digits; the hash is md5, sha1, sha256 or sha512",
		`hmac("sha256", "secret", data) == hex(sent)`},
		params: []kind{text, chars, chars}, words: hashWords,
		result: gives(String), metered: true,
		run: func(_ *meter, a []any) (any, error) {
			begin, err := hashNamed(a[0])
			if err != nil {
				return nil, err
			}
			h := hmac.New(begin, toBytes(a[1]))
			h.Write(toBytes(a[2]))
			return hex.EncodeToString(h.Sum(nil)), nil
		}},
	{Function: Function{"pbkdf2", "pbkdf2(hash, password, salt, rounds) -> bytes",
		"the key that PBKDF2 (RFC 8018) makes of a password, as long as the hash: Hi of SCRAM (RFC 5802)",
		`hex(pbkdf2("sha1", "password", "salt", 1)) startsWith "0c60c80f"`},
		params: []kind{text, chars, chars, integer}, words: hashWords,
		result: gives(Bytes), metered: true,
		run: func(_ *meter, a []any) (any, error) {
			begin, err := hashNamed(a[0])
			if err != nil {
				return nil, err
			}
			rounds := a[3].(int)
			if rounds < 1 || rounds > mostRounds {
				return nil, fmt.Errorf("the rounds are %d; there are 1 to %d", rounds, mostRounds)
			}
			return pbkdf2.Key(begin, string(toBytes(a[1])), toBytes(a[2]), rounds, begin().Size())
		}},
	{Function: Function{"xor", "xor(data, key) -> bytes",
		"the bits in which bytes differ; a key that is shorter is repeated, as the mask of WebSocket",
		`xor(data, unhex("ff")) == unhex("fe fd")`},
		params: []kind{chars, chars}, result: gives(Bytes), metered: true,
		run: func(_ *meter, a []any) (any, error) {
			data, key := toBytes(a[0]), toBytes(a[1])
			if len(key) == 0 || len(key) > max(len(data), 1) {
				return nil, fmt.Errorf("the key has %d bytes, and the data %d", len(key), len(data))
			}
			out := make([]byte, len(data))
			for i := range data {
				out[i] = data[i] ^ key[i%len(key)]
			}
			return out, nil
		}},
}

// hashNamed finds a hash by its name.
func hashNamed(name any) (func() hash.Hash, error) {
	begin := map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New,
		"sha512": sha512.New}[name.(string)]
	if begin == nil {
		return nil, fmt.Errorf("%s is none of the hashes md5, sha1, sha256 and sha512", Format(name, 40))
	}
	return begin, nil
}
