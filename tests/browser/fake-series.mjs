// Series with all that a chart needs (docs/API.md "Series", "Topology"): a hole, an outage, smoke around the median, limits.
const VALUES = {
  icmp: [["rtt", "s"], ["rtt_min", "s"], ["rtt_avg", "s"], ["rtt_max", "s"], ["jitter", "s"], ["loss", "1"]],
  http: [["dns", "s"], ["connect", "s"], ["tls", "s"], ["first_byte", "s"], ["total", "s"], ["status", ""], ["size", "B"], ["days_left", "d"]],
  tcp: [["connect", "s"]],
  snmp: [["oper", ""]],
};

// `kind`: what the check measures, where its name does not say it.
export function bands(query, kind = null) {
  const start = Number(query.get("start"));
  const end = Number(query.get("end"));
  const check = query.get("check");
  const wanted = query.get("bands")?.split(",") ?? [];
  const type = kind ?? (wanted.includes("oper") ? "snmp" : check.endsWith(":ping") ? "icmp" : check.endsWith(":http") ? "http" : "tcp");
  const names = VALUES[type].map(([n]) => n);
  const points = Math.min(300, Number(query.get("points") ?? 300));
  const step = Math.max(1, Math.round((end - start) / points));
  const share = (i) => i / points;
  const far = query.get("from") === "ccv" ? 1.7 : 1;
  const rows = [];
  const spread = { min: [], p10: [], p50: [], p90: [], max: [] };
  for (let i = 0; i < points; i++) {
    const wave = far * (1 + 0.25 * Math.sin(i / 9) + 0.15 * Math.sin(i / 2.3));
    const hole = share(i) >= 0.3 && share(i) < 0.4;
    const outage = share(i) >= 0.83 && share(i) < 0.87;
    const lost = share(i) >= 0.6 && share(i) < 0.63 ? 0.2 : 0;
    const value = { rtt: 0.004 * wave, rtt_min: 0.003, rtt_avg: 0.0041 * wave, rtt_max: 0.009 * wave, jitter: 0.0002, loss: lost, dns: 0.001, connect: 0.002, tls: 0.009 * wave, first_byte: 0.012 + 0.03 * wave, total: 0.02 + 0.04 * wave, status: 200, size: 5120, days_left: 61 - share(i), oper: share(i) > 0.7 ? 2 : 1 };
    if (hole) rows.push([null, null, ...names.map(() => null)]);
    else if (outage) rows.push([2, 1, ...names.map((n) => (n === "loss" ? 1 : null))]);
    else rows.push([lost ? 1 : 0, lost ? 1 : 0, ...names.map((n) => value[n])]);
    const known = !hole && !outage;
    const of = names.includes(wanted[0]) ? value[wanted[0]] : value[names[0]];
    const wide = 1 + 0.8 * (1 + Math.cos(i / 5));
    for (const [k, f] of [["min", 0.7], ["p10", 0.85], ["p50", 1], ["p90", 1 + 0.2 * wide], ["max", 1 + 0.5 * wide]]) spread[k].push(known ? of * (wanted[0] === "days_left" || wanted[0] === "oper" ? 1 : f) : null);
  }
  const loss = names.indexOf("loss") + 2;
  const column = rows.map((r) => (loss > 1 ? r[loss] : null));
  return {
    start: start + step, step, names: ["state", "bad", ...names], rows, fine: step, newest: end,
    ...(wanted.length ? { bands: { [wanted[0] === "*" ? names[0] : wanted[0]]: spread, ...(wanted.includes("loss") ? { loss: { min: column, p10: column, p50: column, p90: column, max: column } } : {}) } } : {}),
    about: {
      check, component: check.split(":")[0], name: "Cortafuegos A", site: "dc", site_name: "Centro de datos", type, from: query.get("from") || "catd-01", interval: 5,
      values: VALUES[type].map(([name, unit]) => ({ name, unit, words: [] })),
      limits: type === "icmp" ? [{ state: "warning", value: "rtt", op: ">", limit: 0.009 }, { state: "critical", value: "rtt", op: ">", limit: 0.2 }] : type === "http" ? [{ state: "warning", value: "total", op: ">", limit: 0.09 }] : [],
      institution: "Instituto de ejemplo", code: "UTSI/PL/01", revision: "01", real: true, stamp: "REAL",
    },
  };
}

export function topology() {
  const component = (id, depends_on = [], carries = [], address = null) => ({ id, address, depends_on, carries });
  return {
    plan: "c0ffee",
    sites: [{ id: "dc", name: "Centro de datos", kind: "dc" }, { id: "azure", name: "Nube", kind: "cloud" }, { id: "catd-01", name: "CATD 01 Coyoacán", kind: "catd" }, { id: "ccv", name: "Centro de cómputo y voto", kind: "ccv" }],
    components: [
      component("dc/fw-a", [], ["copaco"], "192.0.2.1"), component("dc/fw-b", [], ["copaco"], "192.0.2.2"), component("dc/balanceador", ["dc/fw-a", "dc/fw-b"], ["prep"]),
      component("azure/sqlmi", [], ["copaco", "sei"]), component("prep/difusion", ["dc/balanceador"], ["prep"], "192.0.2.40"), component("dc/mail", [], ["correo"]), component("catd-01/enlace", [], ["sei"]),
    ],
  };
}
