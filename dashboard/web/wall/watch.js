// The watch over the watch, and what the day is: one line each, calm when it is well and named when it is not.
import { html } from "/html.js";
import { momentText, runningText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { Shape } from "/shapes.js";
import { isVisitor } from "/settings.js";

const BAD_OFFSET_S = 2;
const hourText = (t, now) => momentText(t, now).replace(/:\d\d$/, ""); // without seconds
const some = (list, n = 4) => list.slice(0, n).join(", ") + (list.length > n ? ` ${say("and-more", { n: list.length - n })}` : "");

function agentRow(status, now) {
  const silent = status.agents.filter((a) => a.state !== "ok");
  const total = status.agents.length;
  if (silent.length === 0) return { what: "agents", state: "ok", text: say("wall-agents-well", { n: total }) };
  const causes = silent.filter((a) => a.cause && a.cause !== "none").slice(0, 1).map((a) => ` (${word("cause", a.cause)})`).join("");
  return { what: "agents", state: "silent", n: silent.length, text: `${say("wall-agents-silent", { n: silent.length, of: total })} ${some(silent.map((a) => `${a.id}${a.last_seen === null ? "" : ` ${say("since", { at: momentText(a.last_seen, now) })}`}`), 3)}${causes}` };
}

function clockRow(status) {
  const heard = status.agents.filter((a) => a.state === "ok" && a.clock_offset !== null);
  const off = heard.filter((a) => Math.abs(a.clock_offset) >= BAD_OFFSET_S);
  const worst = heard.reduce((m, a) => Math.max(m, Math.abs(a.clock_offset)), 0);
  if (off.length > 0) return { what: "clocks", state: "warning", n: off.length, text: say("wall-clocks-off", { who: some(off.map((a) => `${a.id} ${a.clock_offset < 0 ? "−" : "+"}${Math.abs(a.clock_offset).toFixed(1)} s`)) }) };
  return { what: "clocks", state: heard.length ? "ok" : "unknown", text: heard.length ? say("wall-clocks-well", { ms: Math.round(worst * 1000) }) : say("wall-clocks-none") };
}

function channelRow(w) {
  const failed = w.channels.filter((c) => c.last_failure !== null && (c.last_success === null || c.last_failure > c.last_success));
  if (w.channels.length === 0) return { what: "channels", state: "warning", text: say("wall-channels-none") };
  if (failed.length === 0) return { what: "channels", state: "ok", text: say("wall-channels-well", { who: some(w.channels.map((c) => c.id), 5) }) };
  return { what: "channels", state: "down", n: failed.length, text: say("wall-channels-failed", { who: some(failed.map((c) => c.id)) }) };
}

function beatRow(w, now) {
  const h = w.heartbeat;
  const state = { ok: "ok", off: "unknown", waiting: "unknown" }[h.state] ?? "down";
  const text = h.state === "off" ? say("watch-beat-off") : h.state === "withheld" ? `${say("watch-heartbeat-withheld")}: ${word("beat-why", h.why)}` : h.state === "failing" ? say("watch-heartbeat-failing")
    : h.last_success === null ? say("watch-beat-none") : say("watch-beat", { at: momentText(h.last_success, now) });
  return { what: "heartbeat", state, text };
}

function journalRow(status, w) {
  if (!status.journal.ok) return { what: "journal", state: "down", text: say("journal-trouble") };
  return { what: "journal", state: w && w.loop_lag >= 1 ? "warning" : "ok", text: say("watch-commit", { span: spanText(w?.last_commit_age ?? 0) }) };
}

// All that is to be said, worst or not; `state` is a state of shapes.js.
export function rows(status, now) {
  const w = status.watch;
  const list = [journalRow(status, w), agentRow(status, now), clockRow(status)];
  if (w) {
    const owed = w.owed.filter((o) => o.due);
    list.push(channelRow(w), beatRow(w, now));
    if (owed.length) list.push({ what: "owed", state: "warning", n: owed.length, text: say("wall-owed", { n: owed.length, who: some(owed.map((o) => `${o.post} (${o.folio})`), 3) }) });
    else list.push({ what: "owed", state: "ok", text: w.owed.length ? say("wall-owed-later", { n: w.owed.length }) : say("wall-owed-none") });
    if (w.unwatched_sites.length) list.push({ what: "unseen", state: "warning", n: w.unwatched_sites.length, text: say("wall-unseen", { n: w.unwatched_sites.length, sites: some(w.unwatched_sites) }) });
    const behind = status.agents.filter((a) => a.state === "ok" && a.spool?.oldest && now - a.spool.oldest >= 60);
    if (behind.length) list.push({ what: "behind", state: "warning", n: behind.length, text: say("wall-behind", { who: some(behind.map((a) => `${a.id} ${spanText(now - a.spool.oldest)}`)) }) });
  }
  const vacant = (status.duty ?? []).filter((d) => d.people.length === 0);
  if (vacant.length) list.push({ what: "vacant", state: "warning", n: vacant.length, text: say("wall-vacant", { n: vacant.length, who: some(vacant.map((d) => d.name)) }) });
  const late = (status.debts ?? []).filter((d) => d.overdue);
  if (late.length) list.push({ what: "debts", state: "warning", n: late.length, text: say("wall-debts", { n: late.length }) });
  const silences = (status.silences ?? []).filter((x) => x.state === "in-force");
  if (silences.length) list.push({ what: "silences", state: "warning", n: silences.length, text: say("wall-silences", { n: silences.length, what: some(silences.map((x) => (isVisitor() ? say("wall-until", { at: momentText(x.until, now) }) : `${x.of} ${say("wall-until", { at: momentText(x.until, now) })}`)), 2) }) });
  if (status.drill) list.push({ what: "drill-apart", state: "unknown", text: say("wall-drill-apart", { at: momentText(status.drill.since, now) }) });
  return list;
}

export function Watch({ status, now, level }) {
  const all = rows(status, now);
  const ill = all.filter((r) => r.state !== "ok" && r.state !== "unknown");
  const shown = level >= 1 && ill.length > 0 ? ill : all;
  const hidden = all.length - shown.length;
  return html`
    <section class=${`wall-watch ${ill.length ? "" : "is-calm"}`} aria-labelledby="h-watch" data-test="watch" data-calm=${ill.length === 0}>
      <h2 id="h-watch">${say("watch")}<span class="count">${ill.length ? say("wall-watch-ill", { n: ill.length }) : ""}</span></h2>
      <ul class=${level >= 3 ? "is-chips" : level >= 2 ? "is-short" : ""}>${shown.map((r) => html`<li key=${r.what} title=${r.text} data-test="watch-row" data-what=${r.what} data-state=${r.state}><${Shape} state=${r.state}/><span>${level >= 3 ? `${word("wall-watch", r.what)}${r.n ? ` ${r.n}` : ""}` : r.text}</span></li>`)}
        ${hidden > 0 && html`<li data-test="watch-rest"><${Shape} state="ok"/><span>${say("wall-watch-rest", { n: hidden })}</span></li>`}</ul>
    </section>`;
}

// Which day it is: the jornada that runs or the next one, until when nothing may be changed.
export function Day({ status, now }) {
  const j = status.jornada;
  const next = status.next_jornada;
  if (!j && !next) return html`<p class="wall-day" data-test="day">${say("wall-no-jornada")}</p>`;
  const d = j ?? next;
  const frozen = d.freeze_from !== null && d.freeze_until !== null && now >= d.freeze_from && now < d.freeze_until;
  return html`<p class=${`wall-day ${j ? "is-on" : ""}`} data-test="day">
    <b>${d.name}</b> ${d.kind !== "real" && html`<span>${word("wall-jornada", d.kind)}${d.stamp ? ` · ${d.stamp}` : ""}</span>`}
    <span>${j ? say("wall-jornada-until", { at: hourText(j.until, now) }) : say("wall-jornada-next", { at: hourText(next.from, now), in: next.from - now < 36000 ? runningText(next.from - now) : spanText(next.from - now) })}</span>
    ${frozen ? html`<b class="frozen" data-test="frozen">${say("wall-frozen", { at: hourText(d.freeze_until, now) })}</b>` : d.freeze_from !== null && now < d.freeze_from ? html`<span>${say("wall-freeze-from", { at: hourText(d.freeze_from, now) })}</span>` : ""}
    ${j && d.last_cut !== null ? html`<span>${say("wall-cuts-between", { from: hourText(d.first_cut, now), to: hourText(d.last_cut, now) })}</span>` : ""}</p>`;
}
