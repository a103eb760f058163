"""The soak, cut short: 34 agents with 340 series, outages, absences, new starts, reloads and a kill -9: no result is lost."""

import os
import sys

os.environ.setdefault("SOAK_SECONDS", "20")
os.environ.setdefault("AGENTS", "34")
os.environ.setdefault("CHECKS", "10")
os.environ.setdefault("INTERVAL", "1")
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../soak"))
from soak import soak  # noqa: E402
from world import run  # noqa: E402

if __name__ == "__main__":
    run(soak)
