// What the board knows: the last status, when it came, and whether anybody still talks to us. The
// stream only says that there is something new; the status itself is fetched, so that a slow screen
// never has more than one of them on its way.
import { has, word } from "/words.js";

// Seconds without an answer of the collector after which the board says so; and without a word of the
// dashboard's own process, which speaks once a second.
const LOST_AFTER_S = 3;
const SILENT_AFTER_S = 5;

export class Store {
  constructor(changed) {
    this.changed = changed;
    this.status = null;
    this.receivedAt = 0; // performance.now() / 1000 when the status came
    this.staleAtReceipt = 0;
    this.heardAt = performance.now() / 1000; // last word of the dashboard
    this.staleFor = null; // what the dashboard said about the collector, at heardAt
    this.error = null;
    this.fetching = false;
    this.again = false;
  }

  start() {
    const stream = new EventSource("/api/stream");
    const heard = (event) => {
      const data = JSON.parse(event.data);
      this.heardAt = performance.now() / 1000;
      this.staleFor = data.stale_for;
      this.error = data.error;
    };
    stream.addEventListener("alive", (event) => {
      heard(event);
      // Values move although nothing happened; a screen that was away catches up.
      if (this.staleFor !== null && (this.status === null || this.error === null)) this.fetchStatus();
      this.changed();
    });
    stream.addEventListener("status", (event) => {
      heard(event);
      this.fetchStatus();
      this.changed();
    });
    this.fetchStatus();
  }

  async fetchStatus() {
    if (this.fetching) {
      this.again = true;
      return;
    }
    this.fetching = true;
    do {
      this.again = false;
      try {
        const answer = await fetch("/api/status", { cache: "no-store" });
        const body = await answer.json();
        if (answer.ok) this.take(body);
        else this.error = body.text;
      } catch (e) {
        if (!(e instanceof TypeError || e instanceof SyntaxError)) throw e;
        this.error = String(e.message); // the dashboard is away: its silence is judged by time
      }
      this.changed();
    } while (this.again);
    this.fetching = false;
  }

  take(body) {
    this.status = body;
    this.receivedAt = performance.now() / 1000;
    this.staleAtReceipt = body.stale_for;
    this.heardAt = this.receivedAt;
    this.staleFor = body.stale_for;
    if (body.stale_for < 1) this.error = null;
  }

  // The collector's clock, as well as we can know it.
  now() {
    if (this.status === null) return Date.now() / 1000;
    return this.status.now + this.staleAtReceipt + performance.now() / 1000 - this.receivedAt;
  }

  // { kind: "starting" | "ok" | "collector" | "dashboard", since, why }
  connection() {
    const here = performance.now() / 1000;
    const silence = here - this.heardAt;
    const since = this.status === null ? null : this.status.now;
    if (silence > SILENT_AFTER_S) return { kind: "dashboard", since: this.now() - silence, why: null };
    if (this.status === null)
      return this.error === null ? { kind: "starting", since, why: null } : { kind: "collector", since, why: this.error };
    if (this.staleFor !== null && this.staleFor + silence >= LOST_AFTER_S)
      return { kind: "collector", since, why: this.error };
    return { kind: "ok", since, why: null };
  }
}

// --- looking things up ---------------------------------------------------------------------------------

export function serviceName(status, id) {
  return status.services.find((s) => s.id === id)?.name ?? id ?? "—";
}

export function componentName(status, id) {
  return status.components.find((c) => c.id === id)?.name ?? id ?? "—";
}

export function whyText(why) {
  if (!why) return "";
  if (has("outcome", why)) return word("outcome", why);
  return word("why", why);
}

const SERVICE_ORDER = ["down", "blind", "degraded", "unknown", "ok"];
const CRITICALITIES = ["very-high", "high", "medium", "low"];

// The worst first; among equals the one whose RTO ends first, then the more critical one.
export function sortedServices(status) {
  const rank = (s) => {
    const i = SERVICE_ORDER.indexOf(s.state);
    return i < 0 ? 0 : i;
  };
  const breach = (s) => s.clock?.breach_at ?? Infinity;
  return [...status.services].sort((a, b) => rank(a) - rank(b) || compare(breach(a), breach(b)) || CRITICALITIES.indexOf(a.criticality) - CRITICALITIES.indexOf(b.criticality) || a.name.localeCompare(b.name));
}

// Infinity - Infinity is no order.
function compare(a, b) {
  return a === b ? 0 : a < b ? -1 : 1;
}

// All checks that are not well, with their component.
export function troubles(status) {
  const order = ["critical", "warning", "blind", "unknown"];
  const out = [];
  for (const component of status.components) {
    for (const check of component.checks) {
      if (check.state !== "ok" || check.suspect) out.push({ component, check });
    }
  }
  const rank = (x) => (x.check.state === "ok" ? order.length : order.indexOf(x.check.state));
  return out.sort((a, b) => rank(a) - rank(b) || (a.check.since ?? 0) - (b.check.since ?? 0));
}

export const ENDED = ["closed", "false-alarm"];

export function openIncidents(status) {
  return status.incidents.filter((i) => !ENDED.includes(i.state)).sort((a, b) => b.id - a.id);
}

export function endedIncidents(status) {
  return status.incidents.filter((i) => ENDED.includes(i.state)).sort((a, b) => b.id - a.id);
}
