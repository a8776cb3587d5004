package expr

import (
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"golang.org/x/net/dns/dnsmessage"
)

// mostOfDNS is how long a DNS message can be: on a stream its length stands in two bytes.
const mostOfDNS = 1<<16 - 1

// The names of numbers, as zone files and RFC 6895 write them. Other numbers are TYPE99, CLASS99
// and so on.
var (
	dnsTypes = map[int]string{1: "A", 2: "NS", 5: "CNAME", 6: "SOA", 12: "PTR", 13: "HINFO",
		15: "MX", 16: "TXT", 28: "AAAA", 33: "SRV", 41: "OPT", 64: "SVCB", 65: "HTTPS", 251: "IXFR",
		252: "AXFR", 255: "ANY"}
	dnsClasses = map[int]string{1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY"}
	dnsOpcodes = map[int]string{0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE"}
	dnsRCodes  = map[int]string{0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN",
		4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN", 7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH",
		10: "NOTZONE"}
)

// The parts of a message, of a question and of a record. What a record has beside the first four
// its type says.
var (
	dnsFlags = []string{"response", "authoritative", "truncated", "recursion_desired",
		"recursion_available", "authentic_data", "checking_disabled"}
	dnsSections = []string{"answers", "authorities", "additionals"}
	questionOf  = Map(map[string]Type{"name": String, "type": String, "class": String})
	recordOf    = Map(map[string]Type{"name": String, "type": String, "class": String, "ttl": Natural,
		"address": Nullable(String), "target": Nullable(String), "preference": Nullable(Int),
		"exchange": Nullable(String), "texts": Nullable(List(Bytes)), "priority": Nullable(Int),
		"weight": Nullable(Int), "port": Nullable(Int), "mname": Nullable(String),
		"rname": Nullable(String), "serial": Nullable(Int), "refresh": Nullable(Int),
		"retry": Nullable(Int), "expire": Nullable(Int), "minimum": Nullable(Int),
		"udp_size": Nullable(Int), "options": Nullable(numbered), "params": Nullable(numbered),
		"data": Nullable(Bytes)})
	numbered = List(Map(map[string]Type{"code": Int, "data": Bytes}))
)

var dnsFunctions = []function{
	{Function: Function{"dns", "dns(bytes) -> map",
		"a DNS message: id, response, opcode, authoritative, truncated, recursion_desired, " +
			"recursion_available, authentic_data, checking_disabled, rcode; questions with name, type, " +
			"class; answers, authorities and additionals with name, type, class, ttl and by type address " +
			"(A, AAAA), target (CNAME, NS, PTR), preference and exchange (MX), texts (TXT), priority, " +
			"weight, port and target (SRV), mname, rname, serial, refresh, retry, expire and minimum " +
			"(SOA), priority, target and params with code and data (SVCB, HTTPS), udp_size and options " +
			"with code and data (OPT), else data",
		`dns(data).answers[0].address == "192.0.2.1"`},
		params: []kind{bytes}, result: gives(messageType()), metered: true,
		run: func(m *meter, a []any) (any, error) { return readDNS(m, a[0].([]byte)) }},
	{Function: Function{"to_dns", "to_dns(map) -> bytes",
		"the DNS message that such a map stands for; what it leaves out is 0, false, QUERY, NOERROR, IN",
		`to_dns({id: 7, questions: [{name: "a.example", type: "A"}]})`},
		params: []kind{mapping}, result: gives(Bytes), metered: true, run: buildDNS},
}

func messageType() Type {
	fields := map[string]Type{"id": Natural, "opcode": String, "rcode": String,
		"questions": List(questionOf)}
	for _, flag := range dnsFlags {
		fields[flag] = Bool
	}
	for _, section := range dnsSections {
		fields[section] = List(recordOf)
	}
	return Map(fields)
}

// nameOf gives the name of a number.
func nameOf(names map[int]string, prefix string, n int) string {
	if name, ok := names[n]; ok {
		return name
	}
	return prefix + strconv.Itoa(n)
}

func readDNS(m *meter, data []byte) (any, error) {
	if len(data) > mostOfDNS {
		return nil, fmt.Errorf("a DNS message has at most %d bytes, not %d", mostOfDNS, len(data))
	}
	var msg dnsmessage.Message
	if err := msg.Unpack(data); err != nil {
		return nil, fmt.Errorf("this is not a DNS message: %w", err)
	}
	h := msg.Header
	parts := map[string]any{"id": int(h.ID), "opcode": nameOf(dnsOpcodes, "OPCODE", int(h.OpCode)),
		"rcode": nameOf(dnsRCodes, "RCODE", int(h.RCode)), "response": h.Response,
		"authoritative": h.Authoritative, "truncated": h.Truncated,
		"recursion_desired": h.RecursionDesired, "recursion_available": h.RecursionAvailable,
		"authentic_data": h.AuthenticData, "checking_disabled": h.CheckingDisabled}
	questions := make([]any, len(msg.Questions))
	for i, q := range msg.Questions {
		questions[i] = map[string]any{"name": q.Name.String(), "type": typeName(q.Type),
			"class": className(q.Class)}
	}
	parts["questions"] = questions
	for i, section := range [][]dnsmessage.Resource{msg.Answers, msg.Authorities, msg.Additionals} {
		records := make([]any, len(section))
		for n, r := range section {
			records[n] = recordParts(r)
		}
		parts[dnsSections[i]] = records
	}
	count := len(msg.Questions) + len(msg.Answers) + len(msg.Authorities) + len(msg.Additionals)
	return parts, m.spend(1000 * count) // what a map with names takes, about
}

func typeName(t dnsmessage.Type) string { return nameOf(dnsTypes, "TYPE", int(t)) }

func className(c dnsmessage.Class) string { return nameOf(dnsClasses, "CLASS", int(c)) }

func recordParts(r dnsmessage.Resource) map[string]any {
	parts := map[string]any{"name": r.Header.Name.String(), "type": typeName(r.Header.Type),
		"class": className(r.Header.Class), "ttl": int(r.Header.TTL)}
	set := func(name string, v any) { parts[name] = v }
	switch b := r.Body.(type) {
	case *dnsmessage.AResource:
		set("address", netip.AddrFrom4(b.A).String())
	case *dnsmessage.AAAAResource:
		set("address", netip.AddrFrom16(b.AAAA).String())
	case *dnsmessage.CNAMEResource:
		set("target", b.CNAME.String())
	case *dnsmessage.NSResource:
		set("target", b.NS.String())
	case *dnsmessage.PTRResource:
		set("target", b.PTR.String())
	case *dnsmessage.MXResource:
		set("preference", int(b.Pref))
		set("exchange", b.MX.String())
	case *dnsmessage.TXTResource:
		texts := make([]any, len(b.TXT))
		for i, text := range b.TXT {
			texts[i] = []byte(text)
		}
		set("texts", texts)
	case *dnsmessage.SRVResource:
		set("priority", int(b.Priority))
		set("weight", int(b.Weight))
		set("port", int(b.Port))
		set("target", b.Target.String())
	case *dnsmessage.SOAResource:
		set("mname", b.NS.String())
		set("rname", b.MBox.String())
		set("serial", int(b.Serial))
		set("refresh", int(b.Refresh))
		set("retry", int(b.Retry))
		set("expire", int(b.Expire))
		set("minimum", int(b.MinTTL))
	case *dnsmessage.SVCBResource:
		serviceParts(b, set)
	case *dnsmessage.HTTPSResource:
		serviceParts(&b.SVCBResource, set)
	case *dnsmessage.OPTResource:
		options := make([]any, len(b.Options))
		for i, o := range b.Options {
			options[i] = map[string]any{"code": int(o.Code), "data": o.Data}
		}
		set("udp_size", int(r.Header.Class))
		set("options", options)
	case *dnsmessage.UnknownResource:
		set("data", b.Data)
	}
	return parts
}

func serviceParts(b *dnsmessage.SVCBResource, set func(name string, v any)) {
	params := make([]any, len(b.Params))
	for i, p := range b.Params {
		params[i] = map[string]any{"code": int(p.Key), "data": p.Value}
	}
	set("priority", int(b.Priority))
	set("target", b.Target.String())
	set("params", params)
}

// dnsName reads a name, which ends with a dot whether that is written or not.
func dnsName(name string) (dnsmessage.Name, error) {
	if !strings.HasSuffix(name, ".") {
		name += "."
	}
	n, err := dnsmessage.NewName(name)
	if err != nil {
		return n, errors.New("a name has at most 255 bytes")
	}
	return n, nil
}
