"""A collector with a day of history behind it, told by results as agents send them, and a board before it."""

import math
import random
import time
import urllib.error
import urllib.parse
import urllib.request

from world import World, until

PLAN = """\
institution: {name: Instituto de ejemplo, code: UTSI/PL/01, revision: "01"}
sites:
  - {id: dc, name: Centro de datos, kind: dc}
  - {id: catd-01, name: CATD 01 Coyoacán, kind: catd}
agents: [{id: dc, site: dc}, {id: ccv, site: catd-01}]
components:
  - {id: dc/switch, name: Conmutador central, site: dc, address: 127.0.0.1, checks: [{id: ping, type: icmp, address: 127.0.0.1, from: [dc], interval: 60s}]}
  - id: dc/fw.a
    name: "Cortafuegos A: el de siempre"
    site: dc
    depends_on: dc/switch
    checks:
      - {id: ping, type: icmp, address: 127.0.0.1, from: [dc, ccv], interval: 10s, warning: "rtt > 50ms, loss > 5%", critical: "rtt > 200ms, loss > 40%"}
  - id: prep/difusion
    name: Sitio de difusión
    site: dc
    checks:
      - {id: http, type: http, url: "http://127.0.0.1:9/", from: [dc], interval: 10s, warning: "total > 500ms", critical: "total > 2s"}
      - {id: tcp, type: tcp, address: 127.0.0.1, port: 9, from: [dc], interval: 10s}
services:
  - {id: prep, name: Difusión, area: UTSI, criticality: high, rto: 5m, rpo: not-applicable, needs: {all: [prep/difusion, dc/fw.a]}}
"""

ICMP, HTTP, TCP = "dc/fw.a:ping", "prep/difusion:http", "prep/difusion:tcp"


def outcome_of(check, i, n, rng):
    """A day in n samples: waves, a hole, an outage, an hour of loss."""
    part = i / n
    wave = 1 + 0.4 * math.sin(i / 300) + 0.2 * math.sin(i / 37)
    if 0.30 <= part < 0.34:
        return None
    if 0.70 <= part < 0.72:
        return ("answer-none", {"loss": 1}) if check == ICMP else ("connect-timeout", {})
    if check == ICMP:
        rtt = 0.004 * wave * rng.lognormvariate(0, 0.25) * (14 if 0.5 <= part < 0.52 else 1)
        loss = rng.choice([0, 0, 0.2, 0.4, 0.6]) if 0.85 <= part < 0.88 else 0
        return "ok", {"rtt": rtt, "rtt_min": rtt * 0.8, "rtt_avg": rtt * 1.05, "rtt_max": rtt * (1.2 + rng.random()), "jitter": rtt / 9, "loss": loss}
    if check == HTTP:
        dns, connect, tls = 0.002 * wave, 0.005 * wave, 0.018 * wave
        first = dns + connect + tls + 0.06 * wave * rng.lognormvariate(0, 0.3)
        return "ok", {"dns": dns, "connect": connect, "tls": tls, "first_byte": first, "total": first + 0.01, "status": 200, "size": 5120, "days_left": 61 - part}
    return "ok", {"connect": 0.0018 * wave}


class SeriesWorld(World):
    def __init__(self, name, hours=24, step=10, board=""):
        super().__init__(name, PLAN)
        self.hours, self.step = hours, step
        with open(self.path("dashboard.yaml"), "a", encoding="utf-8") as f:
            f.write(board)

    def open(self):
        self.start_collector()
        self.end_s = int(time.time()) // 60 * 60 - 60
        self.start_s = self.end_s - self.hours * 3600
        self.tell("dc", [ICMP, HTTP, TCP], 1)
        self.tell("ccv", [ICMP], 2)
        until("all is drawn", lambda: self.metric("vigia_series_pending_rows") == 0, 60)
        self.start_dashboard()
        until("the board answers", lambda: self.alive("dashboard") and self.board("/healthz")[0] == 200)
        return self

    def tell(self, agent, checks, seed):
        token, rng, seq = self.enrol(agent), random.Random(seed), 0
        n = (self.end_s - self.start_s) // self.step
        batch = []
        for i in range(n + 1):
            for check in checks:
                told = outcome_of(check, i, n, rng)
                if told is not None:
                    seq += 1
                    batch.append({"seq": seq, "check": check, "t": self.start_s + i * self.step + 0.25, "outcome": told[0], "values": told[1]})
            if batch and (len(batch) >= 4000 or i == n):
                status, answer = self.post("/v1/results", {"agent": agent, "boot": "b1", "now": time.time(), "results": batch}, token)
                assert status == 200 and answer["received"] == seq, (status, answer)
                assert not answer["refused"], answer["refused"][:3]
                batch = []

    def board(self, path, headers=None, body=None):
        """Status, headers, body; a POST where there is a body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.board_port}{path}", data=body, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=30) as r:
                return r.status, r.headers, r.read()
        except urllib.error.HTTPError as e:
            return e.code, e.headers, e.read()

    def chart(self, form="png", headers=None, **args):
        args = {"check": ICMP, "from": "dc", "start": self.start_s, "end": self.end_s, **args}
        return self.board(f"/api/{form}?{urllib.parse.urlencode({k: v for k, v in args.items() if v is not None})}", headers)
