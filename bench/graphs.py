"""Charts a second, and CPU per chart: the board (HTTP, flush by the collector, two render workers) beside `rrdtool graph`, one process per chart and one for
all (`rrdtool -`), with the same parts drawn from the same file of a day: band, line, three grades of loss, the strip of states, five figures, 1000 x 420, PNG.
Nothing comes from a cache, since each chart ends at another second; then the same ones once more."""

import os
import resource
import subprocess
import threading
import time

from series_world import ICMP, SeriesWorld
from world import until

CHARTS = int(os.environ.get("CHARTS", "120"))
CLIENTS = 4
TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    """Seconds of a process and of its children that are there."""
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    total = (int(fields[11]) + int(fields[12])) / TICKS
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
        return total + sum(cpu(int(child)) for child in f.read().split())


def arguments(path, end, span):
    file = path.replace(":", "\\:")
    d = [f"DEF:{n}={file}:{s}:AVERAGE:reduce={r}" for n, s, r in (("v0", "rtt", "AVERAGE"), ("l0", "rtt_min", "MIN"), ("h0", "rtt_max", "MAX"), ("loss", "loss", "MAX"), ("state", "state", "MAX"))]
    d += [f"CDEF:{n}={n}0,1000,*" for n in ("v", "l", "h")] + ["CDEF:s=h,l,-", "AREA:l", "AREA:s#12658f33:band:STACK", "LINE1.6:v#12658f:rtt"]
    for n, (f, v) in {"least": ("l", "MINIMUM"), "mean": ("v", "AVERAGE"), "p95": ("v", "95,PERCENTNAN"), "most": ("h", "MAXIMUM"), "last": ("v", "LAST")}.items():
        d += [f"VDEF:f_{n}={f},{v}", f"GPRINT:f_{n}:{n} %.2lf ms"]
    for n, (a, b) in {"some": (0, 0.05), "much": (0.05, 0.4), "full": (0.4, 1)}.items():
        d += [f"CDEF:loss_{n}=loss,{a},GT,loss,{b},LE,*", f"TICK:loss_{n}#c98500:-0.03:{n}"]
    for i in range(4):
        d += [f"CDEF:is{i}=state,{i},EQ", f"TICK:is{i}#1f7d4f:0.03:state {i}"]
    return ["-", "--imgformat=PNG", f"--start={end - span}", f"--end={end}", "--full-size-mode", "--width=1000", "--height=420", "--border=0", "--font=DEFAULT:9:DejaVu Sans",
            "--title=REAL", "--lower-limit=0", "HRULE:50#9a6400::dashes=3,3", *d, "COMMENT:one\\l", "COMMENT:two\\l", "COMMENT:three\\l"]


def row(name, seconds, busy, extra=""):
    print(f"{name:46} {CHARTS / seconds:8.1f} charts/s  {busy / CHARTS * 1e3:7.2f} ms of CPU each{extra}", flush=True)


def board(w, what):
    pid, collector = w.processes["dashboard"].pid, w.processes["collector"].pid
    before, other = cpu(pid), cpu(collector)
    began = time.monotonic()

    def ask(k):
        for i in range(k, CHARTS, CLIENTS):
            status, _, body = w.chart("graph.png", end=w.end_s - i, start=w.end_s - i - 80000)
            assert status == 200 and body[:4] == b"\x89PNG", body[:200]

    threads = [threading.Thread(target=ask, args=(k,)) for k in range(CLIENTS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    row(what, time.monotonic() - began, cpu(pid) - before, f", and {(cpu(collector) - other) / CHARTS * 1e3:.2f} ms of the collector")


def each(path, end):
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    for i in range(CHARTS):
        out = subprocess.run(["rrdtool", "graph", *arguments(path, end - i, 80000)], stdout=subprocess.PIPE, check=True, env={**os.environ, "TZ": "CST6"})
        assert out.stdout[:4] == b"\x89PNG"
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    row("rrdtool graph, a process each", time.monotonic() - began, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def piped(path, end):
    p = subprocess.Popen(["rrdtool", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "TZ": "CST6"})
    began, images = time.monotonic(), 0
    for i in range(CHARTS):
        line = " ".join('"' + a + '"' for a in ["graphv", *arguments(path, end - i, 80000)])
        p.stdin.write((line + "\n").encode())
        p.stdin.flush()
        while True:
            told = p.stdout.readline()
            assert told and not told.startswith(b"ERROR"), told
            if told.startswith(b"image = BLOB_SIZE:"):
                images += p.stdout.read(int(told.split(b":")[1]))[:4] == b"\x89PNG"
            if told.startswith(b"OK "):
                break
    seconds, busy = time.monotonic() - began, cpu(p.pid)
    p.stdin.close()
    p.wait(20)
    assert images == CHARTS, images
    row("rrdtool -, one process", seconds, busy)


def main():
    w = SeriesWorld("graphs-bench", hours=23)
    try:
        w.open()
        path = w.path("data", "rrd", ICMP.replace(".", "..").replace("/", "."), "dc.rrd")
        until("the workers are ready", lambda: b"render_workers_ready 2" in w.board("/metrics")[2])
        w.chart("graph.png")
        board(w, "board, two workers, four clients")
        each(path, w.end_s)
        piped(path, w.end_s)
        board(w, "board, the same charts again (kept)")
    finally:
        w.end()


main()
