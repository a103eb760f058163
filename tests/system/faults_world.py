"""What the tests of faults share: the collector with a posting agent, small disks of their own, readers of the journal.

A small disk is a real file system: a tmpfs in a mount namespace, held by one helper process, entered by nsenter. Where
it cannot be made the test fails and says so: a fault that was not tried is not a fault that is handled."""

import glob
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import ssl
import subprocess
import time
import urllib.error

from world import BIN, World, until

PLAN = """\
institution: {name: Instituto de prueba}
agents: [{id: dc, silent_after: 60s}]
components:
  - {id: web, name: Sitio, checks: [{id: http, type: http, url: "http://127.0.0.1:9/", from: [dc], interval: 1s, confirm: 2, fresh_within: 120s}]}
  - {id: otro, name: Otro, checks: [{id: http, type: http, url: "http://127.0.0.1:9/", from: [dc], interval: 1s, fresh_within: 120s}]}
services:
  - {id: publicacion, name: Publicación, criticality: very-high, rto: 5m, needs: web, team: equipo, policy: critica}
people:
  - {id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}
  - {id: utsi, post: Titular, contacts: [{channel: archivo, to: utsi@example.org}]}
seats: [{id: equipo, level: 3, titular: mesa, suplente: utsi}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 300s, steps: [{at: confirmed, call: ["seat:equipo"], ack_within: 280s}]}]
"""


class Poster:
    """An agent's half of the wire that keeps what the collector has not called safe, as the agent does."""

    def __init__(self, world, boot="b1", clock=time.time):
        self.w, self.agent, self.boot, self.seq, self.clock = world, "dc", boot, 0, clock
        self.kept, self.start = {}, None
        status, answer = world.post("/v1/agents/dc/enrol", {}, world.operator_token())
        assert status == 200, (status, answer)
        self.token = answer["token"]

    def measure(self, outcome="ok", check="web:http", t=None):
        self.seq += 1
        self.kept[self.seq] = {"seq": self.seq, "check": check, "t": self.clock() if t is None else t, "outcome": outcome,
                               "values": {"total": 0.25}}
        return self.seq

    def flush(self):
        """Sends what is kept; (status, answer). What was refused stays, what is safe goes."""
        batch = {"agent": self.agent, "boot": self.boot, "now": self.clock(), "results": [self.kept[n] for n in sorted(self.kept)]}
        status, answer = self.w.post("/v1/results", batch, self.token)
        if status == 200:
            self.start = answer["start"]
            self.kept = {n: r for n, r in self.kept.items() if n > answer["cursor"]}
        return status, answer

    def send(self, outcome="ok", check="web:http", t=None):
        self.measure(outcome, check, t)
        return self.flush()


class SmallDisk:
    """A tmpfs at `path` in a mount namespace of its own."""

    def __init__(self, path, size):
        os.makedirs(path, exist_ok=True)
        self.path = path
        self.holder = subprocess.Popen(
            ["unshare", "-m", "sh", "-c", 'mount --make-rprivate / && mount -t tmpfs -o size="$1",mode=700 tmpfs "$0" && echo ready && exec cat',
             path, str(size)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.holder.stdout.readline() != "ready\n":
            self.holder.wait(10)
            raise AssertionError("a small disk cannot be mounted here (this test needs root and mount namespaces): " + self.holder.stderr.read())

    def enter(self, *argv):
        return ["nsenter", "-t", str(self.holder.pid), "-m", "--wd=/", *argv]

    def inside(self, name=""):
        """The same file as seen from outside of the namespace."""
        return f"/proc/{self.holder.pid}/root{self.path}/{name}"

    def free(self):
        v = os.statvfs(self.inside())
        return v.f_bavail * v.f_frsize

    def fill(self, leave=0):
        with open(self.inside("filler"), "ab", buffering=0) as f:
            try:
                while self.free() > leave:
                    f.write(b"x" * min(65536, max(4096, self.free() - leave)))
            except OSError:
                pass

    def used_by_others(self):
        """Bytes of all files but our own filler."""
        return sum(os.path.getsize(os.path.join(d, n)) for d, _, names in os.walk(self.inside()) for n in names if n != "filler")

    def empty(self):
        os.unlink(self.inside("filler"))

    def end(self):
        self.holder.kill()  # it ends by itself, too, when whoever holds its input is gone
        self.holder.wait(10)
        self.holder.stdin.close()


class FaultWorld(World):
    def __init__(self, name, extra="", plan=PLAN, tls=False):
        super().__init__(name, plan, tls)
        self.disk = None
        self.extra = extra
        self.configure()

    def configure(self, data="data"):
        self.data = data
        self.write("collector.yaml", f"listen: 127.0.0.1:{self.port}\ndata: {data}\nplan: plan.yaml\n{'' if self.tls else 'tls: none' + chr(10)}flush: 1s\n"
                                     f"fine_rows: 600\nmiddle_rows: 12\ncoarse_rows: 24\n{self.extra}")

    def small_disk(self, size):
        self.disk = SmallDisk(self.path("data"), size)
        return self.disk

    def identity(self):
        with open(self.file("identity"), encoding="ascii") as f:
            return f.read().strip()

    def trust(self):
        return ssl.create_default_context(cafile=self.file("tls/ca.pem")) if self.tls else None

    def operator_token(self):
        with open(self.file("operator.token"), encoding="ascii") as f:
            return f.read().strip()

    def file(self, name):
        return self.disk.inside(name) if self.disk else self.path(self.data, name)

    def start_collector(self, wait=True, healthy=True, argv=(), env=None):
        command = [f"{BIN}/vigia-collector", "-c", self.path("collector.yaml"), *argv]
        if self.disk:
            command = self.disk.enter(*command)
        log = open(self.path("collector.log"), "ab")
        p = subprocess.Popen(command, cwd=self.dir, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=env)
        log.close()
        self.processes["collector"] = p
        if wait:
            until("the collector answers", lambda: self.alive("collector") and self.get("/healthz", token=None)[0] in ((200,) if healthy else (200, 503)))
        return p

    def end(self):
        super().end()
        if self.disk:
            self.disk.end()

    def vigia(self, *argv, check=True):
        p = subprocess.run([f"{BIN}/vigia", "--collector", self.url, "--token-file", self.path(self.data, "operator.token"), *argv],
                           cwd=self.dir, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if check and p.returncode != 0:
            raise AssertionError(f"vigia {' '.join(argv)}: {p.returncode}: {p.stdout[-500:]}{p.stderr[-500:]}")
        return p

    def alarms(self):
        return [a["alarm"] for a in self.status()["alarms"]]

    def raised(self, alarm):
        """It is shown in every place where a person may look."""
        until(f"the alarm {alarm}", lambda: alarm in self.alarms(), 20)
        until("it is in the metrics", lambda: self.metric_of("vigia_alarm", f'alarm="{alarm}"') == 1, 5)
        assert f"alarm.raised alarm={alarm}" in self.log("collector"), self.log("collector")[-2000:]

    def cleared(self, alarm, seconds=30):
        until(f"the end of the alarm {alarm}", lambda: alarm not in self.alarms(), seconds)
        assert self.metric_of("vigia_alarm", f'alarm="{alarm}"') == 0
        assert f"alarm.cleared alarm={alarm}" in self.log("collector")
        log = self.log("collector")
        if log.count("collector.started") == 1:
            assert log.count(f"alarm.raised alarm={alarm} ") == log.count(f"alarm.cleared alarm={alarm} "), "raised and cleared once each"

    def metric_of(self, name, label):
        status, body = self.get("/metrics")
        assert status == 200, status
        for line in body.decode().splitlines():
            if line.startswith(f"{name}{{{label}}} "):
                return float(line.rsplit(" ", 1)[1])
        raise AssertionError(f"no metric {name}{{{label}}}")

    def entries(self, name="journal.db"):
        db = sqlite3.connect(f"file:{self.file(name)}?mode=ro", uri=True, timeout=5)
        try:
            return [dict(zip(("seq", "kind", "body"), r)) for r in db.execute("SELECT seq, kind, body FROM entry ORDER BY seq")]
        finally:
            db.close()

    def verify(self, name="journal.db", *argv):
        """A file of the data folder, or any by its whole path."""
        command = [f"{BIN}/vigia", "--lang", "en", "verify", os.path.join(self.path(self.data), name), *argv]
        return subprocess.run(self.disk.enter(*command) if self.disk else command, capture_output=True, text=True, timeout=60)

    def drawn(self, check="web:http", start=None):
        """The rows of a series, one per second: t -> state."""
        start = int(time.time()) - 500 if start is None else start
        status, body = self.get(f"/v1/series?check={check}&from=dc&start={start}&end={start + 560}&points=200000")
        if status == 404:
            return {}
        assert status == 200, (status, body)
        s = json.loads(body)
        state = s["names"].index("state")
        return {s["start"] + i * s["step"]: r[state] for i, r in enumerate(s["rows"]) if r[state] is not None}


def fail(p):
    p.send("ok")
    p.send("connect-refused")
    return p.send("connect-refused")


def sha256(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()
