// One place: what stands there and how it is, the agents that look from there, and who looks at it from elsewhere.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { whyText } from "/store.js";
import { address } from "/pages.js";
import { State, look } from "/shapes.js";
import { relations, siteName, topology } from "/topology.js";
import { AgentLine, CopyLink, Incidents, NotFound, Trail } from "/pages/network-parts.js";

export const words = "network";
export const styles = ["/pages/network.css"];
export const title = (ctx, params) => siteName(ctx, params.id);

const ORDER = ["critical", "unreachable", "blind", "unknown", "warning", "ok"];

export function View({ ctx, params }) {
  const { status, now } = ctx;
  const site = topology(ctx).sites.find((s) => s.id === params.id);
  const components = status.components.filter((c) => c.site === params.id).sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.name.localeCompare(b.name));
  const agents = status.agents.filter((a) => a.site === params.id);
  if (!site && components.length === 0 && agents.length === 0) return html`<${NotFound} what=${say("no-such-site", { id: params.id })}/>`;
  const here = new Set(agents.map((a) => a.id));
  const lookers = [...new Set(components.flatMap((c) => c.checks.flatMap((k) => k.vantages.map((v) => v.agent))))].filter((a) => !here.has(a));
  const ids = new Set(components.map((c) => c.id));
  const carried = new Set(components.flatMap((c) => relations(ctx, c.id).carries));
  const unwatched = status.watch?.unwatched_sites?.includes(params.id);
  return html`<main class="net live" data-test="site-page">
    <${Trail} ctx=${ctx} here=${siteName(ctx, params.id)}/>
    <section class="net-head"><h2><span>${siteName(ctx, params.id)}</span><span class="id">${params.id}</span></h2>
      <p class="net-now"><span>${say("site-count", { n: components.length, ok: components.filter((c) => c.state === "ok").length })}</span>${site?.kind && html`<span class="net-weak">${site.kind}</span>`}
        ${unwatched && html`<b class="net-warn" data-test="unwatched">${say("site-unwatched")}</b>`}</p>
      <p class="net-saves"><${CopyLink}/></p></section>
    <${Incidents} ctx=${ctx} about=${(i) => ids.has(i.root) || (i.sites ?? []).includes(params.id) || i.services.some((s) => carried.has(s) && ids.has(i.root))}/>
    <section aria-labelledby="h-here"><h2 id="h-here">${say("components")}<span class="count">${components.length}</span></h2>
      ${components.length === 0 ? html`<p class="none">${say("nothing-here")}</p>` : html`<ul class="net-list">${components.map((c) => html`<li key=${c.id} class=${`look-${look(c.state)}`} data-test="site-component" data-id=${c.id}>
        <a href=${address("component", c.id)}>${c.name}</a> <${State} state=${c.state}/>
        <span>${c.since === null ? "" : `${say("since", { at: momentText(c.since, now) })} (${spanText(now - c.since)})`}</span>
        <span class="net-why">${c.state === "ok" ? "" : whyText(c.checks.find((k) => k.state !== "ok" && k.why)?.why)}</span></li>`)}</ul>`}</section>
    <section aria-labelledby="h-agents-here"><h2 id="h-agents-here">${say("agents-here")}<span class="count">${agents.length}</span></h2>
      ${agents.length === 0 ? html`<p class="none">${say("no-agent-here")}</p>` : html`<ul>${agents.map((a) => html`<${AgentLine} key=${a.id} agent=${a} now=${now}/>`)}</ul>`}
      ${lookers.length > 0 && html`<p>${say("looked-at-from")} ${lookers.map((a) => html`<b class="net-v" key=${a}>${a} (${word("agent", status.agents.find((x) => x.id === a)?.state)})</b>`)}</p>`}</section>
  </main>`;
}
