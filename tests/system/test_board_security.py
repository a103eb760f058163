#!/usr/bin/env python3
"""The board against whoever means it ill: the real dashboard before the real collector, spoken to byte by byte."""
import contextlib
import http.client
import json
import re
import socket
import time

from test_people import PASSWORD, PIN, PLAN, Browser, admin, code, enrol, make
from world import World, run, until

SAME = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}


class Screen:
    """A browser before the board: keeps the cookie and the proof, as the page does."""

    def __init__(self, w):
        self.w, self.cookie, self.proof = w, None, None
        self.look()

    def ask(self, method, path, body=None, headers=None, cookie="own"):
        c = http.client.HTTPConnection("127.0.0.1", self.w.board_port, timeout=20)
        h = dict(headers or {})
        cookie = self.cookie if cookie == "own" else cookie
        if cookie:
            h["Cookie"] = cookie
        c.request(method, path, body, h)
        r = c.getresponse()
        self.headers = {k.lower(): v for k, v in r.getheaders()}
        if "text/event-stream" in self.headers.get("content-type", ""):
            return r.status, r
        text = r.read()
        c.close()
        try:
            return r.status, json.loads(text)
        except ValueError:
            return r.status, text

    def get(self, path, **more):
        return self.ask("GET", path, **more)

    def change(self, method, path, value=None, headers=None):
        h = {**SAME, "X-Vigia-Request": self.proof, **(headers or {})}
        return self.ask(method, path, None if value is None else json.dumps(value), {k: v for k, v in h.items() if v is not None})

    def post(self, path, value=None, headers=None):
        return self.change("POST", path, {} if value is None else value, headers)

    def look(self):
        status, answer = self.get("/api/session")
        assert status == 200, answer
        self.proof = answer["request"]
        return answer

    def take_cookie(self):
        given = self.headers.get("set-cookie", "")
        self.cookie = given.split(";")[0]
        return given

    def log_in(self, login, secret=None, step=0):
        body = {"login": login, "password": PASSWORD}
        if secret:
            body["code"] = code(secret, step)
        status, answer = self.post("/api/session", body)
        assert status == 200, answer
        given = self.take_cookie()
        self.look()
        return given, answer


@contextlib.contextmanager
def board(config=""):
    """A collector and a board that answers; ended however the test goes."""
    w = World("board-security", PLAN)
    try:
        w.write("dashboard.yaml", f"listen: 127.0.0.1:{w.board_port}\ncollector: {w.url}\ntoken_file: data/board.token\n{config}")
        w.start_collector()
        w.start_dashboard()
        until("the board answers", lambda: w.alive("dashboard") and healthy(w))
        yield w
    finally:
        w.end()


def healthy(w):
    c = http.client.HTTPConnection("127.0.0.1", w.board_port, timeout=20)
    c.request("GET", "/healthz")
    return c.getresponse().status == 200


def ana(w):
    """The administrator's screen, and that of an operator who is logged in."""
    a = admin(w)
    make(a, "ana", "operator", "mesa")
    s = Screen(w)
    s.log_in("ana")
    return a, s


def refused(answer, status, word):
    assert answer[0] == status and answer[1]["error"] == word, (answer, status, word)


def raw(w, data, wait=b"\r\n\r\n"):
    with socket.create_connection(("127.0.0.1", w.board_port), timeout=20) as s:
        s.sendall(data)
        got = b""
        while wait not in got:
            more = s.recv(65536)
            if not more:
                break
            got += more
        return got


def changes_come_from_a_page_of_ours():
    with board() as w:
        a, s = ana(w)
        nobody = Screen(w).proof
        other = Screen(w)
        other.log_in("ana")
        act = "/api/v1/incidents"
        for headers in ({"X-Vigia-Request": None}, {"X-Vigia-Request": ""}, {"X-Vigia-Request": "0" * 32}, {"X-Vigia-Request": nobody}, {"X-Vigia-Request": other.proof},
                        {"Sec-Fetch-Site": None}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"},
                        {"Origin": "https://evil.example.org"}, {"Origin": "null"}, {"Origin": f"http://localhost:{w.board_port}"}, {"Origin": f"https://127.0.0.1:{w.board_port}"},
                        {"Content-Type": "text/plain"}, {"Content-Type": "application/x-www-form-urlencoded"}, {"Content-Type": "multipart/form-data; boundary=x"}, {"Content-Type": None}):
            refused(s.post(act, {"what": "storm", "note": "x"}, headers), 403, "not-from-here")
            refused(s.post("/api/session", {"login": "ana", "password": PASSWORD}, headers), 403, "not-from-here")
            if "Content-Type" not in headers:
                refused(s.change("DELETE", "/api/session", None, headers), 403, "not-from-here")
            assert "set-cookie" not in s.headers
        assert not w.kinds("report.received") and not w.kinds("incident.opened"), "nothing has happened"
        assert s.look()["account"]["login"] == "ana"
        until("it was logged, without the token", lambda: "request.foreign" in w.log("dashboard"))
        # The same by GET changes nothing either.
        for path in ("/api/v1/incidents?what=storm", "/api/v1/acts/leave", "/api/v1/sessions/1/end"):
            assert s.get(path)[0] in (200, 404, 405), path
        assert not w.kinds("incident.opened")
        origin = {"Sec-Fetch-Site": None, "Origin": f"http://127.0.0.1:{w.board_port}"}
        status, answer = s.post("/api/v1/account/pin", {"password": PASSWORD, "pin": "918273"}, origin)
        assert status == 200, answer


def a_session_given_beforehand_is_never_gone_on_with():
    with board() as w:
        a = admin(w)
        make(a, "ana", "operator", "mesa")
        planted = Browser(w)
        status, session = planted.post("/v1/session", {"login": "ana", "password": PASSWORD})
        assert status == 200
        planted.token = session["token"]
        s = Screen(w)
        s.cookie = "vigia=" + planted.token
        s.look()
        given, _ = s.log_in("ana")
        assert planted.token not in given and s.cookie != "vigia=" + planted.token
        until("what was planted is over", lambda: planted.get("/v1/session")[0] == 401)
        # Nor from a query, a header, a body or another name.
        for path, headers in (("/api/status?token=" + session["token"], {}), ("/api/status", {"Authorization": "Bearer " + session["token"]}), ("/api/status", {"X-Vigia-Session": session["token"]})):
            refused(s.get(path, headers=headers, cookie=None), 401, "no-session")
        for cookie in (s.cookie.replace("vigia=", "__Host-vigia="), s.cookie.replace("vigia=", "Vigia="), f"{s.cookie}; {s.cookie}", f"vigia=x; {s.cookie}", s.cookie + "x", s.cookie[:-1]):
            refused(s.get("/api/status", cookie=cookie), 401, "no-session")
        assert s.get("/api/status", cookie=f"a=b; {s.cookie}; c")[0] == 200


def what_the_browser_is_told_of_the_cookie_and_of_everything():
    with board() as w:
        a = admin(w)
        make(a, "ana", "operator", "mesa")
        make(a, "muro", "viewer")
        s = Screen(w)
        given, answer = s.log_in("ana")
        assert re.fullmatch(r"vigia=vs_[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict", given), given
        assert "token" not in answer and answer["account"]["login"] == "ana"
        token = s.cookie.split("=")[1]
        wall = Screen(w)
        assert "; Max-Age=" in wall.log_in("muro")[0], "a wall comes back after a power cut"
        seen = b""
        for method, path, cookie in [(m, p, c) for m in ("GET",) for c in ("own", None) for p in
                                     ("/", "/p/incident/7", "/app.js", "/board.css", "/es.json", "/nothing", "/healthz", "/api/", "/api/session", "/api/status", "/api/v1/incidents", "/api/v1/agents", "/api/v1/x%00",
                                      "/api/series", "/a/none", "/a/3f-00112233445566778899aabbccddeeff")] + [("PUT", "/", "own"), ("TRACE", "/", "own"), ("POST", "/", None), ("OPTIONS", "/api/status", None)]:
            status, body = s.ask(method, path, cookie=cookie)
            h = s.headers
            assert h["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in h["content-security-policy"], (path, h)
            assert h["x-content-type-options"] == "nosniff" and h["referrer-policy"] == "no-referrer" and h["cross-origin-resource-policy"] == "same-origin", (path, h)
            assert "unsafe" not in h["content-security-policy"] and "default-src 'none'" in h["content-security-policy"] and "*" not in h["content-security-policy"], (path, h)
            assert "access-control-allow-origin" not in h, (path, h)
            if path.startswith(("/api/", "/a/")):
                assert h["cache-control"] == "no-store", (path, h)
            seen += json.dumps(body).encode() if not isinstance(body, bytes) else body
        assert token.encode() not in seen and PASSWORD.encode() not in seen
        with open(w.path("data/board.token"), encoding="ascii") as f:
            assert f.read().strip().encode() not in seen
        status, stream = s.get("/api/stream")
        assert status == 200 and s.headers["x-frame-options"] == "DENY" and s.headers["cache-control"] == "no-store", s.headers
        stream.close()
        for name in ("dashboard", "collector"):
            for secret in (token, PASSWORD, wall.cookie.split("=")[1]):
                assert secret not in w.log(name), name


def no_way_out_of_a_path():
    with board() as w:
        a, s = ana(w)
        for path in ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd", "/p/../../etc/passwd", "/lib/../app.js", "/lib/%2e%2e/app.js", "//app.js", "/app.js/", "/app.js%00", "/words/..%2fapp.js", "/index.html",
                     "/api/v1/../../etc/passwd", "/api/v1/incidents/%2e%2e/agents", "/api/v1/incidents/..%2fagents", "/api/v1/%2e%2e/v1/agents", "/api/v1/incidents/%252e%252e/agents", "/api/v1/incidents%2f..%2fagents", "/api/v1//agents",
                     "/api/v1/agents", "/api/v1/%61gents", "/api/v1/agents/dc/enrol", "/api/v1/stream", "/api/v1/links/x", "/api/v1/session", "/api/v1/results", "/api/v1/..%5cagents", "/api/v1/incidents?x=%0d%0aHost:%20x",
                     "/api/v1/metrics%3f", "/api/healthz", "/v1/status", "/v1/metrics"):
            data = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{w.board_port}\r\nCookie: {s.cookie}\r\nConnection: close\r\n\r\n".encode()
            got = raw(w, data, b"never")
            status = int(got.split(b" ")[1])
            if path.startswith("/p/"):
                assert status == 200 and b'<script type="module" src="/app.js">' in got and b"root:" not in got, (path, got[:300])
                continue
            assert status in (400, 404, 405), (path, got[:300])
            assert b"root:" not in got and b'"agents"' not in got and b"identity" not in got, (path, got)
        # Two requests in one are none.
        for smuggled in (b"Content-Length: 5\r\nContent-Length: 6\r\n", b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b" folded: x\r\n", b"A: b\0c\r\n"):
            got = raw(w, f"POST /api/v1/acts/leave HTTP/1.1\r\nHost: 127.0.0.1:{w.board_port}\r\n".encode() + smuggled + b"\r\nGET /api/status HTTP/1.1\r\nHost: x\r\n\r\n")
            assert got == b"" or got.split(b" ")[1] == b"400", got[:200]
        for host in ("evil.example.org", f"127.0.0.1:{w.board_port}.evil.example.org", f"127.0.0.1:{w.port}", "127.0.0.1"):
            assert s.get("/api/status", headers={"Host": host})[0] == 421


def nobody_does_more_than_their_role():
    with board() as w:
        a = admin(w)
        people = {role: make(a, role, role, person) for role, person in (("viewer", None), ("operator", "mesa"), ("desk", "mesa"), ("coordinator", "coord"), ("auditor", None))}
        screens = {}
        for role, b in people.items():
            screens[role] = Screen(w)
            screens[role].cookie = "vigia=" + b.token
            assert screens[role].look()["account"]["role"] == role
        root = screens["administrator"] = Screen(w)
        root.cookie = "vigia=" + a.token
        root.look()
        status, report = screens["desk"].post("/api/v1/incidents", {"what": "storm", "note": "x"})
        allowed = {
            ("GET", "/api/v1/accounts"): ("administrator",),
            ("POST", "/api/v1/accounts"): ("administrator",),
            ("POST", "/api/v1/accounts/viewer"): ("administrator",),
            ("GET", "/api/v1/events"): ("auditor", "administrator"),
            ("POST", "/api/v1/incidents/1/false-alarm"): ("coordinator",),
            ("POST", "/api/v1/incidents/1/check"): ("operator", "coordinator"),
            ("POST", "/api/v1/incidents/1/note"): ("operator", "desk", "coordinator"),
            ("GET", "/api/status"): tuple(screens),
        }
        for (method, path), roles in allowed.items():
            for role, s in screens.items():
                status, answer = s.ask(method, path, "{}" if method == "POST" else None, {**SAME, "X-Vigia-Request": s.proof})
                denied = status == 403 and isinstance(answer, dict) and answer["error"] == "not-yours"
                assert denied == (role not in roles), (method, path, role, status, answer)
        # Whoever may not is not helped by saying to be somebody else.
        refused(screens["viewer"].post("/api/v1/incidents/1/note", {"as": "coord", "note": "x"}), 403, "not-yours")
        refused(screens["viewer"].post("/api/v1/accounts/viewer", {"role": "administrator"}), 403, "not-yours")
        assert screens["viewer"].look()["account"]["role"] == "viewer"
        # The board's own token, which a stolen configuration would have, acts on nothing.
        with open(w.path("data/board.token"), encoding="ascii") as f:
            thief = Browser(w, f.read().strip())
        for path in ("/v1/incidents/1/note", "/v1/accounts", "/v1/agents/dc/enrol"):
            assert thief.post(path)[0] in (401, 403), path


def a_session_that_ends_is_shut_out():
    with board() as w:
        a = admin(w)
        ana = make(a, "ana", "operator", "mesa")
        s = Screen(w)
        s.cookie = "vigia=" + ana.token
        s.look()
        status, stream = s.get("/api/stream")
        assert status == 200 and stream.readline()
        assert s.get("/api/status")[0] == 200
        began = time.monotonic()
        assert a.post("/v1/accounts/ana", {"state": "disabled"})[0] == 200
        while stream.readline():  # to its end
            pass
        took = time.monotonic() - began
        refused(s.get("/api/status"), 401, "no-session")
        assert "vigia=; Max-Age=0" in s.headers["set-cookie"]
        refused(s.post("/api/v1/account/pin", {}), 401, "no-session")
        assert s.look()["account"] is None
        print(f"   a stream ended {took:.1f} s after its session")
        # One's own log-out at once, and another screen's session stays.
        assert a.post("/v1/accounts/ana", {"state": "active"})[0] == 200
        s, other = Screen(w), Screen(w)
        s.log_in("ana")
        other.log_in("ana")
        old = s.cookie
        status, stream = s.get("/api/stream")
        assert s.change("DELETE", "/api/session")[0] == 200
        while stream.readline():
            pass
        refused(s.get("/api/status", cookie=old), 401, "no-session")
        assert other.get("/api/status")[0] == 200


def the_wall_goes_on_while_the_collector_is_away_and_nobody_gets_in():
    with board() as w:
        a = admin(w)
        make(a, "muro", "viewer")
        wall, stranger = Screen(w), Screen(w)
        wall.log_in("muro")
        assert wall.get("/api/status")[0] == 200
        w.kill("collector")
        until("the board notices", lambda: wall.get("/api/status")[1].get("stale_for", 0) > 4)
        assert wall.look()["account"]["login"] == "muro"
        stranger.cookie = "vigia=vs_" + "0" * 43
        refused(stranger.get("/api/status"), 503, "collector-lost")
        refused(wall.post("/api/v1/account/password", {}), 502, "collector-lost")
        w.start_collector()
        until("the wall is fresh again", lambda: wall.get("/api/status")[1].get("stale_for", 9) < 2)
        assert wall.look()["account"]["login"] == "muro"


def what_is_too_large_or_too_slow_harms_nobody():
    with board() as w:
        a, s = ana(w)
        assert s.post("/api/session", {"login": "a" * 5000})[0] == 413
        assert s.post("/api/v1/incidents/1/note", {"note": "x" * 70000})[0] == 413
        assert s.get("/api/v1/" + "a" * 300)[0] == 400
        assert s.get("/api/v1/incidents?" + "a" * 3000)[0] == 400
        assert s.get("/api/status", cookie="vigia=" + "x" * 20000)[0] in (401, 431)
        assert s.get("/api/status", headers={f"X-{i}": "y" * 1000 for i in range(40)})[0] in (413, 431)
        got = raw(w, b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
        assert got == b"" or got.split(b" ")[1] in (b"400", b"414", b"413", b"431"), got[:100]
        # Sixty who send a byte now and then, half of them a head and half a body: others are served meanwhile, and each is cut by the deadline.
        slow = [socket.create_connection(("127.0.0.1", w.board_port), timeout=30) for _ in range(60)]
        began = time.monotonic()
        for n, c in enumerate(slow):
            c.sendall(b"GET /api/status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: " if n % 2 else
                      f"POST /api/v1/incidents HTTP/1.1\r\nHost: 127.0.0.1:{w.board_port}\r\nContent-Type: application/json\r\nSec-Fetch-Site: same-origin\r\nX-Vigia-Request: {s.proof}\r\n"
                      f"Cookie: {s.cookie}\r\nContent-Length: 60000\r\n\r\n{{".encode())
        open_ones = set(slow)
        served = 0
        while open_ones and time.monotonic() - began < 30:
            for c in list(open_ones):
                c.setblocking(False)
                try:
                    if c.recv(1000) == b"":
                        open_ones.discard(c)
                    else:
                        continue
                except BlockingIOError:
                    try:
                        c.send(b"a")
                    except OSError:
                        open_ones.discard(c)
                except OSError:
                    open_ones.discard(c)
            assert s.get("/api/status")[0] == 200
            served += 1
        assert not open_ones, f"{len(open_ones)} of 60 were let go on"
        assert served > 5
        for c in slow:
            c.close()
        w.alive("dashboard")


def wrong_passwords_are_counted_for_the_person_and_not_for_the_board():
    with board() as w:
        a = admin(w)
        make(a, "ana", "operator", "mesa")
        s = Screen(w)
        answers = [s.post("/api/session", {"login": "ana", "password": "no no no no"})[0] for _ in range(6)]
        assert answers[0] == 401 and answers[-1] == 429 and int(s.headers["retry-after"]) > 0, answers
        refused(s.post("/api/session", {"login": "ana", "password": PASSWORD}), 429, "locked")
        assert "set-cookie" not in s.headers


def over_tls_the_cookie_is_bound_to_it():
    with board("public_url: https://noc.example.org\n") as w:
        a = admin(w)
        make(a, "ana", "operator", "mesa")
        s = Screen(w)
        through = {"Host": "noc.example.org"}  # as a proxy passes it on
        s.proof = s.get("/api/session", headers=through)[1]["request"]
        status, _ = s.post("/api/session", {"login": "ana", "password": PASSWORD}, {**through, "Origin": "https://noc.example.org"})
        given = s.take_cookie()
        assert status == 200 and re.fullmatch(r"__Host-vigia=vs_[A-Za-z0-9_-]{43}; Path=/; HttpOnly; SameSite=Strict; Secure", given), given
        assert s.get("/api/status", headers=through)[0] == 200
        refused(s.get("/api/status", headers=through, cookie=s.cookie.replace("__Host-", "")), 401, "no-session")
        refused(s.get("/api/status"), 401, "no-session")
        refused(s.post("/api/v1/acts/leave", {}, {**through, "Origin": "http://noc.example.org"}), 403, "not-from-here")


if __name__ == "__main__":
    assert PIN and enrol
    run(changes_come_from_a_page_of_ours, a_session_given_beforehand_is_never_gone_on_with, what_the_browser_is_told_of_the_cookie_and_of_everything, no_way_out_of_a_path,
        nobody_does_more_than_their_role, a_session_that_ends_is_shut_out, the_wall_goes_on_while_the_collector_is_away_and_nobody_gets_in, what_is_too_large_or_too_slow_harms_nobody,
        wrong_passwords_are_counted_for_the_person_and_not_for_the_board, over_tls_the_cookie_is_bound_to_it)
