"""The board as a person sees it: the real page of the real dashboard in Chromium, while a real target dies and comes back."""

import shutil
import subprocess
import tempfile

from test_whole_way import world
from world import Target, run, until

CHROMIUM = ["/usr/bin/chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"]


def page(w, profile):
    """The page's text after its scripts have run."""
    p = subprocess.run(CHROMIUM + [f"--user-data-dir={profile}", "--timeout=2500", "--dump-dom",
                                   f"http://127.0.0.1:{w.board_port}/"], capture_output=True, text=True, timeout=60)
    return p.stdout


def the_board_tells_what_happens():
    """Spanish first; in order, then down with its folio and the person who is called, then up again; and it says when the collector is gone."""
    target = Target()
    profile = tempfile.mkdtemp(prefix="vigia-chromium-")
    w = world("board", target, rto="300s", ack="60s")
    try:
        w.start_dashboard()
        until("the board in order", lambda: "Publicación" in (d := page(w, profile)) and "bien" in d and "CAÍDO" not in d, 60)
        target.kill()
        until("the incident", lambda: w.messages())
        until("the board shows it", lambda: all(t in page(w, profile) for t in ("CAÍDO", "Folio 01", "Mesa de ayuda", "conexión rechazada")), 60)
        target.start()
        until("recovery is told", lambda: [m for m in w.messages() if m["kind"] == "up"], 30)
        until("the board is in order again", lambda: "CAÍDO" not in page(w, profile), 60)
        w.stop("collector")
        until("the board says that it has lost the collector", lambda: "SIN CONTACTO" in page(w, profile).upper(), 60)
    finally:
        w.end()
        shutil.rmtree(profile, ignore_errors=True)


if __name__ == "__main__":
    run(the_board_tells_what_happens)
