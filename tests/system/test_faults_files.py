"""Damaged files: series of every kind of damage, the journal at every kind of damage, power cuts in between. What is
damaged is put aside, never deleted; the rest goes on; an alarm says so until a person has taken the file away."""

import glob
import json
import os
import shutil
import sqlite3
import struct
import subprocess
import time

from faults_world import BIN, FaultWorld, Poster, fail, sha256, until
from world import run


def write_at(path, offset, data):
    with open(path, "r+b") as f:
        f.seek(offset)
        f.write(data)


def series_damaged_in_every_way():
    """Cut short, overwritten, empty, a folder, another shape, an index out of bounds, a row of the future: at run time and
    at start; each put aside once, a new one begun, the other series never disturbed, the alarm until it is taken away."""
    w = FaultWorld("series")
    try:
        w.start_collector()
        p = Poster(w)
        p.send("ok")
        p.send("ok", "otro:http")
        until("both are drawn", lambda: p.flush()[1]["cursor"] == p.seq, 30)
        victim, other = w.file("rrd/web:http/dc.rrd"), w.file("rrd/otro:http/dc.rrd")
        whole = open(victim, "rb").read()

        def cut():
            os.truncate(victim, len(whole) // 2)

        def header():
            write_at(victim, 0, os.urandom(200))

        def pointer():  # an index of rows far out of the file: the library would follow it
            with open(victim, "rb") as f:
                head = f.read()
            at = head.index(struct.pack("<d", 8.642135e130)) if struct.pack("<d", 8.642135e130) in head else 16
            assert at >= 0
            ds, rra = struct.unpack_from("<QQ", head, at + 8)
            size = len(head) - sum(r * ds * 8 for r in rows_of(head, at, ds, rra))
            write_at(victim, size - 8 * rra, struct.pack("<Q", 1 << 40) * rra)

        def future():
            with open(victim, "rb") as f:
                head = f.read()
            now = int(time.time())
            for t in range(now - 200, now + 2):
                at = head.find(struct.pack("<q", t))
                if 0 < at < 20000:
                    write_at(victim, at, struct.pack("<q", now + 10 * 365 * 86400))
                    return
            raise AssertionError("the newest time was not found in the header")

        def folder():
            os.unlink(victim)
            os.makedirs(victim)

        def shape():  # a sound file of other sources
            shutil.copy(victim, victim + ".copy")
            with open(victim, "rb") as f:
                head = bytearray(f.read())
            at = head.index(b"first_byte")
            head[at:at + 10] = b"other_name"
            with open(victim, "wb") as f:
                f.write(head)
            os.unlink(victim + ".copy")

        def empty():
            os.truncate(victim, 0)

        asides = lambda: sorted(glob.glob(w.file("rrd/web:http/dc.rrd.damaged-*")))
        ways = [(cut, False), (header, False), (empty, False), (folder, False), (pointer, False), (future, False), (shape, False), (cut, True), (empty, True)]
        for n, (damage, at_start) in enumerate(ways):
            before = len(asides())
            if at_start:
                w.stop("collector")
            damage()
            if at_start:
                w.start_collector()
                p.flush()
            p.send("ok")
            sent = int(time.time())
            p.send("ok", "otro:http")
            until(f"{damage.__name__}: what comes after is drawn and safe", lambda: p.flush()[1]["cursor"] == p.seq, 30)
            assert len(asides()) == before + 1, (damage.__name__, asides())
            assert os.path.getsize(victim) == len(whole) and any(abs(t - sent) <= 1 for t in w.drawn()), damage.__name__
            w.raised("series-damaged")
        assert not glob.glob(other + ".damaged-*"), "the other series was never disturbed"
        assert w.log("collector").count("series.set-aside") == len(ways)
        assert w.metric("vigia_series_set_aside_total") == 1, "of this start"
        # It lasts over restarts until somebody has looked.
        for aside in asides():
            shutil.rmtree(aside) if os.path.isdir(aside) else os.unlink(aside)
        w.cleared("series-damaged")
    finally:
        w.end()


def rows_of(head, at, ds, rra):
    """Row counts of the archives, from the header's own layout: rra_def is 20 + 4 + 8 + 8 + 80 bytes, padded."""
    ds_def, rra_def = 120, 120
    base = at + 8 + 24 + 80  # float cookie, three counters, ten parameters
    rows = []
    for i in range(rra):
        def_at = base + ds * ds_def + i * rra_def
        rows.append(struct.unpack_from("<Q", head, def_at + 24)[0])
    return rows


def journal_damaged(how, cut_short=None):
    """Runs an incident, damages the journal as `how` says, starts again; returns the world and what was before."""
    w = FaultWorld("journal")
    w.start_collector()
    p = Poster(w)
    fail(p)
    until("the page", lambda: [m for m in w.messages() if m["kind"] == "down"])
    until("its receipt is journalled", lambda: w.kinds("call.received"))
    for n in range(40):
        w.post(f"/v1/incidents/{w.kinds('incident.opened')[0]['seq']}/note", {"as": "mesa", "note": f"nota {n} " + "x" * 300}, w.operator_token())
    before = w.events()
    head = w.json("/v1/journal/head")
    how(w)
    return w, p, before, head


def stop_and(damage):
    def how(w):
        w.stop("collector")
        damage(w.file("journal.db"))
    return how


def check_segment(w, p, before, head, expect_good, clock=True):
    """It starts, names the old head, keeps what was good, goes on calling; verify accepts and tells."""
    damaged = glob.glob(w.file("journal.db.damaged-*Z"))
    w.start_collector()
    w.raised("journal-damaged")
    after = w.events()
    at = [i for i, e in enumerate(after) if e["kind"] == "journal.segment"]
    assert len(at) == 1, [e["kind"] for e in after]
    segment, good = after[at[0]], after[:at[0]]
    assert good[:len(before)] == before[:len(good)], "what was good is there as it was"
    assert expect_good(len(good)), (len(good), len(before), segment)
    assert (segment["body"]["after"]["seq"] if good else None) == (good[-1]["seq"] if good else None), segment
    assert segment["seq"] > head["seq"] + 1000 and after[at[0] + 1]["seq"] == segment["seq"] + 1, "no number comes twice"
    assert segment["body"]["reason"], segment
    aside = [f for f in glob.glob(w.file("journal.db.damaged-*Z")) if f not in damaged]
    if segment["body"]["file"]:
        assert [os.path.basename(f) for f in aside] == [segment["body"]["file"]], aside
        assert sha256(aside[0]) == segment["body"]["sha256"], "put aside untouched"
    v = w.verify()
    assert v.returncode == 0 and "segments" in v.stdout and str(segment["seq"]) in v.stdout, v
    by_hand = subprocess.run(["sh", os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../tools/verify-by-hand"), w.file("journal.db")],
                             capture_output=True, text=True, timeout=60)
    assert by_hand.returncode == 0 and by_hand.stdout.startswith("TRUE"), by_hand
    lost = w.verify("journal.db", "--head", f"{head['seq']}:{head['hash']}")
    if good and good[-1]["seq"] < head["seq"]:
        assert lost.returncode == 1 and "new segment" in lost.stdout + lost.stderr, lost
    return good, segment


def goes_on(w, p, page_again=False):
    """The incident runs on with its clock and a new outage still pages."""
    n = len([m for m in w.messages() if m["kind"] == "down"])
    p.flush()
    p.send("ok")
    until("it is told up, or was never known", lambda: p.flush()[0] == 200 and w.status()["services"][0]["state"] == "ok", 20)
    until("the next outage pages", lambda: fail(p)[0] == 200 and len([m for m in w.messages() if m["kind"] == "down"]) > n, 20)
    ids = [m["id"] for m in w.messages()]
    assert len(ids) == len(set(ids)), ids
    w.stop("collector")
    assert w.verify().returncode == 0


def tear_entry(path):
    """The body of one entry in the middle, changed in its page: the tree is sound, the chain is not."""
    db = sqlite3.connect(path)
    body = db.execute("SELECT body FROM entry WHERE body LIKE '%nota 20 %'").fetchone()[0].encode()
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    data = open(path, "rb").read()
    assert data.count(b"nota 20 ") == 1
    write_at(path, data.index(b"nota 20 "), b"NOTA 20 ")


def a_chain_that_breaks_goes_on_in_a_new_segment():
    """One byte of one entry: what lies before it is kept with the running incident and its clock, the rest is named and put aside."""
    w, p, before, head = journal_damaged(stop_and(tear_entry))
    try:
        good, segment = check_segment(w, p, before, head, lambda n: 20 < n < len(before) - 10)
        s = w.status()["services"][0]
        assert s["state"] == "down" and s["clock"]["running"], s
        opened = next(e for e in before if e["kind"] == "incident.opened")
        one = w.json(f"/v1/incidents/{opened['seq']}")
        assert one["state"] == "confirmed" and [c["state"] for c in one["calls"]] == ["received"], one
        export = subprocess.run([f"{BIN}/vigia", "export", str(opened["seq"]), "--journal", w.file("journal.db"), "-o", w.path("e.json")], capture_output=True, text=True)
        assert export.returncode == 0, export
        goes_on(w, p)
        # An incident that runs over the break is exported with it, and stands up.
        export = subprocess.run([f"{BIN}/vigia", "export", str(opened["seq"]), "--format", "csv", "--journal", w.file("journal.db"), "-o", w.path("e.csv")], capture_output=True, text=True)
        assert export.returncode == 0, export
        v = w.verify(w.path("e.csv"))
        assert v.returncode == 0 and "journal.segment" in open(w.path("e.csv"), encoding="utf-8").read(), v
    finally:
        w.end()


def no_database_at_all():
    """Overwritten, empty or gone: the watch starts with an empty segment that says so, and pages."""
    for damage in (lambda path: write_at(path, 0, os.urandom(4096)), lambda path: os.truncate(path, 0), os.unlink,
                   lambda path: os.truncate(path, os.path.getsize(path) // 2 // 4096 * 4096)):
        w, p, before, head = journal_damaged(stop_and(damage))
        try:
            check_segment(w, p, before, head, lambda n: n < len(before))
            goes_on(w, p)
        finally:
            w.end()


def a_log_cut_in_the_middle_is_found():
    """The write-ahead log loses its end after a kill -9: SQLite sees nothing wrong, the head that was committed does."""
    def how(w):
        w.kill("collector")
        wal = w.file("journal.db-wal")
        size = os.path.getsize(wal)
        assert size > 60000, size
        write_at(wal, size // 2, os.urandom(64))

    w, p, before, head = journal_damaged(how)
    try:
        good, segment = check_segment(w, p, before, head, lambda n: 0 < n < len(before))
        assert segment["body"]["committed"]["seq"] == head["seq"], segment
        assert glob.glob(w.file("journal.db.damaged-*Z-wal")), "its log is kept beside it"
        goes_on(w, p)
    finally:
        w.end()


def an_old_copy_put_back_by_hand_is_found():
    """A copy of yesterday in place of the journal: sound in itself, but not what had been committed."""
    copies = {}

    def how(w):
        w.stop("collector")
        shutil.copy(w.file("journal.db"), w.path("yesterday.db"))
        w.start_collector()
        w.stop("collector")
        os.unlink(w.file("journal.db"))
        shutil.copy(w.path("yesterday.db"), w.file("journal.db"))

    w, p, before, head = journal_damaged(how)
    try:
        check_segment(w, p, before, head, lambda n: n >= len(before))
        goes_on(w, p)
    finally:
        w.end()


if __name__ == "__main__":
    run(series_damaged_in_every_way, a_chain_that_breaks_goes_on_in_a_new_segment, no_database_at_all, a_log_cut_in_the_middle_is_found,
        an_old_copy_put_back_by_hand_is_found)
