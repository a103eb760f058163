"""A small world for the system tests: the real binaries on loopback, in a folder of their own.

Never waits by time: `until` polls a condition and fails with what it saw last. Every process that is
started here is ended here, by its pid. Python's standard library only."""

import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BIN = os.path.abspath(os.environ.get("BIN", "build/release/bin"))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def until(what, condition, seconds=20.0):
    """Polls until condition() is true and returns its value; fails after `seconds`."""
    end = time.monotonic() + seconds
    seen = None
    while time.monotonic() < end:
        try:
            seen = condition()
            if seen:
                return seen
        except (urllib.error.URLError, ConnectionError, TimeoutError, OSError, KeyError) as e:
            seen = repr(e)
        threading.Event().wait(0.01)
    raise AssertionError(f"waited {seconds} s in vain for: {what}; last seen: {str(seen)[:600]}")


class Target:
    """A web service that can die (port closed) and come back, keeping its port."""

    def __init__(self, port=None):
        self.port = port or free_port()
        self.server = None
        self.status = 200
        self.start()

    def start(self):
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                body = b"Publicacion en servicio\n"
                self.send_response(outer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        ThreadingHTTPServer.allow_reuse_address = True
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def kill(self):
        self.server.shutdown()
        self.server.server_close()
        self.server = None


class World:
    def __init__(self, name, plan, tls=False):
        self.dir = tempfile.mkdtemp(prefix=f"vigia-{name}-")
        self.port = free_port()
        self.board_port = free_port()
        self.processes = {}
        self.plan_path = os.path.join(self.dir, "plan.yaml")
        self.messages_path = os.path.join(self.dir, "messages.jsonl")
        self.write("plan.yaml", plan)
        self.tls = tls
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self.write("collector.yaml", f"listen: 127.0.0.1:{self.port}\ndata: data\nplan: plan.yaml\n{'' if tls else 'tls: none'}\n")
        self.write(
            "dashboard.yaml",
            f"listen: 127.0.0.1:{self.board_port}\ncollector: {self.url}\n"
            f"token_file: data/operator.token\npublic_url: http://127.0.0.1:{self.board_port}\nboard: loopback\n",
        )

    def path(self, *parts):
        return os.path.join(self.dir, *parts)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)

    # --- processes -----------------------------------------------------------------------------
    def spawn(self, name, *argv):
        log = open(self.path(f"{name}.log"), "ab")
        p = subprocess.Popen(argv, cwd=self.dir, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        log.close()
        self.processes[name] = p
        return p

    def start_collector(self, wait=True):
        p = self.spawn("collector", f"{BIN}/vigia-collector", "-c", self.path("collector.yaml"))
        if wait:
            until("the collector answers", lambda: self.alive("collector") and self.get("/healthz", token=None)[0] == 200)
        return p

    def start_agent(self, agent):
        return self.spawn(agent, f"{BIN}/vigia-agent", "-c", self.path(f"{agent}.yaml"))

    def start_dashboard(self):
        return self.spawn("dashboard", f"{BIN}/vigia-dashboard", "-c", self.path("dashboard.yaml"))

    def alive(self, name):
        p = self.processes[name]
        if p.poll() is not None:
            raise AssertionError(f"{name} ended with {p.returncode}: {self.log(name)[-1500:]}")
        return True

    def kill(self, name, sig=signal.SIGKILL):
        p = self.processes.pop(name)
        p.send_signal(sig)
        p.wait(20)
        return p.returncode

    def stop(self, name):
        code = self.kill(name, signal.SIGTERM)
        assert code == 0, f"{name} ended with {code}: {self.log(name)[-1500:]}"

    def log(self, name):
        with open(self.path(f"{name}.log"), encoding="utf-8", errors="replace") as f:
            return f.read()

    def end(self):
        for name in list(self.processes):
            try:
                self.kill(name)
            except Exception:  # it must not hide the first failure
                traceback.print_exc()
        shutil.rmtree(self.dir, ignore_errors=True)

    # --- the command line ----------------------------------------------------------------------
    def vigia(self, *argv, check=True):
        p = subprocess.run(
            [f"{BIN}/vigia", "--collector", self.url, "--token-file", self.path("data/operator.token"), *argv],
            cwd=self.dir, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
        if check and p.returncode != 0:
            raise AssertionError(f"vigia {' '.join(argv)}: {p.returncode}: {p.stdout[-500:]}{p.stderr[-500:]}")
        return p

    def enrol(self, agent, extra=""):
        self.vigia("enrol", agent)
        pin = f"identity: {self.identity()}\n" if self.tls else ""
        self.write(f"{agent}.yaml", f"agent: {agent}\ncollector: [{self.url}]\n{pin}key_file: {agent}.key\n"
                                    f"data: {agent}-data\n{extra}")
        with open(self.path(f"{agent}.key"), encoding="ascii") as f:
            return f.read().strip()

    def identity(self):
        with open(self.path("data/identity"), encoding="ascii") as f:
            return f.read().strip()

    # --- HTTP ----------------------------------------------------------------------------------
    def trust(self):
        """As `curl --cacert DATA/tls/ca.pem`: names and chain are verified."""
        return ssl.create_default_context(cafile=self.path("data/tls/ca.pem")) if self.tls else None

    def operator_token(self):
        with open(self.path("data/operator.token"), encoding="ascii") as f:
            return f.read().strip()

    def get(self, path, token="operator"):
        request = urllib.request.Request(self.url + path)
        if token is not None:
            request.add_header("Authorization", "Bearer " + (self.operator_token() if token == "operator" else token))
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.trust()) as r:
                return r.status, r.read()
        except urllib.error.HTTPError as e:
            return e.code, e.read()

    def json(self, path):
        status, body = self.get(path)
        assert status == 200, (path, status, body[:300])
        return json.loads(body)

    def post(self, path, value, token):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        request = urllib.request.Request(self.url + path, data=body, method="POST")
        request.add_header("Content-Type", "application/json")
        if token is not None:
            request.add_header("Authorization", "Bearer " + token)
        try:
            with urllib.request.urlopen(request, timeout=10, context=self.trust()) as r:
                return r.status, json.loads(r.read() or b"{}")
        except urllib.error.HTTPError as e:
            return e.code, json.loads(e.read() or b"{}")

    def status(self):
        return self.json("/v1/status")

    def events(self, after=0):
        out = []
        while True:
            status, body = self.get(f"/v1/events?after={after}&limit=10000")
            assert status == 200, (status, body[:200])
            lines = [json.loads(line) for line in body.splitlines() if line.strip()]
            if not lines:
                return out
            out += lines
            after = lines[-1]["seq"]

    def kinds(self, *kinds):
        return [e for e in self.events() if e["kind"] in kinds]

    def messages(self):
        try:
            with open(self.messages_path, encoding="utf-8") as f:
                return [json.loads(line) for line in f if line.endswith("\n")]
        except FileNotFoundError:
            return []

    def metric(self, name):
        status, body = self.get("/metrics")
        assert status == 200, status
        total, found = 0.0, False
        for line in body.decode().splitlines():
            if line.startswith(name) and line[len(name):len(name) + 1] in ("{", " "):
                total += float(line.rsplit(" ", 1)[1])
                found = True
        assert found, f"no metric {name} in {body.decode()[:3000]}"
        return total


def quote(text):
    return urllib.parse.quote(text, safe="")


def run(*tests):
    """Runs the functions, prints one line each and ends with the plain closing line."""
    failed = 0
    only = sys.argv[1:]
    ran = 0
    for t in tests:
        if only and t.__name__ not in only:
            continue
        ran += 1
        start = time.monotonic()
        try:
            t()
            print(f"ok {t.__name__} ({time.monotonic() - start:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"not ok {t.__name__}: {(t.__doc__ or '').strip()}", flush=True)
            traceback.print_exc(file=sys.stdout)
    print(f"{ran - failed} passed, {failed} failed")
    sys.exit(1 if failed or not ran else 0)
