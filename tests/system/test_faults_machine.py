"""The whole machine: a clock that steps or starts wrong, a collector killed while it reloads, a second start, a machine
that is lost and comes back from its backup."""

import glob
import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time

from faults_world import BIN, PLAN, FaultWorld, Poster, fail, until
from world import run

HOUR = 3600
FAKETIME = next(iter(glob.glob("/usr/lib/*/faketime/libfaketime.so.1")), None)


class Clock:
    """The collector's system clock, moved while it runs; its monotonic clock is the real one."""

    def __init__(self, w, offset=0):
        assert FAKETIME, "libfaketime is missing (package faketime)"
        self.path = w.path("clock")
        self.set(offset)
        self.env = dict(os.environ, LD_PRELOAD=FAKETIME, FAKETIME_TIMESTAMP_FILE=self.path, FAKETIME_NO_CACHE="1",
                        FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1", FAKETIME_DONT_RESET="1")

    def set(self, offset):
        with open(self.path + ".new", "w", encoding="ascii") as f:
            f.write(f"{'+' if offset >= 0 else ''}{offset}\n")
        os.rename(self.path + ".new", self.path)


def clock_of(w):
    c = w.status()["services"][0]["clock"]
    return c and c["elapsed"]


def a_clock_that_steps_moves_nothing():
    """An hour forward, an hour back, while an outage runs: elapsed goes on second by second, nothing turns blind, no
    breach, no second call, journal times never go back; the alarm lasts as long as the clock is off."""
    w = FaultWorld("step")
    try:
        clock = Clock(w)
        w.start_collector(env=clock.env)
        p = Poster(w)
        p.send("ok", "otro:http")
        fail(p)
        until("the page", w.messages)
        began, elapsed = time.monotonic(), clock_of(w)
        for offset in (HOUR, -HOUR, 0):
            clock.set(offset)
            if offset:
                w.raised("clock-off")
                how_far = re.compile(r"\+3(599|600|601) s" if offset > 0 else r"-3(599|600|601) s")
                until("the alarm says how far", lambda: how_far.search(str(w.status()["alarms"])), 10)
            else:
                w.cleared("clock-off")
            p.send("connect-refused")
            p.send("ok", "otro:http")
            s = w.status()
            passed = time.monotonic() - began
            assert abs(s["services"][0]["clock"]["elapsed"] - elapsed - passed) < 2, (offset, s["services"][0]["clock"], elapsed, passed)
            assert not s["services"][0]["clock"]["breached"] and s["services"][0]["state"] == "down", s["services"]
            states = {c["id"]: c["state"] for c in s["components"]}
            assert states == {"web": "critical", "otro": "ok"}, states
            assert abs(s["agents"][0]["clock_offset"]) < 2, s["agents"]
        assert len(w.messages()) == 1, [m["kind"] for m in w.messages()]
        events = w.events()
        assert [e["recorded"] for e in events] == sorted(e["recorded"] for e in events)
        assert not [e for e in events if e["kind"] in ("check.blind", "clock.breached", "agent.silent")]
        assert len([e for e in events if e["kind"] == "clock.stepped"]) == 3
        until("results are drawn under any clock", lambda: p.flush()[1]["cursor"] == p.seq, 30)
        w.stop("collector")
        assert w.verify().returncode == 0
    finally:
        w.end()


def a_clock_that_starts_wrong():
    """Before the journal's end: time goes on from there. Years ahead: not believed, so that the journal does not stand in
    that future for ever. Either is shown; agents with the right clock are taken as they are; a person may vouch for it."""
    w = FaultWorld("wrong")
    try:
        clock = Clock(w)
        w.start_collector(env=clock.env)
        p = Poster(w)
        fail(p)
        until("the page", w.messages)
        w.stop("collector")
        for offset in (-HOUR, -20 * 365 * 86400, 10 * 365 * 86400):
            clock.set(offset)
            w.start_collector(env=clock.env)
            w.raised("clock-off")
            now = w.status()["now"]
            assert abs(now - time.time()) < 10, (offset, now)
            status, answer = p.send("connect-refused")
            assert status == 200 and not answer["refused"], (offset, answer)
            s = w.status()["services"][0]
            assert s["state"] == "down" and s["clock"]["elapsed"] < 60 and not s["clock"]["breached"], (offset, s)
            clock.set(0)
            w.cleared("clock-off")
            assert w.get("/healthz", token=None)[0] == 200
            w.stop("collector")
        assert len(w.messages()) == 1, [m["kind"] for m in w.messages()]
        events = w.entries()
        assert w.verify().returncode == 0 and len(events) > 10
        clock.set(2 * 365 * 86400)
        w.start_collector(env=clock.env, argv=["--trust-clock"])
        assert abs(w.status()["now"] - time.time() - 2 * 365 * 86400) < 10 and "clock-off" not in w.alarms()
    finally:
        w.end()


def killed_while_it_reloads():
    """SIGHUP with another plan, kill -9 a little later, many times: after each start the old plan or the new one runs, whole."""
    w = FaultWorld("reload")
    try:
        rng = random.Random(20260401)
        w.start_collector()
        more = lambda n: PLAN.replace("services:", "".join(
            f"  - {{id: extra-{k}, name: Extra {k}, checks: [{{id: http, type: http, url: \"http://127.0.0.1:9/\", from: [dc], interval: 60s}}]}}\n" for k in range(n)) + "services:")
        old, news, olds = 0, 0, 0
        for n in range(1, 21):
            w.write("plan.next", more(50 * n))
            os.rename(w.path("plan.next"), w.plan_path)
            w.processes["collector"].send_signal(signal.SIGHUP)
            threading.Event().wait(rng.choice((0, 0.002, 0.005, 0.01, 0.02, 0.05)))
            w.kill("collector")
            # What the journal holds is what was in force; the plan on disk is taken by the next start.
            applied = [json.loads(e["body"]) for e in w.entries() if e["kind"] == "plan.applied"]
            extras = json.dumps(applied[-1]).count('"extra-')
            news, olds = news + (extras >= 50 * n), olds + (extras < 50 * n)
            assert w.verify().returncode == 0
            w.start_collector()
            assert len(w.status()["components"]) == 2 + 50 * n
            assert w.status()["plan"]["refused"] is None and not w.alarms()
        print(f"  killed before the plan was journalled: {olds}, after: {news}")
        p = Poster(w)
        fail(p)
        until("the page", w.messages)
    finally:
        w.end()


def one_process_has_the_folder():
    """A second collector and a second agent on the same folder: one clear error with the pid; kill -9 leaves no lock behind."""
    w = FaultWorld("lock")
    try:
        w.start_collector()
        second = subprocess.run([f"{BIN}/vigia-collector", "-c", w.path("collector.yaml")], capture_output=True, text=True, timeout=20)
        errors = [line for line in second.stderr.splitlines() if " error " in line]
        assert second.returncode == 1 and len(errors) == 1 and f"process {w.processes['collector'].pid};" in errors[0], second.stderr
        with open(w.file("lock"), encoding="ascii") as f:
            assert f.read() == f"{w.processes['collector'].pid}\n"
        w.enrol("dc")
        w.start_agent("dc")
        until("the agent is heard", lambda: w.status()["agents"][0]["state"] == "ok")
        second = subprocess.run([f"{BIN}/vigia-agent", "-c", w.path("dc.yaml")], capture_output=True, text=True, timeout=20)
        errors = [line for line in second.stderr.splitlines() if " error " in line]
        assert second.returncode == 1 and len(errors) == 1 and f"process {w.processes['dc'].pid};" in errors[0], second.stderr
        for name, start in (("collector", w.start_collector), ("dc", lambda: w.start_agent("dc"))):
            w.kill(name)
            start()
        until("both are there again", lambda: w.status()["agents"][0]["state"] == "ok" and w.alive("dc"))
    finally:
        w.end()


def agent_of(w, name):
    return next(a for a in w.status()["agents"] if a["id"] == name)


def posts(w, token):
    """The status of an empty request with this key."""
    return w.post("/v1/results", {}, token)[0]


def modes_of(folder, names):
    """Of all files that went into the backup."""
    out = {}
    for root, _, files in os.walk(folder):
        for f in files:
            relative = os.path.relpath(os.path.join(root, f), folder)
            if relative.split(os.sep)[0] in names:
                out[relative] = f"{os.stat(os.path.join(root, f)).st_mode & 0o7777:o}"
    return {k: v for k, v in out.items() if k == "identity" or k.startswith("tls/") or k.endswith((".key", ".token", "tokens.json"))}


def the_machine_is_lost():
    """Backed up while it runs under load, then everything is deleted; restored elsewhere the agents go on, the incident
    still runs with its clock, evidence stands up, and no number is given twice."""
    w = FaultWorld("lost", plan=PLAN.replace("agents: [{id: dc, silent_after: 60s}]", "agents: [{id: dc, silent_after: 60s}, {id: otro}, {id: tres}]"), extra="public_url: http://127.0.0.1:9\n", tls=True)
    try:
        w.start_collector()
        p = Poster(w)
        # Keys as they stand in the middle of things: one agent at work, one key rotated, one revoked.
        before_rotation = w.enrol("otro")
        w.start_agent("otro")
        until("the agent is heard", lambda: agent_of(w, "otro")["state"] == "ok")
        status, answer = w.post("/v1/agents/otro/enrol?rotate=1", {}, w.operator_token())
        assert status == 200, answer
        rotated = answer["token"]
        w.write("otro.key", rotated + "\n")
        w.processes["otro"].send_signal(signal.SIGHUP)
        until("the new key is in use", lambda: posts(w, before_rotation) == 401)
        status, answer = w.post("/v1/agents/tres/enrol", {}, w.operator_token())
        assert status == 200, answer
        revoked = answer["token"]
        assert w.post("/v1/agents/tres/revoke", {}, w.operator_token())[0] == 200
        identity = w.identity()
        fail(p)
        page = until("the page", lambda: [m for m in w.messages() if m["kind"] == "down"])[0]
        until("its receipt is journalled", lambda: w.kinds("call.received"))
        until("all so far is safe", lambda: p.flush()[1]["cursor"] == p.seq, 30)
        opened = w.kinds("incident.opened")[0]["seq"]
        stop, sent = threading.Event(), []

        def load():
            while not stop.is_set():
                sent.append(p.send("connect-refused")[0])
                p.send("ok", "otro:http")

        pump = threading.Thread(target=load)
        pump.start()
        try:
            until("load", lambda: len(sent) > 20)
            out = w.vigia("backup", w.path("data"), w.path("collector.yaml"), w.plan_path, "-o", w.path("backup"))
            assert "secret" in out.stdout or "secreto" in out.stdout, out.stdout
        finally:
            stop.set()
            pump.join()
        assert set(sent) == {200}, "it took everything in all the while"
        until("drawing goes on after the backup", lambda: p.flush()[1]["cursor"] == p.seq, 30)
        # What was written after the backup is lost with the machine.
        status, _ = w.post(f"/v1/incidents/{opened}/note", {"as": "mesa", "note": "después del respaldo"}, w.operator_token())
        assert status == 200
        lost_head = w.json("/v1/journal/head")
        lost_seqs = {e["seq"] for e in w.events()}
        # A backup is whole, private, and checkable with common tools.
        assert subprocess.run(["sha256sum", "--quiet", "-c", "SHA256SUMS"], cwd=w.path("backup")).returncode == 0
        for folder, _, files in os.walk(w.path("backup")):
            assert os.stat(folder).st_mode & 0o077 == 0
            assert all(os.stat(os.path.join(folder, f)).st_mode & 0o077 == 0 for f in files)
        assert sorted(os.listdir(w.path("backup", "extra"))) == ["collector.yaml", "plan.yaml"]
        names = os.listdir(w.path("backup", "data"))
        assert "operator.token" in names and "ballast" not in names and "lock" not in names, names
        assert {"identity", "links.key", "tokens.json", "journal.db", "tls"} <= set(names), names
        assert sorted(os.listdir(w.path("backup", "data", "tls"))) == ["ca.key", "ca.pem", "cert.key", "cert.pem"]
        modes = modes_of(w.path("data"), names)
        w.kill("collector")
        shutil.rmtree(w.path("data"))
        refused = w.vigia("restore", w.path("backup"), "--to", w.path("backup"), check=False)
        assert refused.returncode == 1 and "not empty" in refused.stderr, refused
        spoiled(w)
        w.vigia("restore", w.path("backup"), "--to", w.path("elsewhere"))
        assert modes_of(w.path("elsewhere"), names) == modes and modes["identity"] == "644" and modes["tls/ca.key"] == "600", modes
        w.configure("elsewhere")
        w.start_collector()
        assert w.identity() == identity and "identity.made" not in w.log("collector").split("collector.started")[-1]
        assert "certificate.renewed" not in w.log("collector").split("collector.stop")[-1].split("collector.started", 1)[-1]
        # Its agent goes on by itself: it pins the identity, and has the key that was in force.
        heard = time.time()
        until("the agent goes on", lambda: (agent_of(w, "otro")["last_seen"] or 0) > heard, 60)
        assert w.alive("otro") and [posts(w, t) for t in (before_rotation, revoked)] == [401, 401]
        # A link that was sent before is still one; no other is.
        token = page["link"].rsplit("/", 1)[1]
        assert w.get(f"/v1/links/{token}")[0] == 200
        assert w.get(f"/v1/links/{token[:-1]}{'0' if token[-1] != '0' else '1'}")[0] == 404
        s = w.status()["services"][0]
        assert s["state"] == "down" and s["incident"] == opened and s["clock"]["running"], s
        assert abs(s["clock"]["began"] - w.kinds("clock.started")[0]["body"]["began"]) < 1e-6
        # The agent, which had been told of a cursor that is not in the backup, goes on; its gap is told, nothing doubled.
        gone = p.seq
        p.send("connect-refused")
        until("what comes after is safe", lambda: p.send("ok", "otro:http")[1]["cursor"] > gone, 60)
        assert "agent.hole" in w.log("collector"), "what nobody has any more is told"
        segments = w.kinds("journal.segment")
        assert len(segments) == 1 and segments[0]["body"]["reason"].startswith("restored from a backup"), segments
        assert not [e for e in w.events() if e["seq"] > segments[0]["seq"] and e["seq"] in lost_seqs]
        assert [m["id"] for m in w.messages()].count(page["id"]) == 1, w.messages()
        # Evidence: an export over the break stands up; a head of before the backup is on the chain, a lost one is told.
        head = w.json("/v1/journal/head")
        export = w.vigia("export", str(opened), "--format", "json", "-o", w.path("e.json"))
        assert export.returncode == 0
        assert w.verify(w.path("e.json")).returncode == 0
        w.stop("collector")
        v = w.verify("journal.db", "--head", f"{head['seq']}:{head['hash']}")
        assert v.returncode == 0 and "segments" in v.stdout, v
        manifest = json.load(open(w.path("backup", "manifest.json"), encoding="utf-8"))
        v = w.verify("journal.db", "--head", f"{manifest['head']['seq']}:{manifest['head']['hash']}")
        assert v.returncode == 0, v
        v = w.verify("journal.db", "--head", f"{lost_head['seq']}:{lost_head['hash']}")
        assert v.returncode == 1 and "new segment" in v.stderr + v.stdout, v
        # Standing still it is backed up as well, and nobody starts from the folder meanwhile.
        w.vigia("backup", w.path("elsewhere"), "-o", w.path("second"))
        assert json.load(open(w.path("second", "manifest.json"), encoding="utf-8"))["running"] is False
    finally:
        w.end()


def spoiled(w):
    """Every kind of spoiled backup is refused with the file's name, and leaves nothing behind."""
    def refused(change, word):
        shutil.rmtree(w.path("spoiled"), ignore_errors=True)
        shutil.copytree(w.path("backup"), w.path("spoiled"))
        change(w.path("spoiled"))
        r = w.vigia("restore", w.path("spoiled"), "--to", w.path("new"), check=False)
        assert r.returncode == 1 and word in r.stderr and len(r.stderr.splitlines()) == 1, (word, r)
        assert not os.path.exists(w.path("new")) and not os.path.exists(w.path("new.partial"))

    def flip(path):
        with open(path, "r+b") as f:
            f.seek(5000)
            f.write(b"XX")

    refused(lambda d: flip(os.path.join(d, "data/journal.db")), "journal.db is not what was backed up")
    refused(lambda d: os.unlink(os.path.join(d, "data/operator.token")), "operator.token is missing")
    refused(lambda d: open(os.path.join(d, "data/more"), "w").close(), "more is not on the list")
    refused(lambda d: os.unlink(os.path.join(d, "SHA256SUMS")), "SHA256SUMS")
    refused(lambda d: os.unlink(os.path.join(d, "manifest.json")), "manifest.json")


if __name__ == "__main__":
    run(a_clock_that_steps_moves_nothing, a_clock_that_starts_wrong, killed_while_it_reloads, one_process_has_the_folder, the_machine_is_lost)
