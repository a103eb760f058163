// One chart by uPlot: smoke, stacked parts or lines of several places, with limits, zoom by dragging and the arrow keys. It shows what it is given and tells
// what is wanted: onZoom(start, end), onPan(share), onScale(factor).
import { Component, createRef } from "/lib/preact.js";
import uPlot from "/lib/uplot.js";
import { html } from "/html.js";
import { clockText, momentText, valueText } from "/time.js";
import { say, word } from "/words.js";
import { gapCount, joined, limitsOf, phaseEdges, PHASES, spread, times, unitOf } from "/chart/data.js";

// The same left and right as the strips below (network.css).
const LEFT = 84;
const RIGHT = 16;
const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3]];

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
// The page's styles say which colours there are; both themes have their own.
const colours = () => [1, 2, 3, 4, 5].map((i) => colour(`--net-line-${i}`));

function axisTime(t, span) {
  const day = () => momentText(t, 0).replace(/ \d\d:\d\d:\d\d$/, "");
  if (span > 80 * 86400) return day();
  if (span > 3 * 86400) return day().replace(/ \d{4}$/, "");
  return span < 900 ? clockText(t) : clockText(t).slice(0, 5);
}

// Ticks at round hours of Mexico City, not of UTC.
const STEPS = [10, 30, 60, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 2 * 86400, 7 * 86400, 14 * 86400, 30 * 86400, 61 * 86400, 122 * 86400, 183 * 86400];
function ticks(min, max, width) {
  const step = STEPS.find((s) => (max - min) / s <= width / 90) ?? STEPS.at(-1);
  const out = [];
  for (let t = Math.ceil((min - 21600) / step) * step + 21600; t <= max; t += step) out.push(t);
  return out;
}

export class Plot extends Component {
  box = createRef();

  componentDidMount() {
    this.resize = new ResizeObserver(() => this.plot?.setSize(this.size()));
    this.resize.observe(this.box.current);
    this.theme = new MutationObserver(() => this.make());
    this.theme.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    this.make();
  }

  componentDidUpdate(before) {
    if (before.list !== this.props.list || before.value !== this.props.value || before.start !== this.props.start || before.end !== this.props.end || before.shown !== this.props.shown) this.make();
  }

  componentWillUnmount() {
    this.resize.disconnect();
    this.theme.disconnect();
    this.plot?.destroy();
  }

  size() {
    return { width: Math.max(200, this.box.current.clientWidth), height: this.props.height ?? Math.max(240, Math.min(460, innerHeight * 0.45)) };
  }

  // Columns and how each is drawn.
  build() {
    const { list, value } = this.props;
    const paint = colours();
    const stats = { series: list.length, gaps: 0, points: 0 };
    const line = (label, i, extra = {}) => ({ label, stroke: paint[i % 5], width: 2, dash: DASHES[i % 4], spanGaps: false, points: { show: false }, value: (u, v) => valueText(this.measured(), v, this.own()), ...extra });
    const edge = { stroke: "transparent", width: 0, spanGaps: false, points: { show: false } };
    if (list.length === 0) return { data: [[]], series: [], bands: [], stats, most: 0 };
    if (list.length > 1) {
      const grid = joined(list);
      const columns = list.map((s) => spread(s, this.measured()).p50);
      columns.forEach((c) => { stats.gaps += gapCount(c); stats.points += c.filter((v) => v !== null).length; });
      return { data: [grid.x, ...list.map((s, i) => grid.put(s, columns[i]))], series: list.map((s, i) => line(s.from, i)), bands: [], stats, most: top(columns.flat()) };
    }
    const [s] = list;
    if (value === "phases") {
      const edges = phaseEdges(s);
      stats.gaps = gapCount(edges[4]);
      stats.points = edges[4].filter((v) => v !== null).length;
      // From the highest to the lowest, each filled to the ground: what lies below paints over it.
      const parts = PHASES.map((p, i) => ({ ...edge, label: word("phase", p), stroke: colour(`--net-phase-${i + 1}`), width: 1, fill: colour(`--net-phase-${i + 1}`), value: (u, v, si, idx) => (idx === null || v === null ? "—" : valueText("total", v - (edges[i - 1]?.[idx] ?? 0))) }));
      return { data: [times(s), ...[...edges].reverse()], series: [...parts].reverse(), bands: [], stats, most: top(edges[4]) };
    }
    const { min, p10, p50, p90, max } = spread(s, value);
    const own = this.own();
    stats.gaps = gapCount(p50);
    stats.points = p50.filter((v) => v !== null).length;
    if (own?.words?.length) return { data: [times(s), max], series: [line(word("value", value), 0, { paths: uPlot.paths.stepped({ align: -1 }) })], bands: [], stats, most: top(max) };
    const text = (label) => ({ ...edge, label, value: (u, v) => valueText(this.measured(), v, own) });
    return {
      data: [times(s), min, p10, p50, p90, max],
      series: [text(say("least")), text("p10"), line(say("median"), 0), text("p90"), text(say("most"))],
      bands: [{ series: [5, 1], fill: colour("--net-smoke-2") }, { series: [4, 2], fill: colour("--net-smoke-1") }],
      stats, most: top(max),
    };
  }

  measured() {
    return this.props.value === "phases" ? "total" : this.props.value;
  }

  // What the check says of its values by itself; the board knows the others by their names.
  own() {
    return this.props.check.yields?.find((y) => y.name === this.measured()) ?? null;
  }

  make() {
    const { list, start, end } = this.props;
    const { data, series, bands, stats, most } = this.build();
    const limits = list[0] ? limitsOf(list[0], this.props.value) : [];
    const lowest = Math.min(0, ...data.slice(1).flatMap((c) => c.filter((v) => v !== null && v !== undefined)));
    const near = limits.map((l) => l.limit).filter((l) => l <= most * 1.6);
    const ink = colour("--ink-2");
    const grid = { stroke: colour("--line"), width: 1 };
    const own = this.own();
    const numbers = own?.words?.length ? own.words.map((w) => w.number) : null;
    const high = numbers ? Math.max(most, ...numbers) + 0.5 : Math.max(most, ...near, 1e-6) * 1.12;
    this.plot?.destroy();
    this.plot = new uPlot({
      ...this.size(),
      padding: [10, RIGHT, 0, 0],
      scales: { x: { time: false, range: () => [start, end] }, y: { range: () => [numbers ? Math.min(0, ...numbers) : lowest * 1.12, high] } },
      cursor: { drag: { x: true, y: false, setScale: false } },
      axes: [
        { stroke: ink, grid, ticks: grid, splits: (u, i, min, max) => ticks(min, max, u.bbox.width / devicePixelRatio), values: (u, at) => at.map((t) => axisTime(t, end - start)) },
        { stroke: ink, grid, ticks: grid, size: LEFT, ...(numbers ? { splits: () => numbers } : {}), values: (u, at) => at.map((v) => (v === 0 && !numbers ? "0" : valueText(this.measured(), v, own ?? unitFor(list[0], this.measured())))) },
      ],
      legend: { live: true },
      series: [{ label: say("hour"), value: (u, t) => (t === null ? "—" : momentText(t, end)) }, ...series],
      bands,
      hooks: {
        draw: [(u) => this.drawLimits(u, limits)],
        setSelect: [(u) => {
          if (u.select.width < 4) return;
          const from = u.posToVal(u.select.left, "x");
          const to = u.posToVal(u.select.left + u.select.width, "x");
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          this.props.onZoom(from, to);
        }],
      },
    }, data, this.box.current);
    Object.assign(this.box.current.dataset, { points: stats.points, gaps: stats.gaps, series: stats.series, start: Math.round(start), end: Math.round(end) });
  }

  drawLimits(u, limits) {
    const { ctx } = u;
    const { left, top: upper, width, height } = u.bbox;
    ctx.save();
    ctx.textAlign = "left";
    ctx.textBaseline = "bottom";
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    for (const limit of limits) {
      const y = u.valToPos(limit.limit, "y", true);
      if (y < upper || y > upper + height) continue;
      ctx.strokeStyle = ctx.fillStyle = colour(limit.state === "critical" ? "--bad" : "--warning");
      ctx.lineWidth = devicePixelRatio * 1.5;
      ctx.setLineDash(limit.state === "critical" ? [10, 4] : [3, 3]);
      ctx.beginPath();
      ctx.moveTo(left, y);
      ctx.lineTo(left + width, y);
      ctx.stroke();
      ctx.fillText(`${word("state", limit.state)} ${limit.op} ${valueText(this.measured(), limit.limit, this.own())}`, left + 6 * devicePixelRatio, y - 2 * devicePixelRatio);
    }
    ctx.restore();
  }

  key = (e) => {
    const act = {
      ArrowLeft: () => this.props.onPan(-0.25), ArrowRight: () => this.props.onPan(0.25), "+": () => this.props.onScale(0.5), "=": () => this.props.onScale(0.5),
      "-": () => this.props.onScale(2), Home: () => this.props.onReset(), End: () => this.props.onReset(), 0: () => this.props.onReset(),
    }[e.key];
    if (!act || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    act();
  };

  render({ label }) {
    return html`<div class="net-plot" data-test="plot" tabindex="0" role="group" aria-label=${label} aria-describedby="net-keys" onKeyDown=${this.key} ref=${this.box}></div>`;
  }
}

// Units that the board does not know by a value's name come from the answer itself.
function unitFor(series, name) {
  const own = series ? unitOf(series, name) : null;
  return own && own.words.length ? own : null;
}

function top(values) {
  return values.reduce((m, v) => (v > m ? v : m), 0);
}
