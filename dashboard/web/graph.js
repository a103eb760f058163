// The graph of one check: what it measured, with its extremes where it has them, and its state as a
// strip below. Unknown stays a hole: no line is drawn over what was not seen.
import { Component, createRef } from "/lib/preact.js";
import uPlot from "/lib/uplot.js";
import { html } from "/html.js";
import { clockText, valueText } from "/time.js";
import { say, word } from "/words.js";
import { State } from "/shapes.js";
import { whyText } from "/store.js";
import { address } from "/pages.js";

const RANGES = { "1h": 3600, "6h": 21600, "24h": 86400 };
const RELOAD_MS = 5000;
const POINTS = 600;
// What is drawn for each type, and the pair that bounds it.
const DRAWN = { icmp: { line: "rtt", low: "rtt_min", high: "rtt_max", share: "loss" }, tcp: { line: "connect" }, http: { line: "total", parts: ["dns", "connect", "tls", "first_byte"] } };
const COLOURS = ["#7cc4e8", "#c9a2ff", "#8fd6a8", "#e9c46a", "#f4a3a3"];
const STRIP = { ok: "#3f9d6f", warning: "#e0a93a", critical: "#f0564a", blind: "#a58be0" };

// series.h: state 0 ok, 1 warning, 2 critical, 3 blind, as an average over the step; bad is the share
// of bad samples. Nothing at all is nothing at all.
export function stripState(state, bad) {
  if (state === null || state === undefined) return null;
  if (bad > 0) return state / bad >= 1.5 ? "critical" : "warning";
  return state > 0.001 ? "blind" : "ok";
}

function columns(series) {
  const at = Object.fromEntries(series.names.map((n, i) => [n, i]));
  const x = series.rows.map((_, i) => series.start + i * series.step);
  const of = (name) => (name in at ? series.rows.map((r) => r[at[name]]) : null);
  return { x, of, strip: series.rows.map((r) => stripState(r[at.state], r[at.bad])) };
}

function drawStrip(strip) {
  return (u) => {
    const ctx = u.ctx;
    const { left, top, width, height } = u.bbox;
    const bar = Math.round(9 * devicePixelRatio);
    const x = u.data[0];
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    for (let i = 0; i < x.length; i++) {
      if (strip[i] === null) continue;
      const a = u.valToPos(x[i] - (x[1] - x[0]), "x", true);
      const b = u.valToPos(x[i], "x", true);
      ctx.fillStyle = STRIP[strip[i]];
      ctx.fillRect(Math.floor(a), top + height - bar, Math.ceil(b - a) + 1, bar);
    }
    ctx.restore();
  };
}

export class Graph extends Component {
  constructor() {
    super();
    this.state = { range: "1h", from: null, error: null, empty: false };
    this.box = createRef();
    this.dialog = createRef();
  }

  componentDidMount() {
    this.dialog.current.showModal();
    this.load();
    this.timer = setInterval(() => this.load(), RELOAD_MS);
    this.resize = () => this.plot?.setSize(this.size());
    addEventListener("resize", this.resize);
  }

  componentWillUnmount() {
    this.gone = true;
    clearInterval(this.timer);
    removeEventListener("resize", this.resize);
    this.plot?.destroy();
  }

  size() {
    return { width: this.box.current.clientWidth, height: Math.max(220, Math.min(440, innerHeight * 0.5)) };
  }

  from() {
    return this.state.from ?? this.props.check.vantages[0]?.agent ?? "";
  }

  async load() {
    const { check, store } = this.props;
    const end = Math.floor(store.now());
    const range = this.state.range;
    const query = new URLSearchParams({ check: check.id, from: this.from(), start: end - RANGES[range], end, points: POINTS });
    try {
      const answer = await fetch(`/api/series?${query}`, { cache: "no-store" });
      const body = await answer.json();
      if (this.gone || range !== this.state.range) return;
      if (answer.ok) this.draw(body, end);
      else this.setState({ error: answer.status === 404 ? say("nothing-drawn") : body.text });
    } catch (e) {
      if (!(e instanceof TypeError || e instanceof SyntaxError)) throw e;
      if (!this.gone) this.setState({ error: e.message });
    }
  }

  draw(series, end) {
    const { check } = this.props;
    const own = (name) => check.yields?.find((y) => y.name === name);
    const what = DRAWN[check.type] ?? { line: series.names.find((n) => n !== "state" && n !== "bad") };
    const { x, of, strip } = columns(series);
    const names = [what.low, what.high, what.line, ...(what.parts ?? [])].filter((n) => n && of(n));
    const data = [x, ...names.map(of)];
    const style = getComputedStyle(document.documentElement);
    const ink = style.getPropertyValue("--ink-2");
    const grid = style.getPropertyValue("--line");
    const options = {
      ...this.size(),
      scales: { x: { time: true, range: [end - RANGES[this.state.range], end] }, y: { range: (u, min, max) => [0, Math.max(max ?? 0, 1e-6) * 1.15] } },
      tzDate: (t) => new Date((t - 6 * 3600 + new Date(t * 1000).getTimezoneOffset() * 60) * 1000),
      axes: [
        { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid }, values: (u, at) => at.map((t) => clockText(t).slice(0, 5)) },
        { stroke: ink, grid: { stroke: grid, width: 1 }, ticks: { stroke: grid }, size: 76, values: (u, at) => at.map((v) => valueText(what.line, v, own(what.line))) },
      ],
      legend: { live: true },
      series: [
        { label: say("hour"), value: (u, t) => (t === null ? "—" : clockText(t)) },
        ...names.map((n, i) => ({
          label: word("value", n), stroke: n === what.line ? COLOURS[0] : n === what.low || n === what.high ? "rgba(124,196,232,.45)" : COLOURS[1 + (i % 4)],
          width: n === what.line ? 2 : 1, spanGaps: false, points: { show: false }, value: (u, v) => valueText(n, v, own(n)),
        })),
      ],
      bands: names[0] === what.low && names[1] === what.high ? [{ series: [2, 1], fill: "rgba(124,196,232,.18)" }] : [],
      hooks: { draw: [drawStrip(strip)] },
    };
    this.plot?.destroy();
    this.plot = new uPlot(options, data, this.box.current);
    this.setState({ error: null, empty: strip.every((s) => s === null), points: strip.filter((s) => s !== null).length });
  }

  choose(change) {
    this.setState(change, () => this.load());
  }

  render({ check, component, close }, { range, error, empty, points }) {
    const last = check.vantages.find((v) => v.agent === this.from());
    return html`
      <dialog class="graph" ref=${this.dialog} onClose=${close} aria-labelledby="h-graph" data-test="graph" data-points=${points ?? ""}>
        <header>
          <h2 id="h-graph">${component.name}<span class="id">${check.id}</span></h2>
          <${State} state=${check.state}/>
          <form method="dialog"><button type="submit" class="close" onClick=${(e) => { e.preventDefault(); this.dialog.current.close(); }}>${say("close")}</button></form>
        </header>
        <p class="to-page"><a href=${address("check", check.id)} onClick=${() => this.dialog.current.close()}>${say("open-check-page")}</a></p>
        <p class="ranges" role="group" aria-label=${say("range")}>
          ${Object.keys(RANGES).map((r) => html`<button key=${r} type="button" aria-pressed=${r === range} data-test=${`range-${r}`} onClick=${() => this.choose({ range: r })}>${r.replace("h", " h")}</button>`)}
          ${check.vantages.length > 1 && check.vantages.map((v) => html`<button key=${v.agent} type="button" class="from" aria-pressed=${v.agent === this.from()} onClick=${() => this.choose({ from: v.agent })}>${v.agent}</button>`)}
        </p>
        <div class="plot" ref=${this.box}></div>
        ${(error || empty) && html`<p class="none">${error ?? say("nothing-in-range")}</p>`}
        <p class="strip-key"><span class="k-ok">${word("state", "ok")}</span><span class="k-warning">${word("state", "warning")}</span><span class="k-critical">${word("state", "critical")}</span><span class="k-blind">${word("state", "blind")}</span><span class="k-none">${say("hole")}</span></p>
        ${last && html`<p class="last">${say("last-sample", { at: last.t === null ? "—" : clockText(last.t), from: last.agent })} ${last.outcome ? whyText(last.outcome) : ""}
          ${Object.entries(last.values ?? {}).filter(([, v]) => v !== null).map(([n, v]) => html`<span key=${n}>${word("value", n)} <b>${valueText(n, v, check.yields?.find((y) => y.name === n))}</b></span>`)}</p>`}
      </dialog>`;
  }
}
