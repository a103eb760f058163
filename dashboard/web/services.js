// The business processes with their running RTO clocks.
import { html } from "/html.js";
import { momentText, runningText, spanText } from "/time.js";
import { say, word } from "/words.js";
import { sortedServices } from "/store.js";
import { State, look } from "/shapes.js";
import { isRunning } from "/clocks.js";

function Clock({ service, now }) {
  const c = service.clock;
  const running = isRunning(c);
  const end = c.restored ?? now;
  const elapsed = end - c.began;
  const left = c.breach_at - end;
  const breached = c.breached || left <= 0;
  const share = Math.max(0, Math.min(1, elapsed / (c.breach_at - c.began)));
  return html`
    <div class=${`clock ${breached ? "is-breached" : ""} ${running ? "is-running" : "is-stopped"}`} data-test="clock">
      <p class="left"><span>${breached ? say("rto-breached-by") : c.restored !== null ? say("rto-spare") : say("rto-left")}</span>
        <b data-test="left">${breached ? runningText(Math.max(0, -left)) : runningText(Math.ceil(left))}</b></p>
      <p class="elapsed"><span>${c.restored !== null ? say("outage") : say("elapsed")}</span><b data-test="elapsed">${runningText(elapsed)}</b></p>
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label=${say("rto-share", { pct: Math.floor(share * 100) })}>
        <rect class="track" width="100" height="4"/><rect class="done" width=${share * 100} height="4"/>
      </svg>
      <p class="facts">
        <span>${say("began", { at: momentText(c.began, now) })}</span>
        ${c.began_not_before !== null && c.began_not_before !== undefined && html`<span>${say("last-good", { at: momentText(c.began_not_before, now) })}</span>`}
        ${c.estimated && html`<span class="estimated">${say("estimated")}</span>`}
        ${running && c.restored === null && c.next_mark != null && c.next_mark > now && html`<span>${say("next-mark", { pct: c.next_pct ?? "—", at: momentText(c.next_mark, now), in: spanText(c.next_mark - now) })}</span>`}
        <span>${breached ? say("breached-at", { at: momentText(c.breach_at, now) }) : c.restored !== null ? say("restored-at", { at: momentText(c.restored, now) }) : say("breach-at", { at: momentText(c.breach_at, now) })}</span>
        ${running && c.restored !== null && html`<span class="estimated">${say("waits-resume")}</span>`}
      </p>
    </div>`;
}

function Service({ service, status, now, openIncident }) {
  const incident = status.incidents.find((i) => i.id === service.incident);
  return html`
    <article class=${`service look-${look(service.state)}`} id=${`service-${service.id}`} data-test="service" data-id=${service.id} data-state=${service.state}>
      <div class="name">
        <h3>${service.name}</h3>
        <p>${service.area} · ${say("criticality")} ${word("criticality", service.criticality)} · RTO ${spanText(service.rto)}</p>
      </div>
      <div class="now">
        ${incident && html`<button type="button" class="folio" onClick=${() => openIncident(incident.id)}>${say("folio", { folio: incident.folio })}</button>`}
        <${State} state=${service.state}/>
        <p class="since">${service.since === null ? "" : `${say("since", { at: momentText(service.since, now) })} (${spanText(now - service.since)})`}</p>
      </div>
      ${service.clock && html`<${Clock} service=${service} now=${now}/>`}
    </article>`;
}

export function Services({ status, now, openIncident }) {
  return html`
    <section class="services" aria-labelledby="h-services">
      <h2 id="h-services">${say("services")}</h2>
      <div class="list">${sortedServices(status).map((s) => html`<${Service} key=${s.id} service=${s} status=${status} now=${now} openIncident=${openIncident}/>`)}</div>
    </section>`;
}
