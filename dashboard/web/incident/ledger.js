// Who was called, how, and what came of it: by person, in the order in which they were called first.
import { html } from "/html.js";
import { momentText } from "/time.js";
import { say, word } from "/words.js";
import { posts } from "/incident/data.js";

const LOOK = { acknowledged: "ok", received: "waiting", sent: "waiting", pending: "waiting", unknown: "waiting", expired: "late", unanswered: "bad", failed: "bad", stopped: "quiet" };
const STEPS = ["call.intent", "call.sent", "call.received", "call.result", "call.failed", "call.unknown", "call.unanswered", "call.stopped"];

// The times of one call, out of the journal: when it was meant, sent, received ...
function timesOf(timeline, id) {
  return timeline.filter((e) => STEPS.includes(e.kind) && (e.kind === "call.intent" ? e.seq === id : e.body.call === id));
}

function Call({ call, data, now, names }) {
  return html`
    <li class=${`inc-call is-${LOOK[call.state] ?? "waiting"}`} data-test="ledger-call" data-state=${call.state}>
      <span class="inc-call-state">${word("call", call.state)}</span>
      <span>${word("call-kind", call.kind)} · ${call.channel}${call.stands_for ? ` · ${say("inc-stands-for", { who: names.get(call.stands_for) ?? call.stands_for })}` : ""}${call.taken_by ? ` · ${say("inc-by-hand", { who: names.get(call.taken_by) ?? call.taken_by })}` : ""}${call.also?.length ? ` · ${say("inc-call-also", { seats: call.also.join(", ") })}` : ""}
        ${call.maybe_duplicate && html` <em>${word("mark", "maybe_duplicate")}</em>`}</span>
      <span class="inc-times">${timesOf(data.timeline, call.id).map((e) => html`<span><i>${word("inc-call-step", e.kind.slice(5))}</i> ${momentText(e.at, now)}</span>`)}</span>
    </li>`;
}

export function Ledger({ data, status, now }) {
  const names = posts(status, data);
  const order = [...new Set(data.calls.map((c) => c.person))];
  const answers = new Map((data.brief?.people ?? []).map((p) => [p.person, p]));
  if (order.length === 0) return html`<p class="none">${say("inc-nobody-called")}</p>`;
  return html`
    <ul class="inc-ledger">${order.map((person) => {
      const calls = data.calls.filter((c) => c.person === person);
      const p = answers.get(person);
      return html`
        <li key=${person} data-test="ledger-person" data-person=${person}>
          <h3>${names.get(person) ?? person}<span>${[...new Set(calls.map((c) => c.seat))].filter(Boolean).join(", ")}${p?.level !== undefined ? ` · ${say("inc-level", { n: p.level })}` : ""}</span></h3>
          <p class=${p?.answered ? "inc-answered" : "inc-unanswered"} data-test="answer">${p?.answered ? say("inc-answered-with", { word: word("act", p.act), at: momentText(p.at, now) }) : p?.act ? say("inc-passed-with", { word: word("act", p.act), at: momentText(p.at, now) }) : say("inc-no-answer-yet")}</p>
          <ul>${calls.map((c) => html`<${Call} key=${c.id} call=${c} data=${data} now=${now} names=${names}/>`)}</ul>
        </li>`;
    })}</ul>`;
}
