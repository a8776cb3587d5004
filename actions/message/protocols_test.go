package message_test

// protocols are the descriptions that the tests share.
const protocols = `
messages:
  dns:
    - id: u16
    - {response: b1, opcode: b4, authoritative: b1, truncated: b1, rd: b1}
    - {ra: b1, z: b3, rcode: {b4: {NOERROR: 0, FORMERR: 1, SERVFAIL: 2, NXDOMAIN: 3}}}
    - {qdcount: u16, ancount: u16, nscount: u16, arcount: u16}
    - questions: {list: question, count: qdcount}
    - answers: {list: record, count: ancount}
    - authorities: {list: record, count: nscount}
    - additionals: {list: record, count: arcount}
  dns_tcp:
    - length: {u16: rest}
    - message: {message: dns}
  question:
    - {name: dns_name, type: qtype, class: qclass}
  record:
    - {name: dns_name, type: qtype, class: qclass, ttl: u32}
    - data: {switch: type, sized: u16, A: ipv4, AAAA: ipv6, CNAME: dns_name, MX: mx, else: bytes}
  mx:
    - {preference: u16, exchange: dns_name}
  qtype: {u16: {A: 1, NS: 2, CNAME: 5, MX: 15, TXT: 16, AAAA: 28}}
  qclass: {u16: {IN: 1}, default: IN}

  connect:
    - {packet: {b4: 1}, reserved: {b4: 0}}
    - remaining: {varint: rest, max: 4}
    - protocol: {string: u16, default: MQTT}
    - level: {is: u8, default: 4}
    - {username_flag: {b1: username != nil}, password_flag: {b1: password != nil}}
    - {will_retain: b1, will_qos: b2, will_flag: {b1: will_topic != nil}}
    - {clean_session: {is: b1, default: true}, unused: {b1: false}}
    - keep_alive: {is: u16, default: 60}
    - client_id: {string: u16}
    - will_topic: {string: u16, if: will_flag}
    - will_message: {bytes: u16, if: will_flag}
    - username: {string: u16, if: username_flag}
    - password: {bytes: u16, if: password_flag}
  connack:
    - {packet: {b4: 2}, reserved: {b4: 0}}
    - remaining: {varint: rest, max: 4}
    - {unused: {b7: 0}, session_present: b1}
    - code: {u8: {accepted: 0, bad_version: 1, bad_client_id: 2}}
  publish:
    - {packet: {b4: 3}, dup: b1, qos: b2, retain: b1}
    - remaining: {varint: rest, max: 4}
    - topic: {string: u16}
    - id: {is: u16, if: qos > 0}
    - payload: bytes

  resp:
    - kind: {u8: {simple: +, error: "-", integer: ":", bulk: $, array: "*"}}
    - value: {switch: kind, simple: line, error: line, integer: digits, bulk: bulk, array: array}
  line: {is: string, until: "\r\n"}
  digits: {is: decimal, until: "\r\n"}
  bulk:
    - length: digits
    - data: {bytes: length, if: length >= 0}
    - end: {contents: "\r\n", if: length >= 0}
  array:
    - count: digits
    - items: {list: resp, count: count, if: count >= 0}

  greeting:
    - {version: {u8: 5}, methods: {list: method, count: u8}}
  method: {u8: {none: 0, gssapi: 1, password: 2, refused: 0xff}}
  request:
    - {version: {u8: 5}, command: {u8: {connect: 1, bind: 2, udp: 3}}, reserved: {u8: 0}}
    - family: {u8: {ipv4: 1, domain: 3, ipv6: 4}}
    - host: {switch: family, ipv4: ipv4, domain: {string: u8}, ipv6: ipv6}
    - port: u16

  odd:
    - {a: u16le, b: s24, c: s64, d: f32, e: f64le, f: svarint, g: vlq}
    - size: u8
    - {text: {string: size}, hexa: {hexadecimal: 4}}
    - inner:
        - {x: u8, y: {switch: size, sized: x, "0": u16, else: bytes}}
    - {crc: {u32: crc32(raw.text + raw.inner)}, sum: {u16: internet_checksum(whole)}}
    - lines: {list: line, until: "\r\n"}
    - tail: {list: u16}
`
