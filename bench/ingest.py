"""Results into series: the collector beside rrdtool and rrdcached, the same values in the same batches.

   collector   whole results over HTTP: decoded, judged, journalled where it matters, drawn, synced
   rrdtool -   the update command through a pipe, once per value and with as many times per call as the collector had
   rrdcached   BATCH over a unix socket, until accepted and until all is in the files

Values are 8 per result, times 10 s apart, as they come from checks of type http. SERIES and ROUNDS say how much. The archives
of all three are the same; at 20,000 series they are short, so that the files of three fit on a disk."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, "tests/system")
from whole_way import cpu_seconds  # noqa: E402
from world import World, until  # noqa: E402

SERIES = [int(n) for n in os.environ.get("SERIES", "1000,20000").split(",")]
ROUNDS = int(os.environ.get("ROUNDS", "30"))
FIRST = 2  # rounds that make the files; they are not counted
BATCH = 2000  # results a request, as the agent sends them
FULL = (8640, 2016, 1460)
SHORT = (360, 288, 168)

HEAD = """\
institution: {name: Medición}
agents: [{id: dc, silent_after: 1d}]
people:
  - {id: mesa, post: Mesa de ayuda, contacts: [{channel: archivo, to: mesa@example.org}]}
seats: [{id: mesa-de-ayuda, level: 0, titular: mesa}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: critica, repeat: 60s, steps: [{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}]}]
services:
  - {id: s, name: S, criticality: very-high, rto: 30m, rpo: not-applicable, needs: c0, team: mesa-de-ayuda, policy: critica}
components:
"""


def cpu_us(pid):
    return cpu_seconds(pid) * 1e6


def values(n, round_):
    v = (n * 7 + round_) % 97
    return (0.0001, f"0.000{v:02d}", None, f"0.0{v:02d}", f"0.1{v:02d}", 200, 1000 + v, None)


NAMES = ("dns", "connect", "tls", "first_byte", "total", "status", "size", "days_left")


def archives_of(series):
    return FULL if series <= 1000 else SHORT


def say_archives(series):
    fine, middle, coarse = archives_of(series)
    size = 8 * 10 * (fine + 3 * middle + 3 * coarse)
    print(f"{series} series, {ROUNDS - FIRST} rounds of 8 values (10 sources a file), archives: {fine} rows of 10 s, {middle} of 5 min and "
          f"{coarse} of 1 h with MIN, AVERAGE, MAX: {size / 1024:.0f} KiB of rows a file")


# --- the collector -------------------------------------------------------------------------------------


def results_of(series, round_, base):
    for n in range(series):
        body = ",".join(f'"{k}":{"null" if x is None else x}' for k, x in zip(NAMES, values(n, round_)))
        yield (f'{{"seq":{round_ * series + n + 1},"check":"c{n}:http","t":{base + 10 * round_:.3f},"outcome":"ok","values":{{{body}}}}}')


def asked_rarely(send):
    """Asking costs the collector as well: not more often than an agent does."""
    time.sleep(1)
    return send([])


def collector(series):
    fine, middle, coarse = archives_of(series)
    plan = HEAD + "".join(
        f'  - {{id: c{n}, name: C{n}, checks: [{{id: http, type: http, url: "http://127.0.0.1:9/", from: [dc], interval: 10s}}]}}\n'
        for n in range(series))
    w = World("ingest", plan)
    try:
        with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
            f.write(f"fine_rows: {fine}\nmiddle_rows: {middle}\ncoarse_rows: {coarse}\n")
        p = w.start_collector()
        token = w.enrol("dc")
        conn = http.client.HTTPConnection("127.0.0.1", w.port, timeout=300)
        base = time.time() - 10 * (ROUNDS + 1)
        headers = {"Authorization": "Bearer " + token, "Content-Type": "application/json"}

        def send(results):
            body = ('{"agent":"dc","boot":"b1","now":%.3f,"results":[' % time.time() + ",".join(results) + "]}").encode()
            start = time.monotonic()
            conn.request("POST", "/v1/results", body, headers)
            answer = conn.getresponse()
            text = answer.read()
            assert answer.status == 200, (answer.status, text[:300])
            return json.loads(text), time.monotonic() - start

        def send_rounds(first, last):
            wall = 0.0
            for r in range(first, last):
                all_of_it = list(results_of(series, r, base))
                for i in range(0, series, BATCH):
                    wall += send(all_of_it[i:i + BATCH])[1]
            return wall

        def metric(name):
            text = w.get("/metrics")[1]
            text = text.decode() if isinstance(text, bytes) else text
            return sum(float(l.rsplit(" ", 1)[1]) for l in text.splitlines() if l.startswith(name) and not l.startswith("#"))

        send_rounds(0, FIRST)
        until("the files are there", lambda: send([])[0]["cursor"] == FIRST * series, 600)
        before, rows, calls = cpu_us(p.pid), metric("vigia_series_rows"), metric("vigia_series_calls")
        wall = send_rounds(FIRST, ROUNDS)
        accepted = cpu_us(p.pid) - before
        count = series * (ROUNDS - FIRST)
        until("all is in synced files", lambda: asked_rarely(send)[0]["cursor"] == ROUNDS * series, 600)
        total = cpu_us(p.pid) - before
        calls = metric("vigia_series_calls") - calls
        per_call = (metric("vigia_series_rows") - rows) / calls if calls else 0
        print(f"  collector   {count / wall:10,.0f} results/s accepted; CPU {accepted / count:6.2f} us a result until accepted, "
              f"{total / count:6.2f} us whole; {per_call:.1f} times per call of librrd", flush=True)
        return max(1, round(per_call))
    finally:
        w.end()


# --- the peers ------------------------------------------------------------------------------------------


def definition(series, base):
    fine, middle, coarse = archives_of(series)
    rras = [f"RRA:AVERAGE:0.99:10:{fine}"]
    for step, rows in ((300, middle), (3600, coarse)):
        rras += [f"RRA:{f}:0.99:{step}:{rows}" for f in ("MIN", "AVERAGE", "MAX")]
    sources = " ".join(f"DS:{n}:GAUGE:315360000:U:U" for n in ("state", "bad") + NAMES)
    return f"--step 1 --start {base - 10} {sources} {' '.join(rras)}"


def row(n, round_, base):
    return f"{base + 10 * round_}:0:0:" + ":".join("U" if x is None else str(x) for x in values(n, round_))


class Pipe:
    def __init__(self, folder):
        self.p = subprocess.Popen(["rrdtool", "-"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, lines):
        for i in range(0, len(lines), 500):
            chunk = lines[i:i + 500]
            self.p.stdin.write("\n".join(chunk) + "\n")
            self.p.stdin.flush()
            for _ in chunk:
                answer = self.p.stdout.readline()
                assert answer.startswith("OK"), answer

    def end(self):
        self.p.stdin.close()
        self.p.wait()


def create(folder, series, base):
    pipe = Pipe(folder)
    pipe.run([f"create f{n}.rrd {definition(series, base)}" for n in range(series)])
    pipe.end()


def rrdtool(series, per_call):
    folder = tempfile.mkdtemp(prefix="vigia-rrdtool-")
    try:
        base = int(time.time()) - 10 * (ROUNDS + 1)
        create(folder, series, base)
        for times in sorted({1, per_call}):
            pipe = Pipe(folder)
            half = range(0, ROUNDS // 2) if times == 1 else range(ROUNDS // 2, ROUNDS)
            groups = [list(half)[i:i + times] for i in range(0, len(half), times)]
            count = 0
            before, start = cpu_us(pipe.p.pid), time.monotonic()
            for g in groups:
                pipe.run([f"update f{n}.rrd " + " ".join(row(n, r, base) for r in g) for n in range(series)])
                count += series * len(g)
            used, wall = cpu_us(pipe.p.pid) - before, time.monotonic() - start
            pipe.end()
            print(f"  rrdtool -   {count / wall:10,.0f} rows/s;             CPU {used / count:6.2f} us a row at {max(map(len, groups))} per call, not synced",
                  flush=True)
    finally:
        shutil.rmtree(folder)


def rrdcached(series):
    folder = tempfile.mkdtemp(prefix="vigia-rrdcached-")
    path = os.path.join(folder, "sock")
    base = int(time.time()) - 10 * (ROUNDS + 1)
    p = None
    try:
        create(folder, series, base)
        p = subprocess.Popen(["rrdcached", "-g", "-l", "unix:" + path, "-b", folder, "-B", "-w", "3600", "-f", "7200", "-p",
                              os.path.join(folder, "pid")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until("rrdcached listens", lambda: os.path.exists(path))
        s = socket.socket(socket.AF_UNIX)
        s.connect(path)
        f = s.makefile("rw", newline="\n")

        def ask(text):
            f.write(text)
            f.flush()
            answer = f.readline()
            extra = int(answer.split()[0])
            for _ in range(max(0, extra)):
                f.readline()
            return answer

        def queued():
            f.write("STATS\n")
            f.flush()
            lines = [f.readline() for _ in range(int(f.readline().split()[0]))]
            stats = dict(l.strip().split(": ") for l in lines)
            return int(stats["QueueLength"]) + int(stats["TreeNodesNumber"]) * 0

        before, wall, count = cpu_us(p.pid), 0.0, 0
        for r in range(ROUNDS):
            lines = [f"UPDATE f{n}.rrd {row(n, r, base)}\n" for n in range(series)]
            for i in range(0, series, BATCH):
                text = "".join(lines[i:i + BATCH])
                start = time.monotonic()
                assert ask("BATCH\n").startswith("0"), "BATCH"
                answer = ask(text + ".\n")
                wall += time.monotonic() - start
                assert answer.startswith("0 "), answer
                count += len(lines[i:i + BATCH])
        accepted = cpu_us(p.pid) - before
        ask("FLUSHALL\n")
        until("all is written", lambda: queued() == 0 and settled(p.pid), 600)
        total = cpu_us(p.pid) - before
        print(f"  rrdcached   {count / wall:10,.0f} rows/s accepted;    CPU {accepted / count:6.2f} us a row until accepted, {total / count:6.2f} us "
              f"whole; {ROUNDS} times per call, not synced", flush=True)
    finally:
        if p is not None:
            p.send_signal(signal.SIGKILL)
            p.wait()
        shutil.rmtree(folder)


def settled(pid):
    """No thread has worked between two looks."""
    a = cpu_us(pid)
    time.sleep(0.3)
    return cpu_us(pid) - a < 2000


if __name__ == "__main__":
    for n in SERIES:
        say_archives(n)
        rows_per_call = collector(n)
        rrdtool(n, rows_per_call)
        rrdcached(n)
