"""Drills: a scenario is played for the people of the plan in a universe of its own. Nothing of it reaches the real day; a real incident
ends it at once; whoever was called is told."""

import json
import os
import signal
import subprocess
import urllib.error
import urllib.parse
import urllib.request

from world import BIN, Target, World, run, until

PLAN = """\
institution: {{name: Prueba}}
agents: [{{id: dc}}]
components:
  - {{id: web, checks: [{{id: h, type: http, url: "http://127.0.0.1:{port}/", from: [dc], interval: 1s, retry_interval: 1s, timeout: 1s, confirm: 1, fresh_within: 20s}}]}}
  - {{id: db, checks: [{{id: t, type: tcp, address: 127.0.0.1, port: {port}, from: [dc], interval: 1s, retry_interval: 1s, timeout: 1s, confirm: 1, fresh_within: 20s}}]}}
services:
  - {{id: portal, name: Portal, criticality: high, rto: 10m, rpo: not-applicable, needs: web, team: mesa, policy: c}}
  - {{id: datos, name: Datos, criticality: high, rto: 10m, rpo: not-applicable, needs: db, team: mesa, policy: c}}
people:
  - {{id: ana, post: Mesa, contacts: [{{channel: archivo, to: a@example.org}}]}}
seats: [{{id: mesa, level: 0, titular: ana}}]
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies: [{{id: c, repeat: 5m, steps: [{{at: confirmed, call: ["seat:mesa"], ack_within: 60s}}]}}]
"""


class Day:
    """A real day that is calm, with an agent that looks at a live target, and drills beside it."""

    def __init__(self):
        self.target = Target()
        self.w = World("drill", PLAN.format(port=self.target.port))
        self.w.start_collector()
        self.w.enrol("dc")
        self.w.start_agent("dc")
        until("the real day is well", lambda: all(s["state"] == "ok" for s in self.w.status()["services"]))

    def end(self):
        self.w.end()
        if self.target.server is not None:
            self.target.kill()

    def command(self, scenario, folder, *more):
        self.w.write(folder + ".scn", scenario)
        return [f"{BIN}/vigia", "drill", "start", folder + ".scn", "-c", "collector.yaml", "-o", folder, *more]

    def start(self, scenario, folder, *more):
        p = self.w.spawn(folder, *self.command(scenario, folder, *more))
        until("the drill is played", lambda: self.w.alive(folder) and os.path.exists(self.w.path(folder, "listen")) and self.messages(folder))
        return p

    def messages(self, folder):
        try:
            with open(self.w.path(folder, "messages.jsonl"), encoding="utf-8") as f:
                return [json.loads(line) for line in f]
        except FileNotFoundError:
            return []

    def score(self, *folders):
        p = subprocess.run([f"{BIN}/vigia", "drill", "score", *folders, "--json"], cwd=self.w.dir, capture_output=True, text=True, timeout=30, check=True)
        return json.loads(p.stdout)


def in_a_day(test):
    def whole():
        day = Day()
        try:
            test(day)
        finally:
            day.end()

    whole.__name__, whole.__doc__ = test.__name__, test.__doc__
    return whole


@in_a_day
def it_is_played_with_people_and_told_how_it_went(day):
    """Who is called acknowledges in the drill; the card says how long it took; the real day knows nothing of it."""
    w = day.w
    p = day.start("promise: cae el portal\n0 set web:h critical\n6 set web:h ok\n", "d1", "--to-file")
    m = day.messages("d1")[0]
    assert m["kind"] == "down" and m["real"] is False and "SIMULACRO" in m["text"], m
    said = w.vigia("status", "--drill", "d1").stdout
    assert "SIMULACRO" in said and "CAÍDO" in said, said
    w.vigia("ack", "--drill", "d1", "--as", "ana")
    assert p.wait(40) == 0, w.log("d1")
    card = day.score("d1")[0]
    service, person = card["services"][0], card["people"][0]
    assert card["ended_by"] == "done" and service["id"] == "portal" and not service["breached"], card
    assert 0 <= service["detected"] <= service["answered"] and 1 < service["outage"] < 30, service
    assert person["id"] == "ana" and person["answered"] == 1, person
    assert "dentro del RTO" in w.log("d1"), w.log("d1")
    assert [m["kind"] for m in day.messages("d1")] == ["down", "up"], day.messages("d1")
    w.vigia("verify", "d1/journal.db")
    assert w.kinds("incident.opened") == [] and not os.path.exists(w.path("messages.jsonl"))


@in_a_day
def a_real_incident_ends_it_and_everybody_hears_that(day):
    """The target dies while a drill goes on: the drill ends, whoever was called in it is told, and the real call says REAL."""
    w = day.w
    p = day.start("promise: x\n0 set db:t critical\n300 end\n", "d2", "--to-file")
    day.target.kill()
    until("a real call", lambda: os.path.exists(w.path("messages.jsonl")) and w.messages())
    assert p.wait(40) == 1, w.log("d2")
    over = day.messages("d2")[-1]
    assert over["kind"] == "drill-over" and over["person"] == "ana" and over["real"] is False, over
    assert w.messages()[0]["real"] is True, w.messages()[0]
    card = day.score("d2")[0]
    assert card["ended_by"] == "pre-empted" and "folio 01" in card["why"], card
    assert "INTERRUMPIDO por un incidente real" in w.log("d2"), w.log("d2")
    # ... and while it is open there is no other.
    refused = subprocess.run(day.command("promise: x\n0 set db:t critical\n", "d3"), cwd=w.dir, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 2 and "a real incident is open (folio 01)" in refused.stderr, refused
    assert not os.path.exists(w.path("d3"))


@in_a_day
def who_conducts_it_may_stop_it(day):
    """SIGTERM ends it in order: everybody who was called is told, over the plan's own channel."""
    w = day.w
    w.write("d4.scn", "promise: x\n0 set db:t critical\n300 end\n")
    p = w.spawn("d4", f"{BIN}/vigia", "drill", "start", "d4.scn", "-c", "collector.yaml", "-o", "d4")
    until("ana is called by the plan's channel", lambda: os.path.exists(w.path("messages.jsonl")) and w.messages())
    assert w.messages()[0]["real"] is False and w.messages()[0]["text"].startswith("SIMULACRO"), w.messages()[0]
    p.send_signal(signal.SIGTERM)
    assert p.wait(40) == 1, w.log("d4")
    assert [m["kind"] for m in w.messages()] == ["down", "drill-over"], w.messages()
    assert day.score("d4")[0]["ended_by"] == "stopped"
    assert w.kinds("incident.opened") == []


def open_page(link, act=None):
    """What the phone of whoever got a message does: looks, or presses a button. The page's text."""
    body = urllib.parse.urlencode({"act": act, "note": "voy"}).encode() if act else None
    with urllib.request.urlopen(urllib.request.Request(link, data=body), timeout=15) as r:
        return r.read().decode()


def wrong_link(link):
    """The status of a link that nobody gave out."""
    try:
        open_page(link)
    except urllib.error.HTTPError as e:
        return e.code
    raise AssertionError("a link of nobody shows a page: " + link)


@in_a_day
def its_links_work_on_the_real_dashboard(day):
    """A person acknowledges by the link of a drill's message; the real collector says that a drill is played, and knows nothing of it."""
    w = day.w
    w.start_dashboard()
    with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
        f.write(f"public_url: http://127.0.0.1:{w.board_port}\n")
    w.stop("collector")
    w.start_collector()
    p = day.start("promise: x\n0 set web:h critical\n6 set web:h ok\n", "d6", "--to-file")
    link = day.messages("d6")[0]["link"]
    page = until("the page of the link", lambda: open_page(link))
    assert "SIMULACRO" in page and "Portal" in page, page
    assert "SIMULACRO" in open_page(link, "ack")
    given = [e for e in journal_of(day, "d6") if e["kind"] == "ack.given"]
    assert len(given) == 1 and given[0]["body"]["person"] == "ana" and given[0]["body"]["proof"] == "link", given
    assert wrong_link(link[:-1] + ("0" if link[-1] != "0" else "1")) == 404
    assert w.metric("vigia_links_wrong_total") >= 1

    drill = w.status()["drill"]
    assert drill["folder"] == os.path.realpath(w.path("d6")) and drill["since"] > 1.7e9, drill
    assert "SIMULACRO en curso desde " in w.vigia("status").stdout
    refused = subprocess.run(day.command("promise: x\n0 set db:t critical\n", "d7"), cwd=w.dir, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 2 and "another drill is being played (" in refused.stderr and "d6)" in refused.stderr, refused
    assert not os.path.exists(w.path("d7"))

    assert p.wait(40) == 0, w.log("d6")
    assert day.score("d6")[0]["people"][0]["answered"] == 1
    assert w.status()["drill"] is None and "SIMULACRO" not in w.vigia("status").stdout
    assert wrong_link(link) == 404  # its collector is gone
    assert w.kinds("ack.given", "incident.opened") == []


def journal_of(day, folder):
    url, token = (open(day.w.path(folder, n), encoding="ascii").read().strip() for n in ("listen", "operator.token"))
    request = urllib.request.Request(url + "/v1/events?after=0&limit=10000", headers={"Authorization": "Bearer " + token})
    with urllib.request.urlopen(request, timeout=10) as r:
        return [json.loads(line) for line in r.read().splitlines() if line.strip()]


@in_a_day
def one_that_was_killed_is_not_being_played(day):
    """SIGKILL to its collector: what it left behind is not shown as running and keeps no other from beginning."""
    w = day.w
    p = day.start("promise: x\n0 set web:h critical\n300 end\n", "d8", "--to-file")
    with open(w.path("d8", "lock"), encoding="ascii") as f:
        os.kill(int(f.read()), signal.SIGKILL)
    p.wait(20)
    assert os.path.exists(w.path("data", "drills", "current"))
    assert w.status()["drill"] is None
    p = day.start("promise: x\n0 set web:h critical\n4 set web:h ok\n", "d9", "--to-file")
    assert w.status()["drill"]["folder"] == os.path.realpath(w.path("d9"))
    assert p.wait(40) == 0, w.log("d9")
    assert not os.path.exists(w.path("data", "drills", "current"))


def with_scenarios(day, **scenarios):
    """The collector started again with a folder of scenarios that may be played through it."""
    w = day.w
    os.mkdir(w.path("guiones"))
    for name, text in scenarios.items():
        w.write(os.path.join("guiones", name + ".scn"), text)
    with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
        f.write("drills: guiones\n")
    w.stop("collector")
    w.start_collector()


def logged_in(w, login, role, person):
    """The session of an account made for it."""
    status, made = w.post("/v1/accounts", {"login": login, "role": role, **({"person": person} if person else {})}, w.operator_token())
    assert status == 200, made
    status, session = w.post("/v1/session/invited", {"login": login, "invitation": made["invitation"], "password": "caballo correcto batería"}, None)
    assert status == 200, session
    return session["token"]


@in_a_day
def one_is_begun_watched_and_ended_through_the_collector(day):
    """Nothing but a name of the folder begins one; it is seen and answered through the real collector; stopped, everybody hears it; its card is there."""
    w = day.w
    w.write("afuera.scn", "promise: x\n0 set web:h critical\n")
    with_scenarios(day, portal="promise: cae el portal\n0 set web:h critical\n300 end\n", malo="promise: x\n0 set web:x critical\n")
    post = lambda path, body: w.post(path, body, w.operator_token())
    listed = w.json("/v1/drills")
    assert listed["startable"] and listed["current"] is None and listed["last"] is None, listed
    assert listed["scenarios"] == [{"id": "malo", "promise": "x"}, {"id": "portal", "promise": "cae el portal"}], listed
    for name in ("../afuera", "/etc/passwd", "portal.scn", "otro", ""):
        status, answer = post("/v1/drills", {"scenario": name, "to": "file"})
        assert status == 404 and answer["error"] == "not-found", (name, status, answer)
    assert post("/v1/drills", {"scenario": "portal"})[0] == 400
    assert post("/v1/drills/stop", {})[0] == 404

    # One that cannot be played says why, and the next may begin.
    assert post("/v1/drills", {"scenario": "malo", "to": "file"})[0] == 200
    last = until("it has failed", lambda: (lambda d: d if d["failed"] else None)(w.json("/v1/drills")["last"]))
    assert "malo.scn:2:7: the plan has no check 'web:x'" in last["why"], last

    status, begun = post("/v1/drills", {"scenario": "portal", "to": "people"})
    assert status == 200, begun
    drill = os.path.join("data", "drills", begun["id"])
    until("it calls", lambda: os.path.exists(w.path("messages.jsonl")) and w.messages())
    assert w.messages()[0]["real"] is False, w.messages()
    listed = w.json("/v1/drills")
    assert listed["current"]["id"] == begun["id"] and listed["last"]["running"], listed
    status, answer = post("/v1/drills", {"scenario": "portal", "to": "file"})
    assert status == 409 and answer["error"] == "busy", answer

    seen = w.json("/v1/drills/current/status")
    assert seen["real"] is False and seen["services"][0]["state"] == "down", seen
    incident = seen["incidents"][0]
    assert post(f"/v1/drills/current/incidents/{incident['id']}/ack", {"as": "ana"})[0] == 200
    one = w.json(f"/v1/drills/current/incidents/{incident['id']}")
    assert [e["body"]["person"] for e in one["timeline"] if e["kind"] == "ack.given"] == ["ana"], one
    assert w.get("/v1/drills/current/../status")[0] != 200

    # Whoever has logged in acts for themselves, as far as their role goes; the drill's journal has their name.
    token = logged_in(w, "ana", "operator", "ana")
    act = f"/v1/drills/current/incidents/{incident['id']}/attend"
    assert w.post(act, {"as": "otra"}, token)[0] == 400
    assert w.post(act, {"note": "voy"}, token)[0] == 200
    assert w.post(act, {}, logged_in(w, "muro", "viewer", None))[0] == 403
    given = [e["body"] for e in w.json(f"/v1/drills/current/incidents/{incident['id']}")["timeline"] if e["kind"] == "ack.given"]
    assert [(g["person"], g["act"]) for g in given] == [("ana", "enterado"), ("ana", "atiendo")], given

    assert post("/v1/drills/stop", {})[0] == 200
    until("it is over", lambda: w.json("/v1/drills")["current"] is None and not w.json("/v1/drills")["last"]["running"])
    assert [m["kind"] for m in w.messages()] == ["down", "drill-over"], w.messages()
    cards = w.json("/v1/drills/cards")["drills"]
    assert [c["id"] for c in cards] == [begun["id"]] and cards[0]["card"]["ended_by"] == "stopped", cards
    assert cards[0]["card"] == day.score(drill)[0]
    assert w.kinds("incident.opened", "ack.given") == []


@in_a_day
def it_outlives_its_collector(day):
    """kill -9 of the real collector: the drill goes on as long as that journal can be read, is found again by the next start and stopped by it."""
    w = day.w
    with_scenarios(day, portal="promise: x\n0 set web:h critical\n300 end\n")
    assert w.post("/v1/drills", {"scenario": "portal", "to": "file"}, w.operator_token())[0] == 200
    until("it is played", lambda: w.json("/v1/drills")["current"])
    w.kill("collector")
    w.start_collector()
    assert w.json("/v1/drills")["current"] and w.json("/v1/drills")["last"] is None
    until("it answers", lambda: w.get("/v1/drills/current/status")[0] == 200)
    assert w.post("/v1/drills/stop", {}, w.operator_token())[0] == 200
    until("it is over", lambda: w.json("/v1/drills")["current"] is None)


@in_a_day
def without_a_folder_none_begins_from_afar(day):
    """A collector without `drills` plays nothing that comes over the network, and says what is missing."""
    w = day.w
    assert w.json("/v1/drills")["startable"] is False
    status, answer = w.post("/v1/drills", {"scenario": "portal", "to": "file"}, w.operator_token())
    assert status == 404 and "`drills`" in answer["text"], answer
    assert not os.path.exists(w.path("data", "drills"))


@in_a_day
def what_cannot_be_played_leaves_nothing(day):
    """A scenario that names what the plan does not have is told with its place, and nothing is made."""
    refused = subprocess.run(day.command("promise: x\n0 set db:x critical\n", "d5"), cwd=day.w.dir, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 2 and "d5.scn:2:7: the plan has no check 'db:x'" in refused.stderr, refused
    assert not os.path.exists(day.w.path("d5"))


if __name__ == "__main__":
    run(it_is_played_with_people_and_told_how_it_went, a_real_incident_ends_it_and_everybody_hears_that, who_conducts_it_may_stop_it,
        its_links_work_on_the_real_dashboard, one_that_was_killed_is_not_being_played, one_is_begun_watched_and_ended_through_the_collector, it_outlives_its_collector,
        without_a_folder_none_begins_from_afar, what_cannot_be_played_leaves_nothing)
