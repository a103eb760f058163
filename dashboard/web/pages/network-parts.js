// What the pages of a check, a component and a site have in common.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { clockText, momentText, spanText, valueText } from "/time.js";
import { say, word } from "/words.js";
import { openIncidents, whyText } from "/store.js";
import { address, findPage } from "/pages.js";
import { State } from "/shapes.js";
import { siteName } from "/topology.js";

export function NotFound({ what }) {
  return html`<main class="net"><p class="none" data-test="not-found">${what} <a href=${address("network")}>${say("to-network")}</a></p></main>`;
}

// Where this stands: network, site, component.
export function Trail({ ctx, site, component, here }) {
  return html`<nav class="net-trail" aria-label=${say("trail")}><a href=${address("network")}>${say("menu-network")}</a>
    ${site && html`<span aria-hidden="true">›</span><a href=${address("site", site)}>${siteName(ctx, site)}</a>`}
    ${component && html`<span aria-hidden="true">›</span><a href=${address("component", component.id)}>${component.name}</a>`}
    ${here && html`<span aria-hidden="true">›</span><b aria-current="page">${here}</b>`}</nav>`;
}

// For a colleague: the address of what is seen.
export class CopyLink extends Component {
  state = { said: "" };

  copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      this.setState({ said: say("link-copied") });
    } catch (e) {
      console.info(String(e)); // not allowed here: the address is shown instead
      this.setState({ said: location.href });
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.setState({ said: "" }), 6000);
  };

  componentWillUnmount() {
    clearTimeout(this.timer);
  }

  render(props, { said }) {
    return html`<button type="button" class="net-copy" data-test="copy-link" onClick=${this.copy}>${say("copy-link")}</button><span role="status" class="net-said">${said}</span>`;
  }
}

export function Vantages({ check, now }) {
  const own = (n) => check.yields?.find((y) => y.name === n);
  return html`<section class="net-vantages" aria-labelledby="h-vantages"><h2 id="h-vantages">${say("last-samples")}</h2>
    <div class="net-scroll" tabindex="0" role="region" aria-labelledby="h-vantages"><table><thead><tr><th scope="col">${say("seen-from")}</th><th scope="col">${say("state")}</th><th scope="col">${say("hour")}</th><th scope="col">${say("what-it-said")}</th></tr></thead>
      <tbody>${check.vantages.map((v) => html`<tr key=${v.agent} data-test="vantage" data-id=${v.agent}><th scope="row">${v.agent}</th><td><${State} state=${v.state}/></td><td>${v.t === null ? "—" : `${momentText(v.t, now)} (${spanText(now - v.t)})`}</td>
        <td>${v.outcome && v.outcome !== "ok" ? html`<b>${whyText(v.outcome)}</b> ` : ""}${Object.entries(v.values ?? {}).filter(([, x]) => x !== null).map(([n, x]) => html`<span class="net-v" key=${n}>${word("value", n)} <b>${valueText(n, x, own(n))}</b></span>`)}</td></tr>`)}</tbody></table></div></section>`;
}

// An hour in the width of a word. Unknown stays open.
export function Spark({ series, name }) {
  const at = series ? series.names.indexOf(name || series.names[2]) : -1;
  if (at < 0 || series.rows.length < 2) return html`<svg class="net-spark" viewBox="0 0 100 20" aria-hidden="true"></svg>`;
  const values = series.rows.map((r) => r[at]);
  const most = Math.max(...values.filter((v) => v !== null), 1e-9);
  const path = values.map((v, i) => (v === null ? "" : `${i > 0 && values[i - 1] !== null ? "L" : "M"}${((i / (values.length - 1)) * 100).toFixed(1)} ${(19 - (v / most) * 17).toFixed(1)}`)).join("");
  return html`<svg class="net-spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true"><path d=${path}/></svg>`;
}

export function Incidents({ ctx, about }) {
  const list = openIncidents(ctx.status).filter(about);
  if (list.length === 0) return null;
  const to = (i) => (findPage(address("incident", i.id)) ? address("incident", i.id) : "/");
  return html`<section class="net-incidents" aria-labelledby="h-incidents-here"><h2 id="h-incidents-here">${say("incidents-here")}<span class="count">${list.length}</span></h2>
    <ul>${list.map((i) => html`<li key=${i.id}><a class="folio" data-test="incident-link" href=${to(i)}>${say("folio", { folio: i.folio })}</a> <b>${word("incident", i.state)}</b> ${i.began ? html`<span>${say("began", { at: momentText(i.began, ctx.now) })}</span>` : ""} ${i.stamp && html`<span class="net-weak">${i.stamp}</span>`}</li>`)}</ul></section>`;
}

export function AgentLine({ agent, now }) {
  return html`<li class="net-agent" data-test="agent" data-id=${agent.id}><${State} state=${agent.state} group="agent"/> <b>${agent.id}</b>
    <span>${agent.last_seen ? say("agent-seen", { at: clockText(agent.last_seen), span: spanText(now - agent.last_seen) }) : say("agent-never")}</span>
    <span>${say("agent-offset", { span: offsetText(agent.clock_offset) })}</span>
    ${agent.spooled > 0 && html`<span>${say("agent-spool", { n: agent.spooled })}</span>`}
    ${agent.state !== "ok" && agent.cause && agent.cause !== "none" && html`<b>${word("cause", agent.cause)}${agent.cause_why ? ` (${word("cause-why", agent.cause_why)})` : ""}</b>`}
    ${agent.version && html`<span class="net-weak">${agent.version}</span>`}</li>`;
}

export function offsetText(s) {
  if (s === null || s === undefined) return "—";
  const ms = Math.round(s * 1000);
  return Math.abs(ms) < 1000 ? `${ms < 0 ? "−" : "+"}${Math.abs(ms)} ms` : `${s < 0 ? "−" : "+"}${spanText(Math.abs(s))}`;
}
