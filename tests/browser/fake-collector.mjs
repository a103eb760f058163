// A collector that says what a test wants it to say, in the form of docs/API.md. It refuses requests
// without the operator token, so that a board that forgot it is noticed.
import http from "node:http";
import { FakePeople } from "./fake-people.mjs";

export const TOKEN = "operator-token-of-the-browser-test";

const seconds = () => Date.now() / 1000;

function check(id, type, state, extra = {}) {
  const values = type === "icmp"
    ? { rtt: 0.0012, rtt_min: 0.0009, rtt_avg: 0.0013, rtt_max: 0.0021, jitter: 0.0002, loss: 0 }
    : type === "http" ? { dns: 0.001, connect: 0.002, tls: 0.011, first_byte: 0.031, total: 0.042, status: 200, size: 5120, days_left: 61 } : { connect: 0.0018 };
  return {
    id, type, state, suspect: false, since: seconds() - 4000, began: null, not_before: null, why: null,
    vantages: [{ agent: "catd-01", state, t: seconds() - 2, outcome: "ok", values }, { agent: "ccv", state, t: seconds() - 1, outcome: "ok", values }],
    ...extra,
  };
}

// Everything is well.
export function calm() {
  const now = seconds() - 0.5; // so that ages are whole seconds on a page however quickly it is drawn
  const component = (id, name, site, checks) => ({ id, name, site, state: "ok", since: now - 4000, checks });
  return {
    now, start: "0123456789abcdef", version: "0.1.0", real: true,
    plan: { hash: "c0ffee", institution: "Instituto de ejemplo", code: "UTSI/PL/01", revision: "01", refused: null },
    head: { seq: 31, hash: "9f2b7c1d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef" },
    journal: { ok: true, unjournalled: 0, last_commit: now - 3 },
    services: [
      { id: "copaco", name: "Registro de candidaturas COPACO", area: "DEPCyC", criticality: "very-high", rto: 300, state: "ok", degraded: false, since: now - 86000, incident: null, clock: null },
      { id: "prep", name: "Difusión de resultados preliminares", area: "UTSI", criticality: "very-high", rto: 120, state: "ok", degraded: false, since: now - 86000, incident: null, clock: null },
      { id: "sei", name: "Sistema electrónico por internet", area: "DEPCyC", criticality: "high", rto: 7200, state: "ok", degraded: false, since: now - 86000, incident: null, clock: null },
      { id: "correo", name: "Correo institucional", area: "UTSI", criticality: "medium", rto: 28800, state: "ok", degraded: false, since: now - 86000, incident: null, clock: null },
    ],
    components: [
      component("dc/fw-a", "Cortafuegos A", "dc", [check("dc/fw-a:ping", "icmp", "ok")]),
      component("dc/fw-b", "Cortafuegos B", "dc", [check("dc/fw-b:ping", "icmp", "ok")]),
      component("dc/balanceador", "Balanceador", "dc", [check("dc/balanceador:ping", "icmp", "ok"), check("dc/balanceador:https", "tcp", "ok")]),
      component("azure/sqlmi", "Base de datos administrada", "azure", [check("azure/sqlmi:tds", "tcp", "ok")]),
      component("prep/difusion", "Sitio de difusión", "azure", [check("prep/difusion:http", "http", "ok"), check("prep/difusion:tcp", "tcp", "ok")]),
      component("dc/mail", "Servidor de correo", "dc", [check("dc/mail:smtp", "tcp", "ok")]),
      component("catd-01/enlace", "Enlace CATD 01", "catd-01", [check("catd-01/enlace:ping", "icmp", "ok")]),
    ],
    agents: [
      { id: "catd-01", site: "catd-01", state: "ok", last_seen: now - 1, clock_offset: 0.012, spooled: 0, lag: 0.001, version: "0.1.0" },
      { id: "ccv", site: "ccv", state: "ok", last_seen: now - 2, clock_offset: -0.004, spooled: 0, lag: 0.001, version: "0.1.0" },
    ],
    sites: [["catd-01", "CATD 01", "catd"], ["ccv", "CCV", "ccv"], ["dc", "Centro de datos", "dc"], ["azure", "Nube", "cloud"]].map(([id, name, kind]) => ({ id, name, kind, state: "ok", since: now - 4000, components: 1, failing: 0, unseen: 0, agents: 1, silent: 0, cause: "none" })),
    incidents: [],
    owed_up: 0,
    watch: {
      loop_lag: 0.001, last_commit_age: 4, uncommitted_age: 0, heartbeat: { state: "ok", last_success: now - 20, why: "" },
      channels: [{ id: "archivo", type: "file", last_success: now - 4000, last_failure: null }], owed: [], unwatched_sites: [], troubles: [],
    },
  };
}

// The publication is down since `ago` seconds with a running clock; people are being called.
export function down(ago = 42) {
  const s = calm();
  const began = s.now - ago;
  const prep = s.services[1];
  Object.assign(prep, {
    state: "down", since: began + 1.4, incident: 12,
    clock: { began, began_not_before: began - 1, elapsed: ago, left: prep.rto - ago, breach_at: began + prep.rto, breached: false, running: true, restored: null, next_mark: began + 48, next_pct: 40, estimated: false },
  });
  const site = s.components[4];
  site.state = "critical";
  site.since = began + 1.4;
  Object.assign(site.checks[0], { state: "critical", since: began + 1.4, began, not_before: began - 1, why: "connect-refused" });
  for (const v of site.checks[0].vantages) Object.assign(v, { state: "critical", outcome: "connect-refused", values: {} });
  const call = (id, seat, person, post, state, kind = "down", at = 2) => ({
    id, kind, service: "prep", step: 0, seat, person, post, channel: "archivo", state, at: began + at, state_since: began + at + 1, maybe_duplicate: id === 17,
  });
  s.incidents = [{
    id: 12, folio: "07", state: "confirmed", kind: "down", episode: 1, services: ["prep"], root: "prep/difusion", began, not_before: began - 1, confirmed: began + 1.4,
    restored: null, resumed: null, closed: null, exhausted: false, repeat_at: null, owed_up: 2,
    answers: [{ person: "mesa", post: "Mesa de ayuda", seat: "mesa-de-ayuda", act: "enterado", at: began + 9, holds: true }], forecast: [{ service: "prep", checks: 2, failing: 1, recovered: 0 }],
    calls: [call(15, "mesa-de-ayuda", "mesa", "Mesa de ayuda", "acknowledged"), call(16, "equipo-web", "tecnico", "Responsable técnico de publicación", "received"), call(17, "coordinador", "responsable", "Coordinación de continuidad", "sent", "mark", 12)],
  }];
  s.owed_up = 2;
  return s;
}

export function breached() {
  const s = down(150);
  s.services[1].clock.breached = true;
  s.incidents[0].exhausted = true;
  return s;
}

// An agent has fallen silent: what only it sees is not seen.
export function blind() {
  const s = calm();
  const since = s.now - 95;
  Object.assign(s.services[2], { state: "blind", since });
  Object.assign(s.components[6], { state: "blind", since });
  Object.assign(s.components[6].checks[0], { state: "blind", since, why: "no-data" });
  Object.assign(s.components[3].checks[0], { state: "blind", since: s.now - 400, why: "right-missing" });
  s.components[3].state = "blind";
  Object.assign(s.components[2].checks[1], { state: "ok", suspect: true, why: "connect-timeout" });
  Object.assign(s.agents[0], { state: "silent", last_seen: since - 12, spooled: -1, cause: "link-cut", cause_component: "catd-01/enlace", cause_why: "" });
  Object.assign(s.agents[1], { clock_offset: -7.2, spooled: 1840, spool: { oldest: s.now - 600, bytes: 90000 } });
  Object.assign(s.watch, {
    heartbeat: { state: "withheld", last_success: s.now - 400, why: "journal-failing" },
    owed: [{ incident: 9, folio: "06", person: "mesa", post: "Mesa de ayuda", due: true }],
    unwatched_sites: ["ccv"],
    troubles: [
      { what: "journal-failing", who: null, seconds: 95 },
      { what: "heartbeat-withheld", who: null, why: "journal-failing", since: s.now - 400 },
      { what: "agent-silent", who: "catd-01", cause: "link-cut", why: "", since: since - 12 },
      { what: "agent-clock", who: "ccv", seconds: -7.2 },
      { what: "agent-behind", who: "ccv", seconds: 600 },
      { what: "channel-failed", who: "archivo" },
    ],
  });
  return s;
}

// The publication is down, and the link of a site is cut at the same hour: the picture of docs/board.png.
export function both() {
  const s = down(27);
  const silent = s.now - 160;
  s.agents.push(
    { id: "noc", site: "dc", state: "ok", last_seen: s.now - 1, clock_offset: 0.003, spooled: 0, lag: 0.001, version: "0.1.0" },
    { id: "catd-12", site: "catd-12", state: "silent", last_seen: silent, clock_offset: 0.02, spooled: -1, lag: 0.001, version: "0.1.0", cause: "link-cut", cause_component: "catd-12/enlace", cause_why: "" },
  );
  const link = s.components.at(-1);
  s.components.push({ ...link, id: "catd-12/enlace", name: "Enlace CATD 12", site: "catd-12", state: "critical", since: silent + 14,
    checks: [{ ...link.checks[0], id: "catd-12/enlace:ping", state: "critical", since: silent + 14, began: silent + 3, why: "answer-none" }] });
  Object.assign(s.watch, {
    unwatched_sites: ["ccv"],
    troubles: [{ what: "agent-silent", who: "catd-12", cause: "link-cut", why: "", since: silent }],
  });
  return s;
}

export function timeline(status) {
  const i = status.incidents[0];
  const began = i.began;
  let seq = 10;
  const entry = (at, kind, body) => ({ seq: ++seq, at: began + at, recorded: began + Math.max(at, 1.4), kind, version: 1, body });
  return [
    entry(0.9, "check.bad", { check: "prep/difusion:http", agent: "catd-01", outcome: "connect-refused", state: "critical", began, not_before: began - 1 }),
    entry(1.4, "incident.opened", { folio: 7, incident_kind: "down", service: "prep", root: "prep/difusion", began, not_before: began - 1, drill: false }),
    entry(1.4, "clock.started", { incident: 12, service: "prep", began, not_before: began - 1, rto: 120, breach_at: began + 120, estimated: false }),
    entry(1.4, "step.fired", { incident: 12, service: "prep", step: 0, round: 1 }),
    { ...entry(2, "call.intent", { incident: 12, folio: 7, kind: "down", service: "prep", step: 0, seat: "mesa-de-ayuda", level: 0, person: "mesa", channel: "archivo", to: "mesa@example.org", attempt: 1, maybe_duplicate: false }) },
    entry(2.1, "call.sent", { call: 15, detail: "" }),
    entry(3, "call.received", { call: 15, detail: "" }),
    entry(9, "ack.given", { incident: 12, act: "enterado", person: "mesa", recorded_by: "mesa", proof: "operator-token", note: "<b>en camino</b>", expires: began + 900 }),
    entry(12, "clock.mark", { incident: 12, service: "prep", step: 1, pct: 10, due: began + 12 }),
    entry(12, "call.intent", { incident: 12, folio: 7, kind: "mark", service: "prep", step: 1, seat: "coordinador", level: 2, person: "responsable", channel: "archivo", to: "coordinacion@example.org", attempt: 1, maybe_duplicate: true }),
  ];
}

// A series with one hole and one outage near its end.
function series(query) {
  const end = Number(query.get("end"));
  const start = Number(query.get("start"));
  const icmp = query.get("check").endsWith(":ping");
  const names = icmp ? ["state", "bad", "rtt", "rtt_min", "rtt_avg", "rtt_max", "jitter", "loss"] : ["state", "bad", "dns", "connect", "tls", "first_byte", "total", "status", "size", "days_left"];
  const step = Math.max(1, Math.floor((end - start) / 300));
  const rows = [];
  for (let t = start, i = 0; t < end; t += step, i++) {
    const wave = 1 + 0.25 * Math.sin(i / 9) + 0.15 * Math.sin(i / 2.3);
    if (i >= 90 && i < 102) rows.push(names.map(() => null));
    else if (i >= 250 && i < 262) rows.push(names.map((_, k) => (k === 0 ? 2 : k === 1 ? 1 : null)));
    else if (icmp) rows.push([0, 0, 0.0012 * wave, 0.0009, 0.0013 * wave, 0.0012 * wave + 0.0008 * (1 + Math.cos(i / 5)), 0.0002, 0]);
    else rows.push([i % 70 === 5 ? 1 : 0, i % 70 === 5 ? 1 : 0, 0.001, 0.002, 0.009, 0.03 * wave, 0.042 * wave, 200, 5120, 61]);
  }
  return { start: start + step, step, names, rows };
}

// What a call's link shows (docs/API.md, GET /v1/links/TOKEN), with the longest words that the plan allows.
export const LINK = "3f-00112233445566778899aabbccddeeff";
export function link(extra = {}) {
  const now = 1780000048;
  return {
    now, real: true, institution: "Instituto de ejemplo para la organización de elecciones", locale: "es-MX", incident: 12, folio: "07", kind: "down", state: "confirmed",
    services: [
      { id: "prep", name: "Difusión de resultados preliminares", state: "down", since: now - 48, restored: null, left: 72, estimated: false },
      { id: "sei", name: "Sistema electrónico por internet", state: "down", since: now - 40, restored: null, left: -12.5, estimated: false },
    ],
    call: { id: 15, kind: "down", at: now - 38, seat: "Mesa de ayuda", person: "mesa", post: "Responsable de la mesa de ayuda" },
    used: null, possible: ["ack", "attend", "pass"], why: null, until: now + 86400, ...extra,
  };
}

export class FakeCollector {
  constructor() {
    this.status = calm();
    this.requests = [];
    this.link = link();
    this.acts = [];
    this.sockets = new Set();
    this.routes = [];
    this.said = new Map(); // component -> what it said by itself
    this.listeners = new Set(); // to /v1/stream
    this.persons = null;
  }

  // From now on it knows people (fake-people.mjs): an account of each role, rights, PINs, sessions.
  people() {
    this.persons ??= new FakePeople();
    return this.persons;
  }

  // What a test wants answered besides: `path` is a text or a pattern; answer({ request, url, body, match, session }) gives { status, body }
  // or the body of a 200. The last one that fits answers. `session` is the person's token that came along (null: none).
  on(method, path, answer) {
    this.routes.unshift({ method, path, answer });
  }

  find(method, pathname) {
    for (const route of this.routes) {
      const match = typeof route.path === "string" ? route.path === pathname && [pathname] : route.path.exec(pathname);
      if (route.method === method && match) return { ...route, match };
    }
    return null;
  }

  // `session` of a route is the person's token that came along (null: none), `account` whose it is.
  async answerPerson(route, request, url, session, send) {
    let text = "";
    for await (const part of request) text += part;
    const body = text === "" ? null : JSON.parse(text);
    const isLogIn = url.pathname === "/v1/session" || url.pathname.startsWith("/v1/session/");
    let answer = session !== null && !isLogIn && this.persons ? this.persons.judge(request.method, url.pathname, body, session) : undefined;
    if (answer === undefined && route) answer = await route.answer({ request, url, body, match: route.match, session, account: this.persons?.of(session) ?? null });
    answer ??= this.persons?.answer(request.method, url.pathname, body, session);
    if (answer === undefined) return false;
    if (answer.status && answer.body !== undefined) send(answer.status, answer.body, answer.headers);
    else send(200, answer);
    return true;
  }

  // What it says from now on. The journal has grown: whoever listens is told, and others may notice by its head.
  say(status) {
    status.head.seq = this.status.head.seq + 1;
    this.status = status;
    for (const listener of this.listeners) listener.write(`id: ${status.head.seq}\ndata: {}\n\n`);
  }

  // What moves without an entry.
  move(change) {
    change(this.status);
  }

  async answer(request, response) {
    const url = new URL(request.url, "http://collector");
    const authorization = request.headers.authorization ?? "";
    const session = authorization.startsWith("Bearer vs_") ? authorization.slice("Bearer ".length) : null;
    this.requests.push({ method: request.method, path: url.pathname, query: url.search, session });
    const send = (status, body, headers = {}) => {
      response.writeHead(status, { "Content-Type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    };
    const route = this.find(request.method, url.pathname);
    const isKnown = authorization === `Bearer ${TOKEN}` || (session !== null && this.persons !== null);
    if (!isKnown) return send(401, { error: "no-token", text: "A valid token is needed" });
    if ((route || session || /^\/v1\/session/.test(url.pathname)) && await this.answerPerson(route, request, url, session, send)) return undefined;
    if (url.pathname === "/v1/stream") {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      response.flushHeaders();
      this.listeners.add(response);
      response.on("close", () => this.listeners.delete(response));
      return undefined;
    }
    if (url.pathname === "/v1/status") return send(200, { ...this.status, now: seconds() });
    if (url.pathname === "/v1/journal/head") return send(200, this.status.head);
    if (url.pathname === "/v1/incidents/12" && this.status.incidents.length) return send(200, { ...this.status.incidents[0], timeline: timeline(this.status) });
    if (/^\/v1\/components\/[^/]+\/notifications$/.test(url.pathname)) return send(200, { notifications: this.said.get(decodeURIComponent(url.pathname.split("/")[3])) ?? [] });
    if (url.pathname === "/v1/series") return send(200, series(url.searchParams));
    if (url.pathname === `/v1/links/${LINK}`) {
      if (request.method === "GET") return send(200, this.link);
      let body = "";
      request.on("data", (part) => { body += part; });
      request.on("end", () => {
        this.acts.push(JSON.parse(body));
        const { act } = JSON.parse(body);
        this.link = { ...this.link, used: { act, at: this.link.now + 20, seq: 47 }, possible: [], why: "used" };
        send(200, { incident: 12, seq: 47 });
      });
      return undefined;
    }
    return send(404, { error: "not-found", text: "There is no such thing" });
  }

  async start(port = 0) {
    this.server = http.createServer((q, a) => this.answer(q, a));
    this.server.on("connection", (s) => {
      this.sockets.add(s);
      s.on("close", () => this.sockets.delete(s));
    });
    await new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, "127.0.0.1", resolve);
    });
    this.port = this.server.address().port;
  }

  // Gone at once, as after kill -9: the port is closed and every connection is cut.
  async stop() {
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const s of this.sockets) s.destroy();
    await closed;
  }
}
