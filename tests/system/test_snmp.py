"""Devices over SNMP: real binaries against net-snmp's own agent on loopback. A device is a file of rows that the test changes
while it is polled; its counters move with the clock."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

from world import BIN, World, free_port, run, until

ROOT = "1.3.6.1.4.1.99999"
NAME, OPER, COUNT = ROOT + ".1.1", ROOT + ".1.2", ROOT + ".1.3"
PLAN = """\
institution: {name: Instituto de prueba}
agents: [{id: dc}]
people: [{id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}]
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}]}]
services: [{id: s, name: S, rto: 10m, needs: [core], team: mesa-de-ayuda, policy: critica}]
components:
"""
# Answers for the subtree; the file of rows is read at every question.
CHILD = """\
import json, sys, time
rows_file = sys.argv[1]

def key(oid):
    return [int(x) for x in oid.strip('.').split('.')]

def say(row):
    oid, kind, value = row[:3]
    if len(row) > 3:  # grows by so much a second since a moment, and wraps
        value = int(value + row[3] * (time.time() - row[4])) % row[5]
    print('.' + oid, kind, value, sep='\\n', flush=True)

while line := sys.stdin.readline().strip():
    if line == 'PING':
        print('PONG', flush=True)
        continue
    asked = key(sys.stdin.readline())
    with open(rows_file) as f:
        rows = sorted(json.load(f), key=lambda r: key(r[0]))
    found = [r for r in rows if (key(r[0]) == asked if line == 'get' else key(r[0]) > asked)]
    if found:
        say(found[0])
    else:
        print('NONE', flush=True)
"""


class Device:
    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="snmp-")
        self.port = free_port()
        self.rows = {}
        self.process = None
        os.mkdir(self.path("persistent"))  # there snmpd writes a snmpd.conf of its own
        with open(self.path("child.py"), "w", encoding="utf-8") as f:
            f.write(CHILD)
        with open(self.path("snmpd.conf"), "w", encoding="utf-8") as f:
            f.write(f"agentAddress udp:127.0.0.1:{self.port}\n"
                    "rocommunity lab 127.0.0.1\n"
                    "createUser vigia SHA-256 auth-secret-1 AES priv-secret-1\n"
                    "rouser vigia priv\n"
                    f"pass_persist .{ROOT} {sys.executable} {self.path('child.py')} {self.path('rows.json')}\n")
        self.save()
        self.start()

    def path(self, name):
        return os.path.join(self.folder, name)

    def save(self):
        with open(self.path("rows.new"), "w", encoding="utf-8") as f:
            json.dump(list(self.rows.values()), f)
        os.rename(self.path("rows.new"), self.path("rows.json"))

    def set(self, *rows):
        for row in rows:
            self.rows[row[0]] = row
        self.save()

    def drop(self, *oids):
        for oid in oids:
            del self.rows[oid]
        self.save()

    def link(self, index, name, oper, *counter):
        self.set([f"{NAME}.{index}", "string", name], [f"{OPER}.{index}", "integer", oper],
                 [f"{COUNT}.{index}", *(counter or ["counter64", 0])])

    def unlink(self, index):
        self.drop(f"{NAME}.{index}", f"{OPER}.{index}", f"{COUNT}.{index}")

    def spawn(self):
        env = dict(os.environ, SNMP_PERSISTENT_DIR=self.path("persistent"), MIBS="")
        self.process = subprocess.Popen(["/usr/sbin/snmpd", "-f", "-C", "-c", self.path("snmpd.conf"), "-Lf", self.path("log"), "-I", "-smux"], env=env,
                                        stdin=subprocess.DEVNULL)

    def answers(self):
        if self.process.poll() is not None:  # a child of the last one still held the port
            self.spawn()
        return self.probe("oid.up=1.3.6.1.2.1.1.3.0", "try_timeout=200ms").returncode == 0

    def start(self):
        self.spawn()
        until("snmpd answers", self.answers)

    def stop(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        self.stop()
        shutil.rmtree(self.folder)

    def probe(self, *args, who=("community=lab",)):
        return subprocess.run([f"{BIN}/vigia", "--lang", "en", "probe", "snmp", "address=127.0.0.1", f"port={self.port}", *who, *args],
                              capture_output=True, text=True, timeout=60)


def values(**named):
    return "values=" + json.dumps(named)


def as_a_plugin():
    """`vigia probe snmp`: numbers, words, rows by their name, what is missing and why; exit codes of a plugin."""
    d = Device()
    try:
        d.link(1, "Gi0/0", 1)
        d.link(2, "Gi0/1", 2)
        row = {"by": NAME, "is": "Gi0/1"}
        p = d.probe(values(oper={"oid": OPER, "row": row, "words": {"1": "up", "2": "down"}}, links={"oid": OPER, "rows": "count"},
                           down={"oid": OPER, "rows": "count", "is": [2]}, share={"calc": "down / links"}), "critical=oper == down")
        assert p.returncode == 2 and p.stdout == "SNMP CRITICAL - answered as expected, but oper = 2 | oper=2 links=2 down=1 share=0.5\n", p
        p = d.probe(f"oid.a={OPER}.1", f"oid.b={OPER}.9")
        assert p.returncode == 2 and f"b: the device has no {OPER}.9 | a=1\n" in p.stdout, p
        p = d.probe(values(a={"oid": OPER, "row": {"by": NAME, "like": "Gi*"}}))
        assert p.returncode == 2 and "a: 2 rows say 'Gi*': none was chosen" in p.stdout, p
        p = d.probe(values(a={"oid": OPER, "rows": "sum"}), "rows_max=1")
        assert p.returncode == 2 and f"a: there are more rows than rows_max of {OPER}" in p.stdout, p
        p = d.probe(values(a={"oid": "1.3.x"}))
        assert p.returncode == 3 and p.stderr == "vigia: values.a.oid: '1.3.x' is no object identifier (write numbers: 1.3.6.1.2.1.1.3.0)\n", p
    finally:
        d.end()


def who_may_not_ask():
    """A wrong community is silence; wrong keys and an unknown user are our fault, not the device's."""
    d = Device()
    user = ("version=3", "user=vigia", "auth=sha-256", "priv=aes")
    try:
        p = d.probe("oid.up=1.3.6.1.2.1.1.3.0", "try_timeout=100ms", who=("community=wrong",))
        assert p.returncode == 2 and p.stdout.startswith("SNMP CRITICAL - no answer in time"), p
        p = d.probe("oid.up=1.3.6.1.2.1.1.3.0", who=(*user, "auth_secret=auth-secret-1", "priv_secret=priv-secret-1"))
        assert p.returncode == 0 and " | up=" in p.stdout, p
        p = d.probe("oid.up=1.3.6.1.2.1.1.3.0", who=(*user, "auth_secret=auth-secret-2", "priv_secret=priv-secret-1"))
        assert p.returncode == 3 and "the device refuses our SNMP keys" in p.stdout, p
        p = d.probe("oid.up=1.3.6.1.2.1.1.3.0", who=("version=3", "user=nobody", "auth=sha-256", "auth_secret=auth-secret-1"))
        assert p.returncode == 3 and "the device does not know our SNMP user" in p.stdout, p
        # below its level the device knows the user, and lets it see nothing
        p = d.probe("oid.up=1.3.6.1.2.1.1.3.0", who=("version=3", "user=vigia"))
        assert p.returncode == 2 and "up: the device refuses 1.3.6.1.2.1.1.3.0" in p.stdout, p
        for words in (("community=lab", "user=vigia"), ("version=3", "community=lab"), ("version=3", "user=vigia", "auth=md5", "auth_secret=short")):
            p = d.probe("oid.up=1.3.6.1.2.1.1.3.0", who=words)
            assert p.returncode == 3 and p.stderr.startswith("vigia: ") and "short" not in p.stderr, p
    finally:
        d.end()


def world(d, name, doc, rest="critical: \"oper != up\""):
    w = World(name, PLAN + f"""\
  - id: core
    address: 127.0.0.1
    checks:
      - id: link
        type: snmp
        port: {d.port}
        community: lab
        try_timeout: 500ms
        interval: 1s
        timeout: 900ms
        affects: condition
        values: {json.dumps(doc)}
        {rest}
""")
    w.start_collector()
    w.enrol("dc")
    w.start_agent("dc")
    return w


def check(w):
    return next(c for c in w.status()["components"] if c["id"] == "core")["checks"][0]


def seen(w):
    return check(w)["vantages"][0].get("values") or {}


OPER_BY_NAME = {"oper": {"oid": OPER, "row": {"by": NAME, "is": "Gi0/1"}, "words": {"1": "up", "2": "down"}}}


def rows_are_followed():
    """Values reach the status and are drawn; a link that goes down is critical; one that moves to another index is followed."""
    d = Device()
    d.link(1, "Gi0/0", 1)
    d.link(2, "Gi0/1", 1)
    w = world(d, "snmp-rows", OPER_BY_NAME)
    try:
        until("the first value", lambda: check(w)["state"] == "ok" and seen(w).get("oper") == 1)
        d.link(2, "Gi0/1", 2)
        until("down", lambda: check(w)["state"] == "critical" and seen(w)["oper"] == 2)
        # a card is put in: the link stands elsewhere, and another one, which is down, where it stood
        d.link(2, "Gi0/2", 2)
        d.link(12, "Gi0/1", 1)
        until("followed", lambda: check(w)["state"] == "ok" and seen(w)["oper"] == 1)
        d.unlink(12)
        until("gone", lambda: check(w)["state"] == "critical" and check(w)["why"] == "value-missing")
        d.link(7, "Gi0/1", 1)
        until("back", lambda: check(w)["state"] == "ok")
        series = until("the series", lambda: json_of(w, "/v1/series?check=core%3Alink&from=dc"))
        assert "oper" in json.dumps(series), series
    finally:
        w.end()
        d.end()


def json_of(w, path):
    status, body = w.get(path)
    return json.loads(body) if status == 200 else None


def rates_never_jump():
    """A counter of 32 bits wraps, the agent restarts with its counters at 0, a poll is lost: the rate is never another than
    what passed."""
    d = Device()
    doc = {"rate": {"oid": COUNT, "row": {"by": NAME, "is": "Gi0/1"}, "take": "rate"}}
    rates = []

    def rate(w):
        r = seen(w).get("rate")
        if r is not None:
            rates.append(r)
        return r

    d.link(1, "Gi0/1", 1, "counter", 2**32 - 4000, 1000, time.time(), 2**32)
    w = world(d, "snmp-rates", doc, "warning: \"rate > 5000\"")
    try:
        until("a rate", lambda: rate(w))
        began = d.rows[f"{COUNT}.1"][4]
        until("the wrap", lambda: rate(w) and time.time() - began > 6)
        # a restart: counters and clock at 0
        d.stop()
        d.link(1, "Gi0/1", 1, "counter", 0, 1000, time.time(), 2**32)
        until("silence", lambda: check(w)["state"] == "critical" and check(w)["why"] in ("answer-timeout", "connect-refused"))
        d.start()
        until("no rate over the restart", lambda: check(w)["state"] == "ok")
        until("a rate again", lambda: rate(w))
        # the interface's counter alone is cleared
        d.link(1, "Gi0/1", 1, "counter", 5, 1000, time.time(), 2**32)
        until("some more", lambda: rate(w) and time.time() - d.rows[f"{COUNT}.1"][4] > 4)
        assert rates and all(0 <= r < 5000 for r in rates), rates
        assert not [e for e in w.events() if e["kind"] == "check.suspect" and e["body"]["state"] == "warning"], w.events()
    finally:
        w.end()
        d.end()


if __name__ == "__main__":
    run(as_a_plugin, who_may_not_ask, rows_are_followed, rates_never_jump)
