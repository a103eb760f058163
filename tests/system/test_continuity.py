"""An incident as the plan tells it, with the real binaries: it fails, the desk is called, the coordinator convenes level 1, who is asked with
the facts; one authorises, another declares; the checklist is worked through; it works again, the area resumes, it is closed; and the
record of it stands up."""

import json
import os

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
  - {{id: publicacion, name: Publicación, area: PREP, criticality: very-high, rto: 5m, rpo: not-applicable,
     needs: dc/web, team: redes, policy: critica, procedure: drp, impact: [{{what: mesas, count: 33}}]}}
people:
  - {{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}
  - {{id: tecnico, post: Jefe de redes, contacts: [{{channel: archivo, to: redes@example.org}}]}}
  - {{id: utsi, post: Titular de la UTSI, contacts: [{{channel: archivo, to: utsi@example.org}}]}}
  - {{id: dii, post: Director de Infraestructura, contacts: [{{channel: archivo, to: dii@example.org}}]}}
  - {{id: dds, post: Directora de Desarrollo, contacts: [{{channel: archivo, to: dds@example.org}}]}}
seats:
  - {{id: mesa-de-ayuda, level: 0, titular: mesa}}
  - {{id: coordinacion, level: 2, titular: utsi}}
  - {{id: crisis-a, level: 1, titular: dii}}
  - {{id: crisis-b, level: 1, titular: dds}}
  - {{id: redes, level: 3, titular: tecnico}}
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies:
  - id: critica
    repeat: 60s
    steps:
      - {{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 60s}}
      - {{at: {{pct: 1}}, call: ["seat:coordinacion"], ack_within: 60s}}
      - {{at: {{pct: 50}}, call: ["level:1"], parallel: true, ask: activate, quorum: 1, ack_within: 60s}}
procedures:
  - id: drp
    name: Recuperación técnica
    activities:
      - {{n: 1, do: Clasificar la falla, by: mesa-de-ayuda, within: 60s}}
      - {{n: 2, do: "¿Funciona el enlace?", by: redes, if_yes: 4}}
      - {{n: 3, do: Cambiar de enlace, by: redes}}
      - {{n: 4, do: Reiniciar el sitio, by: redes}}
      - {{n: 5, do: Informar al grupo de crisis, by: coordinacion}}
cool_down: 10m
"""


def called(w, person, kind):
    """The newest message of this kind to a person."""
    return until(f"{person} is called ({kind})", lambda: [m for m in w.messages() if m["person"] == person and m["kind"] == kind])[-1]


def refused(w, *argv):
    p = w.vigia(*argv, check=False)
    assert p.returncode != 0, f"vigia {' '.join(argv)} was taken: {p.stdout}"
    return p.stdout + p.stderr


def decide(w):
    """From the first call to the declaration; the incident's folio."""
    first = called(w, "mesa", "down")
    folio = first["folio"]
    assert first["real"] is True and first["label"] == "REAL" and first["text"].startswith("REAL"), first
    w.vigia("ack", folio, "--as", "mesa")
    called(w, "utsi", "mark")
    assert not [m for m in w.messages() if m["kind"] == "ask"], "level 1 is called before its gate"
    incident = w.status()["incidents"][0]
    assert incident["gate"]["state"] == "shut" and incident["declared_by"] is None, incident
    refused(w, "convene", folio, "--as", "mesa")
    w.vigia("convene", folio, "--as", "utsi", "--note", "no hay sitio alterno")

    # Level 1 is asked with the facts: what, since when, how long is left, what stops.
    for person in ("dii", "dds"):
        ask = called(w, person, "ask")
        for fact in ("Publicación", "mesas: 33"):
            assert fact in ask["text"], (fact, ask["text"])
        assert 0 < ask["left"] < 300 and ask["left_text"] in ask["text"], ask
    refused(w, "declare", folio, "--as", "utsi")  # nobody has authorised yet
    w.vigia("authorize", folio, "--as", "dii")
    refused(w, "declare", folio, "--as", "dii")  # not what oneself authorised
    w.vigia("declare", folio, "--as", "utsi")
    return folio


def work_through(w, folio):
    """The checklist, by the command that people use; wrong hands and wrong order are refused."""
    brief = w.vigia("brief", folio).stdout
    assert "Clasificar la falla" in brief, brief
    refused(w, "check", folio, "n=1", "what=done", "--as", "tecnico")
    w.vigia("check", folio, "n=1", "what=done", "ref=SD-17", "--as", "mesa")
    refused(w, "check", folio, "n=3", "what=skip", "--as", "tecnico")  # why?
    w.vigia("check", folio, "n=2", "what=no", "--as", "tecnico")
    w.vigia("check", folio, "n=3", "what=skip", "--as", "tecnico", "--note", "no hay otro enlace")
    w.vigia("check", folio, "n=4", "what=done", "--as", "tecnico")
    assert w.status()["incidents"][0]["checklists"][0]["next"] == 5
    w.vigia("check", folio, "n=5", "what=done", "--as", "utsi")
    steps = [(e["body"]["n"], e["body"]["what"], e["body"]["person"]) for e in w.kinds("checklist.step")]
    assert steps == [(1, "done", "mesa"), (2, "no", "tecnico"), (3, "skip", "tecnico"), (4, "done", "tecnico"), (5, "done", "utsi")], steps


def the_page_tells_all(w, folio):
    """`vigia incident` of a closed one: moments, calls, decisions, checklist, in the order in which they were."""
    page = w.vigia("incident", folio).stdout
    places = [page.find("\n" + text) for text in ("  comenzó ", "  confirmado ", "  restablecido ", "  operación reanudada ", "  cerrado ", "LLAMADAS", "CRONOLOGÍA")]
    assert -1 not in places and places == sorted(places), (places, page)
    told = json.loads(w.vigia("incident", folio, "--json").stdout)
    kinds = [e["kind"] for e in told["timeline"]]
    order = ["incident.opened", "call.intent", "ack.given", "act.convene", "gate.opened", "act.authorize", "act.declare", "checklist.started",
             "checklist.step", "clock.restored", "act.resume", "act.close"]
    firsts = [kinds.index(k) for k in order]
    assert firsts == sorted(firsts), list(zip(order, firsts))
    assert told["declared_by"] == "utsi" and [a if isinstance(a, str) else a.get("person") for a in told["authorised"]] == ["dii"], told
    assert told["began"] < told["confirmed"] < told["restored"] < told["resumed"] <= told["closed"], told
    assert {(c["person"], c["kind"]) for c in told["calls"]} >= {("mesa", "down"), ("utsi", "mark"), ("dii", "ask"), ("dds", "ask"), ("mesa", "up")}
    for text in ("autorizan (1 de 1): dii", "declara  utsi", "LISTA drp (publicacion): 5 de 5", "n.º 1  mesa  hecha  SD-17",
                 "n.º 3  tecnico  omitida  no hay otro enlace", "hay quórum"):
        assert text in page, (text, page)


def an_incident_from_end_to_end():
    """Failure, desk, gate, level 1, authorisation, declaration, checklist, recovery, resumption, closing, record."""
    target = Target()
    w = World("continuity", PLAN.format(port=target.port))
    try:
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        until("the service is seen in order", lambda: w.status()["services"][0]["state"] == "ok")
        target.kill()
        folio = decide(w)
        until("the checklist is there", lambda: w.kinds("checklist.started"))
        work_through(w, folio)
        refused(w, "close", folio, "--as", "utsi")  # it still fails

        target.start()
        told = {m["person"] for m in w.messages() if m["kind"] != "up"}
        assert told >= {"mesa", "utsi", "dii", "dds"}, told
        until("everybody hears that it works", lambda: {m["person"] for m in w.messages() if m["kind"] == "up"} >= told)
        w.vigia("resume", folio, "--as", "tecnico", "--note", "operando")
        w.vigia("close", folio, "--as", "utsi", "--note", "fin")
        until("it is closed", lambda: any(e["body"].get("to") == "closed" for e in w.kinds("incident.state")))
        the_page_tells_all(w, folio)

        for form in ("json", "csv"):
            path = w.path("incident." + form)
            w.vigia("export", folio, "--format", form, "-o", path)
            w.vigia("verify", path)
            assert os.path.getsize(path) > 1000
        with open(w.path("incident.json"), encoding="utf-8") as f:
            text = f.read()
        for kind in ("act.authorize", "act.declare", "gate.opened", "checklist.step", "act.convene"):
            assert kind in text, kind
    finally:
        w.end()
        if target.server is not None:
            target.kill()


if __name__ == "__main__":
    run(an_incident_from_end_to_end)
