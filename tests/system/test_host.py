"""The agent watches the machine that it runs on: figures on the board, thresholds, a file system that is not there, services
without a systemd to ask, a disk that fills and one that turns read-only. Real binaries, loopback only."""

import json
import os
import subprocess
import tempfile

from world import BIN, World, run, until

PLAN = """\
institution: {name: Instituto de prueba}
agents: [{id: dc}]
people: [{id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}]
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}]}]
services: [{id: s, name: S, rto: 10m, needs: srv, team: mesa-de-ayuda, policy: critica}]
components:
"""
CHECK = "  - {{id: {id}, checks: [{{id: host, type: host, interval: 1s, timeout: 900ms, {rest}}}]}}\n"


def world(name, **checks):
    w = World(name, PLAN + "".join(CHECK.format(id=i, rest=rest) for i, rest in checks.items()))
    w.start_collector()
    w.enrol("dc")
    w.start_agent("dc")
    return w


def check(w, component):
    return next(c for c in w.status()["components"] if c["id"] == component)["checks"][0]


def seen(w, component):
    return check(w, component)["vantages"][0]


def figures_reach_the_board():
    """Every figure of the real machine is in the status and drawn; a threshold that is met makes a warning."""
    w = world("host", srv='disks: ["/", /tmp], critical: "disk_used > 101%, mem_used > 101%"', low='warning: "uptime > 1s"')
    try:
        until("the first result", lambda: check(w, "srv")["state"] == "ok" and seen(w, "srv").get("values"))
        values = seen(w, "srv")["values"]
        for name in ("cpu", "cpu_user", "cpu_system", "cpu_iowait", "cpu_steal", "mem_used", "swap_used", "disk_used", "inodes_used"):
            assert 0 <= values[name] <= 1, (name, values)
        for name in ("load1", "load5", "load15", "load_core", "mem_free", "disk_free", "disks_read_only", "net_in", "net_out"):
            assert values[name] >= 0, (name, values)
        assert values["services_down"] is None, values
        with open("/proc/uptime", encoding="ascii") as f:
            assert abs(values["uptime"] - float(f.read().split()[0])) < 60, values
        until("the warning", lambda: check(w, "low")["state"] == "warning")
        series = until("the series", lambda: json_of(w, "/v1/series?check=srv%3Ahost&from=dc"))
        assert "disk_used" in json.dumps(series), series
    finally:
        w.end()


def json_of(w, path):
    status, body = w.get(path)
    return json.loads(body) if status == 200 else None


def what_is_missing():
    """A mount that is not there is bad; services where no systemd answers are blind, not green."""
    w = world("host-missing", srv="mounts: /nonexistent", units="services: nginx.service")
    try:
        until("the missing mount", lambda: check(w, "srv")["state"] == "critical")
        assert check(w, "srv")["why"] == "device-missing", check(w, "srv")
        if os.path.exists("/run/systemd/private"):
            return  # this machine has a systemd: it answers for itself
        until("blind services", lambda: check(w, "units")["state"] == "blind")
        assert check(w, "units")["why"] == "source-missing", check(w, "units")
    finally:
        w.end()


def a_disk_that_fills_and_turns_read_only():
    """A small file system of our own: full beyond its threshold, then read-only, then well again."""
    small = tempfile.mkdtemp(prefix="vigia-small-")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "vigia-test", small], check=False).returncode != 0:
        raise AssertionError("this test mounts a small file system: run it as root")
    try:
        w = world("host-disk", srv=f'mounts: "{small}", disks: [], critical: "disk_used > 80%"')
        try:
            until("room", lambda: check(w, "srv")["state"] == "ok")
            with open(os.path.join(small, "ballast"), "wb") as f:
                f.write(bytes(900 << 10))
            until("full", lambda: check(w, "srv")["state"] == "critical")
            assert seen(w, "srv")["values"]["disk_used"] > 0.8, seen(w, "srv")
            os.unlink(os.path.join(small, "ballast"))
            until("room again", lambda: check(w, "srv")["state"] == "ok")
            subprocess.run(["mount", "-o", "remount,ro", small], check=True)
            until("read-only", lambda: check(w, "srv")["why"] == "disk-read-only" and check(w, "srv")["state"] == "critical")
            subprocess.run(["mount", "-o", "remount,rw", small], check=True)
            until("writable", lambda: check(w, "srv")["state"] == "ok")
        finally:
            w.end()
    finally:
        subprocess.run(["umount", small], check=False)
        os.rmdir(small)


def as_a_plugin():
    """`vigia probe host` is a Nagios plugin with all figures."""
    p = subprocess.run([f"{BIN}/vigia", "--lang", "en", "probe", "host", "critical=disk_used > 101%"], capture_output=True, text=True, timeout=30)
    assert p.returncode == 0, (p.returncode, p.stdout, p.stderr)
    line = p.stdout
    assert line.startswith("HOST OK - answered as expected: / ") and " | cpu=" in line and "disk_free=" in line, line
    p = subprocess.run([f"{BIN}/vigia", "--lang", "en", "probe", "host", "warning=uptime > 0s"], capture_output=True, text=True, timeout=30)
    assert p.returncode == 1 and "but uptime = " in p.stdout, p.stdout


if __name__ == "__main__":
    run(figures_reach_the_board, what_is_missing, a_disk_that_fills_and_turns_read_only, as_a_plugin)
