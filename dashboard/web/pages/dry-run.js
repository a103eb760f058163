// A process fails on paper: who is called when, who does not answer, and whether it is decided before the RTO is over. Nobody is called.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { get, post } from "/api.js";
import { Field, troubleText } from "/ui.js";
import { runningText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { Shape } from "/shapes.js";
import { Plan, seconds } from "/pages/plan/model.js";

export const words = "dry-run";
export const styles = ["/pages/dry-run.css"];
export const title = () => say("dry-title");

const CRITICALITIES = ["very-high", "high", "medium", "low"];
const CITY_S = 6 * 3600;
const STATES = { acknowledged: "ok", unanswered: "critical", failed: "critical", unknown: "blind", stopped: "unreachable" };
const look = (c) => STATES[c.state] ?? "warning";

function Choice({ plan, service, silent, all, toggle, toggleAll }) {
  const people = plan.callable(service);
  return html`<fieldset class="dry-people"><legend>${say("dry-who")}</legend>
    <button type="button" class="dry-all" aria-pressed=${all} onClick=${toggleAll} data-test="all">${say("dry-all")}</button>
    <ul>${people.map((id) => html`<li><button type="button" aria-pressed=${all || silent.has(id)} disabled=${all} onClick=${() => toggle(id)} data-test="person" data-id=${id}>
      <${Shape} state=${all || silent.has(id) ? "critical" : "ok"}/><span>${plan.post(id)}<small>${all || silent.has(id) ? say("dry-silent") : say("dry-answers")}</small></span></button></li>`)}</ul>
    ${people.length === 0 && html`<p class="none">${say("dry-no-policy")}</p>`}</fieldset>`;
}

// Of each call a bar from when it left to what became of it; the marks, the decision and the end of the RTO as lines.
function Chart({ plan, day, calls }) {
  const end = Math.max(day.breach_at, day.decided_at ?? 0, ...calls.map((c) => c.state_at ?? c.at)) - day.began;
  const span = Math.min(end, (day.breach_at - day.began) * 1.25);
  const x = (t) => Math.max(0, Math.min(1000, ((t - day.began) / span) * 1000));
  const rows = [...new Set(calls.map((c) => c.person))];
  const H = 26;
  const marks = day.timeline.filter((e) => e.kind === "clock.mark" && e.body.service === day.service);
  return html`<div class="dry-chart" aria-hidden="true"><ul>${rows.map((p) => html`<li>${plan.post(p)}</li>`)}</ul>
    <svg viewBox=${`0 0 1000 ${rows.length * H + 6}`} height=${rows.length * H + 6} preserveAspectRatio="none">
      ${rows.map((_, i) => html`<path class="row" d=${`M0 ${i * H + H}h1000`}/>`)}
      ${marks.map((m) => html`<path class="mark" d=${`M${x(m.recorded)} 0v${rows.length * H}`}/>`)}
      <rect class="late" x=${x(day.breach_at)} y="0" width=${1000 - x(day.breach_at)} height=${rows.length * H}/>
      ${calls.map((c) => html`<rect class=${`call look-${look(c)}`} x=${x(c.at)} y=${rows.indexOf(c.person) * H + 5} width=${Math.max(3, x(c.state_at ?? c.at) - x(c.at))} height="16" rx="3"/>`)}
      <path class="rto" d=${`M${x(day.breach_at)} 0v${rows.length * H + 6}`}/>
      ${day.decided_at !== null && html`<path class="decision" d=${`M${x(day.decided_at)} 0v${rows.length * H + 6}`}/>`}
    </svg></div>`;
}

function Verdict({ day }) {
  const state = day.decision === null ? "none" : day.in_time ? "in-time" : "late";
  const rto = spanText(day.rto);
  return html`<p class=${`dry-verdict is-${state}`} data-test="dry-verdict" data-state=${state}><${Shape} state=${state === "in-time" ? "ok" : "critical"}/>
    <span>${state === "none" ? say("dry-none", { rto }) : say(state === "late" ? "dry-late" : "dry-in-time", { what: word("incident", day.decision), after: spanText(day.decided_at - day.began), rto })}</span></p>`;
}

function Day({ plan, day }) {
  const incident = day.timeline.find((e) => e.kind === "clock.started" && e.body.service === day.service)?.body.incident;
  const calls = day.calls.filter((c) => c.incident === incident && c.kind !== "closed");
  const step = (e) => ({ t: e.recorded - day.began, e });
  const acts = day.timeline.filter((e) => e.body.incident === incident && ["act.authorize", "act.declare", "act.decline", "gate.opened", "act.convene"].includes(e.kind)).map(step);
  const marks = day.timeline.filter((e) => e.kind === "clock.mark" && e.body.service === day.service).map(step);
  const rows = [...calls.map((c) => ({ t: c.at - day.began, c })), ...acts, ...marks, { t: day.breach_at - day.began, end: true }].sort((a, b) => a.t - b.t || (a.c ? 1 : -1));
  return html`<section class="dry-result" data-test="day"><${Verdict} day=${day}/>
    <p class="dry-what">${say("dry-fails", { what: day.failed.map((id) => plan.components.get(id)?.name ?? id).join(", ") })} ${say("dry-counts")}</p>
    <${Chart} plan=${plan} day=${day} calls=${calls}/>
    <p class="dry-key"><span class="look-ok">${say("dry-key-ok")}</span><span class="look-critical">${say("dry-key-bad")}</span><span class="is-decision">${say("dry-key-decision")}</span><span class="is-rto">${say("dry-key-rto")}</span></p>
    <table class="dry-table"><thead><tr><th>${say("dry-after")}</th><th>${say("dry-person")}</th><th>${say("dry-channel")}</th><th>${say("dry-why")}</th><th>${say("dry-became")}</th></tr></thead>
      <tbody>${rows.map((r) => r.end
        ? html`<tr class="is-end"><td>${runningText(r.t)}</td><td colspan="4">${say("dry-key-rto")}</td></tr>`
        : r.e
          ? html`<tr class=${`is-act ${r.e.kind.startsWith("act.") ? "is-deed" : ""}`}><td>${runningText(r.t)}</td><td colspan="4">${r.e.kind === "clock.mark" ? say("dry-mark", { pct: r.e.body.pct }) : word("dry-entry", r.e.kind)}${r.e.body.person ? ` · ${plan.post(r.e.body.person)}` : ""}</td></tr>`
          : html`<tr data-test="call" data-person=${r.c.person} data-state=${r.c.state}><td>${runningText(r.t)}</td><td><b>${plan.post(r.c.person)}</b><small>${r.c.seat ? plan.seatName(r.c.seat) : ""}</small></td><td>${r.c.channel}</td><td>${word("call-kind", r.c.kind)}</td>
            <td><span class=${`dry-state look-${look(r.c)}`}><${Shape} state=${look(r.c)}/>${word("call", r.c.state)} ${r.c.state_at !== null ? runningText(r.c.state_at - day.began) : ""}</span></td></tr>`)}</tbody></table></section>`;
}

function Proof({ plan, proof }) {
  const s = proof.services[0];
  if (!s.asks) return html`<section class="dry-result" data-test="proof"><p class="dry-verdict is-none"><${Shape} state="warning"/><span>${say("dry-asks-nothing")}</span></p></section>`;
  const minimal = s.failing.filter((f) => f.minimal);
  return html`<section class="dry-result" data-test="proof" data-holds=${proof.holds}>
    <p class=${`dry-verdict ${proof.holds ? "is-in-time" : "is-none"}`}><${Shape} state=${proof.holds ? "ok" : "critical"}/><span>${proof.holds ? say("dry-holds", { latest: spanText(s.latest), rto: spanText(s.rto) }) : say("dry-fails-sets", { n: s.failing.length, sets: s.sets })}</span></p>
    <p class="dry-what">${say("dry-proof", { people: s.people, sets: s.sets, n: proof.silent })}</p>
    <ul class="dry-sets">${minimal.map((f) => html`<li><b>${f.silent.length ? f.silent.map((id) => plan.post(id)).join(" + ") : say("dry-even-all")}</b> <span>${f.decided_after === null ? say("dry-no-decision") : say("dry-only-after", { span: spanText(f.decided_after) })}</span></li>`)}</ul>
    ${s.failing.length > minimal.length && html`<p class="none">${say("dry-larger", { n: s.failing.length - minimal.length })}</p>`}</section>`;
}

export class View extends Component {
  state = { plan: null, trouble: null, service: null, silent: new Set(), all: false, at: "", busy: false, day: null, proof: null };

  componentDidMount() {
    this.load();
  }

  async load() {
    try {
      const plan = new Plan(await get("/api/v1/plan"));
      const asked = new URLSearchParams(location.search).get("service");
      const list = this.sorted(plan);
      this.setState({ plan, trouble: null, service: plan.services.has(asked) ? asked : list[0]?.id ?? null });
    } catch (e) {
      this.setState({ trouble: troubleText(e) });
    }
  }

  sorted(plan) {
    return [...(plan.plan.services ?? [])].sort((a, b) => CRITICALITIES.indexOf(a.criticality) - CRITICALITIES.indexOf(b.criticality) || seconds(a.rto) - seconds(b.rto));
  }

  async play(body, into) {
    this.setState({ busy: true, trouble: null, day: null, proof: null });
    try {
      this.setState({ [into]: await post("/api/v1/plan/dry-run", body), busy: false });
    } catch (e) {
      this.setState({ trouble: troubleText(e), busy: false });
    }
  }

  playDay = (event) => {
    const { service, silent, all, at } = this.state;
    event?.preventDefault();
    const body = { service };
    if (all) body.all = true;
    else if (silent.size > 0) body.silent = [...silent];
    if (at) body.at = Date.parse(`${at}:00Z`) / 1000 + CITY_S;
    return this.play(body, "day");
  };

  toggle = (id) => {
    const silent = new Set(this.state.silent);
    if (!silent.delete(id)) silent.add(id);
    this.setState({ silent });
  };

  render(_, { plan, trouble, service, silent, all, at, busy, day, proof }) {
    if (!plan) return html`<main class="dry"><p class="starting" data-test="dry-waiting">${trouble ?? say("dry-reading")}</p></main>`;
    const chosen = plan.services.get(service);
    return html`<main class="dry" data-test="dry">
      <section><h2>${say("dry-heading")}</h2><p class="dry-what">${say("dry-what")}</p>
        <form onSubmit=${this.playDay}>
          <div class="dry-first"><${Field} as="select" label=${say("dry-service")} value=${service} onChange=${(e) => this.setState({ service: e.target.value, day: null, proof: null, silent: new Set() })} data-test="service">
            ${this.sorted(plan).map((s) => html`<option value=${s.id} selected=${s.id === service}>${s.name} · RTO ${spanText(seconds(s.rto))}</option>`)}<//>
          <${Field} type="datetime-local" label=${say("dry-at")} help=${say("dry-at-help")} value=${at} onInput=${(e) => this.setState({ at: e.target.value })}/></div>
          ${chosen && html`<${Choice} plan=${plan} service=${chosen} silent=${silent} all=${all} toggle=${this.toggle} toggleAll=${() => this.setState({ all: !all })}/>`}
          <p class="dry-buttons"><button type="submit" class="main" disabled=${busy || !chosen} data-test="play">${busy ? say("dry-playing") : say("dry-play")}</button>
            <button type="button" disabled=${busy || !chosen} onClick=${() => this.play({ service, all_silent: 2 }, "proof")} data-test="prove">${say("dry-pairs")}</button></p>
        </form></section>
      ${trouble && html`<p class="dry-trouble" role="alert" data-test="trouble">${trouble}</p>`}
      <div aria-live="polite">${day && html`<${Day} plan=${plan} day=${day}/>`}${proof && html`<${Proof} plan=${plan} proof=${proof}/>`}</div>
    </main>`;
  }
}
