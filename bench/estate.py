"""The whole estate on one machine: a collector, 33 site agents and one of the data centre, real binaries, each agent with 20 checks
of three types every 10 s against loopback. After the start has settled a minute is measured: CPU and memory of the collector and of
one agent (the median), what the journal grows by, and what is written to disk. The peer of one agent is in whole_way (collectd)."""

import os
import statistics
import sys
import time

sys.path.insert(0, "tests/system")
sys.path.insert(0, "bench")
from whole_way import cpu_seconds, memory_kib  # noqa: E402
from world import World, free_port, until  # noqa: E402

AGENTS = int(os.environ.get("AGENTS", "34"))
MEASURED = float(os.environ.get("MEASURED", "60"))

HEAD = """\
institution: {name: Medición}
people: [{id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}]
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}]}]
"""


def plan_of(port):
    agents = ", ".join(f"{{id: s{a}, silent_after: 60s}}" for a in range(AGENTS))
    components = services = ""
    for a in range(AGENTS):
        for c in range(20):
            kind = (f"type: icmp, address: 127.0.{a}.{c + 1}, count: 5" if c < 10 else
                    f"type: tcp, address: 127.0.0.1, port: {port}" if c < 15 else f'type: http, url: "http://127.0.0.1:{port}/"')
            components += f"  - {{id: s{a}/c{c}, name: C{c} de S{a}, checks: [{{id: p, from: [s{a}], interval: 10s, timeout: 3s, {kind}}}]}}\n"
        services += (f"  - {{id: s{a}, name: S{a}, criticality: high, rto: 30m, rpo: not-applicable, "
                     f"needs: {{all: [{', '.join(f's{a}/c{c}' for c in range(20))}]}}, team: mesa-de-ayuda, policy: critica}}\n")
    return f"{HEAD}agents: [{agents}]\nservices:\n{services}components:\n{components}"


# Answers everybody at once, in a process of its own.
SERVER = """
import asyncio, sys
ANSWER = b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\nok"
async def serve(r, w):
    try:
        if await r.read(4096):
            w.write(ANSWER)
            await w.drain()
    except OSError:
        pass
    w.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]), backlog=1024)
    await server.serve_forever()
asyncio.run(main())
"""


def written(pid):
    with open(f"/proc/{pid}/io", encoding="ascii") as f:
        return sum(int(line.split()[1]) for line in f if line.startswith("write_bytes"))


def journal_entries(w):
    return w.status()["head"]["seq"]


def say(what, memories, cpus):
    rss, dirty, clean = (statistics.median(m[i] for m in memories) / 1024 for i in range(3))
    print(f"{what}: CPU {statistics.median(cpus):.3f} s a minute, RSS {rss:.1f} MiB, private {dirty:.2f} MiB of its own and {clean:.2f} MiB of pages nobody "
          "else maps", flush=True)


def estate():
    port = free_port()
    w = World("estate", plan_of(port))
    try:
        w.spawn("target", sys.executable, "-c", SERVER, str(port))
        collector = w.start_collector()
        for a in range(AGENTS):
            w.enrol(f"s{a}")
        agents = [w.start_agent(f"s{a}") for a in range(AGENTS)]
        until("all is well", lambda: all(s["state"] == "ok" for s in w.status()["services"]), 120)
        until("every series has its file", lambda: w.metric("vigia_series_rows_total") > AGENTS * 20, 120)
        everybody = [collector] + agents
        until("all files are made", lambda: w.metric("vigia_series_rows_total") > 4 * AGENTS * 20, 200)
        time.sleep(20)  # what the start has left
        start, cpu = time.monotonic(), {p.pid: cpu_seconds(p.pid) for p in everybody}
        disk, entries, results = written(collector.pid), journal_entries(w), w.metric("vigia_results_total")
        disk_agents = sum(written(p.pid) for p in agents)
        time.sleep(MEASURED)
        took = time.monotonic() - start
        used = {p.pid: (cpu_seconds(p.pid) - cpu[p.pid]) * 60 / took for p in everybody}
        say(f"collector of {AGENTS} agents, {AGENTS * 20} series", [memory_kib(collector.pid)], [used[collector.pid]])
        say("one agent, 10 icmp of 5 requests, 5 tcp, 5 http", [memory_kib(p.pid) for p in agents], [used[p.pid] for p in agents])
        print(f"results {(w.metric('vigia_results_total') - results) / took:.1f} a second; journal +{journal_entries(w) - entries} entries; disk: collector "
              f"{(written(collector.pid) - disk) / took / 1024:.1f} KiB/s, all agents {(sum(written(p.pid) for p in agents) - disk_agents) / took / 1024:.1f} KiB/s")
    finally:
        w.end()


if __name__ == "__main__":
    estate()
