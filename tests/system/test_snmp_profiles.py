"""Every profile of the project against a device that is played: what a healthy one says, and what is seen when it turns bad, in the
plan's own words. Real agent and collector, devices of tests/system/snmp_agent.py with the rows of tests/fixtures/snmp. States are
flipped while the agent polls. And where the folder of real captures is there (VIGIA_SNMP_WALKS, else ../shared/snmp beside the
project): every capture is polled with the profile that fits it."""

import glob
import json
import os
import subprocess

import snmp_agent
from world import BIN, World, run, until

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "..", "fixtures", "snmp")
WALKS = os.environ.get("VIGIA_SNMP_WALKS", os.path.join(HERE, "..", "..", "..", "shared", "snmp"))

PLAN = """\
institution: {name: Instituto de prueba}
agents: [{id: dc}]
people: [{id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}]
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}]}]
components:
"""
SERVICE = "services: [{{id: s, name: S, rto: 10m, needs: {{any: [{}]}}, team: mesa-de-ayuda, policy: critica}}]\n"
# A poll each second; a rate needs a whole one between two.
PACE = '{id: "*", interval: 1s, retry_interval: 1s, timeout: 1s, fresh_within: 20s}'

# Of pairs, where many things are played in turn and no rate is looked at.
PAIR_PACE = '{id: "*", interval: 400ms, retry_interval: 400ms, timeout: 400ms, fresh_within: 20s}'

NEAR = 0.3  # of a rate: the share by which it may differ from what the device's counter does


class Case:
    """One device: its profile, what it is made of, what the plan says besides, and what is seen of it."""

    def __init__(self, id, profile, rows, plan="", values=None, bad=None, states=None, component="warning", members=()):
        self.id, self.profile, self.rows, self.plan, self.values = id, profile, rows, plan, values or {}
        self.bad, self.states, self.component = bad, states or {}, component
        self.members = members
        self.devices = []


# values: "check.value": number, or text: the state's number by its word is in the profile; a rate is told as ("rate", number).
# bad: the file of rows that turn it bad; states: what its checks are then; component: what the component is then.
CASES = [
    Case("asa", "cisco-asa", "asa-primary-active",
         plan="with: {tunnels_min: 2}, interfaces: [{id: outside, name: outside, speed: 100}, {id: isp, alias: 'ISP 1*'}], ",
         values={"cpu.cpu": 0.22, "cpu.cpu_max": 0.26, "memory.share": 0.25, "memory.dma_share": 0.25, "connections.current": 18342,
                 "connections.rate": 212, "vpn.sessions": 37, "vpn.ike": 2, "vpn.in": ("rate", 40000), "environment.temperature": 52,
                 "environment.fan_slowest": 7040, "environment.supplies": 2, "if-outside.oper": 1,
                 "if-outside-load.in": ("rate", 2500000), "if-outside-load.in_use": ("rate", 0.2), "if-isp-load.in_use": ("rate", 0.02)},
         bad="asa-degraded",
         states={"cpu": "critical", "memory": "warning", "connections": "warning", "environment": "critical", "vpn": "critical"}),
    Case("f5", "f5-bigip", "f5-active",
         plan="pools: [{id: web, name: /Common/pool_web, want: 3}, {id: api, name: /Common/pool_api}], "
              "pool_members: [{id: web2, pool: /Common/pool_web, node: /Common/web-2}, {id: web3, pool: /Common/pool_web, node: /Common/web-3}], "
              "virtuals: [{id: api, name: /Common/vs_api_443}], certificates: [{id: web, name: /Common/resultados.crt}], ",
         values={"cpu.tmm_1min": 0.19, "cores.cores": 4, "cores.busiest": 0.17, "memory.tmm_share": 0.125, "traffic.connections": 4210,
                 "traffic.new": ("rate", 220), "sync.sync": 3, "sync.state": 4, "environment.fans": 3, "environment.temperature": 31,
                 "objects.pools": 2, "objects.members": 5, "objects.virtuals": 2, "pool-web.active": 3, "pool-web.members": 3,
                 "vs-api.state": 1, "vs-api.connections": 2000, "member-web2.rows": 1, "groups.active": 1},
         bad="f5-degraded",
         states={"cpu": "critical", "sync": "critical", "environment": "critical", "objects": "critical", "pool-web": "warning",
                 "pool-api": "critical", "vs-api": "critical", "member-web2": "warning", "member-web3": "warning", "cert-web": "critical"},
         component="critical"),
    Case("f5-old", "f5-bigip", "f5-1600-active", values={"traffic.connections": 4210, "environment.supplies": 2}),
    Case("ios", "cisco-ios", "ios-healthy",
         plan="with: {stack_members: 2}, interfaces: [{id: isp, name: Gi1/0/1, affects: serving}, {id: f5, alias: F5}], "
              "peers: [{id: isp, address: 192.0.2.9}], gateways: [{id: lan, group: '10.1'}], slas: [{id: dc, tag: enlace-dc}], ",
         values={"cpu.cpu": 0.11, "memory.share": 0.3, "environment.temperature": 38, "environment.supplies": 2, "stack.members": 2,
                 "stack.ring": 1, "hsrp.active": 1, "bgp.peers": 3, "bgp.established": 2, "bgp.down": 0, "sla.probes": 1, "sla-dc.rtt": 0.018,
                 "sla-dc.mos": 4.38, "bgp-isp.state": 6, "hsrp-lan.priority": 110, "if-f5-load.in_use": ("rate", 0.016)},
         bad="ios-degraded",
         states={"cpu": "critical", "environment": "critical", "stack": "critical", "hsrp": "critical", "bgp": "critical", "sla": "critical",
                 "sla-dc": "critical", "bgp-isp": "critical", "hsrp-lan": "critical", "if-isp": "critical"},
         component="critical"),
    Case("voice", "cisco-voice", "voice-healthy", plan="with: {phones_min: 43, phones_critical: 29}, ",
         values={"voice.phones": 48, "voice.calls_share": 0.2, "cpu.cpu": 0.11}, bad="voice-degraded", states={"voice": "critical"}),
    Case("cucm", "cisco-telephony", "cucm-healthy", plan="with: {gateways_min: 4}, ",
         values={"telephony.phones": 412, "telephony.nodes_up": 2, "telephony.gateways": 4, "telephony.lost_share": 9 / 421, "host.cpu": 0.08},
         bad="cucm-degraded", states={"telephony": "critical"}),
    Case("wlc", "aruba-controller", "aruba-healthy", plan="with: {aps: 4}, interfaces: [{id: troncal, name: GE0/0/0}], ",
         values={"access-points.aps": 4, "access-points.clients": 63, "access-points.rows": 4, "controller.temperature": 58, "controller.cpu": 0.12},
         bad="aruba-degraded", states={"access-points": "critical", "controller": "critical"}),
    Case("ups", "ups-rfc1628", "ups-healthy", plan="with: {nominal: 127}, ",
         values={"power.left": 8220, "power.charge": 1, "power.source": 3, "load.load": 0.21, "load.watts": 4900, "load.input_low": 125,
                 "load.frequency": 60, "load.temperature": 25},
         bad="ups-on-battery", states={"power": "warning", "load": "warning", "output": "ok"}),
    Case("ups-apc", "ups-apc", "apc-healthy", values={"power.left": 2400, "power.charge": 1, "load.load": 0.378, "load.input": 122.1, "load.temperature": 28},
         bad="apc-on-battery", states={"power": "critical", "output": "ok"}),
    Case("clima-rc", "cooling-inrow", "inrow-healthy", values={"cooling.inlet": 21.4, "cooling.supply": 19, "cooling.return": 29.8},
         bad="inrow-hot", states={"cooling": "critical"}),
    Case("clima-dx", "cooling-apc", "inrow-dx-healthy",
         values={"cooling.room": 23.9, "cooling.supply": 19.4, "cooling.racks": 20.9, "cooling.return": 28, "cooling.humidity": 0.406, "cooling.mode": 6},
         bad="inrow-dx-off", states={"cooling": "critical"}),
    Case("stulz", "cooling-stulz", "stulz-healthy",
         values={"cooling.units": 3, "cooling.running": 2, "cooling.return": 24.1, "cooling.coldest": 17.6, "running.running": 2},
         bad="stulz-stopped", states={"cooling": "critical", "running": "critical"}, component="critical"),
    Case("liebert", "cooling-liebert", "liebert-healthy", values={"cooling.temperature": 23, "cooling.state": 1, "power.power": 1},
         bad="liebert-off", states={"cooling": "critical", "power": "critical"}, component="critical"),
    Case("sondas", "room-sensors", "probes-healthy", values={"room.port": 24, "room.port_humidity": 0.45, "room.port_lost": 0},
         bad="probes-hot", states={"room": "critical"}),
    Case("ngfw", "forcepoint", "ngfw-healthy", plan="partitions: [{id: data, path: /data}], ",
         values={"load.cpu": 0.22, "load.memory": 0.647, "load.connections": 21450, "node.state": 1, "disk-data.share": 0.1263, "disk-data.size": 1980080 * 1024},
         bad="ngfw-offline", states={"node": "critical", "load": "critical", "disk-data": "critical"}, component="critical"),
    Case("linux", "linux-host", "linux-healthy", plan="disks: [{id: root, path: /}, {id: datos, path: /datos}], interfaces: [{id: lan, name: eth0}], ",
         values={"cpu.cpu": 0.14, "cpu.load5": 0.48, "cpu.iowait": ("rate", 0.025), "memory.share": 0.5, "memory.swap_share": 0.05, "disks.fullest": 0.4,
                 "disk-root.share": 0.4, "disk-datos.size": (2**32 - 1294967296) * 1024, "disk-datos.share": 0.5, "agent.engine_boots": 7},
         bad="linux-degraded", states={"cpu": "critical", "memory": "critical", "disks": "critical", "disk-root": "warning"}),
    Case("windows", "windows-host", "windows-healthy", plan="disks: [{id: c, drive: 'C:*'}], services: [{id: dns, name: DNS Client}], ",
         values={"cpu.cpu": 0.06, "memory.share": 0.2271, "memory.virtual_share": 0.21, "disk-c.share": 0.3032, "service-dns.running": 1},
         bad="windows-degraded", states={"cpu": "critical", "memory": "critical", "disk-c": "critical", "service-dns": "critical"}, component="critical"),
    Case("sg350", "generic", "generic-healthy", plan="interfaces: [{id: catd, name: gi1}], ", values={"if-catd-load.in": ("rate", 4000000), "if-catd.oper": 1},
         bad="generic-port-down", states={"if-catd": "critical"}),
    Case("e2700", "netapp-engenio", "engenio-healthy"),
]


def fixture(name):
    return os.path.join(FIXTURES, name + ".snmprec")


def component_text(case, device, more=""):
    return f"  - {{id: {case.id}, profile: {case.profile}, address: 127.0.0.1, snmp: {{community: vigia, port: {device.port}}}, {case.plan}checks: [{PACE}{more}]}}\n"


def world(name, components, ids):
    w = World(name, PLAN + components + SERVICE.format(", ".join(ids)))
    w.start_collector()
    w.enrol("dc")
    w.start_agent("dc")
    return w


def board(w):
    """{component: (state, {check: (state, why, values)})}"""
    out = {}
    for c in w.status()["components"]:
        checks = {k["id"].split(":")[1]: (k["state"], k.get("why"), k["vantages"][0].get("values") or {}) for k in c["checks"]}
        out[c["id"]] = (c["state"], checks)
    return out


def wrong_states(seen, wanted):
    """What is not as it should be: {"component:check": seen}. Checks that are not named are ok."""
    wrong = {}
    for id, states in wanted.items():
        for check, (state, why, _) in seen[id][1].items():
            if state != states.get(check, "ok"):
                wrong[f"{id}:{check}"] = (state, why)
    return wrong


def settle(w, what, wanted, seconds=40):
    """Waits until all checks of the components are as wanted; told with what is not."""
    last = {}

    def there():
        nonlocal last
        last = wrong_states(board(w), wanted)
        return not last

    try:
        until(what, there, seconds)
    except AssertionError as e:
        raise AssertionError(f"{what}: not as it should be: {last}") from e


def is_near(seen, wanted):
    if isinstance(wanted, tuple):
        return seen is not None and abs(seen - wanted[1]) <= NEAR * wanted[1]
    return seen is not None and abs(seen - wanted) <= max(abs(wanted) * 0.001, 1e-6)


def check_values(w, case):
    def wrong():
        checks = board(w)[case.id][1]
        out = {}
        for name, wanted in case.values.items():
            check, value = name.split(".")
            seen = checks[check][2].get(value) if check in checks else "no such check"
            if not is_near(seen, wanted):
                out[name] = (seen, wanted)
        return out

    try:
        until(f"values of {case.id}", lambda: not wrong(), 15)
    except AssertionError as e:
        raise AssertionError(f"{case.id}: seen and wanted: {wrong()}") from e


def every_profile_healthy_and_bad():
    """Each profile against its device: all is well and the figures are right; then it turns bad while it is polled."""
    lab = snmp_agent.Lab()
    text = ""
    for case in CASES:
        device = lab.add(fixture(case.rows))
        case.devices = [device]
        text += component_text(case, device, ', {id: sync-pending, for: 2s}' if case.profile == "f5-bigip" else "")
    w = world("profiles", text, [case.id for case in CASES])
    try:
        settle(w, "all healthy", {case.id: {} for case in CASES})
        for case in CASES:
            check_values(w, case)
        bad = [case for case in CASES if case.bad is not None]
        for case in bad:
            case.devices[0].overlay(fixture(case.bad))
        settle(w, "all bad", {case.id: case.states for case in bad})
        for case in bad:
            until(f"the component {case.id}", lambda case=case: board(w)[case.id][0] == case.component)
        # And well again: no state sticks.
        for case in bad:
            case.devices[0].load(fixture(case.rows))
        settle(w, "all healthy again", {case.id: {} for case in bad}, 60)
    finally:
        w.end()
        lab.end()


def free_pair(lab, a, b):
    """Two devices with addresses of their own and one port, as the units of a pair are."""
    first = lab.add(fixture(a), host="127.0.0.2")
    return first, lab.add(fixture(b), host="127.0.0.3", port=first.port)


def pair_text(id, profile, device, more=""):
    return (f"  - {{id: {id}, profile: {profile}, members: {{a: 127.0.0.2, b: 127.0.0.3}}, "
            f"snmp: {{community: vigia, port: {device.port}, tries: 1, try_timeout: 200ms}}, {more}checks: [{PAIR_PACE}]}}\n")


ASA_UNIT = "1.3.6.1.4.1.9.9.147.1.2.1.1.1.3."
F5_STATE, F5_SYNC = "1.3.6.1.4.1.3375.2.1.14.3.1.0", "1.3.6.1.4.1.3375.2.1.14.1.1.0"
F5_MEMBERS = "1.3.6.1.4.1.3375.2.2.5.1.2.1.8.16." + ".".join(str(ord(c)) for c in "/Common/pool_web")
SILENT = ("agent", "cpu", "memory", "connections", "vpn", "environment")


def truth(w, id, check="pair"):
    return board(w)[id][1][check][2]


def see(w, what, id, component, values, states, check="pair"):
    """Waits for the truth of the pair, the states of its checks (others are ok) and the component's."""
    def seen():
        state, checks = board(w)[id]
        wrong = {k: (checks[check][2].get(k), v) for k, v in values.items() if checks[check][2].get(k) != v}
        wrong |= wrong_states(board(w), {id: states})
        return wrong or (None if state == component else {"component": state})

    try:
        until(what, lambda: not seen())
    except AssertionError as e:
        raise AssertionError(f"{what}: not as it should be: {seen()}") from e


def asa_pair():
    """Failover, the peer's death, both gone, and back: one truth of two firewalls, and one that serves is never down."""
    lab = snmp_agent.Lab()
    a, b = free_pair(lab, "asa-primary-active", "asa-secondary-standby")
    w = world("asa", pair_text("fw", "cisco-asa", a, "interfaces: [{id: outside, name: outside, affects: serving}], "), ["fw"])
    healthy = {"answering": 2, "active": 1, "standby": 1, "active_unit": 1, "redundant": 1, "link": 1, "agree": 1, "failover": 1}
    try:
        see(w, "healthy", "fw", "ok", healthy, {})
        # A port of the standby is no reason to call anybody, though the plan says that the pair does not serve without it.
        b.play({"1.3.6.1.2.1.2.2.1.8.3": 2})
        see(w, "a port of the standby is down", "fw", "warning", healthy, {"b.if-outside": "critical"})
        b.play({"1.3.6.1.2.1.2.2.1.8.3": 1})
        see(w, "the port is up", "fw", "ok", healthy, {})
        for unit in (a, b):
            unit.play({ASA_UNIT + "6": 10, ASA_UNIT + "7": 9})
        see(w, "failover", "fw", "warning", healthy | {"active_unit": 2}, {"role": "warning"})
        # The primary dies: the survivor tells of it, and the pair serves.
        a.silent = True
        b.overlay(fixture("asa-secondary-alone"))
        dead = {f"a.{check}": "critical" for check in SILENT + ("if-outside", "if-outside-load")}
        see(w, "the peer has failed", "fw", "warning", {"answering": 1, "active": 1, "standby": 0, "active_unit": 2, "redundant": 0, "unit_1": 3},
            dead | {"role": "warning", "pair": "warning"})
        b.silent = True
        both = {f"{unit}.{check}": "critical" for unit in "ab" for check in SILENT + ("if-outside", "if-outside-load")}
        see(w, "both are silent", "fw", "critical", {}, both | {"pair": "critical", "role": "critical"})
        a.load(fixture("asa-primary-active"))
        b.load(fixture("asa-secondary-standby"))
        a.silent = b.silent = False
        see(w, "healthy again", "fw", "ok", healthy, {})
        for unit in (a, b):
            unit.overlay(fixture("asa-failover-off"))
        see(w, "failover is off", "fw", "warning", {"failover": 0, "redundant": 0}, {"pair": "warning"})
    finally:
        w.end()
        lab.end()


def f5_pair():
    """Roles of two balancers that tell of themselves only; the pool of the active unit counts, that of a standby does not."""
    lab = snmp_agent.Lab()
    a, b = free_pair(lab, "f5-active", "f5-standby")
    w = world("f5", pair_text("lb", "f5-bigip", a, "pools: [{id: web, name: /Common/pool_web}], virtuals: [{id: api, name: /Common/vs_api_443}], ").replace(
        "checks: [", "checks: [{id: sync-pending, for: 2s}, "), ["lb"])
    healthy = {"answering": 2, "active": 1, "standby": 1, "active_unit": 1, "redundant": 1, "link": 1}
    try:
        see(w, "healthy", "lb", "ok", healthy, {})
        assert truth(w, "lb", "pool-web").get("unit_1") == 1, truth(w, "lb", "pool-web")
        # The standby's monitors see nothing: the service stands.
        b.play({F5_MEMBERS: 0})
        see(w, "the pool of the standby is empty", "lb", "warning", healthy, {"b.pool-web": "critical"})
        # The active one's see nothing: it does not.
        b.play({F5_MEMBERS: 3})
        a.play({F5_MEMBERS: 0})
        see(w, "the pool of the active one is empty", "lb", "critical", healthy, {"a.pool-web": "critical", "pool-web": "critical"})
        # It moves over, and the other one has members.
        a.play({F5_STATE: 3})
        b.play({F5_STATE: 4})
        see(w, "the other one serves", "lb", "warning", healthy | {"active_unit": 2}, {"a.pool-web": "critical"})
        a.play({F5_MEMBERS: 3})
        a.play({F5_STATE: 4})
        see(w, "both are active", "lb", "critical", {"active": 2, "active_unit": 3}, {"pair": "critical"})
        b.play({F5_STATE: 3})
        for unit in (a, b):
            unit.play({F5_SYNC: 2})
        see(w, "someone forgot to synchronise", "lb", "warning", healthy, {"a.sync-pending": "warning", "b.sync-pending": "warning"})
    finally:
        w.end()
        lab.end()


def the_sample_of_the_estate():
    """The plan of etc/ that names the profiles loads and has no error."""
    sample = os.path.join(HERE, "..", "..", "etc", "sei-equipos", "plan.yaml")
    p = subprocess.run([f"{BIN}/vigia", "plan", "check", sample], capture_output=True, text=True, timeout=60, check=False)
    if "there is no check type 'trap'" in p.stdout + p.stderr:
        print("    not shown: this vigia receives no notifications")
        return
    assert p.returncode == 0, p.stdout + p.stderr


# --- captures of real devices -------------------------------------------------------------------------
# What is not ok, and why: "value-missing" where the capture was trimmed to what its first owner asked for, the state where the device
# was not well when it was captured. What is not named is ok. A capture without a system group says nothing of what it is: it is named.
MISSING = ("critical", "value-missing")
BAD, WARN = ("critical", "value-threshold"), ("warning", "value-threshold")
CAPTURES = {
    "composed/asa5545x-primary-active": ("cisco-asa", {}),
    "composed/asa5545x-secondary-standby": ("cisco-asa", {}),
    "composed/asa5545x-after-failover-secondary": ("cisco-asa", {"failover": WARN}),
    "composed/asa5545x-peer-failed": ("cisco-asa", {"failover": BAD}),
    "composed/asa5545x-failover-off": ("cisco-asa", {}),
    "composed/asa5545x-live": ("cisco-asa", {}),
    "composed/bigip-i4600-active": ("f5-bigip", {}),
    "composed/bigip-i4600-standby": ("f5-bigip", {}),
    "composed/bigip-i4600-live": ("f5-bigip", {}),
    "composed/bigip-i4600-degraded": ("f5-bigip", {"cpu": BAD, "sync": BAD, "environment": BAD, "objects": BAD}),
    "composed/bigip-1600-v11-active": ("f5-bigip", {"sync-pending": WARN}),
    "composed/cucm-ccm": ("cisco-telephony", {}),
    "walks/librenms/asa": ("cisco-asa", {"cpu": MISSING}),
    "walks/librenms/ftd": ("cisco-asa", {"connections": MISSING, "failover": MISSING}),
    "walks/librenms/ftd_1140": ("cisco-asa", {"connections": MISSING, "failover": MISSING}),
    "walks/librenms/ftd_ftd1150": ("cisco-asa", {"agent": MISSING}),
    "walks/librenms/f5": ("f5-bigip", {"cpu": MISSING, "memory": MISSING, "traffic": MISSING, "objects": WARN}),
    "walks/librenms/f5_ve-14.1.5.1": ("f5-bigip", {"agent": MISSING, "cpu": MISSING, "traffic": MISSING, "memory": WARN}),
    "walks/datadog/f5-big-ip": ("f5-bigip", {"memory": WARN}),
    "walks/centreon/certificates": ("f5-bigip", {"agent": MISSING, "cpu": MISSING, "traffic": MISSING, "memory": MISSING}),
    "walks/librenms/ios_2960x": ("cisco-ios", {}),
    "walks/librenms/ios_3560g": ("cisco-ios", {"cpu": MISSING}),
    "walks/librenms/ios_6500": ("cisco-ios", {"cpu": MISSING}),
    "walks/librenms/ios_c3560-slas": ("cisco-ios", {"cpu": MISSING}),
    "walks/librenms/ios_c3560": ("cisco-ios", {"agent": MISSING, "hsrp": BAD}),
    "walks/librenms/iosxe": ("cisco-ios", {"memory": WARN}),
    "walks/librenms/iosxe_c1100tgx": ("cisco-ios", {"agent": MISSING}),
    "walks/librenms/iosxe_c9300": ("cisco-ios", {"cpu": MISSING}),
    "walks/datadog/cisco-asr-1001x": ("cisco-ios", {"cpu": MISSING}),
    "walks/centreon/cisco": ("cisco-ios", {}),
    "walks/centreon/ipsla-with-echoadminprecision": ("cisco-ios", {"agent": MISSING, "cpu": MISSING}),
    "walks/thola/ios-7206VXR/public": ("cisco-ios", {}),
    "walks/librenms/ucos_cuc": ("cisco-telephony", {"agent": WARN}),
    "walks/librenms/ucos_cucm": ("cisco-telephony", {}),
    "walks/librenms/arubaos": ("aruba-controller", {}),
    "walks/librenms/arubaos_vmc": ("aruba-controller", {}),
    "walks/snmpsim-data/aruba-7010": ("aruba-controller", {"agent": MISSING}),
    "walks/librenms/deltaups_rfc1628string": ("ups-rfc1628", {"agent": MISSING}),
    "walks/librenms/eaton-mgeups_93ps": ("ups-rfc1628", {}),
    "walks/snmpsim-data/eaton-93e-80": ("ups-rfc1628", {}),
    "walks/librenms/generex-ups_cs141": ("ups-rfc1628", {"power": WARN}),
    "walks/centreon/ups-standard": ("ups-rfc1628", {"agent": MISSING}),
    "walks/librenms/apc_smt750x-nmc2": ("ups-apc", {}),
    "walks/librenms/apc_smtl1000-nmc3": ("ups-apc", {}),
    "walks/librenms/apc_symmetralx": ("ups-apc", {"agent": MISSING, "load": WARN}),
    "walks/librenms/apc-inrow": ("cooling-inrow", {}),
    "walks/librenms/apc_inrow-dx": ("cooling-apc", {}),
    "walks/librenms/apc_uniflair-sp": ("cooling-apc", {}),
    "walks/librenms/stulz_wib8000": ("cooling-stulz", {"cooling": WARN}),
    "walks/librenms/liebert": ("cooling-liebert", {"cooling": BAD}),
    "walks/snmpsim-data/geist-temperature-sensor": ("room-sensors", {}),
    "walks/librenms/netapp_e2700": ("netapp-engenio", {}),
    "walks/librenms/dell-powervault_me4024": ("generic", {}),
    "walks/librenms/ciscosb_sg350-10": ("generic", {}),
    "walks/librenms/forcepoint-fe_flexedge": ("forcepoint", {}),
    "walks/librenms/forcepoint_forcepoint-ngfw-330": ("forcepoint", {"agent": MISSING}),
    "walks/centreon/forcepoint": ("forcepoint", {"agent": MISSING}),
    "walks/librenms/linux_opensips": ("linux-host", {}),
    "walks/librenms/linux_ucd-diskio": ("linux-host", {"agent": MISSING}),
    "walks/snmpsim-data/unknown-003": ("linux-host", {"disks": BAD}),
    "walks/centreon/linux": ("linux-host", {}),
    "walks/librenms/windows_svr_2019_1809": ("windows-host", {}),
    "walks/snmpsim-data/server-2003-5-2": ("windows-host", {}),
    "walks/centreon/windows_anon": ("windows-host", {}),
}
SYSTEM_GROUP = (1, 3, 6, 1, 2, 1, 1, 2, 0)
MORE = {"cisco-asa": "{id: failover, omit: false}, ", "f5-bigip": "{id: sync-pending, for: 1s}, "}
ONCE = "{id: '*', interval: 5s, retry_interval: 5s, timeout: 5s, fresh_within: 2m}"


def identified(w, lab):
    """What `vigia snmp identify` says of each capture that has a system group."""
    wrong = {}
    if "identify" not in w.vigia("--help", check=False).stdout:
        print("    not shown: this vigia has no 'snmp identify'")
        return wrong
    for name, device in lab.items():
        if SYSTEM_GROUP not in device.rows:
            continue
        said = json.loads(w.vigia("snmp", "identify", f"127.0.0.1:{device.port}", "community=vigia", "--json").stdout)
        if said["profile"] != CAPTURES[name][0]:
            wrong[name] = said["profile"]
    return wrong


def captures():
    """All captures of the folder: identified, polled by the profile that fits, and in the state that they were in."""
    if not os.path.isdir(WALKS):
        print(f"    skipped: {WALKS} is not there (VIGIA_SNMP_WALKS names the folder with walks/ and composed/)")
        return
    found = {}
    for path in glob.glob(os.path.join(WALKS, "**", "*.snmp*"), recursive=True):
        found[os.path.splitext(os.path.relpath(path, WALKS))[0]] = path
    unknown = sorted(set(found) - set(CAPTURES))
    assert not unknown, f"captures that this test does not know: {unknown}"
    lab = snmp_agent.Lab()
    devices = {name: lab.add(path) for name, path in sorted(found.items())}
    ids = {name: name.lower().replace("_", "-").replace(".", "-") for name in devices}
    text = ""
    for name, device in devices.items():
        profile = CAPTURES[name][0]
        text += (f"  - {{id: {ids[name]}, profile: {profile}, address: 127.0.0.1, "
                 f"snmp: {{community: vigia, port: {device.port}}}, checks: [{MORE.get(profile, '')}{ONCE}]}}\n")
    w = world("captures", text, list(ids.values()))
    try:
        wrong = identified(w, devices)
        assert not wrong, f"identified as something else: {wrong}"

        def unlike():
            seen, out = board(w), {}
            for name, id in ids.items():
                for check, (state, why, _) in seen[id][1].items():
                    wanted = CAPTURES[name][1].get(check, ("ok", None))
                    if state != wanted[0] or (state != "ok" and why != wanted[1]):
                        out[f"{name}:{check}"] = (state, why)
            return out

        try:
            until("all captures polled", lambda: not unlike(), 60)
        except AssertionError as e:
            raise AssertionError(f"not as the captures are: {unlike()}") from e
    finally:
        w.end()
        lab.end()


if __name__ == "__main__":
    run(the_sample_of_the_estate, every_profile_healthy_and_bad, asa_pair, f5_pair, captures)
