#!/usr/bin/env python3
"""A day of 700 checks with dozens of incidents through `vigia simulate`: CPU, and simulated days per second.

	BIN=build/release/bin python3 bench/simulate.py [CHECKS [INCIDENTS [RUNS]]]
Then the proof for every pair of 30 people of such a plan (`vigia plan dry-run --all-silent 2`), one service of RTO 30 minutes.
Nothing else is needed: no daemon, no network. The day is the same at every run."""
import json
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


def write_crowd(path, checks):
    """The same estate with a policy that can call 30 people, in five seats of three levels with three pairs each."""
    write_plan(path, checks)
    with open(path, encoding="utf-8") as f:
        head = f.read().split("people:")[0].replace("rto: 10m", "rto: 30m")
    lines = ["people:"] + [f"  - {{id: p{n}, post: P, contacts: [{{channel: uno, to: x}}]}}" for n in range(30)]
    lines += ["seats:", "  - {id: mesa, level: 0, titular: p0, suplente: p1}"]
    lines += [f"  - {{id: s{n}, level: {1 + n % 3}, titular: p{2 * n}, suplente: p{2 * n + 1}}}" for n in range(1, 15)]
    lines += ["channels: [{id: uno, type: file, path: uno.jsonl, receipt_within: 30s}]", "policies:", "  - id: p", "    repeat: 5m", "    steps:",
              "      - {at: confirmed, call: [\"seat:mesa\", \"level:3\"], parallel: true, ack_within: 60s}",
              "      - {at: {pct: 15}, call: [\"level:2\"], parallel: true, ack_within: 60s}",
              "      - {at: {pct: 30}, call: [\"level:1\"], parallel: true, ask: activate, ack_within: 90s}"]
    with open(path, "w", encoding="utf-8") as f:
        f.write(head + "\n".join(lines) + "\n")


def cpu_of(command, codes):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in codes:
        sys.exit(done.stderr or done.stdout)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def proof(folder, checks):
    plan = os.path.join(folder, "crowd.yaml")
    write_crowd(plan, checks)
    cpu, out = cpu_of([os.path.join(BIN, "vigia"), "plan", "dry-run", plan, "--service", "s0", "--all-silent", "2", "--json"], (0, 1))
    one = json.loads(out)["services"][0]
    print(f"all-silent 2: {one['people']} people, {one['sets']} sets, {one['played']} days played of {checks} checks: {cpu:.2f} s of CPU, "
          f"{1000 * cpu / one['played']:.0f} ms a day; {len(one['failing'])} sets fail")


def main():
    checks, incidents, runs = (int(v) for v in (sys.argv[1:] + ["700", "48", "5"][len(sys.argv) - 1:]))
    with tempfile.TemporaryDirectory() as folder:
        plan, scenario = os.path.join(folder, "plan.yaml"), os.path.join(folder, "day.scn")
        write_plan(plan, checks)
        write_scenario(scenario, checks, incidents)
        command = [os.path.join(BIN, "vigia"), "simulate", plan, scenario]
        cpu = []
        for _ in range(runs):
            used, out = cpu_of(command, (0,))
            cpu.append(used)
        entries = sum(1 for line in out.splitlines() if line.startswith("  "))
        best, worst = min(cpu), max(cpu)
        print(f"simulate: a day of {checks} checks, {incidents} incidents, {entries} lines told: "
              f"{best:.2f} s of CPU (worst of {runs}: {worst:.2f}), {1 / best:.1f} simulated days per second, "
              f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")
        proof(folder, checks)


if __name__ == "__main__":
    main()
