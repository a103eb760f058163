// All that is watched, in one dense table: filtered by text, state and place, sorted by any column, worked by the keyboard alone.
import { Component, createRef } from "/lib/preact.js";
import { html } from "/html.js";
import { momentText, spanText, valueText } from "/time.js";
import { say, word } from "/words.js";
import { whyText } from "/store.js";
import { address } from "/pages.js";
import { State, look } from "/shapes.js";
import { mainValue } from "/chart/data.js";
import { relations, siteName, topology } from "/topology.js";

export const words = "network";
export const styles = ["/pages/network.css"];
export const wants = ["values"];
export const title = () => say("menu-network");

const ORDER = ["critical", "unreachable", "blind", "unknown", "warning", "ok"];
const FIRST = 200;

// What one row says, worked out once for sorting, filtering and showing.
function rowOf(ctx, component) {
  const bad = component.checks.filter((c) => c.state !== "ok");
  const r = relations(ctx, component.id);
  const first = component.checks[0];
  const name = first ? mainValue(first, null) : "";
  const value = name === "phases" ? "total" : name;
  const worst = first ? Math.max(...first.vantages.map((v) => v.values?.[value] ?? -Infinity)) : -Infinity;
  return {
    component, bad, carries: r.carries, site: siteName(ctx, component.site), why: whyText(bad.find((c) => c.why)?.why),
    value: Number.isFinite(worst) ? valueText(value, worst, first.yields?.find((y) => y.name === value)) : "—", number: worst,
    text: [component.name, component.id, component.site, siteName(ctx, component.site), r.address, ...r.carries].join(" ").toLocaleLowerCase(),
  };
}

const SORTS = {
  state: (a, b) => ORDER.indexOf(a.component.state) - ORDER.indexOf(b.component.state) || a.component.name.localeCompare(b.component.name),
  name: (a, b) => a.component.name.localeCompare(b.component.name),
  site: (a, b) => a.site.localeCompare(b.site) || a.component.name.localeCompare(b.component.name),
  since: (a, b) => (b.component.since ?? 0) - (a.component.since ?? 0),
  value: (a, b) => b.number - a.number,
  carries: (a, b) => b.carries.length - a.carries.length,
};

class Table extends Component {
  box = createRef();
  input = createRef();
  state = { ...read(), all: false };

  componentDidMount() {
    this.slash = (e) => {
      if (e.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName) || e.ctrlKey || e.metaKey || e.altKey) return;
      e.preventDefault();
      this.input.current.focus();
    };
    addEventListener("keydown", this.slash);
  }

  componentWillUnmount() {
    removeEventListener("keydown", this.slash);
  }

  set(change) {
    this.setState(change, () => {
      const q = new URLSearchParams();
      for (const key of ["text", "state", "site", "sort"]) if (this.state[key] && this.state[key] !== DEFAULTS[key]) q.set(key, this.state[key]);
      if (this.state.down) q.set("down", "1");
      history.replaceState(null, "", `${location.pathname}${q.size ? `?${q}` : ""}`);
    });
  }

  // Up and down from row to row; Enter opens, as for any link.
  key = (e) => {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    const links = [...this.box.current.querySelectorAll("tbody a.net-row")];
    const at = links.indexOf(document.activeElement);
    const next = e.key === "ArrowDown" ? links[at + 1] : at > 0 ? links[at - 1] : this.input.current;
    if (!next || e.target.tagName === "SELECT") return;
    e.preventDefault();
    next.focus();
  };

  Head = ({ by, children }) => {
    const { sort, down } = this.state;
    const on = sort === by;
    return html`<th scope="col" aria-sort=${on ? (down ? "descending" : "ascending") : "none"}><button type="button" data-test=${`sort-${by}`} onClick=${() => this.set(on ? { down: !down } : { sort: by, down: false })}>${children} <span aria-hidden="true">${on ? (down ? "▾" : "▴") : ""}</span></button></th>`;
  };

  render({ ctx }, { text, state, site, sort, down, all }) {
    const { status, now } = ctx;
    const rows = status.components.map((c) => rowOf(ctx, c));
    const parts = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const found = rows.filter((r) => (!state || (state === "bad" ? r.component.state !== "ok" : r.component.state === state)) && (!site || r.component.site === site) && parts.every((p) => r.text.includes(p))).sort(SORTS[sort] ?? SORTS.state);
    if (down) found.reverse();
    const shown = all ? found : found.slice(0, FIRST);
    const sites = [...new Set(status.components.map((c) => c.site).filter(Boolean))].sort((a, b) => siteName(ctx, a).localeCompare(siteName(ctx, b)));
    const { Head } = this;
    return html`<div ref=${this.box} onKeyDown=${this.key}>
      <form class="net-filter" role="search" onSubmit=${(e) => e.preventDefault()}>
        <label>${say("filter-text")} <input ref=${this.input} type="search" data-test="filter" value=${text} onInput=${(e) => this.set({ text: e.target.value, all: false })} aria-keyshortcuts="/"/></label>
        <label>${say("state")} <select data-test="filter-state" value=${state} onChange=${(e) => this.set({ state: e.target.value })}><option value="">${say("any")}</option><option value="bad">${say("not-well")}</option>${ORDER.map((s) => html`<option key=${s} value=${s}>${word("state", s)}</option>`)}</select></label>
        <label>${say("site")} <select data-test="filter-site" value=${site} onChange=${(e) => this.set({ site: e.target.value })}><option value="">${say("any")}</option>${sites.map((s) => html`<option key=${s} value=${s}>${siteName(ctx, s)}</option>`)}</select></label>
        <span role="status" data-test="found">${say("found", { n: found.length, all: rows.length })}</span>
      </form>
      <div class="net-scroll"><table class="net-all"><thead><tr><${Head} by="state">${say("state")}<//><${Head} by="name">${say("component")}<//><${Head} by="site">${say("site")}<//><${Head} by="since">${say("since-when")}<//><${Head} by="value">${say("measured")}<//><${Head} by="carries">${say("carries-n")}<//></tr></thead>
        <tbody>${shown.map((r) => html`<tr key=${r.component.id} data-test="row" data-id=${r.component.id} class=${`look-${look(r.component.state)}`}>
          <td><${State} state=${r.component.state}/></td>
          <th scope="row"><a class="net-row" href=${address("component", r.component.id)}>${r.component.name}</a><span class="id">${r.component.id}</span>${r.why && html`<small>${r.why}</small>`}</th>
          <td>${r.component.site ? html`<a href=${address("site", r.component.site)}>${r.site}</a>` : "—"}</td>
          <td>${r.component.since === null ? "—" : `${momentText(r.component.since, now)} (${spanText(now - r.component.since)})`}</td>
          <td class="net-num">${r.value}</td><td class="net-num">${r.carries.length || "—"}</td></tr>`)}</tbody></table></div>
      ${shown.length < found.length && html`<p><button type="button" data-test="show-all" onClick=${() => this.setState({ all: true })}>${say("show-all", { n: found.length })}</button></p>`}
    </div>`;
  }
}

const DEFAULTS = { text: "", state: "", site: "", sort: "state" };

function read() {
  const q = new URLSearchParams(location.search);
  return { ...Object.fromEntries(Object.entries(DEFAULTS).map(([k, v]) => [k, q.get(k) ?? v])), down: q.get("down") === "1" };
}

export function View({ ctx }) {
  topology(ctx);
  return html`<main class="net live" data-test="network-page"><section aria-labelledby="h-network"><h2 id="h-network">${say("menu-network")}</h2><${Table} ctx=${ctx}/></section></main>`;
}
