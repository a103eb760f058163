// What the board knows: the collector's status as it is now, and whether anybody still talks to us. The whole is fetched once; after
// that the stream brings what has changed (docs/API.md "The board's status and stream"). Whatever breaks on the way (sleep, a dead line, another process at
// the other end) ends in one thing: the whole is asked for again, from where we stand. Nobody has to reload.
import { has, word } from "/words.js";
import { applied } from "/delta.js";
import { atHour } from "/running.js";

// Seconds without an answer of the collector after which the board says so; and without a word of the
// dashboard's own process, which speaks once a second.
const LOST_AFTER_S = 3;
const SILENT_AFTER_S = 5;
// A screen that has just woken, or is online again, need not wait for so long to be sure.
const SUSPECT_AFTER_S = 2.5;
const PAUSE_MAX_S = 15;
// A bad line may take its time to bring the whole.
const WHOLE_AFTER_S = 30;

// A browser keeps some connections, and after a break all of them may be dead without its knowing: whoever does not answer for so long is
// asked once more beside, on another, and the first answer counts.
const BESIDE_AFTER_S = 2;
const BESIDE_MAX = 6;

function fetchOnAny(path, options, max, signal) {
  return new Promise((resolve, reject) => {
    const all = [];
    let failed = 0;
    let timer = null;
    const end = (kept) => {
      clearInterval(timer);
      for (const one of all) if (one !== kept) one.abort();
    };
    const go = () => {
      const one = new AbortController();
      all.push(one);
      fetch(path, { ...options, signal: one.signal }).then((answer) => {
        end(one);
        resolve(answer);
      }, (e) => {
        if (++failed < all.length) return;
        end(null);
        reject(e);
      });
    };
    if (max > 1) timer = setInterval(() => all.length < max && go(), BESIDE_AFTER_S * 1000);
    signal.addEventListener("abort", () => end(null));
    go();
  });
}

// A computer that sleeps stops the one clock and not the other; a clock that is set moves the other and not the one.
const clocks = () => ({ here: performance.now() / 1000, wall: Date.now() / 1000 });
function secondsSince(then) {
  const now = clocks();
  return Math.max(now.here - then.here, now.wall - then.wall);
}

export class Store {
  // `changed`: there is something else to draw. `refused`: the server does not know us (any more).
  constructor(changed, refused = () => {}) {
    this.changed = changed;
    this.refused = refused;
    this.status = null; // as it reads now
    this.held = null; // as it came and was changed; its running numbers are old
    this.at = null; // the position of `held`
    this.heldValues = null; // with values?
    this.asOf = null; // the hour of the collector's clock up to which `held` is true
    this.clock = null; // { hour, here, wall }: the collector's clock and ours at one moment
    this.heard = clocks(); // last word of the dashboard
    this.staleFor = null; // what the dashboard said about the collector then
    this.error = null;
    this.newer = null; // the build of the board that serves us, if it is not the one of this page
    this.build = document.querySelector("meta[name=vigia-build]")?.content ?? null;
    this.wanted = new Map();
    this.round = 0;
    this.failures = 0;
  }

  // Again when somebody has logged in anew.
  start() {
    if (this.round > 0) {
      this.again();
      return;
    }
    setInterval(() => this.look(SILENT_AFTER_S), 1000);
    addEventListener("online", () => this.again());
    addEventListener("pageshow", () => this.look(SUSPECT_AFTER_S));
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.look(SUSPECT_AFTER_S));
    this.again();
  }

  // A page that shows what checks measure says so when it is opened, store.want("values", true), and when it is left, false. Without
  // that, `t` of a vantage is null and its `values` are empty.
  want(what, on) {
    this.wanted.set(what, Math.max(0, (this.wanted.get(what) ?? 0) + (on ? 1 : -1)));
    // One page is left and another opened in one breath.
    queueMicrotask(() => this.round > 0 && this.wants("values") !== this.asking && this.again());
  }

  wants(what) {
    return (this.wanted.get(what) ?? 0) > 0;
  }

  // Asks for the whole and goes on from there, now.
  again() {
    clearTimeout(this.timer);
    this.timer = null;
    this.stream?.close();
    this.stream = null;
    this.abort?.abort();
    this.ask(++this.round);
  }

  later() {
    clearTimeout(this.timer);
    const pause = Math.min(PAUSE_MAX_S, 2 ** this.failures) * (0.5 + Math.random() / 2);
    this.failures++;
    this.timer = setTimeout(() => this.again(), pause * 1000);
  }

  // Once a second, and whenever there is reason to doubt: does anybody still talk to us?
  look(limit) {
    const silence = secondsSince(this.heard);
    const asking = this.stream === null && this.timer === null;
    if (this.stream !== null ? silence > limit : asking && (secondsSince(this.asked) > WHOLE_AFTER_S || (this.held !== null && !this.doubted && Math.min(silence, secondsSince(this.asked)) > SILENT_AFTER_S)))
      this.again();
    this.refresh();
  }

  refresh() {
    if (this.held === null) return;
    const { kind } = this.connection();
    this.status = atHour(this.held, kind === "ok" ? this.now() : this.asOf);
  }

  async ask(round) {
    const values = this.wants("values");
    const headers = { Accept: "application/json" };
    this.asking = values;
    this.asked = clocks();
    this.abort = new AbortController();
    // Not at the first view: a slow line would only be slower for it.
    this.doubted = this.held !== null && secondsSince(this.heard) > SUSPECT_AFTER_S;
    if (this.held !== null && values === this.heldValues) headers["If-None-Match"] = `W/"${this.at}-${values ? 1 : 0}"`;
    try {
      const answer = await fetchOnAny(`/api/status${values ? "" : "?values=0"}`, { cache: "no-store", headers, credentials: "same-origin" }, this.doubted ? BESIDE_MAX : 1, this.abort.signal);
      if (round === this.round) this.heard = clocks();
      const body = answer.status === 304 ? null : await answer.json();
      if (round !== this.round) return;
      if (answer.status === 401 || answer.status === 403) {
        this.refused();
        this.failures = Math.max(this.failures, 4); // somebody must log in first, perhaps at another page
        this.later();
        return;
      }
      if (answer.ok) this.take(body, values);
      else if (answer.status !== 304) this.error = body.text;
      this.listen();
    } catch (e) {
      if (round !== this.round) return;
      if (!(e instanceof TypeError || e instanceof SyntaxError)) throw e;
      if (this.held === null) this.error = String(e.message); // the dashboard is away: its silence is judged by time
      this.later();
    }
    this.changed();
  }

  take(body, values) {
    const { stale_for: staleFor, board, ...status } = body;
    this.held = status;
    this.heldValues = values;
    this.at = board.at;
    this.know(board.build);
    this.asOf = status.now;
    this.setClock(status.now + staleFor);
    this.staleFor = staleFor;
    if (staleFor < 1) this.error = null;
    this.refresh();
  }

  listen() {
    const query = new URLSearchParams();
    if (this.at !== null) query.set("after", this.at);
    if (!this.asking) query.set("values", "0");
    const stream = new EventSource(`/api/stream?${query}`);
    const on = (name, take) => stream.addEventListener(name, (event) => stream === this.stream && take(JSON.parse(event.data), event));
    this.stream = stream;
    on("delta", (data, event) => this.takeDelta(data, event.lastEventId));
    on("alive", (data) => this.hear(data));
    on("status", (data) => {
      this.hear(data);
      this.again();
    });
    // It comes again by itself, unless it was refused.
    stream.addEventListener("error", () => stream === this.stream && stream.readyState === EventSource.CLOSED && this.drop());
  }

  drop() {
    this.stream = null;
    this.later();
  }

  takeDelta({ now, delta }, at) {
    this.heard = clocks();
    this.failures = 0;
    try {
      this.held = applied(this.held, delta);
    } catch (e) {
      console.info(String(e)); // what we hold is not what the board thinks: the whole is asked for
      this.heldValues = null;
      this.again();
      return;
    }
    this.at = at;
    this.asOf = now;
    this.setClock(now);
    this.staleFor = 0;
    this.error = null;
    this.refresh();
    this.changed();
  }

  hear(data) {
    this.heard = clocks();
    this.failures = 0;
    this.staleFor = data.stale_for;
    this.error = data.error;
    this.know(data.build);
    if (data.now !== null) {
      this.setClock(data.now);
      if (this.held !== null) this.asOf = Math.max(this.asOf, data.now - data.stale_for);
    }
    this.refresh();
    this.changed();
  }

  know(build) {
    this.newer = this.build !== null && build && build !== this.build ? build : null;
  }

  // A word that was long on its way tells an hour that is over: the clock is not set back for that.
  setClock(hour) {
    const expected = this.clock === null ? hour : this.now();
    this.clock = { hour: hour > expected || expected - hour > 0.5 ? hour : expected, ...clocks() };
  }

  // The collector's clock, as well as we can know it.
  now() {
    return this.clock === null ? Date.now() / 1000 : this.clock.hour + secondsSince(this.clock);
  }

  // { kind: "starting" | "ok" | "collector" | "dashboard", since, why }
  connection() {
    const silence = secondsSince(this.heard);
    const since = this.asOf;
    if (this.held === null && this.stream === null && this.timer === null && secondsSince(this.asked ?? this.heard) < WHOLE_AFTER_S && this.error === null) return { kind: "starting", since, why: null };
    if (silence > SILENT_AFTER_S) return { kind: "dashboard", since: this.now() - silence, why: null };
    if (this.held === null)
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
