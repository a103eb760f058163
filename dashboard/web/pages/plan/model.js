// What the pages about the plan share: durations of its grammar, moments of a policy, names, search without accents.
const UNITS = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

// "1m30s" -> 90; null for what is no duration ("not-applicable").
export function seconds(text) {
  if (typeof text !== "string" || !/^(\d+(\.\d+)?(us|ms|[smhdw]))+$/.test(text)) return null;
  let sum = 0;
  for (const [, n, unit] of text.matchAll(/(\d+(?:\.\d+)?)(us|ms|[smhdw])/g)) sum += Number(n) * UNITS[unit];
  return sum;
}

// Seconds after the beginning at which a step of a policy is due for a service of that RTO; null: as soon as it is confirmed.
export function stepAt(step, rto) {
  if (step.at === "confirmed") return null;
  let at = (rto * step.at.pct) / 100;
  const min = seconds(step.at.min);
  const max = seconds(step.at.max);
  if (min !== null && at < min) at = min;
  if (max !== null && at > max) at = max;
  return at;
}

// Everything of the plan by its id.
export class Plan {
  constructor(answer) {
    const { findings, ...rest } = answer;
    Object.assign(this, rest);
    this.all = findings;
    const by = (list) => new Map((list ?? []).map((x) => [x.id, x]));
    const p = answer.plan;
    this.components = by(p.components);
    this.people = by(p.people);
    this.seats = by(p.seats);
    this.policies = by(p.policies);
    this.procedures = by(p.procedures);
    this.sites = by(p.sites);
    this.services = by(p.services);
    this.about = new Map(); // "service:copaco" -> findings
    for (const f of findings) {
      for (const where of places(f.where)) this.about.set(where, [...(this.about.get(where) ?? []), f]);
    }
  }

  post(id) {
    return this.people.get(id)?.post ?? id ?? "—";
  }

  seatName(id) {
    return this.seats.get(id)?.name ?? id ?? "—";
  }

  findings(kind, id) {
    return this.about.get(`${kind}:${id}`) ?? [];
  }

  // Who can be called for a service: the people of the seats, teams and levels of its policy's steps, each once.
  callable(service) {
    const found = new Set();
    const seat = (s) => s && [s.titular, s.suplente, ...(this.plan.shifts ?? []).filter((x) => x.seat === s.id).flatMap((x) => [x.titular, x.suplente])].forEach((p) => p && found.add(p));
    for (const step of this.policies.get(service.policy)?.steps ?? []) {
      for (const target of step.call) {
        const [kind, id] = target.split(/:(.*)/s);
        if (kind === "team") seat(this.seats.get(service.team));
        else if (kind === "seat") seat(this.seats.get(id));
        else if (kind === "person") found.add(id);
        else if (kind === "level") for (const s of this.plan.seats ?? []) if (String(s.level) === id) seat(s);
      }
    }
    return [...found];
  }
}

// "seat:a+b" stands at both, "procedure:drp/4" at the procedure.
function places(where) {
  if (!where) return [];
  const [kind, rest] = where.split(/:(.*)/s);
  if (rest === undefined) return [where];
  const ids = kind === "procedure" ? [rest.replace(/\/\d+$/, "")] : rest.split("+");
  return ids.map((id) => `${kind}:${id}`);
}

export const plain = (text) => String(text).normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// Does anything that is said of it hold all the words that were typed?
export function matches(thing, query, ...more) {
  if (query === "") return true;
  const text = plain(JSON.stringify(thing) + more.join(" "));
  return plain(query).split(/\s+/).every((w) => text.includes(w));
}
