"""TLS, identity and keys on the whole way: the real binaries, real handshakes, openssl and curl as strangers would use them."""

import http.client
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time

from world import BIN, Target, World, free_port, run, until

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


def world(name, tls=True, enrol=True):
    target = Target()
    w = World(name, PLAN.format(port=target.port), tls=tls)
    w.start_collector()
    if enrol:
        w.enrol("dc")
    return w, target


def state(w):
    return w.status()["services"][0]["state"]


def spooled(w):
    """The bytes of the agent's spool: nothing was deleted as long as it does not shrink."""
    folder = w.path("dc-data/spool")
    return sum(os.path.getsize(os.path.join(folder, f)) for f in os.listdir(folder))


def openssl(w, *argv, **more):
    return subprocess.run(["openssl", *argv], cwd=w.dir, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30, **more)


def handshake(port, minimum=None, maximum=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    if minimum:
        context.minimum_version = minimum
    if maximum:
        context.maximum_version = maximum
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw, context.wrap_socket(raw) as s:
        return s.version(), s.getpeercert(binary_form=True)


class Relay:
    """Another address of the same collector: passes bytes on until it is killed."""

    def __init__(self, to):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port, self.to, self.open = self.listener.getsockname()[1], to, []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                a, _ = self.listener.accept()
                b = socket.create_connection(("127.0.0.1", self.to))
            except OSError:
                return
            self.open += [a, b]
            for x, y in ((a, b), (b, a)):
                threading.Thread(target=self.pump, args=(x, y), daemon=True).start()

    @staticmethod
    def pump(x, y):
        try:
            while data := x.recv(65536):
                y.sendall(data)
        except OSError:
            pass
        for s in (x, y):
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def kill(self):
        # A blocked accept holds the port open: shutdown wakes it.
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for s in self.open:
            try:
                s.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def the_whole_way_over_tls():
    """A first start makes the identity; agent, command and dashboard follow it, curl does with ca.pem; a failure is seen and told."""
    w, target = world("tls")
    try:
        for name in ("ca.key", "cert.key"):
            assert os.stat(w.path("data/tls", name)).st_mode & 0o777 == 0o600, name
        w.start_agent("dc")
        w.start_dashboard()
        until("the service is well", lambda: state(w) == "ok")

        def board():
            c = http.client.HTTPConnection("127.0.0.1", w.board_port, timeout=10)
            c.request("GET", "/api/status")
            r = c.getresponse()
            return r.status == 200 and json.loads(r.read())

        assert until("the board shows it", board)["services"][0]["state"] == "ok"
        target.kill()
        until("an incident", lambda: w.kinds("incident.opened"))
        until("a page", lambda: w.messages())
        for host in ("127.0.0.1", "localhost"):
            p = subprocess.run(["curl", "-sS", "--cacert", w.path("data/tls/ca.pem"), f"https://{host}:{w.port}/healthz"],
                               capture_output=True, text=True, timeout=30)
            assert p.returncode == 0 and p.stdout == f"ok\nidentity {w.identity()}\n", p
        # The identity is the digest of the authority's public key, for anybody who has openssl.
        der = subprocess.run("openssl x509 -in data/tls/ca.pem -pubkey -noout | openssl pkey -pubin -outform der | sha256sum",
                             shell=True, cwd=w.dir, capture_output=True, text=True, timeout=30)
        assert "sha256:" + der.stdout.split()[0] == w.identity(), (der.stdout, w.identity())
        assert f"identity={w.identity()}" in w.log("collector")
        p = subprocess.run([f"{BIN}/vigia-collector", "-c", w.path("collector.yaml"), "--check"], capture_output=True, text=True, timeout=30)
        assert f"identity: {w.identity()}\n" in p.stdout, p
        w.stop("dc")
        w.stop("dashboard")
        before = w.identity()
        w.stop("collector")
        w.start_collector()
        assert w.identity() == before, "a restart is no new collector"
    finally:
        w.end()


def nothing_older_than_tls_12():
    """TLS 1.2 and 1.3 shake hands, 1.0 and 1.1 do not; openssl s_client says the same."""
    w, _ = world("versions", enrol=False)
    try:
        v = ssl.TLSVersion
        assert handshake(w.port, maximum=v.TLSv1_2)[0] == "TLSv1.2"
        assert handshake(w.port, minimum=v.TLSv1_3)[0] == "TLSv1.3"
        for old in ("-tls1", "-tls1_1"):
            p = openssl(w, "s_client", "-connect", f"127.0.0.1:{w.port}", old, "-cipher", "ALL:@SECLEVEL=0")
            assert "no peer certificate available" in p.stdout and p.returncode != 0, p
        p = openssl(w, "s_client", "-connect", f"127.0.0.1:{w.port}", "-CAfile", "data/tls/ca.pem", "-verify_return_error", "-brief")
        assert p.returncode == 0 and "Verification: OK" in p.stderr, p
    finally:
        w.end()


def a_slow_handshake_is_cut():
    """Who opens a connection and sends a byte of a handshake now and then is cut at the deadline, whatever it sends."""
    w, _ = world("slow", enrol=False)
    try:
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(505)
        with socket.create_connection(("127.0.0.1", w.port)) as s:
            s.settimeout(0.2)
            sent = 0

            def cut():
                nonlocal sent
                try:
                    s.send(hello[sent:sent + 1])
                    sent += 1
                    return s.recv(1) == b""
                except TimeoutError:
                    return False
                except OSError:
                    return True

            began, before = time.monotonic(), processor_seconds(w.processes["collector"].pid)
            until("it is cut", cut, 30)
            assert sent < len(hello), "the server waited for the whole"
        # libmicrohttpd alone would spin: a share of the processor, not a speed.
        used = processor_seconds(w.processes["collector"].pid) - before
        assert used < (time.monotonic() - began) / 4, f"a silent peer costs {used} s"
        assert w.metric("vigia_http_refused_deadline_total") >= 1
        assert w.get("/healthz", token=None)[0] == 200
    finally:
        w.end()


def the_second_address_takes_over():
    """The first address dies: the agent goes on over the second, over the same spool, and not one number is missing."""
    w, _ = world("addresses", enrol=False)
    relay = Relay(w.port)
    try:
        w.vigia("enrol", "dc", "--address", f"https://127.0.0.1:{relay.port}", "--address", f"https://127.0.0.1:{w.port}")
        with open(w.path("dc.yaml"), encoding="ascii") as f:
            text = f.read()
        assert f'collector: ["https://127.0.0.1:{relay.port}", "https://127.0.0.1:{w.port}"]\nidentity: {w.identity()}\n' in text, text
        os.mkdir(w.path("var"))
        w.start_agent("dc")
        until("the service is well", lambda: state(w) == "ok")
        assert f"uplink.back collector=https://127.0.0.1:{relay.port}" in w.log("dc"), w.log("dc")
        relay.kill()
        until("the other address", lambda: f"uplink.back collector=https://127.0.0.1:{w.port}" in w.log("dc"))
        seen = w.metric("vigia_results_total")
        until("results go on", lambda: w.metric("vigia_results_total") > seen + 2)
        assert w.metric("vigia_gaps_total") == 0
    finally:
        w.end()


def another_collector_is_refused():
    """Another collector at the same port, even with the agent's key: nothing goes to it, nothing is deleted; the true one gets it all."""
    w, target = world("foreign")
    other = World("foreign-other", PLAN.format(port=target.port), tls=True)
    try:
        w.start_agent("dc")
        until("the service is well", lambda: state(w) == "ok")
        w.stop("collector")
        other.write("collector.yaml", f"listen: 127.0.0.1:{w.port}\ndata: data\nplan: plan.yaml\n")
        other.port, other.url = w.port, w.url
        other.start_collector()
        other.vigia("enrol", "dc")
        shutil.copy(w.path("data/tokens.json"), other.path("data/tokens.json"))  # it knows the agent's key
        other.stop("collector")
        other.start_collector()
        until("the agent says so", lambda: "uplink.foreign" in w.log("dc"))
        line = next(x for x in w.log("dc").splitlines() if "uplink.foreign" in x)
        assert " error " in line and other.identity() in line and w.identity() in line, line
        before = spooled(w)
        until("results gather", lambda: spooled(w) > before + 300)
        assert other.metric("vigia_batches_total") == 0, "a foreign collector got results"
        # The command and the dashboard do not speak to it either, and say why in one sentence.
        p = w.vigia("status", check=False)
        assert p.returncode != 0 and "another collector" in p.stderr and p.stderr.count("\n") == 1, p
        w.start_dashboard()
        until("the board is asked", lambda: w_board_error(w) and "another collector" in w_board_error(w))
        other.stop("collector")
        w.start_collector()
        until("it is back", lambda: w.log("dc").count("uplink.back") == 2, 40)
        until("the spool empties", lambda: w.status()["agents"][0]["spooled"] == 0)
        assert w.metric("vigia_gaps_total") == 0
    finally:
        other.end()
        w.end()


def w_board_error(w):
    c = http.client.HTTPConnection("127.0.0.1", w.board_port, timeout=10)
    c.request("GET", "/api/status")
    return c.getresponse().read().decode()


def a_cursor_of_another_identity_is_ignored():
    """Plain loopback without a pin: the agent remembers whom it met; the answers of another delete nothing, also after a restart."""
    w, target = world("cursor", tls=False)
    other = World("cursor-other", PLAN.format(port=target.port))
    try:
        w.start_agent("dc")
        until("the service is well", lambda: state(w) == "ok")
        with open(w.path("dc-data/collector.identity"), encoding="ascii") as f:
            assert f.read().strip() == w.identity()
        w.stop("collector")
        other.write("collector.yaml", f"listen: 127.0.0.1:{w.port}\ndata: data\nplan: plan.yaml\ntls: none\n")
        other.port, other.url = w.port, w.url
        os.makedirs(other.path("data"), mode=0o700)
        for name in ("tokens.json", "operator.token"):
            shutil.copy(w.path("data", name), other.path("data", name))
        other.start_collector()
        until("the agent says so", lambda: "uplink.foreign" in w.log("dc"))
        assert w.identity() in w.log("dc") and other.identity() in w.log("dc")
        w.kill("dc")
        before = spooled(w)
        w.start_agent("dc")
        until("it took results in", lambda: other.metric("vigia_results_total") > 0)
        until("results gather", lambda: spooled(w) > before + 300)
        other.stop("collector")
        w.start_collector()
        until("it is back", lambda: w.log("dc").count("uplink.back") == 2, 40)
        until("the spool empties", lambda: w.status()["agents"][0]["spooled"] == 0)
        assert w.metric("vigia_gaps_total") == 0
    finally:
        other.end()
        w.end()


def a_rotation_loses_nothing():
    """Both keys are good until the new one is used; then the old one is void. No number is missing."""
    w, _ = world("rotate")
    try:
        p = w.start_agent("dc")
        until("the service is well", lambda: state(w) == "ok")
        with open(w.path("dc.key"), encoding="ascii") as f:
            old = f.read().strip()
        w.vigia("enrol", "dc", "--rotate")
        with open(w.path("dc.key"), encoding="ascii") as f:
            new = f.read().strip()
        assert old != new
        seen = w.metric("vigia_results_total")
        until("the old key is good still", lambda: w.metric("vigia_results_total") > seen + 1)
        assert "en rotación" in w.vigia("agents").stdout
        p.send_signal(signal.SIGHUP)
        until("it read the key", lambda: "reload.done" in w.log("dc"))
        until("the rotation is over", lambda: "en rotación" not in w.vigia("agents").stdout)
        assert w.get("/v1/agents/dc/checks", token=old)[0] == 401
        assert w.get("/v1/agents/dc/checks", token=new)[0] == 200
        # Without SIGHUP: the key is replaced at once, the agent finds the new one when it is refused.
        w.vigia("enrol", "dc")
        until("it read the key by itself", lambda: "key.read-again" in w.log("dc"))
        seen = w.metric("vigia_results_total")
        until("results go on", lambda: w.metric("vigia_results_total") > seen + 1)
        until("the spool empties", lambda: w.status()["agents"][0]["spooled"] == 0)
        assert w.metric("vigia_gaps_total") == 0
        events = [e for e in w.events() if e["kind"] == "agent.gap"]
        assert not events, events
    finally:
        w.end()


def a_revoked_agent_is_refused_at_once():
    """401 from the next request on, also after a restart of the collector; the agent keeps what it measures and says what to do."""
    w, _ = world("revoke")
    try:
        w.start_agent("dc")
        until("the service is well", lambda: state(w) == "ok")
        with open(w.path("dc.key"), encoding="ascii") as f:
            key = f.read().strip()
        p = w.vigia("revoke", "dc", "--lang", "en")
        assert "void" in p.stdout, p
        status, body = w.get("/v1/agents/dc/checks", token=key)
        assert status == 401 and json.loads(body)["error"] == "revoked", (status, body)
        line = until("the agent says so", lambda: next((x for x in w.log("dc").splitlines() if "uplink.denied" in x), None))
        assert " error " in line and "revoked" in line and "vigia enrol dc" in line, line
        assert "agent.revoked agent=dc" in w.log("collector") and "REVOKED" in w.vigia("agents", "--lang", "en").stdout
        before = spooled(w)
        until("it keeps what it measures", lambda: spooled(w) > before + 300)
        w.stop("collector")
        w.start_collector()
        assert w.get("/v1/agents/dc/checks", token=key)[0] == 401
        assert w.vigia("revoke", "dc", check=False).returncode != 0  # there is nothing left to revoke
        w.vigia("enrol", "dc")
        until("it reads the new key", lambda: "key.read-again" in w.log("dc"), 60)
        until("the spool empties", lambda: w.status()["agents"][0]["spooled"] == 0)
        assert w.metric("vigia_gaps_total") == 0
    finally:
        w.end()


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def certificate_of(w, pem="data/tls/cert.pem"):
    p = openssl(w, "x509", "-in", pem, "-noout", "-serial")
    assert p.returncode == 0, p
    return p.stdout


def served_serial(w):
    pem = ssl.DER_cert_to_PEM_cert(handshake(w.port)[1])
    w.write("served.pem", pem)
    return certificate_of(w, "served.pem")


def leaf(w, days, ca="data/tls/ca", extra="extendedKeyUsage=serverAuth"):
    """A certificate of the collector's own authority, good for `days` (may be negative), in cert.pem and cert.key."""
    w.write("leaf.cnf", f"[leaf]\nsubjectAltName=IP:127.0.0.1\n{extra}\n")
    assert openssl(w, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "leaf.key", "-out", "leaf.csr",
                   "-subj", "/CN=leaf").returncode == 0
    w.write("db.txt", "")
    w.write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\ndatabase=db.txt\nnew_certs_dir=.\ndefault_md=sha256\npolicy=p\nrand_serial=yes\n"
                      "unique_subject=no\n[p]\ncommonName=supplied\n")
    import datetime
    now = datetime.datetime.now(datetime.timezone.utc)
    form = "%Y%m%d%H%M%SZ"
    p = openssl(w, "ca", "-batch", "-config", "ca.cnf", "-cert", f"{ca}.pem", "-keyfile", f"{ca}.key", "-in", "leaf.csr", "-out", "leaf.pem",
                "-notext", "-extfile", "leaf.cnf", "-extensions", "leaf",
                "-startdate", (now - datetime.timedelta(days=9)).strftime(form), "-enddate", (now + datetime.timedelta(days=days)).strftime(form))
    assert p.returncode == 0, p
    with open(w.path("leaf.pem"), encoding="ascii") as a, open(w.path(f"{ca}.pem"), encoding="ascii") as b:
        w.write("chain.pem", a.read() + b.read())


def a_certificate_is_renewed_without_a_restart():
    """One that soon expires is replaced at SIGHUP, as by the daily look: same process, same identity, the agent never loses it."""
    w, _ = world("renew")
    try:
        p = w.processes["collector"]
        w.start_agent("dc")
        until("the service is well", lambda: state(w) == "ok")
        first = served_serial(w)
        assert first == certificate_of(w)
        leaf(w, 30)
        os.replace(w.path("leaf.key"), w.path("data/tls/cert.key"))
        os.chmod(w.path("data/tls/cert.key"), 0o600)
        os.replace(w.path("chain.pem"), w.path("data/tls/cert.pem"))
        soon = certificate_of(w)
        identity = w.identity()
        p.send_signal(signal.SIGHUP)
        until("another certificate is served", lambda: served_serial(w) not in (first, soon))
        assert served_serial(w) == certificate_of(w) and w.identity() == identity
        assert openssl(w, "x509", "-in", "data/tls/cert.pem", "-noout", "-checkend", str(300 * 86400)).returncode == 0
        assert "certificate.renewed why=" in w.log("collector") and w.alive("collector") and p is w.processes["collector"]
        seen = w.metric("vigia_results_total")
        until("results go on", lambda: w.metric("vigia_results_total") > seen + 2)
        assert "uplink.lost" not in w.log("dc"), w.log("dc")
    finally:
        w.end()


def expired_and_foreign_leaves_are_refused():
    """Under the pinned authority, but expired or no server's certificate; or under another authority: refused, each with its reason."""
    w, _ = world("leaves")
    try:
        identity = w.identity()
        w.stop("collector")
        cases = [("expired", dict(days=-1), "expired"), ("client", dict(days=90, extra="extendedKeyUsage=clientAuth"), "purpose")]
        p = openssl(w, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "evil.key",
                    "-out", "evil.pem", "-subj", "/O=Vigia/CN=collector", "-days", "90")
        assert p.returncode == 0, p
        cases.append(("evil", dict(days=90, ca="evil"), "another collector"))
        for name, how, reason in cases:
            leaf(w, **how)
            if name == "evil":  # the true authority's certificate hung on behind helps nobody
                with open(w.path("data/tls/ca.pem"), encoding="ascii") as f, open(w.path("leaf.pem"), encoding="ascii") as g:
                    w.write("hung.pem", g.read() + f.read())
            for chain in ["chain.pem"] + (["hung.pem"] if name == "evil" else []):
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(w.path(chain), w.path("leaf.key"))
                listener = socket.create_server(("127.0.0.1", 0))
                heard = []

                def serve():
                    while True:
                        try:
                            raw, _ = listener.accept()
                        except OSError:
                            return
                        try:
                            with context.wrap_socket(raw, server_side=True) as s:
                                heard.append(s.recv(1000))
                        except OSError:
                            pass

                thread = threading.Thread(target=serve, daemon=True)
                thread.start()
                p = subprocess.run([f"{BIN}/vigia", "--collector", f"https://127.0.0.1:{listener.getsockname()[1]}", "--identity", identity,
                                    "--token-file", w.path("data/operator.token"), "status"], capture_output=True, text=True, timeout=30)
                listener.shutdown(socket.SHUT_RDWR)
                listener.close()
                thread.join(20)
                assert p.returncode != 0, (chain, p)
                want = reason if chain == "chain.pem" else "refused"
                assert want in p.stderr and p.stderr.count("\n") == 1, (name, chain, p)
                assert not any(b"Bearer" in h for h in heard), "the token left"
    finally:
        w.end()


def plain_http_stays_on_loopback():
    """All four programs refuse plain HTTP to or from elsewhere, each with one sentence."""
    w, _ = world("plain", enrol=False)
    try:
        port = free_port()
        cases = [
            ("vigia-collector", f"listen: 0.0.0.0:{port}\ndata: d2\nplan: plan.yaml\ntls: none\n"),
            ("vigia-agent", f"agent: dc\ncollector: ['http://192.0.2.1:{port}']\nkey_file: k\ndata: d2\n"),
            ("vigia-dashboard", f"listen: 127.0.0.1:{port}\ncollector: http://192.0.2.1:{port}\ntoken_file: data/operator.token\n"),
            ("vigia-dashboard", f"listen: 0.0.0.0:{port}\ncollector: {w.url}\ntoken_file: data/operator.token\n"),
        ]
        for program, text in cases:
            w.write("bad.yaml", text)
            p = subprocess.run([f"{BIN}/{program}", "-c", w.path("bad.yaml")], cwd=w.dir, capture_output=True, text=True, timeout=30)
            assert p.returncode == 1 and "not-loopback" in p.stderr and p.stderr.count("error:") == 1, (program, p)
        p = subprocess.run([f"{BIN}/vigia", "--collector", f"http://192.0.2.1:{port}", "--token-file", w.path("data/operator.token"), "status"],
                           capture_output=True, text=True, timeout=30)
        assert p.returncode != 0 and "https://" in p.stderr and p.stderr.count("\n") == 1, p
        w.write("bad.yaml", f"agent: dc\ncollector: ['https://192.0.2.1:{port}']\nkey_file: k\ndata: d2\n")
        p = subprocess.run([f"{BIN}/vigia-agent", "-c", w.path("bad.yaml")], capture_output=True, text=True, timeout=30)
        assert p.returncode == 1 and "vigia enrol dc" in p.stderr and p.stderr.count("error:") == 1, p
        # And a collector with TLS answers no plain request.
        try:
            c = http.client.HTTPConnection("127.0.0.1", w.port, timeout=20)
            c.request("GET", "/healthz")
            c.getresponse()
            raise AssertionError("it answered")
        except (http.client.HTTPException, OSError):
            pass
    finally:
        w.end()


def a_damaged_authority_is_never_replaced():
    """Half a set, a foreign key, a folder that is gone: one error that names the file, and no new identity."""
    w, _ = world("damaged", enrol=False)
    try:
        identity = w.identity()
        w.stop("collector")
        shutil.copytree(w.path("data/tls"), w.path("kept"))

        def fails(what):
            p = subprocess.run([f"{BIN}/vigia-collector", "-c", w.path("collector.yaml")], cwd=w.dir, capture_output=True, text=True, timeout=60)
            lines = [x for x in p.stderr.splitlines() if " error " in x]
            assert p.returncode == 1 and len(lines) == 1 and "data/tls" in lines[0], (what, p)
            assert w.identity() == identity, what

        for name in ("ca.key", "ca.pem"):
            for what, spoil in (("gone", os.remove), ("cut", lambda f: os.truncate(f, os.path.getsize(f) // 2)), ("open to all", lambda f: os.chmod(f, 0o644))):
                if what == "open to all" and name == "ca.pem":
                    continue
                spoil(w.path("data/tls", name))
                fails((name, what))
                shutil.rmtree(w.path("data/tls"))
                shutil.copytree(w.path("kept"), w.path("data/tls"))
        shutil.rmtree(w.path("data/tls"))
        fails("the folder is gone")
        shutil.copytree(w.path("kept"), w.path("data/tls"))
        # The server's certificate is nobody's identity: it is made again.
        os.truncate(w.path("data/tls/cert.pem"), 100)
        w.start_collector()
        assert w.identity() == identity and "certificate.renewed why=damaged" in w.log("collector"), w.log("collector")
    finally:
        w.end()


def an_own_certificate():
    """An institution's certificate: the identity is that of the topmost one; SIGHUP takes a renewed one; the dashboard serves it too."""
    w, _ = world("own", enrol=False)
    try:
        w.stop("collector")
        os.rename(w.path("data/tls"), w.path("inst"))
        leaf(w, 90, ca="inst/ca")
        w.write("collector.yaml", f"listen: 127.0.0.1:{w.port}\ndata: data\nplan: plan.yaml\ntls: {{cert: chain.pem, key: leaf.key}}\n")
        os.chmod(w.path("leaf.key"), 0o640)
        w.write("dashboard.yaml", f"listen: 127.0.0.1:{w.board_port}\ncollector: {w.url}\ntoken_file: data/operator.token\n"
                                  "board: loopback\ntls: {cert: chain.pem, key: leaf.key}\n")
        identity = w.identity()
        w.trust = lambda: ssl.create_default_context(cafile=w.path("inst/ca.pem"))
        w.start_collector()
        assert w.identity() == identity, "the topmost certificate is the same"
        w.vigia("status")
        w.start_dashboard()
        p = until("the board answers", lambda: subprocess.run(
            ["curl", "-sS", "--cacert", w.path("inst/ca.pem"), f"https://127.0.0.1:{w.board_port}/api/status"],
            capture_output=True, text=True, timeout=30).stdout)
        assert json.loads(p)["services"][0]["id"] == "s", p
        first = served_serial(w)
        leaf(w, 80, ca="inst/ca")
        os.chmod(w.path("leaf.key"), 0o640)
        for name in ("collector", "dashboard"):
            w.processes[name].send_signal(signal.SIGHUP)
        until("the new one is served", lambda: served_serial(w) != first)
        w.vigia("status")
        # A pair that does not fit is refused, and the good one stays.
        w.write("leaf.key", open(w.path("inst/ca.key"), encoding="ascii").read())
        w.processes["collector"].send_signal(signal.SIGHUP)
        until("it is told", lambda: "certificate.not-renewed" in w.log("collector"))
        w.vigia("status")
    finally:
        w.end()


run(the_whole_way_over_tls, nothing_older_than_tls_12, a_slow_handshake_is_cut, the_second_address_takes_over, another_collector_is_refused,
    a_cursor_of_another_identity_is_ignored, a_rotation_loses_nothing, a_revoked_agent_is_refused_at_once,
    a_certificate_is_renewed_without_a_restart, expired_and_foreign_leaves_are_refused, plain_http_stays_on_loopback,
    a_damaged_authority_is_never_replaced, an_own_certificate)
