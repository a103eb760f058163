// What is looked at: a span that moves with the clock or a time between two, a value, and from where. It is the address, so that a link shows a
// colleague the very same; what it needs is fetched here and nowhere else.
import { ApiError, get } from "/api.js";
import { SPANS, SPAN_MAX_S, SPAN_MIN_S, mainValue } from "/chart/data.js";

const POINTS = 600;
const MANY = 6; // places at once

export class ChartView {
  constructor(id, ctx) {
    this.id = id;
    this.store = ctx.store;
    this.draw = ctx.draw;
    this.list = []; // answers, one for each place that is shown, with `from`
    this.error = null;
    this.round = 0;
    this.read();
  }

  // --- the address ---------------------------------------------------------------------------------
  read() {
    const q = new URLSearchParams(location.search);
    const start = Number(q.get("start"));
    const end = Number(q.get("end"));
    this.fixed = q.has("start") && end - start >= SPAN_MIN_S && end - start <= SPAN_MAX_S ? [start, end] : null;
    this.span = SPANS[q.get("span")] ? q.get("span") : "1h";
    this.value = q.get("value") ?? "";
    this.from = q.get("from")?.split(",").filter(Boolean) ?? null;
  }

  address() {
    const q = new URLSearchParams();
    if (this.fixed) {
      q.set("start", Math.round(this.fixed[0]));
      q.set("end", Math.round(this.fixed[1]));
    } else q.set("span", this.span);
    if (this.value) q.set("value", this.value);
    if (this.from) q.set("from", this.from.join(","));
    return `${location.pathname}?${q}`;
  }

  // `keep`: the browser's way back leads to what was seen before.
  changed(keep) {
    history[keep ? "pushState" : "replaceState"](null, "", this.address());
    this.load();
    this.draw();
  }

  // --- what is seen ------------------------------------------------------------------------------------
  range() {
    if (this.fixed) return this.fixed;
    const end = Math.floor(this.store.now());
    return [end - SPANS[this.span], end];
  }

  check() {
    for (const component of this.store.status?.components ?? []) {
      const check = component.checks.find((c) => c.id === this.id);
      if (check) return { component, check };
    }
    return null;
  }

  places() {
    return this.check()?.check.vantages.map((v) => v.agent) ?? [];
  }

  shownPlaces() {
    const places = this.places();
    const wanted = this.from ? places.filter((p) => this.from.includes(p)) : places;
    return (wanted.length ? wanted : places.slice(0, 1)).slice(0, MANY);
  }

  shownValue() {
    const found = this.check();
    return found ? this.value || mainValue(found.check, this.list[0]) : this.value;
  }

  choose(change) {
    Object.assign(this, change);
    this.changed(true);
  }

  toggle(place) {
    const shown = this.shownPlaces();
    const next = shown.includes(place) ? shown.filter((p) => p !== place) : [...shown, place];
    if (next.length === 0) return;
    this.from = next;
    this.changed(false);
  }

  zoom(start, end, keep = true) {
    const now = this.store.now();
    const span = Math.min(SPAN_MAX_S, Math.max(SPAN_MIN_S, end - start));
    const middle = (start + end) / 2;
    const right = Math.min(now, middle + span / 2);
    this.fixed = [Math.round(right - span), Math.round(right)];
    this.changed(keep);
  }

  pan(share) {
    const [start, end] = this.range();
    const by = (end - start) * share;
    this.zoom(start + by, end + by, false);
  }

  scale(factor) {
    const [start, end] = this.range();
    const middle = (start + end) / 2;
    this.zoom(middle - ((end - start) * factor) / 2, middle + ((end - start) * factor) / 2, false);
  }

  reset() {
    this.fixed = null;
    this.changed(true);
  }

  // --- fetching --------------------------------------------------------------------------------------------
  start() {
    this.open = true;
    this.load();
    return () => {
      this.open = false;
      clearTimeout(this.timer);
    };
  }

  // The right edge lives: as often as there can be something new to see.
  pace() {
    const [start, end] = this.range();
    return Math.max(2, Math.min(60, (end - start) / POINTS)) * 1000;
  }

  async load() {
    const round = ++this.round;
    const [start, end] = this.range();
    const found = this.check();
    clearTimeout(this.timer);
    if (found) {
      const value = this.shownValue();
      const bands = [value === "phases" ? "total" : value || "*", ...(found.check.type === "icmp" && value !== "loss" ? ["loss"] : [])];
      const ask = (place) => get(`/api/series?${new URLSearchParams({ check: this.id, from: place, start: Math.floor(start), end: Math.ceil(end), points: POINTS, bands: bands.includes("*") ? "*" : bands.join(",") })}`).then((s) => ({ ...s, from: place }));
      const answers = await Promise.allSettled(this.shownPlaces().map(ask));
      if (round !== this.round || !this.open) return;
      const failed = answers.find((a) => a.status === "rejected")?.reason;
      if (failed && !(failed instanceof ApiError)) throw failed;
      const good = answers.filter((a) => a.status === "fulfilled").map((a) => a.value);
      if (good.length || failed?.status === 404) this.list = good;
      this.error = good.length ? null : failed ?? null;
      this.seen = [start, end];
    }
    if (this.open && (!this.fixed || !found)) this.timer = setTimeout(() => this.load(), found ? this.pace() : 1000);
    this.draw();
  }

  // Where the same can be saved.
  download(form, place) {
    const [start, end] = this.seen ?? this.range();
    const q = new URLSearchParams({ check: this.id, from: place, start: Math.floor(start), end: Math.ceil(end) });
    if (form !== "series.csv") {
      q.set("value", this.shownValue());
      q.set("lang", document.documentElement.lang.startsWith("en") ? "en" : "es");
    }
    return `/api/${form}?${q}`;
  }
}
