package expr

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

var recordKeys = []string{"name", "type", "class", "ttl"}

// recordParams are the keys of a record beside recordKeys, by its type; others have data.
var recordParams = map[string][]string{"A": {"address"}, "AAAA": {"address"}, "CNAME": {"target"},
	"NS": {"target"}, "PTR": {"target"}, "MX": {"preference", "exchange"}, "TXT": {"texts"},
	"SRV":  {"priority", "weight", "port", "target"},
	"SOA":  {"mname", "rname", "serial", "refresh", "retry", "expire", "minimum"},
	"SVCB": {"priority", "target", "params"}, "HTTPS": {"priority", "target", "params"},
	"OPT": {"udp_size", "options"}}

func buildDNS(m *meter, a []any) (any, error) {
	var err error
	f := newForm("the DNS message", a[0], slices.Concat([]string{"id", "opcode", "rcode", "questions"},
		dnsFlags, dnsSections), &err)
	msg := dnsmessage.Message{Header: dnsmessage.Header{ID: uint16(f.number("id", 0, 1<<16-1)),
		OpCode:   dnsmessage.OpCode(f.named("opcode", "QUERY", dnsOpcodes, "OPCODE", 15)),
		RCode:    dnsmessage.RCode(f.named("rcode", "NOERROR", dnsRCodes, "RCODE", 15)),
		Response: f.flag("response"), Authoritative: f.flag("authoritative"),
		Truncated: f.flag("truncated"), RecursionDesired: f.flag("recursion_desired"),
		RecursionAvailable: f.flag("recursion_available"), AuthenticData: f.flag("authentic_data"),
		CheckingDisabled: f.flag("checking_disabled")}}
	for i, v := range f.list("questions") {
		q := newForm(fmt.Sprintf("question %d", i), v, []string{"name", "type", "class"}, &err)
		msg.Questions = append(msg.Questions, dnsmessage.Question{Name: q.domain("name"),
			Type: q.recordType(), Class: q.class()})
	}
	sections := []*[]dnsmessage.Resource{&msg.Answers, &msg.Authorities, &msg.Additionals}
	for i, name := range dnsSections {
		for n, v := range f.list(name) {
			*sections[i] = append(*sections[i], buildRecord(fmt.Sprintf("%s[%d]", name, n), v, &err))
			if err := m.spend(500); err != nil {
				return nil, err
			}
		}
	}
	if err != nil {
		return nil, err
	}
	packed, err := msg.Pack()
	switch {
	case err != nil:
		return nil, fmt.Errorf("the DNS message cannot be: %w", err)
	case len(packed) > mostOfDNS:
		return nil, fmt.Errorf("a DNS message has at most %d bytes, not %d", mostOfDNS, len(packed))
	}
	return packed, nil
}

// named reads a number that has a name, or is written as such, with a prefix.
func (f *form) named(key, otherwise string, names map[int]string, prefix string, most int) int {
	text := f.text(key, otherwise)
	for n, name := range names {
		if strings.EqualFold(name, text) {
			return n
		}
	}
	digits, ok := strings.CutPrefix(strings.ToUpper(text), prefix)
	n, err := strconv.ParseUint(digits, 10, 16)
	if !ok || err != nil || int(n) > most {
		f.wrong(key, fmt.Sprintf("a name of its kind or %s0 to %s%d", prefix, prefix, most))
	}
	return int(n)
}

func (f *form) recordType() dnsmessage.Type {
	if f.m["type"] == nil {
		f.fail("%s has no type", f.of)
		return 0
	}
	return dnsmessage.Type(f.named("type", "", dnsTypes, "TYPE", 1<<16-1))
}

func (f *form) class() dnsmessage.Class {
	return dnsmessage.Class(f.named("class", "IN", dnsClasses, "CLASS", 1<<16-1))
}

// domain reads a name; the root, where there is none.
func (f *form) domain(key string) dnsmessage.Name {
	name, err := dnsName(f.text(key, "."))
	if err != nil {
		f.fail("the %s of %s: %w", key, f.of, err)
	}
	return name
}

func (f *form) short(key string) uint16 { return uint16(f.number(key, 0, 1<<16-1)) }

func (f *form) long(key string) uint32 { return uint32(f.number(key, 0, 1<<32-1)) }

// ip reads an address of one family.
func (f *form) ip(four bool) netip.Addr {
	a, err := netip.ParseAddr(f.text("address", ""))
	want := "an IPv6 address"
	if four {
		want = "an IPv4 address"
	}
	if err != nil || a.Is4() != four || a.Zone() != "" {
		f.wrong("address", want)
		return netip.IPv6Unspecified()
	}
	return a
}

// each calls do for the maps of a list, which have code and data.
func (f *form) each(key string, do func(code uint16, data []byte)) {
	for i, v := range f.list(key) {
		one := newForm(fmt.Sprintf("%s[%d] of %s", key, i, f.of), v, []string{"code", "data"}, f.err)
		do(one.short("code"), one.bytes("data"))
	}
}

func buildRecord(of string, v any, err *error) dnsmessage.Resource {
	all := slices.Clone(recordKeys)
	for _, keys := range recordParams {
		all = append(all, keys...)
	}
	f := newForm(of, v, append(all, "data"), err)
	typ := f.recordType()
	keys, ok := recordParams[typeName(typ)]
	if !ok {
		keys = []string{"data"}
	}
	for _, key := range sortedKeys(f.m) {
		if f.m[key] != nil && !slices.Contains(recordKeys, key) && !slices.Contains(keys, key) {
			f.fail("%s is of type %s, which has %s, not %s", of, typeName(typ), strings.Join(keys, ", "),
				key)
		}
	}
	h := dnsmessage.ResourceHeader{Name: f.domain("name"), Type: typ, Class: f.class(),
		TTL: f.long("ttl")}
	if f.m["udp_size"] != nil {
		h.Class = dnsmessage.Class(f.short("udp_size"))
	}
	return dnsmessage.Resource{Header: h, Body: f.body(typ)}
}

// body reads what a record has beside its header.
func (f *form) body(typ dnsmessage.Type) dnsmessage.ResourceBody {
	switch typ {
	case dnsmessage.TypeA:
		if a := f.ip(true); a.Is4() {
			return &dnsmessage.AResource{A: a.As4()}
		}
		return nil
	case dnsmessage.TypeAAAA:
		return &dnsmessage.AAAAResource{AAAA: f.ip(false).As16()}
	case dnsmessage.TypeCNAME:
		return &dnsmessage.CNAMEResource{CNAME: f.domain("target")}
	case dnsmessage.TypeNS:
		return &dnsmessage.NSResource{NS: f.domain("target")}
	case dnsmessage.TypePTR:
		return &dnsmessage.PTRResource{PTR: f.domain("target")}
	case dnsmessage.TypeMX:
		return &dnsmessage.MXResource{Pref: f.short("preference"), MX: f.domain("exchange")}
	case dnsmessage.TypeTXT:
		return &dnsmessage.TXTResource{TXT: f.texts()}
	case dnsmessage.TypeSRV:
		return &dnsmessage.SRVResource{Priority: f.short("priority"), Weight: f.short("weight"),
			Port: f.short("port"), Target: f.domain("target")}
	case dnsmessage.TypeSOA:
		return &dnsmessage.SOAResource{NS: f.domain("mname"), MBox: f.domain("rname"),
			Serial: f.long("serial"), Refresh: f.long("refresh"), Retry: f.long("retry"),
			Expire: f.long("expire"), MinTTL: f.long("minimum")}
	case dnsmessage.TypeSVCB:
		return f.service()
	case dnsmessage.TypeHTTPS:
		return &dnsmessage.HTTPSResource{SVCBResource: *f.service()}
	case dnsmessage.TypeOPT:
		opt := &dnsmessage.OPTResource{}
		f.each("options", func(code uint16, data []byte) {
			opt.Options = append(opt.Options, dnsmessage.Option{Code: code, Data: data})
		})
		return opt
	}
	return &dnsmessage.UnknownResource{Type: typ, Data: f.bytes("data")}
}

func (f *form) texts() (texts []string) {
	for i, v := range f.list("texts") {
		if kindOf(v)&chars == 0 || size(v) > 255 {
			f.fail("text %d of %s is not of 0 to 255 bytes", i, f.of)
			break
		}
		texts = append(texts, string(toBytes(v)))
	}
	return texts
}

func (f *form) service() *dnsmessage.SVCBResource {
	b := &dnsmessage.SVCBResource{Priority: f.short("priority"), Target: f.domain("target")}
	f.each("params", func(code uint16, data []byte) {
		b.Params = append(b.Params, dnsmessage.SVCParam{Key: dnsmessage.SVCParamKey(code), Value: data})
	})
	return b
}
