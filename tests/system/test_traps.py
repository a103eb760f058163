"""Devices that speak by themselves: the real snmptrap and snmpinform against the agent's receiver, in versions 1, 2c and 3, both
spellings, a management host that speaks for two arrays, translated addresses, what is not believed, a storm, a restart of the
agent, the poll that a trap hastens, and what the timeline shows. Real binaries, loopback only."""

import json
import os
import shutil
import socket
import subprocess
import tempfile

import snmp_agent
from world import Target, World, free_port, run, until

FIXTURES = os.path.join(os.path.dirname(__file__), "..", "fixtures", "snmp")
ENGINE = "8000000001020304"
CAM = "1.3.6.1.4.1.42.2.95"
PLAN = """\
institution: {{name: Instituto de prueba}}
agents: [{{id: dc}}]
people: [{{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}]
seats: [{{id: mesa-de-ayuda, level: 0, titular: mesa}}]
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies: [{{id: critica, repeat: 60s, steps: [{{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}}]}}]
services: [{{id: s, name: S, rto: 10m, needs: sw, team: mesa-de-ayuda, policy: critica}}]
components:
  - id: sw
    address: 127.0.0.1
    checks:
      - {{id: port, type: tcp, port: {port}, interval: 1h, retry_interval: 1s, timeout: 1s}}
      - id: traps
        type: trap
        interval: 1s
        timeout: 1s
        nat: [127.0.0.9]
        sources: [192.0.2.7]
        critical: "worst >= major"
        notifications:
          - {{oid: 1.3.6.1.6.3.1.1.5.3, name: linkDown, severity: major, raises: "link {{1}}", text: "puerto {{1}}", hastens: [port]}}
          - {{oid: 1.3.6.1.6.3.1.1.5.4, name: linkUp, clears: "link {{1}}", text: "puerto {{1}}", hastens: none}}
          - {{oid: 1.3.6.1.4.1.318.0.5, name: upsOnBattery, severity: critical, raises: battery, text: "{{1}}", hastens: none}}
          - {{oid: 1.3.6.1.4.1.318.9, name: powerRestored, clears: battery, hastens: none}}
          - {{oid: 1.3.6.1.4.1.8072.2, name: prueba, severity: warning, same: "{{1}}", text: "{{1}}", hastens: none}}
  - id: arr-a
    checks: [{{id: traps, type: trap, interval: 1s, timeout: 1s, critical: "worst >= major", sources: [127.0.0.3], when: {{oid: {cam}.1.3.1, is: arr-a}}, notifications: {rules}}}]
  - id: arr-b
    checks: [{{id: traps, type: trap, interval: 1s, timeout: 1s, critical: "worst >= major", sources: [127.0.0.3], when: {{oid: {cam}.1.3.1, is: arr-b}}, notifications: {rules}}}]
"""
VARBINDS = f"varbinds: {{device: {CAM}.1.3.5, event: {CAM}.1.3.8, what: {CAM}.1.3.3}}"
RULES = (f'[{{oid: {CAM}.0.6, name: alertMessage, when: {{oid: {CAM}.1.3.2, is: "0"}}, {VARBINDS}, clears: "{{device}} {{event}}", text: "{{what}}"}}, '
         f'{{oid: {CAM}.0.6, name: alertMessage, severity: critical, when: {{oid: {CAM}.1.3.2, is: ["3", "4"]}}, {VARBINDS}, raises: "{{device}} {{event}}", text: "{{what}}"}}]')


class Devices:
    """The agent with its receiver, a port that it watches, and senders of notifications with a folder of their own."""

    def __init__(self, name, plan=PLAN, ready=("sw:traps", "arr-a:traps", "arr-b:traps"), **more):
        self.target = Target()
        self.port = free_port()
        self.home = tempfile.mkdtemp(prefix="vigia-snmp-")
        self.w = World(name, plan.format(port=self.target.port, cam=CAM, rules=RULES, **more))
        self.w.start_collector()
        self.w.write("dc.secrets", "comunidad: traplab\nauth: auth-secret-1\npriv: priv-secret-1\n")
        os.chmod(self.w.path("dc.secrets"), 0o600)
        self.w.enrol("dc", f"""\
secrets: dc.secrets
traps:
  listen: [127.0.0.1:{self.port}]
  communities: ["${{secret:comunidad}}"]
  users:
    - {{user: trapuser, auth: sha-256, auth_secret: "${{secret:auth}}", priv: aes, priv_secret: "${{secret:priv}}", engine_id: [{ENGINE}]}}
    - {{user: informuser, auth: sha, auth_secret: "${{secret:auth}}"}}
""")
        self.w.start_agent("dc")
        until("all checks have a result", lambda: all(self.check(*c.split(":"))["vantages"][0].get("values") for c in ready), 60)  # the first look at an hourly check comes within 30 s

    def end(self):
        self.w.end()
        self.target.kill() if self.target.server else None
        shutil.rmtree(self.home, ignore_errors=True)

    def send(self, program, *argv, source=None, port=None, good=True):
        env = {**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": self.home, "SNMPCONFPATH": self.home}
        bind = [f"--clientaddr={source}"] if source else []
        split = next(i for i, a in enumerate(argv) if a == "TO")
        p = subprocess.run([program, *bind, *argv[:split], f"127.0.0.1:{port or self.port}", *argv[split + 1:]],
                           env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
        if good:
            assert p.returncode == 0, p.stderr
        return p

    def v2c(self, oid, *varbinds, community="traplab", program="snmptrap", **more):
        return self.send(program, "-v2c", "-c", community, "TO", "", oid, *varbinds, **more)

    def v1(self, enterprise, agent, generic, specific, *varbinds, **more):
        return self.send("snmptrap", "-v1", "-c", "traplab", "TO", enterprise, agent, str(generic), str(specific), "", *varbinds, **more)

    def check(self, component, name="traps"):
        c = next(c for c in self.w.status()["components"] if c["id"] == component)
        return next(k for k in c["checks"] if k["id"] == f"{component}:{name}")

    def state(self, component):
        return next(c for c in self.w.status()["components"] if c["id"] == component)["state"]

    def heard(self, name, **more):
        """The journal's entries of that name."""
        return [e["body"] for e in self.w.kinds("notification.heard")
                if e["body"]["name"] == name and all(e["body"][k] == v for k, v in more.items())]

    def told(self, name, **more):
        return until(f"{name} {more} is told", lambda: self.heard(name, **more))

    def counts(self):
        return self.w.status()["agents"][0]["traps"] or {}

    def counted(self, kind, n):
        return until(f"{n} are counted as {kind}", lambda: self.counts().get(kind, 0) >= n and self.counts())


def link(up, port, index="1.3.6.1.2.1.2.2.1.1"):
    return [f"1.3.6.1.6.3.1.1.5.{4 if up else 3}", f"{index}.{port}", "i", str(port)]


def raised_and_cleared():
    """Version 2c: an alarm is raised, degrades its component and never stops it, is told once with its values, and ends."""
    d = Devices("traps")
    try:
        d.v2c(*link(False, 7))
        note = d.told("linkDown", what="raised")[0]
        assert (note["text"], note["severity"], note["source"], note["component"]) == ("puerto 7", "major", "127.0.0.1", "sw"), note
        until("the component is degraded", lambda: d.state("sw") == "warning")
        assert d.check("sw")["state"] == "critical"
        d.v2c(*link(False, 7))  # a repeat counts and is not told
        d.v2c(*link(False, 8))
        d.told("linkDown", text="puerto 8")
        assert len(d.heard("linkDown", text="puerto 7")) == 1
        d.v2c(*link(True, 7))
        d.told("linkUp", what="cleared", text="puerto 7")
        assert d.check("sw")["state"] == "critical"
        d.v2c(*link(True, 8))
        until("the component is well", lambda: d.state("sw") == "ok")
        assert not d.w.kinds("call.intent") and not d.w.kinds("incident.opened")
    finally:
        d.end()


def both_spellings_and_translated_senders():
    """A trap of version 1, the same event in the words of version 2, generic traps; from behind a translation by what it names, which is
    never believed alone."""
    d = Devices("traps-v1")
    try:
        d.v1("1.3.6.1.4.1.318", "127.0.0.1", 6, 5, "1.3.6.1.4.1.318.2.3.3.0", "s", "UPS: On battery power.")
        assert d.told("upsOnBattery", what="raised")[0]["text"] == "UPS: On battery power."
        d.v2c("1.3.6.1.4.1.318.0.9")
        d.told("powerRestored", what="cleared")
        d.v2c("1.3.6.1.4.1.318.5", "1.3.6.1.4.1.318.2.3.3.0", "s", "otra vez")
        d.told("upsOnBattery", text="otra vez")
        d.v1("1.3.6.1.4.1.318", "127.0.0.1", 6, 9)
        until("it is over again", lambda: len(d.heard("powerRestored", what="cleared")) == 2)
        d.v1("1.3.6.1.4.1.9.1.1", "127.0.0.1", 2, 0, "1.3.6.1.2.1.2.2.1.1.4", "i", "4")
        d.told("linkDown", text="puerto 4")
        # behind a translation: it says that it is 192.0.2.7
        d.v1("1.3.6.1.4.1.9.1.1", "192.0.2.7", 2, 0, "1.3.6.1.2.1.2.2.1.1.5", "i", "5", source="127.0.0.9")
        assert d.told("linkDown", text="puerto 5")[0]["source"] == "127.0.0.9"
        d.v2c(*link(False, 6), "1.3.6.1.6.3.18.1.3.0", "a", "192.0.2.7", source="127.0.0.9")
        d.told("linkDown", text="puerto 6")
        # it names another, or nobody
        d.v1("1.3.6.1.4.1.9.1.1", "192.0.2.8", 2, 0, "1.3.6.1.2.1.2.2.1.1.11", "i", "11", source="127.0.0.9")
        d.v2c(*link(False, 12), source="127.0.0.9")
        d.counted("unmatched", 2)
        # the right name from an address of nobody
        d.v1("1.3.6.1.4.1.9.1.1", "192.0.2.7", 2, 0, "1.3.6.1.2.1.2.2.1.1.13", "i", "13", source="127.0.0.8")
        d.counted("stranger", 1)
        assert "why=stranger source=127.0.0.8" in d.w.log("dc")
        for port in (11, 12, 13):
            assert not d.heard("linkDown", text=f"puerto {port}"), port
        d.v2c("1.3.6.1.4.1.8072.2", "1.3.6.1.4.1.8072.2.1", "s", "x", community="public")
        d.counted("community", 1)
        assert "why=community source=127.0.0.1" in d.w.log("dc") and "traplab" not in d.w.log("dc")
        assert not d.heard("prueba")
    finally:
        d.end()


def the_host_of_two_arrays():
    """One host speaks for two arrays: what it says belongs to the one that it names; raise and clear are paired by event and device."""
    def cam(array, level, event, text):
        return [f"{CAM}.0.6", f"{CAM}.1.3.1", "s", array, f"{CAM}.1.3.2", "i", str(level), f"{CAM}.1.3.3", "s", text,
                f"{CAM}.1.3.5", "s", f"id-{array}", f"{CAM}.1.3.8", "s", event]

    d = Devices("traps-cam")
    try:
        d.v2c(*cam("arr-a", 3, "e1", "disco 4"), source="127.0.0.3")
        d.v2c(*cam("arr-a", 4, "e2", "controlador"), source="127.0.0.3")
        until("a is degraded", lambda: d.check("arr-a")["vantages"][0]["values"]["open"] == 2)
        assert d.check("arr-b")["state"] == "ok"
        d.v2c(*cam("arr-b", 0, "e1", "disco 4"), source="127.0.0.3")  # another array's end
        d.v2c(*cam("arr-a", 0, "e1", "disco 4"), source="127.0.0.3")
        until("one is left", lambda: d.check("arr-a")["vantages"][0]["values"]["open"] == 1)
        assert d.check("arr-a")["state"] == "critical"
        d.v2c(*cam("arr-a", 0, "e2", "controlador"), source="127.0.0.3")
        until("a is well", lambda: d.check("arr-a")["state"] == "ok")
        assert [e["text"] for e in d.heard("alertMessage", what="cleared")] == ["disco 4", "controlador"]
        assert all(e["component"] == "arr-a" for e in d.heard("alertMessage", what="raised"))
        d.v2c(*cam("arr-c", 3, "e1", "de nadie"), source="127.0.0.3")
        d.counted("unmatched", 1)
    finally:
        d.end()


def version_3_and_informs():
    """Version 3: a trap of a configured engine, an inform that is answered; wrong keys, a lower level, unknown users and engines are not
    believed and are counted. An inform of version 2c is answered too."""
    d = Devices("traps-v3")
    text = ("1.3.6.1.4.1.8072.2", "1.3.6.1.4.1.8072.2.1", "s")

    def trap(user, engine, *how, what):
        d.send("snmptrap", "-v3", "-e", f"0x{engine}", "-u", user, *how, "TO", "", *text, what)

    private = ("-l", "authPriv", "-a", "SHA-256", "-A", "auth-secret-1", "-x", "AES", "-X", "priv-secret-1")
    signed = ("-l", "authNoPriv", "-a", "SHA", "-A", "auth-secret-1")
    try:
        trap("trapuser", ENGINE, *private, what="tres")
        d.told("prueba", text="tres")
        trap("trapuser", ENGINE, "-l", "authPriv", "-a", "SHA-256", "-A", "auth-secret-2", "-x", "AES", "-X", "priv-secret-1", what="no")
        d.counted("auth", 1)
        trap("trapuser", ENGINE, "-l", "authNoPriv", "-a", "SHA-256", "-A", "auth-secret-1", what="no")
        trap("trapuser", ENGINE, "-l", "noAuthNoPriv", what="no")
        d.counted("auth", 3)
        trap("nobody", ENGINE, *private, what="no")
        d.counted("user", 1)
        trap("trapuser", "8000000001020399", *private, what="no")
        d.counted("engine", 1)

        def inform(*how, what, good=True):
            return d.send("snmpinform", "-v3", "-r", "1", "-t", "2", "-u", "informuser", *how, "TO", "", *text, what, good=good)

        inform(*signed, what="aviso")  # ends well only if it was answered
        d.told("prueba", text="aviso")
        assert inform("-l", "authNoPriv", "-a", "SHA", "-A", "auth-secret-9", what="no", good=False).returncode != 0
        d.counted("auth", 4)
        d.v2c(*text, "dos", program="snmpinform")
        d.told("prueba", text="dos")
        assert d.v2c(*text, "no", program="snmpinform", community="public", good=False).returncode != 0
        # our engine stays the same and its boots rise: the sender goes on by itself
        d.w.kill("dc")
        d.w.start_agent("dc")
        until("the agent hears again", lambda: d.w.log("dc").count("agent.started") == 2)
        inform(*signed, what="luego")
        d.told("prueba", text="luego")
        with open(d.w.path("dc-data", "engine.json"), encoding="ascii") as f:
            assert json.load(f)["boots"] == 2
        assert not d.heard("prueba", text="no")
    finally:
        d.end()


def a_restart_ends_no_alarm():
    """An agent that is killed with an alarm open says at its start that it is open; it ends when the device says so."""
    d = Devices("traps-restart")
    try:
        d.v2c(*link(False, 7), program="snmpinform")  # answered: so it is on disk
        for starts in (2, 3):
            d.w.kill("dc")
            d.w.start_agent("dc")
            until("it is there again", lambda: d.w.log("dc").count("uplink.back") == starts)
            until("and tells of its receiver", lambda: d.counts().get("taken") == 0)
            until("its first result says that the alarm is open", lambda: d.check("sw")["state"] == "critical")
        good = [e["body"] for e in d.w.kinds("check.good") if e["body"]["check"] == "sw:traps"]
        assert len(good) == 1, good  # its first result of all
        d.v2c(*link(True, 7), program="snmpinform")
        d.told("linkUp", what="cleared")
        until("it is over", lambda: d.check("sw")["state"] == "ok")
    finally:
        d.end()


def a_trap_hastens_the_poll():
    """A port that is looked at once an hour is looked at when a trap says so, and what fails opens an incident; in its timeline stands what
    the device said just before."""
    d = Devices("traps-hasten")
    try:
        d.v2c("1.3.6.1.4.1.8072.2", "1.3.6.1.4.1.8072.2.1", "s", "poco antes")
        d.told("prueba", text="poco antes")
        d.target.kill()
        d.v2c(*link(False, 7))
        opened = until("the incident", lambda: d.w.kinds("incident.opened"))[0]
        assert opened["body"]["root"] == "sw", opened
        def in_timeline():
            told = {e["body"]["name"] for e in d.w.kinds("incident.notification") if e["body"]["incident"] == opened["seq"]}
            return told >= {"prueba", "linkDown"}

        until("both stand in its timeline", in_timeline)
        text = d.w.vigia("incident", str(opened["seq"])).stdout
        assert "linkDown" in text and "puerto 7" in text and "poco antes" in text, text
        d.target.start()
        d.v2c(*link(True, 7))
        until("it is told in the incident", lambda: any(
            e["body"]["name"] == "linkUp" for e in d.w.kinds("incident.notification")))
        p = d.w.vigia("export", str(opened["seq"]), "--format", "json")
        assert "linkUp" in p.stdout and "puerto 7" in p.stdout, p.stdout[-800:]
    finally:
        d.end()


def a_trap_of_a_profile_hastens_its_polls():
    """A firewall by its profile, whose interface is polled once an hour: linkDown makes the poll come at once, and what SNMP says then
    opens the incident; the trap by itself did not."""
    lab = snmp_agent.Lab()
    fw = lab.add(os.path.join(FIXTURES, "asa-primary-active.snmprec"))
    plan = PLAN[:PLAN.index("services:")] + """\
services: [{{id: s, name: S, rto: 10m, needs: fw, team: mesa-de-ayuda, policy: critica}}]
components:
  - id: fw
    profile: cisco-asa
    address: 127.0.0.1
    traps: dc
    snmp: {{community: vigia, port: {snmp}}}
    interfaces: [{{id: outside, name: outside, affects: serving}}]
    checks:
      - {{id: "*", interval: 1h, retry_interval: 1s, timeout: 5s, confirm: 2}}
      - {{id: ping, omit: true}}
      - {{id: traps, interval: 1s, timeout: 1s}}
"""
    d = Devices("traps-profile", plan, ("fw:if-outside", "fw:traps"), snmp=fw.port)
    try:
        outside = "1.3.6.1.2.1.2.2.1.{}.3"
        down = ["1.3.6.1.6.3.1.1.5.3", outside.format(1), "i", "3", outside.format(7), "i", "1", outside.format(8), "i", "2"]
        yields = {y["name"]: y for y in d.check("fw", "if-outside")["yields"]}
        assert {"number": 2, "word": "down"} in yields["oper"]["words"], yields  # what the board shows instead of 2
        assert "yields" in d.check("fw", "traps") and {"number": 4, "word": "major"} in d.check("fw", "traps")["yields"][1]["words"]
        before = d.check("fw", "if-outside")["vantages"][0]["t"]
        # A trap that is not true: the poll that it hastens finds the port up, and nobody is called.
        d.v2c(*down)
        d.told("linkDown")
        until("the poll has come", lambda: d.check("fw", "if-outside")["vantages"][0]["t"] > before)
        assert not d.w.kinds("incident.opened")
        fw.play({outside.format(8): 2})
        d.v2c(*down)
        opened = until("the incident", lambda: d.w.kinds("incident.opened"))[0]
        assert opened["body"]["root"] == "fw", opened
        until("the trap stands in its timeline", lambda: [
            e for e in d.w.kinds("incident.notification") if e["body"]["name"] == "linkDown" and e["body"]["incident"] == opened["seq"]])
    finally:
        d.end()
        lab.end()


def captured(d, *argv):
    """The packet that snmptrap would send."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.bind(("127.0.0.1", 0))
        s.settimeout(10)
        d.v2c(*argv, port=s.getsockname()[1])
        return s.recv(65536)


def a_storm():
    """Forty thousand traps at once: what is told is bounded and the rest is told as a number, the spool stays small, the checks go on, and
    another device is heard."""
    d = Devices("traps-storm")
    try:
        packet = captured(d, *link(False, 1000))
        at = packet.rindex((1000).to_bytes(2, "big"))
        before = len(d.w.events())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            for n in range(40000):
                s.sendto(packet[:at] + (1000 + n % 20000).to_bytes(2, "big") + packet[at + 2:], ("127.0.0.1", d.port))
        d.counted("flood", 1000)
        until("what was too much is told", lambda: d.w.kinds("notification.more"), 90)
        counts = d.counts()
        told = d.heard("linkDown")
        assert 1 <= len(told) <= 60, len(told)
        assert len(d.w.events()) - before < 150, len(d.w.events())
        assert d.w.status()["agents"][0]["spool"]["bytes"] < 1 << 20
        assert d.check("sw")["vantages"][0]["values"]["open"] == 64
        assert d.check("arr-a")["state"] == "ok"  # fresh all the time: it was never blind
        assert not [e for e in d.w.kinds("check.blind", "agent.silent")], d.w.kinds("check.blind")
        assert d.w.metric("vigia_agent_traps") >= counts["taken"] + counts["flood"]
        d.v2c(f"{CAM}.0.6", f"{CAM}.1.3.1", "s", "arr-b", f"{CAM}.1.3.2", "i", "4", source="127.0.0.3")
        d.told("alertMessage")
    finally:
        d.end()


def without_a_receiver():
    """An agent without `traps` says that it hears nothing: the check is blind, not green. A port without a right is told at the start."""
    d = World("traps-none", PLAN.format(port=free_port(), cam=CAM, rules=RULES))
    try:
        d.start_collector()
        d.enrol("dc")
        d.start_agent("dc")

        def traps():
            c = next(c for c in d.status()["components"] if c["id"] == "sw")
            return next(k for k in c["checks"] if k["id"] == "sw:traps")

        until("the check is blind", lambda: traps()["state"] == "blind" and traps()["why"] == "source-missing")
        assert d.status()["agents"][0]["traps"] is None
    finally:
        d.end()


if __name__ == "__main__":
    run(raised_and_cleared, both_spellings_and_translated_senders, the_host_of_two_arrays, version_3_and_informs,
        a_restart_ends_no_alarm, a_trap_hastens_the_poll, a_trap_of_a_profile_hastens_its_polls, a_storm, without_a_receiver)
