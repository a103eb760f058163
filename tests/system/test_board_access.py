"""Who may look at the board without a log-in: with `loopback` this machine, with `everyone` whoever reaches it, otherwise nobody. Who answers by the
link of a message needs no more than the link. All runs in a network namespace that this test makes, which has an address besides loopback."""

import http.client
import os
import ssl
import subprocess
import sys
import urllib.parse

from peers import certificate
from world import Target, World, run, until

ADDRESS = "203.0.113.7"
INSIDE = "VIGIA_TEST_BOARD_INSIDE"

PLAN = """\
institution: {{name: Instituto de prueba}}
agents: [{{id: dc}}]
people: [{{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}]
seats: [{{id: mesa-de-ayuda, level: 0, titular: mesa}}]
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies: [{{id: critica, repeat: 60s, steps: [{{at: confirmed, call: ["seat:mesa-de-ayuda"], ack_within: 20s}}]}}]
services: [{{id: s, name: S, rto: 10m, needs: web, team: mesa-de-ayuda, policy: critica}}]
components:
  - {{id: web, checks: [{{id: http, type: http, url: "http://127.0.0.1:{port}/", from: [dc], interval: 1s, retry_interval: 200ms,
     timeout: 900ms, confirm: 2}}]}}
"""


def ask(w, method, path, to=ADDRESS, body=None, headers=None):
    """From ADDRESS itself if `to` is ADDRESS, from loopback otherwise; as the name that people use."""
    context = ssl.create_default_context(cafile=w.path("localhost.pem"))
    context.check_hostname = False
    c = http.client.HTTPSConnection(to, w.board_port, timeout=20, context=context, source_address=(to, 0))
    try:
        c.request(method, path, body=body, headers={"Host": f"{ADDRESS}:{w.board_port}", **(headers or {})})
        r = c.getresponse()
        return r.status, {k.lower(): v for k, v in r.getheaders()}, b"" if path == "/api/stream" and r.status == 200 else r.read()
    finally:
        c.close()


def start(w, board):
    w.write("dashboard.yaml", f"listen: 0.0.0.0:{w.board_port}\ncollector: {w.url}\ntoken_file: data/operator.token\n"
                              f"public_url: https://{ADDRESS}:{w.board_port}\ntls: {{cert: localhost.pem, key: localhost.key}}\n{board}")
    w.start_dashboard()
    until("the dashboard answers", lambda: w.alive("dashboard") and attempt(lambda: ask(w, "GET", "/healthz")[0] == 200))


def attempt(f):
    try:
        return f()
    except OSError:
        return False


def whoever_may_look_and_whoever_has_a_link():
    target = Target()
    w = World("board", PLAN.format(port=target.port), tls=True)
    try:
        certificate(w.dir)
        with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
            f.write(f"public_url: https://{ADDRESS}:{w.board_port}\n")
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        start(w, "")
        for at in ("127.0.0.1", ADDRESS):
            status, _, body = ask(w, "GET", "/api/status", at)
            assert status == 401 and b"no-session" in body, (at, status, body)
        w.stop("dashboard")
        start(w, "board: loopback\n")
        until("the board shows it here", lambda: b'"state":"ok"' in ask(w, "GET", "/api/status", "127.0.0.1")[2])
        target.kill()
        link = until("a message with a link", w.messages)[0]["link"]
        way = urllib.parse.urlsplit(link).path
        for path in ("/api/status", "/api/stream", "/api/v1/incidents/1", "/api/v1/incidents", "/api/series?check=web:http&start=1&end=2"):
            status, headers, body = ask(w, "GET", path)
            assert status == 401, (path, status)
            assert b"services" not in body and b"timeline" not in body and headers["cache-control"] == "no-store", body
        status, _, body = ask(w, "GET", "/a/../api/status")
        assert status == 404 and b"services" not in body, (status, body)
        assert ask(w, "GET", "/")[0] == 200, "the page itself holds nothing of anybody's"
        # A header says nothing about who the peer is.
        for lie in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
            assert ask(w, "GET", "/api/status", headers={lie: "127.0.0.1"})[0] == 401
        for here in ("127.0.0.1", "127.0.0.2"):
            assert ask(w, "GET", "/", here)[0] == 200 and ask(w, "GET", "/api/status", here)[0] == 200
            assert ask(w, "GET", "/api/stream", here)[0] == 200
        assert ask(w, "GET", "/answer.css")[0] == 200
        status, _, body = ask(w, "GET", way)
        assert status == 200 and b"<form" in body, (status, body)
        status, headers, _ = ask(w, "POST", way, body="act=ack&note=", headers={"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 303 and headers["location"] == way, (status, headers)
        until("the answer counts", lambda: w.kinds("ack.given"))
        w.stop("dashboard")
        start(w, "board: everyone\n")
        until("everyone was meant", lambda: ask(w, "GET", "/api/status")[0] == 200)
        assert ask(w, "GET", "/")[0] == 200 and ask(w, "GET", "/api/stream")[0] == 200
        assert ask(w, "GET", "/api/v1/incidents")[0] == 200 and ask(w, "GET", "/api/v1/events")[0] == 401
    finally:
        w.end()


if __name__ == "__main__":
    if os.environ.get(INSIDE):
        run(whoever_may_look_and_whoever_has_a_link)
    else:
        script = f'ip link set lo up && ip address add {ADDRESS}/32 dev lo && exec "$0" "$@"'
        sys.exit(subprocess.run(["unshare", "-n", "sh", "-c", script, sys.executable, *sys.argv], env=dict(os.environ, **{INSIDE: "1"}), timeout=300).returncode)
