"""The agent alone in its duties: rights given up, blind without them, a new configuration without a restart, a spool that is
full and a disk that refuses. Real binaries, real sockets, loopback only."""

import os
import shutil
import signal
import subprocess
import tempfile

from world import BIN, Target, World, free_port, run, until

HEAD = """\
institution: {name: Instituto de prueba}
agents: [{id: dc}]
people: [{id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}]
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}]}]
services: [{id: s, name: S, rto: 10m, needs: web, team: mesa-de-ayuda, policy: critica}]
components:
"""
WEB = """\
  - {{id: web, checks: [{{id: http, type: http, url: "http://127.0.0.1:{port}/", from: [dc], interval: 1s, retry_interval: 200ms,
     timeout: 900ms, confirm: 2}}]}}
"""
PING = "  - {id: net, checks: [{id: ping, type: icmp, address: 127.0.0.1, count: 3, from: [dc], interval: 1s}]}\n"


def world(name, target, rest=""):
    w = World(name, HEAD + WEB.format(port=target.port) + rest)
    w.start_collector()
    w.enrol("dc")
    return w


def component(w, ident):
    return next(c for c in w.status()["components"] if c["id"] == ident)


def proc_status(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as f:
        return dict(line.rstrip("\n").split(":\t", 1) for line in f if ":\t" in line)


def rights_are_given_up():
    """Once the sockets are open the agent has no capability and can get none, and still sends echo requests."""
    w = world("rights", Target(), PING)
    try:
        p = w.start_agent("dc")
        until("the check is well", lambda: component(w, "net")["state"] == "ok")
        status = proc_status(p.pid)
        for word in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
            assert int(status[word], 16) == 0, (word, status[word])
        assert status["NoNewPrivs"] == "1", status["NoNewPrivs"]
    finally:
        w.end()


def blind_without_the_right():
    """Neither CAP_NET_RAW nor ping_group_range: the icmp check is blind and says which right; all else works."""
    w = world("blind", Target(), PING)
    try:
        with open("/proc/sys/net/ipv4/ping_group_range", encoding="ascii") as f:
            low, high = map(int, f.read().split())
        if low <= os.getegid() <= high or os.geteuid() != 0 or not shutil.which("setpriv"):
            print("  not tried: everybody may send echo requests here, or this is not root")
            return
        w.spawn("dc", "setpriv", "--bounding-set", "-net_raw", f"{BIN}/vigia-agent", "-c", w.path("dc.yaml"))
        until("the web check is well", lambda: component(w, "web")["state"] == "ok")
        until("the ping is blind", lambda: component(w, "net")["state"] == "blind", 30)
        status = w.get("/v1/status")[1].decode()
        assert "right-missing" in status, status[:3000]
        assert "icmp.unavailable family=ipv4" in w.log("dc"), w.log("dc")
    finally:
        w.end()


def a_new_configuration_without_a_restart():
    """SIGHUP: a wrong file is refused with its line and changes nothing; another collector address is used at once."""
    w = world("hup", Target())
    try:
        good = f"agent: dc\ncollector: [{w.url}]\nkey_file: dc.key\ndata: dc-data\n"
        w.write("dc.yaml", good.replace(w.url, f"http://127.0.0.1:{free_port()}"))
        p = w.start_agent("dc")
        until("it finds nobody", lambda: "uplink.lost" in w.log("dc"))
        w.write("dc.yaml", good + "colector: [x]\n")
        p.send_signal(signal.SIGHUP)
        until("the mistake is told", lambda: "reload.refused" in w.log("dc"))
        line = next(x for x in w.log("dc").splitlines() if "reload.refused" in x)
        assert "dc.yaml:5:1 code=unknown-key" in line and "collector" in line, line
        w.write("dc.yaml", good.replace("dc-data", "elsewhere"))
        p.send_signal(signal.SIGHUP)
        until("what needs a restart is told", lambda: "code=needs-restart" in w.log("dc"))
        w.write("dc.yaml", good)
        p.send_signal(signal.SIGHUP)
        until("the service is seen", lambda: w.status()["services"][0]["state"] == "ok")
        assert "reload.done" in w.log("dc")
        w.alive("dc")
    finally:
        w.end()


def a_full_spool():
    """More than the spool holds while the collector is away: the oldest unchanged go, every number arrives or is told as lost."""
    target = Target()
    many = "".join(
        f"  - {{id: n{n}, checks: [{{id: t, type: tcp, address: 127.0.0.1, port: {target.port}, from: [dc], interval: 100ms}}]}}\n" for n in range(80))
    w = world("full", target, many)
    try:
        with open(w.path("dc.yaml"), "a", encoding="ascii") as f:
            f.write("spool_max: 1MiB\n")
        p = w.start_agent("dc")
        until("all is well", lambda: all(c["state"] == "ok" for c in w.status()["components"]))
        w.stop("collector")
        seen = largest = 0

        def wrapped():
            nonlocal seen, largest
            size = sum(os.path.getsize(os.path.join(b, f)) for b, _, fs in os.walk(w.path("dc-data/spool")) for f in fs)
            seen += size < largest - 100000
            largest = max(largest, size)
            assert size < (1 << 20) + (512 << 10), size
            return seen >= 2

        until("the spool was full more than once", wrapped, 60)
        w.start_collector()
        until("the backlog is in", lambda: w.status()["agents"][0]["spooled"] < 100, 60)
        gaps = until("the loss is told", lambda: w.kinds("agent.gap"))
        assert all(g["body"]["reason"].endswith(" spool-full") for g in gaps), gaps[:3]
        p.send_signal(signal.SIGTERM)
        assert p.wait(20) == 0
        w.processes.pop("dc")
        w.start_agent("dc")
        until("nothing is left of that start", lambda: spool_boots(w) <= 1, 60)
    finally:
        w.end()


def spool_boots(w):
    return len({f.rsplit("-", 1)[0] for f in os.listdir(w.path("dc-data/spool"))})


def a_disk_that_refuses():
    """The agent's disk is full: what is not ok still reaches the collector at once and pages; the rest is told as lost afterwards."""
    target = Target()
    w = world("disk", target)
    small = tempfile.mkdtemp(prefix="vigia-small-")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=100", "vigia-test", small], check=False).returncode != 0:
        os.rmdir(small)
        w.end()
        print("  not tried: no right to mount")
        return
    try:
        w.write("dc.yaml", f"agent: dc\ncollector: [{w.url}]\nkey_file: dc.key\ndata: {small}/data\n")
        w.start_agent("dc")
        until("the service is seen", lambda: w.status()["services"][0]["state"] == "ok")
        with open(os.path.join(small, "ballast"), "wb", buffering=0) as f:
            try:
                while True:
                    f.write(b"x" * 4096)
            except OSError:
                pass
        until("the disk refuses", lambda: "spool.unwritable" in w.log("dc"), 40)
        target.kill()
        until("the page leaves", lambda: [m for m in w.messages() if m["kind"] == "down"])
        os.unlink(os.path.join(small, "ballast"))
        target.start()
        gaps = until("the loss is told", lambda: w.kinds("agent.gap"), 40)
        assert gaps[0]["body"]["reason"].endswith(" disk-full"), gaps
        until("the service is well", lambda: w.status()["services"][0]["state"] == "ok")
    finally:
        w.end()
        subprocess.run(["umount", small], check=False)
        os.rmdir(small)


if __name__ == "__main__":
    run(rights_are_given_up, blind_without_the_right, a_new_configuration_without_a_restart, a_full_spool, a_disk_that_refuses)
