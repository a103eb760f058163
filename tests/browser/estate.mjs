// A whole estate on the day of a jornada, as the collector tells it (docs/API.md): 33 CATD, CCV, data centre, cloud, 13 broadcasters and
// an alternative site, 11 processes, publication cuts, calls. Made for tests and for pictures; posts and example names only.
const seconds = () => Date.now() / 1000;
const two = (n) => String(n).padStart(2, "0");
const range = (n) => Array.from({ length: n }, (_, i) => i + 1);
const VALUES = { icmp: { rtt: 0.0112, loss: 0, jitter: 0.0004 }, http: { total: 0.084, status: 200, connect: 0.006 }, tcp: { connect: 0.0042 } };

const PROCESSES = [
  ["prep", "Difusión de resultados preliminares", "UTSI", "very-high", 600], ["copaco", "Registro de candidaturas COPACO", "DEPCyC", "very-high", 300],
  ["sei", "Voto por internet (SEI)", "DEPCyC", "very-high", 900], ["distritos", "Archivo y logística de distritos", "DAOD", "very-high", 1800],
  ["consulta", "Consulta ciudadana", "DEOEyG", "very-high", 1800], ["seguridad", "Seguridad", "UTSI", "high", 7200], ["soporte", "Soporte técnico", "UTSI", "high", 14400],
  ["computo", "Sala de cómputo", "UTSI", "high", 14400], ["comunicaciones", "Comunicaciones", "UTSI", "high", 14400], ["desarrollo", "Desarrollo de sistemas", "UTSI", "medium", 14400],
  ["redes", "Redes, CCTV y equipo de red", "UTSI", "low", 1209600],
];
const DC = ["Cortafuegos A", "Cortafuegos B", "Balanceador A", "Balanceador B", "Conmutador", "Base de datos", "Extracción", "Arreglo de discos", "Correo", "Energía", "Clima"];
const CLOUD = ["Puerta de aplicación", "Base de datos administrada", "Caché", "Servicio de rostros", "Llaves", "Sitio de difusión", "Cortafuegos de nube"];

function component(now, id, name, site, type = "icmp", agents = ["noc"]) {
  return {
    id, name, site, state: "ok", flapping: false, since: now - 20000,
    checks: [{
      id: `${id}:p`, type, state: "ok", suspect: false, flapping: false, flapping_since: null, since: now - 20000, began: null, not_before: null, why: null,
      vantages: agents.map((agent) => ({ agent, state: "ok", t: now - 2, outcome: "ok", values: VALUES[type] })),
    }],
  };
}

export function withState(c, state, since, why = null) {
  c.state = state;
  c.since = since;
  for (const k of c.checks) {
    Object.assign(k, { state: state === "unreachable" ? "critical" : state, since, began: state === "critical" ? since - 2 : null, not_before: state === "critical" ? since - 4 : null, why });
    for (const v of k.vantages) Object.assign(v, { state: k.state, outcome: why ?? "ok", values: state === "ok" ? v.values : {} });
  }
}

// As collector/status_sites.c: the worst that is known, and never well where nobody looks.
export function judgeSites(s) {
  const order = ["unwatched", "ok", "unknown", "warning", "blind", "unreachable", "critical"];
  for (const site of s.sites) {
    const parts = s.components.filter((c) => c.site === site.id);
    const agents = s.agents.filter((a) => a.site === site.id);
    const grades = [...parts.map((c) => [c.state, c.since]), ...agents.map((a) => (a.state === "silent" ? ["blind", a.last_seen] : [a.state === "ok" ? "ok" : "unknown", null]))];
    const worst = grades.reduce((w, g) => (order.indexOf(g[0]) > order.indexOf(w[0]) ? g : w), ["unwatched", null]);
    Object.assign(site, {
      state: worst[0], since: worst[1], components: parts.length, failing: parts.filter((c) => c.state === "critical").length,
      unseen: parts.filter((c) => ["blind", "unreachable", "unknown"].includes(c.state)).length, agents: agents.length, silent: agents.filter((a) => a.state === "silent").length,
      cause: agents.find((a) => a.cause && a.cause !== "none")?.cause ?? "none",
    });
  }
  return s;
}

function cuts(now) {
  const first = Math.floor(now / 1200) * 1200 - 6 * 1200;
  const number = Math.floor((now - first) / 1200) + 1;
  const due = first + (number - 1) * 1200;
  const hourFrom = Math.floor(now / 3600) * 3600;
  const source = (name, check) => ({ name, check, state: "complete", shown: number, shown_due: due, since: due + 40 });
  return [{
    id: "prep-cortes", name: "Cortes del PREP", service: "prep", state: "complete", since: due + 40, effect: "ok", began: null, number, count: 25, due, next_due: due + 1200, published: true, last_published: due + 35,
    published_count: number, missing_count: 0, unseen_count: 0, hour: { from: hourFrom, published: Math.floor((now - hourFrom) / 1200) + 1, needed: 3 },
    of: [source("data", "nube/difusion:datos"), source("images", "nube/difusion:imagenes"), source("database", "nube/difusion:base")],
    mirrors: range(13).map((n) => source(`medio-${two(n)}/espejo:corte`, `medio-${two(n)}/espejo:corte`)),
  }];
}

// The day of the jornada, all well.
export function estate() {
  const now = seconds() - 0.5; // so that ages are whole seconds on a page however quickly it is drawn
  const sites = [
    ...range(33).map((n) => ({ id: `catd-${two(n)}`, name: `CATD ${two(n)}`, kind: "catd" })), { id: "ccv", name: "CCV", kind: "ccv" }, { id: "dc", name: "Centro de datos", kind: "dc" },
    { id: "nube", name: "Nube México Central", kind: "cloud" }, { id: "alterna", name: "Sede alterna", kind: "sede" }, ...range(13).map((n) => ({ id: `medio-${two(n)}`, name: `Medio ${two(n)}`, kind: "broadcaster" })),
  ];
  const agent = (id, site) => ({ id, site, state: "ok", last_seen: now - 1, clock_offset: 0.004, spooled: 0, lag: 0.001, version: "0.1.0", spool: { oldest: null, bytes: 0 }, cause: "none", cause_component: null, cause_why: "", looked_at: true, traps: null });
  return judgeSites({
    now, start: "0123456789abcdef", version: "0.1.0", real: true, stamp: "REAL", drill: null,
    plan: { hash: "c0ffee", institution: "Instituto de ejemplo", code: "UTSI/PL/01", revision: "01", refused: null },
    head: { seq: 31, hash: "9f2b7c1d4e5f60718293a4b5c6d7e8f90123456789abcdef0123456789abcdef" }, journal: { ok: true, unjournalled: 0, last_commit: now - 3 }, alarms: [],
    jornada: { id: "jornada", name: "Jornada electoral", kind: "real", stamp: "REAL", from: now - 6 * 3600, until: now + 8 * 3600, first_cut: now - 7200, last_cut: now + 6 * 3600, freeze_from: now - 30 * 3600, freeze_until: now + 20 * 3600 },
    next_jornada: null, silences: [],
    services: PROCESSES.map(([id, name, area, criticality, rto]) => ({ id, name, area, criticality, rto, state: "ok", degraded: false, flapping: false, single_points: [], exposure: null, impact: [], since: now - 86000, incident: null, silenced: null, clock: null, rpo: null })),
    cuts: cuts(now), sites,
    components: [
      ...range(33).flatMap((n) => [component(now, `catd-${two(n)}/enlace`, "Enlace principal", `catd-${two(n)}`, "icmp", ["noc", `catd-${two(n)}`]), component(now, `catd-${two(n)}/movil`, "Enlace móvil", `catd-${two(n)}`), component(now, `catd-${two(n)}/captura`, "Captura", `catd-${two(n)}`, "http")]),
      component(now, "ccv/enlace", "Enlace del CCV", "ccv"), component(now, "ccv/captura", "Captura y verificación", "ccv", "http"), ...DC.map((name, i) => component(now, `dc/${i}`, name, "dc", "tcp")),
      ...CLOUD.map((name, i) => component(now, `nube/${i}`, name, "nube", "http", ["noc", "ccv"])), component(now, "alterna/enlace", "Enlace alterno", "alterna"), ...range(13).map((n) => component(now, `medio-${two(n)}/espejo`, `Espejo ${two(n)}`, `medio-${two(n)}`, "http")),
    ],
    agents: [...range(33).map((n) => agent(`catd-${two(n)}`, `catd-${two(n)}`)), agent("ccv", "ccv"), agent("noc", "dc"), agent("nube", "nube")],
    incidents: [], owed_up: 0, siren: { on: false, why: [] }, tasks: [], away: [], debts: [],
    duty: [{ seat: "mesa-de-ayuda", name: "Mesa de ayuda", level: 0, until: now + 7200, people: [{ person: "mesa", post: "Mesa de ayuda", stands_for: null, away: false }] }],
    watch: {
      loop_lag: 0.001, last_commit_age: 3.1, uncommitted_age: 0, heartbeat: { state: "ok", last_success: now - 20, why: "" },
      channels: ["voz", "correo", "mensajes"].map((id) => ({ id, type: id, last_success: now - 400, last_failure: null })), owed: [], unwatched_sites: [], troubles: [],
    },
  });
}

const PEOPLE = { mesa: "Mesa de ayuda", web: "Responsable técnico de publicación", utsi: "Titular de la UTSI", dds: "Dirección de Desarrollo de Sistemas", dii: "Dirección de Infraestructura", ssrc: "Subdirección de Seguridad y Redes", bd: "Responsable de bases de datos" };

let calls = 100;
export function call(incident, person, state, at, more = {}) {
  return { id: ++calls, kind: "down", service: incident.services[0], step: 0, seat: person, person, post: PEOPLE[person], channel: "voz", state, at, state_since: at + 4, maybe_duplicate: false, also: [], stands_for: null, taken_by: null, ...more };
}

// A process fails since `ago` seconds; nobody has been called yet.
export function fail(s, id, incident, folio, ago, more = {}) {
  const service = s.services.find((x) => x.id === id);
  const began = s.now - ago;
  const marks = [10, 25, 40, 60, 80, 100].filter((p) => (service.rto * p) / 100 > ago);
  Object.assign(service, {
    state: "down", since: began + 2, incident,
    clock: { running: true, began, began_not_before: began - 5, elapsed: ago, left: service.rto - ago, breach_at: began + service.rto, breached: ago > service.rto, restored: null, next_mark: marks.length ? began + (service.rto * marks[0]) / 100 : null, next_pct: marks[0], estimated: false, flapping: false, by_word: false },
  });
  const i = {
    id: incident, folio, state: "confirmed", kind: "down", episode: 1, services: [id], root: null, began, not_before: began - 5, confirmed: began + 2, restored: null, resumed: null, closed: null, impact: [], impact_possible: false, sites: [],
    exhausted: false, repeat_at: null, owed_up: 2, real: s.real, stamp: s.stamp, jornada: "jornada", silenced: false, orders: [], calls: [], answers: [], forecast: [{ service: id, checks: 3, failing: 2, recovered: 0 }],
    gate: { state: "shut", why: null, opened: null, waits: 0, until: began + service.rto * 0.4 }, authorised: [], quorum: 2, declared_by: null, ratification: null, unconfirmed: 0, irregular: [], checklists: [], ...more,
  };
  s.incidents.push(i);
  return i;
}

export function answer(incident, person, act, at, holds = true) {
  incident.answers.push({ person, post: PEOPLE[person], seat: person, act, at, holds });
}

const find = (s, id) => s.components.find((c) => c.id === id);

// An afternoon with all of it at once: two processes down, one blind, one on its last leg, sites cut off, a cut that does not match.
export function rough() {
  const s = estate();
  const { now } = s;
  s.duty.push({ seat: "seguridad", name: "Seguridad", level: 3, until: null, people: [] });
  withState(find(s, "nube/5"), "critical", now - 250, "connect-refused");
  withState(find(s, "nube/1"), "critical", now - 70, "connect-timeout");
  withState(find(s, "dc/0"), "critical", now - 1900, "answer-none");
  withState(find(s, "catd-12/enlace"), "critical", now - 640, "answer-none");
  withState(find(s, "catd-12/captura"), "unreachable", now - 640);
  for (const n of ["19", "27"]) for (const c of s.components.filter((x) => x.site === `catd-${n}`)) withState(c, "blind", now - 300, "no-data");
  withState(find(s, "catd-07/movil"), "warning", now - 120, "value-threshold");
  withState(find(s, "medio-04/espejo"), "critical", now - 500, "body-mismatch");
  for (const n of ["12", "19", "27"]) Object.assign(s.agents.find((a) => a.id === `catd-${n}`), { state: "silent", last_seen: now - 310, cause: n === "12" ? "link-cut" : "unknown", cause_why: n === "12" ? "" : "nobody-looks", spooled: -1 });
  Object.assign(s.agents.find((a) => a.id === "catd-30"), { clock_offset: -7.2 });

  const prep = fail(s, "prep", 12, "07", 252, { root: "nube/5", state: "activation-asked", impact: [{ what: "difusores", count: 13 }] });
  prep.calls = [call(prep, "mesa", "acknowledged", now - 246), call(prep, "web", "acknowledged", now - 240), call(prep, "utsi", "received", now - 45, { kind: "mark" }), call(prep, "dds", "sent", now - 12, { kind: "ask" }), call(prep, "dii", "unanswered", now - 130)];
  answer(prep, "mesa", "enterado", now - 230);
  answer(prep, "web", "atiendo", now - 221);
  prep.authorised = ["ssrc"];
  prep.calls.push(call(prep, "ssrc", "acknowledged", now - 90, { kind: "ask" }));
  answer(prep, "ssrc", "authorize", now - 61);
  const copaco = fail(s, "copaco", 13, "08", 66, { root: "nube/1" });
  copaco.calls = [call(copaco, "bd", "received", now - 55), call(copaco, "mesa", "sent", now - 20)];
  const sei = s.services.find((x) => x.id === "sei");
  Object.assign(sei, { state: "blind", since: now - 290 });
  const seguridad = s.services.find((x) => x.id === "seguridad");
  Object.assign(seguridad, { state: "degraded", degraded: true, since: now - 1900, exposure: { since: now - 1900, elapsed: 1900, next: ["dc/1"], next_count: 1, unseen: false } });
  const over = fail(s, "soporte", 11, "06", 5000, { state: "restored", owed_up: 1 });
  over.restored = now - 900;
  Object.assign(s.services.find((x) => x.id === "soporte"), { state: "ok" });
  Object.assign(s.services.find((x) => x.id === "soporte").clock, { restored: now - 900, running: true, next_mark: null });
  over.calls = [call(over, "mesa", "acknowledged", now - 4900)];
  answer(over, "mesa", "atiendo", now - 4800);

  const [cut] = s.cuts;
  Object.assign(cut, { state: "inconsistent", effect: "degraded", since: now - 200, missing_count: 1, hour: { ...cut.hour, published: Math.max(0, cut.hour.published - 1) } });
  Object.assign(cut.of[2], { state: "late", shown: cut.number - 1 });
  Object.assign(cut.mirrors[3], { state: "late", shown: cut.number - 1 });
  Object.assign(s.watch, { unwatched_sites: ["catd-19", "catd-27"], owed: [{ incident: 11, folio: "06", person: "mesa", post: "Mesa de ayuda", due: true }],
    troubles: [{ what: "agent-silent", who: "catd-12", cause: "link-cut", why: "", since: now - 310 }, { what: "channel-failed", who: "mensajes" }] });
  s.watch.channels[2].last_failure = now - 30;
  s.tasks = [{ call: 99, incident: 13, folio: "08", kind: "mark", service: "copaco", person: "utsi", post: PEOPLE.utsi, seat: "coordinador", to: "4622", at: now - 20, due: now + 40, taken_by: null, script: "Llame ahora a: Titular de la UTSI" }];
  s.siren = { on: true, why: ["call-by-hand"] };
  s.silences = [{ id: 31, what: "window", window: "w1", state: "in-force", scope: "component", of: "dc/10", owner: "mesa", owner_post: "Mesa de ayuda", signed_by: null, needs: null, from: now - 600, until: now + 3000, ended: null, reason: "limpieza de filtros", failed: [] }];
  s.owed_up = 5;
  return judgeSites(s);
}

// One process down, everything else as it should be.
export function single(ago = 96) {
  const s = estate();
  withState(find(s, "nube/5"), "critical", s.now - ago, "connect-refused");
  const i = fail(s, "prep", 12, "07", ago, { root: "nube/5" });
  i.calls = [call(i, "mesa", "acknowledged", s.now - ago + 4), call(i, "web", "received", s.now - 30)];
  answer(i, "mesa", "enterado", s.now - ago + 20);
  return judgeSites(s);
}

// The worst hour that can be thought of: everything fails at once.
export function flood() {
  const s = rough();
  for (const c of s.components) withState(c, "critical", s.now - 100, "answer-none");
  for (const a of s.agents) Object.assign(a, { state: "silent", last_seen: s.now - 100, cause: "unknown", cause_why: "nobody-looks" });
  s.services.forEach((x, n) => {
    if (x.clock) return;
    const i = fail(s, x.id, 20 + n, String(20 + n), 100 + n);
    i.calls = Object.keys(PEOPLE).map((p) => call(i, p, "unanswered", s.now - 90));
    Object.assign(i, { exhausted: true, repeat_at: s.now + 120 });
  });
  s.siren = { on: true, why: ["tree-exhausted", "call-by-hand"] };
  return judgeSites(s);
}

// The same as a drill.
export function drill(s = single()) {
  Object.assign(s, { real: false, stamp: "SIMULACRO 2" });
  Object.assign(s.jornada, { kind: "drill", name: "Segundo simulacro", stamp: "SIMULACRO 2" });
  for (const i of s.incidents) Object.assign(i, { real: false, stamp: "SIMULACRO 2" });
  return s;
}
