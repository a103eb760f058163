"""The collector alone, by its front door: results as any agent may post them, hostile ones too; acts of people;
a disk that refuses; restarts. The real binary on loopback, no agent."""

import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time
import urllib.error
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from world import BIN, World, run, until

PLAN = """\
flapping: {failures: 8, within: 1s, stable: 1s} # it fails more often here than anything may without being told as intermittent
institution: {name: Instituto de prueba}
agents: [{id: dc, silent_after: 60s}, {id: lejos, silent_after: 60s}]
components:
  - {id: web, name: Sitio, checks: [{id: http, type: http, url: "http://127.0.0.1:9/", from: [dc], interval: 20s, confirm: 2}]}
  - {id: otro, name: Otro, checks: [{id: http, type: http, url: "http://127.0.0.1:9/", from: [lejos], interval: 20s}]}
services:
  - {id: publicacion, name: Publicación, criticality: very-high, rto: 5m, needs: web, team: equipo, policy: critica}
people:
  - {id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}
  - {id: utsi, post: Titular, contacts: [{channel: archivo, to: utsi@example.org}]}
seats: [{id: equipo, level: 3, titular: mesa, suplente: utsi}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:equipo"], ack_within: 50s}]}]
"""


class Poster:
    """An agent's half of the wire, in a few lines."""

    def __init__(self, world, agent="dc", boot="b1"):
        self.w, self.agent, self.boot, self.seq = world, agent, boot, 0
        status, answer = world.post(f"/v1/agents/{agent}/enrol", {}, world.operator_token())
        assert status == 200, (status, answer)
        self.token = answer["token"]

    def batch(self, *results, **more):
        return {"agent": self.agent, "boot": self.boot, "now": time.time(), "results": list(results), **more}

    def result(self, outcome="ok", check="web:http", t=None, values=None):
        self.seq += 1
        return {"seq": self.seq, "check": check, "t": time.time() if t is None else t, "outcome": outcome,
                "values": values or {}}

    def send(self, *results, **more):
        status, answer = self.w.post("/v1/results", self.batch(*results, **more), self.token)
        assert status == 200, (status, answer)
        return answer


def world(name, plan=PLAN):
    w = World(name, plan)
    w.write("collector.yaml", f"listen: 127.0.0.1:{w.port}\ndata: data\nplan: plan.yaml\ntls: none\nflush: 1s\n")
    w.start_collector()
    return w


def fail(p):
    p.send(p.result())
    p.send(p.result("connect-refused"))
    return p.send(p.result("connect-refused"))


def the_first_page_is_out_with_the_answer():
    """The page has left within 100 ms of the arrival of the confirming result, and the answer of that POST is journalled."""
    w = world("page")
    try:
        took = []
        for n in range(5):
            p = Poster(w, boot=f"b{n}")
            p.send(p.result())
            p.send(p.result("connect-refused"))
            seen = len(w.messages())
            start = time.time()
            answer = p.send(p.result("connect-refused"))
            until("the page", lambda: len(w.messages()) > seen, 5)
            took.append(w.messages()[seen]["at"] - start)
            assert answer["head"]["seq"] <= w.json("/v1/journal/head")["seq"]
            p.send(p.result())
            until("recovery is told", lambda: w.messages()[-1]["kind"] == "up", 5)
        assert max(took) < 0.1, took
        print(f"  arrival to page: {', '.join(f'{t * 1000:.1f}' for t in took)} ms")
    finally:
        w.end()


def hostile_input_is_refused_and_counted():
    """What is malformed, foreign, old, future, repeated or oversized is refused and counted; nothing else is disturbed."""
    w = world("hostile")
    try:
        p, far = Poster(w), Poster(w, "lejos")
        p.send(p.result())
        state = lambda: [(s["state"], s["incident"]) for s in w.status()["services"]]
        before, entries = state(), len(w.events())
        good = json.dumps(p.batch(p.result("connect-refused"))).encode()
        p.seq -= 1
        bad = [b"", b"{", b"null", b"[]", b"\x00\xff", good[:-1], good + b"x", good.replace(b'"seq": 2', b'"seq": -2'),
               good.replace(b'"seq": 2', b'"seq": 2.5'), good.replace(b'"seq": 2', b'"seq": 1e99'), good.replace(b"connect-refused", b"splendid"),
               good.replace(b'"now"', b'"then"'), good.replace(b'"values": {}', b'"values": {"total": "much"}'),
               b'{"agent":"dc","boot":"b1","now":1,"results":' + b"[" * 100000, b'{"agent":"' + b"d" * 500 + b'","boot":"b","now":1,"results":[]}',
               good.replace(b'"web:http"', b'"web:\\ud800"')]
        for body in bad:
            status, answer = w.post("/v1/results", body, p.token)
            assert status == 400 and answer["error"] == "malformed" and answer["text"], (body[:80], status, answer)
        assert w.metric("vigia_batches_malformed_total") == len(bad)
        # Who may not.
        assert w.post("/v1/results", good, None)[0] == 401
        assert w.post("/v1/results", good, "f" * 64)[0] == 401
        assert w.post("/v1/results", good, far.token)[0] == 403
        assert w.post("/v1/results", good, w.operator_token())[0] == 403
        assert w.get("/v1/status", token=p.token)[0] == 403
        assert w.get("/v1/agents/lejos/checks", token=p.token)[0] == 403
        assert w.post("/v1/agents/nadie/enrol", {}, w.operator_token())[0] == 404
        # What is not its own, not known, or of another time: handled, refused, told.
        answer = p.send(p.result("connect-refused", "otro:http"), p.result("connect-refused", "no:such"), p.result("connect-refused", t=86400.0),
                        p.result("connect-refused", t=4.1e9), p.result("connect-refused", t=-5.0))
        assert [r["why"] for r in answer["refused"]] == ["not-yours", "unknown-check", "time-too-old", "time-future", "time-too-old"], answer
        assert answer["received"] == p.seq
        # Another time for the whole agent: its clock is shown, its results stand.
        answer = p.send(p.result(t=0.5), now=0.5)
        # Repeated: nothing twice.
        again = p.batch(p.result())
        for _ in range(3):
            assert w.post("/v1/results", again, p.token)[0] == 200
        assert w.metric("vigia_results_duplicate_total") == 2
        assert state() == before, (before, state())
        new = [e["kind"] for e in w.events()[entries:]]
        assert not new, new
        assert fail(p)["received"] == p.seq
        until("a real failure is still seen", lambda: state()[0][0] == "down")
    finally:
        w.end()


def raw(w, data, seconds=15, half_close=False):
    """Sends bytes as they are and returns everything that comes back until the connection ends."""
    with socket.create_connection(("127.0.0.1", w.port), timeout=seconds) as s:
        try:
            s.sendall(data)
            if half_close:
                s.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        out = b""
        while True:
            try:
                part = s.recv(65536)
            except (ConnectionResetError, TimeoutError):
                return out
            if not part:
                return out
            out += part


def hostile_http_is_refused_and_counted():
    """Contradicting lengths, oversized and slow bodies, wrong methods: refused, counted, others served all the while."""
    w = world("http")
    try:
        p = Poster(w)
        auth = f"Authorization: Bearer {p.token}\r\n".encode()
        head = b"POST /v1/results HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + auth
        for bad in (head + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
                    head + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    head + b"Content-Length: -1\r\n\r\n", head + b"Content-Length: 2x\r\n\r\n{}",
                    head.replace(b"Host: x\r\n", b"") + b"Content-Length: 2\r\n\r\n{}"):
            got = raw(w, bad)
            assert got == b"" or got.startswith(b"HTTP/1.1 400"), (bad, got[:200])
        got = raw(w, head + b"Content-Length: 9000000\r\n\r\n")
        assert got.startswith(b"HTTP/1.1 413"), got[:200]
        assert w.metric("vigia_http_refused_size_total") >= 1
        # Without a token nobody makes us read a body.
        got = raw(w, head.replace(auth, b"") + b"Content-Length: 8000000\r\n\r\n")
        assert got.startswith(b"HTTP/1.1 401"), got[:200]
        # A body that never ends is cut at its deadline; meanwhile others are served.
        slow = socket.create_connection(("127.0.0.1", w.port), timeout=30)
        slow.sendall(head + b"Content-Length: 1000\r\n\r\n{")
        assert p.send(p.result())["received"] == 1
        # A body that breaks off disturbs nothing.
        raw(w, head + b"Content-Length: 1000\r\n\r\n{\"agent\"", half_close=True)
        until("the slow one is cut", lambda: w.metric("vigia_http_refused_deadline_total") >= 1, 20)
        slow.close()
        for method, path, want in (("GET", "/v1/results", 405), ("POST", "/v1/status", 405), ("GET", "/v1/nothing", 404), ("GET", "/v1/..%2f", 404),
                                   ("GET", "/v1/incidents/1%002", 404), ("GET", "/v1/incidents/99999", 404), ("GET", "/v1/series?check=no", 404)):
            c = http.client.HTTPConnection("127.0.0.1", w.port, timeout=10)
            c.request(method, path, headers={"Authorization": "Bearer " + w.operator_token()})
            assert c.getresponse().status == want, (method, path)
            c.close()
        assert p.send(p.result())["received"] == 2
    finally:
        w.end()


def people_act_through_the_interface():
    """Acts are journalled with their author, refused ones too; the reader's views agree with the journal."""
    w = world("acts")
    try:
        p, op = Poster(w), w.operator_token()
        fail(p)
        until("the page", w.messages)
        opened = w.kinds("incident.opened")[0]
        i = str(opened["seq"])
        for act, body, want in (("ack", {"as": "nadie"}, 404), ("ack", {}, 400), ("ack", {"as": "mesa", "by": "x"}, 400), ("ack", b"{", 400),
                                ("ack", {"as": "mesa", "proof": "link"}, 400), ("dance", {"as": "mesa"}, 404), ("resume", {"as": "mesa"}, 409),
                                ("close", {"as": "mesa"}, 409), ("authorize", {"as": "mesa"}, 403), ("note", {"as": "mesa", "note": ""}, 400),
                                ("ack", {"as": "mesa", "note": "en camino", "proof": "operator-token"}, 200), ("note", {"as": "utsi", "note": "visto «aquí»"}, 200)):
            status, answer = w.post(f"/v1/incidents/{i}/{act}", body, op)
            assert status == want, (act, body, status, answer)
        assert w.post("/v1/incidents/77/ack", {"as": "mesa"}, op)[0] == 404
        assert w.post(f"/v1/incidents/{opened['body']['folio']}/ack", {"as": "utsi"}, op)[0] == 200  # by its folio
        assert len(w.kinds("act.refused")) >= 3
        assert w.kinds("act.note")[0]["body"]["note"] == "visto «aquí»"
        one = w.json(f"/v1/incidents/{i}")
        assert one["id"] == opened["seq"] and one["calls"] and one["state"] == "confirmed", one
        kinds = [e["kind"] for e in one["timeline"]]
        assert kinds[0] == "incident.opened" and "call.intent" in kinds and "call.received" in kinds and "ack.given" in kinds, kinds
        by_seq = {e["seq"]: e for e in w.events()}
        assert all(by_seq[e["seq"]] == e for e in one["timeline"])
        assert [x["id"] for x in w.json("/v1/incidents")["incidents"]] == [opened["seq"]]
        # Closed and gone from the open ones, it can still be looked at, after a restart too.
        p.send(p.result())
        until("it is restored", lambda: w.json(f"/v1/incidents/{i}")["restored"])
        for act, who in (("resume", "mesa"), ("close", "utsi")):
            assert w.post(f"/v1/incidents/{i}/{act}", {"as": who, "note": "operando"}, op)[0] == 200
        w.stop("collector")
        w.start_collector()
        assert w.json("/v1/incidents")["incidents"] == []
        past = w.json("/v1/incidents?all=1")["incidents"]
        assert [(x["id"], x["state"]) for x in past] == [(opened["seq"], "closed")], past
        one = w.json(f"/v1/incidents/{i}")
        assert one["timeline"][-1]["seq"] > one["timeline"][0]["seq"] == opened["seq"] and "act.close" in [e["kind"] for e in one["timeline"]]
        # The checks of an agent, once.
        c = http.client.HTTPConnection("127.0.0.1", w.port, timeout=10)
        c.request("GET", "/v1/agents/dc/checks", headers={"Authorization": "Bearer " + p.token})
        r = c.getresponse()
        body = json.loads(r.read())
        assert [x["id"] for x in body["checks"]] == ["web:http"] and body["checks"][0]["interval"] == 20, body
        c.request("GET", "/v1/agents/dc/checks", headers={"Authorization": "Bearer " + p.token, "If-None-Match": r.getheader("ETag")})
        assert c.getresponse().status == 304
    finally:
        w.end()


def a_stream_resumes():
    """Server-sent events: every entry once, in order, from where the reader left off."""
    w = world("stream")
    try:
        p = Poster(w)

        def read(after, want):
            c = http.client.HTTPConnection("127.0.0.1", w.port, timeout=10)
            c.request("GET", "/v1/stream", headers={"Authorization": "Bearer " + w.operator_token(), "Last-Event-ID": str(after)})
            r = c.getresponse()
            assert r.status == 200 and r.getheader("Content-Type") == "text/event-stream"
            out = []
            while len(out) < want:
                line = r.fp.readline() if not r.chunked else r.readline()
                if line.startswith(b"data: "):
                    out.append(json.loads(line[6:]))
            c.close()
            return out

        head = w.json("/v1/journal/head")["seq"]
        assert [e["seq"] for e in read(0, head)] == list(range(1, head + 1))
        fail(p)
        more = read(head, 5)
        assert [e["seq"] for e in more] == list(range(head + 1, head + 6))
        assert more == w.events(head)[:5]
    finally:
        w.end()


def nothing_is_lost_over_restarts():
    """kill -9: what had been received comes again from the cursor; the cursor never goes back; a new start is told."""
    w = world("restart")
    try:
        p = Poster(w)
        first = p.send(*[p.result() for _ in range(50)])
        assert first["received"] == 50 and first["cursor"] == 0, first
        w.kill("collector")
        w.start_collector()
        # The agent does not know yet: it goes on where it was. The answer must not make it forget 1..50.
        second = p.send(*[p.result() for _ in range(10)])
        assert second["start"] != first["start"] and second["received"] == 0 and second["cursor"] == 0, second
        p.seq = 0
        assert p.send(*[p.result() for _ in range(60)])["received"] == 60
        cursor = until("all is drawn and synced", lambda: p.send()["cursor"] == 60 and 60, 30)
        w.kill("collector")
        w.start_collector()
        third = p.send()
        assert third["cursor"] == cursor and third["received"] == cursor, third
        # Stopped in good order nothing is left to send again.
        p.send(*[p.result() for _ in range(5)])
        w.stop("collector")
        w.start_collector()
        assert p.send()["cursor"] == 65
        assert len(w.kinds("collector.stopped")) == 1 and len(w.kinds("collector.started")) == 4
    finally:
        w.end()


class Deadly(BaseHTTPRequestHandler):
    """A gateway that takes the first message and kills the sender before it answers."""

    def do_POST(self):
        self.server.taken.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        if len(self.server.taken) == 1:
            os.kill(self.server.victim, signal.SIGKILL)
            return
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


def a_call_of_unknown_outcome_goes_again_marked():
    """Killed between the commit of a call and its result: the same id again, marked; never twice unmarked."""
    gateway = ThreadingHTTPServer(("127.0.0.1", 0), Deadly)
    gateway.taken = []
    threading.Thread(target=gateway.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    w = world("unknown", PLAN.replace("type: file, path: messages.jsonl", f'type: webhook, url: "http://127.0.0.1:{gateway.server_port}/"'))
    try:
        gateway.victim = w.processes["collector"].pid
        p = Poster(w)
        p.send(p.result())
        p.send(p.result("connect-refused"))
        try:
            w.post("/v1/results", p.batch(p.result("connect-refused")), p.token)
        except (ConnectionError, http.client.HTTPException, urllib.error.URLError):
            pass
        assert w.processes.pop("collector").wait(20) == -signal.SIGKILL
        assert "call.intent" in entries(w) and "call.sent" not in entries(w)
        assert len(gateway.taken) == 1 and gateway.taken[0]["maybe_duplicate"] is False, gateway.taken
        w.start_collector()
        until("its receipt", lambda: w.kinds("call.received"))
        intents = w.kinds("call.intent")
        assert len(intents) == 1 and len(gateway.taken) == 2, (intents, gateway.taken)
        again = gateway.taken[1]
        assert again["id"] == gateway.taken[0]["id"] == intents[0]["seq"] and again["maybe_duplicate"] is True, gateway.taken
        assert "posible duplicado" in again["text"], again
        assert w.kinds("call.unknown")[0]["body"]["call"] == again["id"]
    finally:
        w.end()
        gateway.shutdown()
        gateway.server_close()


def what_it_writes_is_nobody_else_s():
    """Journal, series, tokens and messages hold posts and addresses: readable by its own user only; the identity by all."""
    w = world("modes")
    try:
        p = Poster(w)
        p.send(p.result(), p.result("connect-refused"))
        p.send(p.result("connect-refused"))
        until("a message", w.messages)
        until("a series", lambda: [n for _, _, names in os.walk(w.path("data", "rrd")) for n in names if n.endswith(".rrd")])
        files = [w.path("messages.jsonl")] + [os.path.join(d, n) for d, _, names in os.walk(w.path("data")) for n in names]
        assert len(files) > 8, files
        loose = [f for f in files if os.stat(f).st_mode & 0o077 and os.path.basename(f) != "identity"]
        # Certificates are no secret, and nobody else passes through their folder. Series hold figures alone: the board's render workers,
        # which are of the collector's group, read them; nobody writes.
        assert all(f.endswith((".rrd", ".pem")) for f in loose), loose
        assert os.stat(w.path("data", "tls")).st_mode & 0o077 == 0
        series = [os.path.join(d, n) for d, folders, names in os.walk(w.path("data", "rrd")) for n in [".", *names]]
        assert all(os.stat(f).st_mode & 0o027 == 0 for f in series), series
    finally:
        w.end()


def entries(w):
    import sqlite3

    db = sqlite3.connect(f"file:{w.path('data', 'journal.db')}?mode=ro", uri=True, timeout=5)
    try:
        return [r[0] for r in db.execute("SELECT kind FROM entry ORDER BY seq")]
    finally:
        db.close()


def a_disk_that_refuses():
    """Commits fail: 503, shown everywhere, results stay with the agent; the disk is there again: everything goes on, each call once."""
    w = world("disk")
    try:
        p = Poster(w)
        p.send(p.result())
        p.send(p.result("connect-refused"))
        # From now on no file may grow past 4 KiB: the journal cannot, the messages still could.
        w.kill("collector", signal.SIGTERM)
        p_collector = subprocess.Popen([f"{BIN}/vigia-collector", "-c", w.path("collector.yaml")], cwd=w.dir, stdin=subprocess.DEVNULL,
                                       stderr=open(w.path("collector.log"), "ab"), preexec_fn=lambda: signal.signal(signal.SIGXFSZ, signal.SIG_IGN))
        w.processes["collector"] = p_collector
        until("the collector answers", lambda: w.get("/healthz", token=None)[0] == 200)
        unlimited = resource.prlimit(p_collector.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        p.boot, p.seq = "b2", 0
        batch = p.batch(p.result("connect-refused"), p.result("connect-refused"))
        status, answer = w.post("/v1/results", batch, p.token)
        assert status == 503 and answer["error"] == "not-journalled", (status, answer)
        assert w.post("/v1/results", batch, p.token)[0] == 503
        assert w.get("/healthz", token=None)[0] == 503
        assert w.metric("vigia_journal_failing") == 1 and w.metric("vigia_unjournalled_events") > 0
        shown = w.status()["journal"]
        assert shown["ok"] is False and shown["unjournalled"] > 0, shown
        assert "journal.commit-failed" in w.log("collector")
        committed = w.json("/v1/journal/head")["seq"]
        assert w.events()[-1]["seq"] == committed, "what is not committed is shown to nobody"
        assert not w.messages(), "nothing leaves before it is journalled"
        resource.prlimit(p_collector.pid, resource.RLIMIT_FSIZE, unlimited)
        until("the page leaves when the disk is there again", w.messages, 10)
        assert w.get("/healthz", token=None)[0] == 200
        assert w.post("/v1/results", batch, p.token)[1]["received"] == 2
        assert w.metric("vigia_commit_failures_total") >= 1
        assert len(w.messages()) == 1 and w.messages()[0]["maybe_duplicate"] is False and "journalled" not in w.messages()[0], w.messages()
    finally:
        w.end()


def starts_that_must_not_succeed():
    """A second process, an address that is not loopback, a broken plan: one clear sentence; a broken plan with a past runs the last one."""
    w = world("starts")
    try:
        second = subprocess.run([f"{BIN}/vigia-collector", "-c", w.path("collector.yaml")], capture_output=True, text=True, timeout=20)
        assert second.returncode == 1 and str(w.processes["collector"].pid) in second.stderr, second.stderr
        w.stop("collector")
        good = open(w.plan_path, encoding="utf-8").read()
        w.write("plan.yaml", good + "extra: [\n")
        check = subprocess.run([f"{BIN}/vigia-collector", "-c", w.path("collector.yaml"), "--check"], capture_output=True, text=True, timeout=20)
        assert check.returncode == 1 and "plan.yaml:" in check.stderr, check
        w.start_collector()
        assert w.status()["plan"]["refused"]["text"], "the alarm is shown"
        assert w.status()["services"][0]["id"] == "publicacion", "the last applied plan runs"
        assert w.metric("vigia_plan_refused") == 1
        w.stop("collector")
        w.write("plan.yaml", good)
        w.write("fresh.yaml", f"listen: 127.0.0.1:{w.port}\ndata: fresh\nplan: nowhere.yaml\ntls: none\n")
        fresh = subprocess.run([f"{BIN}/vigia-collector", "-c", w.path("fresh.yaml")], capture_output=True, text=True, timeout=20)
        assert fresh.returncode == 1 and "nowhere.yaml" in fresh.stderr, fresh.stderr
        for yaml, word in (("listen: 0.0.0.0:1\ndata: d\nplan: p\ntls: none\n", "loopback"), ("data: d\nplan: p\ntls: {cert: a, key: b}\n", "tls"),
                           ("data: d\nplan: p\nheartbeat: {url: x}\n", "heartbeat")):
            w.write("bad.yaml", yaml)
            bad = subprocess.run([f"{BIN}/vigia-collector", "-c", w.path("bad.yaml")], capture_output=True, text=True, timeout=20)
            assert bad.returncode == 1 and word in bad.stderr and len(bad.stderr.splitlines()) == 1, bad.stderr
    finally:
        w.end()


if __name__ == "__main__":
    run(the_first_page_is_out_with_the_answer, hostile_input_is_refused_and_counted, hostile_http_is_refused_and_counted,
        people_act_through_the_interface, a_stream_resumes, nothing_is_lost_over_restarts, a_call_of_unknown_outcome_goes_again_marked, what_it_writes_is_nobody_else_s,
        a_disk_that_refuses, starts_that_must_not_succeed)
