"""`vigia simulate` and `vigia plan dry-run` as people run them: exit codes, what is printed, the JSON, and a plan in which one pair of
silent people defeats the decision."""

import json
import os
import subprocess
import tempfile

from world import BIN, run

PLAN = """\
institution: {name: Instituto de prueba}
agents: [{id: dc}]
components:
  - {id: web, checks: [{id: p, type: tcp, address: a, port: 1, from: [dc], interval: 10s, retry_interval: 2s, confirm: 3, recover: 2}]}
services:
  - {id: portal, name: Portal, rto: 10m, needs: web, policy: critica, team: mesa}
people:
  - {id: ana, post: Mesa, contacts: [{channel: correo, to: a}]}
  - {id: beto, post: Guardia, contacts: [{channel: correo, to: b}]}
  - {id: ceci, post: Coordinación, contacts: [{channel: correo, to: c}]}
  - {id: dario, post: Suplencia, contacts: [{channel: correo, to: d}]}
  - {id: elsa, post: Dirección, contacts: [{channel: correo, to: e}]}
  - {id: fito, post: Subdirección, contacts: [{channel: correo, to: f}]}
seats:
  - {id: mesa, level: 0, titular: ana, suplente: beto}
  - {id: coordinacion, level: 2, titular: ceci, suplente: dario}
  - {id: crisis, level: 1, titular: elsa, suplente: fito}
channels: [{id: correo, type: file, path: m.jsonl, receipt_within: 20s}]
policies:
  - id: critica
    repeat: 5m
    steps:
      - {at: confirmed, call: ["seat:mesa"], ack_within: 60s}
      - {at: {pct: 20}, call: ["seat:coordinacion"], ack_within: 60s}
      - {at: {pct: 40}, call: ["seat:crisis"], ask: activate, ack_within: 60s}
"""
GOOD = """\
promise: the board decides within the RTO
start 2026-06-07T08:00
person * answers 30s
person elsa authorizes 45s
person ceci declares 30s
08:05 set web:p critical
08:20 expect incident.opened root=web
expect act.authorize person=elsa
expect incident.state to=declared
never clock.restored
"""


def vigia(*args):
    return subprocess.run([os.path.join(BIN, "vigia"), *args], capture_output=True, text=True, timeout=120)


def folder_with(scenario):
    folder = tempfile.mkdtemp(prefix="vigia-simulate-")
    os.mkdir(os.path.join(folder, "plan"))
    with open(os.path.join(folder, "plan", "plan.yaml"), "w", encoding="utf-8") as f:
        f.write(PLAN)
    with open(os.path.join(folder, "day.scn"), "w", encoding="utf-8") as f:
        f.write(scenario)
    return os.path.join(folder, "plan"), os.path.join(folder, "day.scn")


def a_scenario_holds_or_not():
    """0, 1 and 2; the timeline in local time, the calls, the clocks; one line with the place for what is wrong."""
    plan, scenario = folder_with(GOOD)
    done = vigia("simulate", plan, scenario)
    assert done.returncode == 0, done
    for part in ("2026-06-07 08:00:00 - 2026-06-07 08:20:00", "08:05:14  incidente abierto  portal", "elsa (crisis)  correo  se pide decisión: enterado",
                 "portal  desde 08:05:10  RTO 10m 00s  sigue corriendo  RTO REBASADO", "4 de 4 se cumplen"):
        assert part in done.stdout, (part, done.stdout)
    plan, scenario = folder_with(GOOD + "expect clock.restored\n")
    done = vigia("simulate", plan, scenario)
    assert done.returncode == 1 and f"{scenario}:11:1: 'clock.restored' did not happen" in done.stderr, done
    plan, scenario = folder_with(GOOD + "expect luna.llena\n")
    done = vigia("simulate", plan, scenario)
    assert done.returncode == 2 and "11:8: no entry of a journal is of kind 'luna.llena'" in done.stderr and done.stdout == "", done
    plan, scenario = folder_with(GOOD.replace("08:05 set", "07:05 fly"))
    done = vigia("simulate", plan, scenario)
    assert done.returncode == 2 and "day.scn:6:7: nothing is called 'fly'" in done.stderr, done


def the_json_is_whole_and_a_seed_repeats_itself():
    """Every promise of docs/SIMULATE.md about --json; two runs of a seed are the same bytes, another seed is another day."""
    plan, scenario = folder_with(GOOD)
    done = vigia("simulate", plan, scenario, "--json")
    day = json.loads(done.stdout)
    assert day["held"] is True and day["end"] - day["start"] == 1200, day
    assert [e["held"] for e in day["expectations"]] == [True] * 4 and day["expectations"][0]["line"] == 7, day["expectations"]
    assert [c["person"] for c in day["calls"]][0] == "ana" and day["calls"][0]["state"] == "acknowledged", day["calls"]
    assert day["clocks"] == [{"incident": day["clocks"][0]["incident"], "service": "portal", "began": day["start"] + 310, "rto": 600,
                              "running": True, "breached": True, "outage": None}], day["clocks"]
    assert all(set(e) == {"seq", "at", "recorded", "kind", "body"} for e in day["timeline"])
    seeds = [vigia("simulate", plan, scenario, "--json", "--seed", s).stdout for s in ("5", "5", "6")]
    assert seeds[0] == seeds[1] and seeds[0] != seeds[2]


def a_dry_run_says_who_is_called_when():
    """The latest moment at which it can be found; who is called; the decision."""
    plan, _ = folder_with(GOOD)
    done = vigia("plan", "dry-run", plan, "--service", "portal", "--answers", "*=30s")
    assert done.returncode == 0 and "CONTINGENCIA DECLARADA a los 5m 00s, dentro del RTO" in done.stdout, done.stdout
    done = vigia("plan", "dry-run", plan, "--service", "portal", "--answers", "*=30s,elsa=silent,fito=silent", "--json")
    day = json.loads(done.stdout)
    assert day["decision"] is None and day["in_time"] is False and day["failed"] == ["web"], day
    asked = {c["person"] for c in day["calls"] if c["kind"] == "ask"}
    assert asked == {"elsa", "fito"}, asked
    done = vigia("plan", "dry-run", plan, "--service", "portl")
    assert done.returncode == 2 and "did you mean 'portal'?" in done.stderr and done.stderr.count("\n") == 1, done


def one_pair_defeats_the_decision():
    """--all-silent: no single silence does, two pairs do; with a third person for the crisis seat's pair only the other is left."""
    plan, _ = folder_with(GOOD)
    done = vigia("plan", "dry-run", plan, "--all-silent", "1", "--answers", "*=30s")
    assert done.returncode == 0 and done.stdout.endswith("SE CUMPLE\n") and "NO SE CUMPLE" not in done.stdout, done.stdout
    done = vigia("plan", "dry-run", plan, "--all-silent", "2", "--answers", "*=30s", "--json")
    proof = json.loads(done.stdout)
    assert done.returncode == 1 and proof["holds"] is False, proof
    one = proof["services"][0]
    assert one["people"] == 6 and one["sets"] == 1 + 6 + 15 and one["played"] < one["sets"], one
    assert [(f["silent"], f["minimal"]) for f in one["failing"]] == [(["ceci", "dario"], True), (["elsa", "fito"], True)], one["failing"]
    with open(os.path.join(plan, "plan.yaml"), "a", encoding="utf-8") as f:
        f.write("  # more people\n")
    text = PLAN.replace("  - {id: crisis,", "  - {id: crisis-b, level: 1, titular: beto}\n  - {id: crisis,").replace('["seat:crisis"]', '["level:1"]')
    with open(os.path.join(plan, "plan.yaml"), "w", encoding="utf-8") as f:
        f.write(text)
    proof = json.loads(vigia("plan", "dry-run", plan, "--all-silent", "2", "--answers", "*=30s", "--json").stdout)
    assert [f["silent"] for f in proof["services"][0]["failing"]] == [["ceci", "dario"]], proof["services"][0]["failing"]


if __name__ == "__main__":
    run(a_scenario_holds_or_not, the_json_is_whole_and_a_seed_repeats_itself, a_dry_run_says_who_is_called_when, one_pair_defeats_the_decision)
