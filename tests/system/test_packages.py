"""Installing: `make install` and its undoing, man pages, completion; Debian packages that install, start once they can, are
upgraded without loss, and keep what was measured until they are purged. The packages live in a copy of this machine that
vanishes (an overlay in memory, namespaces of its own), with a systemctl that writes down what it is asked."""

import ctypes
import fcntl
import glob
import hashlib
import json
import os
import pwd
import re
import shutil
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import urllib.request

from world import run, until

ROOT = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
BUILD = os.path.abspath(os.environ.get("BUILD", os.path.join(ROOT, "build")))
PROGRAMS = ["vigia", "vigia-agent", "vigia-collector", "vigia-dashboard"]


def sh(*argv, check=True, **more):
    p = subprocess.run(argv, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=280, check=False, **more)
    if check and p.returncode != 0:
        raise AssertionError(f"{' '.join(argv)}: {p.returncode}: {p.stdout[-3000:]}{p.stderr[-3000:]}")
    return p


def make(*argv):
    env = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    return sh("make", "-C", ROOT, "--no-print-directory", f"BUILD={BUILD}", "VARIANT=release", *argv, env=env)


def read_version():
    with open(os.path.join(ROOT, "Makefile"), encoding="utf-8") as f:
        return re.search(r"^VERSION := (\S+)$", f.read(), re.M).group(1)


VERSION = read_version()


# --- make install ---------------------------------------------------------------------------------------------
def make_install_and_its_undoing():
    """Everything lies where it belongs and runs from there; `make uninstall` leaves nothing of it, and touches nothing else."""
    with tempfile.TemporaryDirectory(prefix="vigia-dest-") as dest:
        there = lambda *p: os.path.join(dest, "opt/vigia", *p)
        make("install", f"DESTDIR={dest}", "PREFIX=/opt/vigia")
        for program in PROGRAMS:
            assert sh(there("bin", program), "--version").stdout == f"{program} {VERSION}\n"
        for unit in ("agent", "collector", "dashboard"):
            text = open(there("lib/systemd/system", f"vigia-{unit}.service"), encoding="utf-8").read()
            assert f"ExecStart=/opt/vigia/bin/vigia-{unit} -c /etc/vigia/{unit}.yaml\n" in text and "@BINDIR@" not in text, text
            assert os.path.exists(there("lib/sysusers.d", f"vigia-{unit}.conf"))
        sh(there("bin/vigia"), "plan", "check", there("share/doc/vigia/examples/etc/plan.yaml"))
        sh(there("bin/vigia-collector"), "-c", there("share/doc/vigia/examples/vigia-local/collector.yaml"), "--check")
        sh(there("bin/vigia-agent"), "-c", there("share/doc/vigia/examples/etc/agent.yaml"), "--check")
        sh(there("bin/vigia-dashboard"), "-c", there("share/doc/vigia/examples/etc/dashboard.yaml"), "--check")
        with open(there("share/other"), "w", encoding="ascii") as f:
            f.write("not ours")
        make("uninstall", f"DESTDIR={dest}", "PREFIX=/opt/vigia")
        left = [os.path.join(d, n) for d, _, names in os.walk(dest) for n in names]
        assert left == [there("share/other")], left


def man_pages():
    """Every page formats without a warning and says what the tables say; each option and key of a program is in its page."""
    make("pages")
    pages = sorted(glob.glob(os.path.join(BUILD, "release/share/*.[158]")))
    assert [os.path.basename(p) for p in pages] == ["vigia-agent.8", "vigia-collector.8", "vigia-dashboard.8", "vigia.1", "vigia.plan.5"]
    text = {}
    for page in pages:
        p = sh("man", "-l", "--warnings=w", page, env=dict(os.environ, MANWIDTH="200", LC_ALL="C.UTF-8", MANROFFOPT="-c"))
        assert p.stderr == "", (page, p.stderr)
        text[os.path.basename(page)] = re.sub(".\b", "", p.stdout)
        assert not re.search(r"^@", p.stdout, re.M), page
        assert f"Vigia {VERSION}" in p.stdout, page
    for name in ("agent", "collector", "dashboard"):
        dump = sh(f"{BUILD}/release/bin/vigia-{name}", "-c", os.path.join(ROOT, f"packaging/etc/{name}.yaml"), "--dump-config").stdout
        for key in re.findall(r"^(\w+):", dump, re.M):
            assert re.search(rf"^\s+{key}\s", text[f"vigia-{name}.8"], re.M), (name, key)
        for option in re.findall(r"--[a-z-]+", sh(f"{BUILD}/release/bin/vigia-{name}", "--help").stdout):
            assert option in text[f"vigia-{name}.8"], (name, option)
    for command in re.findall(r"^  ([a-z][a-z-]*(?: [a-z]+)?)  ", sh(f"{BUILD}/release/bin/vigia", "--help").stdout, re.M):
        assert f"vigia {command}" in text["vigia.1"], command


def complete(*words):
    script = ('source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _vigia; printf "%s\\n" "${COMPREPLY[@]}"')
    return sh("bash", "-c", script, os.path.join(BUILD, "release/share/vigia.bash"), *words).stdout.split()


def completion():
    """Commands, their options and the keys of a check are completed; a value of an option is no command."""
    make("pages")
    assert complete("vigia", "inc") == ["incidents", "incident"]
    assert complete("vigia", "plan", "") == ["check", "show", "dry-run", "redundancy", "profiles", "profile"]
    assert complete("vigia", "plan", "check", "--j") == ["--json"]
    assert complete("vigia", "--lang", "e") == ["es", "en"]
    assert complete("vigia", "--collector", "http://127.0.0.1:1", "ver") == ["verify"]
    assert complete("vigia", "ack", "--as", "mesa", "--n") == ["--note"]
    assert complete("vigia", "--to", "plan", "ver") == ["verify"]
    assert "--note" not in complete("vigia", "status", "--")
    assert complete("vigia", "probe", "h") == ["host", "http"]
    assert complete("vigia", "probe", "host", "dis") == ["disks="]


# --- the packages ----------------------------------------------------------------------------------------------
def packages(folder, as_version):
    env = dict(os.environ, BUILD=BUILD, VERSION=as_version)
    for k in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS"):
        env.pop(k, None)
    sh(os.path.join(ROOT, "tools/build-deb"), env=env)
    shutil.copytree(os.path.join(BUILD, "deb"), folder)


def the_life_of_the_packages():
    """Built, clean by lintian, installed, used, upgraded, removed, purged."""
    make("pages")
    with tempfile.TemporaryDirectory(prefix="vigia-deb-") as folder:
        packages(os.path.join(folder, "new"), "9.9.9")
        packages(os.path.join(folder, "old"), VERSION)
        p = sh("lintian", "--allow-root", "--fail-on", "error,warning", *glob.glob(f"{folder}/old/*.changes"))
        assert "E:" not in p.stdout and "W:" not in p.stdout, p.stdout
        p = sh("unshare", "--mount", "--net", sys.executable, os.path.abspath(__file__), "inside", folder, check=False)
        assert p.returncode == 0, p.stdout[-6000:] + p.stderr[-3000:]


def mount(kind, source, target, options=""):
    os.makedirs(target, exist_ok=True)
    sh("mount", "-t", kind, *(["-o", options] if options else []), source, target)


def enter_copy(folder):
    """This machine's root, in memory: what is written here nobody else sees."""
    sh("mount", "--make-rprivate", "/")
    over = os.path.join(folder, "over")
    mount("tmpfs", "vigia-test", over, "size=8g")  # a bound, not a need: the plan of the sample wants room on the disk
    for name in ("upper", "work", "root"):
        os.mkdir(os.path.join(over, name))
    root = os.path.join(over, "root")
    mount("overlay", "vigia-test", root, f"lowerdir=/,upperdir={over}/upper,workdir={over}/work")
    for name in ("proc", "dev", "sys"):
        sh("mount", "--rbind", f"/{name}", os.path.join(root, name))
    mount("tmpfs", "vigia-test", os.path.join(root, "run"), "mode=755")
    mount("tmpfs", "vigia-test", os.path.join(root, "tmp"), "mode=1777")
    for name in ("old", "new"):
        shutil.copytree(os.path.join(folder, name), os.path.join(root, "run", name))
    os.chroot(root)
    os.chdir("/")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:  # lo of the new network is down
        request = struct.pack("16sh14x", b"lo", 1 | 0x40)
        fcntl.ioctl(s, 0x8914, request)


STUB = """#!/bin/sh
echo "$*" >> /run/asked
# What is done with files alone the real one does.
case $* in *preset* | *enable* | *disable*) SYSTEMD_OFFLINE=1 exec "$0.real" "$@" ;; esac
exit 0
"""


def pretend_systemd():
    os.makedirs("/run/systemd/system")
    for path in ("/usr/sbin/policy-rc.d", "/var/lib/man-db/auto-update"):
        if os.path.exists(path):
            os.unlink(path)
    real = os.path.realpath(shutil.which("systemctl") or "/usr/bin/systemctl")
    with open(real + ".new", "w", encoding="ascii") as f:
        f.write(STUB)
    os.chmod(real + ".new", 0o755)
    os.rename(real, real + ".real")
    os.rename(real + ".new", real)
    # A Debian of an image may leave /usr/share/man and doc out; here they belong.
    for path in glob.glob("/etc/dpkg/dpkg.cfg.d/*"):
        os.unlink(path)


def asked():
    with open("/run/asked", encoding="ascii") as f:
        lines = f.read().splitlines()
    os.unlink("/run/asked")
    return lines


def dpkg(*argv):
    return sh("dpkg", "--force-unsafe-io", *argv, env=dict(os.environ, DEBIAN_FRONTEND="noninteractive", PATH="/usr/sbin:/usr/bin:/sbin:/bin"))


def state_of(package):
    return sh("dpkg-query", "-W", "-f", "${db:Status-Abbrev}${Version}", package, check=False).stdout


def as_user(user, *argv, groups=""):
    return ["setpriv", f"--reuid={user}", f"--regid={user}", *([f"--groups={groups}"] if groups else ["--clear-groups"]), *argv]


def start(name):
    """As the unit does it: user, groups, folder, the capability."""
    user = f"vigia-{name}"
    data = f"/var/lib/{user}"
    if name != "dashboard" and not os.path.exists(data):
        os.mkdir(data)
        shutil.chown(data, user, user)
        os.chmod(data, 0o711 if name == "collector" else 0o700)
    caps = ["--inh-caps=-all,+net_raw", "--ambient-caps=-all,+net_raw"] if name == "agent" else []
    groups = f"{user},vigia-operators" if name == "collector" else ""
    argv = as_user(user, *caps, f"/usr/bin/{user}", "-c", f"/etc/vigia/{name}.yaml", groups=groups)
    with open(f"/run/{name}.log", "ab") as log:
        return subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, umask=0o077)


def stop(p):
    p.terminate()
    assert p.wait(30) == 0


def trusted():
    return ssl.create_default_context(cafile="/var/lib/vigia-collector/tls/ca.pem")


def healthy():
    with urllib.request.urlopen("https://127.0.0.1:7460/healthz", timeout=5, context=trusted()) as r:
        return r.status == 200


def post_start():
    """The line that the unit runs after the start, as the unit's user."""
    text = open("/lib/systemd/system/vigia-collector.service", encoding="utf-8").read()
    line = re.search(r"^ExecStartPost=/bin/sh -c '(.*)'$", text, re.M).group(1)
    sh(*as_user("vigia-collector", "/bin/sh", "-c", line, groups="vigia-collector,vigia-operators"))


seen = []  # what `well` saw last


def well():
    seen[:] = [(c["id"], c["state"], c["why"]) for p in status()["components"] for c in p["checks"]]
    # How well this machine is, is its own matter (a busy one is a warning); that it is measured is ours.
    return len(seen) == 2 and all(state in ("ok", "warning", "critical") for _, state, _ in seen) and seen[1][1] == "ok"


def status():
    operator = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--groups=vigia-operators"]
    return json.loads(sh(*operator, "vigia", "status", "--json").stdout)


def journal_entries():
    with open("/var/lib/vigia-collector/operator.token", encoding="ascii") as f:
        token = f.read().strip()
    request = urllib.request.Request("https://127.0.0.1:7460/v1/events?after=0&limit=10000", headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=10, context=trusted()) as r:
        return [json.loads(line) for line in r.read().splitlines() if line.strip()]


def check_installed(told):
    for name in PROGRAMS:
        assert state_of(name) == f"ii {VERSION}", (name, state_of(name))
    for name in ("agent", "collector", "dashboard"):
        assert pwd.getpwnam(f"vigia-{name}").pw_shell.endswith("nologin"), pwd.getpwnam(f"vigia-{name}")
        assert os.path.islink(f"/etc/systemd/system/multi-user.target.wants/vigia-{name}.service"), name
    assert "it starts once there is a plan in /etc/vigia/plan" in told and "it starts once it is enrolled" in told, told
    lines = asked()
    for name in ("agent", "collector", "dashboard"):
        assert any(re.search(rf"\bstart vigia-{name}\.service", line) for line in lines), (name, lines)
    sh("man", "-w", "vigia-collector")
    # Without a plan the program itself says what is missing, in one line.
    p = sh(*as_user("vigia-collector", "vigia-collector", "-c", "/etc/vigia/collector.yaml", "--check"), check=False)
    assert p.returncode == 1 and "/etc/vigia/plan" in p.stderr and len(p.stderr.splitlines()) == 1, p.stderr


def first_steps():
    """What docs/OPERATIONS.md tells for the first day."""
    shutil.copy("/usr/share/doc/vigia-collector/examples/plan.yaml", "/etc/vigia/plan/plan.yaml")
    sh("vigia", "plan", "check", "/etc/vigia/plan")
    collector = start("collector")
    until("the collector", healthy)
    token = "/var/lib/vigia-collector/operator.token"
    assert os.stat(token).st_mode & 0o777 == 0o600, oct(os.stat(token).st_mode)
    post_start()
    assert os.stat(token).st_mode & 0o777 == 0o640
    sh("vigia", "enrol", "noc", cwd="/run")
    with open("/etc/vigia/agent.yaml", "w", encoding="utf-8") as f:
        f.write(sh("sed", "-e", "s|^key_file:.*|key_file: agent.key|", "-e", "s|^data:.*|data: /var/lib/vigia-agent|", "/run/noc.yaml").stdout)
    sh("install", "-m", "600", "-o", "vigia-agent", "/run/noc.key", "/etc/vigia/agent.key")
    agent = start("agent")
    until("results of both checks", well, 60)
    return collector, agent


def digest(path):
    with open(path, "rb") as f:
        return hashlib.sha256(f.read()).hexdigest()


def inside(folder):
    enter_copy(folder)
    pretend_systemd()
    debs = lambda which: [p for p in glob.glob(f"/run/{which}/*.deb") if "dbgsym" not in p]
    check_installed(dpkg("-i", *debs("old")).stdout)
    collector, agent = first_steps()
    before = journal_entries()
    with open("/etc/vigia/collector.yaml", "a", encoding="ascii") as f:
        f.write("flush: 5s # ours\n")
    ours = digest("/etc/vigia/collector.yaml")

    # Upgrade: the collector is stopped as systemd does at a restart; the agent measures on and keeps it.
    stop(collector)
    out = dpkg("-i", *debs("new"))
    assert state_of("vigia-collector") == "ii 9.9.9", state_of("vigia-collector") + out.stdout
    assert digest("/etc/vigia/collector.yaml") == ours, "the upgrade changed a configuration file"
    lines = asked()
    for name in ("agent", "collector", "dashboard"):
        assert any(re.search(rf"\brestart vigia-{name}\.service", line) for line in lines), (name, lines)
        assert not any(re.search(rf"\bstop vigia-{name}\.service", line) for line in lines), (name, lines)
    collector = start("collector")
    until("the collector again", healthy)
    post_start()
    until("results again", well, 60)
    after = journal_entries()
    assert after[: len(before)] == before, "the journal lost entries"
    assert not [e for e in after if e["kind"] == "agent.gap"], "the agent lost what it measured meanwhile"
    stop(agent)
    stop(collector)

    # Remove: the programs go, what was written stays. Purge: all goes.
    journal = digest("/var/lib/vigia-collector/journal.db")
    dpkg("-r", *PROGRAMS)
    lines = asked()
    for name in ("agent", "collector", "dashboard"):
        assert any(re.search(rf"\bstop vigia-{name}\.service", line) for line in lines), (name, lines)
        assert not os.path.exists(f"/usr/bin/vigia-{name}") and not os.path.exists(f"/lib/systemd/system/vigia-{name}.service")
    assert digest("/var/lib/vigia-collector/journal.db") == journal
    for path in ("/etc/vigia/collector.yaml", "/etc/vigia/plan/plan.yaml", "/etc/vigia/agent.key", "/var/lib/vigia-agent"):
        assert os.path.exists(path), path
    dpkg("-P", *PROGRAMS)
    for path in ("/etc/vigia", "/var/lib/vigia-collector", "/var/lib/vigia-agent", "/etc/systemd/system/multi-user.target.wants/vigia-agent.service"):
        assert not os.path.lexists(path), (path, os.listdir(path) if os.path.isdir(path) else "")
    print("inside: all is well")


if __name__ == "__main__":
    if sys.argv[1:2] == ["inside"]:
        # Whatever happens, what was started here ends with us.
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
        try:
            inside(sys.argv[2])
        except BaseException:
            for path in glob.glob("/run/*.log"):
                with open(path, encoding="utf-8", errors="replace") as f:
                    print(f"{path}: {f.read()[-1500:]}")
            print(seen)
            raise
    else:
        run(make_install_and_its_undoing, man_pages, completion, the_life_of_the_packages)
