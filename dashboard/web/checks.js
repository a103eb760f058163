// What is bad or blind and since when; below it everything that is watched. A check leads to its page.
import { html } from "/html.js";
import { momentText, spanText, valueText } from "/time.js";
import { say, word } from "/words.js";
import { troubles, whyText } from "/store.js";
import { Shape, State, look } from "/shapes.js";
import { address } from "/pages.js";

const MAIN_VALUE = { icmp: "rtt", tcp: "connect", http: "total" };

function shortId(check) {
  return check.id.slice(check.id.lastIndexOf(":") + 1);
}

// A check without a word of why (it is well, or waits for its first sample) still says what it knows.
function reason(check) {
  if (check.suspect) return `${say("suspect")}: ${whyText(check.why ?? check.vantages.find((v) => v.outcome && v.outcome !== "ok")?.outcome) || "—"}`;
  return whyText(check.why) || (check.state === "unknown" ? say("no-sample-yet") : "—");
}

export function Troubles({ status, now }) {
  const list = troubles(status);
  return html`
    <section class="troubles" aria-labelledby="h-troubles">
      <h2 id="h-troubles">${say("troubles")}<span class="count">${list.length}</span></h2>
      ${list.length === 0
        ? html`<p class="none">${say("no-troubles")}</p>`
        : html`<ul>${list.map(({ component, check }) => html`
          <li key=${check.id}>
            <a href=${address("check", check.id)} class=${`trouble look-${check.suspect && check.state === "ok" ? "warning" : look(check.state)}`} data-test="trouble" data-id=${check.id}>
              <${State} state=${check.suspect && check.state === "ok" ? "suspect" : check.state}/>
              <span class="what"><b>${component.name}</b> <span class="id">${shortId(check)}</span></span>
              <span class="why">${reason(check)}</span>
              <span class="since">${check.since === null ? "" : html`${say("since", { at: momentText(check.since, now) })} <i>(${spanText(now - check.since)})</i>`}</span>
            </a>
          </li>`)}</ul>`}
    </section>`;
}

function CheckLink({ check }) {
  const name = MAIN_VALUE[check.type] ?? null;
  const seen = check.vantages.filter((v) => v.values && name in v.values && v.values[name] !== null);
  const value = check.state === "blind" || check.state === "unknown" ? null : seen.length ? Math.max(...seen.map((v) => v.values[name])) : null;
  return html`
    <a href=${address("check", check.id)} class=${`check look-${look(check.state)}`} data-test="check" data-id=${check.id} title=${say("open-graph", { id: check.id })}>
      <${Shape} state=${check.state}/><span class="id">${shortId(check)}</span>
      <span class="value">${check.state === "ok" || check.state === "warning" ? valueText(name, value) : word("state", check.state)}</span>
    </a>`;
}

// `site`: of one site only, and a way back to all.
export function Components({ status, now, site }) {
  const list = status.components.filter((c) => !site || c.site === site);
  return html`
    <section class="components" aria-labelledby="h-components">
      <h2 id="h-components">${say("components")}<span class="count">${list.length}</span>${site && html`<span class="count">${site} · <a href=${address("board")} data-test="all-components">${say("all-components")}</a></span>`}</h2>
      <ul>${list.map((c) => html`
        <li key=${c.id} class=${`component look-${look(c.state)}`}>
          <span class="what"><${Shape} state=${c.state}/><b>${c.name}</b><span class="place">${c.state === "ok" ? c.site ?? "" : `${word("state", c.state)}${c.since === null ? "" : ` ${say("since", { at: momentText(c.since, now) })}`}`}</span></span>
          <span class="checks">${c.checks.map((k) => html`<${CheckLink} key=${k.id} check=${k}/>`)}</span>
        </li>`)}</ul>
    </section>`;
}
