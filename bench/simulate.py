#!/usr/bin/env python3
"""A day of 700 checks with dozens of incidents through `vigia simulate`: CPU, and simulated days per second.

	BIN=build/release/bin python3 bench/simulate.py [CHECKS [INCIDENTS [RUNS]]]
Nothing else is needed: no daemon, no network. The day is the same at every run."""
import os
import resource
import subprocess
import sys
import tempfile

BIN = os.environ.get("BIN", "build/release/bin")
if not os.path.exists(os.path.join(BIN, "vigia")):
    BIN = os.path.join(BIN, "bin")


def write_plan(path, checks):
    """33 centres and a data centre; a service per ten components, an RTO of ten minutes, three people to answer."""
    components = checks // 2
    lines = ["institution: {name: Medida}", "agents:"]
    lines += [f"  - {{id: a{n}}}" for n in range(34)]
    lines.append("components:")
    for n in range(components):
        agent = f"a{n % 34}"
        one = "{{id: {}, type: tcp, address: h{}, port: 1, interval: 5s, retry_interval: 1s, from: [{}], confirm: 3, recover: 2}}"
        lines.append(f"  - {{id: c{n}, checks: [{one.format('p', n, agent)}, {one.format('q', n, agent)}]}}")
    lines.append("services:")
    for n in range(components // 10):
        needs = ", ".join(f"c{n * 10 + k}" for k in range(10))
        lines.append(f"  - {{id: s{n}, rto: 10m, needs: {{all: [{needs}]}}, policy: p, team: mesa}}")
    lines += ["people:"]
    lines += [f"  - {{id: {p}, post: P, contacts: [{{channel: uno, to: x}}]}}" for p in ("ana", "beto", "ceci", "dario")]
    lines += ["seats:",
              "  - {id: mesa, level: 0, titular: ana, suplente: beto}",
              "  - {id: coord, level: 2, titular: ceci, suplente: dario}",
              "  - {id: crisis, level: 1, titular: dario, suplente: beto}",
              "channels: [{id: uno, type: file, path: uno.jsonl, receipt_within: 30s}]",
              "policies:",
              "  - id: p",
              "    repeat: 5m",
              "    steps:",
              "      - {at: confirmed, call: [\"seat:mesa\"], ack_within: 60s}",
              "      - {at: {pct: 20}, call: [\"seat:coord\"], ack_within: 60s}",
              "      - {at: {pct: 40}, call: [\"level:1\"], ask: activate, ack_within: 90s}"]
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


def write_scenario(path, checks, incidents):
    """An outage of twelve minutes every so often, one in five a cut agent."""
    lines = ["promise: a day of trouble", "start 2026-06-07T00:00", "person * answers 40s", "person dario authorizes 60s",
             "person ceci declares 60s"]
    step = 86400 // (incidents + 1)
    for n in range(incidents):
        t = (n + 1) * step
        c = (n * 37) % (checks // 2)
        what = (f"cut a{n % 34}", f"uncut a{n % 34}") if n % 5 == 4 else (f"set c{c}:p critical", f"set c{c}:p ok")
        end = min(t + 720, (n + 2) * step - 1)
        lines += [f"{t} {what[0]}", f"{end} {what[1]}"]
    lines += ["86400 expect clock.started"]
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")


def main():
    checks, incidents, runs = (int(v) for v in (sys.argv[1:] + ["700", "48", "5"][len(sys.argv) - 1:]))
    with tempfile.TemporaryDirectory() as folder:
        plan, scenario = os.path.join(folder, "plan.yaml"), os.path.join(folder, "day.scn")
        write_plan(plan, checks)
        write_scenario(scenario, checks, incidents)
        command = [os.path.join(BIN, "vigia"), "simulate", plan, scenario]
        cpu = []
        for _ in range(runs):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            done = subprocess.run(command, capture_output=True, text=True, timeout=600)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            if done.returncode != 0:
                sys.exit(done.stderr or done.stdout)
            cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        entries = sum(1 for line in done.stdout.splitlines() if line.startswith("  "))
        best, worst = min(cpu), max(cpu)
        print(f"simulate: a day of {checks} checks, {incidents} incidents, {entries} lines told: "
              f"{best:.2f} s of CPU (worst of {runs}: {worst:.2f}), {1 / best:.1f} simulated days per second, "
              f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
