"""A disk that is full, a database that is busy: drawing stops first, calls still leave, and when there is room again
everything is drawn. A real small file system, the real binary."""

import os
import signal
import sqlite3
import subprocess
import time
import urllib.error

from faults_world import BIN, FaultWorld, Poster, fail, until
from world import run

SMALL = "ballast: 1MiB\ndisk_reserve: 2MiB\n"


def a_full_disk_stops_drawing_and_no_call():
    """ENOSPC: the ballast goes to the journal, drawing stops, the page leaves; with room again all is drawn and the alarm ends."""
    w = FaultWorld("full", SMALL)
    try:
        disk = w.small_disk(24 << 20)
        w.start_collector()
        assert os.stat(w.file("ballast")).st_blocks * 512 >= 1 << 20, "the ballast is really allocated"
        p = Poster(w)
        first = int(time.time())
        p.send("ok")
        until("it is drawn", lambda: p.flush()[1]["cursor"] == 1, 30)
        disk.fill()
        w.raised("disk-full")
        # The journal has to grow beyond what it holds now: a long note, an outage, a page.
        disk.fill()
        status, answer = fail(p)
        assert status == 200, (status, answer)
        page = until("the page", w.messages, 10)[0]
        assert page["kind"] == "down" and page["maybe_duplicate"] is False and "journalled" not in page, page
        opened = w.kinds("incident.opened")[0]["seq"]
        for n in range(20):
            status, answer = w.post(f"/v1/incidents/{opened}/note", {"as": "mesa", "note": "ñ" * 4000}, w.operator_token())
            assert status in (200, 400), (status, answer)
        # Drawing stands still, and so do the cursors: nothing is called safe that is not.
        cursor = p.flush()[1]["cursor"]
        for _ in range(3):
            p.send("ok", "otro:http")
        assert p.flush()[1]["cursor"] == cursor and len(p.kept) >= 3
        assert w.metric("vigia_series_pending_rows") > 0 and w.get("/healthz", token=None)[0] == 200
        # Even a restart on the full disk watches and calls.
        w.kill("collector")
        w.start_collector(healthy=False)
        w.raised("disk-full")
        p.flush()
        assert [s["state"] for s in w.status()["services"]] == ["down"], w.status()["services"]
        until("the journal goes on", lambda: w.get("/healthz", token=None)[0] == 200, 20)
        disk.empty()
        w.cleared("disk-full")
        until("everything is drawn and safe", lambda: p.flush()[1]["cursor"] == p.seq, 40)
        assert not p.kept
        drawn = w.drawn(start=first - 2)
        assert first in drawn and 2 in drawn.values(), ("the outage is drawn", first, drawn)
        assert os.stat(w.file("ballast")).st_blocks * 512 >= 1 << 20, "the ballast is made again"
        w.stop("collector")
        assert w.verify().returncode == 0
        assert len([m for m in w.messages() if m["kind"] == "down"]) == 1, "no one is called twice"
    finally:
        w.end()


def without_any_room_nothing_is_lost():
    """There is no ballast, the journal cannot grow: kept in memory, 503, alarm; with room all is journalled and the page leaves."""
    w = FaultWorld("none", "ballast: 0\ndisk_reserve: 1MiB\n")
    try:
        disk = w.small_disk(24 << 20)
        w.start_collector()
        p = Poster(w)
        p.send("ok")
        p.send("connect-refused")
        p.measure("connect-refused")
        # Nothing may grow: what the write-ahead log has room for is used up by a long plan.
        seen = w.json("/v1/journal/head")["seq"]
        disk.fill()
        limit = until("the journal cannot grow", lambda: grow(w, p, seen), 30)
        assert limit == 503 and not w.messages()
        w.raised("journal-failing")
        status, answer = p.flush()
        assert status == 503 and answer["error"] == "not-journalled", (status, answer)
        disk.empty()
        w.cleared("journal-failing", 30)
        until("the page", lambda: p.flush()[0] == 200 and w.messages(), 30)
        assert w.verify().returncode == 0
    finally:
        w.end()


def grow(w, p, seen):
    """Notes of refused acts fill the log until a commit is refused."""
    p.w.post("/v1/incidents/1/note", {"as": "mesa", "note": "x" * 400}, w.operator_token())
    p.send("ok" if p.seq % 2 else "connect-refused", "otro:http")
    p.send("ok" if p.seq % 2 else "connect-refused", "otro:http")
    return w.get("/healthz", token=None)[0] == 503 and 503


def a_busy_database_blocks_nobody():
    """Another process holds the journal's write lock: kept in memory, 503, alarm, the loop answers on; a call due for
    30 s leaves marked; when the lock goes, everything is journalled and nobody is called again."""
    w = FaultWorld("busy")
    try:
        w.start_collector()
        p = Poster(w)
        p.send("ok")
        p.send("connect-refused")
        foreign = sqlite3.connect(w.file("journal.db"), isolation_level=None, timeout=5)
        foreign.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        status, answer = p.send("connect-refused")
        assert status == 503, (status, answer)
        w.raised("journal-failing")
        shown = w.status()["journal"]
        assert shown["ok"] is False and shown["unjournalled"] > 0, shown
        assert not w.messages(), "nothing leaves before it is journalled"
        # The loop is never held up for long: a view is answered although each second a commit is tried.
        slowest = 0.0
        while not w.messages():
            asked = time.monotonic()
            assert w.get("/v1/status")[0] == 200
            slowest = max(slowest, time.monotonic() - asked)
            assert time.monotonic() - started < 50, "the call never left"
        assert time.monotonic() - started > 25, "it left before its time"
        page = w.messages()[0]
        assert page["kind"] == "down" and page["journalled"] is False, page
        assert "call.intent" not in [e["kind"] for e in w.entries()]
        foreign.execute("ROLLBACK")
        foreign.close()
        w.cleared("journal-failing")
        until("it is journalled", lambda: "call.received" in [e["kind"] for e in w.entries()])
        assert p.flush()[0] == 200
        assert len(w.messages()) == 1 and w.kinds("call.intent")[0]["seq"] == page["id"], w.messages()
        w.stop("collector")
        assert w.verify().returncode == 0
        print(f"  slowest answer while the journal was busy: {slowest * 1000:.0f} ms")
    finally:
        w.end()


if __name__ == "__main__":
    run(a_full_disk_stops_drawing_and_no_call, without_any_room_nothing_is_lost, a_busy_database_blocks_nobody)
