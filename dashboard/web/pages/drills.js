// Drills: what may be played, beginning one with a read-back and a held button, watching the one that is played, how the earlier
// ones went, side by side.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { get, post, ApiError } from "/api.js";
import { withPin } from "/perform.js";
import { Held, ask, troubleText } from "/ui.js";
import { momentText, runningText, spanText } from "/time.js";
import { State } from "/shapes.js";
import { serviceName } from "/store.js";
import { say, word } from "/words.js";

const LOOK_EVERY_MS = 2000;
const COMPARED_MAX = 4;

export const words = "drills";
export const styles = ["/pages/drills.css"];
export const title = () => say("drills-title");

// --- what the page knows -----------------------------------------------------------------------------------------

const page = { list: null, cards: null, drill: null, incident: null, trouble: null, said: null, compared: [], running: null };
let ctxNow = null;
let timer = null;

async function look(what, path, none = null) {
  try {
    page[what] = await get(path);
  } catch (e) {
    if (!(e instanceof ApiError)) throw e;
    if (e.status === 404) page[what] = none;
    else page.trouble = e;
  }
}

// The list tells whether one is played; only then is there somebody to ask more of.
async function refresh() {
  page.trouble = null;
  await look("list", "/api/v1/drills");
  const current = page.list?.current?.id ?? null;
  if (page.list?.current) await look("drill", "/api/v1/drills/current/status");
  else page.drill = null;
  if (page.cards === null || current !== page.running) await look("cards", "/api/v1/drills/cards");
  page.running = current;
  ctxNow?.draw();
}

export function opened(ctx) {
  let busy = false;
  ctxNow = ctx;
  page.said = null;
  const turn = async () => {
    if (busy) return; // one question at a time, however slow the answer
    busy = true;
    await refresh();
    busy = false;
  };
  turn();
  timer = setInterval(turn, LOOK_EVERY_MS);
  return () => {
    clearInterval(timer);
    ctxNow = null;
  };
}

// --- beginning and ending ------------------------------------------------------------------------------------------

async function send(ctx, what, path, body) {
  page.said = null;
  try {
    const answer = await withPin(ctx, what, (more) => post(path, { ...body, ...more }));
    if (answer !== undefined) page.said = { good: true, text: what };
  } catch (e) {
    if (!(e instanceof ApiError)) throw e;
    page.said = { good: false, text: troubleText(e) };
  }
  await refresh();
}

function Start({ scenario, close }) {
  return html`
    <h2>${say("drills-start-title")}</h2>
    <p class="drills-promise">${scenario.promise ?? scenario.id}</p>
    <p>${say("drills-start-what")}</p>
    <div class="drills-choices">
      <${Held} onHeld=${() => close("people")} data-test="start-people">${say("drills-to-people")}<//>
      <${Held} onHeld=${() => close("file")} data-test="start-file">${say("drills-to-file")}<//>
      <button type="button" onClick=${() => close(undefined)}>${say("drills-leave")}</button>
    </div>
    <p class="drills-small">${say("drills-to-people-what")}</p>
    <p class="drills-small">${say("drills-to-file-what")}</p>`;
}

async function start(ctx, scenario) {
  const to = await ask(({ close }) => html`<${Start} scenario=${scenario} close=${close}/>`);
  if (to === undefined) return;
  await send(ctx, say(to === "people" ? "drills-reads-people" : "drills-reads-file", { scenario: scenario.id }), "/api/v1/drills", { scenario: scenario.id, to });
}

async function stop(ctx) {
  const yes = await ask(({ close }) => html`
    <h2>${say("drills-stop-title")}</h2><p>${say("drills-stop-what")}</p>
    <div class="drills-choices"><${Held} onHeld=${() => close(true)} data-test="stop-held">${say("drills-stop")}<//>
    <button type="button" onClick=${() => close(undefined)}>${say("drills-leave")}</button></div>`);
  if (yes) await send(ctx, say("drills-reads-stop"), "/api/v1/drills/stop", {});
}

function Scenarios({ ctx }) {
  const { list } = page;
  const may = ctx.session.may("drill");
  if (!list.startable) return html`<p class="drills-none" data-test="not-startable">${say("drills-not-startable")}</p>`;
  if (list.scenarios.length === 0) return html`<p class="drills-none">${say("drills-no-scenarios")}</p>`;
  return html`<ul class="drills-list">${list.scenarios.map((s) => html`
    <li key=${s.id} data-test="scenario" data-id=${s.id}><b>${s.promise ?? say("drills-no-promise")}</b><code>${s.id}</code>
      ${may && html`<button type="button" disabled=${list.current !== null} onClick=${() => start(ctx, s)}>${say("drills-start")}</button>`}</li>`)}</ul>
    ${!may && html`<p class="drills-small">${say("drills-who-may")}</p>`}`;
}

// --- the one that is played ----------------------------------------------------------------------------------------

function Call({ call, now }) {
  return html`<li data-test="drill-call" data-state=${call.state}><span>${call.post}</span><span>${word("call-kind", call.kind)}</span>
    <b>${word("call", call.state)}</b><time>${momentText(call.state_since ?? call.at, now)}</time></li>`;
}

// What a person does in the drill is an act of the drill's own journal; the real day knows nothing of it.
const ACTS = ["ack", "attend", "pass", "authorize", "declare", "decline", "resume", "close"];

function Acts({ ctx, incident }) {
  if (!ctx.session.account?.person) return null;
  const act = (name) => send(ctx, say("drills-reads-act", { act: say(`drills-act-${name}`), folio: incident.folio }), `/api/v1/drills/current/incidents/${incident.id}/${name}`, {});
  return html`<div class="drills-acts">${ACTS.filter((a) => ctx.session.may(["ack", "attend", "pass"].includes(a) ? "report" : a === "resume" ? "operate" : "decide")).map((a) => html`
    <button type="button" key=${a} data-test=${`act-${a}`} onClick=${() => act(a)}>${say(`drills-act-${a}`)}</button>`)}</div>`;
}

function Played({ ctx }) {
  const { current } = page.list;
  const s = page.drill;
  // The drill's own clock: it is on this collector's machine.
  const now = ctx.now;
  const failing = s ? s.services.filter((x) => x.state !== "ok" || x.clock) : [];
  return html`
    <section class="drills-played" data-test="played" aria-labelledby="h-played">
      <h2 id="h-played"><span class="universe is-drill">${say("drill")}</span>${say("drills-played-since", { at: momentText(current.since, now), span: spanText(now - current.since) })}</h2>
      ${s === null ? html`<p class="drills-none">${say("drills-silent")}</p>` : html`
        <ul class="drills-services">${failing.map((v) => html`
          <li key=${v.id} data-test="drill-service" data-state=${v.state}><${State} state=${v.state}/><b>${v.name}</b>
            ${v.clock && html`<span>${say(v.clock.breached ? "rto-breached-by" : "rto-left")} <b class="drills-clock">${runningText(v.clock.breached ? (v.clock.restored ?? now) - v.clock.breach_at : Math.ceil(v.clock.breach_at - (v.clock.restored ?? now)))}</b></span>`}</li>`)}</ul>
        ${failing.length === 0 && html`<p>${say("drills-all-well")}</p>`}
        ${s.incidents.map((i) => html`
          <article key=${i.id} class="drills-incident" data-test="drill-incident"><h3>${say("folio", { folio: i.folio })} <span>${word("incident", i.state)}</span></h3>
            <ul class="drills-calls">${i.calls.slice(-8).map((c) => html`<${Call} key=${c.id} call=${c} now=${now}/>`)}</ul>
            <${Acts} ctx=${ctx} incident=${i}/></article>`)}`}
      ${ctx.session.may("drill") && html`<button type="button" class="drills-stop" data-test="stop" onClick=${() => stop(ctx)}>${say("drills-stop")}</button>`}
    </section>`;
}

// --- how they went -------------------------------------------------------------------------------------------------

const name = (id) => serviceName(ctxNow?.status ?? { services: [] }, id);
const since = (service, key) => (service[key] === null || service[key] === undefined ? "—" : spanText(service[key]));
const verdict = (v) => (v.breached ? "past" : v.outage === null ? "open" : "within");

function Score({ card }) {
  const c = card.card;
  return html`
    <article class="drills-card" data-test="card" data-id=${card.id}>
      <h3>${c.promise || say("drills-no-promise")}</h3>
      <p class="drills-small">${momentText(c.began, ctxNow?.now ?? c.ended)} · ${spanText(c.ended - c.began)} · ${say(`drills-ended-${c.ended_by || "running"}`)}</p>
      <div class="drills-wide"><table><caption>${say("drills-services")}</caption>
        <thead><tr>${["service", "detected", "called", "answered", "decided", "outage", "rto", "steps", "verdict"].map((k) => html`<th scope="col" key=${k}>${say(`drills-col-${k}`)}</th>`)}</tr></thead>
        <tbody>${c.services.map((v) => html`<tr key=${v.id}><th scope="row">${name(v.id)}</th><td>${since(v, "detected")}</td><td>${since(v, "called")}</td><td>${since(v, "answered")}</td><td>${since(v, "decided")}</td>
          <td>${since(v, "outage")}</td><td>${spanText(v.rto)}</td><td>${(v.steps_exhausted ?? 0) + (v.steps_passed ?? 0)}</td><td class=${`drills-is-${verdict(v)}`}>${say(`drills-verdict-${verdict(v)}`)}</td></tr>`)}</tbody></table></div>
      <div class="drills-wide"><table><caption>${say("drills-people")}</caption>
        <thead><tr>${["person", "calls", "answers", "passed", "unanswered", "failed", "fastest", "slowest"].map((k) => html`<th scope="col" key=${k}>${say(`drills-col-${k}`)}</th>`)}</tr></thead>
        <tbody>${c.people.map((p) => html`<tr key=${p.id}><th scope="row">${p.id}</th><td>${p.calls}</td><td>${p.answered + p.decisions}</td><td>${p.passed_on}</td><td>${p.unanswered}</td><td>${p.failed}</td><td>${since(p, "fastest")}</td><td>${since(p, "slowest")}</td></tr>`)}</tbody></table></div>
    </article>`;
}

// One row for each service of the drills that were chosen, one column for each of them, the oldest first.
function Compared({ cards }) {
  const chosen = cards.filter((c) => page.compared.includes(c.id)).reverse();
  const services = [...new Set(chosen.flatMap((c) => c.card.services.map((v) => v.id)))];
  if (chosen.length < 2) return null;
  return html`
    <div class="drills-wide"><table data-test="compared"><caption>${say("drills-compared")}</caption>
      <thead><tr><th scope="col">${say("drills-col-service")}</th>${chosen.map((c) => html`<th scope="col" key=${c.id}>${momentText(c.card.began, 0)}</th>`)}</tr></thead>
      <tbody>${services.map((id) => html`<tr key=${id}><th scope="row">${name(id)}</th>${chosen.map((c) => {
        const v = c.card.services.find((x) => x.id === id);
        return html`<td key=${c.id}>${v ? html`${since(v, "answered")} · ${since(v, "decided")} · ${since(v, "outage")} <b class=${`drills-is-${verdict(v)}`}>${say(`drills-verdict-${verdict(v)}`)}</b>` : "—"}</td>`;
      })}</tr>`)}</tbody></table><p class="drills-small">${say("drills-compared-what")}</p></div>`;
}

class Cards extends Component {
  state = { shown: null };

  toggle(id) {
    const at = page.compared.indexOf(id);
    if (at >= 0) page.compared.splice(at, 1);
    else page.compared = [...page.compared, id].slice(-COMPARED_MAX);
    this.forceUpdate();
  }

  render({ cards, left }, { shown }) {
    const sound = cards.filter((c) => c.card !== null);
    if (cards.length === 0) return html`<p class="drills-none" data-test="no-cards">${say("drills-no-cards")}</p>`;
    return html`
      <ul class="drills-past">${cards.map((c) => html`
        <li key=${c.id}>${c.card === null
          ? html`<span><code>${c.id}</code> ${say("drills-unreadable")}</span>`
          : html`<label><input type="checkbox" checked=${page.compared.includes(c.id)} onChange=${() => this.toggle(c.id)} data-test="compare"/><span>${momentText(c.card.began, 0)}</span></label>
            <button type="button" aria-expanded=${shown === c.id} onClick=${() => this.setState({ shown: shown === c.id ? null : c.id })} data-test="show">${c.card.promise || c.id}</button>
            <b class=${c.card.services.some((v) => v.breached) ? "drills-is-past" : "drills-is-within"}>${say("drills-in-time", { n: c.card.services.filter((v) => verdict(v) === "within").length, all: c.card.services.length })}</b>`}
          ${shown === c.id && html`<${Score} card=${c}/>`}</li>`)}</ul>
      ${left > 0 && html`<p class="drills-small">${say("drills-left-out", { n: left })}</p>`}
      <${Compared} cards=${sound}/>`;
  }
}

export function View({ ctx }) {
  const { list, cards, trouble, said } = page;
  ctxNow = ctx;
  if (list === null) return html`<p class="starting" data-test="starting">${trouble ? troubleText(trouble) : say("connecting")}</p>`;
  return html`
    <main class="drills live" data-test="drills">
      <h1>${say("drills-title")}</h1>
      <div aria-live="polite">${trouble && html`<p class="drills-bad" role="alert">${troubleText(trouble)}</p>`}
        ${said && html`<p class=${said.good ? "drills-good" : "drills-bad"} data-test="said">${said.text}</p>`}
        ${list.last?.failed && html`<p class="drills-bad" data-test="failed">${say("drills-failed", { why: list.last.why })}</p>`}</div>
      ${list.current && html`<${Played} ctx=${ctx}/>`}
      <section aria-labelledby="h-scenarios"><h2 id="h-scenarios">${say("drills-scenarios")}</h2><${Scenarios} ctx=${ctx}/></section>
      <section aria-labelledby="h-cards"><h2 id="h-cards">${say("drills-cards")}</h2>${cards === null ? html`<p>${say("connecting")}</p>` : html`<${Cards} cards=${cards.drills} left=${cards.left_out}/>`}</section>
    </main>`;
}
