"""The units of systemd: sound, hardened to a stated score, and the programs really run under what they forbid. systemd is not
this machine's first process, so the rules that can be set without it are: the system calls and socket families of each unit
(as a seccomp filter made of its own lines), no memory that is writable and executable, no new privileges, its umask."""

import ctypes
import os
import re
import struct
import subprocess
import tempfile
import time

from world import BIN, Target, World, run, until

UNITS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../packaging/systemd")
# What systemd-analyze gives each unit (docs/OPERATIONS.md states them); tenths, less is better.
SCORES = {"vigia-agent.service": 16, "vigia-collector.service": 14, "vigia-dashboard.service": 11}


def installed(folder, unit):
    """The unit as `make install` writes it, with our binaries."""
    with open(os.path.join(UNITS, unit), encoding="utf-8") as f:
        text = f.read().replace("@BINDIR@", BIN)
    path = os.path.join(folder, unit)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
    return path, text


def the_units_are_sound_and_hardened():
    """systemd-analyze has nothing to say about the units, and rates none worse than we state."""
    with open(os.path.join(UNITS, "../../docs/OPERATIONS.md"), encoding="utf-8") as f:
        stated = f.read()
    with tempfile.TemporaryDirectory(prefix="vigia-units-") as folder:
        assert sorted(SCORES) == sorted(u for u in os.listdir(UNITS) if u.endswith(".service"))
        for unit, most in SCORES.items():
            path, _ = installed(folder, unit)
            p = subprocess.run(["systemd-analyze", "verify", "--man=no", path], capture_output=True, text=True, timeout=60)
            assert p.returncode == 0 and p.stdout + p.stderr == "", (unit, p.stdout, p.stderr)
            p = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={most}", path],
                               capture_output=True, text=True, timeout=60)
            assert p.returncode == 0, p.stdout[-2000:] + p.stderr
            score = re.search(r"exposure level for \S+: ([\d.]+)", p.stdout).group(1)
            assert f"| `{unit}` | {score} |" in stated, f"docs/OPERATIONS.md does not state {score} for {unit}"


# --- a filter out of a unit's lines -------------------------------------------------------------------------
def numbers():
    """Numbers of system calls, as the compiler knows them."""
    text = subprocess.run(["cc", "-E", "-dM", "-include", "sys/syscall.h", "-xc", "/dev/null"], capture_output=True, text=True,
                          check=True, timeout=60).stdout
    return {name: int(number) for name, number in re.findall(r"^#define __NR_(\w+) (\d+)$", text, re.M)}


def expanded(word):
    if not word.startswith("@"):
        return {word}
    text = subprocess.run(["systemd-analyze", "syscall-filter", "--no-pager", word], capture_output=True, text=True, check=True,
                          timeout=60).stdout
    calls = set()
    for line in text.splitlines()[1:]:
        for item in line.split("#")[0].split():
            calls |= expanded(item)
    return calls


def allowed(text):
    calls = set()
    for line in re.findall(r"^SystemCallFilter=(.*)$", text, re.M):
        for word in line.removeprefix("~").split():
            calls = calls - expanded(word) if line.startswith("~") else calls | expanded(word)
    return calls


def filter_of(text):
    """Classic BPF: what is not allowed, or a socket of another family, is refused with EPERM."""
    table = numbers()
    allow, deny = struct.pack("HBBI", 0x06, 0, 0, 0x7FFF0000), struct.pack("HBBI", 0x06, 0, 0, 0x00050001)
    load_call, load_first = struct.pack("HBBI", 0x20, 0, 0, 0), struct.pack("HBBI", 0x20, 0, 0, 16)
    families = {"AF_UNIX": 1, "AF_INET": 2, "AF_INET6": 10, "AF_NETLINK": 16}
    wanted = [families[w] for w in re.search(r"^RestrictAddressFamilies=(.*)$", text, re.M).group(1).split()]
    # another call than socket() jumps over what follows, to the list of calls
    program = [load_call, struct.pack("HBBI", 0x15, 0, len(wanted) + 3, table["socket"]), load_first]
    for i, family in enumerate(wanted):
        program.append(struct.pack("HBBI", 0x15, len(wanted) - i, 0, family))
    program += [deny, allow]
    program.append(load_call)
    for name in sorted(allowed(text)):
        if name in table:
            program += [struct.pack("HBBI", 0x15, 0, 1, table[name]), allow]
    program.append(deny)
    return b"".join(program)


def forbid(program):
    """For preexec_fn: the unit's rules, in the child."""
    libc = ctypes.CDLL(None, use_errno=True)
    code = ctypes.create_string_buffer(program)

    class Fprog(ctypes.Structure):
        _fields_ = [("len", ctypes.c_ushort), ("filter", ctypes.c_void_p)]

    fprog = Fprog(len(program) // 8, ctypes.addressof(code))

    def set_rules(_keep=code):
        os.umask(0o077)
        if libc.prctl(38, 1, 0, 0, 0) != 0:  # PR_SET_NO_NEW_PRIVS
            os._exit(125)
        libc.prctl(65, 1, 0, 0, 0)  # PR_SET_MDWE, of kernel 6.3; an older one leaves it out
        if libc.prctl(22, 2, ctypes.byref(fprog), 0, 0) != 0:  # PR_SET_SECCOMP
            os._exit(126)

    return set_rules


class Confined(World):
    """The programs of the world under the rules of their units."""

    def spawn(self, name, *argv):
        _, text = installed(self.dir, os.path.basename(argv[0]) + ".service")
        log = open(self.path(f"{name}.log"), "ab")
        p = subprocess.Popen(argv, cwd=self.dir, stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=forbid(filter_of(text)))
        log.close()
        self.processes[name] = p
        return p


PLAN = """\
institution: {{name: Instituto de prueba}}
agents: [{{id: dc}}]
people: [{{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}]
seats: [{{id: mesa-de-ayuda, level: 0, titular: mesa}}]
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies: [{{id: critica, repeat: 60s, steps: [{{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}}]}}]
services: [{{id: s, name: S, rto: 10m, needs: web, team: mesa-de-ayuda, policy: critica}}]
components:
  - {{id: web, checks: [{{id: http, type: http, url: "http://localhost:{port}/", interval: 1s, retry_interval: 200ms, timeout: 900ms, confirm: 2}}]}}
  - {{id: net, checks: [{{id: ping, type: icmp, address: 127.0.0.1, count: 3, interval: 1s}}, {{id: tcp, type: tcp, address: 127.0.0.1, port: {port}, interval: 1s}}]}}
  - {{id: here, checks: [{{id: host, type: host, interval: 1s, timeout: 900ms, disks: [/]}}, {{id: units, type: host, interval: 1s, timeout: 900ms, services: [dbus.service]}}]}}
"""


def after_start(w):
    """The line that the unit runs after the start, under the same rules: the operators may read the token."""
    _, text = installed(w.dir, "vigia-collector.service")
    line = re.search(r"^ExecStartPost=/bin/sh -c '(.*)'$", text, re.M).group(1)
    line = line.replace("/var/lib/vigia-collector", w.path("data")).replace("vigia-operators", str(os.getgid()))
    assert os.stat(w.path("data/operator.token")).st_mode & 0o777 == 0o600
    subprocess.run(["/bin/sh", "-c", line], preexec_fn=forbid(filter_of(text)), check=True, timeout=60)
    assert os.stat(w.path("data/operator.token")).st_mode & 0o777 == 0o640


def the_programs_run_under_their_units_rules():
    """Probes of every type, journal, series, a page, the board, a reload and a clean stop, with nothing that the units forbid."""
    target = Target()
    w = Confined("units", PLAN.format(port=target.port))
    try:
        w.start_collector()
        after_start(w)
        w.enrol("dc")
        agent = w.start_agent("dc")
        w.start_dashboard()
        states = lambda: {c["id"]: c["state"] for part in w.status()["components"] for c in part["checks"]}
        until("all is well", lambda: all(states()[c] == "ok" for c in ("web:http", "net:ping", "net:tcp", "here:host")))
        with open(f"/proc/{agent.pid}/status", encoding="ascii") as f:
            assert "Seccomp:\t2" in f.read(), "the filter is not in force"
        until("the board", lambda: fetch(w.board_port))
        target.kill()
        until("the page", lambda: w.messages())
        w.write("plan.yaml", PLAN.format(port=target.port).replace("name: S,", "name: T,"))
        w.processes["collector"].send_signal(1)
        until("the new plan", lambda: w.status()["services"][0]["name"] == "T")
        target.start()
        until("well again", lambda: states()["web:http"] == "ok")
        until("a series", lambda: w.get("/v1/series?check=web%3Ahttp&from=dc")[0] == 200)
        # A chart: the render workers have given up their rights under the unit's rules as well.
        until("a chart", lambda: fetch(w.board_port, f"api/graph.png?check=web:http&from=dc&start={int(time.time()) - 600}&end={int(time.time())}"))
        assert w.log("dashboard").count("files=1 calls=1") == 2, w.log("dashboard")
        for name in ("dashboard", "dc", "collector"):
            w.stop(name)
    finally:
        w.end()


def fetch(port, path=""):
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=5) as r:
        return r.status == 200


def the_filter_bites():
    """The rules of this test are in force: a call that no unit allows and a family that none names are refused."""
    with tempfile.TemporaryDirectory(prefix="vigia-units-") as folder:
        _, text = installed(folder, "vigia-agent.service")
    code = ("import os, socket, sys\n"
            "for f in (lambda: os.chroot('/'), lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW), lambda: os.setpriority(0, 0, 5)):\n"
            "    try:\n        f()\n        sys.exit(1)\n    except PermissionError:\n        pass\n"
            "socket.socket(socket.AF_INET6).close()\n")
    p = subprocess.run(["python3", "-c", code], preexec_fn=forbid(filter_of(text)), capture_output=True, text=True, timeout=60)
    assert p.returncode == 0, (p.returncode, p.stdout, p.stderr)


if __name__ == "__main__":
    run(the_units_are_sound_and_hardened, the_filter_bites, the_programs_run_under_their_units_rules)
