// The decision desk: the facts on one side, what can be decided on the other, and beside each option who may by the plan and why not
// whoever sits here. On a telephone the decision comes first.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { troubleText } from "/ui.js";
import { say, word } from "/words.js";
import { Clocks, copyLink, IncidentHead } from "/incident/head.js";
import { isOver, mayRow, posts, serviceText, whyNotText, WithIncident } from "/incident/data.js";
import { ACTS, hasRight } from "/incident/acts.js";
import { deed } from "/incident/deed.js";
import { Unconfirmed } from "/incident/record.js";

export const words = ["incident", "refused"];
export const styles = ["/pages/incident.css"];
export const title = (ctx, { id }) => say("inc-decide-title", { id });

const WAITS = 2; // of the gate
const LOUD = ["convene", "authorize", "declare", "ratify"]; // what the clock waits for
const GROUPS = [
  ["gate", [["convene"], ["wait"], ["false-alarm"]]],
  ["activation", [["authorize"], ["declare"], ["ratify"], ["decline"]]],
  ["posts", [["order", "suspend"], ["order", "wait"], ["order", "resume"]]],
];

// Somebody may now, `but` for one person.
const isPossible = (row, but = null) => row !== null && (row.anybody || row.people.some((p) => p.text === null && p.person !== but));

// Who may by the plan: those for whom nothing stands against it first.
function Who({ row }) {
  if (!row) return null;
  const now = row.people.filter((p) => p.why === null && p.text === null);
  const later = row.people.filter((p) => p.why !== null || p.text !== null);
  const reasons = [...new Set(later.map(whyNotText))];
  return html`<p class="inc-mayby" data-test="who-may">
    ${row.anybody ? say("inc-anybody-may") : row.people.length === 0 ? say("inc-nobody-may") : html`<b>${say("inc-who-may")}</b> ${(now.length ? now : later).map((p) => p.post).join(" · ")}`}
    ${!row.anybody && reasons.map((reason) => html`<span class="inc-notyet">${now.length ? say("inc-but-not", { who: later.filter((p) => whyNotText(p) === reason).map((p) => p.post).join(", "), why: reason }) : say("inc-not-yet", { why: reason })}</span>`)}</p>`;
}

function state(data, act, now) {
  if (act === "wait") return say("inc-waits-left", { n: WAITS - data.gate.waits, m: WAITS });
  if (act === "convene" && data.gate.until !== null && ["shut", "held"].includes(data.gate.state)) return say("inc-by-itself", { at: momentText(data.gate.until, now), in: spanText(data.gate.until - now) });
  if (act === "authorize" || act === "declare") return say("inc-authorised-of", { n: data.authorised.length, m: data.quorum });
  if (act === "ratify" && data.ratification?.state === "pending") return say("inc-ratify-by", { at: momentText(data.ratification.due, now), n: data.ratification.by.length, m: data.quorum });
  return "";
}

// Why whoever sits here cannot do it themselves; null: they can.
function whyNotHere(session, row, act, { mine, forAnother }) {
  const ever = ACTS[act].voice && hasRight(session, act, true);
  if (!session.account) return say("inc-log-in-first");
  if (!mine && !ever) return say("inc-no-right");
  if (!session.account.person) return say("inc-no-person-of-plan");
  if (ACTS[act].others) return forAnother ? null : ever ? whyNotText(row ?? {}) : say("inc-tell-desk");
  if (row?.allowed === false) return whyNotText(row);
  return mine ? null : say("inc-not-yourself");
}

function Option({ ctx, data, act, what, now }) {
  const { session } = ctx;
  const row = mayRow(data, act, {});
  const mine = hasRight(session, act);
  // Somebody else may now, and could say so by telephone.
  const others = isPossible(row, session.account?.person);
  const forAnother = hasRight(session, act, true) && ACTS[act].voice && others;
  const self = mine && session.account?.person && row?.allowed === true && !ACTS[act].others;
  const whyNot = whyNotHere(session, row, act, { mine, forAnother });
  const open = () => deed(ctx, data, act, { args: what ? { what } : {} });
  const name = what ? word("inc-order", what) : word("inc-deed", act);
  const text = state(data, act, now);
  return html`
    <li class=${`inc-option ${self || (mine && ACTS[act].others && row?.allowed) ? "is-open" : ""}`} data-test=${`option-${what ? `${act}-${what}` : act}`} data-allowed=${String(Boolean(self))}>
      <h3>${name}</h3>
      <p>${word("inc-deed-help", what ? `${act}-${what}` : act)}${text ? html` <b>${text}</b>` : ""}</p>
      <${Who} row=${row}/>
      ${whyNot && html`<p class="inc-why" data-test="why-not"><b>${say("inc-you-not")}</b> ${whyNot}</p>`}
      <p class="choices">
        ${(self || forAnother) && session.account?.person && html`<button type="button" class=${self && LOUD.includes(act) ? "main" : ""} data-test="decide" onClick=${open}>${self || ACTS[act].others ? say("inc-deed-of", { deed: name, folio: data.folio }) : say("inc-write-down-of", { deed: name, folio: data.folio })}</button>`}
      </p>
    </li>`;
}

function Options({ ctx, data, now }) {
  if (isOver(data) || !data.may) return html`<section class="inc-options"><h2>${say("inc-to-decide-now")}</h2><p class="none" data-test="nothing-to-decide">${say("inc-nothing-to-decide")}</p></section>`;
  return html`
    <section class="inc-options" data-test="options"><h2>${say("inc-to-decide-now")}</h2>
      ${GROUPS.map(([group, list]) => {
        const row = mayRow(data, list[0][0], {});
        if (group === "posts" && row?.why === "no-field-posts") return null;
        if (group === "gate" && !["shut", "held"].includes(data.gate.state)) list = list.filter(([act]) => act === "false-alarm" || isPossible(mayRow(data, act)));
        if (data.ratification?.state !== "pending") list = list.filter(([act]) => act !== "ratify");
        return html`<article key=${group}><h3 class="inc-group">${word("inc-decision-group", group)}</h3><ul>${list.map(([act, what]) => html`<${Option} key=${`${act}${what ?? ""}`} ctx=${ctx} data=${data} act=${act} what=${what} now=${now}/>`)}</ul></article>`;
      })}
    </section>`;
}

function Facts({ ctx, data, now }) {
  const names = posts(ctx.status, data);
  const { clause, people, done } = data.brief;
  const g = data.gate;
  return html`
    <section class="inc-factside" data-test="facts"><h2>${say("inc-facts")}</h2>
      <${Clocks} data=${data} now=${now}/>
      <article><h3>${say("inc-clause")}</h3><p data-test="clause">${say("inc-clause-of", { code: clause.code ?? "—", revision: clause.revision ?? "—", policy: clause.policy ?? "—", step: clause.step })}
        ${clause.service ? ` · ${say("inc-clause-clock", { service: serviceText(ctx.status, data, clause.service) })}` : ""}${clause.procedure ? ` · ${say("inc-clause-starts", { procedure: clause.procedure })}` : ""}</p>
        ${clause.mark !== null && html`<p>${say("inc-clause-mark", { at: momentText(clause.mark, now), latest: momentText(clause.latest, now), window: spanText(clause.window) })}</p>`}
        <p>${say("inc-gate")}: <b>${word("inc-gate", g.state)}</b>${g.opened ? ` · ${say("inc-gate-opened", { at: momentText(g.opened, now), why: word("inc-gate-why", g.why) })}` : ""}</p>
        <p>${say("inc-authorised-of", { n: data.authorised.length, m: data.quorum })}${data.authorised.length ? `: ${data.authorised.map((p) => names.get(p) ?? p).join(", ")}` : ""}${data.declared_by ? ` · ${say("inc-declared-by", { who: names.get(data.declared_by) ?? data.declared_by })}` : ""}</p></article>
      <article><h3>${say("inc-who-answered")}</h3>${people.length === 0 ? html`<p class="none">${say("inc-nobody-called")}</p>` : html`<ul class="inc-people">${people.map((p) => html`<li key=${p.person} class=${p.answered ? "inc-answered" : "inc-unanswered"}><b>${p.post}</b> <span>${say("inc-level", { n: p.level })} · ${p.answered ? say("inc-answered-with", { word: word("act", p.act), at: momentText(p.at, now) }) : p.act ? say("inc-passed-with", { word: word("act", p.act), at: momentText(p.at, now) }) : `${word("call", p.state)} ${momentText(p.at, now)}`}</span></li>`)}</ul>`}</article>
      <article><h3>${say("inc-what-was-done")}</h3>${done.length === 0 ? html`<p class="none">${say("inc-none-yet")}</p>` : html`<ol class="inc-donelist">${[...done].reverse().map((d) => html`<li key=${d.entry}><time>${momentText(d.at, now)}</time> <b>${d.post}</b> ${word("act", d.act)} · ${word("proof", d.proof)}${d.state !== "plain" ? ` · ${word("inc-deed-state", d.state)}` : ""}${d.note ? ` · «${d.note}»` : ""}</li>`)}</ol>`}</article>
    </section>`;
}

class Desk extends Component {
  state = { copied: false };
  copy = async () => {
    if (await copyLink()) this.setState({ copied: true });
  };

  render({ ctx, data, error }, { copied }) {
    return html`
      <main class="inc inc-desk live" data-test="desk">
        ${error && html`<p class="inc-warn" role="alert" data-test="load-error">${say("inc-not-updated", { why: troubleText(error) })}</p>`}
        <${IncidentHead} data=${data} status=${ctx.status} now=${ctx.now} copied=${copied} onCopy=${this.copy} here="decide"/>
        <div class="inc-two">
          <div class="inc-side"><${Options} ctx=${ctx} data=${data} now=${ctx.now}/><${Unconfirmed} ctx=${ctx} data=${data} now=${ctx.now}/></div>
          ${data.brief ? html`<${Facts} ctx=${ctx} data=${data} now=${ctx.now}/>` : html`<p class="none">${say("inc-no-brief")}</p>`}
        </div>
      </main>`;
  }
}

export function View({ ctx, params }) {
  return html`<${WithIncident} id=${params.id} head=${ctx.status.head.seq} person=${ctx.session.account?.person ?? null} people=${true}>${({ data, error }) => (data
    ? html`<${Desk} ctx=${ctx} data=${data} error=${error}/>`
    : html`<p class="starting" data-test="no-incident">${error ? (error.status === 404 ? say("inc-no-such-incident", { id: params.id }) : troubleText(error)) : say("loading")}</p>`)}<//>`;
}
