// One check: what it measured, from where, over an hour or two years.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { momentText, spanText, valueText } from "/time.js";
import { lang, say, word } from "/words.js";
import { whyText } from "/store.js";
import { address } from "/pages.js";
import { State } from "/shapes.js";
import { SPANS, digest, valuesOf } from "/chart/data.js";
import { Plot } from "/chart/plot.js";
import { Strips } from "/chart/strip.js";
import { ChartView } from "/chart/view.js";
import { CopyLink, NotFound, Trail, Vantages } from "/pages/network-parts.js";

export const words = "network";
export const styles = ["/lib/uplot.css", "/pages/network.css"];
export const wants = ["values"];
export const title = (ctx, params) => say("check-title", { id: params.id });

let view = null;

export function opened(ctx, params) {
  view = new ChartView(params.id, ctx);
  return view.start();
}

// Two fields for a time of one's own, in Mexico City's hours.
class FreeSpan extends Component {
  state = { open: false, wrong: false, start: "", end: "" };

  // "2026-06-07T08:15" of a datetime-local field, and back.
  text = (t) => new Date((t - 21600) * 1000).toISOString().slice(0, 16);
  parse = (text) => Date.parse(`${text}:00Z`) / 1000 + 21600;

  go = (e) => {
    e.preventDefault();
    const start = this.parse(this.state.start);
    const end = this.parse(this.state.end);
    const wrong = !(end - start >= 60);
    this.setState({ wrong, open: wrong });
    if (!wrong) view.zoom(start, end);
  };

  toggle = () => {
    const [start, end] = view.range();
    this.setState(({ open }) => ({ open: !open, wrong: false, start: this.text(start), end: this.text(end) }));
  };

  render(props, { open, wrong, start, end }) {
    return html`<span class="net-free"><button type="button" aria-expanded=${open} aria-pressed=${view.fixed !== null} data-test="free" onClick=${this.toggle}>${say("span-free")}</button>
      ${open && html`<form onSubmit=${this.go} data-test="free-form">
        <label>${say("free-from")} <input type="datetime-local" name="start" required value=${start} onInput=${(e) => this.setState({ start: e.target.value })}/></label>
        <label>${say("free-to")} <input type="datetime-local" name="end" required value=${end} onInput=${(e) => this.setState({ end: e.target.value })}/></label>
        <button type="submit">${say("free-show")}</button>
        ${wrong && html`<b role="alert">${say("free-wrong")}</b>`}</form>`}</span>`;
  }
}

function Toolbar({ check }) {
  const value = view.shownValue();
  const values = valuesOf(check, view.list[0]);
  const shown = view.shownPlaces();
  return html`
    <div class="net-bar">
      <div class="net-group" role="group" aria-label=${say("range")}>
        ${Object.keys(SPANS).map((s) => html`<button key=${s} type="button" aria-pressed=${!view.fixed && view.span === s} data-test=${`span-${s}`} onClick=${() => view.choose({ span: s, fixed: null })}>${word("span", s)}</button>`)}
        <${FreeSpan}/>
        ${view.fixed && html`<button type="button" data-test="back" onClick=${() => history.back()}>← ${say("zoom-back")}</button><button type="button" data-test="live" onClick=${() => view.reset()}>${say("zoom-live")} →</button>`}
      </div>
      ${values.length > 1 && html`<label class="net-value">${say("value")} <select data-test="value" value=${value} onChange=${(e) => view.choose({ value: e.target.value })}>
        ${values.map((v) => html`<option key=${v} value=${v} selected=${v === value}>${v === "phases" ? say("phases") : word("value", v)}</option>`)}</select></label>`}
      ${check.vantages.length > 1 && html`<div class="net-group" role="group" aria-label=${say("seen-from")}>${say("seen-from")}
        ${check.vantages.map((v) => html`<button key=${v.agent} type="button" class=${`net-place ${shown.includes(v.agent) ? `net-place-${(shown.indexOf(v.agent) % 5) + 1}` : ""}`} aria-pressed=${shown.includes(v.agent)} data-test=${`place-${v.agent}`} onClick=${() => view.toggle(v.agent)}>${v.agent}</button>`)}</div>`}
    </div>`;
}

// The same in rows, for who does not see the picture.
function Table({ check, series, value, now }) {
  const own = check.yields?.find((y) => y.name === value);
  const name = value === "phases" ? "total" : value;
  return html`<details class="net-table"><summary data-test="table">${say("as-table", { from: series.from })}</summary>
    <div class="net-scroll" tabindex="0" role="region" aria-label=${say("as-table", { from: series.from })}><table><thead><tr><th scope="col">${say("time-span")}</th><th scope="col">${say("state")}</th><th scope="col">${say("least")}</th><th scope="col">${say("median")}</th><th scope="col">${say("most")}</th></tr></thead>
      <tbody>${digest(series, value).map((r) => html`<tr key=${r.from}><th scope="row">${momentText(r.from, now)} – ${momentText(r.to, now)}</th><td>${r.state ? `${word("state", r.state)}${r.holes ? `, ${say("with-holes")}` : ""}` : say("hole")}</td><td>${valueText(name, r.least, own)}</td><td>${valueText(name, r.median, own)}</td><td>${valueText(name, r.most, own)}</td></tr>`)}</tbody></table></div></details>`;
}

function Saves() {
  const place = view.shownPlaces()[0];
  return html`<p class="net-saves">${say("save-as")}
    ${[["graph.png", "PNG"], ["graph.svg", "SVG"], ["series.csv", "CSV"]].map(([form, name]) => html`<a key=${form} href=${view.download(form, place)} download data-test=${`save-${name}`}>${name}</a>`)}
    ${view.shownPlaces().length > 1 && html`<small>${say("save-one", { from: place })}</small>`}
    <${CopyLink}/></p>`;
}

export function View({ ctx, params }) {
  const { now } = ctx;
  const found = view?.id === params.id ? view.check() : null;
  if (!found) return html`<${NotFound} what=${say("no-such-check", { id: params.id })}/>`;
  const { component, check } = found;
  const value = view.shownValue();
  const [start, end] = view.seen ?? view.range();
  const { list, error } = view;
  return html`<main class="net live" data-test="check-page">
    <${Trail} ctx=${ctx} site=${component.site} component=${component} here=${check.id.slice(component.id.length + 1)}/>
    <section class="net-head"><h2><span>${component.name}</span><span class="id">${check.id}</span></h2>
      <p class="net-now"><${State} state=${check.suspect && check.state === "ok" ? "suspect" : check.state}/>
        ${check.since !== null && html`<span>${say("since", { at: momentText(check.since, now) })} (${spanText(now - check.since)})</span>`}
        ${check.why && html`<span>${whyText(check.why)}</span>`}
        ${check.flapping && html`<span>${word("check-note", "flapping")}</span>`}
        <span class="net-weak">${word("check-type", check.type)}</span></p></section>
    <section class="net-chart" aria-label=${say("chart")}>
      <${Toolbar} check=${check}/>
      <${Plot} key=${value} check=${check} list=${list} value=${value} start=${start} end=${end} shown=${lang()} label=${say("chart-of", { value: value === "phases" ? say("phases") : word("value", value), id: check.id, from: momentText(start, now), to: momentText(end, now) })}
        onZoom=${(a, b) => view.zoom(a, b)} onPan=${(s) => view.pan(s)} onScale=${(f) => view.scale(f)} onReset=${() => view.reset()}/>
      ${error && html`<p class="none" role="status" data-test="chart-error">${error.status === 404 ? say("nothing-drawn") : error.message}</p>`}
      ${!error && list.length > 0 && list.every((s) => s.rows.every((r) => r.every((v) => v === null))) && html`<p class="none" data-test="chart-empty">${say("nothing-in-range")}</p>`}
      <${Strips} list=${list} start=${start} end=${end} now=${now} loss=${check.type === "icmp"}/>
      <p class="net-keys" id="net-keys">${say("chart-keys")}</p>
      <${Saves}/>
      ${list.map((s) => html`<${Table} key=${s.from} check=${check} series=${s} value=${value} now=${now}/>`)}
    </section>
    <${Vantages} check=${check} now=${now}/>
    <p class="net-more"><a href=${address("component", component.id)}>${say("to-component", { name: component.name })}</a></p>
  </main>`;
}
