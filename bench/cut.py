"""A link is cut: how long until the board knows (the event on the stream that dashboards read) and until the first message. SITES sites, each
a network namespace behind a veth pair of its own with an agent INSIDE it, which speaks TLS to the collector in the centre's namespace; the
centre's agent sends echo requests to each site's router. The cut is `ip link set down`, for each site at a moment of its own; ROUNDS times.
Settings: those of the sample plan (etc/vigia-catd) for the centre's look, the defaults for all else. Two rows, because a cut link is seen
twice: the agent inside falls silent and what only it sees is blind; the centre's own look fails, and that is down at once. Needs root."""

import http.client
import json
import os
import random
import sys
import threading
import time

sys.path.insert(0, "tests/system")
from test_netns import RUN, Net, inside, sh  # noqa: E402
from world import BIN, World, until  # noqa: E402

SITES = int(os.environ.get("SITES", "8"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
CENTRE = "198.18.255.1"  # the range for benchmarks (RFC 2544)
N = range(SITES)


def plan():
    lines = ["institution: {name: Medición}", "sites:", "  - {id: noc, name: Centro}"]
    lines += [f"  - {{id: s{n}, name: Sitio {n}}}" for n in N]
    lines += ["agents:", "  - {id: noc, site: noc}"] + [f"  - {{id: s{n}, site: s{n}}}" for n in N]
    lines += ["components:"]
    for n in N:
        lines += [f"  - {{id: s{n}/router, site: s{n}, address: 198.18.{n}.2, checks: [{{id: ping, type: icmp, from: [noc], interval: 10s, retry_interval: 2s,",
                  "     timeout: 2s, confirm: 3, recover: 2, warning: 'rtt > 150ms, loss > 5%', critical: 'loss > 40%'}]}",
                  f"  - {{id: s{n}/lan, site: s{n}, address: 127.0.0.1, checks: [{{id: ping, type: icmp, from: [s{n}]}}]}}"]
    lines += ["services:"]
    for n in N:
        for kind, needs in (("enlace", "router"), ("interno", "lan")):
            lines.append(f"  - {{id: {kind}-{n}, name: {kind} {n}, rto: 10m, rpo: not-applicable, needs: s{n}/{needs}, team: {kind}-{n}, policy: critica}}")
    lines += ["people:"]
    lines += [f"  - {{id: p-{k}-{n}, post: Puesto {k} {n}, contacts: [{{channel: archivo, to: {k}{n}@example.org}}]}}" for n in N for k in ("enlace", "interno")]
    lines += ["seats:"] + [f"  - {{id: {k}-{n}, level: 0, titular: p-{k}-{n}}}" for n in N for k in ("enlace", "interno")]
    lines += ["channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]",
              "policies: [{id: critica, repeat: 10m, steps: [{at: confirmed, call: [team], ack_within: 10m}]}]", "cool_down: 1s"]
    return "\n".join(lines) + "\n"


class Star(Net):
    """The centre c with a veth pair to each site."""

    def make(self):
        for ns in ["c"] + [str(n) for n in N]:
            sh("ip", "netns", "add", RUN + ns)
            self.names.append(RUN + ns)
            sh(*inside(ns, "ip", "link", "set", "lo", "up"))
        sh(*inside("c", "ip", "addr", "add", f"{CENTRE}/32", "dev", "lo"))
        for n in N:
            sh(*inside("c", "ip", "link", "add", f"to-{n}", "type", "veth", "peer", "name", "up0", "netns", f"{RUN}{n}"))
            sh(*inside("c", "ip", "addr", "add", f"198.18.{n}.1/30", "dev", f"to-{n}"))
            sh(*inside("c", "ip", "link", "set", f"to-{n}", "up"))
            sh(*inside(n, "ip", "addr", "add", f"198.18.{n}.2/30", "dev", "up0"))
            self.mend(n)

    # The site's end: the centre's keeps its route, so that packets vanish as behind a far link.
    def cut(self, n):
        sh(*inside(n, "ip", "link", "set", "up0", "down"))

    def mend(self, n):
        sh(*inside(n, "ip", "link", "set", "up0", "up"))
        sh(*inside(n, "ip", "route", "replace", "default", "via", f"198.18.{n}.1"))


class Stream:
    """The events as the dashboard gets them, each with the moment of its arrival."""

    def __init__(self, w):
        self.seen = []
        conn = http.client.HTTPSConnection(CENTRE, w.port, context=w.trust())
        conn.request("GET", f"/v1/stream?after={w.status()['head']['seq']}", headers={"Authorization": "Bearer " + w.operator_token()})
        self.answer = conn.getresponse()
        assert self.answer.status == 200, self.answer.status
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            while line := self.answer.readline():
                if line.startswith(b"data:") and b'"kind"' in line:
                    self.seen.append((time.time(), json.loads(line[5:])))
        except (OSError, ValueError, AttributeError):
            pass  # the end

    def first(self, since, kind, **body):
        return next((at for at, e in self.seen if at >= since and e["kind"] == kind and body.items() <= e["body"].items()), None)


def message(w, since, service):
    return next((m["at"] for m in w.messages() if m["at"] >= since and m["service"] == service and m["kind"] in ("down", "blind", "update")), None)


def quantile(values, q):
    """Nearest rank: with few trials the p99 is the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def start(net):
    w = World("cut", plan(), tls=True)
    w.url = f"https://{CENTRE}:{w.port}"
    w.write("collector.yaml", f"listen: {CENTRE}:{w.port}\ndata: data\nplan: plan.yaml\n")
    w.start_collector()
    os.mkdir(w.path("var"))
    for agent, ns in [("noc", "c")] + [(f"s{n}", n) for n in N]:
        w.vigia("enrol", agent, "--address", w.url)
        w.spawn(agent, *inside(ns, f"{BIN}/vigia-agent", "-c", w.path(f"{agent}.yaml")))
    return w


def is_well(w):
    s = w.status()
    return all(x["state"] == "ok" for x in s["services"]) and all(a["state"] == "ok" and a["cause"] == "none" for a in s["agents"])


def one_round(w, net, stream, rng, took):
    until("well", lambda: is_well(w), 180)
    cuts = {}
    for wait, n in sorted((rng.random() * 10, n) for n in N):  # at any moment between two probes
        begun = min(cuts.values(), default=None)
        threading.Event().wait(max(0, wait - (time.time() - begun if begun else 0)))
        cuts[n] = time.time()
        net.cut(n)
    what = {"silent": lambda n: stream.first(cuts[n], "agent.silent", agent=f"s{n}"),
            "cause": lambda n: stream.first(cuts[n], "agent.cause", agent=f"s{n}", to="link-cut"),
            "blind": lambda n: message(w, cuts[n], f"interno-{n}"),
            "down": lambda n: stream.first(cuts[n], "service.state", service=f"enlace-{n}", to="down"),
            "page": lambda n: message(w, cuts[n], f"enlace-{n}")}
    for name, look in what.items():
        for n in N:
            took[name].append(until(f"{name} of s{n}", lambda: look(n), 200) - cuts[n])
    for n in N:
        net.mend(n)
    until("well again", lambda: is_well(w), 180)
    for i in w.status()["incidents"]:
        if i["state"] not in ("closed", "false-alarm"):
            w.vigia("close", str(i["id"]), "--as", "p-enlace-0", "--note", "medido", check=False)


def cut():
    net, w = Star(), None
    took = {name: [] for name in ("silent", "cause", "blind", "down", "page")}
    try:
        net.make()
        net.enter("c")
        w = start(net)
        until("well", lambda: is_well(w), 120)
        stream, rng = Stream(w), random.Random(1)
        for _ in range(ROUNDS):
            one_round(w, net, stream, rng, took)
        for name, text in (("silent", "agent inside the site: its silence on the board's stream (silent_after 15 s)"),
                           ("cause", "agent inside the site: its cause, link-cut, on the board's stream"),
                           ("blind", "agent inside the site: first message, of the service that only it sees (blind_limit 60 s)"),
                           ("down", "the centre's look at the site's router (10 s, confirm 3, retry 2 s, timeout 2 s): down on the board's stream"),
                           ("page", "the centre's look at the site's router: first message")):
            print(f"link cut to {text}: p50 {quantile(took[name], 0.5):.2f} s, p99 {quantile(took[name], 0.99):.2f} s, {len(took[name])} trials", flush=True)
    finally:
        try:
            if w is not None:
                w.end()
        finally:
            net.remove()


if __name__ == "__main__":
    cut()
