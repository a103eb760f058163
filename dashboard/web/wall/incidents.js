// Open incidents with the call tree as it runs: whom it calls now, who has answered with which word, what comes next and when.
import { html } from "/html.js";
import { clockText, momentText, runningText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { componentName, openIncidents, serviceName } from "/store.js";
import { Shape } from "/shapes.js";
import { isVisitor } from "/settings.js";
import { DETAIL, linkTo } from "/wall/nav.js";

const LOUD = ["suspect", "confirmed", "activation-asked", "authorised", "declared"];
const WAITING = ["pending", "sent", "unknown", "received"];
const GONE = ["unanswered", "failed", "expired"];

// What happens by itself next: [sentence, moment]; the soonest first.
export function nextUp(incident, status, now) {
  const list = [];
  for (const s of status.services) {
    const c = s.clock;
    if (!incident.services.includes(s.id) || !c || c.restored !== null) continue;
    if (c.next_mark != null && c.next_mark > now) list.push([say("wall-up-mark", { pct: c.next_pct ?? "—" }), c.next_mark]);
    if (!c.breached && c.breach_at > now) list.push([say("wall-up-breach"), c.breach_at]);
  }
  const gate = incident.gate;
  if (gate && (gate.state === "shut" || gate.state === "held") && gate.until != null) list.push([say(gate.state === "held" ? "wall-up-gate-held" : "wall-up-gate"), gate.until]);
  if (incident.exhausted && incident.repeat_at != null) list.push([say("wall-up-repeat"), incident.repeat_at]);
  if (incident.ratification?.state === "pending" && incident.ratification.due != null) list.push([say("wall-up-ratify"), incident.ratification.due]);
  for (const c of incident.checklists ?? []) if (c.due != null && c.next !== null) list.push([say("wall-up-task", { n: c.next, by: c.next_by }), c.due]);
  return list.sort((a, b) => a[1] - b[1]);
}

function postOf(incident, person) {
  return incident.calls.find((c) => c.person === person)?.post ?? (incident.answers ?? []).find((a) => a.person === person)?.post ?? person;
}

function decision(i) {
  const list = [];
  if (i.authorised?.length) list.push(say("wall-authorised", { n: i.authorised.length, of: i.quorum, who: i.authorised.map((p) => postOf(i, p)).join(", ") }));
  if (i.declared_by) list.push(say("wall-declared", { who: postOf(i, i.declared_by) }));
  for (const w of i.irregular ?? []) list.push(word("irregular", w));
  if (i.unconfirmed) list.push(say("wall-unconfirmed", { n: i.unconfirmed }));
  for (const o of i.orders ?? []) if (o.state === "waiting") list.push(say("wall-order", { what: word("what", o.what), n: o.confirmed.length, of: o.told }));
  for (const c of i.checklists ?? []) list.push(say("wall-checklist", { name: c.name, done: c.done, of: c.activities }));
  return list;
}

function Calls({ incident, now, most }) {
  const newest = [...new Map(incident.calls.map((c) => [c.person, c])).values()];
  const answers = [...(incident.answers ?? [])].sort((a, b) => b.at - a.at);
  const known = new Set(answers.filter((a) => a.holds).map((a) => a.person));
  const waiting = newest.filter((c) => WAITING.includes(c.state) && !known.has(c.person));
  const gone = newest.filter((c) => GONE.includes(c.state) && !known.has(c.person));
  const more = (n) => n > 0 && html`<li class="wall-more" data-test="calls-more">${say("and-more", { n })}</li>`;
  return html`
    <ul class="wall-calls">
      ${answers.slice(0, most).map((a) => html`<li key=${`a ${a.person}`} class=${a.holds ? "look-ok" : "look-warning"} data-test="answer"><${Shape} state=${a.holds ? "ok" : "warning"}/><b>${a.post ?? a.person}</b><span>${word("act", a.act)}${a.holds ? "" : ` (${say("wall-ran-out")})`}</span><span class="since">${momentText(a.at, now)}</span></li>`)}
      ${more(answers.length - most)}
      ${waiting.slice(0, most).map((c) => html`<li key=${`c ${c.person}`} class="look-blind is-calling" data-test="calling" data-state=${c.state}><${Shape} state="unknown"/><b>${c.post ?? c.person}</b><span>${word("call", c.state)} · ${c.channel}${c.maybe_duplicate ? ` · ${word("mark", "maybe_duplicate")}` : ""}</span><span class="since">${say("ago", { span: spanText(now - c.at) })}</span></li>`)}
      ${more(waiting.length - most)}
      ${most > 1 && gone.slice(0, most).map((c) => html`<li key=${`g ${c.person}`} class="look-bad" data-test="no-answer" data-state=${c.state}><${Shape} state="critical"/><b>${c.post ?? c.person}</b><span>${word("call", c.state)}</span><span class="since">${clockText(c.state_since ?? c.at)}</span></li>`)}
      ${(most > 1 ? gone.length - most : gone.length) > 0 && html`<li class="wall-more" data-test="calls-more">${say("wall-gone", { n: most > 1 ? gone.length - most : gone.length })}</li>`}
      ${answers.length === 0 && waiting.length === 0 && html`<li class="look-warning"><${Shape} state="warning"/><b>${say("nobody-answered")}</b></li>`}
    </ul>`;
}

// All that was said in one line.
function heardText(i) {
  const holds = (i.answers ?? []).filter((a) => a.holds).sort((a, b) => b.at - a.at);
  if (holds.length === 0) return say("nobody-answered");
  return `${say("answered", { who: `${holds[0].post ?? holds[0].person} (${word("act", holds[0].act)})` })}${holds.length > 1 ? ` ${say("and-more", { n: holds.length - 1 })}` : ""}`;
}

function Incident({ incident: i, status, now, most }) {
  const next = nextUp(i, status, now);
  const stamp = i.stamp && i.stamp !== status.stamp ? i.stamp : i.real === false && status.real ? say("drill") : null;
  const root = i.root && most > 2 && !isVisitor() ? say("root", { name: componentName(status, i.root) }) : "";
  return html`
    <a class=${`wall-incident ${LOUD.includes(i.state) ? "is-loud" : ""} kind-${i.kind}`} href=${linkTo("incident", i.id)} data-nav data-test="incident" data-id=${i.id} data-state=${i.state}>
      <span class="head"><b class="wall-folio">${say("folio", { folio: i.folio })}</b><b class="incident-state">${word("incident", i.state)}</b>${stamp && html`<b class="stamp">${stamp}</b>`}
        <span>${[i.kind === "down" ? "" : word("incident-kind", i.kind), i.episode > 1 ? say("episode", { n: i.episode }) : ""].filter(Boolean).join(" · ")}</span></span>
      <span class="what"><b>${i.services.map((id) => serviceName(status, id)).join(", ")}</b> ${root}</span>
      ${i.impact?.length > 0 && most > 2 && html`<span class="what">${say(i.impact_possible ? "wall-impact-possible" : "wall-impact")} ${i.impact.map((x) => `${x.count} ${x.what}`).join(", ")}</span>`}
      ${i.exhausted && html`<span class="wall-alert" data-test="exhausted"><${Shape} state="critical"/><b>${say("wall-exhausted")}</b></span>`}
      ${most === 0 && html`<span class="what" data-test="answered">${heardText(i)}</span>`}
      ${most > 0 && html`<${Calls} incident=${i} now=${now} most=${most}/>`}
      ${most > 0 && decision(i).slice(0, most).map((d) => html`<span class="what" data-test="decision">${d}</span>`)}
      ${next.slice(0, most > 2 ? 2 : 1).map(([what, at]) => html`<span class="next" data-test="next">${say("wall-up", { what, at: clockText(at) })}<b class="wall-count">${at > now ? runningText(Math.ceil(at - now)) : say("wall-now")}</b></span>`)}
      ${i.restored !== null && i.resumed === null && html`<span class="next" data-test="next">${say("next-resume")}</span>`}
      ${i.owed_up > 0 && i.restored !== null && html`<span class="wall-note is-exposed" data-test="owed">${say("owed-here", { n: i.owed_up })}</span>`}
    </a>`;
}

// One line of it: folio, state, service.
function Short({ incident: i, status }) {
  return html`<a class=${`wall-incident is-short ${LOUD.includes(i.state) ? "is-loud" : ""}`} href=${linkTo("incident", i.id)} data-nav data-test="incident" data-id=${i.id} data-state=${i.state}>
    <b class="wall-folio">${i.folio}</b><b class="incident-state">${i.exhausted ? say("wall-exhausted-short") : word("incident", i.state)}</b><span class="what">${i.services.map((id) => serviceName(status, id)).join(", ")}</span></a>`;
}

// When the first RTO of it is over: the most urgent stands first. A number also where none runs, so that it is an order.
function ends(incident, status) {
  return Math.min(8.64e12, ...status.services.filter((s) => incident.services.includes(s.id) && s.clock && s.clock.restored === null).map((s) => s.clock.breach_at));
}

// How many are told with all their calls, how many lines each, how many in one line. The watch below is told shorter first.
const WHOLE = [99, 99, 99, 99, 99, 99, 3, 2, 2, 2, 2, 1, 1, 0, 0];
const LINES = [6, 6, 6, 6, 4, 3, 2, 2, 3, 2, 1, 2, 1, 1, 1]; // of the first
const OTHERS = [6, 6, 6, 6, 4, 3, 2, 2, 0, 0, 0, 0, 0, 0, 0]; // of the rest
const SHORT = [99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 8, 4];
export const STEPS = 14;

export function Incidents({ status, now, level }) {
  const open = openIncidents(status);
  const loud = open.filter((i) => LOUD.includes(i.state)).sort((a, b) => ends(a, status) - ends(b, status) || b.id - a.id);
  const list = [...loud, ...open.filter((i) => !LOUD.includes(i.state))];
  const whole = list.slice(0, WHOLE[level]);
  const short = list.slice(whole.length, whole.length + SHORT[level]);
  const rest = list.length - whole.length - short.length;
  const tasks = (status.tasks ?? []).filter((t) => t.taken_by === null);
  return html`
    <section class="wall-incidents" aria-labelledby="h-incidents">
      <h2 id="h-incidents">${say("incidents")}<span class="count">${open.length}</span>${status.siren?.on && html`<b class="siren" data-test="siren" title=${status.siren.why.map((w) => word("wall-siren", w)).join(", ")}>${say("wall-siren")}</b>`}</h2>
      ${tasks.slice(0, 2).map((t) => html`<p class="wall-alert" key=${t.call} data-test="by-hand"><${Shape} state="critical"/><b>${say("wall-by-hand", { post: t.post })}</b> ${say("folio", { folio: t.folio })} · ${t.due > now ? say("wall-before", { at: clockText(t.due) }) : say("wall-overdue")}</p>`)}
      ${tasks.length > 2 && html`<p class="wall-more" data-test="by-hand-more">${say("and-more", { n: tasks.length - 2 })}</p>`}
      ${open.length === 0 && html`<p class="none"><${Shape} state="ok"/>${say("no-incidents")}</p>`}
      ${whole.map((i, n) => html`<${Incident} key=${i.id} incident=${i} status=${status} now=${now} most=${n === 0 ? LINES[level] : OTHERS[level]}/>`)}
      ${short.map((i) => html`<${Short} key=${i.id} incident=${i} status=${status}/>`)}
      ${rest > 0 && html`<a class="wall-more" href=${DETAIL} data-nav data-test="incidents-more">${say("and-more", { n: rest })}</a>`}
    </section>`;
}
