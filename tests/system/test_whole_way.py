"""The whole way with the real binaries: a real target dies, the clock runs from its first bad sample, people
are called until one answers, recovery is told to all who were told, and the export stands up to a verifier."""

import json
import os
import shutil

from world import Target, World, run, until

PLAN = """\
institution: {{name: Instituto de prueba, code: UTSI/PL/01, revision: "01"}}
sites: [{{id: dc, name: Centro de datos, kind: dc}}]
agents: [{{id: dc, site: dc}}]
components:
  - id: dc/web
    name: Sitio de publicación
    site: dc
    checks:
      - {{id: http, type: http, url: "http://127.0.0.1:{port}/", from: [dc], interval: 1s, retry_interval: 200ms,
         timeout: 900ms, confirm: 3, recover: 2}}
services:
  - {{id: publicacion, name: Publicación, area: PREP, criticality: very-high, rto: {rto}, rpo: not-applicable,
     needs: dc/web, team: equipo, policy: critica, procedure: drp}}
people:
  - {{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}
  - {{id: tecnico, post: Responsable técnico, contacts: [{{channel: archivo, to: tecnico@example.org}}]}}
  - {{id: utsi, post: Titular de la UTSI, contacts: [{{channel: archivo, to: utsi@example.org}}]}}
  - {{id: dii, post: Director de Infraestructura, contacts: [{{channel: archivo, to: dii@example.org}}]}}
  - {{id: dds, post: Directora de Desarrollo, contacts: [{{channel: archivo, to: dds@example.org}}]}}
seats:
  - {{id: mesa-de-ayuda, level: 0, titular: mesa, suplente: tecnico}}
  - {{id: equipo, level: 3, titular: tecnico, suplente: mesa}}
  - {{id: coordinador, level: 2, titular: utsi, suplente: dii}}
  - {{id: nivel1-a, level: 1, titular: dds, suplente: dii}}
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies:
  - id: critica
    repeat: 60s
    steps:
      - {{at: confirmed, call: ["seat:mesa-de-ayuda"], parallel: true, ack_within: {ack}}}
      - {{at: {{pct: 50}}, call: ["seat:coordinador"], parallel: true, ack_within: {ack}}}
procedures: [{{id: drp, name: Recuperación técnica, activities: [{{n: 1, do: Avisar al CAT, by: CAT}}]}}]
"""


def world(name, target, rto="20s", ack="4s"):
    w = World(name, PLAN.format(port=target.port, rto=rto, ack=ack))
    w.start_collector()
    w.enrol("dc")
    w.start_agent("dc")
    until("the service is seen in order", lambda: w.status()["services"][0]["state"] == "ok")
    return w


def the_whole_way():
    """A real target dies: clock, page, escalation, acknowledgement, recovery, export, verify."""
    target = Target()
    w = world("whole", target)
    try:
        target.kill()
        opened = until("an incident", lambda: w.kinds("incident.opened"))[0]
        service = w.status()["services"][0]
        assert service["state"] == "down", service
        clock = service["clock"]
        bad = w.kinds("check.suspect")[0]["body"]
        assert abs(clock["began"] - bad["began"]) < 1e-6, (clock, bad)
        assert 0 < clock["began"] - clock["began_not_before"] < 2.5, clock
        assert clock["began"] < opened["recorded"], (clock, opened)

        # The first page leaves within 100 ms of the arrival of the confirming result.
        page = until("the first page", lambda: [m for m in w.messages() if m["kind"] == "down"])[0]
        confirmed = w.kinds("check.bad")[0]["recorded"]
        sent = until("its delivery", lambda: w.kinds("call.sent"))[0]["recorded"]
        assert sent - confirmed < 0.100, (sent, confirmed)
        assert page["person"] == "mesa" and page["real"] is True and page["seat"] == "mesa-de-ayuda", page

        # Acknowledging stops the calls of that person, not the clock; the next mark escalates all the same.
        incident = str(opened["seq"])
        w.vigia("ack", incident, "--as", "mesa", "--note", "en camino")
        before = w.status()["services"][0]["clock"]["elapsed"]
        until("the clock goes on", lambda: w.status()["services"][0]["clock"]["elapsed"] > before + 0.2)
        coordinator = until("the mark at 50 % calls the coordinator",
                            lambda: [m for m in w.messages() if m["person"] == "utsi"], 30)[0]
        assert coordinator["incident"] == page["incident"], (coordinator, page)
        assert not [m for m in w.messages() if m["person"] == "mesa" and m["kind"] == "down"][1:], w.messages()
        until("an unanswered coordinator gives way to the suplente", lambda: [m for m in w.messages() if m["person"] == "dii"], 30)

        # Recovery is told to all who were told.
        target.start()
        told = {m["person"] for m in w.messages() if m["kind"] != "up"}
        until("everyone hears that it is up", lambda: {m["person"] for m in w.messages() if m["kind"] == "up"} >= told)
        until("nobody is owed an answer", lambda: w.status()["owed_up"] == 0)
        restored = w.kinds("clock.restored")[0]["body"]
        assert restored["restored"] > clock["began"], restored
        w.vigia("resume", incident, "--as", "tecnico", "--note", "operando")
        w.vigia("close", incident, "--as", "utsi", "--note", "fin")
        until("the incident is closed", lambda: any(e["body"].get("to") == "closed" for e in w.kinds("incident.state")))

        the_export_stands_up(w, incident)
    finally:
        w.end()


def the_export_stands_up(w, incident):
    for form in ("json", "csv"):
        path = w.path(f"incident.{form}")
        w.vigia("export", incident, "--format", form, "-o", path)
        w.vigia("verify", path)
        with open(path, "rb") as f:
            good = f.read()
        # The unit tests change every byte; here every 97th, through the command that people use.
        for at in range(0, len(good), max(97, len(good) // 150)):
            with open(w.path("forged"), "wb") as f:
                f.write(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
            forged = w.path("forged." + form)
            os.replace(w.path("forged"), forged)
            p = w.vigia("verify", forged, check=False)
            assert p.returncode != 0, f"byte {at} of {form} changed and nobody noticed: {good[max(0, at - 20):at + 20]!r}"
    head = w.json("/v1/journal/head")
    w.stop("dc")
    w.stop("collector")
    journal = next(w.path("data", n) for n in os.listdir(w.path("data")) if n.startswith("journal") and n.endswith((".db", ".sqlite")))
    w.vigia("verify", journal, "--head", f"{head['seq']}:{head['hash']}")
    truncate_journal(w, journal, head)


def truncate_journal(w, journal, head):
    """A journal that lost its last entries still has a sound chain; only the head tells."""
    import sqlite3

    copy = w.path("short.db")
    source = sqlite3.connect(journal)
    target = sqlite3.connect(copy)
    source.backup(target)
    source.close()
    table = [r[0] for r in target.execute("SELECT name FROM sqlite_master WHERE type='table'")
             if "seq" in [c[1] for c in target.execute(f"PRAGMA table_info('{r[0]}')")]][0]
    for trigger in [r[0] for r in target.execute("SELECT name FROM sqlite_master WHERE type='trigger'")]:
        target.execute(f'DROP TRIGGER "{trigger}"')
    target.execute(f"DELETE FROM {table} WHERE seq > ?", (head["seq"] - 3,))
    target.commit()
    target.close()
    w.vigia("verify", copy)
    p = w.vigia("verify", copy, "--head", f"{head['seq']}:{head['hash']}", check=False)
    assert p.returncode != 0, "a truncated journal passed for whole"


def a_restart_goes_on():
    """The collector is killed in the middle of an incident: the clock keeps its beginning, nobody is called twice unmarked."""
    target = Target()
    w = world("restart", target, rto="60s", ack="30s")
    try:
        target.kill()
        until("the first page", lambda: w.messages())
        began = w.status()["services"][0]["clock"]["began"]
        calls = len(w.kinds("call.intent"))
        w.kill("collector")
        w.start_collector()
        service = w.status()["services"][0]
        assert service["state"] == "down" and service["clock"]["began"] == began, service
        until("results arrive again", lambda: w.status()["agents"][0]["state"] == "ok")
        unmarked = [m for m in w.messages() if not m["maybe_duplicate"]]
        assert len({m["id"] for m in unmarked}) == len(unmarked), unmarked
        assert len(w.kinds("call.intent")) == calls, w.kinds("call.intent")
        target.start()
        until("recovery is told", lambda: [m for m in w.messages() if m["kind"] == "up"])
    finally:
        w.end()


def a_reload_is_atomic():
    """A broken plan is refused at reload: the log, the metric and the status say so, and the old plan goes on."""
    import signal

    target = Target()
    w = world("reload", target)
    try:
        good = open(w.plan_path, encoding="utf-8").read()
        old = w.status()["plan"]["hash"]
        w.write("plan.yaml", good.replace("interval: 1s", "inteval: 1s"))
        w.processes["collector"].send_signal(signal.SIGHUP)
        refused = until("the refusal is shown", lambda: w.status()["plan"]["refused"])
        assert "inteval" in refused["text"] and "interval" in refused["text"], refused
        assert "reload.refused" in w.log("collector"), w.log("collector")[-800:]
        assert w.status()["plan"]["hash"] == old
        w.write("plan.yaml", good.replace("rto: 20s", "rto: 30s"))
        w.processes["collector"].send_signal(signal.SIGHUP)
        until("the new plan is applied", lambda: w.status()["plan"]["hash"] != old)
        assert w.status()["plan"]["refused"] is None
        assert w.status()["services"][0]["rto"] == 30
        assert w.status()["services"][0]["state"] == "ok"
    finally:
        w.end()


def the_agent_works_from_its_cache():
    """Collector away: the agent starts from its cache, keeps its results, and delivers them afterwards."""
    target = Target()
    w = world("cache", target)
    try:
        w.stop("dc")
        w.stop("collector")
        w.start_agent("dc")
        until("the agent works from its cache", lambda: "checks.cache" in w.log("dc") or "cache" in w.log("dc"))
        target.kill()
        # Bad results pile up while nobody takes them; three lines of the outage are enough.
        until("results are kept", lambda: spooled_bytes(w) > 600, 30)
        target.start()
        w.start_collector()
        until("the backlog arrives", lambda: w.status()["agents"][0]["spooled"] == 0 and w.status()["agents"][0]["state"] == "ok", 40)
        until("the service is seen in order", lambda: w.status()["services"][0]["state"] == "ok")
        assert not [m for m in w.messages() if m["kind"] == "down"], "late data must page nobody"
    finally:
        w.end()


def spooled_bytes(w):
    total = 0
    for base, _, files in os.walk(w.path("dc-data")):
        total += sum(os.path.getsize(os.path.join(base, f)) for f in files)
    return total


if __name__ == "__main__":
    run(the_whole_way, a_restart_goes_on, a_reload_is_atomic, the_agent_works_from_its_cache)
