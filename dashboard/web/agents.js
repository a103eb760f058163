// Who looks: a silent agent means that we do not see, not that all is well.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say } from "/words.js";
import { State, look } from "/shapes.js";
import { causeText } from "/watch.js";

const BAD_OFFSET_S = 2;

function offsetText(s) {
  if (s === null || s === undefined) return "—";
  const abs = Math.abs(s);
  return `${s < 0 ? "−" : "+"}${abs < 1 ? `${Math.round(abs * 1000)} ms` : `${abs.toFixed(1)} s`}`;
}

export function Agents({ status, now }) {
  return html`
    <section class="agents" aria-labelledby="h-agents">
      <h2 id="h-agents">${say("agents")}<span class="count">${status.agents.length}</span></h2>
      <table>
        <thead><tr><th scope="col">${say("agent")}</th><th scope="col">${say("state")}</th><th scope="col">${say("last-seen")}</th><th scope="col">${say("clock-offset")}</th><th scope="col">${say("spooled")}</th></tr></thead>
        <tbody>${status.agents.map((a) => html`
          <tr key=${a.id} class=${`look-${look(a.state)}`} data-test="agent" data-id=${a.id}>
            <th scope="row"><span class="whole">${a.id}</span>${a.site && a.site !== a.id && html`<span class="place">${a.site}</span>`}</th>
            <td><${State} state=${a.state} group="agent"/>${a.cause && a.cause !== "none" && html`<span class="cause" data-test="agent-cause">${causeText(a.cause, a.cause_why)}</span>`}</td>
            <td>${a.last_seen === null ? "—" : html`<span title=${momentText(a.last_seen, now)}>${say("ago", { span: spanText(now - a.last_seen) })}</span>`}</td>
            <td class=${Math.abs(a.clock_offset ?? 0) >= BAD_OFFSET_S ? "is-bad" : ""}><span class="whole">${offsetText(a.clock_offset)}</span>${Math.abs(a.clock_offset ?? 0) >= BAD_OFFSET_S ? ` ${say("bad-clock")}` : ""}</td>
            <td>${a.spooled === null || a.spooled < 0 ? "—" : a.spooled}${a.spool?.oldest ? html`<span class="place">${say("spool-oldest", { span: spanText(now - a.spool.oldest) })}</span>` : ""}</td>
          </tr>`)}</tbody>
      </table>
    </section>`;
}
