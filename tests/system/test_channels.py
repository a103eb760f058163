"""Channels of type smtp and webhook: what arrives, what is journalled, and what happens when the other side hangs, drops,
lies or answers twice. The real collector against a real mail server and against ones that misbehave."""

import email
import email.policy
import json
import os
import signal
import time

from peers import Hook, MailServer, Scripted, certificate
from world import World, run, until

PLAN = """\
institution: {{name: Instituto de prueba, code: UTSI/PL/01, locale: {locale}}}
agents: [{{id: dc, silent_after: 60s}}]
components:
  - {{id: web, name: Sitio, checks: [{{id: http, type: http, url: "http://127.0.0.1:9/", from: [dc], interval: 20s, confirm: 2}}]}}
services:
  - {{id: publicacion, name: "Publicación <b>\\"ñ\\"</b> & más", rto: 5m, needs: web, team: equipo, policy: critica}}
people:
  - {{id: mesa, post: Mesa de ayuda, contacts: [{contacts}]}}
seats: [{{id: equipo, level: 3, titular: mesa}}]
channels:
  - {{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}}
{channels}
policies: [{{id: critica, repeat: 60s, steps: [{{at: confirmed, call: ["seat:equipo"], ack_within: 50s}}]}}]
"""
MAIL = "{channel: correo, to: mesa@example.org}"
FILE = "{channel: archivo, to: mesa}"
HOOK = "{channel: gancho, to: sala}"


class Trouble(World):
    """A collector whose one service fails as soon as fail() is called."""

    def __init__(self, name, channels, contacts, secrets=None, locale="es-MX"):
        super().__init__(name, PLAN.format(channels="\n".join("  - " + c for c in channels), locale=locale,
                                           contacts=", ".join(contacts)))
        more = ""
        if secrets is not None:
            self.write("secrets.yaml", "".join(f"{k}: {v}\n" for k, v in secrets.items()))
            os.chmod(self.path("secrets.yaml"), 0o600)
            more = "secrets: secrets.yaml\n"
        self.write("collector.yaml", f"listen: 127.0.0.1:{self.port}\ndata: data\nplan: plan.yaml\ntls: none\nflush: 1s\n{more}")
        self.seq = 0

    def fail(self):
        status, answer = self.post("/v1/agents/dc/enrol", {}, self.operator_token())
        assert status == 200, answer
        results = [{"seq": n, "check": "web:http", "t": time.time(), "outcome": "connect-refused", "values": {}} for n in (1, 2)]
        for r in results:
            r["t"] = time.time()
            batch = {"agent": "dc", "boot": "b1", "now": time.time(), "results": [r]}
            status, said = self.post("/v1/results", batch, answer["token"])
            assert status == 200, said

    def calls(self, kind):
        return [e["body"] for e in self.kinds(kind)]

    def received_by(self, channel):
        intents = {e["seq"]: e["body"]["channel"] for e in self.kinds("call.intent")}
        return [e["body"] for e in self.kinds("call.received") if intents[e["body"]["call"]] == channel]

    def everything_written(self):
        """All that the collector wrote or shows, for what must not stand in it."""
        out = self.log("collector").encode() + json.dumps(self.events()).encode() + self.get("/v1/status")[1]
        for folder, _, files in os.walk(self.path("data")):
            for name in files:
                with open(os.path.join(folder, name), "rb") as f:
                    out += f.read()
        return out


def smtp(port, more="", starttls="none", host="127.0.0.1", scheme="smtp"):
    starttls = f", starttls: {starttls}" if starttls else ""
    return f'{{id: correo, type: smtp, url: "{scheme}://{host}:{port}", from: vigia@example.org{starttls}{more}}}'


def body_of(mail):
    m = email.message_from_bytes(mail, policy=email.policy.default)
    return m, m.get_body(("plain",)).get_content(), m.get_body(("html",)).get_content()


def a_mail_arrives_whole():
    """STARTTLS, log-in, both parts, headers, folio, REAL; the server's answer is the receipt; the secret stands nowhere."""
    folder = World("cert", "")
    server = MailServer(*certificate(folder.dir), password="s3cr3ta-larga")
    w = Trouble("mail", [smtp(server.port, f", user: vigia, password: '${{secret:clave}}', reply_to: noc@example.org, "
                              f"ca_file: {folder.path('localhost.pem')}", starttls="required", host="localhost")],
                [MAIL], {"clave": "s3cr3ta-larga"})
    try:
        w.start_collector()
        w.fail()
        until("the mail", lambda: server.mails)
        receipt = until("the receipt", lambda: w.calls("call.received"))[0]
        assert receipt["detail"] == "250 2.0.0 queued as ABC123", receipt
        assert server.logins == [("PLAIN", True, True)], server.logins
        sender, to, raw = server.mails[0]
        assert (sender, to) == ("vigia@example.org", ["mesa@example.org"])
        m, text, html = body_of(raw)
        assert not m.defects, m.defects
        assert m["Subject"] == 'REAL · Folio 01 · No funciona «Publicación <b>"ñ"</b> & más»', m["Subject"]
        call = w.calls("call.intent")[0]
        assert m["X-Vigia-Call"] == str(receipt["call"]) and m["Auto-Submitted"] == "auto-generated"
        assert m["Message-ID"].startswith(f"<vigia-call-{receipt['call']}.") and m["Message-ID"].endswith("@example.org>")
        assert f"<vigia-incident-{call['incident']}." in m["References"]
        assert str(m["To"]) == "<mesa@example.org>" or "mesa@example.org" in m["To"]
        assert "noc@example.org" in m["Reply-To"] and m["Date"].datetime.utcoffset().total_seconds() == -6 * 3600
        assert abs(m["Date"].datetime.timestamp() - time.time()) < 60
        assert m.get_content_type() == "multipart/alternative" and len(list(m.iter_parts())) == 2
        for part in (text, html):
            assert "REAL" in part and "Folio 01" in part and "SIMULACRO" not in part, part
            assert "Confirme de enterado." in part and "del RTO" in part and "hora de la Ciudad de México" in part, part
        assert text.startswith("REAL\nFolio 01\n") and 'No funciona «Publicación <b>"ñ"</b> & más».' in text, text
        assert "&lt;b&gt;&quot;ñ&quot;&lt;/b&gt; &amp; más" in html and "<b>" not in html, html
        assert "http" not in html.replace("http-equiv", ""), "nothing from elsewhere"
        assert all(len(line) <= 998 and (line.isascii()) for line in raw.split(b"\r\n"))
        assert b"s3cr3ta-larga" not in w.everything_written()
        assert w.metric("vigia_messages_in_flight") == 0
    finally:
        server.stop()
        folder.end()
        w.end()


def english_by_the_plan_and_tls_from_the_start():
    """institution.locale: en; smtps."""
    folder = World("cert", "")
    server = MailServer(*certificate(folder.dir), implicit=True)
    w = Trouble("english", [smtp(server.port, f", ca_file: {folder.path('localhost.pem')}", starttls=None, scheme="smtps",
                                 host="localhost")], [MAIL], locale="en")
    try:
        w.start_collector()
        w.fail()
        until("the mail", lambda: server.mails)
        m, text, _ = body_of(server.mails[0][2])
        assert m["Subject"].startswith("REAL · Folio 01 · Down: «Publicación"), m["Subject"]
        assert "of the RTO left" in text and "Please acknowledge." in text and "Confirme" not in text, text
        assert m["Content-Language"] == "en"
    finally:
        server.stop()
        folder.end()
        w.end()


def a_wrong_password_and_a_stranger_s_certificate_fail_at_once():
    """Neither delivers anything; the next channel is tried; the log says why."""
    folder = World("cert", "")
    server = MailServer(*certificate(folder.dir))
    other, _ = certificate(folder.dir, "otro")
    try:
        for secret, ca, why in (("mala", folder.path("localhost.pem"), "Authentication credentials invalid"),
                                ("clave", other, "certificate")):
            w = Trouble("refused", [smtp(server.port, f", user: vigia, password: '${{secret:c}}', ca_file: {ca}",
                                         starttls="required", host="localhost")], [MAIL, FILE], {"c": secret})
            try:
                w.start_collector()
                w.fail()
                until("the file takes over", w.messages)
                failed = w.calls("call.failed")
                assert len(failed) == 1 and why in failed[0]["detail"], failed
                assert "call.failed" in w.log("collector")
                assert not server.mails
            finally:
                w.end()
        assert not any(not encrypted for _, _, encrypted in server.logins)
    finally:
        server.stop()
        folder.end()


def nothing_is_said_in_clear_to_one_who_strips_tls():
    """STARTTLS required: not offered, refused, or answered with more than was asked (a plain answer slipped in before the
    handshake). Neither the log-in nor the mail is said to such a server, although it offers AUTH."""
    for moment, answers in (("not offered", {"EHLO": "250-x\r\n250 AUTH PLAIN LOGIN\r\n"}),
                            ("refused", {"EHLO": "250-x\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n", "STAR": "454 not now\r\n"}),
                            ("slipped in", {"EHLO": "250-x\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n",
                                            "STAR": "220 go\r\n250-x\r\n250 AUTH PLAIN LOGIN\r\n235 in\r\n250 ok\r\n250 ok\r\n354 go\r\n250 taken\r\n"})):
        server = Scripted(AUTH="235 in\r\n", **answers)
        w = Trouble("strip", [smtp(server.port, ", user: vigia, password: '${secret:c}', timeout: 3s", starttls="required")], [MAIL, FILE],
                    {"c": "clave"})
        try:
            w.start_collector()
            w.fail()
            until(f"{moment}: the next channel", w.messages)
            assert len(w.calls("call.failed")) == 1 and not w.received_by("correo"), (moment, w.events())
            assert server.verbs and not {"AUTH", "MAIL", "DATA"} & set(server.verbs), (moment, server.verbs)
            assert not server.mails
        finally:
            server.stop()
            w.end()


def misbehave(name, expect, mails=0, timeout="2s", contacts=(MAIL, FILE), **answers):
    """One misbehaving server; the person is reached by file in the end. Returns the details that were journalled."""
    server = Scripted(**answers)
    w = Trouble(name, [smtp(server.port, f", timeout: {timeout}, receipt_within: 30s")], contacts)
    try:
        w.start_collector()
        w.fail()
        until(f"{name}: the next channel", lambda: [m for m in w.messages() if m["channel"] == "archivo"], 30)
        kinds = [e["kind"] for e in w.events() if e["kind"] in ("call.unknown", "call.failed", "call.received")]
        assert kinds == expect, (name, kinds, w.log("collector")[-1500:])
        assert len(server.mails) == mails, (name, len(server.mails))
        assert not w.received_by("correo")
        return [e["body"]["detail"] for e in w.events() if e["kind"] in ("call.unknown", "call.failed")], server
    finally:
        server.stop()
        w.end()


def refusals_are_failures():
    """4xx and 5xx at any moment: failed, with the server's words."""
    for moment, line in (("greeting", "554 not today"), ("MAIL", "451 later"), ("RCPT", "550 nobody here"),
                         ("DATA", "421 closing"), ("DOT", "552 too much")):
        details, _ = misbehave("refuse", ["call.failed", "call.received"], mails=1 if moment == "DOT" else 0,
                               **{moment: line + "\r\n"})
        assert line in details[0], (moment, details)


def a_server_that_hangs_or_drops_before_the_mail_is_a_failure():
    """Nothing was delivered: failed after the time limit, or at once."""
    for moment in ("greeting", "RCPT"):
        details, _ = misbehave("hang", ["call.failed", "call.received"], **{moment: None})
        assert "no answer within 2s" in details[0], details
        misbehave("drop", ["call.failed", "call.received"], **{moment: "drop"})


def what_happens_after_the_mail_is_unknown():
    """Hanging or dropping after the dot: unknown, once more marked with the same Message-ID, then the next channel."""
    for answer in (None, "drop"):
        _, server = misbehave("after", ["call.unknown", "call.failed", "call.received"], mails=2, DOT=answer)
        first, second = (body_of(m) for m in server.mails)
        assert first[0]["Message-ID"] == second[0]["Message-ID"]
        assert "(posible duplicado)" not in first[1] and "(posible duplicado)" in second[1]


def answers_that_nobody_asked_for_are_no_receipt():
    """Twice 250, 250 together with 354, garbage, an endless line: the mail does not count as delivered."""
    misbehave("twice", ["call.failed", "call.received"], MAIL="250 ok\r\n250 ok\r\n")
    misbehave("garbage", ["call.failed", "call.received"], RCPT="hello there\r\n")
    misbehave("long", ["call.failed", "call.received"], MAIL="250 " + "x" * 100000 + "\r\n")
    server = Scripted(DATA="354 go\r\n250 taken already\r\n")
    w = Trouble("early", [smtp(server.port, ", timeout: 2s, receipt_within: 30s")], [MAIL, FILE])
    try:
        w.start_collector()
        w.fail()
        until("the next channel", w.messages)
        assert not w.received_by("correo")
    finally:
        server.stop()
        w.end()


def twice_250_after_the_mail_is_one_receipt():
    server = Scripted(DOT="250 taken\r\n250 taken\r\n")
    w = Trouble("twice", [smtp(server.port)], [MAIL])
    try:
        w.start_collector()
        w.fail()
        until("the receipt", lambda: w.calls("call.received"))
        assert len(w.calls("call.received")) == 1 and len(server.mails) == 1
    finally:
        server.stop()
        w.end()


def a_restart_sends_again_marked_with_the_same_id():
    """Stopped while a mail is under way: the collector ends in bounded time, and the next start sends it again, marked."""
    server = Scripted(DOT=None)
    w = Trouble("restart", [smtp(server.port, ", timeout: 30s")], [MAIL])
    try:
        w.start_collector()
        w.fail()
        until("the mail is under way", lambda: server.waiting == 1)
        w.stop("collector")
        assert "sends.unfinished" in w.log("collector")
        server.answers["DOT"] = "250 taken\r\n"
        w.start_collector()
        until("the receipt", lambda: w.calls("call.received"))
        assert len(w.calls("call.intent")) == 1 and len(w.calls("call.unknown")) == 1
        first, second = (body_of(m) for m in server.mails)
        assert first[0]["Message-ID"] == second[0]["Message-ID"]
        assert first[0]["X-Vigia-Call"] == second[0]["X-Vigia-Call"]
        assert "(posible duplicado)" in second[1] and "(posible duplicado)" not in first[1]
    finally:
        server.stop()
        w.end()


def a_stop_waits_for_what_is_under_way():
    """What ends within the last seconds is journalled, and not sent again."""
    hook = Hook()
    hook.held.clear()
    w = Trouble("stop", [f'{{id: gancho, type: webhook, url: "http://127.0.0.1:{hook.port}/x"}}'], [HOOK])
    try:
        w.start_collector()
        w.fail()
        until("the request", lambda: hook.requests)
        w.processes["collector"].send_signal(signal.SIGTERM)
        until("it is stopping", lambda: "collector.stopping" in w.log("collector"))
        hook.held.set()
        assert w.processes.pop("collector").wait(20) == 0
        assert "sends.unfinished" not in w.log("collector")
        w.start_collector()
        assert len(w.calls("call.received")) == 1 and not w.calls("call.unknown") and len(hook.requests) == 1
    finally:
        hook.stop()
        w.end()


def one_hung_server_delays_no_other_channel():
    """The mail server accepts and says nothing; the webhook of another person and the API go on at once."""
    server, hook = Scripted(greeting=None), Hook()
    w = Trouble("hung", [smtp(server.port, ", timeout: 20s"),
                         f'{{id: gancho, type: webhook, url: "http://127.0.0.1:{hook.port}/x"}}'], [MAIL])
    text = open(w.plan_path, encoding="utf-8").read()
    text = text.replace("seats: [", "  - {id: otra, post: Otra, contacts: [{channel: gancho, to: sala}]}\nseats: [")
    text = text.replace('call: ["seat:equipo"]', 'call: ["seat:equipo", "person:otra"], parallel: true')
    w.write("plan.yaml", text)
    try:
        w.start_collector()
        w.fail()
        until("the webhook's receipt", lambda: w.received_by("gancho"))
        assert server.waiting == 1 and w.metric("vigia_messages_in_flight") == 1
        assert not w.calls("call.failed")
    finally:
        server.stop()
        hook.stop()
        w.end()


def webhook_of(port, more="", scheme="http", host="127.0.0.1"):
    return f'{{id: gancho, type: webhook, url: "{scheme}://{host}:{port}/avisos", timeout: 2s, receipt_within: 30s{more}}}'


def a_webhook_takes_json_of_a_template():
    """Variables are escaped where they stand, secrets come from the file, the provider's id is journalled."""
    hook = Hook((202, {}, b'{"id": "m-77", "x": [1]}'))
    template = ('{"texto": "Aviso: ${message.text}", "folio": "${message.folio}", "real": ${message.real}, '
                '"left": ${message.left}, "servicios": ${message.services}, "clave": "${secret:k}", "todo": ${message}}')
    w = Trouble("hook", [webhook_of(hook.port, f", receipt_field: id, bearer: '${{secret:token}}', "
                                    f"headers: {{X-Canal: 'c ${{secret:k}}'}}, body: '{template}'")], [HOOK],
                {"token": "t-1234567", "k": "'quo\"ted7654321'"})
    try:
        w.start_collector()
        w.fail()
        receipt = until("the receipt", lambda: w.calls("call.received"))[0]
        assert receipt["detail"] == "202 id=m-77", receipt
        path, headers, body = hook.requests[0]
        said = json.loads(body)
        assert path == "/avisos" and headers["Content-Type"] == "application/json"
        assert headers["Authorization"] == "Bearer t-1234567" and headers["X-Canal"] == 'c quo"ted7654321'
        assert headers["Idempotency-Key"].startswith(f"vigia-call-{receipt['call']}.")
        assert said["texto"].startswith('Aviso: REAL. Folio 01. No funciona «Publicación <b>"ñ"</b> & más» desde las ')
        assert said["folio"] == "01" and said["real"] is True and 0 < said["left"] <= 300
        assert said["servicios"] == ["publicacion"] and said["clave"] == 'quo"ted7654321'
        assert said["todo"]["label"] == "REAL" and said["todo"]["link"] == ""
        written = w.everything_written()
        assert b"t-1234567" not in written and b"ted7654321" not in written
    finally:
        hook.stop()
        w.end()


def webhooks_that_misbehave():
    """500 and a redirect are failures (the redirect is not followed); silence is unknown; a huge answer is cut, its status
    counts."""
    elsewhere = Hook()
    for name, answer, expect in (
            ("500", (500, {}, b"no"), ["call.failed", "call.received"]),
            ("redirect", (307, {"Location": f"http://127.0.0.1:{elsewhere.port}/"}, b""), ["call.failed", "call.received"]),
            ("silence", None, ["call.unknown", "call.failed", "call.received"]),
            ("huge", (200, {}, b"x" * (4 << 20)), ["call.received"])):
        hook = Hook(answer)
        w = Trouble(name, [webhook_of(hook.port)], [HOOK, FILE])
        try:
            w.start_collector()
            w.fail()
            until(f"{name}: a receipt", lambda: w.calls("call.received"), 30)
            kinds = [e["kind"] for e in w.events() if e["kind"] in ("call.unknown", "call.failed", "call.received")]
            assert kinds == expect, (name, kinds)
            keys = {h["Idempotency-Key"] for _, h, _ in hook.requests}
            assert len(keys) == 1 and len(hook.requests) == (2 if answer is None else 1), (name, hook.requests)
        finally:
            hook.stop()
            w.end()
    assert not elsewhere.requests
    elsewhere.stop()


def a_webhook_s_certificate_is_verified():
    folder = World("cert", "")
    mine, other = certificate(folder.dir), certificate(folder.dir, "otro")
    hook = Hook(tls=mine)
    try:
        for ca, channel in ((mine[0], "gancho"), (other[0], "archivo")):
            w = Trouble("tls", [webhook_of(hook.port, f", ca_file: {ca}", scheme="https", host="localhost")], [HOOK, FILE])
            try:
                w.start_collector()
                w.fail()
                until("a receipt", lambda: w.received_by(channel))
            finally:
                w.end()
        assert len(hook.requests) == 1
    finally:
        hook.stop()
        folder.end()


def secrets_are_private_and_complete():
    """A file that others can read, or a secret that is missing, is refused at the start; a reload takes new values."""
    hook = Hook()
    w = Trouble("secrets", [webhook_of(hook.port, ", bearer: '${secret:token}'")], [HOOK], {"token": "uno-111"})
    try:
        os.chmod(w.path("secrets.yaml"), 0o640)
        assert w.start_collector(wait=False).wait(20) == 1
        assert "chmod 0600" in w.log("collector")
        w.write("secrets.yaml", "otro: x\n")
        os.chmod(w.path("secrets.yaml"), 0o600)
        assert w.start_collector(wait=False).wait(20) == 1
        assert "secrets file has no 'token'" in w.log("collector"), w.log("collector")
        w.write("secrets.yaml", "token: uno-111\n")
        w.start_collector()
        w.write("secrets.yaml", "token: dos-222\n")
        w.processes["collector"].send_signal(signal.SIGHUP)
        until("reloaded", lambda: "plan.unchanged" in w.log("collector"))
        w.fail()
        until("the request", lambda: hook.requests)
        assert hook.requests[0][1]["Authorization"] == "Bearer dos-222"
    finally:
        hook.stop()
        w.end()


if __name__ == "__main__":
    run(a_mail_arrives_whole, english_by_the_plan_and_tls_from_the_start,
        a_wrong_password_and_a_stranger_s_certificate_fail_at_once,
        nothing_is_said_in_clear_to_one_who_strips_tls, refusals_are_failures,
        a_server_that_hangs_or_drops_before_the_mail_is_a_failure, what_happens_after_the_mail_is_unknown,
        answers_that_nobody_asked_for_are_no_receipt, twice_250_after_the_mail_is_one_receipt,
        a_restart_sends_again_marked_with_the_same_id, a_stop_waits_for_what_is_under_way,
        one_hung_server_delays_no_other_channel, a_webhook_takes_json_of_a_template, webhooks_that_misbehave,
        a_webhook_s_certificate_is_verified, secrets_are_private_and_complete)
