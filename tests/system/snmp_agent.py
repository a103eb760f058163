"""Devices for the tests: SNMP agents on loopback, version 1 and 2c, GET, GETNEXT and GETBULK, each on a port of its own and
all in one thread. What a device holds is read from .snmprec (snmpsim's format: OID|TAG|VALUE) or .snmpwalk files and can be
changed while it runs: `device.play(oid=value)`, `device.load(another file)`, `device.silent = True`. Values that grow:
OID|65:numeric|rate=1000,initial=5. Written for these tests, without any dependency; answers are exact, so rows are kept
sorted whatever order the file has."""

import bisect
import re
import selectors
import socket
import threading
import time

INTEGER, OCTETS, NULL, OBJECT_ID, ADDRESS = 0x02, 0x04, 0x05, 0x06, 0x40
COUNTER32, GAUGE32, TICKS, OPAQUE, COUNTER64 = 0x41, 0x42, 0x43, 0x44, 0x46
NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_VIEW = 0x80, 0x81, 0x82
GET, GETNEXT, RESPONSE, GETBULK = 0xA0, 0xA1, 0xA2, 0xA5
TOO_BIG, NO_SUCH_NAME = 1, 2
ANSWER_MAX = 1400  # octets: one packet without fragments, as real agents behind a firewall


# --- BER (X.690, as far as RFC 3416 and RFC 1157 need it) -------------------------------------------
def ber_length(n):
    if n < 0x80:
        return bytes((n,))
    body = n.to_bytes((n.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(body),)) + body


def tlv(tag, body):
    return bytes((tag,)) + ber_length(len(body)) + body


def ber_integer(n, tag=INTEGER):
    return tlv(tag, n.to_bytes(n.bit_length() // 8 + 1, "big", signed=True))


def ber_oid(oid):
    body = bytearray((oid[0] * 40 + oid[1],))
    for part in oid[2:]:
        septets = [part & 0x7F]
        while part > 0x7F:
            part >>= 7
            septets.append(0x80 | part & 0x7F)
        body += bytes(reversed(septets))
    return tlv(OBJECT_ID, bytes(body))


def read_tlv(data, at):
    tag, n, at = data[at], data[at + 1], at + 2
    if n & 0x80:
        size = n & 0x7F
        n, at = int.from_bytes(data[at : at + size], "big"), at + size
    return tag, data[at : at + n], at + n


def read_oid(body):
    parts, value = [body[0] // 40, body[0] % 40], 0
    for b in body[1:]:
        value = value << 7 | b & 0x7F
        if not b & 0x80:
            parts.append(value)
            value = 0
    return tuple(parts)


def read_integer(body):
    return int.from_bytes(body, "big", signed=True)


def parse_oid(text):
    return tuple(int(part) for part in text.strip(".").split("."))


# --- what a device holds ------------------------------------------------------------------------------
class Growing:
    """A number that grows with time from the moment it was read."""

    def __init__(self, tag, rate, initial):
        self.tag, self.rate, self.initial, self.since = tag, rate, initial, time.monotonic()

    def bytes(self):
        n = int(self.initial + self.rate * (time.monotonic() - self.since))
        return ber_integer(n % (1 << (64 if self.tag == COUNTER64 else 32)), self.tag)


def encode(tag, value):
    if tag in (INTEGER, COUNTER32, GAUGE32, TICKS, COUNTER64):
        return ber_integer(int(value), tag)
    if tag == OBJECT_ID:
        return ber_oid(parse_oid(value))
    if tag == ADDRESS and isinstance(value, str):
        value = bytes(int(part) for part in value.split("."))
    return tlv(tag, value if isinstance(value, bytes) else value.encode("utf-8"))


def variation(tag, settings):
    """snmpsim's words for a value that moves, as far as they are used: numeric (with or without a rate) and writecache."""
    word = dict(pair.split("=", 1) for pair in settings.split(",") if "=" in pair)
    start = float(word.get("initial", word.get("offset", word.get("value", 0))))
    if word.get("function") is None and float(word.get("rate", 0)) != 0 and "min" not in word:
        return Growing(tag, float(word["rate"]), start)
    return encode(tag, int(start))


def snmprec_row(line):
    oid, kind, value = line.split("|", 2)
    number = re.match(r"\d+", kind).group()
    tag = int(number)
    if ":" in kind:
        return parse_oid(oid), variation(tag, value)
    if kind.endswith("x"):
        return parse_oid(oid), encode(tag, bytes.fromhex(value))
    if tag == NULL:
        return parse_oid(oid), tlv(NULL, b"")
    return parse_oid(oid), encode(tag, value)


WALK_TAGS = {"INTEGER": INTEGER, "STRING": OCTETS, "OID": OBJECT_ID, "Counter32": COUNTER32, "Counter64": COUNTER64}
WALK_TAGS |= {"Gauge32": GAUGE32, "Timeticks": TICKS, "IpAddress": ADDRESS, "Hex-STRING": OCTETS}


def snmpwalk_row(line):
    """A line as snmpwalk -On prints it."""
    oid, _, rest = line.partition(" = ")
    kind, colon, value = rest.partition(":")
    if not colon or kind not in WALK_TAGS:
        if rest.strip().isdigit():
            return parse_oid(oid), encode(TICKS, rest.strip())
        return parse_oid(oid), encode(OCTETS, rest)
    tag, value = WALK_TAGS[kind], value.strip()
    if kind == "Hex-STRING":
        return parse_oid(oid), encode(OCTETS, bytes.fromhex(value))
    if tag in (INTEGER, COUNTER32, GAUGE32, TICKS, COUNTER64):
        return parse_oid(oid), encode(tag, re.search(r"-?\d+", value).group())
    return parse_oid(oid), encode(tag, value.strip('"'))


def read_rows(path):
    """The rows of a file by OID. A line that is no row is said with its number."""
    row_of = snmprec_row if path.endswith(".snmprec") else snmpwalk_row
    rows = {}
    with open(path, encoding="utf-8", errors="surrogateescape") as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip("\r\n")
            if not line or line.startswith("#"):
                continue
            try:
                oid, value = row_of(line)
            except (ValueError, IndexError, KeyError, AttributeError) as e:
                if not line.startswith((".1.", "1.")):
                    continue  # the second line of a text of several lines
                raise ValueError(f"{path}:{number}: {line[:80]!r} is no row: {e}") from e
            rows.setdefault(oid, value)
    return rows


class Device:
    """One agent. `port` is where it answers; `requests` counts what it was asked."""

    def __init__(self, path=None, community="vigia", version_max=1, host="127.0.0.1", port=0):
        self.lock = threading.Lock()
        self.community, self.version_max = community.encode(), version_max
        self.silent = False
        self.requests = 0
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((host, port))
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.rows, self.order = {}, []
        if path is not None:
            self.load(path)

    def load(self, path):
        rows = read_rows(path)
        with self.lock:
            self.rows, self.order = rows, sorted(rows)

    def overlay(self, path):
        """What another file says of its rows; the others stay as they are."""
        rows = read_rows(path)
        with self.lock:
            self.rows.update(rows)
            self.order = sorted(self.rows)

    def play(self, changes):
        """{"1.3.6...": number or text, or None: the row is gone}. A number keeps the type that the row had."""
        with self.lock:
            for text, value in changes.items():
                oid = parse_oid(text)
                if value is None:
                    del self.rows[oid]
                    continue
                if isinstance(value, Growing):
                    self.rows[oid] = value
                    continue
                was = self.rows.get(oid)
                tag = was.tag if isinstance(was, Growing) else was[0] if was is not None else INTEGER if isinstance(value, int) else OCTETS
                self.rows[oid] = encode(tag, value)
            self.order = sorted(self.rows)

    # --- answering ---
    def value(self, oid):
        value = self.rows[oid]
        return value.bytes() if isinstance(value, Growing) else value

    def next_after(self, oid, version):
        at = bisect.bisect_right(self.order, oid)
        while version == 0 and at < len(self.order) and self.value(self.order[at])[0] == COUNTER64:
            at += 1  # RFC 2576 4.1.2.3: such a row does not exist for version 1
        return self.order[at] if at < len(self.order) else None

    def got(self, oid, version):
        if oid in self.rows and not (version == 0 and self.value(oid)[0] == COUNTER64):
            return self.value(oid)
        at = bisect.bisect_left(self.order, oid[:-1])
        column = at < len(self.order) and self.order[at][: len(oid) - 1] == oid[:-1]
        return tlv(NO_SUCH_INSTANCE if column else NO_SUCH_OBJECT, b"")

    def answer_next(self, oid, version):
        following = self.next_after(oid, version)
        if following is None:
            return oid, tlv(END_OF_VIEW, b"")
        return following, self.value(following)

    def bulk(self, oids, once, repetitions):
        found = [self.answer_next(oid, 1) for oid in oids[:once]]
        size = sum(len(value) + 140 for _, value in found)
        cursors = list(oids[once:])
        for _ in range(repetitions if cursors else 0):
            cursors_next = []
            for oid in cursors:
                pair = self.answer_next(oid, 1)
                cursors_next.append(pair[0])
                size += len(pair[1]) + len(pair[0]) + 6
                if size > ANSWER_MAX - 60 and found:
                    return found
                found.append(pair)
            cursors = cursors_next
        return found

    def answer(self, packet):
        _, body, _ = read_tlv(packet, 0)
        _, version, at = read_tlv(body, 0)
        _, community, at = read_tlv(body, at)
        kind, pdu, _ = read_tlv(body, at)
        version = read_integer(version)
        if self.silent or community != self.community or version > self.version_max:
            return None
        _, request_id, at = read_tlv(pdu, 0)
        _, first, at = read_tlv(pdu, at)
        _, second, at = read_tlv(pdu, at)
        _, binds, _ = read_tlv(pdu, at)
        oids, at = [], 0
        while at < len(binds):
            _, bind, at = read_tlv(binds, at)
            oids.append(read_oid(read_tlv(bind, 0)[1]))
        with self.lock:
            self.requests += 1
            if kind == GET:
                pairs = [(oid, self.got(oid, version)) for oid in oids]
            elif kind == GETNEXT:
                pairs = [self.answer_next(oid, version) for oid in oids]
            elif kind == GETBULK and version > 0:
                pairs = self.bulk(oids, max(read_integer(first), 0), max(read_integer(second), 0))
            else:
                return None
        status = index = 0
        if version == 0:
            bad = [i for i, (_, value) in enumerate(pairs) if value[0] in (NO_SUCH_OBJECT, NO_SUCH_INSTANCE, END_OF_VIEW)]
            if bad:
                status, index, pairs = NO_SUCH_NAME, bad[0] + 1, [(oid, tlv(NULL, b"")) for oid in oids]
        made = self.packet(version, community, request_id, status, index, pairs)
        if len(made) > 65000:
            made = self.packet(version, community, request_id, TOO_BIG, 0, [])
        return made

    @staticmethod
    def packet(version, community, request_id, status, index, pairs):
        binds = b"".join(tlv(0x30, ber_oid(oid) + value) for oid, value in pairs)
        head = tlv(INTEGER, request_id) + ber_integer(status) + ber_integer(index)
        pdu = tlv(RESPONSE, head + tlv(0x30, binds))
        return tlv(0x30, ber_integer(version) + tlv(OCTETS, community) + pdu)


class Lab:
    """Devices and the thread in which they answer."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.wake, self.woken = socket.socketpair()
        self.selector.register(self.woken, selectors.EVENT_READ, None)
        self.devices = []
        self.faults = []
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def add(self, path=None, **settings):
        device = Device(path, **settings)
        self.devices.append(device)
        self.selector.register(device.socket, selectors.EVENT_READ, device)
        self.wake.send(b".")
        return device

    def run(self):
        while True:
            for key, _ in self.selector.select():
                if key.data is None:
                    if self.woken.recv(100) == b"":
                        return
                    continue
                self.serve(key.data)

    def serve(self, device):
        while True:
            try:
                packet, peer = device.socket.recvfrom(65535)
            except (BlockingIOError, OSError):
                return
            try:
                answer = device.answer(packet)
                if answer is not None:
                    device.socket.sendto(answer, peer)
            except Exception as e:  # pylint: disable=broad-except
                self.faults.append(f"{packet.hex()}: {e!r}")

    def end(self):
        self.wake.close()
        self.thread.join(5)
        for device in self.devices:
            device.socket.close()
        assert not self.faults, f"the simulated devices could not answer: {self.faults[:3]}"
