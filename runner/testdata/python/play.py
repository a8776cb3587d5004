"""Plays cases with Python's socket module: JSON on standard input, outcomes on standard output.

A step that another thread performs is left alone once that thread sleeps in a system call.
"""
import array
import ctypes
import errno
import json
import os
import shutil
import signal
import socket
import struct
import sys
import tempfile
import threading
import time
import zlib

FUTEX = {"x86_64": "202", "aarch64": "98"}.get(os.uname().machine, "202")
LEVELS = {"SO": socket.SOL_SOCKET, "TCP": socket.IPPROTO_TCP, "IP": socket.IPPROTO_IP,
          "IPV6": socket.IPPROTO_IPV6}
ANCILLARY = {"SCM_RIGHTS": (1, 1), "SCM_CREDENTIALS": (1, 2), "IP_TOS": (0, 1), "IP_TTL": (0, 2)}
LIMIT = 10.0  # seconds for one step: whoever reaches them is stuck

signal.alarm(120)  # a call that never returns ends the process, even when nobody waits for it


def number(word):
    """An ORed list of constants and numbers."""
    total = 0
    for part in word.split("|"):
        total |= int(part, 0) if part[0] in "-0123456789" else int(getattr(socket, part))
    return total


class Case:
    def __init__(self, steps):
        self.steps = steps
        self.dir = tempfile.mkdtemp(prefix="py")
        self.sockets = {}
        self.threads = []

    def play(self):
        outcomes = [{} for _ in self.steps]
        for step, out in zip(self.steps, outcomes):
            if step["call"] == "join":
                self.join()
            elif step.get("aside"):
                self.start(step, out)
            else:
                self.perform(step, out)
        self.join()
        for s in self.sockets.values():
            s.close()
        shutil.rmtree(self.dir)
        return outcomes

    def join(self):
        for thread in self.threads:
            thread.join(LIMIT)
            if thread.is_alive():
                raise SystemExit("a step does not end")
        self.threads = []

    def start(self, step, out):
        """Starts a step aside and goes on when it waits in the kernel, or has ended."""
        thread = threading.Thread(target=self.perform, args=(step, out), daemon=True)
        self.threads.append(thread)
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
        s = self.sockets.get(step.get("socket"))
        began = time.monotonic()
        limit = 0
        try:
            limit = limit_of(s)
            began = time.monotonic()
            out["value"] = self.call(s, step)
        except socket.gaierror as e:
            out["error"] = "unresolved"
        except TimeoutError as e:
            # The kernel's own ETIMEDOUT has a number, the timeout of the socket has none.
            out["error"] = "timeout" if e.errno is None else e.errno
        except OSError as e:
            out["error"] = "bad_argument" if e.errno is None else e.errno
        except (ValueError, OverflowError, TypeError):
            out["error"] = "bad_argument"
        out["waited"] = limit > 0 and time.monotonic() - began >= limit * 0.9

    def call(self, s, step):
        args = [self.argument(*a) for a in step.get("args", [])]
        special = getattr(self, "do_" + step["call"], None)
        if special:
            return special(s, step, *args)
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
        return json.loads(text) if kind == "json" else text

    def address(self, text):
        if text[0] == "@":
            return self.sockets[text[1:]].getsockname()
        if text.startswith("unix:@"):
            return b"\0" + (self.dir + text[6:]).encode()
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
            return "unix:" + (name.replace("\0", "@", 1)).replace(self.dir, "TMP")
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
        self.open(step, s.dup())

    def do_accept(self, s, step):
        connection, peer = s.accept()
        self.open(step, connection)
        return self.written(peer)

    def do_create_connection(self, _, step, *args):
        self.open(step, socket.create_connection(*args))

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
        buffer = bytearray(data)
        n = s.recv_into(buffer, *args)
        return {"size": n, "buffer": shown(buffer)}

    def do_recvfrom_into(self, s, step, data, *args):
        buffer = bytearray(data)
        n, sender = s.recvfrom_into(buffer, *args)
        return {"size": n, "buffer": shown(buffer), "address": self.written(sender)}

    def do_recvmsg(self, s, step, *args):
        data, messages, flags, sender = s.recvmsg(*args)
        return {"size": len(data), "data": shown(data), **self.message(step, messages, flags, sender)}

    def do_recvmsg_into(self, s, step, contents, *args):
        buffers = [bytearray(content.encode()) for content in contents]
        n, messages, flags, sender = s.recvmsg_into(buffers, *args)
        return {"size": n, "buffers": [shown(b) for b in buffers],
                **self.message(step, messages, flags, sender)}

    def do_sendmsg(self, s, step, contents, *args):
        return s.sendmsg([content.encode() for content in contents], *args)

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
        for m in json.loads(text):
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

    def do_getsockname(self, s, step):
        return self.written(s.getsockname())

    def do_getpeername(self, s, step):
        return self.written(s.getpeername())

    def do_setsockopt(self, s, step, name, value):
        level, number_ = option(name)
        if isinstance(value, dict):
            value = struct.pack("ii", value["on"], value["seconds"])
        elif name.endswith("TIMEO"):
            value = struct.pack("ll", int(value), int(value % 1 * 1e6))
        elif isinstance(value, str):
            value = value.encode()
        s.setsockopt(level, number_, value)

    def do_getsockopt(self, s, step, name, *size):
        level, number_ = option(name)
        if size:
            return s.getsockopt(level, number_, *size).hex()
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


def option(name):
    level, slash, rest = name.partition("/")
    if slash:
        return number(level), number(rest)
    return LEVELS[name.split("_")[0]], getattr(socket, name)


def limit_of(s):
    """How long a call may wait: the socket's own timeout, else the kernel's."""
    if s is None or s.fileno() < 0:
        return 0
    if s.gettimeout() is not None:
        return s.gettimeout()
    for name in socket.SO_RCVTIMEO, socket.SO_SNDTIMEO:
        seconds, micro = struct.unpack("ll", s.getsockopt(socket.SOL_SOCKET, name, 16))
        if seconds or micro:
            return seconds + micro / 1e6
    return 0


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
