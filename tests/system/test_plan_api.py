"""The plan over HTTP, on the real collector with the sample of a national day: what is seen is what `vigia plan check` and
`vigia plan dry-run` print, contacts and secrets are not in what everybody sees, and what a file says after the start is told."""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import threading
import urllib.error
import urllib.request

from world import BIN, World, run, until

SEI = os.path.abspath("etc/sei/plan")


class Sei(World):
    def __init__(self, name):
        super().__init__(name, "")
        os.remove(self.plan_path)
        shutil.copytree(SEI, self.path("plan"))
        self.write("collector.yaml", f"listen: 127.0.0.1:{self.port}\ndata: data\nplan: plan\ntls: none\n")

    def ask(self, method, path, body=None, headers=None):
        request = urllib.request.Request(self.url + path, method=method, data=None if body is None else json.dumps(body).encode())
        request.add_header("Authorization", "Bearer " + self.operator_token())
        for k, v in (headers or {}).items():
            request.add_header(k, v)
        try:
            with urllib.request.urlopen(request, timeout=60) as r:
                return r.status, dict(r.headers), r.read()
        except urllib.error.HTTPError as e:
            return e.code, dict(e.headers), e.read()

    def dry_run(self, body):
        status, _, text = self.ask("POST", "/v1/plan/dry-run", body)
        return status, json.loads(text)


def vigia_json(*argv):
    p = subprocess.run([f"{BIN}/vigia", *argv, "--json"], capture_output=True, text=True, timeout=60)
    assert p.returncode in (0, 1), p.stderr
    return json.loads(p.stdout)


def the_names():
    """Small, whole, and not sent twice to whoever has them."""
    w = Sei("names")
    try:
        w.start_collector()
        status, headers, body = w.ask("GET", "/v1/plan/names")
        assert status == 200, (status, body[:300])
        names, plan = json.loads(body), vigia_json("plan", "show", w.path("plan"))
        assert names["hash"] == w.status()["plan"]["hash"]
        for key in ("sites", "services", "components", "people", "seats", "procedures", "channels"):
            assert [x["id"] for x in names[key]] == [x["id"] for x in plan[key]], key
        assert names["checks"] == [f"{c['id']}:{k['id']}" for c in plan["components"] for k in c.get("checks", [])]
        assert [t["id"] for t in names["report_types"]] == [t["id"] for t in plan.get("reports", {}).get("types", [])]
        assert all(t["class"] in ("technical", "operational") for t in names["report_types"])
        for address in contacts(plan):
            assert address not in body.decode(), address
        assert w.ask("GET", "/v1/plan/names", headers={"If-None-Match": headers["ETag"]})[0] == 304
        assert w.get("/v1/plan/names", token=None)[0] == 401
    finally:
        w.end()


def contacts(plan):
    """Every telephone and address that the plan holds, but those too short to be told from a number."""
    found = {c["to"] for p in plan["people"] for c in p["contacts"]}
    for row in plan.get("directory", []):
        found |= {row.get(k, "") for k in ("phone", "email")}
    return {a for a in found if len(a) > 5}


def what_the_checker_says():
    """As on a command line, by finding; with its acceptances; and the plan in the order of its files."""
    w = Sei("findings")
    try:
        shutil.copy("etc/sei/aceptadas.yaml", w.path("plan", "95-aceptadas.yaml"))
        w.start_collector()
        status, headers, body = w.ask("GET", "/v1/plan")
        assert status == 200, (status, body[:300])
        told, checked = json.loads(body), vigia_json("plan", "check", w.path("plan"))
        assert told["hash"] == checked["hash"] and told["totals"] == checked["totals"], (told["totals"], checked["totals"])
        assert [(f["code"], f["severity"], f["where"], f["text"], f["what_to_do"], f["accepted"] is None) for f in told["findings"]] == \
               [(f["code"], f["severity"], f["at"], f["text"], f["todo"], f["accepted"] is None) for f in checked["findings"]]
        accepted = [f for f in told["findings"] if f["accepted"]]
        assert accepted and len(accepted) == told["totals"]["accepted"]
        for f, c in zip(told["findings"], checked["findings"]):
            if f["accepted"]:
                a = f["accepted"]
                assert c["accepted"] == f"{a['reason']} ({a['by']}, {a['on']}, until {a['until']})", (c, a)
        plan = vigia_json("plan", "show", w.path("plan"))
        assert list(told["plan"]) == list(plan)
        assert told["plan"]["services"] == plan["services"] and told["plan"]["people"] == plan["people"]
        assert told["on_disk"] == {"state": "same", "hash": told["hash"], "text": None}
        applied = w.kinds("plan.applied")[-1]["recorded"]
        assert told["applied"] == applied and told["refused"] is None
        assert w.ask("GET", "/v1/plan", headers={"If-None-Match": headers["ETag"]})[0] == 304
    finally:
        w.end()


def nothing_secret():
    """What could carry a secret is in no answer: channels' addresses and headers, communities, logins in URLs."""
    w = Sei("secrets")
    try:
        w.write("secrets.yaml", "token: geheim-4711\ncomunidad: geheim-4712\n")
        os.chmod(w.path("secrets.yaml"), 0o600)
        w.write("collector.yaml", f"listen: 127.0.0.1:{w.port}\ndata: data\nplan: plan\ntls: none\nsecrets: secrets.yaml\n")
        w.write("plan/96-secretos.yaml",
                "channels: [{id: pasarela, type: webhook, url: \"https://llave-en-url.example.org/x\", bearer: \"${secret:token}\","
                " headers: {X-Llave: llave-en-cabecera}, body: '{\"m\":\"${message}\"}'}]\n"
                "components:\n"
                "  - {id: sala/equipo-x, name: Equipo, site: oficinas, address: 192.0.2.7, checks: [\n"
                "     {id: s, type: snmp, version: 2c, community: comunidad-abierta, from: [noc], interval: 60s, critical: \"up > 1\", values: {up: {oid: 1.3.6.1.2.1.1.3.0}}},\n"
                "     {id: h, type: http, url: \"https://usuario:clave-en-url@example.org/\", from: [noc], interval: 60s}]}\n")
        p = subprocess.run([f"{BIN}/vigia", "plan", "check", w.path("plan"), "--json"], capture_output=True, text=True, timeout=60)
        if not json.loads(p.stdout)["hash"]:
            raise AssertionError(p.stdout[:2000])
        w.start_collector()
        status, _, body = w.ask("GET", "/v1/plan")
        assert status == 200, body[:300]
        text = body.decode()
        for secret in ("geheim", "llave-en-url", "llave-en-cabecera", "comunidad-abierta", "clave-en-url", "usuario:", "${secret"):
            assert secret not in text, secret
        assert '"id":"pasarela","type":"webhook"' in text and "https://example.org/" in text
        for path in ("/v1/plan/names",):
            assert "geheim" not in w.ask("GET", path)[2].decode()
    finally:
        w.end()


def a_dry_run_is_the_command_s():
    """The same bytes' worth as `vigia plan dry-run`, for days and for proofs; wrong questions have one clear answer."""
    w = Sei("dryrun")
    try:
        w.start_collector()
        plan = w.path("plan")
        status, day = w.dry_run({"service": "copaco"})
        assert status == 200, day
        assert day == vigia_json("plan", "dry-run", plan, "--service", "copaco", "--answers", "*=60s")
        assert day["calls"] and day["decision"] == "declared" and day["in_time"] is True
        status, day = w.dry_run({"service": "copaco", "silent": ["utsi", "dii"]})
        assert day == vigia_json("plan", "dry-run", plan, "--service", "copaco", "--answers", "*=60s,utsi=silent,dii=silent"), status
        assert {c["state"] for c in day["calls"] if c["person"] == "utsi"} == {"unanswered"}
        status, day = w.dry_run({"service": "copaco", "all": True})
        assert day["decision"] is None and day["in_time"] is False and not any(c["state"] == "acknowledged" for c in day["calls"])
        status, proof = w.dry_run({"service": "copaco", "all_silent": 2})
        assert proof == vigia_json("plan", "dry-run", plan, "--service", "copaco", "--all-silent", "2", "--answers", "*=60s"), status
        # All services at once, with one silent person: few days, so that no slow machine runs into the limit.
        status, proof = w.dry_run({"all_silent": 1})
        assert proof == vigia_json("plan", "dry-run", plan, "--all-silent", "1", "--answers", "*=60s"), status
        at = 1790000000
        assert at <= w.dry_run({"service": "copaco", "at": at})[1]["began"] < at + 120
        for body, status, word, part in (
                ({"service": "copacos"}, 404, "not-found", "did you mean 'copaco'"),
                ({"service": "copaco", "silent": ["utsx"]}, 404, "not-found", "utsx"),
                ({}, 400, "malformed", "'service' is missing"),
                ({"service": "copaco", "al": True}, 400, "malformed", "no such key"),
                ({"service": "copaco", "all_silent": 9}, 400, "malformed", "1, 2 or 3"),
                ({"service": "copaco", "answers": "utsi"}, 400, "malformed", "NAME=WHAT")):
            got, answer = w.dry_run(body)
            assert (got, answer["error"]) == (status, word) and part in answer["text"], (body, got, answer)
        before = w.status()["head"]["seq"]
        w.dry_run({"service": "copaco"})
        assert not any(e["kind"].startswith(("call.", "incident.")) for e in w.events()) and w.status()["head"]["seq"] == before
    finally:
        w.end()


def one_at_a_time_and_it_ends_with_the_collector():
    """While one is played a second is refused; the collector stops at once all the same, and answers meanwhile."""
    w = Sei("busy")
    try:
        # Nobody answers for three days, sampled every second: much to play.
        text = open(w.path("plan/30-procesos.yaml"), encoding="utf-8").read()
        with open(w.path("plan/30-procesos.yaml"), "w", encoding="utf-8") as f:
            f.write(re.sub(r"rto: \w+", "rto: 30d", text, count=0))
        w.start_collector()
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(w.dry_run({"all_silent": 3})[0])) for _ in range(4)]
        for t in threads:
            t.start()
        until("three are refused", lambda: answers.count(429) == 3)
        assert w.get("/healthz", token=None)[0] == 200
        w.stop("collector")
        for t in threads:
            t.join(20)
        assert sorted(answers)[:3] == [429] * 3 and len(answers) == 4, answers
    finally:
        w.end()


def what_is_on_disk():
    """A file that was changed and not loaded is told, and so is one that would be refused; a reload brings it into force."""
    w = Sei("disk")
    try:
        w.start_collector()
        assert w.json("/v1/plan")["on_disk"]["state"] == "same"
        name = w.path("plan/10-institucion.yaml")
        with open(name, encoding="utf-8") as f:
            text = f.read()
        changed = re.sub(r'revision: *"?01"?', 'revision: "99"', text, count=1)
        assert changed != text
        w.write("plan/10-institucion.yaml", changed)
        until("the change is seen", lambda: item(w, "plan-on-disk")["why"] == "not-loaded", 60)
        assert w.json("/v1/plan")["on_disk"]["state"] == "differs"
        assert w.json("/v1/plan")["plan"]["institution"]["revision"] == "01"
        w.processes["collector"].send_signal(signal.SIGHUP)
        until("the new plan is in force", lambda: w.json("/v1/plan")["plan"]["institution"]["revision"] == "99")
        w.write("plan/10-institucion.yaml", changed + "\nnonsense: 1\n")
        until("the mistake is seen", lambda: item(w, "plan-on-disk")["why"] == "would-be-refused", 60)
        assert "nonsense" in item(w, "plan-on-disk")["text"]
        w.processes["collector"].send_signal(signal.SIGHUP)
        until("the refusal is told", lambda: w.json("/v1/plan")["refused"] is not None)
        assert w.json("/v1/plan")["plan"]["institution"]["revision"] == "99"
    finally:
        w.end()


def item(w, name):
    return next(i for i in w.json("/v1/ready")["items"] if i["id"] == name)


def go_or_no_go():
    """What nobody has seen yet is not ready; a backup and an agent that is heard are; the command ends with what stops it."""
    w = Sei("ready")
    try:
        w.start_collector()
        ready = w.json("/v1/ready")
        assert ready["verdict"] == "no-go" and item(w, "agents-heard")["blocks"]
        with open(f"{BIN}/vigia-collector", "rb") as f:
            digest = hashlib.sha256(f.read()).hexdigest()
        until("the program's digest is known", lambda: item(w, "program")["text"] == digest)
        assert item(w, "plan-findings")["value"] == vigia_json("plan", "check", w.path("plan"))["totals"]["errors"]
        p = w.vigia("ready", check=False)
        assert p.returncode == 1 and p.stdout.startswith("NO EMPEZAR\n"), (p.returncode, p.stdout[:300])
        assert {i["id"] for i in json.loads(w.vigia("ready", "--json", check=False).stdout)["items"]} == {i["id"] for i in ready["items"]}
        assert item(w, "journal-backup")["state"] == "unknown"
        w.vigia("backup", w.path("data"), "-o", w.path("copia"))
        assert item(w, "journal-backup")["state"] == "go"
        for agent in ("noc", "nube"):
            w.enrol(agent)
            w.start_agent(agent)
        until("both agents are heard", lambda: item(w, "agents-heard")["state"] == "go")
        until("their clocks and versions are known", lambda: item(w, "clocks-agents")["state"] == "go" and item(w, "agent-versions")["state"] == "go")
        w.kill("noc")
        until("one is silent", lambda: [d["what"] for d in item(w, "agents-heard")["detail"]] == ["noc"], 60)
    finally:
        w.end()


if __name__ == "__main__":
    run(the_names, what_the_checker_says, nothing_secret, a_dry_run_is_the_command_s, one_at_a_time_and_it_ends_with_the_collector, what_is_on_disk, go_or_no_go)
