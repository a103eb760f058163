"""The sign of life over https by name: who vouches for the outside watcher is said by ca_file, and what is wrong with its
certificate is told in a word. Certificates are made here with openssl; the name is localhost, resolved from the hosts file."""

import datetime
import socket
import ssl
import subprocess

from test_watch import PLAN, Watcher, heartbeat
from world import World, free_port, run, until


class Authority:
    """An authority in a folder of its own, and certificates that it signs."""

    def __init__(self, w):
        self.w = w
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-subj", "/CN=Una autoridad",
                     "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", "authority.key", "-out", "authority.pem")

    def openssl(self, *argv):
        p = subprocess.run(["openssl", *argv], cwd=self.w.dir, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30)
        assert p.returncode == 0, (argv, p.stderr)

    def sign(self, name, san, days=30):
        """NAME.pem and NAME.key for the subject alternative name; days < 0: it has expired."""
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=vigilante", "-addext", f"subjectAltName={san}",
                     "-keyout", f"{name}.key", "-out", f"{name}.csr")
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = sorted((now - datetime.timedelta(days=60), now + datetime.timedelta(days=days)))
        form = "%Y%m%d%H%M%SZ"
        self.w.write("ca.cnf", "[ca]\ndefault_ca=d\n[d]\nnew_certs_dir=.\ndatabase=index.txt\ndefault_md=sha256\npolicy=p\nrand_serial=yes\n"
                               "copy_extensions=copy\nunique_subject=no\n[p]\ncommonName=supplied\n")
        self.w.write("index.txt", "")
        self.openssl("ca", "-batch", "-config", "ca.cnf", "-cert", "authority.pem", "-keyfile", "authority.key", "-in", f"{name}.csr", "-out", f"{name}.pem",
                     "-notext", "-startdate", begin.strftime(form), "-enddate", end.strftime(form))


class TlsWatcher(Watcher):
    """The outside watcher behind TLS. Each connection shows the certificate that `show` named last."""

    def __init__(self, w, name):
        super().__init__()
        self.w, self.open_sockets = w, []
        plain = self.server.get_request

        def get_request():
            # The handshake takes place in the connection's own thread, at the first read.
            sock, peer = plain()
            sock.settimeout(10)
            self.open_sockets.append(self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False))
            return self.open_sockets[-1], peer

        self.show(name)
        self.server.get_request = get_request
        self.server.handle_error = lambda *_: None  # a refused handshake is what the test wants

    def show(self, name):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.w.path(f"{name}.pem"), self.w.path(f"{name}.key"))
        self.context = context
        for sock in self.open_sockets:  # what is open was verified by the certificate before
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.open_sockets = []


def beating(name, cert, host="localhost", ca_file="authority.pem"):
    w = World(name, PLAN.format(web=free_port()))
    authority = Authority(w)
    authority.sign("good", "DNS:localhost")
    authority.sign("elsewhere", "DNS:other.example.org,IP:127.0.0.1")
    authority.sign("expired", "DNS:localhost", days=-30)
    watcher = TlsWatcher(w, cert)
    with open(w.path("collector.yaml"), "a", encoding="utf-8") as f:
        f.write(f"heartbeat: {{url: 'https://{host}:{watcher.port}/ping/s3cret', every: 1s, timeout: 1s, post: true, ca_file: {ca_file}}}\n")
    return w, watcher


def awaits(w, state, word=""):
    until(f"{state}: {word or 'all well'}", lambda: heartbeat(w)["state"] == state and word in heartbeat(w)["why"], 40)


def the_sign_of_life_goes_over_https_by_name():
    """A watcher that the authority of ca_file (a relative path) vouches for gets beats; another name's certificate and an
    expired one are refused before a byte of the request leaves, with the reason; with the right one beats come again."""
    w, watcher = beating("beattls", "good")
    try:
        w.start_collector()
        until("three beats", lambda: len(watcher.beats) >= 3, 40)
        awaits(w, "ok")
        assert all(path == "/ping/s3cret" and headers["Host"] == f"localhost:{watcher.port}" for _, path, headers, _ in watcher.beats), watcher.beats
        for cert, word in (("elsewhere", "another host name"), ("expired", "certificate has expired (is this machine's clock right?)")):
            watcher.show(cert)
            awaits(w, "failing", word)
            count, failed = len(watcher.beats), w.metric("vigia_heartbeats_total")
            until("several failed", lambda: w.metric("vigia_heartbeats_total") >= failed + 3)
            assert len(watcher.beats) == count, "a request left to one that is not believed"
            trouble = next(t for t in w.status()["watch"]["troubles"] if t["what"] == "heartbeat-failing")
            assert word in trouble["why"], trouble
            assert word in w.log("collector") and "s3cret" not in w.log("collector"), w.log("collector")
            watcher.show("good")
            awaits(w, "ok")
    finally:
        watcher.end()
        w.end()


def one_that_nobody_vouches_for_gets_nothing():
    """Without ca_file's authority: unknown issuer; and by number where the certificate has the number: beats come."""
    w, watcher = beating("beatown", "elsewhere", host="127.0.0.1", ca_file="/etc/ssl/certs/ca-certificates.crt")
    try:
        w.start_collector()
        awaits(w, "failing", "unable to get local issuer certificate")
        assert not watcher.beats
        w.stop("collector")
        with open(w.path("collector.yaml"), encoding="utf-8") as f:
            text = f.read()
        w.write("collector.yaml", text.replace("/etc/ssl/certs/ca-certificates.crt", "missing.pem"))
        w.start_collector()
        awaits(w, "failing", "ca_file cannot be read")
        w.stop("collector")
        w.write("collector.yaml", text.replace("/etc/ssl/certs/ca-certificates.crt", "authority.pem"))
        w.start_collector()
        awaits(w, "ok")
    finally:
        watcher.end()
        w.end()


if __name__ == "__main__":
    run(the_sign_of_life_goes_over_https_by_name, one_that_nobody_vouches_for_gets_nothing)
