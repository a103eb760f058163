"""A pair of firewalls, played by two of net-snmp's agents (version 3 with authentication and privacy): a failover, a unit that
fails and a pair that stops, from the SNMP value to the incident's timeline; and the secrets with which they are asked, which
only the agent's own file holds."""

import json
import os
import signal
import socket
import subprocess
import tempfile

from world import BIN, World, run, until

ROW = "1.3.6.1.4.1.9.9.147.1.2.1.1.1"
KEY, PRIVATE = "palabra-de-paso-1", "palabra-privada-2"
UP, DOWN, FAILED, ACTIVE, STANDBY = 2, 3, 4, 9, 10
SECRETS = f"fw-auth: {KEY}\nfw-priv: {PRIVATE}\n"

VALUES = f"""{{
        unit_1: {{oid: {ROW}.3.6, optional: true}}, unit_2: {{oid: {ROW}.3.7, optional: true}}, link: {{oid: {ROW}.3.4, optional: true}},
        own: {{oid: {ROW}.3, row: {{by: {ROW}.2, like: "*(this device)*"}}, optional: true}},
        off: {{oid: {ROW}.3, row: {{by: {ROW}.4, is: not Configured}}, optional: true}}}}"""
ASKED = """type: snmp-pair, members: {a: 127.0.0.2, b: 127.0.0.3}, port: @PORT@, version: 3, user: vigia, auth: sha-256,
       auth_secret: "${secret:fw-auth}", priv: aes, priv_secret: "${secret:fw-priv}", tries: 2, try_timeout: 250ms,
       is_active: [9], is_standby: [10], is_unknown: [1], is_up: [2], from: [dc], timeout: 900ms, confirm: 2, recover: 2,
       values: @VALUES@"""
PLAN = """\
institution: {name: Instituto de prueba}
agents: [{id: dc}]
components:
  - id: dc/fw
    name: Cortafuegos
    checks:
      - {id: pair, interval: 1s, retry_interval: 300ms, @ASKED@,
       warning: "answering < 2, redundant == no, agree == no", critical: "active != 1"}
      - {id: role, affects: condition, interval: 1s, retry_interval: 300ms, @ASKED@, warning: "active_unit != first"}
services:
  - {id: acceso, name: Acceso, criticality: very-high, rto: 30m, rpo: not-applicable, needs: dc/fw, team: mesa-de-ayuda, policy: critica}
people:
  - {id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}
  - {id: utsi, post: Titular de la UTSI, contacts: [{channel: archivo, to: utsi@example.org}]}
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa, suplente: utsi}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}]}]
"""


def free_udp_port():
    """One that is free at both addresses."""
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as a, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as b:
            a.bind(("127.0.0.2", 0))
            try:
                b.bind(("127.0.0.3", a.getsockname()[1]))
                return a.getsockname()[1]
            except OSError:
                continue


class Unit:
    """One unit of the pair: its rows can be set, it can fall silent and come back."""

    def __init__(self, host, port, number):
        self.host, self.port, self.number = host, port, number
        self.dir = tempfile.mkdtemp(prefix="vigia-fw-")
        self.process = None
        self.rows = {"3.4": UP, "3.6": ACTIVE, "3.7": STANDBY}
        self.environment = {**os.environ, "MIBS": "", "SNMP_PERSISTENT_DIR": self.dir, "SNMPCONFPATH": self.dir}
        self.start()

    def texts(self):
        here = {n: " (this device)" if n == self.number else "" for n in (1, 2)}
        return {"2.4": "Failover LAN Interface", "2.6": "Primary unit" + here[1], "2.7": "Secondary unit" + here[2],
                "4.4": "folink GigabitEthernet0/7", "4.6": "unit", "4.7": "unit"}

    def start(self):
        lines = [f"agentAddress udp:{self.host}:{self.port}", "rwcommunity play 127.0.0.0/8",
                 f"createUser vigia SHA-256 {KEY} AES {PRIVATE}", "rouser vigia priv"]
        lines += [f'override .{ROW}.{row} octet_str "{text}"' for row, text in self.texts().items()]
        lines += [f"override -rw .{ROW}.{row} integer {value}" for row, value in self.rows.items()]
        path = os.path.join(self.dir, "unit.conf")
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(lines) + "\n")
        self.process = subprocess.Popen(
            ["/usr/sbin/snmpd", "-f", "-C", "-c", path, "-Lf", os.path.join(self.dir, "log"), "-I", "-smux", "-p", os.path.join(self.dir, "pid")],
            env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(f"unit {self.number} answers", lambda: self.ask("snmpget", f".{ROW}.3.4").returncode == 0)

    def ask(self, program, *arguments):
        return subprocess.run([program, "-v2c", "-c", "play", "-t", "1", "-r", "2", "-On", f"{self.host}:{self.port}", *arguments],
                              env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)

    def say(self, link=UP, first=ACTIVE, second=STANDBY):
        self.rows = {"3.4": link, "3.6": first, "3.7": second}
        if self.process is None:
            return
        done = self.ask("snmpset", *(part for row, value in self.rows.items() for part in (f".{ROW}.{row}", "i", str(value))))
        assert done.returncode == 0, done.stderr

    def fall_silent(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)
        self.process = None

    def end(self):
        if self.process is not None:
            self.fall_silent()
        subprocess.run(["rm", "-rf", self.dir], check=True)


class Pair(World):
    def __init__(self, name, secrets=SECRETS):
        self.unit_port = free_udp_port()
        asked = ASKED.replace("@VALUES@", VALUES).replace("@PORT@", str(self.unit_port))
        super().__init__(name, PLAN.replace("@ASKED@", asked))
        self.units = []
        try:
            self.units.append(Unit("127.0.0.2", self.unit_port, 1))
            self.units.append(Unit("127.0.0.3", self.unit_port, 2))
            self.start_collector()
            self.enrol("dc", "secrets: dc-secrets.yaml\n")
            self.keep(secrets)
            self.start_agent("dc")
        except BaseException:
            self.end()
            raise

    def keep(self, secrets):
        self.write("dc-secrets.yaml", secrets)
        os.chmod(self.path("dc-secrets.yaml"), 0o600)

    def end(self):
        for unit in self.units:
            unit.end()
        super().end()

    def checked(self):
        return subprocess.run([f"{BIN}/vigia-agent", "-c", self.path("dc.yaml"), "--check"], capture_output=True, text=True, timeout=30)

    def both_say(self, **rows):
        for unit in self.units:
            unit.say(**rows)

    def bodies(self, kind):
        return [e["body"] for e in self.kinds(kind)]

    def check(self, name):
        component = self.status()["components"][0]
        return next(c for c in component["checks"] if c["id"] == f"dc/fw:{name}")

    def service(self):
        return self.status()["services"][0]

    def is_in(self, pair, role):
        return self.check("pair")["state"] == pair and self.check("role")["state"] == role

    def values(self, name="pair"):
        shown = self.check(name)
        values = shown.get("values") or shown["vantages"][0]["values"]
        return {k: v["value"] if isinstance(v, dict) else v for k, v in values.items()}

    def everything_written(self):
        """All that any of our programs has written, but the file that holds the secrets."""
        out = b""
        for folder, _, files in os.walk(self.dir):
            for name in files:
                if name != "dc-secrets.yaml":
                    with open(os.path.join(folder, name), "rb") as f:
                        out += f.read()
        return out


def a_failover_from_the_value_to_the_timeline():
    w = Pair("pair")
    try:
        until("the pair is well", lambda: w.is_in("ok", "ok"), 40)
        assert w.service()["exposure"] is None and w.service()["single_points"] == [], w.service()
        assert w.values() == {"answering": 2, "active": 1, "standby": 1, "active_unit": 1, "redundant": 1, "link": 1,
                              "agree": 1, "failover": 1, "unit_1": 1, "unit_2": 2}, w.check("pair")

        # The roles change: a warning of its own, the redundancy is there, nobody is called.
        w.both_say(first=STANDBY, second=ACTIVE)
        until("the other box is told", lambda: w.is_in("ok", "warning"))
        assert w.service()["exposure"] is None and not w.messages()
        assert w.status()["components"][0]["state"] == "warning"

        # The unit that stands by dies: its silence is what the survivor says of it. One failure away, and still nobody is called.
        w.units[0].fall_silent()
        w.units[1].say(link=DOWN, first=FAILED, second=ACTIVE)
        until("one failure away", lambda: w.service()["exposure"])
        exposed = w.bodies("service.exposed")[-1]
        assert exposed["cause"] == "dc/fw" and exposed["next"] == ["dc/fw"] and not exposed["unseen"], exposed
        assert w.values()["answering"] == 1 and w.values()["unit_1"] == 3 and w.values()["active"] == 1, w.check("pair")
        assert w.service()["state"] in ("ok", "degraded") and not w.kinds("incident.opened") and not w.messages()

        # The survivor is no more active either: the service is down, an incident with its call.
        w.units[1].say(link=DOWN, first=FAILED, second=FAILED)
        until("the page", lambda: w.messages(), 30)
        incident = w.status()["incidents"][0]
        assert incident["root"] == "dc/fw" and incident["services"] == ["acceso"], incident
        down = w.bodies("service.state")[-1]
        assert down["to"] == "down", down
        began = next(b for b in w.bodies("check.bad") if b["check"] == "dc/fw:pair" and b["state"] == "critical")["began"]
        assert abs(incident["began"] - began) < 0.001, (incident, began)

        # Back: the survivor takes over, the other one is repaired and stands by.
        w.units[1].say(link=UP, first=STANDBY, second=ACTIVE)
        w.units[0].rows = dict(w.units[1].rows)
        w.units[0].start()
        until("restored", lambda: w.status()["incidents"] and w.status()["incidents"][0]["restored"], 30)
        until("covered", lambda: w.service()["exposure"] is None)
        until("the roles go home", lambda: w.both_say() or w.is_in("ok", "ok"), 30)

        told = w.vigia("incident", "1").stdout
        assert "dc/fw" in told and "Acceso" in told, told
        exported = json.loads(w.vigia("export", "1", "--format", "json").stdout)
        kinds = [e["kind"] for e in exported["entries"] if "kind" in e]
        for kind in ("service.exposed", "check.bad", "incident.opened", "clock.started", "call.intent", "clock.restored", "service.covered"):
            assert kind in kinds, (kind, kinds)
        w.stop("dc")
        w.stop("collector")
        written = w.everything_written()
        assert KEY.encode() not in written and PRIVATE.encode() not in written
    finally:
        w.end()


def secrets_are_the_agents_own():
    """Without one the check is blind and told in one line; with it, after a SIGHUP, it is asked. The others of the list go on."""
    w = Pair("secrets", f"fw-auth: {KEY}\n")
    try:
        until("the missing secret is told", lambda: "check.unusable check=dc/fw:pair" in w.log("dc"))
        assert "priv_secret: there is no secret 'fw-priv'" in w.log("dc"), w.log("dc")
        until("blind", lambda: w.is_in("blind", "blind") or w.is_in("unknown", "unknown"), 30)
        # The copy of the list tells --check what is asked for; it is written just after the list was taken.
        asked = until("--check names it", lambda: (lambda p: p.returncode == 1 and p)(w.checked()))
        assert "missing-secret: check 'dc/fw:pair', priv_secret: the secrets file has no 'fw-priv'" in asked.stderr, asked

        # What others can read is not taken, and what was there stays.
        w.keep(SECRETS)
        os.chmod(w.path("dc-secrets.yaml"), 0o644)
        w.processes["dc"].send_signal(signal.SIGHUP)
        until("refused", lambda: "secrets.refused" in w.log("dc"))
        assert "not-private" in w.log("dc") and not w.is_in("ok", "ok")
        w.keep(SECRETS)
        w.processes["dc"].send_signal(signal.SIGHUP)
        until("asked with its secrets", lambda: w.is_in("ok", "ok"), 30)
        asked = w.checked()
        assert asked.returncode == 0 and asked.stderr == "", asked
        w.stop("dc")
        os.chmod(w.path("dc-secrets.yaml"), 0o640)
        refused = subprocess.run([f"{BIN}/vigia-agent", "-c", w.path("dc.yaml")], capture_output=True, text=True, timeout=30)
        assert refused.returncode == 1 and "chmod 0600" in refused.stderr + refused.stdout, refused
    finally:
        w.end()


def by_hand():
    """One probe of the pair, with secrets that are not in the list of processes."""
    w = Pair("hand")
    try:
        values = json.dumps({"unit_1": {"oid": f"{ROW}.3.6"}, "unit_2": {"oid": f"{ROW}.3.7"}, "link": {"oid": f"{ROW}.3.4"}})
        words = ["probe", "snmp-pair", 'members={"a":"127.0.0.2","b":"127.0.0.3"}', f"port={w.unit_port}", "version=3", "user=vigia", "auth=sha-256",
                 "auth_secret=${secret:fw-auth}", "priv=aes", "priv_secret=${secret:fw-priv}", "is_active=9", "is_standby=10", "is_up=2",
                 f"values={values}", "critical=active != 1", "timeout=4s"]
        done = w.vigia(*words, "--secrets", w.path("dc-secrets.yaml"))
        assert "first active, second standby" in done.stdout and "redundant=1" in done.stdout, done.stdout
        w.both_say(first=STANDBY, second=STANDBY)
        done = w.vigia(*words, "--secrets", w.path("dc-secrets.yaml"), check=False)
        assert done.returncode == 2, done
        done = w.vigia(*words, check=False)
        assert done.returncode == 3 and "there is no secret 'fw-auth'" in done.stderr, done
    finally:
        w.end()


if __name__ == "__main__":
    run(a_failover_from_the_value_to_the_timeline, secrets_are_the_agents_own, by_hand)
