"""The agent in trouble: its disk full, its name service silent. A small disk and a resolv.conf of its own, in mount
namespaces; the real binaries."""

import os
import socket
import subprocess
import threading
import time

from faults_world import BIN, FaultWorld, SmallDisk, until
from world import Target, free_port, run

PLAN = """\
institution: {{name: Instituto de prueba}}
agents: [{{id: dc, silent_after: 20s}}]
components:
  - {{id: fijo, name: Fijo, checks: [{{id: http, type: http, url: "http://127.0.0.1:{port}/", from: [dc], interval: 1s, timeout: 800ms, confirm: 1, recover: 1}}]}}
  - {{id: nombre, name: Nombre, checks: [{{id: http, type: http, url: "http://sitio.example.org:{port}/", from: [dc], interval: 2s, timeout: 1500ms, confirm: 1}},
      {{id: tcp, type: tcp, address: sitio.example.org, port: {port}, from: [dc], interval: 2s, timeout: 1500ms, confirm: 1}}]}}
services:
  - {{id: publicacion, name: Publicación, criticality: very-high, rto: 5m, needs: fijo, team: equipo, policy: critica}}
people: [{{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}]
seats: [{{id: equipo, level: 3, titular: mesa}}]
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies: [{{id: critica, repeat: 300s, steps: [{{at: confirmed, call: ["seat:equipo"], ack_within: 280s}}]}}]
"""


def world(name, target):
    w = FaultWorld(name, plan=PLAN.format(port=target.port))
    w.start_collector()
    w.enrol("dc")
    return w


def check(w, component, n=0):
    c = next(c for c in w.status()["components"] if c["id"] == component)["checks"][n]
    return c["state"], c["vantages"][0]["outcome"]


def the_agents_disk_is_full():
    """Results leave at once while the collector is there, an outage still pages; what had no place is told as a gap, and
    with room again everything is kept as before."""
    target = Target()
    w = world("agentfull", target)
    disk = None
    try:
        disk = SmallDisk(w.path("dc-data"), 1 << 20)
        w.spawn("dc", *disk.enter(f"{BIN}/vigia-agent", "-c", w.path("dc.yaml")))
        until("it works", lambda: check(w, "fijo") == ("ok", "ok"))
        disk.fill()
        until("the agent says so", lambda: "spool.unwritable" in w.log("dc"), 30)
        w.alive("dc")
        target.kill()
        page = until("the page leaves", w.messages, 20)[0]
        assert page["kind"] == "down"
        target.start()
        until("and its end is told", lambda: [m for m in w.messages() if m["kind"] == "up"], 20)
        disk.empty()
        gap = until("what had no place is a gap", lambda: w.kinds("agent.gap"), 40)[0]
        assert gap["body"]["reason"].endswith("disk-full"), gap
        # From here on the spool keeps again: nothing of an absence of the collector is lost.
        made = w.metric("vigia_results_total") + w.metric("vigia_results_live_total")  # numbers so far: what had no place went live
        w.kill("collector")
        kept = disk.used_by_others()
        until("the absence is kept on the disk", lambda: disk.used_by_others() >= kept + 1000)  # five results or more
        w.start_collector()
        until("it is back", lambda: w.status()["agents"][0]["state"] == "ok" and check(w, "fijo") == ("ok", "ok"), 30)
        until("the backlog is in", lambda: w.status()["agents"][0]["spooled"] < 60 and w.drawn("fijo:http"), 40)
        late = [g["body"] for g in w.kinds("agent.gap") if g["body"]["to"] > made]
        assert not late, (made, late)
        w.alive("dc")
    finally:
        w.end()
        if target.server:
            target.kill()
        if disk:
            disk.end()


class SilentNames:
    """A name server that swallows what it is asked."""

    def __init__(self):
        self.sockets = []
        self.asked = 0
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("127.0.53.53", 53))
        self.socket = s
        threading.Thread(target=self.swallow, daemon=True).start()

    def swallow(self):
        while True:
            try:
                self.socket.recvfrom(4096)
            except OSError:
                return
            self.asked += 1

    def end(self):
        self.socket.close()


def the_name_service_is_silent():
    """Checks by name end with the phase that failed; checks by address are as fast as ever, the loop never waits, and the
    uplink goes on; when names are answered again, so are the checks."""
    target = Target()
    w = world("names", target)
    names = SilentNames()
    try:
        w.write("resolv.conf", "nameserver 127.0.53.53\n")
        w.write("hosts", "127.0.0.1 localhost\n")
        w.write("nsswitch.conf", "hosts: files dns\n")
        script = 'mount --make-rprivate / && mount --bind "$0/resolv.conf" /etc/resolv.conf && mount --bind "$0/hosts" /etc/hosts && exec "$@"'
        w.spawn("dc", "unshare", "-m", "sh", "-c", script, w.dir, f"{BIN}/vigia-agent", "-c", w.path("dc.yaml"))
        until("checks by address work", lambda: check(w, "fijo") == ("ok", "ok"), 20)
        for n in range(2):
            until("checks by name say which phase", lambda: check(w, "nombre", n) == ("critical", "name-timeout"), 20)
        assert names.asked >= 2, "the silent server was asked"
        # All the while the others are measured in time, and the loop does not stand.
        seen = until("a minute of nothing but names", lambda: names.asked >= 20 and len(w.drawn("fijo:http")) >= 8 and w.drawn("fijo:http"), 60)
        late = [b - a for a, b in zip(sorted(seen), sorted(seen)[1:])]
        assert max(late) <= 2, ("no second is missed but on the edge of two", late)
        assert set(seen.values()) == {0}, seen
        lag = w.metric_of("vigia_agent_lag_seconds", 'agent="dc"')
        assert lag < 0.5, lag
        assert not w.messages() and not w.kinds("agent.silent")
        # Failures there are told at once.
        target.kill()
        until("the page", w.messages, 20)
        # Names come back: the hosts file is read at each question.
        target.start()
        with open(w.path("hosts"), "a", encoding="ascii") as f:
            f.write("127.0.0.1 sitio.example.org\n")
        until("checks by name work", lambda: check(w, "nombre", 0)[1] == "ok" and check(w, "nombre", 1)[1] == "ok", 30)
    finally:
        w.end()
        names.end()
        if target.server:
            target.kill()


if __name__ == "__main__":
    run(the_agents_disk_is_full, the_name_service_is_silent)
