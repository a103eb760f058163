"""The watch over the watch, with the real binaries: the outgoing sign of life, what systemd is told, a journal that takes
nothing, and a power cut of centre and agent at once."""

import json
import os
import resource
import signal
import socket
import ssl
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from peers import certificate
from world import BIN, Target, World, free_port, run, until

PLAN = """\
institution: {{name: Instituto de prueba}}
agents: [{{id: dc, silent_after: 2s}}]
components:
  - {{id: dc/web, name: Sitio, checks: [
      {{id: http, type: http, url: "http://127.0.0.1:{web}/", from: [dc], interval: 1s, retry_interval: 300ms, timeout: 900ms,
       confirm: 2, recover: 1, fresh_within: 3s}}]}}
services:
  - {{id: publicacion, name: Publicación, criticality: very-high, rto: 30m, rpo: not-applicable, needs: dc/web, blind_limit: 2s,
     team: mesa-de-ayuda, policy: critica}}
people:
  - {{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}
  - {{id: utsi, post: Titular de la UTSI, contacts: [{{channel: archivo, to: utsi@example.org}}]}}
seats:
  - {{id: mesa-de-ayuda, level: 0, titular: mesa, suplente: utsi}}
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies:
  - {{id: critica, repeat: 60s, steps: [{{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}}]}}
"""


class Watcher:
    """An outside watcher: notes when a beat came and what it said; may refuse, or hang for ever."""

    def __init__(self, tls=None):
        outer = self
        self.beats = []
        self.status = 204
        self.hung = threading.Event()
        self.hang = False
        self.open = 0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.beats.append((time.monotonic(), self.path, dict(self.headers), body))
                if outer.hang:
                    outer.open += 1
                    outer.hung.wait(60)
                    return
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def end(self):
        self.hung.set()
        self.server.shutdown()
        self.server.server_close()


def beating_world(name, watcher, post=True, plan=None):
    w = World(name, plan or PLAN.format(web=free_port()))
    with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
        f.write(f"heartbeat: {{url: 'http://127.0.0.1:{watcher.port}/ping/s3cret', every: 300ms, timeout: 300ms, post: {str(post).lower()}}}\n")
    return w


def heartbeat(w):
    return w.status()["watch"]["heartbeat"]


def the_sign_of_life_comes_and_says_what_became_of_it():
    """Beats come regularly, hold no secret, and their state is on the board, in the metrics and in the log."""
    watcher = Watcher()
    w = beating_world("beat", watcher)
    try:
        w.start_collector()
        until("five beats", lambda: len(watcher.beats) >= 5)
        assert heartbeat(w)["state"] == "ok", heartbeat(w)
        for _, path, headers, body in watcher.beats:
            assert path == "/ping/s3cret"
            assert set(json.loads(body)) == {"now", "version", "seq", "hash"}, body
            assert "Authorization" not in headers
        assert w.metric("vigia_heartbeats_total") >= 4
        assert abs(w.metric("vigia_heartbeat_last_success_timestamp_seconds") - time.time()) < 20
        assert "heartbeat.ok" in w.log("collector") and "s3cret" not in w.log("collector"), w.log("collector")
        watcher.status = 500
        until("a refusal is told", lambda: heartbeat(w)["state"] == "failing" and heartbeat(w)["why"] == "status 500")
        assert any(t["what"] == "heartbeat-failing" for t in w.status()["watch"]["troubles"])
        watcher.status = 200
        until("it is well again", lambda: heartbeat(w)["state"] == "ok")
        assert not w.status()["watch"]["troubles"], w.status()["watch"]["troubles"]
        assert w.log("collector").count("heartbeat.failed") == 1, "one line per change"
    finally:
        watcher.end()
        w.end()


def a_sign_of_life_over_tls():
    """A watcher elsewhere is known by its name and an authority of ca_file, not by an identity: the right one hears us; one of
    another authority, or of another name, hears nothing."""
    folder = World("beat-certs", "")
    right, other = certificate(folder.dir), certificate(folder.dir, "otro")
    try:
        for shown, ca, heard in ((right, right[0], True), (other, right[0], False), (other, other[0], False)):
            watcher = Watcher(shown)
            w = World("beat-tls", PLAN.format(web=free_port()))
            with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
                f.write(f"heartbeat: {{url: 'https://localhost:{watcher.port}/ping/s3cret', every: 300ms, timeout: 300ms, ca_file: {ca}}}\n")
            try:
                w.start_collector()
                until("it is told", lambda: heartbeat(w)["state"] == ("ok" if heard else "failing"))
                assert bool(watcher.beats) == heard, watcher.beats
                if not heard:
                    assert "certificate" in heartbeat(w)["why"], heartbeat(w)
            finally:
                watcher.end()
                w.end()
    finally:
        folder.end()


def a_watcher_that_hangs_harms_nothing():
    """A peer that never answers: beats time out one at a time, everything else goes on."""
    watcher = Watcher()
    watcher.hang = True
    w = beating_world("hang", watcher, post=False)
    try:
        w.start_collector()
        until("several beats hung", lambda: watcher.open >= 3)
        until("it is told", lambda: heartbeat(w)["state"] == "failing")
        assert w.metric("vigia_loop_lag_seconds") < 5
        assert w.get("/healthz", token=None)[0] == 200
        w.stop("collector")  # although one hangs
    finally:
        watcher.end()
        w.end()


def it_is_withheld_while_the_journal_takes_nothing():
    """A journal that cannot be committed silences the sign of life on a day on which nothing happens; then it comes back."""
    watcher = Watcher()
    # Nothing falls silent or blind for an hour, so nothing but the canary writes.
    w = beating_world("withheld", watcher, plan=PLAN.format(web=free_port()).replace("silent_after: 2s", "silent_after: 1h").replace("fresh_within: 3s", "fresh_within: 1h"))
    try:
        w.start_collector()
        until("beats come", lambda: len(watcher.beats) >= 3)
        pid = w.processes["collector"].pid
        wal = max((w.path("data", n) for n in os.listdir(w.path("data")) if n.endswith("-wal")), key=os.path.getsize)
        soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        # No file may grow past this, as on a full disk; the canary finds out, for nothing else is written.
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (os.path.getsize(wal), hard))
        head = w.status()["head"]["seq"]
        until("the canary sees it", lambda: heartbeat(w)["state"] == "withheld", 60)
        assert w.status()["head"]["seq"] == head, "something else was written: the canary is not what saw it"
        assert heartbeat(w)["why"] == "journal-failing", heartbeat(w)
        assert any(t["what"] == "journal-failing" for t in w.status()["watch"]["troubles"])
        assert w.metric("vigia_uncommitted_age_seconds") > 0
        count = len(watcher.beats)
        withheld = w.metric("vigia_heartbeats_total")
        until("several were withheld", lambda: w.metric("vigia_heartbeats_total") >= withheld + 3)
        assert len(watcher.beats) <= count + 1, "beats leave although nothing can be journalled"
        w.alive("collector")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
        until("it beats again", lambda: heartbeat(w)["state"] == "ok" and len(watcher.beats) > count + 2)
        assert "heartbeat.withheld" in w.log("collector")
    finally:
        watcher.end()
        w.end()


class Systemd:
    """A notify socket, as systemd has one per service."""

    def __init__(self, path):
        self.path = path
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("\0" + path[1:] if path.startswith("@") else path)
        self.socket.setblocking(False)
        self.heard = []

    def look(self):
        while True:
            try:
                self.heard.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return self.heard

    def said(self, what):
        return sum(1 for m in self.look() if what in m.split("\n"))

    def close(self):
        self.socket.close()


def start_under(w, sd, name, *argv):
    env = dict(os.environ, NOTIFY_SOCKET=sd.path, WATCHDOG_USEC="400000")
    with open(w.path(f"{name}.log"), "ab") as log:
        w.processes[name] = subprocess.Popen(argv, cwd=w.dir, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    return w.processes[name]


def feeds_and_stops(w, sd, name):
    """READY once, WATCHDOG while it turns, none while it is stopped, STOPPING at the end."""
    until(f"{name} is ready", lambda: sd.said("READY=1") == 1)
    count = sd.said("WATCHDOG=1")
    until(f"{name} feeds the watchdog", lambda: sd.said("WATCHDOG=1") >= count + 3)
    os.kill(w.processes[name].pid, signal.SIGSTOP)
    until(f"{name} stands still", lambda: open(f"/proc/{w.processes[name].pid}/stat").read().rsplit(")", 1)[1].split()[0] == "T")
    sd.look()
    count = sd.said("WATCHDOG=1")
    end = time.monotonic() + 1.2  # three times the watchdog's time: systemd would have rung
    until("the watchdog's time has passed", lambda: time.monotonic() > end)
    assert sd.said("WATCHDOG=1") == count, f"{name} feeds the watchdog while it stands still"
    os.kill(w.processes[name].pid, signal.SIGCONT)
    until(f"{name} feeds again", lambda: sd.said("WATCHDOG=1") > count)


def systemd_is_told_by_all_three():
    """Collector, agent and dashboard tell READY, STATUS, WATCHDOG, RELOADING and STOPPING to a path and an abstract name."""
    web = Target()
    w = World("sd", PLAN.format(web=web.port))
    sds = []
    try:
        def sd(name):
            sds.append(Systemd(name))
            return sds[-1]

        c = sd(w.path("collector.sock"))
        start_under(w, c, "collector", f"{BIN}/vigia-collector", "-c", w.path("collector.yaml"))
        until("READY", lambda: c.said("READY=1"))
        assert w.get("/healthz", token=None)[0] == 200, "READY was told before it served"
        assert any(m.startswith("READY=1\nSTATUS=listens on 127.0.0.1:") for m in c.heard), c.heard
        feeds_and_stops(w, c, "collector")
        os.kill(w.processes["collector"].pid, signal.SIGHUP)
        until("RELOADING, then READY", lambda: c.said("RELOADING=1") == 1 and c.said("READY=1") == 2)
        assert any(l.startswith("MONOTONIC_USEC=") for m in c.heard for l in m.split("\n"))
        w.enrol("dc")
        a = sd(f"@vigia-test-{os.getpid()}-agent")
        start_under(w, a, "dc", f"{BIN}/vigia-agent", "-c", w.path("dc.yaml"))
        feeds_and_stops(w, a, "dc")
        d = sd(w.path("dashboard.sock"))
        start_under(w, d, "dashboard", f"{BIN}/vigia-dashboard", "-c", w.path("dashboard.yaml"))
        feeds_and_stops(w, d, "dashboard")
        for name, s in (("dc", a), ("dashboard", d), ("collector", c)):
            s.look()  # the kernel keeps ten messages and drops the rest: room for the last
            w.processes[name].send_signal(signal.SIGTERM)
            until(f"{name} says that it stops", lambda: s.said("STOPPING=1") == 1)
            until(f"{name} ends", lambda: w.processes[name].poll() is not None)
            assert w.processes[name].returncode == 0, name
    finally:
        for s in sds:
            s.close()
        web.kill()
        w.end()


def a_full_disk_does_not_ring_the_watchdog():
    """A journal that takes nothing is no reason to be killed: the loop turns, the watchdog is fed, the status line says it."""
    w = World("sdfull", PLAN.format(web=free_port()))
    c = Systemd(w.path("collector.sock"))
    try:
        start_under(w, c, "collector", f"{BIN}/vigia-collector", "-c", w.path("collector.yaml"))
        until("READY", lambda: c.said("READY=1"))
        pid = w.processes["collector"].pid
        soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))
        until("the status line says it", lambda: c.said("STATUS=not well: journal-failing") == 1, 60)
        count = c.said("WATCHDOG=1")
        until("the watchdog is fed all the same", lambda: c.said("WATCHDOG=1") >= count + 10)
        w.alive("collector")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))
        until("and when it is well again", lambda: any(m.startswith("STATUS=listens") for m in c.look()))
    finally:
        c.close()
        w.end()


def centre_and_agent_lose_power_at_once():
    """kill -9 of collector and agent together; the collector starts alone: an incident of kind blind, its clock from the last
    good sample before the cut and marked estimated, the person told why."""
    web = Target()
    w = World("power", PLAN.format(web=web.port))
    with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
        f.write("flush: 1s\n")
    try:
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        until("the site is well", lambda: w.status()["services"][0]["state"] == "ok")
        first = w.kinds("check.good")[0]["body"]["good"]
        until("rows are in the file", lambda: w.metric("vigia_series_rows_total") >= 12, 60)
        last = w.status()["components"][0]["checks"][0]["vantages"][0]["t"]
        for name in ("collector", "dc"):
            w.processes[name].send_signal(signal.SIGKILL)
        for name in ("collector", "dc"):
            w.processes[name].wait()
        w.start_collector()
        until("an incident of kind blind", lambda: any(i["kind"] == "blind" for i in w.status()["incidents"]), 30)
        clock = w.status()["services"][0]["clock"]
        assert clock["estimated"] is True, clock
        assert last - 4 <= clock["began"] <= last + 1, f"clock from {clock['began']}, last sample {last}, first {first}"
        assert clock["began"] > first + 2, "the clock counts from the first good sample, not from the last"
        cause = until("its timeline tells the cause", lambda: w.kinds("incident.cause"))[0]["body"]
        assert cause["agent"] == "dc" and cause["cause"] == "unknown", cause
        until("somebody is told", lambda: [m for m in w.messages() if m["kind"] == "blind"])
        assert "El agente dc calla" in w.messages()[0]["text"], w.messages()[0]["text"]
        w.start_agent("dc")
        until("the backlog shows that all was well", lambda: w.kinds("clock.restored"), 30)
    finally:
        web.kill()
        w.end()


if __name__ == "__main__":
    run(the_sign_of_life_comes_and_says_what_became_of_it, a_sign_of_life_over_tls, a_watcher_that_hangs_harms_nothing,
        it_is_withheld_while_the_journal_takes_nothing, systemd_is_told_by_all_three, a_full_disk_does_not_ring_the_watchdog,
        centre_and_agent_lose_power_at_once)
