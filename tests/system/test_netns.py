"""Agents and collector in network namespaces of their own, joined by veth pairs through a router; links are cut, made lossy,
cut one way and restored; agents and targets are killed. What the board says of each, and that nobody is paged for what is over.

Needs root and the right to make namespaces; without them it fails and says so. Namespaces are named after this process, and
all that was made is removed at the end, also after a failure. The agents speak to 127.0.0.1 of their own namespace, where a
relay carries each connection over the links to the collector's loopback."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time

from world import BIN, World, run, until

RUN = f"vg{os.getpid()}"
CLONE_NEWNET = 0x40000000
CENTRE, RELAY_PORT, WEB_PORT = "10.77.0.2", 17460, 18080

PLAN = """\
institution: {{name: Instituto de prueba}}
sites: [{{id: noc, name: Centro, kind: noc}}, {{id: uno, name: CATD Uno, kind: catd}}, {{id: dos, name: CATD Dos, kind: catd}}]
agents: [{{id: noc, site: noc, silent_after: 3s}}, {{id: catd-1, site: uno, silent_after: 3s}}, {{id: catd-2, site: dos, silent_after: 3s}}]
components:
  - {{id: uno/gw, site: uno, address: 10.77.1.2, checks: [
      {{id: ping, type: icmp, count: 1, from: [noc], interval: 1s, retry_interval: 300ms, timeout: 500ms, confirm: 2, recover: 2, fresh_within: 4s}}]}}
  - {{id: dos/gw, site: dos, address: 10.77.2.2, checks: [
      {{id: ping, type: icmp, count: 1, from: [noc, catd-2], quorum: 2, interval: 1s, retry_interval: 300ms, timeout: 500ms, confirm: 2, recover: 2, fresh_within: 4s}}]}}
  - {{id: uno/web, site: uno, checks: [
      {{id: http, type: http, url: "http://10.77.1.2:{web}/", from: [catd-1, noc], quorum: 2, interval: 1s, retry_interval: 300ms, timeout: 900ms,
       confirm: 2, recover: 2, fresh_within: 4s}}]}}
  - {{id: uno/local, site: uno, checks: [
      {{id: http, type: http, url: "http://10.77.1.2:{web}/", from: [catd-1], interval: 1s, retry_interval: 300ms, timeout: 900ms,
       confirm: 2, recover: 2, fresh_within: 4s}}]}}
services:
  - {{id: registro, name: Registro, rto: 30m, rpo: not-applicable, needs: uno/local, blind_limit: 10m, team: mesa, policy: critica}}
people:
  - {{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}
  - {{id: utsi, post: Titular de la UTSI, contacts: [{{channel: archivo, to: utsi@example.org}}]}}
seats: [{{id: mesa, level: 0, titular: mesa, suplente: utsi}}]
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies: [{{id: critica, repeat: 60s, steps: [{{at: confirmed, call: ["seat:mesa"], ack_within: 20s}}]}}]
cool_down: 1s
"""


def sh(*argv):
    p = subprocess.run(argv, capture_output=True, text=True, timeout=30)
    if p.returncode != 0:
        raise AssertionError(f"{' '.join(argv)}: {p.stderr.strip() or p.returncode} (this test needs root, network namespaces, veth and nft)")


def inside(ns, *argv):
    return ("nsenter", f"--net=/run/netns/{RUN}{ns}", *argv)


class Net:
    """A router r with the centre c and the sites a and b around it: 10.77.N.1 is the router's side, 10.77.N.2 the other."""

    def __init__(self):
        self.names = []
        self.links = {}
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        self.libc = ctypes.CDLL(None, use_errno=True)

    def make(self):
        for ns in "rcab":
            sh("ip", "netns", "add", RUN + ns)
            self.names.append(RUN + ns)
            sh(*inside(ns, "ip", "link", "set", "lo", "up"))
        for n, ns in enumerate("cab"):
            sh(*inside("r", "ip", "link", "add", f"to-{ns}", "type", "veth", "peer", "name", "up0", "netns", RUN + ns))
            sh(*inside("r", "ip", "addr", "add", f"10.77.{n}.1/24", "dev", f"to-{ns}"))
            sh(*inside("r", "ip", "link", "set", f"to-{ns}", "up"))
            sh(*inside(ns, "ip", "addr", "add", f"10.77.{n}.2/24", "dev", "up0"))
            sh(*inside(ns, "ip", "link", "set", "up0", "up"))
            sh(*inside(ns, "ip", "route", "add", "default", "via", f"10.77.{n}.1"))
        sh(*inside("r", "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward"))
        sh(*inside("r", "nft", "add table ip cut; add chain ip cut way { type filter hook forward priority 0; }"))

    def enter(self, ns):
        """This thread, and what it starts, from now on; None = back."""
        fd = self.home if ns is None else os.open(f"/run/netns/{RUN}{ns}", os.O_RDONLY)
        failed = self.libc.setns(fd, CLONE_NEWNET) != 0
        if ns is not None:
            os.close(fd)
        if failed:
            raise AssertionError(f"setns: {os.strerror(ctypes.get_errno())} (this test needs root)")

    def link(self, ns, up):
        sh(*inside("r", "ip", "link", "set", f"to-{ns}", "up" if up else "down"))

    def rules(self, *rules):
        sh(*inside("r", "nft", "flush chain ip cut way"))
        for r in rules:
            sh(*inside("r", "nft", f"add rule ip cut way {r}"))

    def remove(self):
        self.enter(None)
        os.close(self.home)
        for name in self.names:
            subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=30)
        left = [n for n in os.listdir("/run/netns") if n.startswith(RUN)]
        assert not left, f"namespaces are left: {left}"


# --- a relay, run as a program of its own in a namespace ---------------------------------------------------

def pump(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data:
                break
            b.sendall(data)
    except OSError:
        pass
    for s in (a, b):
        try:
            s.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def relay(listen, to):
    server = socket.create_server((listen[0], int(listen[1])))
    while True:
        near, _ = server.accept()

        def carry(near=near):
            try:
                far = socket.create_connection((to[0], int(to[1])), timeout=3)
                far.settimeout(None)
                # What a cut link holds is given up soon, so that a new connection can be made when it is back.
                far.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 3000)
            except OSError:
                near.close()
                return
            threading.Thread(target=pump, args=(near, far), daemon=True).start()
            pump(far, near)

        threading.Thread(target=carry, daemon=True).start()


class Sites(World):
    """The collector and the centre's agent in c, an agent and a web service in a, an agent in b."""

    def __init__(self, net):
        super().__init__("netns", PLAN.format(web=WEB_PORT))
        self.net = net

    def spawn_in(self, ns, name, *argv):
        return self.spawn(name, *inside(ns, *argv))

    def start(self):
        me = (sys.executable, os.path.abspath(__file__), "--relay")
        self.start_collector()
        self.spawn_in("c", "relay-c", *me, f"{CENTRE}:{RELAY_PORT}", f"127.0.0.1:{self.port}")
        for ns in "ab":
            self.spawn_in(ns, f"relay-{ns}", *me, f"127.0.0.1:{self.port}", f"{CENTRE}:{RELAY_PORT}")
        for agent in ("noc", "catd-1", "catd-2"):
            self.enrol(agent)
        self.start_web()
        self.start_agent("noc")
        self.spawn_in("a", "catd-1", f"{BIN}/vigia-agent", "-c", self.path("catd-1.yaml"))
        self.spawn_in("b", "catd-2", f"{BIN}/vigia-agent", "-c", self.path("catd-2.yaml"))
        until("all is well from everywhere", lambda: all(c["state"] == "ok" for c in self.status()["components"]), 60)
        until("and calm", lambda: not self.status()["watch"]["troubles"], 30)
        assert self.status()["watch"]["unwatched_sites"] == ["noc"], self.status()["watch"]

    def start_web(self):
        self.spawn_in("a", "web", sys.executable, "-u", "-m", "http.server", str(WEB_PORT), "--bind", "0.0.0.0")

    def agent(self, name):
        return next(a for a in self.status()["agents"] if a["id"] == name)

    def service(self):
        return self.status()["services"][0]

    def is_well(self):
        s = self.status()
        return all(a["state"] == "ok" and a["cause"] == "none" and a["spooled"] == 0 for a in s["agents"]) and \
            all(c["state"] == "ok" for c in s["components"])


def with_sites(test):
    def wrapped():
        net, w = Net(), None
        try:
            net.make()
            net.enter("c")
            w = Sites(net)
            w.start()
            test(w, net)
        finally:
            try:
                if w is not None:
                    w.end()
            finally:
                net.remove()
    wrapped.__name__, wrapped.__doc__ = test.__name__, test.__doc__
    return wrapped


@with_sites
def links_cut_and_restored_agents_and_targets_killed(w, net):
    """Link cut: said so, blind and nobody paged; restored: the backlog tells the true times of an outage that is over and pages
    nobody. One way cut, lossy, agent dead, far side down: each is told as what it is."""
    # --- the link is cut; while it is, the target fails and comes back: nobody in the centre can see it
    net.link("a", False)
    cut = time.time()
    until("the link is told as cut", lambda: w.agent("catd-1")["cause"] == "link-cut", 40)
    assert w.agent("catd-1")["state"] == "silent" and w.agent("catd-1")["cause_component"] == "uno/gw"
    other = w.agent("catd-2")
    assert other["state"] == "ok" and other["cause"] == "none", f"the other site is not touched: {other}"
    until("its service is blind", lambda: w.service()["state"] == "blind")
    assert any(t["what"] == "agent-silent" and t["who"] == "catd-1" and t["cause"] == "link-cut" for t in w.status()["watch"]["troubles"])
    died = time.time()
    w.kill("web")
    log = w.path("catd-1-data/spool")
    size = sum(os.path.getsize(os.path.join(log, n)) for n in os.listdir(log))
    until("the agent has seen the outage", lambda: sum(os.path.getsize(os.path.join(log, n)) for n in os.listdir(log)) > size + 800, 30)
    w.start_web()
    until("and its end, for longer than what counts as fresh", lambda: len(served(w)) >= 12 and served(w)[-1] - served(w)[0] > 6, 40)
    back = served(w)[0]
    net.link("a", True)
    until("the agent is heard, its backlog is in, all is well", w.is_well, 60)
    causes = [e["body"] for e in w.kinds("agent.cause") if e["body"]["agent"] == "catd-1"]
    assert "link-cut" in [c["to"] for c in causes] and "agent-dead" not in [c["to"] for c in causes], causes
    assert not w.messages(), f"somebody was paged for what is over: {w.messages()}"
    assert not w.status()["incidents"], w.status()["incidents"]
    silent = next(e for e in w.kinds("agent.silent") if e["body"]["agent"] == "catd-1")
    assert cut - 2 < silent["body"]["last_seen"] < cut + 2, (silent, cut)
    rows = until("the outage is drawn where it happened", lambda: bad_rows(w, died, back))
    assert all(died - 1 <= t <= back + 3 for t in rows), (rows, died, back)
    # --- half of the packets are lost: whatever is said meanwhile, nothing is lost
    net.rules("numgen random mod 100 < 30 drop")
    count = w.metric("vigia_results_total")
    until("results arrive over a lossy link", lambda: w.metric("vigia_results_total") > count + 15, 90)
    net.rules()
    until("all is well again", w.is_well, 60)
    assert not w.kinds("agent.gap"), w.kinds("agent.gap")
    # --- one way: what begins in the centre does not get there
    net.rules("ip daddr 10.77.1.0/24 icmp type echo-request drop", "ip daddr 10.77.1.0/24 tcp flags syn / syn,ack drop")
    until("one way is told", lambda: w.agent("catd-1")["cause"] == "one-way", 40)
    assert w.agent("catd-1")["state"] == "ok"
    assert w.service()["state"] == "ok", "from inside it works"
    net.rules()
    until("all is well after it", w.is_well, 60)
    # --- the agent is killed: its site answers
    before = w.status()["head"]["seq"]
    w.kill("catd-1")
    until("a dead agent is told", lambda: w.agent("catd-1")["cause"] == "agent-dead", 40)
    told = [e["body"]["to"] for e in w.kinds("agent.cause") if e["seq"] > before]
    assert set(told) <= {"unknown", "agent-dead"}, told
    w.spawn_in("a", "catd-1", f"{BIN}/vigia-agent", "-c", w.path("catd-1.yaml"))
    until("all is well with a new start of it", w.is_well, 60)
    assert not w.messages(), w.messages()
    # --- the target is killed: agents are heard, it fails from both sides
    w.kill("web")
    until("the far side is told as down", lambda: w.agent("catd-1")["cause"] == "far-side-down", 40)
    assert w.agent("catd-1")["state"] == "ok"
    until("this one is paged", lambda: [m for m in w.messages() if m["kind"] == "down"], 30)
    w.start_web()
    until("and told up", lambda: [m for m in w.messages() if m["kind"] == "up"], 40)
    until("all is well at the end", w.is_well, 60)


def served(w):
    """When the web service of the site answered since its last start, to the second."""
    lines = w.log("web").split("Serving HTTP")[-1].splitlines()
    return [time.mktime(time.strptime(l.split("[")[1].split("]")[0], "%d/%b/%Y %H:%M:%S")) for l in lines if '"GET' in l]


def bad_rows(w, start, end):
    doc = w.json(f"/v1/series?check=uno%2Flocal%3Ahttp&from=catd-1&start={int(start) - 20}&end={int(end) + 20}&points=200")
    column = doc["names"].index("bad")
    return [doc["start"] + i * doc["step"] for i, row in enumerate(doc["rows"]) if row[column]]


if __name__ == "__main__":
    if sys.argv[1:2] == ["--relay"]:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        relay(sys.argv[2].rsplit(":", 1), sys.argv[3].rsplit(":", 1))
    run(links_cut_and_restored_agents_and_targets_killed)
