"""Ten times the estate for hours: the collector under 340 agents' posts, tens of thousands of series, with outages, agents that are
cut off and come back with their backlog, new starts of agents, reloads of the plan and now and then a kill -9 of the collector.

Every result is accounted for: it is kept, as an agent's spool keeps it, until the collector says that it is safe, and at the end
nothing may be left. Each minute the collector's memory is read; after the warm-up it must be flat. Without time to see that
(make check: SOAK_SECONDS=20) only the accounting is asserted.

    HOURS=1 python3 tests/soak/soak.py        SOAK_SECONDS, AGENTS, CHECKS, INTERVAL, SEED likewise
    RELOADS=0, OUTAGES=0                      leave out what might be the cause of what is seen"""

import collections
import http.client
import json
import os
import random
import signal
import statistics
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../system"))
from world import World, until  # noqa: E402

SECONDS = float(os.environ.get("SOAK_SECONDS") or 3600 * float(os.environ.get("HOURS", "1")))
AGENTS = int(os.environ.get("AGENTS", "340"))
CHECKS = int(os.environ.get("CHECKS", "60"))
INTERVAL = float(os.environ.get("INTERVAL", "10"))
SEED = int(os.environ.get("SEED", "1"))
RELOADS = os.environ.get("RELOADS", "1") != "0"
OUTAGES = os.environ.get("OUTAGES", "1") != "0"
WARM_UP = min(240.0, SECONDS / 2)  # seconds: every series has its file, every list its size
# What a plan takes (measured: 14.5 MiB of 20,400 checks). Each incident keeps the one under which it began, for the time of the
# outage, until somebody closes it (a minute here) and for the cool-down: some reloads. Their number goes up and down and is bounded;
# what the memory is without them must be flat, but for one, which may be freed already and go back to the system with the next reload.
# Over half an hour and more the medians of many minutes are compared, and no plan more is allowed for. A plan lost at each reload passes
# either bound within minutes.
PLAN_MIB = 14.5 * AGENTS * CHECKS / 20400
PLANS_MAX = 6
GROWTH_MAX_MIB = 8.0  # from the first quarter after the warm-up to the last: journal pages, closed incidents of the cool-down
LONG = 0.5  # hours after the warm-up
BATCH = 2000
KILL_AT = 60.0  # seconds

HEAD = """\
institution: {name: Resistencia}
people: [{id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}]
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 5m, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 60s}]}]
cool_down: 30s
"""


def plan_text():
    agents = ", ".join(f"{{id: g{a}, silent_after: 1d}}" for a in range(AGENTS))
    services = "".join(f"  - {{id: s{a}, name: S{a}, criticality: high, rto: 30m, rpo: not-applicable, needs: g{a}/c0, team: mesa-de-ayuda, "
                       "policy: critica}\n" for a in range(AGENTS))
    components = "".join(
        f"  - {{id: g{a}/c{c}, name: C{c} de {a}, checks: [{{id: t, type: tcp, address: 127.0.0.1, port: 9, from: [g{a}], "
        f"interval: {INTERVAL:g}s, retry_interval: 1s, timeout: 1s, confirm: 2, fresh_within: 30m}}]}}\n" for a in range(AGENTS) for c in range(CHECKS))
    return f"{HEAD}agents: [{agents}]\nservices:\n{services}components:\n{components}"


class Agent:
    """What an agent does, without its probes: numbers without holes, kept until they are safe."""

    def __init__(self, number, world, token, rng):
        self.id, self.world, self.token, self.rng = f"g{number}", world, token, rng
        self.boots, self.conn, self.start = 0, None, None
        self.due = rng.random() * INTERVAL
        self.away_until = self.bad_until = 0.0
        self.made = self.sent = 0
        self.kept = collections.OrderedDict()  # boot -> deque of (seq, text, sent)
        self.new_start()

    def new_start(self):
        self.boots += 1
        self.boot, self.seq = f"b{self.boots}", 0
        self.kept[self.boot] = collections.deque()

    def probe(self, now):
        bad = now < self.bad_until
        for c in range(CHECKS):
            self.seq += 1
            self.made += 1
            outcome, values = ("connect-refused", "{}") if bad and c == 0 else ("ok", '{"connect":0.00%d}' % self.rng.randint(100, 999))
            self.kept[self.boot].append([self.seq, f'{{"seq":{self.seq},"check":"{self.id}/c{c}:t","t":{now + c * 1e-3:.3f},"outcome":"{outcome}",'
                                                   f'"values":{values}}}', False])

    def post(self, boot, texts):
        body = f'{{"agent":"{self.id}","boot":"{boot}","now":{time.time():.3f},"results":[{",".join(texts)}]}}'
        if self.conn is None:
            self.conn = http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=20)
        self.conn.request("POST", "/v1/results", body.encode(), {"Authorization": "Bearer " + self.token, "Content-Type": "application/json"})
        answer = self.conn.getresponse()
        text = answer.read()
        assert answer.status in (200, 503), (answer.status, text[:300])
        return json.loads(text) if answer.status == 200 else None

    def rewind(self):
        for kept in self.kept.values():
            for r in kept:
                r[2] = False

    def take_answer(self, boot, answer):
        assert not answer["refused"], answer["refused"][:3]
        if self.start != answer["start"]:
            if self.start is not None:
                self.rewind()
            self.start = answer["start"]
        while self.kept[boot] and self.kept[boot][0][0] <= answer["cursor"]:
            self.kept[boot].popleft()
        if boot != self.boot and not self.kept[boot]:
            del self.kept[boot]

    def send(self):
        """Everything unsent, oldest start first, in batches; at least one post, which asks for the cursor."""
        try:
            for boot in list(self.kept):
                while True:
                    batch = [r for r in self.kept[boot] if not r[2]][:BATCH]
                    for r in batch:
                        r[2] = True
                    answer = self.post(boot, [r[1] for r in batch])
                    self.sent += len(batch)
                    if answer is not None:
                        self.take_answer(boot, answer)
                    if len(batch) < BATCH or boot not in self.kept:
                        break
        except (OSError, http.client.HTTPException):
            if self.conn is not None:
                self.conn.close()
            self.conn = None
            self.rewind()

    def turn(self, now, wall):
        if now < self.due:
            return
        self.due += INTERVAL
        r = self.rng.random()
        if r < 0.004 and OUTAGES:
            self.bad_until = wall + self.rng.uniform(5, 60)
        elif 0.004 <= r < 0.008:
            self.away_until = now + self.rng.uniform(20, 120)
        elif 0.008 <= r < 0.009:
            self.new_start()
        self.probe(wall)
        if now >= self.away_until:
            self.send()


class Soak:
    def __init__(self):
        self.rng = random.Random(SEED)
        self.world = World("soak", plan_text())
        with open(self.world.path("collector.yaml"), "a", encoding="utf-8") as f:
            f.write("fine_rows: 100\nmiddle_rows: 12\ncoarse_rows: 24\n")
        self.samples, self.reloads, self.kills = [], 0, 0

    def start(self):
        w = self.world
        w.start_collector(wait=False)
        until("the collector answers", lambda: w.alive("collector") and w.get("/healthz", token=None)[0] == 200, 120)

    def enrol(self):
        tokens = []
        for a in range(AGENTS):
            status, body = self.world.post(f"/v1/agents/g{a}/enrol", {}, self.world.operator_token())
            assert status == 200, (status, body)
            tokens.append(body["token"])
        return tokens

    def memory(self):
        with open(f"/proc/{self.world.processes['collector'].pid}/smaps_rollup", encoding="ascii") as f:
            return sum(int(line.split()[1]) for line in f if line.startswith("Private_Dirty")) / 1024

    def disturb(self, began, now):
        if RELOADS and now - began > (self.reloads + 1) * min(60, SECONDS / 4):
            self.reloads += 1
            self.world.write("plan.yaml", plan_text().replace("Resistencia", f"Resistencia {self.reloads}"))
            self.world.processes["collector"].send_signal(signal.SIGHUP)
        if self.kills == 0 and now - began > min(KILL_AT, SECONDS / 2):
            self.kills += 1  # once, before the warm-up is over: what is measured is one process
            self.world.kill("collector")
            self.start()

    def close(self):
        """People do their part: what is restored is resumed and closed, and so its plan need not be kept."""
        token = self.world.operator_token()
        for i in self.world.status()["incidents"]:
            if i["state"] == "restored":
                status, answer = self.world.post(f"/v1/incidents/{i['id']}/close", {"as": "mesa", "note": "revisado", "proof": "operator-token"}, token)
                assert status in (200, 409, 503), (status, answer)

    def run(self):
        self.start()
        agents = [Agent(n, self.world, t, self.rng) for n, t in enumerate(self.enrol())]
        print(f"  seed {SEED}: {AGENTS} agents, {AGENTS * CHECKS} series, one result each {INTERVAL:g} s, for {SECONDS:.0f} s", flush=True)
        began = last = time.monotonic()
        while time.monotonic() - began < SECONDS:
            now = time.monotonic()
            for a in agents:
                a.turn(now - began, time.time())
            self.disturb(began, now)
            if now - last >= min(60, SECONDS / 20):
                last = now
                self.close()
                plans = self.world.metric("vigia_plans")
                self.samples.append((now - began, self.memory(), plans))
                print(f"  {now - began:6.0f} s: {self.samples[-1][1]:7.1f} MiB private, {plans:.0f} plans, {sum(a.made for a in agents)} results made",
                      flush=True)
            time.sleep(0.01)
        self.account(agents)

    def account(self, agents):
        def ask(a):
            a.send()
            return sum(len(k) for k in a.kept.values())

        def left():
            time.sleep(0.5)  # not more often than agents ask
            return sum(ask(a) for a in agents) == 0

        until("every result is safe", left, 180)
        made = sum(a.made for a in agents)
        came = self.world.metric("vigia_results_total") - self.world.metric("vigia_results_duplicate_total")
        assert self.kills > 0 or came == made, f"{made} results made, {came} came"
        print(f"  {made} results made, all safe; {sum(a.boots for a in agents)} starts of agents, {self.reloads} reloads, {self.kills} kill -9 of the "
              f"collector, {len(self.world.kinds('incident.opened'))} incidents", flush=True)

    def flat(self):
        """After the warm-up, and after the kill, the memory does not grow."""
        after = [(m, n) for t, m, n in self.samples if t > WARM_UP]
        if len(after) < 6:
            print("  too short to see whether the memory is flat")
            return
        quarter = max(2, len(after) // 4)
        hours = (self.samples[-1][0] - WARM_UP) / 3600
        first, final = (statistics.median(m - PLAN_MIB * (n - 1) for m, n in part) for part in (after[:quarter], after[-quarter:]))
        print(f"  private memory with one plan, after the warm-up: {first:.1f} MiB, at the end {final:.1f} MiB over {hours:.2f} h; "
              f"at most {max(m for m, _ in after):.1f} MiB with {max(n for _, n in after):.0f} plans")
        allowed = GROWTH_MAX_MIB + (0.0 if hours >= LONG else PLAN_MIB)
        assert final - first < allowed, f"grew by {final - first:.1f} MiB, {allowed:.1f} MiB are allowed"
        assert max(n for _, n in after) <= PLANS_MAX, "plans are kept that no incident needs"


def soak():
    """Ten times the estate loses nothing and does not grow."""
    s = Soak()
    try:
        s.run()
        s.flat()
    finally:
        s.world.end()


if __name__ == "__main__":
    from world import run
    run(soak)
