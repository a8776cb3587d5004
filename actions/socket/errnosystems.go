package socket

import (
	"fmt"
	"strconv"
	"strings"
)

// systems are those whose numbers are known beside Linux's. Windows' are those of Winsock, whose
// names begin with WSA.
var systems = [...]string{"FreeBSD", "macOS", "Windows"}

// elsewhere gives the number that an error has on the systems; 0 for none. Those of the resolver
// are of each system's netdb.h or ws2tcpip.h.
var elsewhere = map[string][len(systems)]int{
	"EAI_BADFLAGS":    {3, 3, 10022},
	"EAI_NONAME":      {8, 8, 11001},
	"EAI_AGAIN":       {2, 2, 11002},
	"EAI_FAIL":        {4, 4, 11003},
	"EAI_NODATA":      {7, 7, 11001},
	"EAI_FAMILY":      {5, 5, 10047},
	"EAI_SOCKTYPE":    {10, 10, 10044},
	"EAI_SERVICE":     {9, 9, 10109},
	"EAI_ADDRFAMILY":  {1, 1, 0},
	"EAI_MEMORY":      {6, 6, 8},
	"EAI_SYSTEM":      {11, 11, 0},
	"EAI_OVERFLOW":    {14, 14, 0},
	"EPERM":           {1, 1, 0},
	"ENOENT":          {2, 2, 0},
	"ESRCH":           {3, 3, 0},
	"EINTR":           {4, 4, 10004},
	"EIO":             {5, 5, 0},
	"ENXIO":           {6, 6, 0},
	"E2BIG":           {7, 7, 0},
	"EBADF":           {9, 9, 10009},
	"EAGAIN":          {35, 35, 10035},
	"ENOMEM":          {12, 12, 0},
	"EACCES":          {13, 13, 10013},
	"EFAULT":          {14, 14, 10014},
	"EBUSY":           {16, 16, 0},
	"EEXIST":          {17, 17, 0},
	"EXDEV":           {18, 18, 0},
	"ENODEV":          {19, 19, 0},
	"ENOTDIR":         {20, 20, 0},
	"EISDIR":          {21, 21, 0},
	"EINVAL":          {22, 22, 10022},
	"ENFILE":          {23, 23, 0},
	"EMFILE":          {24, 24, 10024},
	"ENOTTY":          {25, 25, 0},
	"ETXTBSY":         {26, 26, 0},
	"ENOSPC":          {28, 28, 0},
	"ESPIPE":          {29, 29, 0},
	"EROFS":           {30, 30, 0},
	"EPIPE":           {32, 32, 0},
	"EDOM":            {33, 33, 0},
	"ERANGE":          {34, 34, 0},
	"ENAMETOOLONG":    {63, 63, 10063},
	"ENOSYS":          {78, 78, 0},
	"ELOOP":           {62, 62, 10062},
	"ENOMSG":          {83, 91, 0},
	"ENODATA":         {0, 96, 0},
	"ETIME":           {0, 101, 0},
	"ENOLINK":         {91, 97, 0},
	"EPROTO":          {92, 100, 0},
	"EBADMSG":         {89, 94, 0},
	"EOVERFLOW":       {84, 84, 0},
	"EILSEQ":          {86, 92, 0},
	"EUSERS":          {68, 68, 10068},
	"ENOTSOCK":        {38, 38, 10038},
	"EDESTADDRREQ":    {39, 39, 10039},
	"EMSGSIZE":        {40, 40, 10040},
	"EPROTOTYPE":      {41, 41, 10041},
	"ENOPROTOOPT":     {42, 42, 10042},
	"EPROTONOSUPPORT": {43, 43, 10043},
	"ESOCKTNOSUPPORT": {44, 44, 10044},
	"EOPNOTSUPP":      {45, 102, 10045},
	"EPFNOSUPPORT":    {46, 46, 10046},
	"EAFNOSUPPORT":    {47, 47, 10047},
	"EADDRINUSE":      {48, 48, 10048},
	"EADDRNOTAVAIL":   {49, 49, 10049},
	"ENETDOWN":        {50, 50, 10050},
	"ENETUNREACH":     {51, 51, 10051},
	"ENETRESET":       {52, 52, 10052},
	"ECONNABORTED":    {53, 53, 10053},
	"ECONNRESET":      {54, 54, 10054},
	"ENOBUFS":         {55, 55, 10055},
	"EISCONN":         {56, 56, 10056},
	"ENOTCONN":        {57, 57, 10057},
	"ESHUTDOWN":       {58, 58, 10058},
	"ETOOMANYREFS":    {59, 59, 10059},
	"ETIMEDOUT":       {60, 60, 10060},
	"ECONNREFUSED":    {61, 61, 10061},
	"EHOSTDOWN":       {64, 64, 10064},
	"EHOSTUNREACH":    {65, 65, 10065},
	"EALREADY":        {37, 37, 10037},
	"EINPROGRESS":     {36, 36, 10036},
	"ESTALE":          {70, 70, 10070},
	"EDQUOT":          {69, 69, 10069},
	"ECANCELED":       {85, 89, 10103},
}

// Numbers gives the error's numbers in the order Linux, FreeBSD, macOS, Windows; 0 where a system
// does not have it.
func (e Errno) Numbers() []int {
	others := elsewhere[e.Name()]
	return append([]int{int(e)}, others[:]...)
}

// Systems says which number the error has where: "111 on Linux, 61 on FreeBSD and macOS, 10061 on
// Windows".
func (e Errno) Systems() string {
	var parts []string
	numbers := e.Numbers()
	for i := 0; i < len(numbers); i++ {
		names := []string{"Linux"}
		if i > 0 {
			names[0] = systems[i-1]
		}
		n := numbers[i]
		for i+1 < len(numbers) && numbers[i+1] == n {
			names = append(names, systems[i])
			i++
		}
		if n != 0 {
			parts = append(parts, strconv.Itoa(n)+" on "+listed(names))
		}
	}
	return strings.Join(parts, ", ")
}

// listed joins names as people do: "a, b and c".
func listed(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return fmt.Sprintf("%s and %s", strings.Join(names[:last], ", "), names[last])
}
