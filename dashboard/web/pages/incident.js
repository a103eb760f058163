// One incident: its head, what can be done, and all that is known of it.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { say, word } from "/words.js";
import { troubleText } from "/ui.js";
import { Clocks, copyLink, IncidentHead } from "/incident/head.js";
import { isOver, mayRow, whyNotText, WithIncident } from "/incident/data.js";
import { ACTS, hasRight } from "/incident/acts.js";
import { deed } from "/incident/deed.js";
import { Story } from "/incident/story.js";
import { Ledger } from "/incident/ledger.js";
import { Checklists } from "/incident/lists.js";
import { Entries, Orders, Report, Reports, Unconfirmed } from "/incident/record.js";

export const words = ["incident", "refused"];
export const styles = ["/pages/incident.css"];
export const title = (ctx, { id }) => say("inc-incident-title", { id });

const TABS = ["story", "calls", "lists", "record", "orders", "report"];
const MINE = ["ack", "attend", "pass"];

// The other deeds, as far as they make sense now: what the rules say to them decides what can be pressed.
function deedsOf(data) {
  const list = [];
  const add = (act, more = {}) => list.push({ act, key: `${act}${more.args?.n ?? more.args?.what ?? ""}`, ...more });
  const word_only = (data.reports ?? []).length > 0;
  if (word_only && data.state === "suspect") add("confirm-report");
  if (word_only) add("classify");
  if (word_only && !data.complete) add("complete");
  if (word_only && data.restored === null) add("works");
  if (["restored"].includes(data.state)) add("resume");
  if (["restored", "resumed"].includes(data.state)) add("return", { args: { what: data.return_began === null || data.return_done !== null ? "begin" : "done" } });
  if (data.restored === null) for (const n of [2, 1]) add("escalate", { args: { n }, of: say("inc-of-level", { n }) });
  if (data.restored === null) add("merge");
  add("false-alarm");
  if (!data.real) add("no-drill");
  add("adopt");
  add("close");
  return list;
}

function Deeds({ ctx, data }) {
  const { session } = ctx;
  if (isOver(data) || !data.brief) return null;
  const mine = MINE.filter((a) => session.may(ACTS[a].right));
  const byAnother = (act) => ACTS[act].voice && hasRight(session, act, true);
  const rest = deedsOf(data).filter(({ act }) => (hasRight(session, act) && !ACTS[act].others) || byAnother(act));
  const button = (d, main) => {
    const row = mayRow(data, d.act, { n: d.args?.n ?? null, what: d.args?.what ?? null });
    const own = row?.allowed !== false || ACTS[d.act].others;
    // What another says can be written down by whoever may do that: the dialog asks who.
    const off = !own && !byAnother(d.act);
    return html`<li key=${d.key ?? d.act}><button type="button" class=${main ? "main" : ""} data-test=${`act-${d.act}`} disabled=${off} onClick=${() => deed(ctx, data, d.act, { args: d.args ?? {}, of: d.of ?? "" })}>${say("inc-deed-of", { deed: d.of ? `${word("inc-deed", d.act)} ${d.of}` : word("inc-deed", d.args?.what && d.act === "return" ? `return-${d.args.what}` : d.act), folio: data.folio })}</button>
      ${!own && html`<span class="inc-why">${whyNotText(row)}</span>`}</li>`;
  };
  return html`
    <section class="inc-deeds" aria-label=${say("inc-deeds")} data-test="deeds">
      <ul>${mine.map((act) => button({ act }, act === "ack"))}</ul>
      ${rest.length > 0 && html`<details><summary data-test="more-deeds">${say("inc-more-deeds")}</summary><ul>${rest.map((d) => button(d, false))}</ul></details>`}
      ${mine.length === 0 && rest.length === 0 && html`<p class="none">${say(session.account ? "inc-only-look" : "inc-log-in-to-act")}</p>`}
    </section>`;
}

class Incident extends Component {
  state = { copied: false };

  tab() {
    const name = location.hash.slice(1);
    return TABS.includes(name) ? name : TABS[0];
  }

  go(tab) {
    history.replaceState(null, "", `${location.pathname}#${tab}`);
    this.forceUpdate();
  }

  // Left and right, as tabs are used everywhere.
  key = (e) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    this.go(TABS[(TABS.indexOf(this.tab()) + step + TABS.length) % TABS.length]);
    requestAnimationFrame(() => document.getElementById(`tab-${this.tab()}`)?.focus());
  };

  copy = async () => {
    if (await copyLink()) this.setState({ copied: true });
  };

  panel(name, { ctx, data, now }) {
    switch (name) {
      case "story": return html`<${Reports} ctx=${ctx} data=${data} now=${now}/><${Story} data=${data} status=${ctx.status}/>`;
      case "calls": return html`<${Ledger} data=${data} status=${ctx.status} now=${now}/>`;
      case "lists": return html`<${Checklists} ctx=${ctx} data=${data} now=${now}/>`;
      case "record": return html`<${Entries} ctx=${ctx} data=${data} now=${now}/>`;
      case "orders": return html`<${Orders} ctx=${ctx} data=${data} now=${now}/>`;
      default: return html`<${Report} ctx=${ctx} data=${data} now=${now}/>`;
    }
  }

  count(name, data) {
    if (name === "calls") return new Set(data.calls.map((c) => c.person)).size;
    if (name === "lists") return data.brief?.checklists.length ? `${data.brief.checklists.reduce((n, c) => n + c.done, 0)}/${data.brief.checklists.reduce((n, c) => n + c.activities, 0)}` : 0;
    if (name === "orders") return (data.orders ?? []).filter((o) => o.state === "waiting").reduce((n, o) => n + o.missing.length, 0);
    return 0;
  }

  render({ ctx, data, error }, { copied }) {
    const now = ctx.now;
    const tab = this.tab();
    return html`
      <main class="inc live">
        ${error && html`<p class="inc-warn" role="alert" data-test="load-error">${say("inc-not-updated", { why: troubleText(error) })}</p>`}
        <${IncidentHead} data=${data} status=${ctx.status} now=${now} copied=${copied} onCopy=${this.copy}/>
        <${Deeds} ctx=${ctx} data=${data}/>
        <${Clocks} data=${data} now=${now}/>
        <${Unconfirmed} ctx=${ctx} data=${data} now=${now}/>
        <div class="inc-tabs" role="tablist" aria-label=${say("inc-tabs")} onKeyDown=${this.key}>
          ${TABS.map((name) => html`<button type="button" role="tab" id=${`tab-${name}`} aria-controls=${`panel-${name}`} aria-selected=${tab === name} tabindex=${tab === name ? 0 : -1} data-test=${`tab-${name}`} onClick=${() => this.go(name)}>${word("inc-tab", name)}${this.count(name, data) ? html`<span class="count">${this.count(name, data)}</span>` : ""}</button>`)}
        </div>
        ${TABS.map((name) => html`<section key=${name} role="tabpanel" id=${`panel-${name}`} aria-labelledby=${`tab-${name}`} class="inc-panel" hidden=${tab !== name}><h2 class="inc-print">${word("inc-tab", name)}</h2>${this.panel(name, { ctx, data, now })}</section>`)}
      </main>`;
  }
}

export function View({ ctx, params }) {
  return html`<${WithIncident} id=${params.id} head=${ctx.status.head.seq} person=${ctx.session.account?.person ?? null}>${({ data, error }) => (data
    ? html`<${Incident} ctx=${ctx} data=${data} error=${error}/>`
    : html`<p class="starting" data-test="no-incident">${error ? (error.status === 404 ? say("inc-no-such-incident", { id: params.id }) : troubleText(error)) : say("loading")}</p>`)}<//>`;
}
