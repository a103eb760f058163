// An incident as the collector tells it (docs/API.md), for the pages of one incident: what people do to it is written into its timeline
// and answered with the number of the entry.
import { timeline } from "./fake-collector.mjs";

export const POSTS = { mesa: "Mesa de ayuda", tecnico: "Responsable técnico de publicación", responsable: "Coordinación de continuidad", crisis: "Grupo de crisis", primera: "Titular de la DEPCyC", centro: "Centro de llamadas" };
const EVENTS = { ack: "ack.given", attend: "ack.given", pass: "ack.given", check: "checklist.step", works: "act.restore", "confirm-order": "order.confirmed", "call-result": "call.result" };
const WORDS = { ack: "enterado", attend: "atiendo", pass: "no-puedo" };

const by = (people, why = null, text = null) => people.map((person) => ({ person, post: POSTS[person], why, text }));
// Who may by the plan: [people, the word that stands against all of them].
const DEFAULT_MAY = {
  ack: null, attend: null, pass: null,
  convene: [["responsable"]], wait: [["responsable"]], authorize: [["crisis", "primera"]], declare: [["responsable"], "not-authorised"], ratify: [["crisis"], "nothing-to-ratify"],
  decline: [["responsable", "crisis", "primera"]], "false-alarm": null, order: [["responsable", "crisis"]], resume: [["mesa", "responsable"], "not-restored"], close: null, "no-drill": null, adopt: [["mesa", "responsable"], "same-plan"], "final-report": [["responsable"]],
};
export const DENIED = { convene: "level-2-convenes", wait: "level-2-convenes", authorize: "level-1-authorises", declare: "level-2-declares", ratify: "level-1-ratifies", decline: "levels-1-2-decline", order: "levels-1-2-order", resume: "area-resumes", adopt: "levels-adopt", "final-report": "level-2-hands-in" };

export class FakeIncident {
  // `status`: of the fake collector, whose incident at `index` this is.
  constructor(collector, index = 0) {
    this.collector = collector;
    this.index = index;
    this.entries = timeline(collector.status);
    this.may = { ...DEFAULT_MAY };
    this.acts = []; // what was sent: { act, body }
    this.extra = {};
    this.brief = {};
    this.answer = null; // ({ act, body, record }) -> an answer instead of the usual one
    Object.assign(this.listed, { real: true, stamp: "REAL", jornada: null, promoted: null, plan_adopted: null, silenced: false, owed_resume: 0, orders: [], authorised: [], quorum: 1, declared_by: null, ratification: null, unconfirmed: 0,
      irregular: [], checklists: [], reports: [], report_count: 0, class: "technical", complete: false, contradicted: false, merged_into: null, return_began: null, return_done: null, report_due: null, report_handed_in: false,
      impact: [{ what: "mesas", count: 33 }], impact_possible: false, sites: ["catd-01"], gate: { state: "shut", why: null, opened: null, waits: 0, until: this.listed.began + 300 } });
    const at = new RegExp(`^/v1/incidents/(?:${this.listed.id}|${this.listed.folio})$`);
    collector.on("GET", at, ({ url }) => (this.listed ? this.body(url.searchParams) : { status: 404, body: { error: "not-found", text: "There is no such incident" } }));
    collector.on("POST", new RegExp(`^/v1/incidents/(${this.listed.id})/([a-z-]+)$`), ({ match, body, account }) => this.act(match[2], body, account));
  }

  get listed() {
    return this.collector.status.incidents[this.index];
  }

  // A change that everybody sees: the journal grows by it.
  change(fields) {
    Object.assign(this.listed, fields);
    this.grow();
  }

  grow() {
    this.collector.say(this.collector.status);
  }

  mayRows(as, list) {
    return Object.entries(this.may).map(([act, rule]) => {
      const [people, why = null] = rule ?? [[]];
      const allowed = as === null ? null : rule === null || (people.includes(as) && why === null);
      const against = allowed === false ? (people.includes(as) ? why : DENIED[act] ?? "level-1-authorises") : null;
      return { act, what: act === "order" ? "suspend" : null, n: null, entry: null, service: null, allowed, why: against, text: against && `text of ${against}`, anybody: rule === null, people: list && rule ? by(people, why, why && `text of ${why}`) : [] };
    });
  }

  body(query) {
    const i = this.listed;
    const s = this.collector.status.services.find((x) => x.id === i.services[0]);
    const clock = s.clock;
    const called = [...new Map(i.calls.map((c) => [c.person, c])).values()];
    const acked = new Map(this.entries.filter((e) => e.kind === "ack.given").map((e) => [e.body.person, e]));
    const done = this.entries.filter((e) => e.kind.startsWith("act.")).map((e) => ({ entry: e.seq, at: e.at, act: e.kind.slice(4), person: e.body.person, post: POSTS[e.body.person] ?? e.body.person, recorded_by: e.body.recorded_by, proof: e.body.proof, state: e.body.proof === "voice" ? "unconfirmed" : "plain", second: null, due: e.body.proof === "voice" ? e.at + 600 : null, note: e.body.note ?? "" }));
    const as = query.get("as");
    return {
      ...i, timeline: this.entries,
      brief: {
        now: Date.now() / 1000,
        services: clock ? [{ id: s.id, name: s.name, area: s.area, criticality: s.criticality, rto: s.rto, running: clock.running, estimated: false, began: clock.began, not_before: clock.began_not_before, elapsed: 42, left: s.rto - 42, breach_at: clock.breach_at, breached: clock.breached, restored: clock.restored, checks: 3, failing: 2, recovered: 1, next_mark: clock.next_mark, next_pct: clock.next_pct }] : [],
        urgent: s.id,
        people: called.map((c) => ({ person: c.person, post: c.post, seat: c.seat, level: c.seat === "coordinador" ? 2 : 0, calls: 1, answered: acked.has(c.person), act: acked.get(c.person)?.body.act ?? null, at: acked.get(c.person)?.at ?? c.at, state: c.state })),
        done, clause: { code: "UTSI/PL/01", revision: "01", policy: "critica", step: 3, service: s.id, procedure: "drp", mark: i.began + 48, latest: i.began + 90, window: 30 },
        gate: i.gate, authorised: i.authorised, quorum: i.quorum, declared_by: i.declared_by, ratification: i.ratification, unconfirmed: 0, irregular: i.irregular, checklists: i.checklists, ...this.brief,
      },
      final_report: { start: i.began, start_by: "measured", end: null, end_by: null, declared: null, reports: [], activities: [], areas: [], suppliers: [], problems: [], purchases: [], improvements: [], return_began: null, return_done: null, handed_in: null, ref: null, ...this.report },
      ...(as || query.has("may") ? { may: { as, recorded_by: query.get("recorded_by"), acts: [...this.mayRows(as, query.has("may")), ...(this.extraMay ?? [])] } } : {}),
      ...this.extra,
    };
  }

  // Writes the act down as the journal would; returns the entry.
  record(act, body, account) {
    const seq = this.entries.at(-1).seq + 1 + this.index * 1000;
    const now = Date.now() / 1000;
    const person = body.as ?? account?.person ?? "mesa";
    const entry = { seq, at: now, recorded: now, kind: EVENTS[act] ?? `act.${act}`, version: 1, body: { incident: this.listed.id, act: WORDS[act], person, recorded_by: body.recorded_by ?? person, proof: body.proof ?? (body.pin ? "pin" : "session"), note: body.note ?? "", expires: now + 900, what: body.what } };
    this.entries = [...this.entries, entry];
    this.grow();
    return entry;
  }

  act(act, body, account) {
    this.acts.push({ act, body });
    const record = () => this.record(act, body, account);
    const own = this.answer?.({ act, body, record });
    if (own) return own;
    return { incident: this.listed.id, seq: record().seq, folio: this.listed.folio };
  }
}
