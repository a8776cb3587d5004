package socket

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"netscene/schema"
)

// form is how the data of a kind of ancillary message is laid out.
type form uint8

const (
	rawForm         form = iota
	rightsForm           // ints
	credentialsForm      // struct ucred
	timevalForm          // two longs, seconds and microseconds
	timespecForm         // two longs, seconds and nanoseconds
	timespecsForm        // received as three of those, sent as an int
	pidfdForm            // a descriptor of a process, which RecvMsg has taken
	longForm             // 64 bits
	intForm              // an int
	byteForm             // received as one byte, sent as an int
	shortForm            // 16 bits
	pktinfoForm          // struct in_pktinfo
	pktinfo6Form         // struct in6_pktinfo
	errorForm            // struct sock_extended_err and the offender's address
	addressForm          // a struct sockaddr
	pathMTUForm          // struct ip6_mtuinfo
	auxdataForm          // struct tpacket_auxdata
)

// ancillaryKind is a kind of ancillary message that has a name here.
type ancillaryKind struct {
	name       string
	level, typ int
	form       form
}

// ancillaryKinds are those of unix(7), ip(7), ipv6(7), socket(7), tcp(7) and udp(7), numbered as
// Linux does. Where an option switches a kind on and gives it its number, it has the option's name.
var ancillaryKinds = []ancillaryKind{
	{"SCM_RIGHTS", levelSocket, scmRights, rightsForm},
	{"SCM_CREDENTIALS", levelSocket, scmCredentials, credentialsForm},
	{"SCM_SECURITY", levelSocket, 3, rawForm},
	{"SCM_PIDFD", levelSocket, scmPIDFD, pidfdForm},
	{"SCM_TIMESTAMP", levelSocket, 29, timevalForm},
	{"SCM_TIMESTAMPNS", levelSocket, 35, timespecForm},
	{"SCM_TIMESTAMPING", levelSocket, 37, timespecsForm},
	{"SO_TIMESTAMP", levelSocket, 29, timevalForm},
	{"SO_TIMESTAMPNS", levelSocket, 35, timespecForm},
	{"SO_TIMESTAMPING", levelSocket, 37, timespecsForm},
	{"SO_TIMESTAMP_NEW", levelSocket, 63, timevalForm},
	{"SO_TIMESTAMPNS_NEW", levelSocket, 64, timespecForm},
	{"SO_TIMESTAMPING_NEW", levelSocket, 65, timespecsForm},
	{"SCM_TIMESTAMPING_OPT_STATS", levelSocket, 54, rawForm},
	{"SCM_TIMESTAMPING_PKTINFO", levelSocket, 58, rawForm},
	{"SCM_TS_OPT_ID", levelSocket, 81, intForm},
	{"SCM_WIFI_STATUS", levelSocket, 41, intForm},
	{"SO_RXQ_OVFL", levelSocket, 40, intForm},
	{"SO_MARK", levelSocket, 36, intForm},
	{"SO_PRIORITY", levelSocket, 12, intForm},
	{"SCM_TXTIME", levelSocket, 61, longForm},
	{"SO_TXTIME", levelSocket, 61, longForm},
	{"SCM_INQ", levelSocket, 84, intForm},
	{"IP_TOS", levelIP, 1, byteForm},
	{"IP_TTL", levelIP, 2, intForm},
	{"IP_RECVOPTS", levelIP, 6, rawForm},
	{"IP_RETOPTS", levelIP, 7, rawForm},
	{"IP_PKTINFO", levelIP, 8, pktinfoForm},
	{"IP_RECVERR", levelIP, optIPRecvErr, errorForm},
	{"IP_ORIGDSTADDR", levelIP, 20, addressForm},
	{"IP_CHECKSUM", levelIP, 23, intForm},
	{"IP_RECVFRAGSIZE", levelIP, 25, intForm},
	{"IP_PROTOCOL", levelIP, 52, intForm},
	{"IPV6_RECVERR", levelIPv6, optIPv6RecvErr, errorForm},
	{"IPV6_NEXTHOP", levelIPv6, 9, rawForm},
	{"IPV6_FLOWINFO", levelIPv6, 11, rawForm},
	{"IPV6_PKTINFO", levelIPv6, 50, pktinfo6Form},
	{"IPV6_HOPLIMIT", levelIPv6, 52, intForm},
	{"IPV6_HOPOPTS", levelIPv6, 54, rawForm},
	{"IPV6_RTHDRDSTOPTS", levelIPv6, 55, rawForm},
	{"IPV6_RTHDR", levelIPv6, 57, rawForm},
	{"IPV6_DSTOPTS", levelIPv6, 59, rawForm},
	{"IPV6_PATHMTU", levelIPv6, 61, pathMTUForm},
	{"IPV6_DONTFRAG", levelIPv6, 62, intForm},
	{"IPV6_TCLASS", levelIPv6, 67, intForm},
	{"IPV6_ORIGDSTADDR", levelIPv6, 74, addressForm},
	{"IPV6_RECVFRAGSIZE", levelIPv6, 77, intForm},
	{"TCP_INQ", protocolTCP, 36, intForm},
	{"TCP_CM_INQ", protocolTCP, 36, intForm},
	{"UDP_SEGMENT", levelUDP, 103, shortForm},
	{"UDP_GRO", levelUDP, 104, intForm},
	{"PACKET_AUXDATA", levelPacket, 8, auxdataForm},
	{"NETLINK_PKTINFO", levelNetlink, 3, intForm},
	{"SCM_J1939_DEST_ADDR", levelCANJ1939, 1, rawForm},
	{"SCM_J1939_DEST_NAME", levelCANJ1939, 2, rawForm},
	{"SCM_J1939_PRIO", levelCANJ1939, 3, rawForm},
	{"SCM_J1939_ERRQUEUE", levelCANJ1939, 4, rawForm},
	{"ALG_SET_IV", levelALG, 2, rawForm},
	{"ALG_SET_OP", levelALG, 3, intForm},
	{"ALG_SET_AEAD_ASSOCLEN", levelALG, 4, intForm},
	{"RDS_CMSG_RDMA_ARGS", levelRDS, 1, rawForm},
	{"RDS_CMSG_RDMA_DEST", levelRDS, 2, rawForm},
	{"RDS_CMSG_RDMA_MAP", levelRDS, 3, rawForm},
	{"RDS_CMSG_RDMA_STATUS", levelRDS, 4, rawForm},
	{"TLS_SET_RECORD_TYPE", levelTLS, 1, rawForm},
	{"TLS_GET_RECORD_TYPE", levelTLS, 2, byteForm},
}

// errorOrigins are where an error of the error queue comes from: SO_EE_ORIGIN_ of ip(7).
var errorOrigins = []schema.Name{{Name: "NONE", Value: 0}, {Name: "LOCAL", Value: 1},
	{Name: "ICMP", Value: 2}, {Name: "ICMP6", Value: 3}, {Name: "TXSTATUS", Value: 4},
	{Name: "ZEROCOPY", Value: 5}, {Name: "TXTIME", Value: 6}, {Name: "TIMESTAMPING", Value: 4}}

// AncillaryNames lists the kinds of ancillary messages by their names.
func AncillaryNames() []string {
	var names []string
	for _, k := range ancillaryKinds {
		names = append(names, k.name)
	}
	return names
}

// ancillaryConstants gives the numbers of kinds of ancillary messages that are no options, and
// those of the origins of errors.
func ancillaryConstants() []schema.Name {
	list := prefixed("SO_EE_ORIGIN_", errorOrigins)
	for _, k := range ancillaryKinds {
		if _, isOption := LookupOption(k.name); !isOption {
			list = append(list, schema.Name{Name: k.name, Value: k.typ})
		}
	}
	return list
}

// LookupAncillary finds the level and number of a kind of ancillary message.
func LookupAncillary(name string) (level, typ int, ok bool) {
	for _, k := range ancillaryKinds {
		if k.name == name {
			return k.level, k.typ, true
		}
	}
	return 0, 0, false
}

// AncillaryName names a kind of ancillary message; "" where it has none.
func AncillaryName(level, typ int) string { return kindOfAncillary(level, typ).name }

func kindOfAncillary(level, typ int) ancillaryKind {
	for _, k := range ancillaryKinds {
		if k.level == level && k.typ == typ {
			return k
		}
	}
	return ancillaryKind{}
}

// Decode gives the parts of a received message as plain data: its descriptors are counted, for
// they are Sockets of the Table. Data of an unknown kind, or cut short, has none.
func (a Ancillary) Decode() map[string]any {
	b := a.Data
	long := func(at int) time.Duration { return time.Duration(binary.NativeEndian.Uint64(b[at:])) }
	timespec := func(at int) time.Duration { return long(at)*time.Second + long(at+8) }
	k := kindOfAncillary(a.Level, a.Type)
	if len(b) < formSizes[k.form] {
		return nil
	}
	switch k.form {
	case rightsForm:
		return map[string]any{"count": len(b) / 4}
	case credentialsForm:
		return Option{Name: "SO_PEERCRED"}.decodeFields(b)
	case timevalForm:
		return map[string]any{"timestamp": long(0)*time.Second + long(8)*time.Microsecond}
	case timespecForm:
		return map[string]any{"timestamp": timespec(0)}
	case timespecsForm:
		return map[string]any{"timestamp": timespec(0),
			"timestamps": []any{timespec(0), timespec(16), timespec(32)}}
	case pidfdForm:
		return map[string]any{"pid": a.Process}
	case longForm:
		return map[string]any{"value": int(long(0))}
	case intForm:
		return map[string]any{"value": int32At(b, 0)}
	case byteForm:
		return map[string]any{"value": int(b[0])}
	case shortForm:
		return map[string]any{"value": int(binary.NativeEndian.Uint16(b))}
	case pktinfoForm:
		return map[string]any{"interface": int32At(b, 0),
			"source":      netip.AddrFrom4([4]byte(b[4:8])).String(),
			"destination": netip.AddrFrom4([4]byte(b[8:12])).String()}
	case pktinfo6Form:
		return map[string]any{"destination": netip.AddrFrom16([16]byte(b[:16])).String(),
			"interface": int32At(b, 16)}
	case errorForm:
		return map[string]any{"error": decodeExtendedError(b)}
	case addressForm:
		return map[string]any{"address": AddressOf(b).String()}
	case pathMTUForm:
		m, _ := Option{Kind: PathMTUOption}.Decode(b).(map[string]any)
		return m
	case auxdataForm:
		return map[string]any{"auxdata": decodeAuxdata(b)}
	}
	return nil
}

var formSizes = [...]int{credentialsForm: 12, timevalForm: 16, timespecForm: 16,
	timespecsForm: 48, pidfdForm: 4, longForm: 8, intForm: 4, byteForm: 1, shortForm: 2,
	pktinfoForm: 12, pktinfo6Form: 20, errorForm: 16, addressForm: 2, pathMTUForm: 32,
	auxdataForm: 20}

// decodeExtendedError reads a struct sock_extended_err and the address behind it, which is that of
// whoever sent the error; it is AF_UNSPEC where nobody did.
func decodeExtendedError(b []byte) map[string]any {
	offender := ""
	if a := AddressOf(b[16:]); a.Family() != Unspec {
		if a.Family() == INET && len(b) > 32 {
			a = AddressOf(b[16:32])
		}
		offender = a.String()
	}
	return map[string]any{"errno": int32At(b, 0), "origin": int(b[4]), "type": int(b[5]),
		"code": int(b[6]), "info": int(binary.NativeEndian.Uint32(b[8:])),
		"data": int(binary.NativeEndian.Uint32(b[12:])), "offender": offender}
}

// Check says what is wrong with the parts of a message that is to be sent. Parts are named as
// Decode names them; those that are left out are 0, and of credentials this process's own.
func (a Ancillary) Check() error {
	k := kindOfAncillary(a.Level, a.Type)
	known := sentParts[k.form]
	if len(known) == 0 {
		return errors.New("its data is given as bytes, with `data`")
	}
	for part := range a.Parts {
		if !slices.Contains(known, part) {
			return fmt.Errorf("%s has no %s; it has %s", k.name, part, strings.Join(known, ", "))
		}
	}
	source, given := a.Parts["source"].(string)
	if _, ok := parseIPv4(source); given && !ok && k.form == pktinfoForm {
		return fmt.Errorf("source: %q is not an IPv4 address", source)
	}
	if given && !isIPv6(source) && k.form == pktinfo6Form {
		return fmt.Errorf("source: %q is not an IPv6 address", source)
	}
	return nil
}

var sentParts = [...][]string{credentialsForm: {"pid", "uid", "gid"}, intForm: {"value"},
	timespecsForm: {"value"}, longForm: {"value"}, byteForm: {"value"}, shortForm: {"value"},
	pktinfoForm: {"interface", "source"}, pktinfo6Form: {"interface", "source"}, auxdataForm: nil}

// encode gives the data of a message from its parts; credentials that are not given are u's.
func (a Ancillary) encode(u *User) ([]byte, error) {
	if err := a.Check(); err != nil {
		return nil, &Error{Call: "sendmsg", Class: BadArgument, Text: err.Error()}
	}
	value, _ := a.Parts["value"].(int)
	switch form := kindOfAncillary(a.Level, a.Type).form; form {
	case credentialsForm:
		return encodeCredentials(u, a.Parts), nil
	case shortForm:
		return binary.NativeEndian.AppendUint16(nil, uint16(value)), nil
	case longForm:
		return binary.NativeEndian.AppendUint64(nil, uint64(value)), nil
	case pktinfoForm, pktinfo6Form:
		return encodePktinfo(form, a.Parts)
	}
	return binary.NativeEndian.AppendUint32(nil, uint32(value)), nil
}

func encodeCredentials(u *User, parts map[string]any) []byte {
	pid, uid, gid := sysOwnCredentials()
	if u != nil {
		uid, gid = u.UID, u.GID
	}
	var b []byte
	for i, name := range sentParts[credentialsForm] {
		n, given := parts[name].(int)
		if !given {
			n = [...]int{pid, uid, gid}[i]
		}
		b = binary.NativeEndian.AppendUint32(b, uint32(n))
	}
	return b
}

// encodePktinfo makes a struct in_pktinfo or in6_pktinfo, which choose the way out: an interface,
// by index or name, and the source address.
func encodePktinfo(f form, parts map[string]any) ([]byte, error) {
	index, _ := parts["interface"].(int)
	if name, isName := parts["interface"].(string); isName {
		var errno Errno
		if index, errno = sysInterfaceIndex(name); errno != 0 {
			return nil, errnoError("sendmsg", "interface "+name, errno)
		}
	}
	source, _ := parts["source"].(string)
	if f == pktinfo6Form {
		ip, ok := parseIPv6(source)
		if !ok {
			ip = netip.IPv6Unspecified()
		}
		return binary.NativeEndian.AppendUint32(ip.AsSlice(), uint32(index)), nil
	}
	ip, ok := parseIPv4(source)
	if !ok {
		ip = netip.IPv4Unspecified()
	}
	b := binary.NativeEndian.AppendUint32(nil, uint32(index))
	return append(append(b, ip.AsSlice()...), 0, 0, 0, 0), nil
}

// controlHead is the size of a struct cmsghdr: a size_t and two ints.
const controlHead = wordSize + 8

const wordSize = strconv.IntSize / 8

// ControlLen gives the length of a message of ancillary data with so many bytes of its own, as
// CMSG_LEN of cmsg(3) does.
func ControlLen(n int) (int, error) {
	if n < 0 || n > math.MaxInt32-controlHead {
		return 0, errors.New("CMSG_LEN() argument out of range")
	}
	return controlHead + n, nil
}

// ControlSpace gives the room that such a message needs among others, as CMSG_SPACE does.
func ControlSpace(n int) (int, error) {
	if n < 0 || n > math.MaxInt32-controlHead-wordSize {
		return 0, errors.New("CMSG_SPACE() argument out of range")
	}
	return controlHead + (n+wordSize-1)/wordSize*wordSize, nil
}
