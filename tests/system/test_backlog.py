"""33 agents come back with 72 hours in their spools while a 34th one is fresh. Meanwhile a new outage pages, no check with
fresh results is taken for blind, and the collector dies once. Afterwards every result lies in the row of its time, what was over
has paged nobody and is on record with its times, what lasts began when its agent saw it begin, and the spools are gone."""

import json
import os
import signal
import socket
import subprocess
import threading
import time

from world import BIN, World, quote, run, until

AGENTS = [f"a{n:02d}" for n in range(1, 34)]
HOURS = int(os.environ.get("HOURS", "72"))
INTERVAL = 10
MEMORY_MAX_KIB = 400 * 1024  # 600,000 rows that wait take 62 MiB, an agent's batch with its rows half a MiB
TOOL = os.path.join(os.path.dirname(BIN), "tool/tests/tools/spool_writer")
WELL = """ - {{id: {agent}/{id}, name: {id} de {agent}, checks: [
      {{id: c, type: tcp, address: 127.0.0.1, port: {port}, from: [{agent}], interval: {interval}s, retry_interval: 1s, timeout: {timeout}s,
       confirm: 2, recover: 2, fresh_within: 60s}}]}}
"""


def interval_of(agent, hist):
    """The run that lasts must reach to the first fresh sample: a probe and its timeout may be missing, while the agent starts."""
    return 2 * INTERVAL if (agent, hist) == ("a03", "uno") else INTERVAL


def plan_of(port, lasting_port, new_port):
    components = services = ""
    for a in AGENTS + ["a34"]:
        for hist in ("uno", "dos"):
            lasting = (a, hist) == ("a03", "uno")
            components += " " + WELL.format(agent=a, id=hist, port=lasting_port if lasting else port, interval=interval_of(a, hist),
                                            timeout=20 if lasting else 1)
        components += " " + WELL.format(agent=a, id="nuevo", port=new_port, interval=1, timeout=1)
        services += (f"  - {{id: s-{a}, name: Servicio de {a}, criticality: high, rto: 30m, rpo: not-applicable, needs: {a}/uno, "
                     "team: mesa-de-ayuda, policy: critica}\n")
        services += (f"  - {{id: n-{a}, name: Nuevo de {a}, criticality: high, rto: 30m, rpo: not-applicable, needs: {a}/nuevo, "
                     "team: mesa-de-ayuda, policy: critica}\n")
    agents = ", ".join(f"{{id: {a}, silent_after: 1d}}" for a in AGENTS + ["a34"])
    return f"""\
institution: {{name: Instituto de prueba}}
agents: [{agents}]
people:
  - {{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}
  - {{id: utsi, post: Titular de la UTSI, contacts: [{{channel: archivo, to: utsi@example.org}}]}}
seats: [{{id: mesa-de-ayuda, level: 0, titular: mesa, suplente: utsi}}]
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies: [{{id: critica, repeat: 60s, steps: [{{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}}]}}]
services:
{services}components:
{components}"""


# Seconds before the agents come back. a03's lasts.
OUTAGES = {"a01": (50 * 3600, 49 * 3600), "a02": (10 * 3600, 10 * 3600 - 360), "a03": (7200, 0)}


class Spools:
    """What each agent kept, as the tool says it."""

    def __init__(self, world):
        self.world = world
        self.written, self.now = {}, {}

    def write(self, agent):
        os.makedirs(self.world.path(f"{agent}-data"), exist_ok=True)
        now = int(time.time())
        outage = [f"{agent}/uno:c:{OUTAGES[agent][0]}:{OUTAGES[agent][1]}"] if agent in OUTAGES else []
        p = subprocess.run([TOOL, self.world.path(f"{agent}-data", "spool"), str(int(agent[1:])), str(now), str(HOURS), "3",
                            f"{agent}/uno:c:tcp:{interval_of(agent, 'uno')}", f"{agent}/dos:c:tcp:{INTERVAL}", "--", *outage],
                           capture_output=True, text=True, timeout=120)
        assert p.returncode == 0, p.stderr
        self.now[agent] = now
        self.written[agent] = json.loads(p.stdout)

    def count(self):
        return sum(w["results"] for w in self.written.values())


class Watcher:
    """Looks at the board all the while: the most memory, and whether a backlog was under way at the first page."""

    def __init__(self, world):
        self.world, self.most_kib, self.spooled_at_page, self.stop = world, 0, None, threading.Event()
        self.thread = threading.Thread(target=self.work, daemon=True)
        self.thread.start()

    def look(self):
        with open(f"/proc/{self.world.processes['collector'].pid}/status", encoding="ascii") as f:
            self.most_kib = max([self.most_kib] + [int(line.split()[1]) for line in f if line.startswith("VmHWM")])
        if self.spooled_at_page is None and any(m["kind"] == "down" for m in self.world.messages()):
            self.spooled_at_page = sum(a["spooled"] or 0 for a in self.world.status()["agents"])

    def work(self):
        while not self.stop.wait(0.05):
            try:
                self.look()
            except Exception:
                continue  # the collector is away just now

    def end(self):
        self.stop.set()
        self.thread.join(20)


def rows_of(w, agent, check, start, end, step):
    doc = w.json(f"/v1/series?check={quote(check)}&from={agent}&start={start}&end={end}&points={(end - start) // step + 10}")
    assert doc["step"] == step, doc["step"]
    column = doc["names"].index("state")
    return {doc["start"] + i * step: row[column] for i, row in enumerate(doc["rows"]) if row[column] is not None}


def drawn_where_it_happened(w, spools, agent, hist):
    """Hour by hour as many rows as the spool had results, and critical exactly in the outage."""
    check, now, step = f"{agent}/{hist}:c", spools.now[agent], interval_of(agent, hist)
    rows = rows_of(w, agent, check, now - HOURS * 3600 - 60, now, step)
    hours = spools.written[agent]["checks"][check]
    # A slot lies at its beginning, up to an interval before the result, so that hours differ by a row at their ends.
    for hour in range(HOURS):
        got = sum(now - (hour + 1) * 3600 <= t < now - hour * 3600 for t in rows)
        assert abs(got - hours[hour]) <= 2, f"{check}: {hour} h before: {hours[hour]} results, {got} rows"
    total = len([t for t in rows if t < now])
    assert abs(total - sum(hours)) <= 2, f"{check}: {sum(hours)} results, {total} rows"
    begin, end = OUTAGES.get(agent, (0, 0)) if hist == "uno" else (0, 0)
    for t, state in rows.items():
        if t + step >= now - 1:
            continue
        down = begin > 0 and now - begin <= t and (t + step <= now - end or end == 0)
        edge = begin > 0 and (abs(t - (now - begin)) <= step or abs(t - (now - end)) <= step)
        assert edge or state == (2 if down else 0), f"{check}: at {t - now} s the row says {state}"


def incident_of(w, service, kind):
    opened = [e for e in w.kinds("incident.opened", "incident.joined") if e["body"]["service"] == service]
    found = [e for e in opened if e["kind"] == "incident.joined" or e["body"]["incident_kind"] == kind]
    assert len(found) == 1, f"{service}: {[e['body'] for e in opened]}"
    return found[0]["seq"] if found[0]["kind"] == "incident.opened" else found[0]["body"]["incident"]


def over_is_on_record(w, spools, agent, breached):
    begin, end = OUTAGES[agent]
    number = incident_of(w, f"s-{agent}", "past")
    doc = w.json(f"/v1/incidents/{number}")
    now = spools.now[agent]
    assert 0 <= doc["began"] - (now - begin) <= INTERVAL, (agent, doc["began"] - now, begin)
    assert 0 <= doc["restored"] - (now - end) <= INTERVAL, (agent, doc["restored"] - now, end)
    assert doc["state"] == ("restored" if breached else "closed"), doc["state"]
    assert [e for e in w.kinds("clock.breached") if e["body"]["incident"] == number] != [] or not breached
    assert doc["calls"] == [], doc["calls"]


def nothing_went_blind(w, since):
    """No check that had been seen after its agent came back was taken for blind later."""
    seen, blind = set(), []
    for e in w.events(since):
        key = (e["body"].get("check"), e["body"].get("agent"))
        if e["kind"] in ("check.good", "check.suspect", "check.bad"):
            seen.add(key)
        if e["kind"] == "check.blind" and key in seen:
            blind.append(e)
    assert not blind, f"{len(blind)} times blind, e.g. {blind[:3]}"
    return seen


def spool_bytes(w, agent):
    folder = w.path(f"{agent}-data", "spool")
    return sum(os.path.getsize(os.path.join(folder, n)) for n in os.listdir(folder))


class Listener:
    """Takes connections, many at once, and closes them."""

    def __init__(self, port=0):
        self.socket = socket.socket()
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(("127.0.0.1", port))
        self.socket.listen(1024)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.work, args=(self.socket,), daemon=True).start()

    @staticmethod
    def work(s):
        while True:
            try:
                s.accept()[0].close()
            except OSError:
                return  # closed

    def kill(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def refused_port():
    """A port on which nobody listens, kept from others while the test runs."""
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    return s, s.getsockname()[1]


def seventy_two_hours():
    """A spool of 72 hours of 33 agents is absorbed while what is fresh is judged at once."""
    target, new = Listener(), Listener()
    blocked, lasting_port = refused_port()
    w = World("backlog", plan_of(target.port, lasting_port, new.port))
    with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
        f.write(f"fine_rows: {HOURS * 3600 // INTERVAL + 2000}\nmiddle_rows: 12\ncoarse_rows: 24\n")
    spools = Spools(w)
    try:
        w.start_collector()
        for a in AGENTS + ["a34"]:
            w.enrol(a)
        w.start_agent("a34")
        until("the fresh agent is well", lambda: [s for s in w.status()["services"] if s["id"] == "n-a34"][0]["state"] == "ok")
        for a in sorted(AGENTS, key=lambda a: a == "a03"):
            spools.write(a)
        since = w.status()["head"]["seq"]
        print(f"  {spools.count()} results in {sum(x['bytes'] for x in spools.written.values()) / 1048576:.0f} MiB of spools")
        watcher = Watcher(w)
        back = time.monotonic()
        for a in AGENTS:
            w.start_agent(a)
        new.kill()  # a new outage while all this comes in
        until("the new outage is paged", lambda: any(m["kind"] == "down" for m in w.messages()), 60)
        until("every agent's fresh results are judged",
              lambda: all(s["state"] == "down" for s in w.status()["services"] if s["id"].startswith("n-")), 60)
        until("the first page has been looked at", lambda: watcher.spooled_at_page is not None)
        assert watcher.spooled_at_page > 0, "the backlog was through before the page: nothing was proved"
        w.kill("collector", signal.SIGKILL)
        w.start_collector()
        new = Listener(new.port)
        until("the new outage is over", lambda: all(s["state"] == "ok" for s in w.status()["services"] if s["id"].startswith("n-")), 60)
        until("all is absorbed", lambda: all((a["spooled"] or 0) == 0 for a in w.status()["agents"]), 240)
        taken = time.monotonic() - back
        until("the agents have let it go", lambda: all(spool_bytes(w, a) < 600_000 for a in AGENTS), 120)
        gone = time.monotonic() - back
        print(f"  sent {taken:.0f} s after the agents came back, drawn, synced and deleted after {gone:.0f} s: {spools.count() / gone:.0f} results/s")
        watcher.end()
        print(f"  most memory of the collector {watcher.most_kib / 1024:.0f} MiB; {watcher.spooled_at_page} results waited at the first page")
        assert watcher.most_kib < MEMORY_MAX_KIB, watcher.most_kib
        for a in AGENTS:
            for hist in ("uno", "dos"):
                drawn_where_it_happened(w, spools, a, hist)
        over_is_on_record(w, spools, "a01", True)
        over_is_on_record(w, spools, "a02", False)
        lasting = incident_of(w, "s-a03", "down")
        began = w.json(f"/v1/incidents/{lasting}")["began"] - spools.now["a03"]
        assert 0 <= began + OUTAGES["a03"][0] <= interval_of("a03", "uno"), f"the lasting outage began {began} s before"
        others = [e for e in w.kinds("incident.opened", "incident.joined", "service.past")
                  if e["body"]["service"].startswith("s-") and e["body"]["service"][2:] not in OUTAGES]
        assert not others, f"{len(others)} incidents of services that never failed, e.g. {others[:3]}"
        seen = nothing_went_blind(w, since)
        assert len(seen) >= 3 * len(AGENTS), len(seen)
        told = {m.get("service") for m in w.messages()} | {s for m in w.messages() for s in m.get("services", [])}
        assert not told & {"s-a01", "s-a02"}, f"somebody was told of what was over: {told}"
        assert not w.kinds("agent.gap"), "something was lost"
    finally:
        w.end()
        blocked.close()


if __name__ == "__main__":
    run(seventy_two_hours)
