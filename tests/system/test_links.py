"""Acknowledging by the link of a message, with the real collector and dashboard: from the message to the button
and the journal, once, until it expires, also while somebody guesses, and across a restart."""

import concurrent.futures
import hashlib
import html.parser
import http.client
import os
import re
import subprocess
import threading
import urllib.parse

from world import Target, World, run, until

PLAN = """\
institution: {{name: "Instituto <b>de</b> prueba & Cía", code: UTSI/PL/01, revision: "01"}}
sites: [{{id: dc, name: Centro de datos, kind: dc}}]
agents: [{{id: dc, site: dc}}]
components:
  - id: dc/web
    name: Sitio de publicación
    site: dc
    checks:
      - {{id: http, type: http, url: "http://127.0.0.1:{port}/", from: [dc], interval: 1s, retry_interval: 200ms,
         timeout: 900ms, confirm: 2, recover: 2}}
services:
  - {{id: publicacion, name: Publicación, area: PREP, criticality: very-high, rto: 1h, rpo: not-applicable,
     needs: dc/web, team: equipo, policy: critica, procedure: drp}}
people:
  - {{id: mesa, post: Mesa de ayuda, contacts: [{{channel: archivo, to: mesa@example.org}}]}}
  - {{id: tecnico, post: Responsable técnico, contacts: [{{channel: archivo, to: tecnico@example.org}}]}}
  - {{id: utsi, post: Titular de la UTSI, contacts: [{{channel: archivo, to: utsi@example.org}}]}}
  - {{id: dii, post: Director de Infraestructura, contacts: [{{channel: archivo, to: dii@example.org}}]}}
seats:
  - {{id: mesa-de-ayuda, level: 0, titular: mesa, suplente: tecnico}}
  - {{id: equipo, level: 3, titular: tecnico, suplente: mesa}}
  - {{id: coordinador, level: 2, titular: utsi, suplente: dii}}
  - {{id: nivel1-a, level: 1, titular: dii, suplente: utsi}}
channels: [{{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}]
policies:
  - id: critica
    repeat: 60s
    steps:
      - {{at: confirmed, call: ["seat:mesa-de-ayuda"], parallel: true, ack_within: {ack}}}
procedures: [{{id: drp, name: Recuperación técnica, activities: [{{n: 1, do: Avisar al CAT, by: CAT}}]}}]
"""


class Page(html.parser.HTMLParser):
    """What a browser without scripts makes of a page: text, forms with their buttons, and all elements."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.text, self.buttons, self.form = [], "", [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if tag == "form":
            self.form = attrs
        if tag == "button":
            self.buttons.append((attrs["name"], attrs["value"]))

    def handle_data(self, data):
        self.text += data


class Answer:
    def __init__(self, response):
        self.status = response.status
        self.headers = {k.lower(): v for k, v in response.getheaders()}
        self.body = response.read().decode()


def ask(w, method, path, body=None, headers=None, source="127.0.0.1"):
    """One request from an address of its own, as a phone: no cookie, no script, no redirect followed."""
    c = http.client.HTTPConnection("127.0.0.1", w.board_port, timeout=15, source_address=(source, 0))
    try:
        c.request(method, path, body=body, headers=headers or {})
        return Answer(c.getresponse())
    finally:
        c.close()


def submit(w, path, act, note="", **kwargs):
    body = urllib.parse.urlencode({"act": act, "note": note})
    return ask(w, "POST", path, body, {"Content-Type": "application/x-www-form-urlencoded"}, **kwargs)


def configure(w, extra=""):
    w.write("collector.yaml", f"listen: 127.0.0.1:{w.port}\ndata: data\nplan: plan.yaml\ntls: none\n"
                              f"public_url: http://127.0.0.1:{w.board_port}/\n{extra}")


def world(name, target, extra="", ack="60s"):
    w = World(name, PLAN.format(port=target.port, ack=ack))
    configure(w, extra)
    w.start_collector()
    w.enrol("dc")
    w.start_agent("dc")
    w.start_dashboard()
    until("the service is seen in order", lambda: w.status()["services"][0]["state"] == "ok")
    until("the dashboard answers", lambda: ask(w, "GET", "/answer.css").status == 200)
    return w


def first_message(w, person="mesa"):
    return until(f"a message to {person}", lambda: [m for m in w.messages() if m["person"] == person and m["kind"] == "down"])[-1]


def path_of(w, message):
    link = message["link"]
    assert message["text"].endswith("\nConfirmar: " + link), message
    base = f"http://127.0.0.1:{w.board_port}"
    assert re.fullmatch(re.escape(base) + r"/a/[1-9a-z][0-9a-z]*-[0-9a-f]{32}", link), link
    return link[len(base):]


def acks(w):
    return w.kinds("ack.given", "act.refused")


def page(w, path, status=200, **headers):
    a = ask(w, "GET", path, headers=headers)
    assert a.status == status, (status, a.status, a.body)
    assert len(a.body.encode()) < 10_000, len(a.body)
    csp = a.headers["content-security-policy"]
    assert csp.startswith("default-src 'none';") and "script-src" not in csp and "unsafe" not in csp, csp
    assert "frame-ancestors 'none'" in csp, csp
    assert a.headers["referrer-policy"] == "no-referrer" and a.headers["cache-control"] == "no-store", a.headers
    assert "noindex" in a.headers["x-robots-tag"] and "set-cookie" not in a.headers, a.headers
    p = Page(a.body)
    for tag, attrs in p.tags:
        assert tag not in ("script", "iframe", "img", "object", "link") or attrs.get("href") == "/answer.css", a.body
        assert not [k for k in attrs if k.startswith("on") or k == "style"], (tag, attrs)
    return p


def nowhere(w, tokens):
    """The tokens are in no file of ours but the message itself and in no answer to those who look on."""
    names = ["collector.log", "dashboard.log", "dc.log"] + [os.path.join("data", n) for n in os.listdir(w.path("data"))
                                                            if os.path.isfile(w.path("data", n))]
    export = w.path("incident.json")
    w.vigia("export", "1" if not w.kinds("incident.opened") else str(w.kinds("incident.opened")[0]["seq"]), "--format", "json", "-o", export)
    w.vigia("verify", export)
    texts = {"export": open(export, "rb").read(), "metrics": w.get("/metrics")[1], "status": w.get("/v1/status")[1],
             "board": ask(w, "GET", "/api/status").body.encode()}
    for name in names:
        with open(w.path(name), "rb") as f:
            texts[name] = f.read()
    assert "data/journal.db" in texts, list(texts)
    for token in tokens:
        for name, text in texts.items():
            assert token.encode() not in text, f"{name} holds a token"
            assert token.split("-")[1].encode() not in text, f"{name} holds a token's tag"


def from_the_message_to_the_journal():
    """Message, page, button, journal: the digest is there and the token is not; once, and calls stop as by vigia ack."""
    target = Target()
    w = world("links", target)
    try:
        target.kill()
        message = first_message(w)
        path = path_of(w, message)
        token = path[len("/a/"):]
        digest = hashlib.sha256(token.encode()).hexdigest()
        call = w.kinds("call.sent")[0]["body"]
        assert call["link"] == digest and call["call"] == message["id"], call

        # What mail scanners do changes nothing.
        for method in ("GET", "HEAD", "GET"):
            a = ask(w, method, path)
            assert a.status == 200 and (method == "GET" or a.body == ""), (method, a.status, a.body)
        for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
            assert ask(w, method, path).status == 405, method
        assert acks(w) == [], acks(w)

        p = page(w, path)
        for text in ("REAL", "Folio 01", "Publicación", "No funciona desde las", "Quedan", "Mesa de ayuda", "Instituto <b>de</b> prueba & Cía",
                     "Voy yo, lo atiendo", "Enterado", "No puedo", "Autorizar o declarar la contingencia no se hace aquí"):
            assert text in p.text, (text, p.text)
        assert p.form == {"method": "post", "action": path} and [v for _, v in p.buttons] == ["attend", "ack", "pass"], (p.form, p.buttons)
        assert "Called:" in page(w, path, **{"Accept-Language": "en-US,en;q=0.9,es;q=0.3"}).text

        # Decisions, other media types, other forms: nothing of it acts.
        for body, kind in (("act=declare&note=", "application/x-www-form-urlencoded"), ("act=attend&note=&as=utsi", "application/x-www-form-urlencoded"),
                           ('{"act":"attend"}', "application/json"), ("act=attend", "text/plain"), ("act=%zz", "application/x-www-form-urlencoded")):
            a = ask(w, "POST", path, body, {"Content-Type": kind})
            assert a.status == 400 and "No se registró nada" in a.body, (body, a.status, a.body)
        assert ask(w, "POST", path, "note=" + "x" * 5000, {"Content-Type": "application/x-www-form-urlencoded"}).status == 413
        assert acks(w) == [], acks(w)

        a = submit(w, path, "attend", 'en camino <script>alert("ñ")</script>')
        assert a.status == 303 and a.headers["location"] == path, (a.status, a.headers)
        given = acks(w)
        assert len(given) == 1 and given[0]["kind"] == "ack.given", given
        body = given[0]["body"]
        assert (body["person"], body["act"], body["proof"], body["link"], body["call"]) == ("mesa", "atiendo", "link", digest, message["id"]), body
        assert body["note"] == 'en camino <script>alert("ñ")</script>', body
        calls = w.status()["incidents"][0]["calls"]
        assert [c["state"] for c in calls if c["person"] == "mesa"] == ["acknowledged"], calls
        done = page(w, path)
        assert done.form is None and "Quedó registrado: Voy yo, lo atiendo" in done.text and f"asiento {given[0]['seq']}" in done.text, done.text

        # As an auditor matches the message with its entries (docs/JOURNAL.md).
        found = subprocess.run(["sh", "-c", 'digest=$(printf %s "$1" | sha256sum | cut -d" " -f1); sqlite3 -readonly "$2" '
                                '"SELECT kind FROM entry WHERE json_extract(body, \'$.link\') = \'$digest\' ORDER BY seq"',
                                "sh", token, w.path("data/journal.db")], capture_output=True, text=True, timeout=20, check=True).stdout.split()
        assert found == ["call.sent", "ack.given"], found
        assert int(token.split("-")[0], 36) == message["id"]

        # Once: a second press, another answer, two at a time.
        for act in ("attend", "pass", "ack"):
            assert submit(w, path, act).status == 303
        assert acks(w) == given, acks(w)
        w.vigia("verify", w.path("data/journal.db"))

        # Others are not called for it; what a person said stays; the journal and all else hold no token.
        nowhere(w, [token])
        assert w.metric("vigia_links_used_total") == 1
        until("the link's use is in the log", lambda: "link.used" in w.log("collector"))
        target.start()
        until("it works again", lambda: w.status()["services"][0]["state"] == "ok")
        up = until("mesa hears so", lambda: [m for m in w.messages() if m["kind"] == "up"])[0]
        assert up["link"] == "" and "Confirmar:" not in up["text"], up
        assert "Ya funciona, desde las" in page(w, path).text
    finally:
        w.end()


def only_the_first_of_many_presses_counts():
    """Twenty presses at a time of one button make one entry."""
    target = Target()
    w = world("presses", target)
    try:
        target.kill()
        path = path_of(w, first_message(w))
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(submit(w, path, "ack").status)) for _ in range(20)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        assert answers == [303] * 20, answers
        assert len(acks(w)) == 1, acks(w)
    finally:
        w.end()


def a_restart_keeps_links():
    """The link of a message works after kill -9 of the collector and is used up across another; a lost collector is said plainly."""
    target = Target()
    w = world("restart", target, ack="2s")
    try:
        target.kill()
        path = path_of(w, first_message(w))
        with open(w.path("data/links.key"), "rb") as f:
            key = f.read()
        assert len(key) == 32 and os.stat(w.path("data/links.key")).st_mode & 0o777 == 0o600
        w.kill("collector")
        lost = page(w, path, 502)
        assert lost.form is None and "El sistema no responde" in lost.text and "Llame por teléfono" in lost.text, lost.text
        a = submit(w, path, "attend")
        assert a.status == 502 and "No sabemos si su respuesta quedó registrada" in a.body, a.body
        w.start_collector()
        assert page(w, path).form is not None
        assert submit(w, path, "pass", "en otra sede").status == 303
        other = path_of(w, first_message(w, "tecnico"))
        assert other != path
        w.kill("collector")
        w.start_collector()
        assert "Quedó registrado: No puedo" in page(w, path).text
        assert submit(w, path, "attend").status == 303 and len(acks(w)) == 1, acks(w)
        assert submit(w, other, "attend").status == 303 and len(acks(w)) == 2, acks(w)
        nowhere(w, [path[3:], other[3:]])
        with open(w.path("data/links.key"), "rb") as f:
            assert f.read() == key
    finally:
        w.end()


def a_link_expires_and_closes():
    """Past link_valid it is as unknown as any other; before that, a closed incident says so."""
    target = Target()
    w = world("expire", target, "link_valid: 8s\n")
    try:
        target.kill()
        path = path_of(w, first_message(w))
        assert page(w, path).form is not None
        gone = until("it has expired", lambda: ask(w, "GET", path) if ask(w, "GET", path).status == 404 else None)
        assert gone.body == ask(w, "GET", "/a/1-" + "0" * 32).body == ask(w, "GET", "/a/x").body, gone.body
        assert "no existe o ya venció" in gone.body
        assert submit(w, path, "attend").status == 404 and acks(w) == [], acks(w)
    finally:
        w.end()
    target = Target()
    w = world("closed", target)
    try:
        target.kill()
        path = path_of(w, first_message(w))
        incident = str(w.kinds("incident.opened")[0]["seq"])
        w.vigia("false-alarm", incident, "--as", "mesa", "--recorded-by", "utsi", "--note", "prueba")
        closed = page(w, path)
        assert closed.form is None and "El incidente terminó" in closed.text, closed.text
        assert submit(w, path, "attend").status == 303 and not w.kinds("ack.given"), acks(w)
    finally:
        w.end()


def guessing_is_limited_and_holds_nobody_up():
    """Wrong links are limited per address and over all; a right one passes meanwhile, from the same address too."""
    target = Target()
    w = world("guess", target)
    try:
        target.kill()
        path = path_of(w, first_message(w))
        wrong = path[:-1] + ("0" if path[-1] != "0" else "1")
        seen = [ask(w, "GET", wrong).status for _ in range(14)]
        assert seen[:10] == [404] * 10 and seen[-1] == 429, seen
        a = ask(w, "GET", wrong)
        assert a.status == 429 and 1 <= int(a.headers["retry-after"]) <= 6 and "Demasiados" in a.body, (a.headers, a.body)
        assert submit(w, wrong, "attend").status == 429 and acks(w) == []
        # From the address that guesses, and from one that has done nothing.
        assert page(w, path).form is not None
        assert ask(w, "GET", wrong, source="127.0.0.9").status == 404
        # From ever new addresses: the allowance over all ends; the right one passes still.
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            many = list(pool.map(lambda n: ask(w, "GET", wrong, source=f"127.0.{n // 200 + 1}.{n % 200 + 1}").status, range(200)))
        assert set(many) == {404, 429}, many
        assert submit(w, path, "attend", source="127.0.0.77").status == 303
        assert len(acks(w)) == 1 and w.metric("vigia_links_limited_total") > 0 and w.metric("vigia_links_wrong_total") >= 11
        nowhere(w, [path[3:], wrong[3:]])
    finally:
        w.end()


def without_public_url_there_are_no_links():
    """No address for people: messages carry no link, the collector's log and journal say nothing of one."""
    target = Target()
    w = World("nolink", PLAN.format(port=target.port, ack="60s"))
    try:
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        until("the service is seen in order", lambda: w.status()["services"][0]["state"] == "ok")
        target.kill()
        m = first_message(w)
        assert m["link"] == "" and "Confirmar:" not in m["text"], m
        assert "link" not in until("it was sent", lambda: w.kinds("call.sent"))[0]["body"]
    finally:
        w.end()


if __name__ == "__main__":
    run(from_the_message_to_the_journal, only_the_first_of_many_presses_counts, a_restart_keeps_links, a_link_expires_and_closes,
        guessing_is_limited_and_holds_nobody_up, without_public_url_there_are_no_links)
