// What a chart shows, worked out from the collector's answers (docs/API.md "Series"). No page, no canvas: only numbers.

export const SPANS = { "1h": 3600, "6h": 21600, "24h": 86400, "7d": 7 * 86400, "30d": 30 * 86400, "1y": 366 * 86400, "2y": 731 * 86400 };
export const SPAN_MIN_S = 60;
export const SPAN_MAX_S = 750 * 86400;
export const PHASES = ["dns", "connect", "tls", "first_byte", "total"];
// Shown as a shade along the upper edge of the time that it belongs to, and as a chart of its own.
const OWN = ["state", "bad"];
const MAIN = { icmp: "rtt", tcp: "connect", http: "phases" };
const STATES = ["ok", "warning", "critical", "blind"];

// What the check measures, in the order in which it is offered.
export function valuesOf(check, series) {
  const names = series ? series.names.filter((n) => !OWN.includes(n)) : Object.keys(check.vantages[0]?.values ?? {});
  return check.type === "http" && names.includes("total") ? ["phases", ...names] : names;
}

export function mainValue(check, series) {
  const values = valuesOf(check, series);
  // What fails has measured nothing the last time; what it would measure is known all the same.
  return values.length === 0 || values.includes(MAIN[check.type]) ? MAIN[check.type] ?? "" : values[0];
}

// Unit and words of a value: what the check itself says of it, else what the collector does.
export function unitOf(series, name) {
  return series.about?.values.find((v) => v.name === name) ?? null;
}

export function column(series, name) {
  const at = series.names.indexOf(name);
  return at < 0 ? series.rows.map(() => null) : series.rows.map((r) => r[at]);
}

export function times(series) {
  return series.rows.map((_, i) => series.start + i * series.step);
}

// Runs of one state: [{ from, to, state }], what is not known left out. A row stands for the time up to its label.
export function runs(series) {
  const out = [];
  column(series, "state").forEach((s, i) => {
    if (s === null || s === undefined) return;
    const from = series.start + (i - 1) * series.step;
    const to = from + series.step;
    const state = STATES[Math.round(s)] ?? "blind";
    const last = out.at(-1);
    if (last && last.state === state && Math.abs(last.to - from) < 0.5) last.to = to;
    else out.push({ from, to, state });
  });
  return out;
}

// Loss in words that can be seen: none, some, much, most; a run each.
export function lossRuns(series) {
  if (!series.names.includes("loss")) return [];
  const worst = series.bands?.loss?.max ?? column(series, "loss");
  const out = [];
  worst.forEach((loss, i) => {
    if (!(loss > 0)) return;
    const state = loss > 0.4 ? "most" : loss > 0.05 ? "much" : "some";
    const from = series.start + (i - 1) * series.step;
    const last = out.at(-1);
    if (last && last.state === state && Math.abs(last.to - from) < 0.5) last.to = from + series.step;
    else out.push({ from, to: from + series.step, state });
  });
  return out;
}

// The spread of a value: five rising columns, or its mean alone where nothing more is told.
export function spread(series, name) {
  const b = series.bands?.[name];
  const mean = column(series, name);
  return b && b.p50 ? { min: b.min, p10: b.p10, p50: b.p50, p90: b.p90, max: b.max } : { min: mean, p10: mean, p50: mean, p90: mean, max: mean };
}

// The parts of a request on top of one another, from the lowest: each entry is the upper edge of its part. first_byte and total are
// told from the start. Where the whole is not known nothing is.
export function phaseEdges(series) {
  const [dns, connect, tls, first, total] = PHASES.map((n) => column(series, n));
  const edges = PHASES.map(() => []);
  total.forEach((whole, i) => {
    if (whole === null) {
      edges.forEach((e) => e.push(null));
      return;
    }
    let at = 0;
    [dns[i], connect[i], tls[i]].forEach((part, k) => {
      at += part ?? 0;
      edges[k].push(Math.min(at, whole));
    });
    edges[3].push(Math.min(Math.max(first[i] ?? at, at), whole));
    edges[4].push(whole);
  });
  return edges;
}

// Holes: rows of which nothing is known between rows of which something is.
export function gapCount(values) {
  let gaps = 0;
  let seen = false;
  let open = false;
  for (const v of values) {
    if (v === null || v === undefined) open = seen;
    else {
      if (open) gaps += 1;
      seen = true;
      open = false;
    }
  }
  return gaps;
}

// Answers of several vantage points on one scale of time. Their rows need not fall together.
export function joined(list) {
  const all = [...new Set(list.flatMap(times))].sort((a, b) => a - b);
  const index = new Map(all.map((t, i) => [t, i]));
  return {
    x: all,
    // A vantage's column on the common times. Between two of its own rows other times are passed over (undefined), a hole stays a hole (null).
    put: (series, values) => {
      const out = new Array(all.length).fill(undefined);
      values.forEach((v, i) => { out[index.get(series.start + i * series.step)] = v ?? null; });
      return out;
    },
  };
}

// Few rows that say the same as the picture, for who does not see it: each the spread and the worst state of its time.
export function digest(series, name, rows = 24) {
  const value = name === "phases" ? "total" : name;
  const { min, p50, max } = spread(series, value);
  const states = column(series, "state");
  const t = times(series);
  const size = Math.max(1, Math.ceil(t.length / rows));
  const out = [];
  for (let i = 0; i < t.length; i += size) {
    const part = (list) => list.slice(i, i + size).filter((v) => v !== null && v !== undefined);
    const middle = part(p50).sort((a, b) => a - b);
    const known = part(states);
    out.push({
      holes: known.length < states.slice(i, i + size).length,
      from: t[i] - series.step, to: t[Math.min(i + size, t.length) - 1],
      state: known.length ? STATES[Math.round(known.reduce((a, b) => (order(b) > order(a) ? b : a)))] : null,
      least: middle.length ? Math.min(...part(min)) : null,
      median: middle.length ? middle[Math.floor((middle.length - 1) / 2)] : null,
      most: middle.length ? Math.max(...part(max)) : null,
    });
  }
  return out;
}

// Critical is worse than warning, that worse than not seen.
const order = (s) => [0, 2, 3, 1][Math.round(s)] ?? 0;

export function limitsOf(series, name) {
  const value = name === "phases" ? "total" : name;
  return (series.about?.limits ?? []).filter((l) => l.value === value);
}

