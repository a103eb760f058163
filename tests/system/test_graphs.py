"""Charts of real data by the real programs: what is drawn, what is known again, and that a worker that is killed, or hangs, is noticed by nobody."""

import atexit
import json
import os
import re
import signal
import struct
import threading
import time
import xml.etree.ElementTree

from series_world import HTTP, ICMP, SeriesWorld
from test_people import admin, opened
from world import run, until

WORLD = None


def world():
    global WORLD
    if WORLD is None:
        WORLD = SeriesWorld("graphs", hours=2)
        atexit.register(WORLD.end)
        WORLD.open()
    return WORLD


def figure(w, name):
    text = w.board("/metrics")[2].decode()
    found = re.search(rf"^vigia_board_{name} (\d+)$", text, re.M)
    assert found, (name, text[:500])
    return int(found[1])


def workers(w):
    """The render workers' process ids: children of the board."""
    board = w.processes["dashboard"].pid
    with open(f"/proc/{board}/task/{board}/children", encoding="ascii") as f:
        return [int(pid) for pid in f.read().split()]


def ready(w):
    return until("both workers are ready", lambda: figure(w, "render_workers_ready") == 2 and workers(w))


def size_of_png(body):
    assert body[:8] == b"\x89PNG\r\n\x1a\n", body[:60]
    return struct.unpack(">II", body[16:24])


def a_chart_of_real_data():
    """PNG and SVG of what was measured, with the stamp in the name; the same again is 304."""
    w = world()
    status, headers, body = w.chart("graph.png")
    assert status == 200 and headers["Content-Type"] == "image/png", (status, body[:200])
    assert size_of_png(body) == (1000, 420) and len(body) > 15000, len(body)
    assert re.search(r'filename="REAL_dc-fw-a-ping_dc_\d{8}T\d{4}\.png"', headers["Content-Disposition"]), headers
    etag = headers["ETag"]
    status, headers, body = w.chart("graph.png", {"If-None-Match": etag})
    assert status == 304 and body == b"" and headers["ETag"] == etag, status
    drawn = figure(w, "charts_drawn_total")
    assert w.chart("graph.png")[0] == 200
    assert figure(w, "charts_drawn_total") == drawn, "it was kept"
    status, headers, svg = w.chart("graph.svg", check=HTTP, width=2400, height=1400)
    assert status == 200, svg[:200]
    root = xml.etree.ElementTree.fromstring(svg)
    assert root.tag.endswith("svg") and root.get("width").startswith("2400"), root.attrib
    for value in ("loss", "rtt_max", "jitter"):
        assert w.chart("graph.png", value=value)[0] == 200, value
    assert w.chart("graph.png", **{"from": "ccv"})[2] != body
    assert figure(w, "render_workers_guarded") == figure(w, "render_workers_ready"), w.log("dashboard")[-500:]


def a_table_equals_the_series():
    """Every value of /v1/series stands in the table, at its time, and nothing else."""
    w = world()
    series = w.json(f"/v1/series?check={ICMP.replace('/', '%2F')}&from=dc&start={w.start_s}&end={w.end_s}&points=20000")
    status, headers, body = w.chart("series.csv")
    assert status == 200 and headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = body.decode().split("\r\n")
    assert lines[0] == "time,check,from,stamp,state,bad,rtt (s),rtt_min (s),rtt_avg (s),rtt_max (s),jitter (s),loss", lines[0]
    rows = [line.split(",") for line in lines[1:] if line]
    assert len(rows) == len(series["rows"]) == 721, (len(rows), len(series["rows"]))
    unknown = 0
    for i, (told, row) in enumerate(zip(series["rows"], rows)):
        t = series["start"] + i * series["step"]
        seconds = (t - 6 * 3600) % 86400
        assert row[0].endswith(f"T{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}-06:00"), (row, t)
        assert row[1:4] == [f'"{ICMP}"', '"dc"', '"REAL"'], row
        assert row[4] == ("" if told[0] is None else ["ok", "warning", "critical", "blind"][int(told[0])]), (row, told)
        assert [None if c == "" else float(c) for c in row[5:]] == [None if v is None else float(v) for v in told[1:]], (row, told)
        unknown += told[0] is None
    assert 25 <= unknown <= 32, unknown  # the hole


def bands_are_those_of_the_rows():
    """What the chart of the page shows as smoke lies where the rows lie; percentiles of the finest rows."""
    w = world()
    status, _, body = w.board(f"/api/series?check={ICMP.replace('/', '%2F')}&from=dc&start={w.start_s}&end={w.end_s}&points=24&bands=rtt")
    told = json.loads(body)
    assert status == 200 and told["fine"] == 10, body[:200]
    fine = json.loads(w.board(f"/api/series?check={ICMP.replace('/', '%2F')}&from=dc&start={w.start_s}&end={w.end_s}&points=2000")[2])
    at = fine["names"].index("rtt")
    seen = 0
    for i, median in enumerate(told["bands"]["rtt"]["p50"]):
        upto = told["start"] + i * told["step"]
        inside = sorted(r[at] for k, r in enumerate(fine["rows"]) if upto - told["step"] < fine["start"] + k * 10 <= upto and r[at] is not None)
        band = {k: v[i] for k, v in told["bands"]["rtt"].items()}
        if not inside:
            assert set(band.values()) == {None}, (i, band)
            continue
        n = len(inside)
        assert band == {"min": inside[0], "p10": inside[-(-n // 10) - 1], "p50": inside[-(-n // 2) - 1], "p90": inside[-(-n * 9 // 10) - 1], "max": inside[-1]}, (i, band, inside)
        seen += median is not None
    assert seen > 15, seen
    assert told["about"]["limits"][0] == {"state": "warning", "value": "rtt", "op": ">", "limit": 0.05}, told["about"]


def a_killed_worker_is_not_noticed():
    """kill -9 of each worker while charts are drawn: every answer is right, and the next ones too."""
    w = world()
    ready(w)
    before, wrong = figure(w, "render_workers_lost_total"), []

    def ask(k):
        for i in range(12):
            status, _, body = w.chart("graph.png", end=w.end_s - 60 * i - k, width=1000 + k)
            if status != 200 or size_of_png(body) != (1000 + k, 420):
                wrong.append((status, body[:200]))

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(4)]
    for t in threads:
        t.start()
    victims = workers(w)
    for pid in victims:
        os.kill(pid, signal.SIGKILL)
    for t in threads:
        t.join()
    assert not wrong, wrong[:3]
    assert figure(w, "render_workers_lost_total") - before == len(victims) == 2
    until("they are replaced", lambda: figure(w, "render_workers_ready") == 2 and not set(victims) & set(workers(w)))
    assert w.log("dashboard").count("render.worker-lost") >= 2
    assert figure(w, "charts_lost_total") == 0


def a_worker_that_hangs_is_replaced():
    """SIGSTOP: it takes an order and never answers. Another one draws the chart."""
    w = world()
    ready(w)
    hung = figure(w, "render_workers_hung_total")
    stopped = workers(w)[0]
    os.kill(stopped, signal.SIGSTOP)
    status, _, body = w.chart("graph.png", end=w.end_s - 7, theme="dark")
    other = w.chart("graph.png", end=w.end_s - 8, theme="dark")
    assert status == other[0] == 200 and size_of_png(body) == (1000, 420), (status, body[:200])
    until("the one that hangs is gone", lambda: stopped not in workers(w) or w.chart("graph.png", end=w.end_s - 9)[0] != 200)
    assert figure(w, "render_workers_hung_total") == hung + 1
    ready(w)


def wrong_requests_are_told_so():
    """Each wrong argument has its sentence; nothing that it names reaches the disk."""
    w = world()
    for args, status, says in (
            ({"check": "../../../etc/passwd"}, 400, "is no id"), ({"check": None}, 400, "check= is needed"), ({"value": "rtt:MAX"}, 400, "value: "),
            ({"width": "100000"}, 400, "width: '100000' is no whole number from 600 to 2400"), ({"start": 5}, 400, "start: "),
            ({"end": w.start_s - 5}, 400, "from 60 s to 750 days"), ({"lang": "de"}, 400, "neither es nor en"), ({"check": "no/such:ping"}, 404, "there is no such check"),
            ({"from": "nobody"}, 404, "there is no such check at that agent"), ({"value": "total"}, 404, "does not measure that value")):
        got, _, body = w.chart("graph.png", **args)
        assert got == status and says in json.loads(body)["text"], (args, got, body)
    assert w.board("/api/graph.gif")[0] == 404


def grafana_sees_what_its_account_may():
    """A service account's token gets values, states, tables and names; without one, or with the operator's, nothing."""
    w = world()
    a = admin(w)
    made = opened(a.post("/v1/accounts", {"login": "grafana", "role": "service"}))

    def ask(path, body, token=made["token"]):
        headers = {"Content-Type": "application/json", **({"Authorization": "Bearer " + token} if token else {})}
        status, _, answer = w.board("/grafana" + path, headers, json.dumps(body).encode())
        return status, json.loads(answer)

    stamp = lambda t: time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(t))
    body = {"range": {"from": stamp(w.start_s), "to": stamp(w.end_s)}, "maxDataPoints": 1000,
            "targets": [{"refId": "A", "target": f"check {ICMP} rtt dc"}, {"refId": "B", "target": "service prep state"}, {"refId": "C", "target": "services"}]}
    assert w.board("/grafana/")[0] == 200
    status, told = ask("/query", body)
    assert status == 200 and [t["refId"] for t in told] == ["A", "B", "C"], told
    series = w.json(f"/v1/series?check={ICMP.replace('/', '%2F')}&from=dc&start={w.start_s}&end={w.end_s}&points=1000")
    at = series["names"].index("rtt")
    assert told[0]["datapoints"] == [[r[at], (series["start"] + i * series["step"]) * 1000] for i, r in enumerate(series["rows"])]
    assert len(told[1]["datapoints"]) == 1 and told[2]["rows"][0][0] == "prep", told[1:]
    status, names = ask("/metrics", {"metric": "PING state ccv"})
    assert status == 200 and [n["value"] for n in names] == [f"check {ICMP} state ccv"], names
    assert ask("/annotations", {"range": body["range"]})[0] == 200
    for token in (None, "", w.operator_token(), "vs_" + "A" * 43):
        status, told = ask("/query", body, token)
        assert status == 401 and told["error"] == "no-session", (token, status, told)
    opened(a.post("/v1/accounts/grafana", {"state": "disabled"}))
    assert ask("/query", body)[0] == 401, "an account that is switched off sees nothing any more"


def a_board_without_the_folder_says_so():
    """PNG and SVG need the files; the table and the page's own charts do not."""
    w = world()
    w.stop("dashboard")
    os.rename(w.path("dashboard.yaml"), w.path("dashboard.old"))
    with open(w.path("dashboard.old"), encoding="utf-8") as f:
        w.write("dashboard.yaml", f.read() + "series: nowhere\n")
    w.start_dashboard()
    until("the board answers", lambda: w.alive("dashboard") and w.board("/healthz")[0] == 200)
    assert workers(w) == []
    for form in ("graph.png", "graph.svg"):
        status, _, body = w.chart(form)
        assert status == 404 and "see the key series of dashboard.yaml" in json.loads(body)["text"], (status, body)
    assert w.chart("series.csv")[0] == 200
    w.stop("dashboard")
    os.rename(w.path("dashboard.old"), w.path("dashboard.yaml"))
    w.start_dashboard()
    until("the board answers", lambda: w.alive("dashboard") and w.board("/healthz")[0] == 200)


def the_end_takes_the_workers_along():
    """SIGTERM and kill -9 of the board leave no worker behind."""
    w = world()
    for sig in (signal.SIGTERM, signal.SIGKILL):
        ready(w)
        pids = workers(w)
        w.kill("dashboard", sig)
        until("the workers have ended", lambda: not any(os.path.exists(f"/proc/{p}/exe") and "vigia" in os.readlink(f"/proc/{p}/exe") for p in pids))
        w.start_dashboard()
        until("the board answers", lambda: w.alive("dashboard") and w.board("/healthz")[0] == 200)


run(a_chart_of_real_data, a_table_equals_the_series, bands_are_those_of_the_rows, a_killed_worker_is_not_noticed, a_worker_that_hangs_is_replaced,
    wrong_requests_are_told_so, grafana_sees_what_its_account_may, a_board_without_the_folder_says_so, the_end_takes_the_workers_along)
