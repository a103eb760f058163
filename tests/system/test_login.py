"""The command line as a person: passwords, codes and PINs are typed at a terminal; acts stand in the journal under the person with their proof."""

import json
import os
import pty
import select
import stat
import time

from world import BIN, World, run

PLAN = """\
institution: {name: Prueba}
agents: [{id: dc}]
components:
  - {id: web, checks: [{id: h, type: http, url: "http://127.0.0.1:1/", from: [dc], interval: 1s, retry_interval: 1s, timeout: 1s, confirm: 1, fresh_within: 20s}]}
services:
  - {id: portal, name: Portal, criticality: high, rto: 10m, rpo: not-applicable, needs: web, team: mesa, policy: c}
people:
  - {id: ana, post: Mesa, contacts: [{channel: archivo, to: a@example.org}]}
  - {id: elsa, post: Coordinación, contacts: [{channel: archivo, to: e@example.org}]}
seats: [{id: mesa, level: 0, titular: ana}, {id: coordinador, level: 2, titular: elsa}]
channels: [{id: archivo, type: file, path: messages.jsonl, receipt_within: 5s}]
policies: [{id: c, repeat: 5m, steps: [{at: confirmed, call: ["seat:mesa", "seat:coordinador"], parallel: true, ack_within: 60s}]}]
"""
PASSWORD = "caballo correcto batería grapa"


class Terminal:
    """vigia at a terminal of its own, of a user with a home of their own."""

    def __init__(self, world, user):
        self.world = world
        self.home = world.path(user)
        os.makedirs(self.home, exist_ok=True)

    def run(self, argv, typed=(), code=0):
        """What it shows. `typed`: pairs of a prompt's part and the answer."""
        pid, fd = pty.fork()
        if pid == 0:
            os.chdir(self.world.dir)
            env = {k: v for k, v in os.environ.items() if not k.startswith(("VIGIA_", "XDG_"))}
            os.execve(f"{BIN}/vigia", ["vigia", *argv], {**env, "HOME": self.home})
        seen, waiting, end = "", list(typed), time.monotonic() + 30
        while time.monotonic() < end:
            if not select.select([fd], [], [], 1)[0]:
                continue
            try:
                got = os.read(fd, 4096)
            except OSError:
                break
            if not got:
                break
            seen += got.decode("utf-8", "replace")
            if waiting and waiting[0][0] in seen.rsplit("\n", 1)[-1]:
                os.write(fd, (waiting.pop(0)[1] + "\n").encode())
        os.close(fd)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        assert status == code and not waiting, (argv, status, waiting, seen)
        return seen

    def session(self):
        return os.path.join(self.home, ".local/state/vigia/session")


def first_administrator(w):
    root = Terminal(w, "root")
    with open(w.path("data/first-admin.code"), encoding="ascii") as f:
        code = f.read().strip()
    seen = root.run(["account", "first", "jefa", "--collector", w.url],
                    [("Código de DATA", code), ("Contraseña nueva", PASSWORD), ("Otra vez", PASSWORD)])
    assert code not in seen and PASSWORD not in seen, seen
    assert not os.path.exists(w.path("data/first-admin.code"))
    return root


def invite(w, login, role, person):
    """With the operator's token, which may do so on the collector's machine; the invitation."""
    answer = json.loads(w.vigia("account", "add", login, f"role={role}", f"person={person}", "--json").stdout)
    return answer["invitation"]


def a_person_logs_in_acts_and_leaves():
    """Invited, logged in, an act without --as: the journal has the person and `session`; after logging out there is no session."""
    w = World("login", PLAN)
    try:
        w.start_collector()
        first_administrator(w)
        ana = Terminal(w, "ana")
        seen = ana.run(["login", "ana", "--invited", "--collector", w.url],
                       [("Invitación", invite(w, "ana", "operator", "ana")), ("Contraseña nueva", PASSWORD), ("Otra vez", PASSWORD)])
        assert "ana ha entrado en" in seen and PASSWORD not in seen, seen
        assert stat.S_IMODE(os.stat(ana.session()).st_mode) == 0o600
        # From here on nothing but the command: collector and person are known.
        who = ana.run(["whoami"])
        assert "ana  operator  como ana" in who and "operate" in who, who
        ana.run(["report", "what=other", "service=portal", "--note", "no abre"])
        act = w.kinds("act.report")[-1]["body"]
        assert (act["person"], act["recorded_by"], act["proof"]) == ("ana", "ana", "session"), act
        # What another said is written down under both names.
        ana.run(["note", "--as", "elsa", "--proof", "voice", "--note", "que se revise"])
        note = w.kinds("act.note")[-1]["body"]
        assert (note["person"], note["recorded_by"], note["proof"]) == ("elsa", "ana", "voice"), note
        refused = ana.run(["note", "--as", "elsa", "--note", "x"], code=1)
        assert "vigia: " in refused and len(w.kinds("act.note")) == 1, refused
        with open(ana.session(), encoding="ascii") as f:
            token = f.read().split("token ")[1].strip()
        ana.run(["logout"])
        assert not os.path.exists(ana.session()) and w.get("/v1/status", token=token)[0] == 401
        assert "nadie ha entrado" in ana.run(["whoami", "--token-file", w.path("data/operator.token"), "--collector", w.url], code=1)
        assert token not in w.log("collector") and PASSWORD not in w.log("collector")
    finally:
        w.end()


def a_decision_asks_for_the_pin():
    """No PIN: told so. Set: asked for, wrong told and asked again, right: the entry's proof is `pin`."""
    w = World("login-pin", PLAN)
    try:
        w.start_collector()
        first_administrator(w)
        ana = Terminal(w, "ana")
        ana.run(["login", "ana", "--invited", "--collector", w.url],
                [("Invitación", invite(w, "ana", "operator", "ana")), ("Contraseña nueva", PASSWORD), ("Otra vez", PASSWORD)])
        ana.run(["report", "what=other", "service=portal", "--note", "no abre"])
        refused = ana.run(["no-drill", "--note", "x"], code=1)
        assert "PIN" in refused, refused
        ana.run(["account", "pin"], [("Contraseña", PASSWORD), ("PIN nuevo", "271828"), ("Otra vez", "271828")])
        ana.run(["silence", "component=web", "until=30m", "--note", "cambio de equipo"])
        seq = w.kinds("act.silence")[-1]["seq"]
        seen = ana.run(["unsilence", f"entry={seq}"], [("Su PIN", "999111"), ("Su PIN", "271828")])
        assert "271828" not in seen, seen
        ended = w.kinds("act.unsilence")[-1]["body"]
        assert (ended["person"], ended["proof"]) == ("ana", "pin"), ended
    finally:
        w.end()


def the_session_goes_to_its_collector_alone():
    """Another --collector is not given the session; a session that is over says so; an explicit token goes before it."""
    w, other = World("login-one", PLAN), World("login-two", PLAN)
    try:
        w.start_collector()
        other.start_collector()
        first_administrator(w)
        ana = Terminal(w, "ana")
        ana.run(["login", "ana", "--invited", "--collector", w.url],
                [("Invitación", invite(w, "ana", "viewer", "ana")), ("Contraseña nueva", PASSWORD), ("Otra vez", PASSWORD)])
        assert "Portal" in ana.run(["status"])
        seen = ana.run(["status", "--collector", other.url], code=1)
        assert "operator's token cannot be read" in seen, seen
        assert "Portal" in ana.run(["status", "--collector", other.url, "--token-file", other.path("data/operator.token")])
        refused = ana.run(["report", "what=other", "--note", "x"], code=1)
        assert "vigia: " in refused and w.kinds("act.report") == [], refused
        w.vigia("account", "change", "ana", "state=disabled")
        over = ana.run(["status"], code=1)
        assert "session is over" in over, over
    finally:
        w.end()
        other.end()


if __name__ == "__main__":
    run(a_person_logs_in_acts_and_leaves, a_decision_asks_for_the_pin, the_session_goes_to_its_collector_alone)
