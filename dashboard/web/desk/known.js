// What is known already of what somebody is about to report, so that one caller more is not one alarm more.
import { openIncidents, serviceName } from "/store.js";

const NEAR_S = 1800; // the plan's own `join_within` may be another; the collector decides

// Each { kind, ... }: "joins" (the report goes to that incident for sure), "similar" (somebody has said the same; the collector
// decides), "failing" (the site or service is measured as failing, no incident of it), "silence" (work is under way there).
export function knownOf(status, now, { what, site, service }) {
  const out = [];
  for (const i of openIncidents(status)) {
    const mine = service && i.services.includes(service);
    const state = mine ? status.services.find((s) => s.id === service) : null;
    const said = (i.reports ?? []).find((r) => now - (r.recorded ?? r.at) < NEAR_S && ((service && r.service === service) || (!service && !r.service && site && r.site === site && r.what === what)));
    if (mine && i.restored === null && state?.incident === i.id && i.kind !== "reported") out.push({ kind: "joins", incident: i });
    else if (mine || said) out.push({ kind: "similar", incident: i, at: said?.at ?? i.began });
    else if (site && (i.sites ?? []).includes(site)) out.push({ kind: "near", incident: i });
  }
  if (site) {
    const silent = status.agents.find((a) => a.site === site && a.state === "silent");
    const bad = status.components.filter((c) => c.site === site && ["critical", "unreachable", "blind"].includes(c.state));
    if (silent || bad.length) out.push({ kind: "failing", names: bad.map((c) => c.name), since: Math.min(...[silent?.last_seen, ...bad.map((c) => c.since)].filter(Boolean)) });
  }
  if (service && !out.some((x) => x.kind === "joins")) {
    const s = status.services.find((x) => x.id === service);
    if (s && s.state !== "ok" && s.state !== "unknown") out.push({ kind: "failing", names: [serviceName(status, service)], since: s.since });
  }
  for (const w of status.silences ?? []) {
    if (w.state === "in-force" && ((w.scope === "service" && w.of === service) || (w.scope === "site" && w.of === site))) out.push({ kind: "silence", silence: w });
  }
  return out;
}
