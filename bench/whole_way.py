"""Figures of the whole system, real binaries on loopback:
   detection  target death to first page (median, max) with 1 s checks, confirm 3, retry 200 ms
   agent      RSS, private memory and CPU at 20 checks / 10 s, over TLS and plain, beside collectd
   collector  CPU for 34 such agents, over TLS and plain"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, "tests/system")
from world import Target, World, until  # noqa: E402

TRIALS = int(os.environ.get("TRIALS", "10"))

HEAD = """\
institution: {name: Medición}
agents: [{id: dc, silent_after: 60s}]
people:
  - {id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}
  - {id: utsi, post: Titular, contacts: [{channel: archivo, to: utsi@example.org}]}
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa, suplente: utsi}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}]}]
cool_down: 1s
services:
  - {id: s, name: S, criticality: very-high, rto: 30m, rpo: not-applicable, needs: c0, team: mesa-de-ayuda, policy: critica}
components:
"""


def cpu_seconds(pid):
    """By the scheduler's own account (nanoseconds): clock ticks are too coarse for an agent."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat", encoding="ascii") as f:
            total += int(f.read().split()[0])
    return total / 1e9


def memory_kib(pid):
    out = {"Rss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as f:
        for line in f:
            key = line.split(":")[0]
            if key in out:
                out[key] += int(line.split()[1])
    return out["Rss"], out["Private_Dirty"], out["Private_Clean"]


def component(n, url, interval, extra=""):
    return f'  - {{id: c{n}, name: C{n}, checks: [{{id: http, type: http, url: "{url}", from: [dc], interval: {interval}{extra}}}]}}\n'


def detection():
    target = Target()
    fast = ", retry_interval: 200ms, timeout: 900ms, confirm: 3, recover: 1"
    w = World("bench", HEAD + component(0, f"http://127.0.0.1:{target.port}/", "1s", fast))
    try:
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        until("well", lambda: w.status()["services"][0]["state"] == "ok")
        took = []
        for _ in range(TRIALS):
            seen = len([m for m in w.messages() if m["kind"] in ("down", "update")])
            died = time.time()
            target.kill()
            until("the page", lambda: len([m for m in w.messages() if m["kind"] in ("down", "update")]) > seen)
            page = [m for m in w.messages() if m["kind"] in ("down", "update")][-1]
            took.append(page["at"] - died)
            target.start()
            until("well", lambda: w.status()["services"][0]["state"] == "ok" and w.status()["owed_up"] == 0)
            for i in w.status()["incidents"]:
                if i["state"] not in ("closed", "false-alarm"):
                    w.vigia("close", str(i["id"]), "--as", "mesa", "--note", "medido", check=False)
        print(f"target death to first page: median {statistics.median(took):.2f} s, max {max(took):.2f} s, {len(took)} trials "
              "(1 s checks, confirm 3, retry 200 ms)")
    finally:
        w.end()


def agent(what, check, tls=True):
    """`check` is the check's own part, {n} its number and {port} that of a web service."""
    target = Target()
    plan = HEAD + "".join(
        f"  - {{id: c{n}, name: C{n}, checks: [{{id: p, from: [dc], interval: 10s, {check.format(n=n + 1, port=target.port)}}}]}}\n" for n in range(20))
    w = World("bench", plan, tls=tls)
    try:
        w.start_collector()
        w.enrol("dc")
        p = w.start_agent("dc")
        until("well", lambda: all(c["state"] == "ok" for c in w.status()["components"]), 40)
        before, start = cpu_seconds(p.pid), time.monotonic()
        until("a minute has passed", lambda: time.monotonic() - start > 60, 70)
        used = (cpu_seconds(p.pid) - before) * 60 / (time.monotonic() - start)
        rss, dirty, clean = memory_kib(p.pid)
        print(f"agent at 20 {what} checks / 10 s, {'TLS' if tls else 'plain'}: RSS {rss / 1024:.1f} MiB, private {dirty / 1024:.2f} MiB of its own and {clean / 1024:.2f} MiB of "
              f"pages of libraries that nobody else uses just now, CPU {used:.3f} s a minute", flush=True)
    finally:
        w.end()


def collector(agents, tls):
    """Each agent has 20 checks of one web service."""
    target = Target()
    ids = [f"a{n}" for n in range(agents)]
    plan = HEAD.replace("[{id: dc, silent_after: 60s}]", "[" + ", ".join(f"{{id: {a}}}" for a in ids) + "]") + "".join(
        f"  - {{id: c{n}, name: C{n}, checks: [{{id: p, from: [{', '.join(ids)}], interval: 10s, type: tcp, address: 127.0.0.1, port: {target.port}}}]}}\n"
        for n in range(20))
    w = World("bench", plan, tls=tls)
    try:
        p = w.start_collector()
        for a in ids:
            w.enrol(a)
            w.start_agent(a)
        until("well", lambda: all(c["state"] == "ok" for c in w.status()["components"]), 60)
        before, start, batches = cpu_seconds(p.pid), time.monotonic(), w.metric("vigia_batches_total")
        until("a minute has passed", lambda: time.monotonic() - start > 60, 70)
        minutes = (time.monotonic() - start) / 60
        used = (cpu_seconds(p.pid) - before) / minutes
        print(f"collector with {agents} agents of 20 checks / 10 s, {'TLS' if tls else 'plain'}: CPU {used:.2f} s a minute, "
              f"{(w.metric('vigia_batches_total') - batches) / minutes:.0f} batches a minute", flush=True)
    finally:
        w.end()


def collectd():
    """The leanest peer, reading six of its own plugins each 10 s (it probes nothing)."""
    if not os.path.exists("/usr/sbin/collectd"):
        print("collectd is not installed")
        return
    folder = tempfile.mkdtemp(prefix="vigia-collectd-")
    with open(os.path.join(folder, "conf"), "w", encoding="ascii") as f:
        f.write(f"Interval 10\nBaseDir \"{folder}\"\nPIDFile \"{folder}/pid\"\nTypesDB \"/usr/share/collectd/types.db\"\n"
                + "".join(f"LoadPlugin {x}\n" for x in ("cpu", "memory", "load", "interface", "df", "network"))
                + "<Plugin network>\n Server \"127.0.0.1\" \"25826\"\n</Plugin>\n")
    p = subprocess.Popen(["/usr/sbin/collectd", "-f", "-C", os.path.join(folder, "conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(5)
        before, start = cpu_seconds(p.pid), time.monotonic()
        time.sleep(60)
        used = (cpu_seconds(p.pid) - before) * 60 / (time.monotonic() - start)
        rss, dirty, clean = memory_kib(p.pid)
        print(f"collectd, 6 plugins / 10 s: RSS {rss / 1024:.1f} MiB, private {dirty / 1024:.2f} + {clean / 1024:.2f} MiB, CPU {used:.3f} s a minute",
              flush=True)
    finally:
        p.terminate()
        p.wait()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    detection()
    agent("http", 'type: http, url: "http://127.0.0.1:{port}/"', tls=False)
    agent("http", 'type: http, url: "http://127.0.0.1:{port}/"')
    agent("icmp (5 requests each)", "type: icmp, address: 127.0.0.{n}, count: 5")
    for tls in (False, True):
        collector(34, tls)
    collectd()
