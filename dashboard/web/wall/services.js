// The processes: those that fail with a clock that is read from five metres, then those that work, by criticality.
import { html } from "/html.js";
import { momentText, runningText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { componentName, sortedServices } from "/store.js";
import { State, look } from "/shapes.js";
import { isRunning } from "/clocks.js";
import { isVisitor } from "/settings.js";
import { DETAIL, linkTo } from "/wall/nav.js";

const CRITICALITIES = ["very-high", "high", "medium", "low"];
export const STEPS = 14;

// What fails or is on the way to it, the most urgent first.
export const isAtEase = (s) => s.state === "ok" && !s.clock && !s.exposure && !s.silenced && s.rpo?.state !== "exceeded";

function failingForecast(service, status) {
  for (const i of status.incidents) {
    const f = (i.forecast ?? []).find((x) => x.service === service.id);
    if (i.id === service.incident && f) return say(f.recovered ? "wall-checks-recovered" : "wall-checks", f);
  }
  return "";
}

function facts(service, status, now) {
  const c = service.clock;
  const list = [];
  const uncertain = c.began_not_before != null && c.began - c.began_not_before >= 0.05;
  list.push(uncertain ? say("wall-began-between", { from: momentText(c.began_not_before, now), to: momentText(c.began, now) }) : say("began", { at: momentText(c.began, now) }));
  if (c.estimated) list.push(say("estimated"));
  if (c.by_word) list.push(say("wall-by-word"));
  if (c.flapping) list.push(say("wall-flapping"));
  if (c.restored !== null) list.push(say("restored-at", { at: momentText(c.restored, now) }));
  if (c.restored !== null && isRunning(c)) list.push(say("waits-resume"));
  return list;
}

function forecast(service, status, now) {
  const c = service.clock;
  const list = [];
  if (c.restored !== null) return list;
  list.push(c.breached || c.breach_at <= now ? say("wall-forecast-past", { at: momentText(c.breach_at, now) }) : say("wall-forecast", { at: momentText(c.breach_at, now) }));
  if (c.next_mark != null && c.next_mark > now) list.push(say("wall-next", { pct: c.next_pct ?? "—", at: momentText(c.next_mark, now), in: runningText(Math.ceil(c.next_mark - now)) }));
  const checks = failingForecast(service, status);
  if (checks) list.push(checks);
  return list;
}

function Bar({ clock, now }) {
  const end = clock.restored ?? now;
  const rto = clock.breach_at - clock.began;
  const share = Math.max(0, Math.min(1, (end - clock.began) / rto));
  const doubt = clock.began_not_before == null ? 0 : Math.max(0, Math.min(1 - share, (clock.began - clock.began_not_before) / rto));
  return html`<svg class="wall-bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=${say("rto-share", { pct: Math.floor(share * 100) })}>
    <rect class="track" width="100" height="4"/><rect class="done" width=${share * 100} height="4"/><rect class="doubt" x=${share * 100} width=${doubt * 100} height="4"/>
    ${clock.next_pct != null && clock.next_pct < 100 && html`<rect class="mark" x=${clock.next_pct - 0.3} width="0.6" height="4"/>`}</svg>`;
}

// A clock of days is no clock of seconds.
const DAYS_S = 48 * 3600;
const leftText = (s) => (s >= DAYS_S ? spanText(s) : runningText(s));

function Clock({ service, status, now, big }) {
  const c = service.clock;
  const end = c.restored ?? now;
  const left = c.breach_at - end;
  const breached = c.breached || left <= 0;
  const how = breached ? say("rto-breached-by") : c.restored !== null ? say("rto-spare") : say("rto-left");
  const doubt = c.began_not_before == null ? 0 : Math.ceil(c.began - c.began_not_before);
  return html`
    <p class=${`wall-clock ${Math.abs(left) >= 3600 ? "is-long" : ""} ${breached ? "is-breached" : ""} ${c.restored === null ? "" : "is-stopped"}`} data-test="clock">
      <span class="left"><small>${how}</small><b data-test="left">${leftText(breached ? Math.max(0, -left) : Math.ceil(left))}</b></span>
    </p>
    ${big && html`<span class="beside">
      <span class="elapsed"><small>${c.restored === null ? say("elapsed") : say("outage")}</small> <b data-test="elapsed">${runningText(end - c.began)}</b>
        ${doubt >= 1 && html`<small data-test="doubt">${say("wall-doubt", { n: spanText(doubt) })}</small>`}</span>
      <span class="facts">${facts(service, status, now).map((f) => html`<span>${f}</span>`)}</span>
      <span class="forecast" data-test="forecast">${forecast(service, status, now).map((f) => html`<span>${f}</span>`)}</span></span>
      <${Bar} clock=${c} now=${now}/>`}`;
}

// "One failure away", a copy that is too old, a silence: short, on any row.
function Notes({ service, status, now }) {
  const x = service.exposure;
  const next = x ? (isVisitor() ? say("wall-n-components", { n: x.next_count }) : x.next.slice(0, 2).map((id) => componentName(status, id)).join(", ") + (x.next_count > 2 ? ` ${say("and-more", { n: x.next_count - 2 })}` : "")) : "";
  return html`
    ${x && html`<p class="wall-note is-exposed" data-test="exposed"><b>${say("wall-exposed", { span: spanText(now - x.since) })}</b> ${say(x.unseen ? "wall-exposed-unseen" : "wall-exposed-next", { next })}</p>`}
    ${service.rpo?.state === "exceeded" && html`<p class="wall-note is-exposed" data-test="rpo"><b>${say("wall-rpo")}</b> ${service.rpo.copy === null ? "" : say("wall-rpo-age", { age: spanText(now - service.rpo.copy), limit: spanText(service.rpo.limit) })}</p>`}
    ${service.silenced && html`<p class="wall-note" data-test="silenced"><b>${say("wall-silenced", { at: momentText(service.silenced.until, now) })}</b></p>`}`;
}

const place = (service) => (service.incident ? linkTo("incident", service.incident) : linkTo("service", service.id));

function Failing({ service, status, now, big }) {
  const incident = status.incidents.find((i) => i.id === service.incident);
  const isBig = big && service.clock !== null && service.clock.restored === null;
  return html`
    <a class=${`wall-service look-${look(service.state)} ${isBig ? "is-big" : "is-row"} ${service.clock?.restored != null ? "is-over" : ""}`} href=${place(service)} data-nav data-test="service" data-id=${service.id} data-state=${service.state}>
      <span class="head"><${State} state=${service.state}/>${incident && html`<span class="wall-folio">${say("folio", { folio: incident.folio })}</span>`}${service.degraded && service.state !== "degraded" && html`<span>${word("state", "degraded")}</span>`}${isBig && html`<span class="rto">${say("criticality")} ${word("criticality", service.criticality)} · RTO ${spanText(service.rto)}</span>`}</span>
      <b class="name">${service.name}</b>
      ${service.clock && html`<${Clock} service=${service} status=${status} now=${now} big=${isBig}/>`}
      ${!service.clock && service.since !== null && html`<span class="since">${say("since", { at: momentText(service.since, now) })} (${spanText(now - service.since)})</span>`}
      <${Notes} service=${service} status=${status} now=${now}/>
    </a>`;
}

function Well({ service }) {
  return html`<a class="wall-service look-ok is-well" href=${place(service)} data-nav data-test="service" data-id=${service.id} data-state=${service.state}>
    <${State} state=${service.state}/><b class="name">${service.name}</b><span class="rto">RTO ${spanText(service.rto)}</span></a>`;
}

// Counts by state: what is not shown by name is never left out.
export function counts(list, group = "state") {
  const by = new Map();
  for (const x of list) by.set(x.state, (by.get(x.state) ?? 0) + 1);
  return [...by].map(([state, n]) => `${n} ${word(group, state)}`).join(" · ");
}

// A second clock that is seen from afar is worth more than the names of what works; then fewer rows.
const BIG = [99, 99, 99, 3, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1];
const ROWS = [99, 99, 99, 99, 99, 99, 99, 99, 99, 8, 7, 6, 5, 4, 3];
const isCounted = (level) => level === 4 || level === 6 || level >= 8;

export function Services({ status, now, level }) {
  const all = sortedServices(status);
  const failing = all.filter((s) => !isAtEase(s));
  const well = CRITICALITIES.map((c) => ({ criticality: c, list: all.filter((s) => isAtEase(s) && s.criticality === c) })).filter((g) => g.list.length > 0);
  const wellCount = all.length - failing.length;
  const big = BIG[level];
  const rows = ROWS[level];
  const shown = failing.slice(0, rows);
  const rest = failing.slice(rows);
  return html`
    <section class="wall-services" aria-labelledby="h-services">
      <h2 id="h-services">${say("services")}<span class="count">${all.length}</span></h2>
      ${shown.map((s, i) => html`<${Failing} key=${s.id} service=${s} status=${status} now=${now} big=${i < big}/>`)}
      ${rest.length > 0 && html`<a class="wall-more" href=${DETAIL} data-nav data-test="services-more">${say("and-more", { n: rest.length })}: ${counts(rest)}</a>`}
      ${isCounted(level) && wellCount > 0
        ? html`<a class="wall-more look-ok" href=${DETAIL} data-nav data-test="services-well">${say("wall-well", { n: wellCount })}</a>`
        : html`<div class=${`wall-well ${level >= 2 || failing.length > 0 ? "is-dense" : level === 0 ? "is-roomy" : ""} ${level >= 2 ? "is-bare" : ""}`}>${well.map((g) => html`
            <h3 key=${g.criticality}>${say("criticality")} ${word("criticality", g.criticality)}</h3>${g.list.map((s) => html`<${Well} key=${s.id} service=${s}/>`)}`)}</div>`}
    </section>`;
}
