// Incidents: state, who is being called, who answered, what comes next; the timeline on demand.
import { Component } from "/lib/preact.js";
import { html } from "/html.js";
import { ApiError, get } from "/api.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { componentName, endedIncidents, openIncidents, serviceName } from "/store.js";
import { entryText } from "/timeline.js";

const LOUD = ["suspect", "confirmed", "activation-asked", "authorised", "declared"];
const ANSWERED = ["acknowledged"];
const OPEN_CALL = ["pending", "sent", "unknown", "received"];
const CALL_LOOK = {
  pending: "blind", sent: "blind", unknown: "warning", received: "warning", acknowledged: "ok", expired: "warning", unanswered: "bad",
  failed: "bad", stopped: "quiet",
};

function nextStep(incident, status, now) {
  const marks = status.services
    .filter((s) => incident.services.includes(s.id) && s.clock && s.clock.restored === null && s.clock.next_mark != null && s.clock.next_mark > now)
    .map((s) => ({ at: s.clock.next_mark, pct: s.clock.next_pct }))
    .sort((a, b) => a.at - b.at);
  if (incident.restored !== null && incident.resumed === null) return say("next-resume");
  if (marks.length === 0) return incident.exhausted ? say("next-repeat") : "";
  return say("next-step", { pct: marks[0].pct ?? "—", at: momentText(marks[0].at, now), in: spanText(marks[0].at - now) });
}

function Call({ call, now }) {
  return html`
    <li class=${`call call-${CALL_LOOK[call.state] ?? "blind"}`} data-test="call" data-state=${call.state}>
      <b>${call.post ?? call.person}</b>
      <span class="how">${word("call-kind", call.kind)} · ${call.channel}${call.maybe_duplicate ? html` · <em>${word("mark", "maybe_duplicate")}</em>` : ""}</span>
      <span class="call-state">${word("call", call.state)}</span>
      <span class="since">${momentText(call.state_since ?? call.at, now)}</span>
    </li>`;
}

class Timeline extends Component {
  constructor() {
    super();
    this.state = { entries: null, calls: [], error: null };
  }

  componentDidMount() {
    this.load();
  }

  // The journal has grown: ask again. Not more often than the status itself comes.
  componentDidUpdate(before) {
    if (before.head !== this.props.head) this.load();
  }

  componentWillUnmount() {
    this.gone = true;
  }

  async load() {
    try {
      const body = await get(`/api/v1/incidents/${this.props.id}`);
      if (!this.gone) this.setState({ entries: body.timeline, calls: body.calls ?? [], error: null });
    } catch (e) {
      if (!(e instanceof ApiError)) throw e;
      if (!this.gone) this.setState({ error: e.message });
    }
  }

  render({ status }, { entries, calls, error }) {
    if (entries === null) return html`<p class="none">${error ? say("timeline-error", { why: error }) : say("loading")}</p>`;
    return html`
      ${error && html`<p class="none">${say("timeline-error", { why: error })}</p>`}
      <ol class="timeline" data-test="timeline">${[...entries].reverse().map((e) => html`
        <li key=${e.seq} data-kind=${e.kind}>
          <time>${momentText(e.at, status.now)}</time>
          <span>${entryText(e, status, calls, entries)}${e.recorded - e.at > 2 ? html` <i class="late">${say("known-at", { at: momentText(e.recorded, status.now) })}</i>` : ""}</span>
          <span class="seq">${e.seq}</span>
        </li>`)}</ol>`;
  }
}

function Incident({ incident, status, now, isOpen, toggle }) {
  const answered = incident.calls.filter((c) => ANSWERED.includes(c.state));
  const waiting = incident.calls.filter((c) => OPEN_CALL.includes(c.state));
  const others = incident.calls.length - answered.length - waiting.length;
  const next = nextStep(incident, status, now);
  // The newest call to each person: a person who was updated three times is one person.
  const newest = new Map(incident.calls.map((c) => [`${c.person}`, c]));
  return html`
    <article class=${`incident ${LOUD.includes(incident.state) ? "is-loud" : ""} kind-${incident.kind}`} data-test="incident" data-id=${incident.id} data-state=${incident.state} id=${`incident-${incident.id}`}>
      <h3><span class="folio-number">${say("folio", { folio: incident.folio })}</span>
        <span class="incident-state">${word("incident", incident.state)}</span>
        <span class="kind">${word("incident-kind", incident.kind)}${incident.episode > 1 ? ` · ${say("episode", { n: incident.episode })}` : ""}</span></h3>
      <p class="what">${incident.services.map((id) => serviceName(status, id)).join(", ")}${incident.root ? ` · ${say("root", { name: componentName(status, incident.root) })}` : ""}</p>
      <p class="facts">
        <span>${say("began", { at: momentText(incident.began, now) })}</span>
        ${incident.confirmed !== null && html`<span>${say("confirmed-at", { at: momentText(incident.confirmed, now) })}</span>`}
        ${incident.restored !== null && html`<span>${say("restored-at", { at: momentText(incident.restored, now) })}</span>`}
        ${incident.resumed !== null && html`<span>${say("resumed-at", { at: momentText(incident.resumed, now) })}</span>`}
        ${incident.owed_up > 0 && html`<span class=${incident.restored === null ? "" : "estimated"}>${say(incident.restored === null ? "told-down" : "owed-here", { n: incident.owed_up })}</span>`}
      </p>
      <p class="call-sum">
        <b>${answered.length ? say("answered", { who: answered.map((c) => c.post ?? c.person).join(", ") }) : say("nobody-answered")}</b>
        ${next && html`<span>${next}</span>`}
      </p>
      <ul class="calls">${[...newest.values()].map((c) => html`<${Call} key=${c.id} call=${c} now=${now}/>`)}</ul>
      <button type="button" class="more" aria-expanded=${isOpen} aria-controls=${`timeline-${incident.id}`} onClick=${toggle} data-test="toggle-timeline">${isOpen ? say("hide-timeline") : say("show-timeline")}<span class="count">${say("n-calls", { n: incident.calls.length })}${others && waiting.length ? ` · ${say("n-waiting", { n: waiting.length })}` : ""}</span></button>
      ${isOpen && html`<div id=${`timeline-${incident.id}`} tabindex="-1"><${Timeline} id=${incident.id} status=${status} head=${status.head.seq}/></div>`}
    </article>`;
}

const ENDED_SHOWN = 6;

export function Incidents({ status, now, opened, toggle }) {
  const open = openIncidents(status);
  const ended = endedIncidents(status);
  return html`
    <section class="incidents" aria-labelledby="h-incidents">
      <h2 id="h-incidents">${say("incidents")}<span class="count">${open.length}</span></h2>
      ${open.length === 0 && html`<p class="none">${say("no-incidents")}</p>`}
      ${open.map((i) => html`<${Incident} key=${i.id} incident=${i} status=${status} now=${now} isOpen=${opened.has(i.id)} toggle=${() => toggle(i.id)}/>`)}
      ${ended.length > 0 && html`<h3 class="ended">${say("ended")}</h3>`}
      ${ended.slice(0, ENDED_SHOWN).map((i) => opened.has(i.id)
        ? html`<${Incident} key=${i.id} incident=${i} status=${status} now=${now} isOpen=${true} toggle=${() => toggle(i.id)}/>`
        : html`<button key=${i.id} type="button" class="ended-one" onClick=${() => toggle(i.id)}><b>${i.folio}</b> ${word("incident", i.state)} · ${i.services.map((id) => serviceName(status, id)).join(", ")} · ${momentText(i.began, now)}</button>`)}
    </section>`;
}
