// The names of the plan in force, for choosing by name (docs/API.md "Names"). They are kept in the browser, so that a form can be
// filled in while the board is out of reach; a plan with another hash brings others.
import { get } from "/api.js";

const KEPT = "vigia.names";
const now = { names: null, asked: null };

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEPT));
  } catch {
    return null; // no storage, or none of ours: asked for again
  }
}

function keep(names) {
  now.names = names;
  try {
    localStorage.setItem(KEPT, JSON.stringify(names));
  } catch {
    // Without storage the page works as long as it is open.
  }
}

async function ask(ctx, hash) {
  now.asked = hash;
  try {
    keep(await get("/api/v1/plan/names"));
  } catch {
    // What is known of an earlier plan, or of the status, goes on; the next status asks again.
    setTimeout(() => { now.asked = null; }, 5000);
  }
  ctx.draw();
}

// What the status itself knows, until the plan's names have come.
function fromStatus(s) {
  const sites = [...new Set(s.components.map((c) => c.site).filter(Boolean))];
  return {
    hash: null,
    sites: sites.map((id) => ({ id, name: id })),
    services: s.services.map(({ id, name, criticality, area }) => ({ id, name, criticality, area })),
    components: s.components.map(({ id, name, site }) => ({ id, name, site })),
    checks: s.components.flatMap((c) => c.checks.map((k) => k.id)),
    report_types: [],
    seats: (s.duty ?? []).map(({ seat, name, level }) => ({ id: seat, name, level })),
    people: [...new Map((s.duty ?? []).flatMap((d) => d.people).map((p) => [p.person, { id: p.person, post: p.post }])).values()],
    posts: [],
  };
}

// The names as well as they are known; `whole` is false while the plan's own list has not come.
export function planNames(ctx) {
  const { hash } = ctx.status.plan;
  now.names ??= remembered();
  if (now.names?.hash !== hash && now.asked !== hash) ask(ctx, hash);
  return now.names ? { ...now.names, whole: true } : { ...fromStatus(ctx.status), whole: false };
}

const named = (list, id) => list?.find((x) => x.id === id);
export const siteName = (names, id) => (id ? named(names.sites, id)?.name ?? id : "");
export const serviceLabel = (names, id) => (id ? named(names.services, id)?.name ?? id : "");
export const typeName = (names, id) => named(names.report_types, id)?.name;
// A person by post, never by name: the plan knows posts only.
export const postOf = (names, id) => (id ? named(names.people, id)?.post ?? id : "");
