// Small pieces: a finding beside what it concerns, the diagram of what a service needs, the steps of a policy along its RTO.
import { html } from "/html.js";
import { runningText, spanText } from "/time.js";
import { has, say, word } from "/words.js";
import { Shape, State } from "/shapes.js";
import { seconds, stepAt } from "/pages/plan/model.js";

const LOOK = { error: "critical", warning: "warning", note: "unreachable" };

export function Finding({ plan, f, place }) {
  const a = f.accepted;
  const todo = has("finding-todo", f.code) ? word("finding-todo", f.code) : f.what_to_do;
  return html`<li class=${`plan-finding is-${a ? "accepted" : f.severity}`} data-test="finding" data-code=${f.code}>
    <${Shape} state=${a ? "ok" : LOOK[f.severity]}/>
    <div><b>${has("finding", f.code) ? word("finding", f.code) : f.code}</b>
      <span class="plan-kind">${a ? say("plan-accepted") : word("severity", f.severity)}${place && f.where ? ` · ${f.where}` : ""}</span>
      ${todo && html`<p class="plan-todo" data-test="todo">→ ${todo}</p>`}
      ${f.text ? html`<p lang="en">${f.text}</p>` : html`<p>${say("plan-hidden")}</p>`}
      ${a && html`<p>${say("plan-accepted-by", { post: plan.post(a.by), on: a.on, until: a.until })}: ${a.reason}</p>`}
    </div></li>`;
}

export function Findings({ plan, list, place = false }) {
  return list.length > 0 && html`<ul class="plan-findings">${list.map((f) => html`<${Finding} plan=${plan} f=${f} place=${place}/>`)}</ul>`;
}

function Block({ plan, id, states, single }) {
  const c = plan.components.get(id);
  const state = states.get(id)?.state ?? "unknown";
  const alone = single.includes(id);
  return html`<span class=${`plan-block ${alone ? "is-single" : ""}`} data-test="block" data-id=${id}>
    <b>${c?.name ?? id}</b><${State} state=${state}/>${alone && html`<em>${say("plan-single")}</em>`}</span>`;
}

// Members that are all needed stand in a row, members of which some suffice one above the other.
export function Needs({ plan, need, states, single }) {
  if (typeof need === "string") return html`<${Block} plan=${plan} id=${need} states=${states} single=${single}/>`;
  const row = need.all !== undefined;
  const list = need.all ?? need.any ?? need.of;
  const words = row ? say("plan-all") : need.any ? say("plan-any") : say("plan-of", { k: need.at_least, n: list.length });
  return html`<div class=${`plan-need ${row ? "is-row" : "is-column"}`}><small>${words}</small>
    <ul>${list.map((n) => html`<li><${Needs} plan=${plan} need=${n} states=${states} single=${single}/></li>`)}</ul></div>`;
}

export function targetText(plan, service, target) {
  const [kind, id] = target.split(/:(.*)/s);
  if (kind === "team") return service?.team ? plan.seatName(service.team) : say("plan-team");
  if (kind === "level") return say("plan-level", { n: id });
  return kind === "person" ? plan.post(id) : plan.seatName(id);
}

// The steps of a policy along the RTO of one service. x runs from 0 to 1000 at the RTO's end.
export function Policy({ plan, policy, service }) {
  const rto = seconds(service.rto);
  const steps = policy.steps.map((s) => ({ ...s, due: stepAt(s, rto), window: seconds(s.ack_within) ?? 0 }));
  const x = (t) => Math.min(1000, Math.max(0, (t / rto) * 1000));
  return html`<div class="plan-policy">
    <svg viewBox="-8 0 1016 44" preserveAspectRatio="none" aria-hidden="true" class="plan-rail">
      <rect x="0" y="18" width="1000" height="8" rx="4" class="rail"/>
      ${steps.map((s) => html`<rect x=${x(s.due ?? 0)} y="14" width=${Math.max(4, x((s.due ?? 0) + s.window) - x(s.due ?? 0))} height="16" class=${s.ask !== "none" ? "ask" : "window"}/>`)}
      ${steps.map((s) => html`<path d=${`M${x(s.due ?? 0)} 6v32`} class="mark"/>`)}
      <path d="M1000 2v40" class="end"/>
    </svg>
    <ol>${steps.map((s) => html`<li>
      <b class="plan-due">${s.due === null ? say("plan-confirmed") : runningText(s.due)}</b>
      <span>${s.call.map((t) => targetText(plan, service, t)).join(s.parallel ? " + " : " → ")}</span>
      <small>${[s.at === "confirmed" ? null : `${s.at.pct} %`, s.parallel ? say("plan-parallel") : say("plan-in-order"),
        s.window ? say("plan-ack-within", { span: spanText(s.window) }) : null, s.ask !== "none" ? word("ask", s.ask) : null,
        s.ask !== "none" && s.quorum > 1 ? say("plan-quorum", { n: s.quorum }) : null, s.say ? word("call-kind", s.say) : null].filter(Boolean).join(" · ")}</small></li>`)}
      <li class="is-end"><b class="plan-due">${runningText(rto)}</b><span>${say("plan-rto-ends")}</span><small>${say("plan-repeat", { span: spanText(seconds(policy.repeat)) })}</small></li></ol></div>`;
}
