"""The real collector before the real board: who follows the differences has what the board has, and nobody is told what follows from
the hour or what only moves."""

import http.client
import json

from test_whole_way import PLAN
from world import Target, World, run, until

# What is told now and then though nothing has happened (docs/API.md).
PULSE = {"agents", "watch", "journal"}


def applied(old, patch):
    """docs/API.md "PATCH", once more."""
    if not isinstance(patch, dict):
        return patch
    if "=" in patch:
        return patch["="]
    if isinstance(old, list):
        if "%" in patch:
            return [applied(e, patch["%"][str(i)]) if str(i) in patch["%"] else e for i, e in enumerate(old)]
        kept = {str(e["id"]): applied(e, patch.get("@", {}).get(str(e["id"]), {})) for e in old if str(e["id"]) not in patch.get("-", [])}
        kept.update({str(e["id"]): e for e in patch.get("+", [])})
        return [kept[i] for i in patch.get("#", kept)]
    new = {k: v for k, v in old.items() if k not in patch.get("-", [])}
    new.update({k: applied(old.get(k), p) for k, p in patch.items() if k != "-"})
    return new


def still(status):
    """Without the board's own members and what follows from the hour."""
    s = {k: v for k, v in status.items() if k not in ("now", "stale_for", "board")}
    s["services"] = [{**x, "clock": x["clock"] and {k: v for k, v in x["clock"].items() if k not in ("elapsed", "left")},
                      "exposure": x["exposure"] and {k: v for k, v in x["exposure"].items() if k != "elapsed"},
                      "rpo": x["rpo"] and {k: v for k, v in x["rpo"].items() if k != "age"}} for x in s["services"]]
    s["watch"] = {k: v for k, v in s["watch"].items() if k != "last_commit_age"}
    return s


class Viewer:
    def __init__(self, w, values):
        self.w, self.query = w, "" if values else "?values=0"
        self.held = self.whole()
        self.at = self.held["board"]["at"]
        self.line = http.client.HTTPConnection("127.0.0.1", w.board_port, timeout=30)
        self.line.request("GET", f"/api/stream{self.query}{'&' if self.query else '?'}after={self.at}")
        self.stream = self.line.getresponse()
        assert self.stream.status == 200

    def whole(self):
        c = http.client.HTTPConnection("127.0.0.1", self.w.board_port, timeout=30)
        c.request("GET", f"/api/status{self.query}")
        answer = c.getresponse()
        assert answer.status == 200, answer.status
        return json.loads(answer.read())

    def event(self):
        """The next one: its kind and its data; differences are applied."""
        fields = {}
        while True:
            line = self.stream.readline().decode().rstrip("\n")
            if line == "" and "event" in fields:
                break
            name, _, value = line.partition(": ")
            fields[name] = value
        data = json.loads(fields["data"])
        assert fields["event"] != "status", "the whole must not be needed"
        if fields["event"] == "delta":
            self.held, self.at = applied(self.held, data["delta"]), fields["id"]
        return fields["event"], data

    def agrees(self):
        """Goes on to the position of a whole, and compares."""
        whole = self.whole()
        number = lambda at: int(at.split("-")[1])  # noqa: E731
        while number(self.at) < number(whole["board"]["at"]):
            self.event()
        if self.at == whole["board"]["at"]:
            assert still(self.held) == still(whole), (still(self.held), still(whole))
            return True
        return False  # the stream was ahead: again


def quiet(viewer, seconds):
    """For so many words of life: nothing but the pulse, or what an entry brought."""
    alive = deltas = 0
    while alive < seconds:
        kind, data = viewer.event()
        if kind == "alive":
            alive += 1
        elif "head" not in data["delta"]:
            deltas += 1
            assert set(data["delta"]) <= PULSE, data
    return deltas


def who_follows_has_what_the_board_has_and_is_told_nothing_else():
    """Quiet, a death, a running clock, an act, a recovery: held and whole are the same."""
    target = Target()
    w = World("live", PLAN.format(port=target.port, rto="60s", ack="20s"))
    try:
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        until("the service is seen in order", lambda: w.status()["services"][0]["state"] == "ok")
        w.start_dashboard()
        viewer = until("the board answers", lambda: Viewer(w, False))
        both = Viewer(w, True)
        quiet(viewer, 4)
        assert quiet(viewer, 8) >= 1, "the pulse is told"
        target.kill()
        while viewer.held["services"][0]["state"] != "down":
            viewer.event()
        assert viewer.held["services"][0]["clock"]["running"] and viewer.held["incidents"], viewer.held
        quiet(viewer, 8)  # with a running clock
        w.vigia("ack", str(viewer.held["incidents"][0]["id"]), "--as", "mesa")
        seq = w.json("/v1/journal/head")["seq"]
        while viewer.held["head"]["seq"] < seq:
            viewer.event()
        until("held and whole are the same", viewer.agrees)
        until("with values too", both.agrees)
        target.start()
        while viewer.held["services"][0]["state"] != "ok":
            viewer.event()
        until("held and whole are the same", viewer.agrees)
        until("with values too", both.agrees)
        assert all(v["t"] is None and v["values"] == {} for v in viewer.held["components"][0]["checks"][0]["vantages"]), "without values there are none"
        assert all(v["t"] is not None for v in both.held["components"][0]["checks"][0]["vantages"])
        w.stop("dashboard")
    finally:
        w.end()


if __name__ == "__main__":
    run(who_follows_has_what_the_board_has_and_is_told_nothing_else)
