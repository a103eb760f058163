// The watch over the watch: calm when all is well, and otherwise exactly what is not.
import { html } from "/html.js";
import { momentText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { Shape } from "/shapes.js";

const GRAVE = ["journal-failing", "heartbeat-withheld", "agent-silent", "channel-failed", "loop-late"];

function siteName(status, agent) {
  return status.agents.find((a) => a.id === agent)?.site ?? agent;
}

// What is not well, as one sentence.
function troubleText(t, status, now) {
  const who = t.who ?? "";
  const places = { who, site: siteName(status, who), span: spanText(Math.abs(t.seconds ?? 0)), at: momentText(t.since ?? null, now) };
  if (t.what === "agent-silent") return `${say("watch-agent-silent", places)}: ${causeText(t.cause, t.why)}`;
  if (t.what === "agent-site") return `${say("watch-agent-site", places)}: ${causeText(t.cause, t.why)}`;
  if (t.what === "heartbeat-failing") return `${say("watch-heartbeat-failing")}: ${t.why}`;
  if (t.what === "heartbeat-withheld") return `${say("watch-heartbeat-withheld")}: ${word("beat-why", t.why)}`;
  return word("watch-trouble", t.what).replace("{who}", who).replace("{span}", places.span);
}

export function causeText(cause, why) {
  const text = word("cause", cause);
  return why ? `${text} (${word("cause-why", why)})` : text;
}

function heartbeatText(h, now) {
  if (h.state === "off") return say("watch-beat-off");
  return h.last_success === null ? say("watch-beat-none") : say("watch-beat", { at: momentText(h.last_success, now) });
}

// Told by a banner at the head of the board, with its figures: not a second time here.
function isTold(status, what) {
  return (what === "journal-failing" && !status.journal.ok) || (status.alarms ?? []).some((a) => a.alarm === what);
}

export function Watch({ status, now }) {
  const w = status.watch;
  if (!w) return null; // a collector of an earlier version
  const due = w.owed.filter((o) => o.due);
  const troubles = w.troubles.filter((t) => !isTold(status, t.what));
  const calm = w.troubles.length === 0 && due.length === 0;
  return html`
    <section class=${`watch ${calm ? "is-calm" : ""}`} aria-labelledby="h-watch" data-test="watch" data-calm=${calm}>
      <h2 id="h-watch">${say("watch")}</h2>
      ${calm
        ? html`<p class="calm"><${Shape} state="ok"/>${say("watch-calm")}</p>`
        : html`<ul class="not-well">
            ${troubles.length < w.troubles.length && html`<li data-test="watch-above"><${Shape} state="down"/><span>${say("watch-above")}</span></li>`}
            ${troubles.map((t, i) => html`<li key=${`${t.what} ${t.who} ${i}`} data-test="watch-trouble" data-what=${t.what}><${Shape} state=${GRAVE.includes(t.what) ? "down" : "warning"}/><span>${troubleText(t, status, now)}</span></li>`)}
            ${due.length > 0 && html`<li data-test="watch-owed"><${Shape} state="warning"/><span>${say("watch-owed", { n: due.length })} ${due.map((o) => `${o.post} (${say("folio", { folio: o.folio })})`).join(", ")}</span></li>`}
          </ul>`}
      ${w.unwatched_sites.length > 0 && html`<p class="plain" data-test="watch-unseen">${say("watch-unseen", { sites: w.unwatched_sites.join(", ") })}</p>`}
      <p class="plain">${say("watch-commit", { span: spanText(w.last_commit_age) })} · ${heartbeatText(w.heartbeat, now)}</p>
    </section>`;
}
