// How things hang together by the plan (docs/API.md "Topology"): fetched once for each plan, since only a plan changes it.
import { get } from "/api.js";

let known = null;
let fetching = false;
const EMPTY = { sites: [], components: [] };

// What is known now; `ctx.draw` when there is more.
export function topology(ctx) {
  const wanted = ctx.status?.plan.hash;
  if (known?.plan !== wanted && !fetching) {
    fetching = true;
    get("/api/topology").then((t) => { known = { ...EMPTY, ...t, plan: wanted }; }, () => { known = { ...EMPTY, plan: wanted, failed: true }; setTimeout(() => { known = null; }, 5000); }).finally(() => {
      fetching = false;
      ctx.draw();
    });
  }
  return known ?? EMPTY;
}

export function siteName(ctx, id) {
  return topology(ctx).sites.find((s) => s.id === id)?.name || id || "—";
}

// What a component needs, who needs it, and which processes stand on it.
export function relations(ctx, id) {
  const t = topology(ctx);
  const own = t.components.find((c) => c.id === id);
  return { address: own?.address ?? null, needs: own?.depends_on ?? [], carries: own?.carries ?? [], needed: t.components.filter((c) => c.depends_on.includes(id)).map((c) => c.id) };
}
