"""Plays cases with Python's socket module: JSON on standard input, outcomes on standard output.

A step that another thread performs is left alone once that thread sleeps in a system call. One
that does not end within LIMIT is stuck, and nothing of its case is played after it.
"""
import array
import contextlib
import ctypes
import errno
import fcntl
import json
import os
import resource
import select
import shutil
import signal
import socket
import stat
import struct
import sys
import tempfile
import termios
import threading
import time
import zlib

FUTEX = {"x86_64": "202", "aarch64": "98"}.get(os.uname().machine, "202")
LEVELS = {"SO": socket.SOL_SOCKET, "TCP": socket.IPPROTO_TCP, "IP": socket.IPPROTO_IP,
          "IPV6": socket.IPPROTO_IPV6}
ANCILLARY = {"SCM_RIGHTS": (1, 1), "SCM_CREDENTIALS": (1, 2), "IP_TOS": (0, 1), "IP_TTL": (0, 2)}
# The states of a TCP connection in the order of the kernel's numbers (include/net/tcp_states.h).
TCP_STATES = ("", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
              "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING")

EVENTS = {"in": select.POLLIN, "pri": select.POLLPRI, "out": select.POLLOUT,
          "err": select.POLLERR, "hup": select.POLLHUP, "rdhup": select.POLLRDHUP}
REQUESTS = {"SIOCINQ": termios.FIONREAD, "SIOCOUTQ": termios.TIOCOUTQ, "SIOCOUTQNSD": 0x894B,
            "SIOCATMARK": 0x8905}
RESOLVER = {getattr(socket, n): n for n in dir(socket) if n.startswith("EAI_")}
LIMIT = 10.0  # seconds for one step


class Stuck(BaseException):
    """A step that does not end."""


def interrupt(*_):
    raise Stuck


signal.signal(signal.SIGALRM, interrupt)


class eof(Exception):
    """The stream ended before a message was whole."""


class too_big(Exception):
    """A message is longer than its limit."""


def constant(name):
    if name in REQUESTS:
        return REQUESTS[name]
    for module in socket, fcntl, os, termios:
        if hasattr(module, name):
            return int(getattr(module, name))
    raise TypeError(name)


def number(word):
    """An ORed list of constants and numbers."""
    total = 0
    for part in word.split("|"):
        total |= int(part, 0) if part[0] in "-0123456789" else constant(part)
    return total


class Case:
    def __init__(self, steps):
        self.steps = steps
        self.dir = tempfile.mkdtemp(prefix="py")
        self.sockets = {}
        self.threads = []

    def play(self):
        outcomes = [{} for _ in self.steps]
        try:
            for step, out in zip(self.steps, outcomes):
                if step["call"] == "join":
                    self.join()
                elif step["aside"]:
                    self.start(step, out)
                else:
                    signal.setitimer(signal.ITIMER_REAL, LIMIT)
                    self.perform(step, out)
                    signal.setitimer(signal.ITIMER_REAL, 0)
            self.join()
        except Stuck:
            out["error"] = "stuck"
        signal.setitimer(signal.ITIMER_REAL, 0)
        for s in self.sockets.values():
            with contextlib.suppress(OSError, AttributeError):  # a number, or closed by another
                s.close()
        shutil.rmtree(self.dir)
        return json.loads(json.dumps(outcomes, default=repr))  # a thread that is stuck can change them no more

    def join(self):
        for thread, out in self.threads:
            thread.join(LIMIT)
            if thread.is_alive():
                out["error"] = "stuck"
        self.threads = []

    def start(self, step, out):
        """Starts a step aside and goes on when it waits in the kernel, or has ended."""
        thread = threading.Thread(target=self.perform, args=(step, out), daemon=True)
        self.threads.append((thread, out))
        thread.start()
        end = time.monotonic() + LIMIT
        while thread.is_alive() and time.monotonic() < end:
            try:
                with open(f"/proc/self/task/{thread.native_id}/syscall") as f:
                    call = f.read().split()[0]
            except OSError:  # it has just ended
                continue
            if call not in ("running", "-1", FUTEX):
                out["parked"] = True
                return
            time.sleep(0)  # lets the thread have the interpreter

    def perform(self, step, out):
        s = self.sockets.get(step["socket"])
        slept = sleeps()
        began = time.monotonic()
        try:
            out["value"] = self.call(s, step)
        except socket.gaierror as e:
            out["error"] = RESOLVER[e.errno]
        except socket.herror:
            out["error"] = "unresolved"
        except TimeoutError as e:
            # The kernel's own ETIMEDOUT has a number, the timeout of the socket has none.
            out["error"] = "timeout" if e.errno is None else e.errno
        except OSError as e:
            out["error"] = e.errno
            if e.errno is None:
                out["error"] = "not_found" if "not found" in str(e) else "bad_argument"
            if step["call"] == "if_nametoindex":  # which gives its number from 3.14 on
                out["error"] = errno.ENODEV
        except (ValueError, OverflowError, TypeError):
            out["error"] = "bad_argument"
        except Exception as e:
            out["error"] = type(e).__name__
        out["elapsed"] = time.monotonic() - began
        out["slept"] = sleeps() > slept

    def call(self, s, step):
        args = [self.argument(*a) for a in step["args"]]
        special = getattr(self, "do_" + step["call"], None)
        if special:
            return special(s, step, *args)
        if s is None:
            return getattr(socket, step["call"])(*args)
        return getattr(s, step["call"])(*args)

    def argument(self, kind, text):
        if kind == "word":
            return number(text)
        if kind == "data":
            fill, star, count = text.partition("*")
            return bytes.fromhex(fill) * (int(count) if star else 1)
        if kind == "messages":
            return self.messages(text)
        if kind == "address":
            return self.address(text)
        if kind == "path":
            return self.dir + text
        if kind == "fd":
            return self.sockets[text] if text in self.sockets else int(text)
        if kind == "polled":
            return [(self.sockets[name], *map(EVENTS.get, events))
                    for name, *events in json.loads(text)]
        return json.loads(text) if kind == "json" else text

    def address(self, text):
        if text[0] == "@":
            return self.sockets[text[1:]].getsockname()
        if text[0] == "{":
            a = json.loads(text)
            more = (a.get("flowinfo", 0), a.get("scope", 0)) if a["family"] == "inet6" else ()
            return a["host"], a["port"], *more
        if text.startswith("unix:@"):
            return b"\0" + (self.dir + text[6:]).replace("\\x00", "\0").encode()
        if text == "unix:":
            return ""
        if text.startswith("unix:"):
            return self.dir + text[5:]
        host, port = text.rsplit(":", 1)
        if host.startswith("["):
            host, _, scope = host[1:-1].partition("%")
            scope = socket.if_nametoindex(scope) if scope else 0
            return host, int(port), 0, scope
        return host, int(port)

    def written(self, address):
        """The address as scenarios write it."""
        if address is None:
            return ""
        if isinstance(address, bytes):
            name = address.decode()
            name = "@" + name[1:].replace("\0", "\\x00")
            return "unix:" + name.replace(self.dir, "TMP")
        if isinstance(address, str):
            return "unix:" + address.replace(self.dir, "TMP")
        if len(address) == 4:
            scope = f"%{address[3]}" if address[3] else ""
            return f"[{address[0]}{scope}]:{address[1]}"
        return f"{address[0]}:{address[1]}"

    def open(self, step, *opened):
        for name, s in zip(step["opens"] or [], opened):
            self.sockets[name] = s

    def do_socket(self, _, step, *args):
        self.open(step, socket.socket(*args))

    def do_socketpair(self, _, step, *args):
        self.open(step, *socket.socketpair(*args))

    def do_dup(self, s, step):
        return self.opened(step, s.dup())

    def do_take(self, _, step, fd, *args):
        return self.opened(step, socket.socket(*args, fileno=fd))

    def do_fromfd(self, _, step, *args):
        return self.opened(step, socket.fromfd(*args))

    def opened(self, step, s):
        self.open(step, s)
        return [s.family, s.type, s.proto]

    def do_detach(self, s, step):
        return self.numbered(step, s.detach())

    def do_fileno(self, s, step):
        return self.numbered(step, s.fileno())

    def numbered(self, step, fd):
        self.open(step, fd)
        return fd >= 0

    def do_accept(self, s, step):
        connection, peer = s.accept()
        self.open(step, connection)
        return self.written(peer)

    def do_create_connection(self, _, step, address, timeout=None, source=None, *all_errors):
        more = {"all_errors": True} if all_errors else {}
        if isinstance(address, tuple):
            address = address[:2]  # of an IPv6 address too
        self.open(step, socket.create_connection(address, timeout, source, **more))

    def do_create_server(self, _, step, address, *args):
        names = "family", "backlog", "reuse_port", "dualstack_ipv6"
        server = socket.create_server(address, **dict(zip(names, args)))
        self.open(step, server)
        return self.written(server.getsockname())

    def do_disconnect(self, s, step):
        """connect(2) with AF_UNSPEC, which Python's own connect cannot say."""
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.connect(s.fileno(), b"\0" * 16, 16):
            raise OSError(ctypes.get_errno(), "connect")

    def do_connect_ex(self, s, step, address):
        return s.connect_ex(address)

    def do_recv(self, s, step, *args):
        return received(s.recv(*args), *args)

    def do_recvfrom(self, s, step, *args):
        data, sender = s.recvfrom(*args)
        return {**received(data, *args), "address": self.written(sender)}

    def do_recv_into(self, s, step, data, *args):
        buffer = writable(data)
        n = s.recv_into(buffer, *args)
        return {"size": n, "buffer": shown(buffer)}

    def do_recvfrom_into(self, s, step, data, *args):
        buffer = writable(data)
        n, sender = s.recvfrom_into(buffer, *args)
        return {"size": n, "buffer": shown(buffer), "address": self.written(sender)}

    def do_recv_exactly(self, s, step, size):
        """Whole messages are received byte by byte: so nothing is received too far."""
        return byte_by_byte(s, lambda got: len(got) == size)

    def do_recv_until(self, s, step, delimiter, limit=65536):
        return byte_by_byte(s, lambda got: got.endswith(delimiter), limit)

    def do_recv_line(self, s, step, limit=65536):
        return byte_by_byte(s, lambda got: got.endswith(b"\n"), limit)

    def do_recv_all(self, s, step, limit=65536):
        try:
            return byte_by_byte(s, lambda got: False, limit)
        except eof as e:
            return e.args[0]

    def do_send_line(self, s, step, line, crlf=False):
        s.sendall(line + (b"\r\n" if crlf else b"\n"))

    def do_recvmsg(self, s, step, *args):
        data, messages, flags, sender = s.recvmsg(*args)
        return {"size": len(data), "data": shown(data), **self.message(step, messages, flags, sender)}

    def do_recvmsg_into(self, s, step, contents, *args):
        buffers = [writable(content) for content in encoded(contents)]
        n, messages, flags, sender = s.recvmsg_into(buffers, *args)
        return {"size": n, "buffers": [shown(b) for b in buffers],
                **self.message(step, messages, flags, sender)}

    def do_sendmsg(self, s, step, contents, *args):
        return s.sendmsg(encoded(contents), *args)

    def message(self, step, messages, flags, sender):
        fds = array.array("i")
        values = []
        for level, kind, data in messages:
            value = data.hex()
            if (level, kind) == ANCILLARY["SCM_RIGHTS"]:
                fds.frombytes(data[:len(data) // 4 * 4])
                value = len(data) // 4
            elif (level, kind) == ANCILLARY["SCM_CREDENTIALS"] and len(data) == 12:
                pid, uid, gid = struct.unpack("iII", data)
                value = {"mine": pid == os.getpid(), "uid": uid, "gid": gid}
            elif level == socket.SOL_SOCKET:
                value = len(data)
            values.append([level, kind, value])
        opened = [socket.socket(fileno=fd) for fd in fds]
        self.open(step, *opened)
        for s in opened[len(step["opens"] or []):]:
            s.close()
        return {"ancillary": values, "flags": flags, "address": self.written(sender)}

    def messages(self, text):
        """Ancillary data as sendmsg takes it."""
        messages = []
        for m in json.loads(text) if isinstance(text, str) else text:
            if "sockets" in m:
                data = array.array("i", [self.sockets[s].fileno() if isinstance(s, str) else s
                                         for s in m["sockets"]])
            elif m["type"] == "SCM_CREDENTIALS":
                own = {"pid": os.getpid(), "uid": os.getuid(), "gid": os.getgid()}
                data = struct.pack("iII", *({**own, **m}[name] for name in own))
            else:
                data = struct.pack("i", m["value"])
            messages.append((*ANCILLARY[m["type"]], data))
        return messages

    def do_send(self, s, step, data, *flags):
        return part(s.send(data, *flags), data)

    def do_sendto(self, s, step, data, address, *flags):
        return part(s.sendto(data, *flags, address), data)

    def do_sendfile(self, s, step, file, *args):
        with open(file, "rb") as f:
            return [s.sendfile(f, *args), f.tell()]

    def do_fcntl(self, s, step, *args):
        return fcntl.fcntl(s, *args)

    def do_ioctl(self, s, step, request):
        return struct.unpack("i", fcntl.ioctl(s, request, b"\0" * 4))[0]

    def do_tcp_info(self, s, step):
        return TCP_STATES[s.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]]

    def do_poll(self, _, step, sockets, timeout=None):
        poll = select.poll()
        for s, *events in sockets:
            poll.register(s, *([sum(events)] if events else []))
        ready = dict(poll.poll(timeout if timeout is None else timeout * 1000))
        return [[name for name, bit in EVENTS.items() if ready.get(s.fileno(), 0) & bit]
                for s, *_ in sockets]

    def do_select(self, _, step, sockets, timeout=None):
        asked = [[s for s, *events in sockets if EVENTS[name] in events]
                 for name in ("in", "out", "pri")]
        ready = dict(zip(("in", "out", "pri"), select.select(*asked, timeout)))
        return [[name for name in ("in", "out", "pri") if EVENTS[name] in events and s in ready[name]]
                for s, *events in sockets]

    def do_stat(self, _, step, path):
        mode = os.stat(path).st_mode
        return ["socket" if stat.S_ISSOCK(mode) else "directory" if stat.S_ISDIR(mode) else "file",
                f"{stat.S_IMODE(mode):04o}"]

    def do_chmod(self, _, step, path, mode):
        os.chmod(path, int(mode, 8))

    def do_unlink(self, _, step, path):
        os.unlink(path)

    def do_write_file(self, _, step, path, data):
        with open(path, "wb") as f:
            return f.write(data)

    def do_read_file(self, _, step, path):
        with open(path, "rb") as f:
            return shown(f.read())

    def do_getaddrinfo(self, _, step, *args):
        return [[*a, self.written(address)] for *a, address in socket.getaddrinfo(*args)]

    def do_getnameinfo(self, _, step, address, flags=0):
        return list(socket.getnameinfo(address, flags))

    def do_getsockname(self, s, step):
        return self.written(s.getsockname())

    def do_getpeername(self, s, step):
        return self.written(s.getpeername())

    def do_setsockopt(self, s, step, name, value, *optlen):
        level, number_ = option(name)
        if isinstance(value, dict) and "hex" in value:
            value = bytes.fromhex(value["hex"])
        elif isinstance(value, dict):
            value = struct.pack("ii", value["on"], value["seconds"])
        elif name.endswith("TIMEO"):
            value = struct.pack("ll", int(value), int(value % 1 * 1e6))
        elif isinstance(value, str):
            value = value.encode()
        s.setsockopt(level, number_, value, *optlen)

    def do_getsockopt(self, s, step, name, *size):
        level, number_ = option(name)
        if size:
            got = s.getsockopt(level, number_, *size)
            return got.hex() if isinstance(got, bytes) else got
        if name == "SO_LINGER":
            on, seconds = struct.unpack("ii", s.getsockopt(level, number_, 8))
            return {"on": bool(on), "seconds": seconds}
        if name.endswith("TIMEO"):
            seconds, micro = struct.unpack("ll", s.getsockopt(level, number_, 16))
            return seconds + micro / 1e6
        if name == "SO_PEERCRED":
            pid, uid, gid = struct.unpack("iII", s.getsockopt(level, number_, 12))
            return {"mine": pid == os.getpid(), "uid": uid, "gid": gid}
        if name == "TCP_CONGESTION":
            return s.getsockopt(level, number_, 16).split(b"\0")[0].decode()
        return s.getsockopt(level, number_)


    def do_inet_aton(self, _, step, text):
        return socket.inet_aton(text).hex()

    def do_inet_pton(self, _, step, *args):
        return socket.inet_pton(*args).hex()

    def do_htons(self, _, step, n):
        return str(getattr(socket, step["call"])(n))

    do_ntohs = do_htonl = do_ntohl = do_CMSG_LEN = do_CMSG_SPACE = do_htons


def byte_by_byte(s, whole, limit=1 << 20):
    """Receives one byte at a time until what came is whole."""
    if s.type != socket.SOCK_STREAM:
        raise ValueError("no stream")
    got = b""
    while not whole(got):
        if len(got) == limit and s.recv(1, socket.MSG_PEEK):
            raise too_big
        more = s.recv(1)
        if not more:
            raise eof(shown(got))
        got += more
    return shown(got)


def encoded(contents):
    """Texts as bytes; what is none stays, for Python to refuse."""
    if not isinstance(contents, list):
        return contents
    return [c.encode() if isinstance(c, str) else c for c in contents]


def writable(content):
    return bytearray(content) if isinstance(content, bytes) else content


def sleeps():
    """How often this thread has slept in the kernel."""
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


def option(name):
    level, slash, rest = name.partition("/")
    if slash:
        return number(level), number(rest)
    return LEVELS[name.split("_")[0]], getattr(socket, name)


def received(data, size, flags=0):
    """What was received: its size, and the bytes where they are told to be any."""
    if flags & socket.MSG_TRUNC:
        return {"size": len(data)}
    return {"size": len(data), "data": shown(data)}


def shown(data):
    return data.hex() if len(data) <= 64 else f"crc {zlib.crc32(data)}"


def part(n, data):
    """How much a send took; how much of too much depends on the moment."""
    return n if n == len(data) else "a part"


json.dump([Case(steps).play() for steps in json.load(sys.stdin)], sys.stdout)
