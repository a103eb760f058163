"""A plan of a template and a table of sites, on the real collector and agent: the table is read again with the plan at
SIGHUP, what it adds is watched, and a table that is not sound is refused whole."""

import signal

from world import Target, World, run, until

PLAN = """\
vars: {host: 127.0.0.1}
sites: [{id: dc}, {from_csv: sites.csv, kind: centro}]
agents: [{id: dc, site: dc}]
templates:
  - id: centro
    for_sites: {kind: centro}
    components:
      - id: ${site.id}/web
        name: Web de ${site.name}
        checks:
          - {id: http, type: http, url: "http://${vars.host}:${site.vars.port}/", from: [dc], interval: 1s, timeout: 900ms}
    services:
      - {id: "web-${site.id}", name: "Web de ${site.name}", rto: 10m, needs: "${site.id}/web"}
"""


def states(w):
    return {s["id"]: s["state"] for s in w.status()["services"]}


def a_table_is_read_again_with_the_plan():
    """A row more is a component more, watched by the agent that runs; a wrong row changes nothing."""
    first, second = Target(), Target()
    w = World("plan-table", PLAN)
    try:
        w.write("sites.csv", f"id;name;port\nuno;Centro 1;{first.port}\n")
        w.start_collector()
        w.enrol("dc")
        w.start_agent("dc")
        until("the first centre is seen", lambda: states(w) == {"web-uno": "ok"})
        w.write("sites.csv", f"id;name;port\nuno;Centro 1;{first.port}\ndos;Centro 2;{second.port}\n")
        w.processes["collector"].send_signal(signal.SIGHUP)
        until("the second centre is seen", lambda: states(w) == {"web-uno": "ok", "web-dos": "ok"})
        second.kill()
        until("its outage is its own", lambda: states(w) == {"web-uno": "ok", "web-dos": "down"})
        hash_before = w.status()["plan"]["hash"]
        w.write("sites.csv", f"id;name;port\nuno;Centro 1;{first.port}\ntres;Centro 3\n")
        w.processes["collector"].send_signal(signal.SIGHUP)
        refused = until("the refusal is shown", lambda: w.status()["plan"]["refused"])
        assert "sites.csv:3:1: fields: row 3 has 2 fields, but the first row names 3 columns" in refused["text"], refused
        assert w.status()["plan"]["hash"] == hash_before
        assert states(w) == {"web-uno": "ok", "web-dos": "down"}, states(w)
        # A start with the broken table runs the last applied plan, from the journal.
        w.stop("collector")
        w.start_collector()
        until("the plan of the journal is in force", lambda: w.status()["plan"]["hash"] == hash_before)
        until("and watched", lambda: states(w) == {"web-uno": "ok", "web-dos": "down"})
    finally:
        w.end()


if __name__ == "__main__":
    run(a_table_is_read_again_with_the_plan)
