// One component: how it is and why, its checks with their last hour, what it needs and what stands on it.
import { html } from "/html.js";
import { get } from "/api.js";
import { momentText, spanText, valueText } from "/time.js";
import { say, word } from "/words.js";
import { componentName, serviceName, whyText } from "/store.js";
import { address } from "/pages.js";
import { Shape, State, look } from "/shapes.js";
import { mainValue } from "/chart/data.js";
import { relations, siteName } from "/topology.js";
import { AgentLine, CopyLink, Incidents, NotFound, Spark, Trail } from "/pages/network-parts.js";

export const words = "network";
export const styles = ["/pages/network.css"];
export const wants = ["values"];
export const title = (ctx, params) => (ctx.status ? componentName(ctx.status, params.id) : params.id);

const HOUR = 3600;
const RELOAD_MS = 30000;
const SPARKS_MAX = 48;
let sparks = new Map(); // check id -> series
let said = null; // what it told by itself; null: not known yet

export function opened(ctx, params) {
  let open = true;
  let timer;
  sparks = new Map();
  said = null;
  const load = async () => {
    if (ctx.store.status) {
      try {
        said = (await get(`/api/v1/components/${encodeURIComponent(params.id)}/notifications`)).notifications;
      } catch (e) {
        if (e.status === undefined) throw e; // else what was known stays
      }
    }
    const component = ctx.store.status?.components.find((c) => c.id === params.id);
    const end = Math.floor(ctx.store.now());
    for (const check of component?.checks.slice(0, SPARKS_MAX) ?? []) {
      if (!open) return;
      try {
        sparks.set(check.id, await get(`/api/series?${new URLSearchParams({ check: check.id, from: check.vantages[0]?.agent ?? "", start: end - HOUR, end, points: 60 })}`));
      } catch (e) {
        if (e.status === undefined) throw e;
        sparks.delete(check.id); // nothing has been drawn for it yet
      }
    }
    if (!open) return;
    ctx.draw();
    timer = setTimeout(load, component ? RELOAD_MS : 1000);
  };
  load();
  return () => {
    open = false;
    clearTimeout(timer);
  };
}

function measured(check) {
  const v = mainValue(check, null);
  return v === "phases" ? "total" : v;
}

function CheckRow({ check, now }) {
  const name = measured(check);
  const own = check.yields?.find((y) => y.name === name);
  return html`<tr data-test="check-row" data-id=${check.id} class=${`look-${look(check.state)}`}>
    <th scope="row"><a href=${address("check", check.id)}>${check.id.slice(check.id.lastIndexOf(":") + 1)}</a><small>${word("check-type", check.type)}</small></th>
    <td><${State} state=${check.suspect && check.state === "ok" ? "suspect" : check.state}/></td>
    <td>${check.since === null ? "—" : `${momentText(check.since, now)} (${spanText(now - check.since)})`}${check.why ? html`<small>${whyText(check.why)}</small>` : ""}</td>
    <td>${check.vantages.map((v) => html`<span class="net-v" key=${v.agent}><${Shape} state=${v.state}/>${v.agent} <b>${valueText(name, v.values?.[name], own)}</b></span>`)}</td>
    <td><${Spark} series=${sparks.get(check.id)} name=${name}/></td></tr>`;
}

// What the device said by itself. It is evidence and decides nothing: the checks do.
function Notifications({ now }) {
  return html`<section aria-labelledby="h-said" data-test="notifications"><h2 id="h-said">${say("it-said")}<span class="count">${said.length}</span></h2>
    <div class="net-scroll" tabindex="0" role="region" aria-labelledby="h-said"><table class="net-checks"><thead><tr><th scope="col">${say("it-said-when")}</th><th scope="col">${say("it-said-kind")}</th><th scope="col">${say("it-said-what")}</th><th scope="col">${say("heard-by")}</th></tr></thead>
      <tbody>${said.map((n) => html`<tr key=${n.entry} data-test="notification"><td>${momentText(n.at, now)}<small>${say("ago", { span: spanText(now - n.at) })}${n.late ? ` · ${say("told-late")}` : ""}</small></td>
        <td>${word("said-what", n.what)}<small>${word("said-severity", n.severity)}${n.count > 1 ? ` · ${say("n-times", { n: n.count })}` : ""}</small></td>
        <td><b>${n.name}</b><small>${n.text}</small></td><td>${n.agent ?? "—"}<small class="secret">${n.source}</small></td></tr>`)}</tbody></table></div></section>`;
}

function Links({ label, ids, to, name, test }) {
  return html`<p class="net-links" data-test=${test}><span>${label}</span> ${ids.length === 0 ? html`<span class="net-weak">${say("nothing-of-these")}</span>` : ids.map((id) => html`<a key=${id} href=${to(id)}>${name(id)}</a>`)}</p>`;
}

export function View({ ctx, params }) {
  const { status, now } = ctx;
  const component = status.components.find((c) => c.id === params.id);
  if (!component) return html`<${NotFound} what=${say("no-such-component", { id: params.id })}/>`;
  const r = relations(ctx, component.id);
  const worst = component.checks.find((c) => c.state === component.state && c.why) ?? component.checks.find((c) => c.state !== "ok" && c.why);
  const stateOf = (id) => status.components.find((c) => c.id === id)?.state ?? "unknown";
  const agents = [...new Set(component.checks.flatMap((c) => c.vantages.map((v) => v.agent)))].map((id) => status.agents.find((a) => a.id === id)).filter(Boolean);
  return html`<main class="net live" data-test="component-page">
    <${Trail} ctx=${ctx} site=${component.site} here=${component.name}/>
    <section class=${`net-head look-${look(component.state)}`}><h2><span>${component.name}</span><span class="id">${component.id}</span></h2>
      <p class="net-now"><${State} state=${component.state}/>
        ${component.since !== null && html`<span>${say("since", { at: momentText(component.since, now) })} (${spanText(now - component.since)})</span>`}
        ${worst && html`<span>${whyText(worst.why)}</span>`}
        ${r.address && html`<span class="net-address secret">${r.address}</span>`}
        ${component.site && html`<span>${siteName(ctx, component.site)}</span>`}</p>
      <p class="net-saves"><${CopyLink}/></p></section>
    <${Incidents} ctx=${ctx} about=${(i) => i.root === component.id || i.services.some((s) => r.carries.includes(s))}/>
    <section aria-labelledby="h-checks"><h2 id="h-checks">${say("checks")}<span class="count">${component.checks.length}</span></h2>
      <div class="net-scroll" tabindex="0" role="region" aria-labelledby="h-checks"><table class="net-checks"><thead><tr><th scope="col">${say("check")}</th><th scope="col">${say("state")}</th><th scope="col">${say("since-when")}</th><th scope="col">${say("last-samples")}</th><th scope="col">${say("last-hour")}</th></tr></thead>
        <tbody>${component.checks.map((c) => html`<${CheckRow} key=${c.id} check=${c} now=${now}/>`)}</tbody></table></div></section>
    ${said?.length > 0 && html`<${Notifications} now=${now}/>`}
    <section aria-labelledby="h-hangs"><h2 id="h-hangs">${say("hangs-together")}</h2>
      <${Links} test="carries" label=${say("carries")} ids=${r.carries} to=${() => "/"} name=${(id) => html`<${Shape} state=${status.services.find((s) => s.id === id)?.state ?? "unknown"}/>${serviceName(status, id)}`}/>
      <${Links} test="needs" label=${say("needs")} ids=${r.needs} to=${(id) => address("component", id)} name=${(id) => html`<${Shape} state=${stateOf(id)}/>${componentName(status, id)}`}/>
      <${Links} test="needed" label=${say("needed-by")} ids=${r.needed} to=${(id) => address("component", id)} name=${(id) => html`<${Shape} state=${stateOf(id)}/>${componentName(status, id)}`}/></section>
    <section aria-labelledby="h-lookers"><h2 id="h-lookers">${say("who-looks")}</h2><ul>${agents.map((a) => html`<${AgentLine} key=${a.id} agent=${a} now=${now}/>`)}</ul></section>
  </main>`;
}
