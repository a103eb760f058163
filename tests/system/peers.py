"""Peers of the channels: a real mail server (aiosmtpd) with STARTTLS and log-in, a mail server that misbehaves in a chosen
way, and a web server that takes POSTs. Each on a free port of loopback, in threads that end with the test."""

import os
import socket
import ssl
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

try:
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import AuthResult
except ImportError:  # another python than Debian's stands first in the path
    if os.path.realpath(sys.executable) == os.path.realpath("/usr/bin/python3"):
        raise
    os.execv("/usr/bin/python3", ["/usr/bin/python3", *sys.argv])


def certificate(folder, name="localhost"):
    """A certificate that signs itself; returns (certificate, key)."""
    cert, key = os.path.join(folder, f"{name}.pem"), os.path.join(folder, f"{name}.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
                    "-keyout", key, "-out", cert, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"],
                   check=True, capture_output=True)
    return cert, key


class MailServer:
    """A sound one. `mails` holds (sender, recipients, bytes)."""

    def __init__(self, cert, key, user="vigia", password="clave", implicit=False):
        self.mails, self.logins = [], []
        outer = self

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                outer.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
                return "250 2.0.0 queued as ABC123"

        def authenticate(server, session, envelope, mechanism, data):
            ok = (data.login, data.password) == (user.encode(), password.encode())
            outer.logins.append((mechanism, ok, session.ssl is not None))
            return AuthResult(success=ok, handled=False)

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        more = {"ssl_context": context} if implicit else {
            "tls_context": context, "require_starttls": True, "authenticator": authenticate, "auth_required": True}
        self.controller = Controller(Handler(), hostname="127.0.0.1", port=free(), **more)
        self.controller.start()
        self.port = self.controller.port

    def stop(self):
        self.controller.stop()


def free():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Scripted:
    """A mail server that speaks plainly and misbehaves at one point. `answers` maps a moment (greeting, EHLO, MAIL, RCPT,
    DATA, DOT) to the bytes it says there; None is silence, "drop" closes."""

    SOUND = {"greeting": "220 x\r\n", "EHLO": "250 x\r\n", "MAIL": "250 ok\r\n", "RCPT": "250 ok\r\n", "DATA": "354 go\r\n",
             "DOT": "250 taken\r\n"}

    def __init__(self, **answers):
        self.answers = {**self.SOUND, **answers}
        self.connections, self.mails, self.waiting, self.verbs = 0, [], 0, []
        self.open = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                peer, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(peer)
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def say(self, peer, moment):
        answer = self.answers[moment]
        if answer is None:
            self.waiting += 1
            peer.recv(1)  # until the other side gives up
            return False
        if answer == "drop":
            peer.close()
            return False
        peer.sendall(answer.encode())
        return True

    def serve(self, peer):
        try:
            lines = peer.makefile("rb")
            if not self.say(peer, "greeting"):
                return
            for line in lines:
                verb = line[:4].decode("ascii", "replace").upper().strip()
                self.verbs.append(verb)
                if verb == "QUIT":
                    return
                if verb not in self.answers or not self.say(peer, verb):
                    return
                if verb != "DATA" or not self.answers["DATA"].startswith("354"):
                    continue
                mail = b""
                for line in lines:
                    if line == b".\r\n":
                        self.mails.append(mail)
                        break
                    mail += line
                else:
                    return
                if not self.say(peer, "DOT"):
                    return
        except OSError:
            pass
        finally:
            peer.close()

    def stop(self):
        self.listener.close()
        for peer in self.open:
            try:
                peer.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Hook:
    """A web server that takes POSTs: `requests` holds (path, headers, body). `answer` is (status, headers, body), or None
    for silence."""

    def __init__(self, answer=(200, {}, b"{}"), tls=None):
        self.requests, self.answer = [], answer
        outer = self
        self.over, self.held = threading.Event(), threading.Event()
        self.held.set()  # clear() holds answers back

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.requests.append((self.path, dict(self.headers), body))
                outer.held.wait(60)
                if outer.answer is None:
                    outer.over.wait(60)
                    return
                status, headers, text = outer.answer
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self.wfile.write(text)
                except OSError:
                    pass

            def log_message(self, *args):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def stop(self):
        self.over.set()
        self.held.set()
        self.server.shutdown()
        self.server.server_close()
