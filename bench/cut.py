"""A link is cut: how long until the board knows (the event on the stream that dashboards read) and until the first message. The site is
a network namespace behind a veth pair of its own; the data centre's agent sends echo requests to it; the cut is `ip link set down`.
Checks of 1 s, confirm 3, retry_interval 200 ms, timeout 500 ms. TRIALS says how often. Needs root; touches no other interface."""

import http.client
import json
import os
import queue
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, "tests/system")
from world import World, until  # noqa: E402

TRIALS = int(os.environ.get("TRIALS", "20"))
NAME = f"vg{os.getpid() % 100000}"
HERE, THERE = "198.18.231.1", "198.18.231.2"  # the range for benchmarks (RFC 2544)

PLAN = f"""\
institution: {{name: Medición}}
agents: [{{id: dc, silent_after: 60s}}]
people: [{{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}]
seats: [{{id: mesa-de-ayuda, level: 0, titular: mesa}}]
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies: [{{id: critica, repeat: 60s, steps: [{{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}}]}}]
cool_down: 1s
services:
  - {{id: enlace, name: Enlace, criticality: very-high, rto: 30m, rpo: not-applicable, needs: catd, team: mesa-de-ayuda, policy: critica}}
components:
  - {{id: catd, name: CATD, checks: [{{id: ping, type: icmp, address: {THERE}, count: 1, from: [dc], interval: 1s, retry_interval: 200ms,
     timeout: 500ms, confirm: 3, recover: 1, critical: "loss > 40%"}}]}}
"""


def ip(*argv):
    subprocess.run(["ip", *argv], check=True, capture_output=True)


class Site:
    def __init__(self):
        ip("netns", "add", NAME)
        ip("link", "add", f"{NAME}a", "type", "veth", "peer", "name", f"{NAME}b", "netns", NAME)
        ip("addr", "add", f"{HERE}/30", "dev", f"{NAME}a")
        ip("link", "set", f"{NAME}a", "up")
        ip("-n", NAME, "addr", "add", f"{THERE}/30", "dev", f"{NAME}b")
        ip("-n", NAME, "link", "set", f"{NAME}b", "up")

    def cut(self):
        ip("-n", NAME, "link", "set", f"{NAME}b", "down")

    def mend(self):
        ip("-n", NAME, "link", "set", f"{NAME}b", "up")

    def end(self):
        subprocess.run(["ip", "netns", "del", NAME], check=False)
        subprocess.run(["ip", "link", "del", f"{NAME}a"], check=False, capture_output=True)


class Stream:
    """The events as the dashboard gets them, each with the moment of its arrival."""

    def __init__(self, w):
        self.queue = queue.Queue()
        conn = http.client.HTTPConnection("127.0.0.1", w.port)
        conn.request("GET", f"/v1/stream?after={w.status()['head']['seq']}", headers={"Authorization": "Bearer " + w.operator_token()})
        self.answer = conn.getresponse()
        assert self.answer.status == 200, self.answer.status
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        while line := self.answer.readline():
            if line.startswith(b"data:") and b'"kind"' in line:
                self.queue.put((time.time(), json.loads(line[5:])))

    def await_down(self):
        while True:
            at, e = self.queue.get(timeout=60)
            if e["kind"] == "service.state" and e["body"]["to"] == "down":
                return at


def quantile(values, q):
    """Nearest rank: with few trials the p99 is the largest."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(q * len(ordered)))]


def cut():
    site = Site()
    w = World("cut", PLAN)
    try:
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        until("well", lambda: w.status()["services"][0]["state"] == "ok", 40)
        stream = Stream(w)
        board, message, rng = [], [], random.Random(1)
        for _ in range(TRIALS):
            seen = len([m for m in w.messages() if m["kind"] in ("down", "update")])
            time.sleep(rng.random())  # at any moment between two probes
            at = time.time()
            site.cut()
            board.append(stream.await_down() - at)
            until("the message", lambda: len([m for m in w.messages() if m["kind"] in ("down", "update")]) > seen)
            message.append([m for m in w.messages() if m["kind"] in ("down", "update")][-1]["at"] - at)
            site.mend()
            until("well", lambda: w.status()["services"][0]["state"] == "ok" and w.status()["owed_up"] == 0, 40)
            for i in w.status()["incidents"]:
                if i["state"] not in ("closed", "false-alarm"):
                    w.vigia("close", str(i["id"]), "--as", "mesa", "--note", "medido", check=False)
        for what, took in (("the event on the board's stream", board), ("the first message", message)):
            print(f"link cut to {what}: p50 {quantile(took, 0.5):.2f} s, p99 {quantile(took, 0.99):.2f} s, {len(took)} trials (echo requests each 1 s, "
                  "confirm 3, retry 200 ms, timeout 500 ms)", flush=True)
    finally:
        w.end()
        site.end()


if __name__ == "__main__":
    cut()
