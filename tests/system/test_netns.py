"""Agents and collector in network namespaces of their own, joined by veth pairs through a router; links are cut, made lossy,
cut one way and restored; agents and targets are killed. What the board says of each, and that nobody is paged for what is over.

Needs root and the right to make namespaces; without them it fails and says so. Namespaces are named after this process, and
all that was made is removed at the end, also after a failure. The agents speak TLS to addresses of the collector's namespace,
each enrolled as an operator would do it, with the collector's identity pinned."""

import ctypes
import os
import signal
import subprocess
import sys
import time

from world import BIN, World, run, until

RUN = f"vg{os.getpid()}"
CLONE_NEWNET = 0x40000000
# The centre has two links to the router.
CENTRE, CENTRE_TOO, WEB_PORT = "10.77.0.2", "10.77.9.2", 18080

PLAN = """\
institution: {{name: Instituto de prueba}}
sites: [{{id: noc, name: Centro, kind: noc}}, {{id: uno, name: CATD Uno, kind: catd}}, {{id: dos, name: CATD Dos, kind: catd}}]
agents: [{{id: noc, site: noc, silent_after: {silent}}}, {{id: catd-1, site: uno, silent_after: {silent}}}, {{id: catd-2, site: dos, silent_after: {silent}}}]
components:
  - {{id: uno/gw, site: uno, address: 10.77.1.2, checks: [
      {{id: ping, type: icmp, count: 1, from: [noc], interval: 1s, retry_interval: 300ms, timeout: 500ms, confirm: 2, recover: 2, fresh_within: {fresh}}}]}}
  - {{id: dos/gw, site: dos, address: 10.77.2.2, checks: [
      {{id: ping, type: icmp, count: 1, from: [noc, catd-2], quorum: 2, interval: 1s, retry_interval: 300ms, timeout: 500ms, confirm: 2, recover: 2, fresh_within: {fresh}}}]}}
  - {{id: uno/web, site: uno, checks: [
      {{id: http, type: http, url: "http://10.77.1.2:{web}/", from: [catd-1, noc], quorum: 2, interval: 1s, retry_interval: 300ms, timeout: 900ms,
       confirm: 2, recover: 2, fresh_within: {fresh}}}]}}
  - {{id: uno/local, site: uno, checks: [
      {{id: http, type: http, url: "http://10.77.1.2:{web}/", from: [catd-1], interval: 1s, retry_interval: 300ms, timeout: 900ms,
       confirm: 2, recover: 2, fresh_within: {fresh}}}]}}
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
    """A router r with the centre c and the sites a and b around it: 10.77.N.1 is the router's side, 10.77.N.2 the other. The
    centre has a second link, N = 9, whose route serves while the first has no carrier."""

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
        # Before a device is there: it inherits.
        sh(*inside("c", "sh", "-c", "for x in all default; do echo 1 > /proc/sys/net/ipv4/conf/$x/ignore_routes_with_linkdown; done"))
        for n, ns, link, dev in ((0, "c", "c", "up0"), (1, "a", "a", "up0"), (2, "b", "b", "up0"), (9, "c", "c-too", "up1")):
            sh(*inside("r", "ip", "link", "add", f"to-{link}", "type", "veth", "peer", "name", dev, "netns", RUN + ns))
            sh(*inside("r", "ip", "addr", "add", f"10.77.{n}.1/24", "dev", f"to-{link}"))
            sh(*inside("r", "ip", "link", "set", f"to-{link}", "up"))
            sh(*inside(ns, "ip", "addr", "add", f"10.77.{n}.2/24", "dev", dev))
            sh(*inside(ns, "ip", "link", "set", dev, "up"))
            sh(*inside(ns, "ip", "route", "add", "default", "via", f"10.77.{n}.1", "metric", str(100 + n)))
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

    def link(self, link, up):
        sh(*inside("r", "ip", "link", "set", f"to-{link}", "up" if up else "down"))

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


# Agents outside of the centre reach it over its links.
AGENTS = (("c", "noc"), ("a", "catd-1"), ("b", "catd-2"))
OUTSIDE = AGENTS[1:]


class Sites(World):
    """The collector and the centre's agent in c, an agent and a web service in a, an agent in b."""

    def __init__(self, net, silent_after, fresh):
        super().__init__("netns", PLAN.format(web=WEB_PORT, silent=silent_after, fresh=fresh), tls=True)
        self.net = net
        self.url = f"https://{CENTRE}:{self.port}"
        # On every address of its namespace; this process asks under the first, which cutting the router's side leaves there.
        self.write("collector.yaml", f"listen: 0.0.0.0:{self.port}\ndata: data\nplan: plan.yaml\ntls: {{names: [{CENTRE}, {CENTRE_TOO}]}}\n")

    def spawn_in(self, ns, name, *argv):
        return self.spawn(name, *inside(ns, *argv))

    def start(self, addresses):
        self.start_collector()
        self.start_web()
        until("the site's web service answers", lambda: reaches("a", "10.77.1.2", WEB_PORT))
        os.mkdir(self.path("var"))
        for ns, agent in AGENTS:
            self.vigia("enrol", agent, *(x for a in addresses for x in ("--address", f"https://{a}:{self.port}")))
            with open(self.path(f"{agent}.yaml"), encoding="utf-8") as f:
                assert f"identity: {self.identity()}\n" in f.read(), "the enrolment did not pin the collector"
            self.start_in(ns, agent)
        until("all is well from everywhere", lambda: all(c["state"] == "ok" for c in self.status()["components"]), 60)
        until("and calm", lambda: not self.status()["watch"]["troubles"], 30)
        assert self.status()["watch"]["unwatched_sites"] == ["noc"], self.status()["watch"]

    def start_in(self, ns, agent):
        self.spawn_in(ns, agent, f"{BIN}/vigia-agent", "-c", self.path(f"{agent}.yaml"))

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


def with_sites(silent_after, fresh, *addresses):
    def wrap(test):
        def wrapped():
            net, w = Net(), None
            try:
                net.make()
                net.enter("c")
                w = Sites(net, silent_after, fresh)
                w.start(addresses)
                test(w, net)
            finally:
                try:
                    if w is not None:
                        w.end()
                finally:
                    net.remove()
        wrapped.__name__, wrapped.__doc__ = test.__name__, test.__doc__
        return wrapped
    return wrap


@with_sites("3s", "4s", CENTRE)
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
    log = w.path("var/catd-1/spool")
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
    past = w.status()["incidents"]
    assert [(i["kind"], i["state"], i["calls"]) for i in past] == [("past", "closed", [])], past
    assert died - 1 <= past[0]["began"] <= past[0]["restored"] <= back + 3, (past, died, back)
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
    # On a busy machine a sample may come late, which is blind for a moment, and never down.
    until("from inside it works", lambda: w.service()["state"] == "ok")
    assert not [e for e in w.kinds("service.state") if e["body"]["to"] == "down"], w.kinds("service.state")
    net.rules()
    until("all is well after it", w.is_well, 60)
    # --- the agent is killed: its site answers
    before = w.status()["head"]["seq"]
    w.kill("catd-1")
    until("a dead agent is told", lambda: w.agent("catd-1")["cause"] == "agent-dead", 40)
    told = [e["body"]["to"] for e in w.kinds("agent.cause") if e["seq"] > before]
    assert set(told) <= {"unknown", "agent-dead"}, told
    w.start_in("a", "catd-1")
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


def reaches(ns, address, port):
    connect = f"import socket; socket.create_connection(('{address}', {port}), timeout=5)"
    return subprocess.run(inside(ns, sys.executable, "-c", connect), capture_output=True, timeout=30).returncode == 0


def served(w):
    """When the web service of the site answered since its last start, to the second."""
    lines = w.log("web").split("Serving HTTP")[-1].splitlines()
    return [time.mktime(time.strptime(l.split("[")[1].split("]")[0], "%d/%b/%Y %H:%M:%S")) for l in lines if '"GET' in l]


def bad_rows(w, start, end):
    doc = w.json(f"/v1/series?check=uno%2Flocal%3Ahttp&from=catd-1&start={int(start) - 20}&end={int(end) + 20}&points=200")
    column = doc["names"].index("bad")
    return [doc["start"] + i * doc["step"] for i, row in enumerate(doc["rows"]) if row[column]]


@with_sites("15s", "15s", CENTRE, CENTRE_TOO)
def the_second_link_carries_on(w, net):
    """Every agent knows two addresses of the collector, behind two links, and silent_after is the default. The first link is cut
    under open connections; then it comes back and the first address swallows what is sent to it. Each time the agents go on
    over the other, no result is lost, and nobody is ever called silent, blind or down."""
    first, second = (f"https://{a}:{w.port}" for a in (CENTRE, CENTRE_TOO))
    for _, agent in AGENTS:
        until(f"{agent} uses the first", lambda: f"uplink.back collector={first}" in w.log(agent))
    for what, cut, mend in (("the link is cut", lambda: net.link("c", False), lambda: net.link("c", True)),
                            ("packets vanish", lambda: net.rules(f"ip daddr {CENTRE} tcp dport {w.port} drop", f"ip saddr {CENTRE} tcp sport {w.port} drop"), net.rules)):
        lost = {agent: w.log(agent).count(f"uplink.lost collector={first}") for _, agent in OUTSIDE}
        back = {agent: w.log(agent).count(f"uplink.back collector={second}") for _, agent in OUTSIDE}
        cut()
        for _, agent in OUTSIDE:
            until(f"{what}: {agent} leaves the first", lambda: w.log(agent).count(f"uplink.lost collector={first}") > lost[agent], 40)
            until(f"{what}: {agent} speaks to the second", lambda: w.log(agent).count(f"uplink.back collector={second}") > back[agent], 40)
        count = w.metric("vigia_results_total")
        until("results go on", lambda: w.metric("vigia_results_total") > count + 20, 40)
        until("nothing waits", lambda: all(a["spooled"] < 20 for a in w.status()["agents"]), 40)
        mend()
        for ns, agent in OUTSIDE:
            until("the first can be reached again", lambda: reaches(ns, CENTRE, w.port))
            done = w.log(agent).count("reload.done")
            w.processes[agent].send_signal(signal.SIGHUP)  # begins with the first again; by itself it asks once a minute
            until(f"{agent} begins anew", lambda: w.log(agent).count("reload.done") > done)
    until("all is well at the end", w.is_well, 60)
    events = w.events()
    told = [e for e in events if e["kind"] in ("agent.silent", "agent.gap", "service.state", "incident.opened") and e["body"].get("to") != "ok"]
    assert not told, told
    assert not w.messages(), w.messages()
    assert w.metric("vigia_gaps_total") == 0


if __name__ == "__main__":
    run(links_cut_and_restored_agents_and_targets_killed, the_second_link_carries_on)
