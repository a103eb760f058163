"""The operator's command against a real collector: results are posted as a person with curl would, so no agent is
needed. Exports are verified by vigia and, by tools/verify-by-hand, with nothing of ours."""

import json
import os
import stat
import subprocess
import time

from test_whole_way import PLAN
from world import BIN, Target, World, run, until

HAND = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/verify-by-hand")


class Poster:
    """Stands in for the agent `dc`."""

    def __init__(self, w):
        self.w, self.seq, self.boot = w, 0, f"b{time.time_ns()}"
        with open(w.path("dc.key"), encoding="ascii") as f:
            self.token = f.read().strip()

    def post(self, outcome, t=None):
        self.seq += 1
        status, answer = self.w.post("/v1/results", {
            "agent": "dc", "boot": self.boot, "now": time.time(),
            "results": [{"seq": self.seq, "check": "dc/web:http", "t": t or time.time(), "outcome": outcome, "values": {}}]}, self.token)
        assert status == 200 and not answer["refused"], (status, answer)

    def until(self, what, outcome, ready):
        """Keeps posting, a tenth of a second of measured time apart, until the collector has drawn its conclusion."""
        def once():
            self.post(outcome)
            return ready()
        return until(what, once)


def start(name):
    w = World(name, PLAN.format(port=1, rto="60s", ack="30s"))
    w.start_collector()
    w.vigia("enrol", "dc")
    return w, Poster(w)


def hand(*argv):
    return subprocess.run([HAND, *argv], capture_output=True, text=True, timeout=60)


def an_incident_from_the_terminal():
    """Status, acts, export and verification of an incident, with the command alone."""
    w, dc = start("cli")
    try:
        assert stat.S_IMODE(os.stat(w.path("dc.key")).st_mode) == 0o600
        assert os.path.exists(w.path("dc.yaml"))
        again = w.vigia("enrol", "dc")
        assert "se conserva" in again.stdout, again.stdout
        dc = Poster(w)
        dc.until("all is well", "ok", lambda: w.status()["services"][0]["state"] == "ok")
        assert "bien" in w.vigia("status").stdout
        assert "No hay incidentes" in w.vigia("incidents").stdout
        none = w.vigia("ack", "--as", "mesa", check=False)
        assert none.returncode == 1 and "no incident is open" in none.stderr, none
        dc.until("an incident", "connect-refused", lambda: w.status()["incidents"])
        incident = w.status()["incidents"][0]
        text = w.vigia("status").stdout
        assert "CAÍDO" in text and "Sitio de publicación" in text and incident["folio"] in text, text
        assert "DOWN" in w.vigia("status", "--lang", "en").stdout
        assert json.loads(w.vigia("status", "--json").stdout)["incidents"][0]["id"] == incident["id"]
        until("the first page", lambda: w.messages())
        # The incident may be left out, or named by folio or number.
        said = w.vigia("ack", "--as", "mesa", "--note", 'en camino, "ya"\n').stdout
        assert f"incidente {incident['id']}: folio 01, ack asentado" in said, said
        w.vigia("note", incident["folio"], "--as", "tecnico", "--note", "se reinicia")
        refused = w.vigia("ack", "--as", "nadie", check=False)
        assert refused.returncode == 1 and refused.stderr.startswith("vigia: ") and refused.stderr.count("\n") == 1, refused
        dc.until("it works again", "ok", lambda: w.status()["services"][0]["state"] == "ok")
        until("restored", lambda: w.kinds("clock.restored"))
        w.vigia("resume", str(incident["id"]), "--as", "tecnico")
        one = w.vigia("incident", incident["folio"]).stdout
        assert "CRONOLOGÍA" in one and "reanuda operación" in one and "se reinicia" in one, one
        evidence(w, incident)
    finally:
        w.end()


def evidence(w, incident):
    journal = w.path("data/journal.db")
    for form in ("json", "csv"):
        path = w.path(f"a.{form}")
        w.vigia("export", incident["folio"], "--format", form, "-o", path)
        printed = w.vigia("export", str(incident["id"]), "--format", form, "--journal", journal).stdout
        with open(path, encoding="utf-8", newline="") as f:
            text = f.read()
        # Both ways give the same bytes, unless an entry came between them.
        assert text.splitlines()[-2][:40] in printed, "the API and the file tell different stories"
        assert "VERDADERO" in w.vigia("verify", path).stdout
        forged = w.path(f"forged.{form}")
        with open(forged, "w", encoding="utf-8", newline="") as f:
            f.write(text.replace("se reinicia", "se reinició", 1))
        p = w.vigia("verify", forged, check=False)
        assert p.returncode == 1 and "its content does not match its digest" in p.stderr, p
    assert hand(w.path("a.csv")).stdout.startswith("TRUE"), hand(w.path("a.csv"))
    assert "does not match its digest" in hand(w.path("forged.csv")).stdout
    head = w.json("/v1/journal/head")
    kept = f"{head['seq']}:{head['hash']}"
    assert hand(journal, kept).stdout.startswith("TRUE"), hand(journal, kept)
    assert hand(journal, f"{head['seq']}:{'0' * 64}").returncode == 1
    w.vigia("verify", journal, "--head", kept)
    wrong = w.vigia("verify", journal, "--head", f"{head['seq'] + 100000}:{head['hash']}", check=False)
    assert wrong.returncode == 1 and "truncated" in wrong.stderr, wrong


def plans_and_probes():
    """plan check and probe need no collector; their exit codes are what scripts rely on."""
    w = World("cli-plan", PLAN.format(port=1, rto="60s", ack="30s"))
    target = Target()
    try:
        assert w.vigia("plan", "check", w.path("plan.yaml")).returncode == 0
        with open(w.path("plan.yaml"), encoding="utf-8") as f:
            text = f.read()
        w.write("wrong.yaml", text.replace("needs: dc/web", "neds: dc/web"))
        p = w.vigia("plan", "check", w.path("wrong.yaml"), check=False)
        assert p.returncode == 1 and "did you mean 'needs'" in p.stdout, p
        findings = json.loads(w.vigia("plan", "check", w.path("wrong.yaml"), "--json", check=False).stdout)
        assert not findings["ok"] and findings["findings"][0]["line"] > 0, findings
        assert w.vigia("plan", "check", w.path("absent.yaml"), check=False).returncode == 2
        # 33 CATD are a template and a table; what is shown is the same plan, written out.
        sample = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../etc/vigia-catd/plan")
        whole = json.loads(w.vigia("plan", "check", sample, "--json").stdout)
        told = {"shared-path", "shared-vantage", "single-point", "single-vantage"}
        assert {f["code"] for f in whole["findings"]} == told and whole["counts"]["components"] == 33 * 6 + 3, whole
        assert len(whole["findings"]) == 5, whole  # what the template made is told once for its 33 sites
        w.write("shown.yaml", w.vigia("plan", "show", sample).stdout)
        shown = json.loads(w.vigia("plan", "check", w.path("shown.yaml"), "--json").stdout)
        assert {f["code"] for f in shown["findings"]} == told and shown["counts"] == whole["counts"], shown
        up = w.vigia("probe", "http", f"url=http://127.0.0.1:{target.port}/", check=False)
        assert up.returncode == 0 and up.stdout.startswith("HTTP OK - ") and " total=" in up.stdout, up
        slow = w.vigia("probe", "http", f"url=http://127.0.0.1:{target.port}/", "warning=total > 0s", check=False)
        assert slow.returncode == 1 and "total" in slow.stdout, slow
        target.kill()
        down = w.vigia("probe", "tcp", "address=127.0.0.1", f"port={target.port}", check=False)
        assert down.returncode == 2 and "CRITICAL" in down.stdout, down
        wrong = w.vigia("probe", "http", "uri=x", check=False)
        assert wrong.returncode == 3 and "did you mean 'url'" in wrong.stderr, wrong
    finally:
        w.end()


def errors_say_what_to_do():
    """Every command has --help and --version; without a collector the one line says so."""
    w = World("cli-errors", PLAN.format(port=1, rto="60s", ack="30s"))
    try:
        overview = w.vigia("--help").stdout
        names = [line.split("  ")[1].strip() for line in overview.splitlines() if line.startswith("  ") and not line.startswith("  -")]
        assert {"plan check", "plan show", "probe", "status", "ack", "export", "verify", "enrol"} <= set(names), names
        for name in names:
            assert name in w.vigia(*name.split(), "--help").stdout
            assert w.vigia(*name.split(), "--version").stdout.startswith("vigia ")
        w.write("token", "x\n")
        p = subprocess.run([f"{BIN}/vigia", "status", "--collector", w.url, "--token-file", w.path("token")],
                           capture_output=True, text=True, timeout=60)
        assert p.returncode == 2 and "is it running?" in p.stderr and p.stderr.count("\n") == 1, p
        p = subprocess.run([f"{BIN}/vigia", "status", "--collector", "http://192.0.2.1:7460", "--token-file", w.path("token")],
                           capture_output=True, text=True, timeout=60)
        assert p.returncode == 1 and "loopback" in p.stderr, p
        assert subprocess.run([f"{BIN}/vigia"], capture_output=True, timeout=60).returncode == 2
    finally:
        w.end()


if __name__ == "__main__":
    run(an_incident_from_the_terminal, plans_and_probes, errors_say_what_to_do)
