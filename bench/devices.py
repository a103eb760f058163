"""A thousand SNMP devices of 10 values each every 10 s on ONE agent: real agent and collector, the answering agent of bench/snmp.c on
1,000 addresses of the loopback. Measured against the same agent with one device: CPU and private memory, results taken in."""

import os
import subprocess
import sys
import time

sys.path.insert(0, "tests/system")
sys.path.insert(0, "bench")
from whole_way import cpu_seconds, memory_kib  # noqa: E402
from world import World, until  # noqa: E402

DEVICES = int(os.environ.get("DEVICES", "1000"))
MEASURED = float(os.environ.get("MEASURED", "60"))
OIDS = 10


def plan_of(devices, port):
    values = ", ".join(f"v{i}: {{oid: 1.3.6.1.4.1.99999.1.{i + 1}.0}}" for i in range(OIDS))
    return "agents: [{id: dc, silent_after: 60s}]\ncomponents:\n" + "".join(
        f"  - {{id: d{d}, address: 127.1.{d // 250}.{d % 250 + 1}, checks: [{{id: v, type: snmp, community: public, port: {port}, interval: 10s, "
        f"timeout: 5s, affects: condition, values: {{{values}}}}}]}}\n" for d in range(devices))


def measure(devices, port):
    w = World(f"devices-{devices}", plan_of(devices, port))
    try:
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        pid, collector = w.processes["dc"].pid, w.processes["collector"].pid
        until("every device is ok", lambda: all(c["state"] == "ok" for c in w.status()["components"]), 120)
        time.sleep(15)  # what is made once (series, keys, learnt sizes) is no steady state
        a, c, t = cpu_seconds(pid), cpu_seconds(collector), time.time()
        time.sleep(MEASURED)
        span = time.time() - t
        assert all(x["state"] == "ok" for x in w.status()["components"]), "a device was lost"
        return (cpu_seconds(pid) - a) / span, (cpu_seconds(collector) - c) / span, sum(memory_kib(pid)[1:])
    finally:
        w.end()


def main():
    server = subprocess.Popen([os.path.join(os.environ.get("BUILD", "build"), "release/tool/bench/snmp"), "--serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        idle = measure(1, port)
        full = measure(DEVICES, port)
    finally:
        server.stdin.close()
        server.wait()
    print(f"devices: {DEVICES} of {OIDS} values every 10 s on one agent: {(full[0] - idle[0]) * 100:.2f} % of a core and "
          f"{(full[2] - idle[2]) / 1024:.1f} MiB above an agent with one device ({idle[0] * 100:.2f} %, {idle[2] / 1024:.1f} MiB); "
          f"the collector {(full[1] - idle[1]) * 100:.2f} % more")


if __name__ == "__main__":
    main()
