"""The board before 200 viewers: real collector and dashboard, the estate's 34 agents of 20 checks each played by one process that sends their
results. Measured: from the answer to an act (its entry is committed then) to the event at each viewer; CPU and memory of the dashboard with nobody and with
all of them; bytes a second for each, with values and without, in quiet and in trouble; the first picture in Chromium, cold, on a
plain line and on a bad one. Its peer for static files is nginx in the same run."""

import gzip
import http.client
import json
import os
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
import urllib.request

sys.path.insert(0, "tests/system")
sys.path.insert(0, "bench")
from estate import HEAD  # noqa: E402
from whole_way import cpu_seconds, memory_kib  # noqa: E402
from world import World, free_port, until  # noqa: E402

AGENTS = int(os.environ.get("AGENTS", "34"))
CHECKS = 20
VIEWERS = int(os.environ.get("VIEWERS", "200"))
ACTS = int(os.environ.get("ACTS", "100"))
MEASURED = float(os.environ.get("MEASURED", "30"))
VALUES = {"icmp": {"rtt": 0.00121, "rtt_min": 0.00091, "rtt_avg": 0.00131, "rtt_max": 0.00213, "jitter": 0.00021, "loss": 0}, "tcp": {"connect": 0.00183}}


def plan_of():
    agents = ", ".join(f"{{id: s{a}, silent_after: 60s}}" for a in range(AGENTS))
    components = services = ""
    for a in range(AGENTS):
        for c in range(CHECKS):
            kind = f"type: icmp, address: 127.0.{a}.{c + 1}, count: 5" if c < 10 else "type: tcp, address: 127.0.0.1, port: 9"
            components += f"  - {{id: s{a}/c{c}, name: Componente {c} del sitio {a}, checks: [{{id: p, from: [s{a}], interval: 10s, timeout: 3s, {kind}}}]}}\n"
        services += (f"  - {{id: s{a}, name: Servicio del sitio {a}, criticality: high, rto: 30m, rpo: not-applicable, "
                     f"needs: {{all: [{', '.join(f's{a}/c{c}' for c in range(CHECKS))}]}}, team: mesa-de-ayuda, policy: critica}}\n")
    return f"{HEAD}agents: [{agents}]\nservices:\n{services}components:\n{components}"


class Estate(threading.Thread):
    """Sends the results of all agents: each check every 10 s, two a second and agent."""

    def __init__(self, w):
        super().__init__(daemon=True)
        self.w, self.ended, self.bad = w, threading.Event(), set()
        token = w.operator_token()
        self.tokens = [w.post(f"/v1/agents/s{a}/enrol", {}, token)[1]["token"] for a in range(AGENTS)]

    def result(self, a, seq, now):
        c = seq % CHECKS
        kind = "icmp" if c < 10 else "tcp"
        bad = (a, c) in self.bad
        values = {k: round(v * (1 + (seq * 7 + a) % 13 / 100), 6) for k, v in VALUES[kind].items()}
        outcome = ("answer-none" if kind == "icmp" else "connect-refused") if bad else "ok"
        return {"seq": seq, "check": f"s{a}/c{c}:p", "t": now, "outcome": outcome, "values": ({"loss": 1} if kind == "icmp" else {}) if bad else values}

    def run(self):
        seqs = [0] * AGENTS
        lines = [http.client.HTTPConnection("127.0.0.1", self.w.port, timeout=10) for _ in range(AGENTS)]
        first = True
        while not self.ended.is_set():
            began = time.monotonic()
            for a in range(AGENTS):
                if self.ended.is_set():
                    break
                now = time.time()
                count = CHECKS if first else 2
                batch = {"agent": f"s{a}", "boot": "b1", "now": now, "results": [self.result(a, seqs[a] + 1 + i, round(now - 0.01 * (count - i), 6)) for i in range(count)],
                         "gaps": [], "agent_state": {"lag": round(0.001 + seqs[a] % 7 / 10000, 6), "spooled": 0, "spool": {"oldest": None, "bytes": 0}, "version": "0.1.0"}}
                lines[a].request("POST", "/v1/results", json.dumps(batch), {"Authorization": f"Bearer {self.tokens[a]}", "Content-Type": "application/json"})
                answer = lines[a].getresponse()
                answer.read()
                assert answer.status == 200, answer.status
                seqs[a] += count
                self.ended.wait(max(0, (0.9 * (a + 1) / AGENTS) - (time.monotonic() - began)) if not first else 0)
            first = False
            self.ended.wait(max(0, 1 - (time.monotonic() - began)))


# The viewers, in a process of their own: they take everything, note when a sequence number of the journal first stood in what came, and count.
CLIENT = """
import json, re, selectors, socket, sys, time
port, viewers, values = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
picked, seen, counts = selectors.DefaultSelector(), {}, [0] * viewers
tails = [b""] * viewers
for v in range(viewers):
    s = socket.create_connection(("127.0.0.1", port))
    s.sendall(b"GET /api/stream?values=%s HTTP/1.1\\r\\nHost: 127.0.0.1:%d\\r\\n\\r\\n" % (values.encode(), port))
    s.setblocking(False)
    picked.register(s, selectors.EVENT_READ, v)
picked.register(sys.stdin, selectors.EVENT_READ, None)
number = re.compile(rb'"head":\\{"seq":(\\d+)')
print("ready", flush=True)
while True:
    for key, _ in picked.select():
        if key.data is None:
            word = sys.stdin.readline().strip()
            if word == "count":
                print(json.dumps({"at": time.monotonic(), "bytes": sum(counts)}), flush=True)
            elif word == "seen":
                print(json.dumps(seen), flush=True)
                seen = {}
            else:
                sys.exit(0)
            continue
        data = key.fileobj.recv(1 << 18)
        now = time.monotonic()
        if not data:
            sys.exit("a viewer was cut")
        counts[key.data] += len(data)
        text = tails[key.data] + data
        for m in number.findall(text):
            seen.setdefault(int(m), {}).setdefault(key.data, now)
        tails[key.data] = text[-40:]
"""


class Viewers:
    def __init__(self, port, n, values):
        self.n = n
        self.p = subprocess.Popen([sys.executable, "-c", CLIENT, str(port), str(n), str(values)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.p.stdout.readline() == "ready\n"

    def ask(self, word):
        self.p.stdin.write(word + "\n")
        self.p.stdin.flush()
        return json.loads(self.p.stdout.readline())

    def rate(self, seconds):
        a = self.ask("count")
        time.sleep(seconds)
        b = self.ask("count")
        return (b["bytes"] - a["bytes"]) / (b["at"] - a["at"]) / self.n

    def end(self):
        self.p.stdin.write("end\n")
        self.p.stdin.close()
        self.p.wait(10)


def percentile(sorted_list, share):
    return sorted_list[min(len(sorted_list) - 1, int(len(sorted_list) * share))]


def acts(w, viewers, n):
    """A person leaves and is back again: each is an entry that changes the status."""
    token, answered = w.operator_token(), {}
    for i in range(n):
        body = {"as": "mesa", "proof": "operator-token", "note": "prueba"}
        status, answer = w.post("/v1/acts/back" if i % 2 else "/v1/acts/leave", {**body, "until": "1h"} if i % 2 == 0 else body, token)
        assert status == 200, (status, answer)
        answered[answer["seq"]] = time.monotonic()
        time.sleep(0.15)
    time.sleep(0.5)
    seen = {int(k): v for k, v in viewers.ask("seen").items()}
    took = []
    for seq, at in answered.items():
        # The first status of the viewer that holds this entry, perhaps together with a later one.
        for v in range(viewers.n):
            arrived = [t for s, by in seen.items() if s >= seq for who, t in by.items() if int(who) == v]
            took.append(max(0, min(arrived) - at))
    return sorted(took)


def say(text):
    print(text, flush=True)


def latency(w, dashboard, values):
    memory = sum(memory_kib(dashboard.pid)[1:])
    viewers = Viewers(w.board_port, VIEWERS, values)
    what = "with values" if values else "without values"
    time.sleep(8)
    start, cpu = time.monotonic(), cpu_seconds(dashboard.pid)
    quiet = viewers.rate(MEASURED)
    used = (cpu_seconds(dashboard.pid) - cpu) / (time.monotonic() - start)
    took = acts(w, viewers, ACTS)
    ms = [1000 * x for x in (statistics.median(took), percentile(took, 0.99), took[-1])]
    after = sum(memory_kib(dashboard.pid)[1:])
    say(f"{VIEWERS} viewers {what}: act answered to event {ms[0]:.0f} ms p50, {ms[1]:.0f} ms p99, {ms[2]:.0f} ms max ({len(took)} samples); "
        f"quiet {quiet:.0f} B/s each; dashboard {used * 100:.1f} % of a core, private memory {memory / 1024:.1f} -> {after / 1024:.1f} MiB "
        f"({(after - memory) / VIEWERS:.0f} KiB a viewer)")
    return viewers


def trouble(w, estate, dashboard, viewers, what):
    """Three sites lose half of their checks, people are called, and somebody writes twice a second."""
    estate.bad = {(a, c) for a in range(3) for c in range(0, CHECKS, 2)}
    until("three services are down", lambda: sum(s["state"] == "down" for s in w.status()["services"]) == 3, 60)
    ended = threading.Event()

    def write():
        while not ended.is_set():
            w.post("/v1/acts/leave", {"as": "mesa", "proof": "operator-token", "until": "1h"}, w.operator_token())
            ended.wait(0.5)
    t = threading.Thread(target=write)
    t.start()
    start, cpu = time.monotonic(), cpu_seconds(dashboard.pid)
    rate = viewers.rate(MEASURED)
    used = (cpu_seconds(dashboard.pid) - cpu) / (time.monotonic() - start)
    ended.set()
    t.join()
    say(f"in trouble, {what}: {rate:.0f} B/s each, dashboard {used * 100:.1f} % of a core")
    estate.bad = set()
    until("all is well", lambda: all(s["state"] == "ok" for s in w.status()["services"]), 60)


def sizes(port):
    for query in ("", "?values=0"):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/status{query}", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as r:
            packed = r.read()
        say(f"/api/status{query} of {AGENTS * CHECKS} checks: {len(gzip.decompress(packed)) / 1024:.0f} KiB, packed {len(packed) / 1024:.1f} KiB")


def fetch_all(port, paths, rounds):
    line = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for _ in range(rounds):
        for path in paths:
            start = time.perf_counter()
            line.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = line.getresponse()
            answer.read()
            took.append(time.perf_counter() - start)
            assert answer.status == 200, path
    line.close()
    return statistics.median(took) * 1e6


def static_files(w, dashboard):
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    with urllib.request.urlopen(f"http://127.0.0.1:{w.board_port}/") as r:
        page = r.read().decode()
    paths = [part.split('"')[0] for part in page.split('href="')[1:]]
    ours = fetch_all(w.board_port, paths, 30)
    if not os.path.exists(nginx):
        say(f"a file of the first view, packed, on one connection: {ours:.0f} us (nginx is not installed)")
        return
    root, port = w.path("static"), free_port()
    for path in paths:
        os.makedirs(os.path.dirname(root + path), exist_ok=True)
        request = urllib.request.Request(f"http://127.0.0.1:{w.board_port}{path}", headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request) as r, open(root + path + ".gz", "wb") as f:
            f.write(r.read())
        with urllib.request.urlopen(f"http://127.0.0.1:{w.board_port}{path}") as r, open(root + path, "wb") as f:
            f.write(r.read())
    w.write("nginx.conf", f"{'user root;' if os.getuid() == 0 else ''} daemon off; worker_processes 1; pid {w.path('nginx.pid')}; error_log {w.path('nginx.err')}; events {{}}\n"
            f"http {{ access_log off; gzip_static on; keepalive_requests 100000; client_body_temp_path {w.path('n1')}; proxy_temp_path {w.path('n2')}; fastcgi_temp_path {w.path('n3')};\n"
            f" uwsgi_temp_path {w.path('n4')}; scgi_temp_path {w.path('n5')}; server {{ listen 127.0.0.1:{port}; root {root}; }} }}\n")
    p = w.spawn("nginx", nginx, "-c", w.path("nginx.conf"))
    until("nginx listens", lambda: socket.create_connection(("127.0.0.1", port)).close() is None)
    theirs = fetch_all(port, paths, 30)
    w.kill("nginx", 15)
    say(f"a file of the first view, packed, on one connection: {ours:.0f} us, nginx with gzip_static {theirs:.0f} us")
    del p


def paint(w):
    if not os.path.isdir("tests/browser/node_modules/playwright-core"):
        say("playwright-core is not installed: no picture")
        return
    subprocess.run(["node", "bench/board_paint.mjs", f"http://127.0.0.1:{w.board_port}/"], check=True, timeout=300)


def main():
    w, estate = World("board", plan_of()), None
    try:
        w.start_collector()
        estate = Estate(w)
        estate.start()
        until("all is well", lambda: all(s["state"] == "ok" for s in w.status()["services"]), 120)
        dashboard = w.start_dashboard()
        until("the board answers", lambda: urllib.request.urlopen(f"http://127.0.0.1:{w.board_port}/api/status").status == 200)
        sizes(w.board_port)
        for values in (0, 1):
            viewers = latency(w, dashboard, values)
            trouble(w, estate, dashboard, viewers, "with values" if values else "without values")
            viewers.end()
        static_files(w, dashboard)
        paint(w)
    finally:
        if estate is not None:
            estate.ended.set()
            estate.join(10)
        w.end()


if __name__ == "__main__":
    main()
